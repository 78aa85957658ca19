"""A sealed document whose key a bank's board can give, k of n together, and nobody alone.

Beside its wraps such a document carries which key it is shared under and its own key wrapped under that key's public
point (`threshold.wrap_key`), bound to a label that says whose document it is.

Wrapping, one spelling: key id 32 | wrapped key 161
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pds_adapter.errors import EnvelopeFormatError, EscrowTermsError
from pds_adapter.escrow.releases import WrappedAnswer
from pds_adapter.escrow.terms import ID_BYTES, EscrowTerms
from pds_adapter.escrow.threshold import WRAPPED_BYTES, WrappedKey, wrap_key
from pds_adapter.sealing.canonical import canonical_json
from pds_adapter.sealing.envelope import KeyPair, SealedDocument, share_key
from pds_adapter.sealing.keys import Randomness, system_randomness

LABEL: Final = b"azukari shared document 1\x00"


@dataclass(frozen=True)
class SharedKey:
    key_id: bytes
    wrapped: WrappedKey

    def to_bytes(self) -> bytes:
        return self.key_id + self.wrapped.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> SharedKey:
        """The strict inverse of `to_bytes`. Raises EnvelopeFormatError."""
        if len(data) != ID_BYTES + WRAPPED_BYTES:
            raise EnvelopeFormatError("shared", f"must be {ID_BYTES + WRAPPED_BYTES} bytes")
        try:
            return cls(data[:ID_BYTES], WrappedKey.from_bytes(data[ID_BYTES:]))
        except EscrowTermsError as error:
            raise EnvelopeFormatError("shared", error.rule) from None


def label_of(owner: str, box: str, name: str) -> bytes:
    """What a wrapping is bound to: whose document it is, and which."""
    return LABEL + canonical_json([owner, box, name])


def share(
    sealed: SealedDocument,
    key_pair: KeyPair,
    terms: EscrowTerms,
    label: bytes,
    randomness: Randomness = system_randomness,
) -> SealedDocument:
    """The document wrapped under the shared key besides, by somebody who can open it."""
    return share_key(sealed, key_pair, lambda key: _wrapped(key, terms, label, randomness))


def share_by_key(document_key: bytes, terms: EscrowTerms, label: bytes) -> bytes:
    """The wrapping of a document's own key, by whoever was given it."""
    return _wrapped(document_key, terms, label, system_randomness)


def wrapped_answer(shared: bytes, label: bytes) -> WrappedAnswer:
    """As a list for a release has it. Raises EnvelopeFormatError."""
    return WrappedAnswer(label, SharedKey.from_bytes(shared).wrapped)


def _wrapped(key: bytes, terms: EscrowTerms, label: bytes, randomness: Randomness) -> bytes:
    return SharedKey(terms.escrow_id, wrap_key(key, terms.commitments.public_key, label, randomness)).to_bytes()
