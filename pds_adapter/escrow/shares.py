"""Shares that describe themselves: which escrow and epoch, which of how many, under which terms, and a checksum.

Two written forms, each with one spelling, parse and format inverses:
  text  AZUKARI-SHARE-1: and base32 (RFC 4648, upper case, no padding), all in the alphabet of QR codes' dense mode
  JSON  an object of the same fields
Both hold the secret in clear; on a disk use `share_keystore`, on the way to a custodian `seal_share`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pds_adapter.errors import (
    EscrowTermsError,
    ForeignShareError,
    NotInGroupError,
    ShareChecksumError,
    ShareFormatError,
    ShareIndexError,
)
from pds_adapter.escrow.group import SCALAR_BYTES, Scalar
from pds_adapter.escrow.shamir import check_index
from pds_adapter.escrow.terms import EPOCH_MAX, ID_BYTES, SCHEME, EscrowTerms, bytes_of_hex
from pds_adapter.escrow.vss import Share, combine, verify_share
from pds_adapter.sealing.envelope import KeyPair, PublicKey, SealedDocument, open_sealed, seal
from pds_adapter.sealing.keys import Randomness, system_randomness
from pds_adapter.sealing.wire import WireReader

TEXT_PREFIX: Final = "AZUKARI-SHARE-1:"
BODY_VERSION: Final = b"\x01"
CHECKSUM_BYTES: Final = 4
CHECKSUM_LABEL: Final = b"azukari share 1\x00"
CONTEXT_LABEL: Final = b"azukari share\x00"
FIELDS: Final = (
    "checksum", "commitments_hash", "epoch", "escrow_id", "holders", "index", "scheme", "threshold", "value",
)  # fmt: skip


@dataclass(frozen=True)
class EscrowShare:
    escrow_id: bytes
    epoch: int
    index: int
    threshold: int
    holders: int
    commitments_hash: bytes
    value: Scalar

    def __post_init__(self) -> None:
        for name, size in (("escrow_id", ID_BYTES), ("commitments_hash", ID_BYTES)):
            if len(getattr(self, name)) != size:
                raise ShareFormatError(name, f"must be {size} bytes")
        for name in ("epoch", "index", "threshold", "holders"):
            if type(getattr(self, name)) is not int:
                raise ShareFormatError(name, "must be a whole number")
        if not 0 <= self.epoch <= EPOCH_MAX:
            raise ShareFormatError("epoch", f"must be from 0 to {EPOCH_MAX}")
        if not 2 <= self.threshold <= self.holders <= 255:
            raise ShareFormatError("threshold", "must be from 2 to the number of holders, and they at most 255")
        check_index(self.index)
        if self.index > self.holders:
            raise ShareIndexError(self.index, f"is beyond the {self.holders} holders")

    @property
    def share(self) -> Share:
        return Share(self.index, self.value)

    def to_text(self) -> str:
        body = self._body()
        encoded = base64.b32encode(body + _checksum(body)).decode().rstrip("=")
        return TEXT_PREFIX + encoded

    @classmethod
    def from_text(cls, text: str) -> EscrowShare:
        """The strict inverse of `to_text`."""
        if not isinstance(text, str) or not re.fullmatch(TEXT_PREFIX + "[A-Z2-7]+", text):
            raise ShareFormatError("text", f"must be {TEXT_PREFIX} and base32 in upper case, without spaces")
        encoded = text.removeprefix(TEXT_PREFIX)
        try:
            data = base64.b32decode(encoded + "=" * (-len(encoded) % 8))
        except binascii.Error:
            raise ShareFormatError("text", "is cut short or too long") from None
        share = cls.from_bytes(data)
        if share.to_text() != text:
            raise ShareFormatError("text", "is not the canonical spelling")
        return share

    def to_json(self) -> dict[str, Any]:
        return {
            "scheme": SCHEME,
            "escrow_id": "0x" + self.escrow_id.hex(),
            "epoch": self.epoch,
            "index": self.index,
            "threshold": self.threshold,
            "holders": self.holders,
            "commitments_hash": "0x" + self.commitments_hash.hex(),
            "value": "0x" + self.value.encoded.hex(),
            "checksum": "0x" + _checksum(self._body()).hex(),
        }

    @classmethod
    def from_json(cls, value: Any) -> EscrowShare:
        """The strict inverse of `to_json`."""
        if not isinstance(value, dict) or sorted(value) != list(FIELDS):
            raise ShareFormatError("share", f"must be an object with exactly {', '.join(FIELDS)}")
        if value["scheme"] != SCHEME:
            raise ShareFormatError("scheme", f"must be {SCHEME}")
        try:
            share = cls(
                bytes_of_hex(value["escrow_id"], "escrow_id"),
                value["epoch"],
                value["index"],
                value["threshold"],
                value["holders"],
                bytes_of_hex(value["commitments_hash"], "commitments_hash"),
                Scalar(bytes_of_hex(value["value"], "value")),
            )
            checksum = bytes_of_hex(value["checksum"], "checksum", CHECKSUM_BYTES)
        except EscrowTermsError as error:
            raise ShareFormatError(error.field, error.rule) from None
        except NotInGroupError as error:
            raise ShareFormatError("value", error.rule) from None
        if checksum != _checksum(share._body()):
            raise ShareChecksumError
        return share

    def to_bytes(self) -> bytes:
        """Body and checksum, as in the text form before base32."""
        return self._body() + _checksum(self._body())

    @classmethod
    def from_bytes(cls, data: bytes) -> EscrowShare:
        """The strict inverse of `to_bytes`."""
        if len(data) > CHECKSUM_BYTES and data[-CHECKSUM_BYTES:] != _checksum(data[:-CHECKSUM_BYTES]):
            raise ShareChecksumError
        reader = WireReader(data, ShareFormatError)
        reader.literal(BODY_VERSION, "version")
        escrow_id = reader.take(ID_BYTES, "escrow_id")
        epoch = reader.number(4, "epoch")
        index, threshold, holders = (reader.number(1, name) for name in ("index", "threshold", "holders"))
        commitments_hash = reader.take(ID_BYTES, "commitments_hash")
        encoded = reader.take(SCALAR_BYTES, "value")
        reader.take(CHECKSUM_BYTES, "checksum")
        reader.finish()
        try:
            value = Scalar(encoded)
        except NotInGroupError as error:
            raise ShareFormatError("value", error.rule) from None
        return cls(escrow_id, epoch, index, threshold, holders, commitments_hash, value)

    def check_terms(self, terms: EscrowTerms) -> None:
        """Refuses a share of another escrow, epoch or policy."""
        expected: list[tuple[str, Any, Any]] = [
            ("escrow", terms.escrow_id.hex(), self.escrow_id.hex()),
            ("epoch", terms.epoch, self.epoch),
            ("threshold", terms.threshold, self.threshold),
            ("number of holders", terms.holders, self.holders),
            ("policy", terms.commitments_hash.hex(), self.commitments_hash.hex()),
        ]
        for field, wanted, found in expected:
            if wanted != found:
                raise ForeignShareError(self.index, field, str(wanted), str(found))

    def _body(self) -> bytes:
        numbers = self.epoch.to_bytes(4, "big") + bytes([self.index, self.threshold, self.holders])
        return BODY_VERSION + self.escrow_id + numbers + self.commitments_hash + self.value.encoded


def shares_for(terms: EscrowTerms, shares: Iterable[Share]) -> tuple[EscrowShare, ...]:
    """The dealer's bare shares, each made to describe itself."""
    return tuple(
        EscrowShare(
            terms.escrow_id,
            terms.epoch,
            share.index,
            terms.threshold,
            terms.holders,
            terms.commitments_hash,
            share.value,
        )
        for share in shares
    )


