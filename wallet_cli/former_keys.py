"""The encryption key that an account had, on its way to the one that took its place: sealed to that one, at the bank,
until everything is wrapped anew (ADR 68). So any wallet with the new key goes on where another one died.

Anybody can seal to a public key: what is kept carries a keyed hash by the new key's secret, which who changes keys has.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.kept_keys import FormerKeyBody
from pds_adapter.errors import EnvelopeError
from pds_adapter.sealing.canonical import canonical_json, parse_canonical_json
from pds_adapter.sealing.envelope import KeyPair, SealedDocument, open_sealed, seal
from wallet_cli.bank_client.kept_keys import KeptKeysFace
from wallet_cli.errors import EvidenceError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.signer import Signer, from_base64, to_base64

LABEL = b"azukari former key 1\x00"
MARK_BYTES = 32
FIELDS = {"renew", "secret", "signer"}


@dataclass(frozen=True, slots=True)
class FormerKey:
    pair: KeyPair = field(repr=False)
    signer: str
    """Address of the key that signed with it; empty where it is not known."""
    renew: frozenset[str] = frozenset()
    """Marks of what it gave (`open_grants`) that goes on by the new key's word: its holder saw it and said so."""

    def to_bytes(self) -> bytes:
        return canonical_json({"renew": sorted(self.renew), "secret": self.pair.secret.hex(), "signer": self.signer})

    @classmethod
    def from_bytes(cls, data: bytes) -> "FormerKey":
        """The strict inverse of `to_bytes`. Raises EvidenceError."""
        body = parse_canonical_json(data)
        if not isinstance(body, dict) or set(body) != FIELDS or not isinstance(body["secret"], str):
            raise EvidenceError(said("error-former-key"))
        marks = body["renew"]
        if not isinstance(marks, list) or not all(isinstance(one, str) for one in marks):
            raise EvidenceError(said("error-former-key"))
        secret = bytes.fromhex(body["secret"])
        return cls(KeyPair.from_secret(secret), str(body["signer"]), frozenset(str(one) for one in marks))


@translated_errors()
def keep(face: KeptKeysFace, account: str, former: FormerKey, new: KeyPair) -> None:
    """Before the old key is worth nothing any more. Safe to repeat."""
    public, content = former.pair.public.to_hex(), former.to_bytes()
    sealed = seal(mark_of(new, account, public, content) + content, [new.public], _context(account, public))
    face.keep_former(public, FormerKeyBody(sealed_base64=to_base64(sealed.to_bytes())))


@translated_errors()
def waiting(face: KeptKeysFace, signer: Signer) -> list[FormerKey]:
    """Those that this wallet's key opens and that are what they are called; others were put there by somebody else."""
    found = []
    for one in face.former():
        sealed = SealedDocument.from_bytes(from_base64(one.sealed_base64, "the former key"))
        try:
            opened = open_sealed(sealed, signer.encryption, _context(signer.account, one.public_key))
        except EnvelopeError:
            continue
        mark, content = opened.content[:MARK_BYTES], opened.content[MARK_BYTES:]
        if not hmac.compare_digest(mark, mark_of(signer.encryption, signer.account, one.public_key, content)):
            continue
        former = FormerKey.from_bytes(content)
        if former.pair.public.to_hex() == one.public_key:
            found.append(former)
    return found


def _context(account: str, public_key: str) -> bytes:
    return LABEL + canonical_json([account, public_key])


def mark_of(new: KeyPair, account: str, public_key: str, content: bytes) -> bytes:
    """What only who has the new key's secret can make."""
    bound = _context(account, public_key) + content
    return hashlib.blake2b(bound, key=new.secret, digest_size=MARK_BYTES, person=b"azukari former 1").digest()
