"""A release audited from what bank and partner hand over: made as the ledger says, and proof against the attacks?

The bank hands over its evidence (`azukari audit evidence`), the partner the release as opened (`partner receive
--payload`), the ledger is an export. Plan:
1. method   the method in clear, with its salt, hashes to what the ledger recorded
2. report   the report of the attacks hashes to what the method says, and the evidence has the batches of homes where
            the method has homes
3. payload  the partner's rows give the root on the ledger, its document names the same method
4. told     the classes of that document are those that the bank's evidence ends with
5. attacks  run again over everything that all recipients saw, they find what the report says, and nobody
What was not handed over is not checked, and the findings say so.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bank_api.domain.attacks import Evidence, differing, report_hash
from bank_api.protocol.documents.release import ReleasePayload
from bank_api.protocol.messages.said import Said, said
from bank_api.protocol.shapes.releases import ReleaseEvidence
from ledger.strict_json import load_json

PASSED, FAILED, UNCHECKED = "passed", "failed", "unchecked"


@dataclass(frozen=True)
class Check:
    name: str
    outcome: str
    why: Said | None = None


@dataclass(frozen=True)
class AuditedRelease:
    release_id: str
    checks: tuple[Check, ...]
    figures: Mapping[str, Mapping[str, Any]]
    """What the attacks found when run again, by sensitive column."""

    @property
    def is_true(self) -> bool:
        return all(one.outcome != FAILED for one in self.checks)

    def to_json(self) -> dict[str, Any]:
        checks = [
            {"name": one.name, "outcome": one.outcome, "why": None if one.why is None else str(one.why)}
            for one in self.checks
        ]
        return {"release_id": self.release_id, "true": self.is_true, "checks": checks, "attacks": dict(self.figures)}


@dataclass(frozen=True)
class Recorded:
    """The release as the ledger has it, as hex."""

    method_hash: str
    payload_root: str


def audit_release(
    evidence: ReleaseEvidence, recorded: Recorded | None, payload: ReleasePayload | None
) -> AuditedRelease:
    """See the plan above. Raises KeyError, TypeError or ValueError for evidence that is malformed."""
    columns = {name: Evidence.from_json(one) for name, one in evidence.evidence.items()}
    method_hash = hashlib.sha256(bytes.fromhex(evidence.method_salt) + evidence.method.encode()).hexdigest()
    again = {name: one.run_again() for name, one in columns.items()}
    checks = [
        _method(method_hash, recorded),
        _report(evidence, columns),
        _payload(method_hash, recorded, payload),
        _told(columns, payload),
        *_attacks(evidence, again, columns),
    ]
    return AuditedRelease(evidence.release_id, tuple(checks), {name: one.to_json() for name, one in again.items()})


def _method(found: str, recorded: Recorded | None) -> Check:
    if recorded is None:
        return Check("method", UNCHECKED, said("rule-no-chain"))
    return _equal("method", found, recorded.method_hash.removeprefix("0x"))


def _report(evidence: ReleaseEvidence, columns: Mapping[str, Evidence]) -> Check:
    if not evidence.attacks:
        return Check("report", UNCHECKED, said("rule-no-sensitive"))
    method = load_json(evidence.method)
    policy = method.get("policy")
    in_homes = isinstance(policy, dict) and policy.get("come_and_go") is True
    if any((one.batches is not None) != in_homes for one in columns.values()):
        return Check("report", FAILED, said("rule-other-series"))
    return _equal("report", report_hash(evidence.attacks), str(method.get("attacks")))


def _payload(method_hash: str, recorded: Recorded | None, payload: ReleasePayload | None) -> Check:
    if payload is None:
        return Check("payload", UNCHECKED, said("rule-no-payload"))
    named = _equal("payload", str(load_json(payload.document).get("method_hash")), method_hash)
    if named.outcome is FAILED or recorded is None:
        return named
    return _equal("payload", payload.root.hex(), recorded.payload_root.removeprefix("0x"))


def _told(columns: Mapping[str, Evidence], payload: ReleasePayload | None) -> Check:
    if payload is None or not columns:
        return Check("told", UNCHECKED, said("rule-no-payload" if payload is None else "rule-no-sensitive"))
    table = load_json(payload.document)["table"]
    classes = table.get("classes", list(range(len(table["boxes"]))))
    if len(classes) != len(table["boxes"]) or any(type(one) is not int or one < 0 for one in classes):
        raise ValueError("classes are whole numbers, one a box")
    for at, column in enumerate((one["name"] for one in table["plain"]), 1):
        if column not in columns:
            continue
        inside: dict[int, Counter[Any]] = {}
        for row in table["rows"]:
            inside.setdefault(classes[row[0]], Counter())[row[at]] += 1
        told = [Counter(dict(one.answers)) for one in columns[column].releases[-1].classes]
        if _alike(inside.values()) != _alike(told):
            return Check("told", FAILED, said("rule-other-classes", column=column))
    return Check("told", PASSED)


def _alike(classes: Any) -> Counter[frozenset[tuple[Any, int]]]:
    return Counter(frozenset(one.items()) for one in classes)


def _attacks(evidence: ReleaseEvidence, again: Mapping[str, Any], columns: Mapping[str, Evidence]) -> Iterator[Check]:
    if not evidence.attacks:
        yield Check("attacks", UNCHECKED, said("rule-no-sensitive"))
        return
    wrong = differing(load_json(evidence.attacks), again)
    exposed = sum(
        one.below_l
        + one.movers_computed
        + one.computed_by_one_other
        + (len(columns[name].newly_read_by_rule()) if one.computed_by_rule else 0)
        for name, one in again.items()
    )
    if wrong:
        yield Check("attacks", FAILED, said("rule-other-figures", figures=", ".join(wrong)))
    elif exposed:
        yield Check("attacks", FAILED, said("rule-people-exposed", people=exposed))
    else:
        yield Check("attacks", PASSED)


def _equal(name: str, found: str, wanted: str) -> Check:
    if found == wanted:
        return Check(name, PASSED)
    return Check(name, FAILED, said("rule-other-hash", found=found, wanted=wanted))
