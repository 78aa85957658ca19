"""Whom an owner's key lets read, as its own signatures say it: shown at a change of keys, and signed anew only then.

Whoever had the old key for a minute may have signed grants with it, and only the bank says what was taken back: so what
goes on is what the owner saw and said, one by one, and nothing that turns up later (ADR 68).
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bank_api.protocol.file_grant import file_grant_text
from bank_api.protocol.shapes.boxes import BoxGrant
from bank_api.protocol.shapes.files import FileGrant, FileGranted
from bank_api.protocol.shapes.member import StoredDocument
from chaincode.ids import to_hex
from chaincode.keys import recover_text, sign_text
from pds_adapter.sealing.envelope import PublicKey
from wallet_cli import sealed_records as records
from wallet_cli.signing.signer import Signer, from_base64, to_base64

if TYPE_CHECKING:
    from wallet_cli.bank_client import BankClient

GRANTED = "granted."
MARK_BYTES = 16


@dataclass(frozen=True, slots=True)
class OpenGrant:
    box: str | None
    """None for a document's."""
    document: str
    """Its id and version; empty for a box."""
    grantee: str
    may_write: bool
    until: int
    by: str
    """Address of the key that signed."""
    mark: str
    """Of the words that are signed: equal before and after they are signed anew."""
    renew: Callable[[], object]
    """Signs and sends the very words by the key of the wallet that asked."""


def open_grants(client: "BankClient", signer: Signer, url: str) -> list[OpenGrant]:
    """Of `signer`'s account, whose words have not ended; the bank alone says which it took back."""
    documents = client.member.documents()
    found = [
        _of_file(client, signer, url, one, _cover(one, documents))
        for one in client.file_grants.given()
        if one.signature is not None and _stands(signer, one)
    ]
    return found + [_of_box(client, signer, url, one) for one in client.boxes.grants() if _stands(signer, one)]


def own_marks(found: Iterable[OpenGrant], signer: Signer) -> frozenset[str]:
    """Of those that this wallet's own key signed."""
    return frozenset(one.mark for one in found if one.by == signer.key.address)


def _stands(signer: Signer, one: FileGrant | BoxGrant) -> bool:
    return one.owner == signer.account and one.revoked_at is None and signer.now() < one.until


def _of_file(client: "BankClient", signer: Signer, url: str, one: FileGrant, cover: bytes) -> OpenGrant:
    """Over this very cover: nothing else is let read by it."""
    terms = (one.grant_id, one.document, one.version, one.recipient, one.until)
    text = file_grant_text(url, signer.account, *terms, cover)
    by, name = recover_text(text, one.signature or ""), f"{one.document}, {one.version}"

    def renew() -> object:
        granted = FileGranted(
            document=one.document,
            version=one.version,
            recipient=one.recipient,
            until=one.until,
            cover_base64=to_base64(cover),
            signature=to_hex(bytes(sign_text(text, signer.key))),
        )
        return client.file_grants.grant(one.grant_id, granted)

    return OpenGrant(None, name, one.recipient, False, one.until, str(by), text_mark(text), renew)


def _of_box(client: "BankClient", signer: Signer, url: str, one: BoxGrant) -> OpenGrant:
    """Whom it lets in gets the box's key anew: that follows from the owner's."""
    text, key = records.grant_text(url, one), PublicKey.from_hex(one.encryption_key)
    pair = signer.encryption
    own = records.Box(signer.account, one.box, records.box_key(signer.account, one.box, pair), pair.public)

    def renew() -> object:
        body = records.admission(signer, url, own, one.grantee, key, one.until, one.may_write)
        return client.boxes.grant(one.box, one.grantee, body)

    by = recover_text(text, one.signature)
    return OpenGrant(one.box, "", one.grantee, one.may_write, one.until, str(by), text_mark(text), renew)


def _cover(grant: FileGrant, documents: Iterable[StoredDocument]) -> bytes:
    box = GRANTED + grant.grant_id
    kept = next((one for one in documents if one.box == box), None)
    return b"" if kept is None else from_base64(kept.sealed_base64, "the cover")


def text_mark(text: str) -> str:
    """Of the words that are signed."""
    return hashlib.blake2b(text.encode(), digest_size=MARK_BYTES).hexdigest()
