"""What the contract suite did on an engine, test by test: how it ended, and every transaction it had sealed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Sealed:
    """One transaction. Equal names on two engines mean equal content, signatures, contract addresses and times."""

    name: str
    succeeded: bool
    gas_used: int
    logs: str
    """A digest of addresses, topics and data."""

    @classmethod
    def read(cls, receipt: Any) -> Sealed:
        logs = [[log["address"].lower(), log["topics"], log["data"]] for log in receipt["logs"]]
        digest = hashlib.sha256(json.dumps(logs).encode()).hexdigest()
        return cls(receipt["transactionHash"], int(receipt["status"], 16) == 1, int(receipt["gasUsed"], 16), digest)


@dataclass
class Play:
    """One test: its end and its transactions, those of the fixtures that it was the first to need among them."""

    outcome: str = "passed"
    seconds: float = 0.0
    transactions: list[Sealed] = field(default_factory=list)


@dataclass
class Record:
    """All tests of one run, in their order."""

    engine: str
    plays: dict[str, Play] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    """What only this kind of engine has to tell."""
    now: str = ""

    def begin(self, test: str) -> None:
        self.now = test
        self.plays[test] = Play()

    def sealed(self, receipt: Any) -> None:
        self.plays[self.now].transactions.append(Sealed.read(receipt))

    def ended(self, outcome: str, seconds: float) -> None:
        play = self.plays[self.now]
        play.seconds += seconds
        if outcome != "passed":
            play.outcome = outcome

    def count(self, outcome: str) -> int:
        return sum(play.outcome == outcome for play in self.plays.values())

    def transactions(self) -> list[Sealed]:
        return [one for play in self.plays.values() for one in play.transactions]

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> Record:
        document = json.loads(path.read_text())
        plays = {
            name: Play(play["outcome"], play["seconds"], [Sealed(**one) for one in play["transactions"]])
            for name, play in document["plays"].items()
        }
        return cls(document["engine"], plays, document["figures"])


def differences(ours: Record, theirs: Record, *, gas: bool) -> list[str]:
    """Say where another engine's run differs from ours, a line for each test; `gas` asks for equal gas too."""
    found = [f"{name}: not run on {theirs.engine}" for name in ours.plays if name not in theirs.plays]
    for name, play in theirs.plays.items():
        mine = ours.plays.get(name)
        if mine is None:
            found.append(f"{name}: not run on {ours.engine}")
        elif play.outcome != mine.outcome:
            found.append(f"{name}: {mine.outcome} on {ours.engine}, {play.outcome} on {theirs.engine}")
        elif [_seen(one, gas) for one in play.transactions] != [_seen(one, gas) for one in mine.transactions]:
            found.append(f"{name}: its transactions differ on {ours.engine} and {theirs.engine}")
    return found


def _seen(one: Sealed, gas: bool) -> tuple[object, ...]:
    return (one.name, one.succeeded, one.logs, one.gas_used if gas else None)
