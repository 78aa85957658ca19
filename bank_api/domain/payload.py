"""What a partner receives: the anonymized release and a fresh salt per row, under one Merkle root on the ledger."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bank_api.domain.anonymize.release import AnonymizedRelease
from chaincode.merkle import SALT_BYTES, leaf_hash, merkle_root
from pds_adapter.canonical import canonical_json


@dataclass(frozen=True, slots=True)
class Payload:
    """`content` is canonical JSON; `root` (32 bytes) commits to each row, so that a row can be proved one by one."""

    content: bytes = field(repr=False)
    root: bytes


def make_payload(release: AnonymizedRelease, random_bytes: Callable[[int], bytes]) -> Payload:
    """Accepts an AnonymizedRelease and nothing else: this is the only way from answers to a partner."""
    if not isinstance(release, AnonymizedRelease):
        raise TypeError("only an AnonymizedRelease may be sent out")
    records = release.records()
    salts = [random_bytes(SALT_BYTES) for _ in records]
    leaves = [leaf_hash(salt, canonical_json(row)) for salt, row in zip(salts, records, strict=True)]
    body: dict[str, Any] = {
        "rows": records,
        "k": release.k,
        "suppressed": release.suppressed,
        "document": release.to_json(),
    }
    content = canonical_json({"release": body, "salts": [salt.hex() for salt in salts]})
    return Payload(content, merkle_root(leaves))
