"""What was tried, of which contract and function, and what came of it: accepted, repeated, or refused for which reason.

An operation is one call to a contract of the bank, by a transaction or by an account that is a contract. Batches count
their items besides: an operation may accept one item, repeat another and refuse a third.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chaincode_adversary import Step

from chaincode.events import Event, Refused, Repeated

ITEMIZED = ("settle", "refund")
"""Functions whose items stand each for itself, besides all that are named `..._batch`."""
BY_PERSON, BY_CONTRACT, ON_RECEIPT = "by a key", "by a contract", "on receipt of coupons"
WAYS = (BY_PERSON, BY_CONTRACT, ON_RECEIPT)

FOR_CONTRACTS_ONLY = "only contracts of the bank may call it, and they do in other functions' operations"
CANNOT_BE_ACCEPTED: dict[tuple[str, str], str] = {
    (contract, name): FOR_CONTRACTS_ONLY
    for contract, names in {
        "coin": ("grant", "grant_batch", "burn", "spend", "move", "move_batch"),
        "survey": ("accept",),
        "request": ("consume",),
        "consent": ("use_batch", "open_hold", "hold_batch", "seal_hold", "drop_hold", "settle_batch"),
    }.items()
    for name in names
}


@dataclass
class Row:
    """One function."""

    ways: Counter[str] = field(default_factory=Counter)
    items: int = 0
    accepted: int = 0
    repeated: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def operations(self) -> int:
        return self.ways.total()

    @property
    def refused(self) -> int:
        return self.reasons.total()

    def add(self, other: "Row") -> None:
        self.ways.update(other.ways)
        self.reasons.update(other.reasons)
        self.items += other.items
        self.accepted += other.accepted
        self.repeated += other.repeated

    def to_json(self) -> dict[str, Any]:
        numbers = {"operations": self.operations, **{way: self.ways[way] for way in WAYS}}
        outcomes = {"items": self.items, "accepted": self.accepted, "repeated": self.repeated, "refused": self.refused}
        return {**numbers, **outcomes, "reasons": dict(self.reasons.most_common())}


class Census:
    """Rows by contract and function."""

    def __init__(self) -> None:
        self.rows: defaultdict[tuple[str, str], Row] = defaultdict(Row)

    @property
    def operations(self) -> int:
        return sum(row.operations for row in self.rows.values())

    def note(self, step: Step, refusal: str | None, events: Sequence[Event], way: str = BY_PERSON) -> None:
        row = self.rows[step.contract, step.function]
        row.ways[way] += 1
        items = _items(step)
        row.items += items
        if refusal is not None:
            row.reasons[refusal] += items or 1
            return
        mine = [event for event in events if not step.function.startswith("safe")]
        repeated = sum(isinstance(event, Repeated) for event in mine)
        reasons = [event.reason for event in mine if isinstance(event, Refused)]
        row.repeated += repeated
        row.reasons.update(reasons)
        row.accepted += max(items - repeated - len(reasons), 0) if _is_itemized(step) else int(not repeated)

    def add(self, other: "Census") -> None:
        for place, row in other.rows.items():
            self.rows[place].add(row)

    def gaps(self, functions: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Return what was never tried, accepted or refused, and why it cannot be, where that is so."""
        found = {}
        for place in functions:
            row, name = self.rows.get(place, Row()), ".".join(place)
            if not row.operations:
                found[name] = "never tried"
            elif not row.refused:
                found[name] = "never refused"
            elif not row.accepted:
                found[name] = CANNOT_BE_ACCEPTED.get(place, "never accepted")
        return found

    def to_json(self) -> dict[str, Any]:
        contracts: dict[str, dict[str, Any]] = {}
        for (contract, function), row in sorted(self.rows.items()):
            contracts.setdefault(contract, {})[function] = row.to_json()
        return contracts


def unexplained(gaps: Mapping[str, str]) -> dict[str, str]:
    return {name: gap for name, gap in gaps.items() if gap != FOR_CONTRACTS_ONLY}


def changing(abis: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[tuple[str, str]]:
    """Return every function that may change state, by contract."""
    return [
        (contract, entry["name"])
        for contract, abi in abis.items()
        for entry in abi
        if entry["type"] == "function" and entry["stateMutability"] in ("nonpayable", "payable")
    ]


def _is_itemized(step: Step) -> bool:
    name = step.function
    return name in ITEMIZED or name.endswith("_batch")


def _items(step: Step) -> int:
    lists = [one for one in step.arguments if isinstance(one, list)]
    return len(lists[0]) if lists and _is_itemized(step) else 0
