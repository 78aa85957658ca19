"""A document in escrow: any k of its n custodians can bring it back, fewer learn nothing.

A random scalar is shared among the custodians. The document is sealed to a key pair of its own and, if wished, to its
owner's key; the seed of that key pair is wrapped under the shared scalar's public key, labelled with the escrow id and
the document hash. So there are two ways to open: `opening` combines partial decryptions and nobody ever holds the
scalar; `open_escrow` here puts k shares together (offline, or when the glass must be broken).
The document hash is a salted commitment: it names the document on the ledger without letting anybody test a guess. On
opening the document is checked against it, so what comes back is what went in, or nothing.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pds_adapter.errors import (
    CanonicalFormError,
    EnvelopeError,
    EscrowForgedError,
    EscrowTermsError,
)
from pds_adapter.escrow.group import Scalar
from pds_adapter.escrow.shares import EscrowShare, combine_shares, shares_for
from pds_adapter.escrow.terms import ID_BYTES, EscrowTerms, bytes_of_hex
from pds_adapter.escrow.threshold import WRAPPED_BYTES, WrappedKey, unwrap_key, wrap_key
from pds_adapter.escrow.vss import split
from pds_adapter.sealing.canonical import SALT_BYTES, canonical_json, commit, parse_canonical_json
from pds_adapter.sealing.envelope import KeyPair, OpenedDocument, PublicKey, SealedDocument, open_sealed, seal
from pds_adapter.sealing.keys import KEY_BYTES, Randomness, system_randomness

FORMAT: Final = "azukari document escrow 1"
FIELDS: Final = ("document_hash", "format", "sealed", "terms", "wrapped_key")
LABEL: Final = b"azukari escrow label 1\x00"
CONTEXT_LABEL: Final = b"azukari escrowed document\x00"


@dataclass(frozen=True)
class DocumentEscrow:
    """Everything about an escrow that anybody may see; the shares are apart."""

    terms: EscrowTerms
    document_hash: bytes
    wrapped_key: WrappedKey
    """The seed of the key pair that the document is sealed to."""
    sealed: SealedDocument

    def __post_init__(self) -> None:
        if len(self.document_hash) != ID_BYTES:
            raise EscrowTermsError("document_hash", f"must be {ID_BYTES} bytes")

    @property
    def commitments_hash(self) -> bytes:
        return self.terms.commitments_hash

    @property
    def label(self) -> bytes:
        """Binds the wrapped key to this escrow and this document."""
        return _label(self.terms.escrow_id, self.document_hash)

    def to_bytes(self) -> bytes:
        return canonical_json(
            {
                "format": FORMAT,
                "terms": self.terms.to_json(),
                "document_hash": "0x" + self.document_hash.hex(),
                "wrapped_key": "0x" + self.wrapped_key.to_bytes().hex(),
                "sealed": base64.b64encode(self.sealed.to_bytes()).decode(),
            }
        )

    @classmethod
    def from_bytes(cls, encoded: bytes) -> DocumentEscrow:
        """The strict inverse of `to_bytes`."""
        try:
            value = parse_canonical_json(encoded)
        except CanonicalFormError as error:
            raise EscrowTermsError(error.path, error.rule) from None
        if not isinstance(value, dict) or sorted(value) != list(FIELDS) or value["format"] != FORMAT:
            raise EscrowTermsError("format", f"must be '{FORMAT}' with exactly {', '.join(FIELDS)}")
        return cls(
            EscrowTerms.from_json(value["terms"]),
            bytes_of_hex(value["document_hash"], "document_hash"),
            WrappedKey.from_bytes(bytes_of_hex(value["wrapped_key"], "wrapped_key", WRAPPED_BYTES)),
            sealed_of_base64(value["sealed"]),
        )


def create_escrow(
    document: bytes,
    custodians: Sequence[PublicKey],
    threshold: int,
    escrow_id: bytes,
    owners: Iterable[PublicKey] = (),
    randomness: Randomness = system_randomness,
) -> tuple[DocumentEscrow, tuple[EscrowShare, ...]]:
    """Seal the document and deal one share to each custodian, in their order; `owners` can open it themselves."""
    scalar = Scalar.random(randomness)
    shares, commitments = split(scalar, threshold, len(custodians), randomness)
    terms = EscrowTerms(escrow_id, 0, tuple(custodians), commitments)
    salt, seed = randomness(SALT_BYTES), randomness(KEY_BYTES)
    document_hash = commit(salt, document)
    wrapped = wrap_key(seed, commitments.public_key, _label(escrow_id, document_hash), randomness)
    recipients = [KeyPair.from_seed(seed).public, *owners]
    sealed = seal(salt + document, recipients, _context(escrow_id, document_hash), randomness)
    return DocumentEscrow(terms, document_hash, wrapped, sealed), shares_for(terms, shares)


def open_escrow(escrow: DocumentEscrow, shares: Iterable[EscrowShare]) -> OpenedDocument:
    """The document, from k right shares."""
    scalar = combine_shares(shares, escrow.terms)
    return open_escrow_as(escrow, KeyPair.from_seed(unwrap_key(escrow.wrapped_key, escrow.label, scalar)))


def open_escrow_as(escrow: DocumentEscrow, key_pair: KeyPair) -> OpenedDocument:
    """The document, for an owner it was sealed to."""
    opened = open_sealed(escrow.sealed, key_pair, _context(escrow.terms.escrow_id, escrow.document_hash))
    salt, document = opened.content[:SALT_BYTES], opened.content[SALT_BYTES:]
    if len(salt) != SALT_BYTES or commit(salt, document) != escrow.document_hash:
        raise EscrowForgedError("the document is not the one its hash on the ledger commits to")
    return OpenedDocument(document)


def with_terms(escrow: DocumentEscrow, terms: EscrowTerms) -> DocumentEscrow:
    """The same escrow after its shares were dealt anew; refuses terms that are not of the same secret, one epoch on."""
    old = escrow.terms
    if terms.escrow_id != old.escrow_id or terms.commitments.public_key != old.commitments.public_key:
        raise EscrowTermsError("terms", "are of another escrow: the shared secret must stay the same")
    if terms.epoch != old.epoch + 1:
        raise EscrowTermsError("epoch", f"must be {old.epoch + 1}, the one after the present")
    return replace(escrow, terms=terms)


def _label(escrow_id: bytes, document_hash: bytes) -> bytes:
    return LABEL + escrow_id + document_hash


def _context(escrow_id: bytes, document_hash: bytes) -> bytes:
    return CONTEXT_LABEL + escrow_id + document_hash


def sealed_of_base64(text: Any) -> SealedDocument:
    try:
        data = base64.b64decode(text, validate=True)
        if base64.b64encode(data).decode() != text:
            raise EscrowTermsError("sealed", "is not canonical base64")
        return SealedDocument.from_bytes(data)
    except (binascii.Error, TypeError, ValueError) as error:
        raise EscrowTermsError("sealed", f"must be base64: {error}") from None
    except EnvelopeError as error:
        raise EscrowTermsError("sealed", str(error)) from None
