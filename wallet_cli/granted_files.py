"""Letting somebody read a document, and reading what one was let: the cover is wrapped for the recipient alone, here.

The key of a recipient in office is the one that the ledger has of the account, proven; that of another member comes
from that member's own hand (`azukari wallet export-address`), for the bank shows nobody another member.
"""

from bank_api.protocol.file_grant import file_grant_text
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.files import FileGrant, FileGranted, FileHandedOver
from chaincode.ids import text_hash, to_hex
from chaincode.keys import recover_text, sign_text
from pds_adapter.sealing.chunks import Cover, open_cover
from pds_adapter.sealing.envelope import SealedDocument, rewrap
from pds_adapter.sealing.keys import KeyPair, PublicKey
from wallet_cli.bank_client.files import FileGrantsFace
from wallet_cli.errors import EvidenceError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.proven import ProvenAccount
from wallet_cli.sealed_files import OwnFile, cover_of
from wallet_cli.signing.signer import Signer, from_base64, to_base64


@translated_errors()
def key_of(face: FileGrantsFace, proven: ProvenAccount) -> PublicKey:
    """The key of an account, as the bank names it and the ledger proves it."""
    key = PublicKey.from_hex(face.key_of(proven.account))
    if text_hash(key.to_hex()) != proven.encryption_key_hash:
        raise EvidenceError(said("error-other-key-of-account", account=proven.account))
    return key


@translated_errors()
def grant_file(
    face: FileGrantsFace,
    signer: Signer,
    url: str,
    one: OwnFile,
    recipient: str,
    key: PublicKey,
    until: int,
    elsewhere: bool = False,
) -> FileGrant:
    """Let a recipient read; `elsewhere`: one who has no account at this bank."""
    cover_of(one)  # who cannot open it cannot hand it on
    sealed = SealedDocument.from_bytes(from_base64(one.kept.cover_base64, f"cover of {one.kept.document}"))
    handed = rewrap(sealed, signer.encryption, [key], signer.randomness).without(signer.encryption.public)
    grant_id, cover = signer.randomness(16).hex(), handed.to_bytes()
    terms = (grant_id, one.kept.document, one.kept.version, recipient, until, cover)
    granted = FileGranted(
        document=one.kept.document,
        version=one.kept.version,
        recipient=recipient,
        elsewhere=elsewhere,
        until=until,
        cover_base64=to_base64(cover),
        signature=to_hex(bytes(sign_text(file_grant_text(url, signer.account, *terms), signer.key))),
    )
    return face.grant(grant_id, granted)


@translated_errors()
def received_cover(
    pair: KeyPair, handed: FileHandedOver, url: str, owner: ProvenAccount, own: str, asked: str
) -> Cover:
    """The cover of the document that was let read by the grant `asked`, opened. `owner` is as the ledger of the bank at
    `url` has it, `own` whom this wallet is there.

    Raises EvidenceError where the owner's key did not sign that this cover is for `own`: anybody can seal to a key.
    """
    content = from_base64(handed.cover_base64, f"cover of {handed.document}")
    terms = (handed.grant_id, handed.document, handed.version, own, handed.until, content)
    text = file_grant_text(url, owner.account, *terms)
    is_asked = (handed.grant_id, handed.owner) == (asked, owner.account)
    if not is_asked or recover_text(text, handed.signature or "") != owner.word.key:
        told = said("error-file-not-granted", owner=handed.owner, grant=handed.grant_id)
        raise EvidenceError(told, said("hint-file-not-granted"))
    sealed = SealedDocument.from_bytes(content)
    return open_cover(sealed, pair, handed.owner, handed.document, handed.version)
