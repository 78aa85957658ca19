"""Watching the chain as it grows: an auditor's own follower, with the rules held at everything it records.

Each look pulls what the ledger has since the last one. Every block is executed and checked by the engine, and the
newest is asked for again, so that a history rewritten under the auditor's eyes is found; then all events so far are
folded through the rules. Whatever was seen is kept on the auditor's own disk, with checkpoints under a key made there.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from chaincode.deployment import Deployment
from chaincode.invariants import fold
from ledger.asking import Ask, LeaderUnreachableError, ask_over_http
from ledger.chain import Chain, Clock
from ledger.datadir import DataDirectory, initialise_from_file
from ledger.errors import LedgerError
from ledger.follow import FalseLeaderError, Follower
from ledger.replay import replayed_block
from wallet_cli.audit import Record, violation_found
from wallet_cli.errors import InputError, NodeUnreachableError
from wallet_cli.finding import ChainsReason, Finding
from wallet_cli.given_file import read_given


@dataclass(frozen=True)
class Seen:
    """What one look came to."""

    first: int
    last: int
    """The newest block that was checked."""
    events: dict[str, int]
    """How many of each kind the new blocks recorded."""
    at_the_end: bool
    """Nothing more was there to pull."""
    findings: tuple[Finding, ...] = ()

    @property
    def blocks(self) -> int:
        return self.last - self.first + 1

    @property
    def is_true(self) -> bool:
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        return {
            "first": self.first,
            "last": self.last,
            "events": self.events,
            "verdict": "true" if self.is_true else "false",
            "findings": [one.to_json() for one in self.findings],
        }


class Watching:
    """`look` as often as you like. What the auditor's own disk held before is folded along, and told only if false."""

    def __init__(self, follower: Follower, chain: Chain, deployment: Deployment, url: str) -> None:
        self._follower, self._chain, self._url = follower, chain, url
        self._record = Record(deployment)
        self._checked = False
        for number in range(1, chain.head.number + 1):
            self._take(number)

    def look(self) -> Seen:
        """Pull once. Raises NodeUnreachableError for a ledger that does not answer; falsehoods are findings."""
        first, known = self._chain.head.number + 1, len(self._record.events)
        findings: list[Finding] = []
        pulled = 0
        try:
            if not self._checked:
                self._follower.check_genesis()
                self._checked = True
            pulled = self._follower.step()
        except LeaderUnreachableError as error:
            raise NodeUnreachableError(self._url, ChainsReason(error.reason)) from error
        except FalseLeaderError as error:
            findings.append(Finding(self._chain.head.number, said("finding-the-whole"), ChainsReason(error.reason)))
        for number in range(first, self._chain.head.number + 1):
            self._take(number)
        verdict = fold(self._record.events)
        findings += [*self._record.unreadable, *(violation_found(one) for one in verdict.violations)]
        told = Counter(type(event).__name__ for event in self._record.events[known:])
        return Seen(first, self._chain.head.number, dict(sorted(told.items())), pulled == 0, tuple(findings))

    def _take(self, number: int) -> None:
        history = self._chain.history
        self._record.take_block(replayed_block(history.block(number), history.receipts(number)))


@contextmanager
def open_watch(
    data: Path, url: str, deployment: Deployment, genesis: Path | None, token_file: Path | None, clock: Clock
) -> Iterator[Watching]:
    """`data` is the auditor's own folder; it is begun from `genesis` where it holds nothing yet."""
    place = DataDirectory(data)
    token = None if token_file is None else read_given(token_file, "--ledger-token-file").decode("ascii").strip()
    try:
        if not place.store_directory.is_dir():
            if genesis is None:
                raise InputError("--genesis", said("rule-needed-with", option="--data"))
            initialise_from_file(data, genesis, clock)
        chain = place.open_chain(clock)
    except LedgerError as error:
        raise InputError("--data", said("rule-cannot-be-read", why=ChainsReason(error.reason))) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("--genesis", said("rule-cannot-be-read", why=fault(error))) from error
    try:
        witness = place.load_or_make_witness()
        ask: Ask = ask_over_http(url, witness.public_key.to_checksum_address(), token)
        yield Watching(Follower(chain, ask, witness, place.checkpoint_directory), chain, deployment, url)
    finally:
        chain.store.close()