def verify_escrow_share(share: EscrowShare, terms: EscrowTerms) -> None:
    """What a custodian checks before acknowledging: right escrow, right terms, and the share fits them."""
    share.check_terms(terms)
    verify_share(share.share, terms.commitments)


def combine_shares(shares: Iterable[EscrowShare], terms: EscrowTerms) -> Scalar:
    """The escrowed scalar from k shares; names what is foreign, repeated or wrong, counts what is missing."""
    given = tuple(shares)
    for share in given:
        share.check_terms(terms)
    return combine((share.share for share in given), terms.commitments)


def seal_share(share: EscrowShare, custodian: PublicKey, randomness: Randomness = system_randomness) -> SealedDocument:
    """For one custodian's eyes; may be kept in any personal data store."""
    return seal(share.to_bytes(), [custodian], _context(share.escrow_id, share.epoch), randomness)


def open_share(sealed: SealedDocument, key_pair: KeyPair, terms: EscrowTerms) -> EscrowShare:
    """Open and verify: what this returns may be acknowledged."""
    share = open_wrapped_share(sealed, key_pair, terms)
    if terms.custodian(share.index) != key_pair.public:
        raise ForeignShareError(
            share.index, "custodian", terms.custodian(share.index).to_hex(), key_pair.public.to_hex()
        )
    return share


def open_wrapped_share(sealed: SealedDocument, key_pair: KeyPair, terms: EscrowTerms) -> EscrowShare:
    """The same of a share that its holder may have wrapped to a later key of its own than the terms name."""
    share = EscrowShare.from_bytes(open_sealed(sealed, key_pair, _context(terms.escrow_id, terms.epoch)).content)
    verify_escrow_share(share, terms)
    return share


def _context(escrow_id: bytes, epoch: int) -> bytes:
    return CONTEXT_LABEL + escrow_id + epoch.to_bytes(4, "big")


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(CHECKSUM_LABEL + body, digest_size=CHECKSUM_BYTES).digest()
