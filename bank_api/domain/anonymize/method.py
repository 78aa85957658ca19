"""The record of how a release was made, and its salted hash.

The record stays with the bank (APPI keeps the method secret); the ledger carries the hash alone. The salt makes it
useless to guess parameters and compare hashes; who is shown record and salt can check them.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bank_api.domain.anonymize.schema import Column, ReleasePolicy

ALGORITHM = "azukari-mondrian-1"
SALT_BYTES = 32


@dataclass(frozen=True)
class Method:
    salt: bytes
    description: str

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.salt + self.description.encode()).digest()

    def attacked(self, report_hash: str) -> Method:
        """The same, committing to the report of the attacks on this release and all before it."""
        return Method(self.salt, _text(json.loads(self.description) | {"attacks": report_hash}))


def describe(columns: Sequence[Column], policy: ReleasePolicy, randomness: random.Random) -> Method:
    parameters = {
        "algorithm": ALGORITHM,
        "columns": [_column(column) for column in columns],
        "policy": {
            "audience": policy.audience,
            "beside": policy.beside,
            "come_and_go": bool(policy.come_and_go),
            "entropy_l": dict(policy.entropy_l),
            "k": policy.k,
            "l": dict(policy.l),
            "presence": policy.presence,
            "recursive": {name: list(both) for name, both in policy.recursive.items()},
            "suppression_limit": policy.suppression_limit,
            "t": dict(policy.t),
        },
    }
    return Method(randomness.randbytes(SALT_BYTES), _text(parameters))


def _text(parameters: Mapping[str, object]) -> str:
    return json.dumps(parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _column(column: Column) -> dict[str, object]:
    return {
        "clamp": column.clamp,
        "hi": column.hi,
        "hierarchy": column.hierarchy.paths if column.hierarchy else None,
        "integer": column.integer,
        "kind": column.kind.value,
        "lo": column.lo,
        "name": column.name,
        "role": column.role.value,
        "values": column.values,
    }
