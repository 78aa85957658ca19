"""The JSON a partner receives: the table, what was measured of it, the attacks it withstood, the hash of the method.

Canonical: one release has one text, and a text that is not the one its content gives is refused. Nothing in it leads
back to a source row, and nothing tells the method's parameters (they stay with the bank; the hash is salted).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bank_api.domain.anonymize.attack import AttackReport, attack_from_json
from bank_api.domain.anonymize.errors import ReleaseFormatError
from bank_api.domain.anonymize.table import ReleasedTable, table_from_json

FORMAT, FORMAT_WITH_HOMES = "azukari-release-2", "azukari-release-3"
"""A release of a series with homes says so; any other is told as before."""
FORMATS = (FORMAT, FORMAT_WITH_HOMES)
METHOD_HASH_BYTES = 32


@dataclass(frozen=True)
class ReleaseDocument:
    """What a release says. Anybody may build one, so no function that sends data out accepts it."""

    audience: str
    table: ReleasedTable
    k: int
    l: tuple[tuple[str, int], ...]  # noqa: E741  the rule's own name
    t: tuple[tuple[str, float], ...]
    suppressed: int
    loss: float
    method_hash: bytes
    attack: AttackReport
    come_and_go: bool = False
    """Told in homes, for people who are away and come back (ADR 80): boxes are rooms, of classes (ADR 85)."""

    def to_json(self) -> str:
        homes = _told_in_homes(self.table) if self.come_and_go else {}
        return _canonical(
            {
                "attack": self.attack.to_json(),
                "audience": self.audience,
                "format": FORMAT,
                "k": self.k,
                "l": dict(self.l),
                "loss": self.loss,
                "method_hash": self.method_hash.hex(),
                "suppressed": self.suppressed,
                "t": dict(self.t),
                "table": self.table.to_json(),
            }
            | homes
        )

    @classmethod
    def from_json(cls, text: str) -> ReleaseDocument:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ReleaseFormatError("release", "it is no JSON") from error
        document = cls._from_fields(found)
        try:
            canonical = document.to_json()
        except ValueError as error:
            raise ReleaseFormatError("release", "it holds a number that is not finite") from error
        if canonical != text:
            raise ReleaseFormatError("release", "the JSON is not canonical")
        return document

    @classmethod
    def _from_fields(cls, found: Any) -> ReleaseDocument:
        types = {
            "attack": dict, "audience": str, "format": str, "k": int, "l": dict, "loss": float,
            "method_hash": str, "suppressed": int, "t": dict, "table": dict,
        }  # fmt: skip
        with_homes = type(found) is dict and found.get("format") == FORMAT_WITH_HOMES
        if with_homes:
            types |= {"answers_together": dict, "come_and_go": bool}
        if type(found) is not dict or set(found) != set(types):
            raise ReleaseFormatError("release", f"its fields are {', '.join(types)}")
        for name, kind in types.items():
            if type(found[name]) is not kind:
                raise ReleaseFormatError(name, f"it is not of type {kind.__name__}")
        if found["format"] not in FORMATS:
            raise ReleaseFormatError("format", "only {formats} can be read", formats=", ".join(FORMATS))
        for name, kind in (("l", int), ("t", float)):
            if any(type(value) is not kind for value in found[name].values()):
                raise ReleaseFormatError(name, f"its values are not of type {kind.__name__}")
        return cls(
            found["audience"],
            table_from_json(found["table"], with_homes),
            found["k"],
            tuple(sorted(found["l"].items())),
            tuple(sorted(found["t"].items())),
            found["suppressed"],
            found["loss"],
            _method_hash(found["method_hash"]),
            attack_from_json(found["attack"]),
            with_homes and found["come_and_go"],
        )


def _told_in_homes(table: ReleasedTable) -> dict[str, Any]:
    mean, most = table.answers_together
    together = {"mean": mean, "most": most}
    return {"answers_together": together, "come_and_go": True, "format": FORMAT_WITH_HOMES}


def _method_hash(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError as error:
        raise ReleaseFormatError("method_hash", "it is no hexadecimal text") from error
    if len(found) != METHOD_HASH_BYTES:
        raise ReleaseFormatError("method_hash", f"it has {METHOD_HASH_BYTES} bytes")
    return found


def _canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
