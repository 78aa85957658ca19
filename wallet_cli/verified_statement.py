"""A partner's statement held against the ledger: every block walked and checked, or an exported chain replayed.

Of the blocks that the bank shows, the sum of all coins must besides be what is proven to stand in the contract now:
events and state are two ways, and both must say the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.statements import Statement
from chaincode.deployment import Deployment
from chaincode.places import purse_slot, read_purse
from wallet_cli.errors import EvidenceError
from wallet_cli.ledger_statement import Difference, LedgerStatement, differences, ledger_statement
from wallet_cli.pins import Pins
from wallet_cli.proven import ProvenSlots
from wallet_cli.recorded_events import recorded_events
from wallet_cli.walked_chain import ShowsBlocks, Walk

TRIES = 2
"""Coins may move between the bank's answer and the newest block: then both are asked for again."""


@dataclass(frozen=True)
class Stretch:
    """Whose coins, from when (included) to when (not), unix seconds."""

    account: str
    since: int
    until: int


@dataclass(frozen=True)
class Verified:
    """A statement that is the ledger's own, and what was looked through for it."""

    statement: Statement
    through_block: int | None
    blocks_read: int | None
    """Of all up to that one; None where a whole export was replayed."""

    def to_json(self) -> dict[str, Any]:
        how = "walked" if self.through_block is not None else "replayed"
        seen = {"through_block": self.through_block, "blocks_read": self.blocks_read}
        return self.statement.model_dump(mode="json") | {"verified": {"how": how} | seen}


@dataclass(frozen=True)
class Walking:
    """What a walk needs, beside the account."""

    shows: ShowsBlocks
    pins: Pins
    deployment: Deployment
    proven: ProvenSlots
    progress: Callable[[int, int], None] = lambda done, total: None


def walked(walking: Walking, of: Stretch, ask: Callable[[], Statement]) -> Verified:
    """Raises EvidenceError for a statement of anything but `of`, or naming the first figure that the ledger has
    otherwise."""
    found: list[Difference] = []
    for _ in range(TRIES):
        told = _of_what_was_asked(of, ask())
        slot = purse_slot(of.account)
        header, (purse,) = walking.proven.read("coin", [slot])
        shown, pins, deployment = walking.shows, walking.pins, walking.deployment
        walk = Walk(shown, pins, deployment, of.account, header.number, walking.progress)
        recorded = ledger_statement(walk.events(), of.account, of.since, of.until)
        if walk.head is None or walk.head.hash != header.hash:
            raise EvidenceError(said("error-walk-broken", block=str(header.number)), said("hint-statement-false"))
        if recorded.coins_now != read_purse(purse):
            raise _differs(Difference("ledger_coins", of.account, recorded.coins_now, read_purse(purse)))
        found = list(differences(told, recorded))
        if told.ledger_coins != recorded.coins_now:
            found.append(Difference("ledger_coins", of.account, told.ledger_coins, recorded.coins_now))
        if told.ledger_locked != recorded.locked_now:
            found.append(Difference("ledger_locked", of.account, told.ledger_locked, recorded.locked_now))
        if not found:
            return Verified(told, header.number, walk.blocks_read)
    raise _differs(*found)


def replayed(
    folder: Path, deployment_file: Path | None, now: int, of: Stretch, told: Statement, pins: Pins
) -> Verified:
    """Raises InputError for a false chain or another bank's, EvidenceError for a statement of anything but `of`, or
    naming the first figure that the chain has otherwise."""
    _of_what_was_asked(of, told)
    found = list(differences(told, replayed_statement(folder, deployment_file, now, of, pins)))
    if found:
        raise _differs(*found)
    return Verified(told, None, None)


def replayed_statement(
    folder: Path, deployment_file: Path | None, now: int, of: Stretch, pins: Pins | None = None
) -> LedgerStatement:
    """What an exported chain says of an account within a stretch of time; see `recorded_events`."""
    return ledger_statement(recorded_events(folder, deployment_file, now, pins), of.account, of.since, of.until)


def _of_what_was_asked(of: Stretch, told: Statement) -> Statement:
    """A bank that may choose what it answers about could show a month in which nothing happened."""
    if (told.account, told.since, told.until) != (of.account, of.since, of.until):
        raise EvidenceError(said("error-statement-anothers"), said("hint-statement-false"))
    return told


def _differs(*found: Difference) -> EvidenceError:
    first = found[0]
    told = said(
        "error-statement-differs",
        figure=said(f"statement-figure-{first.what}"),
        of=first.of,
        bank=str(first.bank),
        ledger=str(first.ledger),
        count=len(found),
    )
    return EvidenceError(told, said("hint-statement-false"))
