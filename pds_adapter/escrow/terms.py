"""The public terms of an escrow: who holds which share of what, k of how many, and the dealer's commitments.

Everybody involved sees the same terms; `commitments_hash` is what goes on the ledger and what each custodian signs.
Custodian i (counting from one) holds share i. Canonical JSON, one spelling; parse and format are inverses.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from pds_adapter.errors import EscrowTermsError, KeyFormatError, NotInGroupError
from pds_adapter.escrow.group import Point
from pds_adapter.escrow.shamir import HOLDERS_MAX
from pds_adapter.escrow.vss import Commitments
from pds_adapter.sealing.canonical import canonical_json
from pds_adapter.sealing.keys import PublicKey

SCHEME: Final = "feldman-ed25519-1"
ID_BYTES: Final = 32
EPOCH_MAX: Final = 2**32 - 1
HASH_LABEL: Final = b"azukari terms 1\x00"
FIELDS: Final = ("commitments", "custodians", "epoch", "escrow_id", "scheme", "threshold")


@dataclass(frozen=True)
class EscrowTerms:
    escrow_id: bytes
    epoch: int
    """Counts refreshes; shares of different epochs do not mix."""
    custodians: tuple[PublicKey, ...]
    commitments: Commitments

    def __post_init__(self) -> None:
        if not isinstance(self.escrow_id, bytes) or len(self.escrow_id) != ID_BYTES:
            raise EscrowTermsError("escrow_id", f"must be {ID_BYTES} bytes")
        if type(self.epoch) is not int or not 0 <= self.epoch <= EPOCH_MAX:
            raise EscrowTermsError("epoch", f"must be a whole number from 0 to {EPOCH_MAX}")
        if self.commitments.threshold < 2:
            raise EscrowTermsError("threshold", "must be at least 2, or one custodian could open alone")
        if not self.commitments.threshold <= len(self.custodians) <= HOLDERS_MAX:
            raise EscrowTermsError("custodians", f"must be from the threshold to {HOLDERS_MAX}")
        if len(set(self.custodians)) != len(self.custodians):
            raise EscrowTermsError("custodians", "nobody may hold two shares")

    @property
    def threshold(self) -> int:
        return self.commitments.threshold

    @property
    def holders(self) -> int:
        return len(self.custodians)

    @property
    def commitments_hash(self) -> bytes:
        """32 bytes that stand for all of this on the ledger."""
        encoded = HASH_LABEL + canonical_json(self.to_json())
        return hashlib.blake2b(encoded, digest_size=32).digest()

    def custodian(self, index: int) -> PublicKey:
        return self.custodians[index - 1]

    def to_json(self) -> dict[str, Any]:
        return {
            "scheme": SCHEME,
            "escrow_id": "0x" + self.escrow_id.hex(),
            "epoch": self.epoch,
            "threshold": self.threshold,
            "custodians": [key.to_hex() for key in self.custodians],
            "commitments": ["0x" + point.encoded.hex() for point in self.commitments.points],
        }

    @classmethod
    def from_json(cls, value: Any) -> EscrowTerms:
        """The strict inverse of `to_json`."""
        if not isinstance(value, dict) or sorted(value) != list(FIELDS):
            raise EscrowTermsError("terms", f"must be an object with exactly {', '.join(FIELDS)}")
        if value["scheme"] != SCHEME:
            raise EscrowTermsError("scheme", f"must be {SCHEME}")
        points, custodians = (_list(value, name) for name in ("commitments", "custodians"))
        try:
            terms = cls(
                bytes_of_hex(value["escrow_id"], "escrow_id"),
                value["epoch"],
                tuple(PublicKey.from_hex(key) for key in custodians),
                Commitments(tuple(Point(bytes_of_hex(point, "commitments")) for point in points)),
            )
        except KeyFormatError as error:
            raise EscrowTermsError("custodians", error.rule) from None
        except NotInGroupError as error:
            raise EscrowTermsError("commitments", error.rule) from None
        if type(value["threshold"]) is not int or value["threshold"] != terms.threshold:
            raise EscrowTermsError("threshold", "must be the number of commitments")
        return terms


def bytes_of_hex(text: Any, field: str, size: int = ID_BYTES) -> bytes:
    """0x and lower-case digits, exactly `size` bytes."""
    if not isinstance(text, str) or not re.fullmatch(rf"0x[0-9a-f]{{{2 * size}}}", text):
        raise EscrowTermsError(field, f"must be 0x and {2 * size} lower-case hex digits")
    return bytes.fromhex(text[2:])


def _list(value: dict[str, Any], name: str) -> list[Any]:
    if not isinstance(value[name], list) or not value[name]:
        raise EscrowTermsError(name, "must be a list, not empty")
    found: list[Any] = value[name]
    return found
