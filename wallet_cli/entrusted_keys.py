"""An encryption key in escrow with guardians, so that documents and records open after a recovery (ADR 68).

Guardians hold verifiable shares; each of them contributes to one recovery and to the key that it names, once, while
approving it. The bank hands contributions to whoever has the account's key, after the time to veto. Fewer than the
threshold open nothing; the wallet's own key, which signs, is not in it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes import kept_keys as shapes
from chaincode.ids import id_from_hex, to_hex
from pds_adapter.errors import EnvelopeError, EscrowError
from pds_adapter.escrow.document import DocumentEscrow, create_escrow, open_escrow_as
from pds_adapter.escrow.opening import contribute as contribution_of
from pds_adapter.escrow.opening import open_contribution, open_with_contributions
from pds_adapter.escrow.shares import open_wrapped_share, seal_share
from pds_adapter.escrow.threshold import PartialDecryption
from pds_adapter.sealing.envelope import KeyPair, PublicKey, SealedDocument, rewrap
from wallet_cli.bank_client.kept_keys import KeptKeysFace
from wallet_cli.errors import EvidenceError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer, from_base64, to_base64

LABEL = b"azukari entrusted key 1\x00"
NONCE_BYTES = 16


@translated_errors()
def entrust(
    face: KeptKeysFace, signer: Signer, guardians: Mapping[str, PublicKey], threshold: int, give_up: bool = False
) -> None:
    """Any `threshold` of them (two at least) open it together; what was entrusted before ends.

    The bank refuses (409) where a former key's would still open something, unless it is given up.
    """
    keys = list(guardians.values())
    content = signer.encryption.secret
    escrow_id = escrow_id_of(signer.account, signer.randomness(NONCE_BYTES))
    escrow, shares = create_escrow(
        content, keys, threshold, escrow_id, [signer.encryption.public], randomness=signer.randomness
    )
    sealed = [
        shapes.KeyShareBody(
            guardian=guardian,
            sealed_base64=to_base64(seal_share(share, key, signer.randomness).to_bytes()),
        )
        for (guardian, key), share in zip(guardians.items(), shares, strict=True)
    ]
    face.entrust(shapes.EntrustedKeyBody(escrow_base64=to_base64(escrow.to_bytes()), shares=sealed, give_up=give_up))


@translated_errors()
def contribute(face: KeptKeysFace, pair: KeyPair, owner: str, recovery_id: bytes, new_key: PublicKey) -> bool:
    """As guardian, to the recovery that is approved; whether there was a share of that account's key.

    Raises EvidenceError for a share that the bank calls that account's and that is another's.
    """
    one = next((each for each in face.shares() if each.owner == owner), None)
    if one is None:
        return False
    escrow, sealed = _escrow(one.escrow_base64, owner), _sealed(one.sealed_base64)
    share = open_wrapped_share(sealed, pair, escrow.terms)
    body = shapes.KeyContribution(
        recovery_id=to_hex(recovery_id),
        sealed_base64=to_base64(contribution_of(escrow, share, recovery_id, new_key).to_bytes()),
    )
    face.contribute(owner, body)
    return True


@translated_errors()
def put_together(face: KeptKeysFace, signer: Signer) -> KeyPair | None:
    """The key that the account had, from what its guardians contributed to the recovery that gave it this wallet's.

    None where nothing was entrusted. Raises EvidenceError where too few contributed, or falsely.
    """
    kept = face.entrusted()
    if kept is None:
        return None
    escrow, by_recovery = _escrow(kept.escrow_base64, signer.account), dict[str, dict[int, PartialDecryption]]()
    for one in kept.shares:
        if one.recovery_id is None or one.contribution_base64 is None:
            continue
        try:
            sealed = _sealed(one.contribution_base64)
            partial = open_contribution(sealed, signer.encryption, escrow, id_from_hex(one.recovery_id))
        except (EnvelopeError, EscrowError):
            continue  # to another recovery's key, or false: those that are left may be enough
        by_recovery.setdefault(one.recovery_id, {})[partial.index] = partial
    for recovery_id, partials in by_recovery.items():
        if len(partials) >= escrow.terms.threshold:
            opened = open_with_contributions(escrow, partials.values(), id_from_hex(recovery_id))
            return KeyPair.from_secret(opened.content)
    given = max((len(partials) for partials in by_recovery.values()), default=0)
    needed = str(escrow.terms.threshold)
    raise EvidenceError(said("error-key-not-together", given=str(given), needed=needed), said("hint-key-not-together"))


@dataclass(frozen=True, slots=True)
class Holders:
    """Of one's entrusted key: how many guardians have a share, and how many are needed."""

    count: int
    threshold: int

    @property
    def opens(self) -> bool:
        return self.count >= self.threshold


@translated_errors()
def holders(face: KeptKeysFace, signer: Signer) -> Holders | None:
    """None where nothing is entrusted, or only what a former key entrusted: that opens nothing of the present one's.

    A guardian that was erased took its share away. Raises EvidenceError for an escrow that is another account's.
    """
    kept = face.entrusted()
    if kept is None:
        return None
    escrow = _escrow(kept.escrow_base64, signer.account)
    try:
        opened = open_escrow_as(escrow, signer.encryption).content
    except (EnvelopeError, EscrowError):
        return None
    if opened != signer.encryption.secret:
        return None
    return Holders(len(kept.shares), escrow.terms.threshold)


@translated_errors()
def wrap_shares(face: KeptKeysFace, former: KeyPair, to: PublicKey) -> int:
    """Shares that others entrusted to this account, for its new key; how many."""
    count = 0
    for one in face.shares():
        sealed = _sealed(one.sealed_base64)
        if former.public in sealed.recipients:
            wrapped = rewrap(sealed, former, [to]).without(former.public)
            face.wrap_share(one.owner, shapes.ShareWrapped(sealed_base64=to_base64(wrapped.to_bytes())))
            count += 1
    return count


def _escrow(text: str, account: str) -> DocumentEscrow:
    escrow = DocumentEscrow.from_bytes(from_base64(text, "the entrusted key"))
    if escrow.terms.escrow_id != escrow_id_of(account, escrow.terms.escrow_id[:NONCE_BYTES]):
        raise EvidenceError(said("error-key-share-of-another", account=account))
    return escrow


def escrow_id_of(account: str, nonce: bytes) -> bytes:
    """By chance, and bound to the account: nobody gives a part of its key for another's recovery."""
    return nonce + hashlib.blake2b(LABEL + nonce + account.encode(), digest_size=16).digest()


def _sealed(text: str) -> SealedDocument:
    return SealedDocument.from_bytes(from_base64(text, "the share"))
