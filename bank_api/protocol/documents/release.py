"""The document of a release: rows and a salt each, under one Merkle root that the ledger holds.

The bank writes it (from an anonymized release and nothing else: `bank_api.domain.payload`), the partner reads it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bank_api.protocol.errors import FieldError
from bank_api.protocol.messages.said import said
from chaincode.merkle import SALT_BYTES, leaf_hash, merkle_root
from pds_adapter.sealing.canonical import canonical_json, load_shallow_json, parse_canonical_json

CLASS_OF_ANSWERS = "class_of_answers"
"""What the first column of delivered rows is called in homes (ADR 85); `_` follows where a question has the name."""
SUPPRESSION_LIMIT = 0.05
"""The share of people that a bank lets a release leave out unless its operator says otherwise."""


@dataclass(frozen=True, slots=True)
class ReleasePayload:
    """`rows` as a reader sees them, a 32-byte salt for each, and the JSON document that tells how they were made."""

    rows: Sequence[Mapping[str, Any]] = field(repr=False)
    salts: Sequence[bytes] = field(repr=False)
    k: int
    suppressed: int
    document: str = field(repr=False)

    @property
    def root(self) -> bytes:
        """32 bytes that commit to each row, so that a row can be proved by itself."""
        leaves = [leaf_hash(salt, canonical_json(row)) for salt, row in zip(self.salts, self.rows, strict=True)]
        return merkle_root(leaves)

    def to_bytes(self) -> bytes:
        body = {"rows": list(self.rows), "k": self.k, "suppressed": self.suppressed, "document": self.document}
        return canonical_json({"release": body, "salts": [salt.hex() for salt in self.salts]})


def read_payload(content: bytes) -> ReleasePayload:
    """The inverse of `to_bytes`. Raises FieldError for anything but a release with as many salts as rows."""
    whole = parse_canonical_json(content)
    try:
        body = whole["release"]
        rows = [dict(row) for row in body["rows"]]
        salts = [bytes.fromhex(salt) for salt in whole["salts"]]
        payload = ReleasePayload(rows, salts, int(body["k"]), int(body["suppressed"]), str(body["document"]))
    except (KeyError, TypeError, ValueError) as error:
        raise FieldError("payload", said("rule-holds", names="k, suppressed, rows, document, salts")) from error
    if not _is_object(payload.document) or any(len(salt) != SALT_BYTES for salt in salts):
        raise FieldError("payload", said("rule-document-or-salts"))
    if len(rows) != len(salts) or not rows:
        raise FieldError("payload", said("rule-rows-and-salts", rows=len(rows), salts=len(salts)))
    return payload


def _is_object(document: str) -> bool:
    try:
        return isinstance(load_shallow_json(document), dict)
    except ValueError:
        return False


def release_context(release_id: str) -> bytes:
    """What a sealed release is bound to."""
    return f"release:{release_id.removeprefix('0x')}".encode()
