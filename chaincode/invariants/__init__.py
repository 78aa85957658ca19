"""Did the rules hold? Folds the ledger's events, in pure Python, into a verdict naming every rule broken, and where.

The contracts enforce these rules; whoever replays the chain has seen them run. This reads the result a second time
from what was recorded, with other code, and needs to trust neither the bank nor the contracts. The plan:

1. Take the events transaction by transaction, because facts of one transaction vouch for each other.
2. Before an event is applied, ask every rule about it; a rule answers with what is broken.
3. Apply it to the state. An event that speaks of something unknown is a broken rule too.
4. At the end ask the rules about the whole: supply, locked coins.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from chaincode.comparison import Difference, compare_state
from chaincode.events import Event
from chaincode.invariants import data, draws, escrow, money, people, quota, recovery, shop
from chaincode.invariants.context import Context
from chaincode.invariants.counts import count
from chaincode.logs import Position
from chaincode.model import State
from chaincode.sentence import Sentence

RULES = (
    people.broken,
    money.broken,
    quota.broken,
    data.broken,
    shop.broken,
    escrow.broken,
    draws.broken,
    recovery.broken,
)


@dataclass(frozen=True)
class Violation:
    """A rule that did not hold, and where in the chain."""

    rule: str
    event: str
    block_number: int | None
    transaction_hash: bytes | None

    def __str__(self) -> str:
        where = "at the end" if self.block_number is None else f"in block {self.block_number}"
        transaction = f", transaction 0x{self.transaction_hash.hex()}" if self.transaction_hash else ""
        return f"{self.rule} ({self.event}{transaction}, {where})"


@dataclass(frozen=True)
class Verdict:
    """What the events add up to."""

    events: int
    counts: dict[str, int]
    violations: tuple[Violation, ...]
    state: State

    @property
    def is_true(self) -> bool:
        """Every rule held."""
        return not self.violations


def fold(events: Iterable[Event]) -> Verdict:
    """Return the verdict on events in chain order, each with its position and time."""
    context = Context()
    violations: list[Violation] = []
    kinds: Counter[str] = Counter()
    for transaction in _transactions(events):  # 1.
        kinds.update(type(event).__name__ for event in transaction)
        context.begin(transaction)
        for event in transaction:
            violations += _take(context, event)
    for at_the_end in (money.broken_at_the_end, quota.broken_at_the_end):  # 4.
        violations += [Violation(rule, "the whole", None, None) for rule in at_the_end(context.state)]
    return Verdict(sum(kinds.values()), count(context.state, kinds), tuple(violations), context.state)


def _take(context: Context, event: Event) -> Iterator[Violation]:
    context.now = event.position.timestamp or 0 if event.position else 0
    try:
        for rules in RULES:  # 2.
            for rule in rules(context, event):
                yield _violation(rule, event)
        context.state.apply(event)  # 3.
    except KeyError as unknown:
        yield _violation(Sentence("speaks of something unknown: {what}", what=_named(unknown)), event)
    context.done(event)


def _violation(rule: str, event: Event) -> Violation:
    position = event.position or Position(0, None, b"", 0)
    return Violation(rule, type(event).__name__, position.block_number, position.transaction_hash)


def _named(error: KeyError) -> str:
    key = error.args[0] if error.args else ""
    return "0x" + key.hex() if isinstance(key, bytes) else str(key)


def _transactions(events: Iterable[Event]) -> Iterator[list[Event]]:
    for _, group in groupby(events, key=lambda event: event.position and event.position.transaction_hash):
        yield list(group)


__all__ = ["Difference", "State", "Verdict", "Violation", "compare_state", "fold"]
