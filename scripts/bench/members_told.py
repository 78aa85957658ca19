"""Members who were never there, told to an index by events in the chain's first block, which no contract wrote."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bank_api.index.entering import enter, next_block
from bank_api.index.reading import reading_of
from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.moment import Moment
from bank_api.store.tables import PersonRow
from chaincode import events
from chaincode.bindings import ConsentState
from chaincode.ids import NOBODY, checksummed
from chaincode.logs import Position
from scripts.bench.members_copies import CACHE_KIB, TOLD_MAX, copy
from scripts.stage import survey

MEMBERS_AT_ONCE = 5_000
SOMEBODY = PersonRow(account="", key="", name="", roles="member", encryption_key="11" * 32, enrolled_at=1).model_dump()


@dataclass(frozen=True, slots=True)
class Story:
    """What everybody's events name."""

    survey_id: bytes
    request_id: bytes
    release_id: bytes
    class_id: bytes
    partner: str
    shop: str


@dataclass(frozen=True, slots=True)
class Made:
    """Whom nobody made up a wallet for: the same number is always the same member."""

    number: int

    def id(self, what: str) -> bytes:
        return hashlib.sha256(f"{what} {self.number}".encode()).digest()

    @property
    def account(self) -> str:
        return checksummed("0x" + self.id("account")[12:].hex())


def told(made: Made, story: Story) -> Iterator[events.Event]:
    """What the chain says of a member who did what everybody does."""
    account, coins = made.account, survey.COINS
    reason, consent = made.id("answer"), made.id("consent")
    yield events.Joined(made.id("join"), account, made.id("terms"), made.id("key"))
    yield events.Answered(reason, story.survey_id, account, made.id("commitment"), 3, coins)
    yield events.Transfer(NOBODY, account, coins)
    yield events.Granted(account, coins, reason)
    words = (consent, story.request_id, account, int(ConsentState.GIVEN), 3, 1, 2**40, 3, 7, made.id("notice"))
    yield events.ConsentChanged(*words)
    yield events.ConsentUsed(story.release_id, consent, 7)
    yield events.Transfer(story.partner, account, 7)
    yield events.Moved(story.partner, account, 7, made.id("moved"))
    yield events.TransferSingle(account, NOBODY, account, int.from_bytes(story.class_id, "big"), 1)
    yield events.CouponIssued(made.id("purchase"), story.class_id, account, 1, 15)
    yield events.CouponRedeemed(made.id("redemption"), story.class_id, account, story.shop)


class Telling:
    """Told of so far; what the next call tells comes on top."""

    def __init__(self, story: Story) -> None:
        self._story, self._members, self._logs = story, 0, 0

    def tell(self, file: Path, size: int) -> None:
        """Tell the index in a file, which nobody else has open, until there are `size` members."""
        with closing(Database(f"sqlite:///{file}")) as database:
            _make_hasty(database)
            gc.disable()  # nothing made here points in circles, and looking for it takes a third of the time
            to_tell = min(size, TOLD_MAX)
            for first in range(self._members, to_tell, MEMBERS_AT_ONCE):
                self._tell(database, [Made(number) for number in range(first, min(first + MEMBERS_AT_ONCE, to_tell))])
            gc.enable()
        if size > TOLD_MAX:
            copy(file, self._logs, size // TOLD_MAX - 1)
        self._members = size

    def _tell(self, database: Database, people: Sequence[Made]) -> None:
        found = []
        for made in people:
            for event in told(made, self._story):
                self._logs += 1
                place = Position(0, 1, made.id("transaction"), self._logs)
                object.__setattr__(event, "position", place)
                found.append(event)
        persons = [
            SOMEBODY | {"account": account, "key": account, "name": f"Made {made.number}"}
            for made, account in ((one, one.account) for one in people)
        ]

        def work(moment: Moment) -> None:
            enter(moment, reading_of(found, next_block(moment) - 1))
            statements.save(moment, PersonRow, persons)

        database.write(work)


def _make_hasty(database: Database) -> None:
    """What is told of is made up: a power cut may have it."""
    with database._pens.one() as pen:
        pen.run("PRAGMA synchronous=OFF", ())
        pen.run(f"PRAGMA cache_size=-{CACHE_KIB}", ())
