"""The ledger's events in SQL: a copy for quick questions, never the truth, as of the block it was read through.

Questions never wait for the ledger: `follower` keeps the copy up, and says when it has reached a block.

Ids are asked for as the 0x-hex of the API; what is answered are the contracts' events, each with its place in the
chain, and their states as the contracts' own enums. `rebuild` throws the copy away and reads the chain again.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import delete

from bank_api.index.entering import CURSOR, enter, next_block, read_through
from bank_api.index.events import Events
from bank_api.index.reading import Reading, read
from bank_api.index.standings import Standings
from bank_api.index.tallies import Tally
from bank_api.index.undoing import UNDO_BLOCKS, mark, marks, undo
from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.moment import Moment
from bank_api.store.tables import (
    CursorRow,
    IndexedAccountRow,
    IndexedAnswerRow,
    IndexedBlockRow,
    IndexedConsentRow,
    IndexedDecisionRow,
    IndexedRevocationRow,
    IndexedTallyRow,
    LedgerEventRow,
)
from chaincode.bindings import Contracts
from chaincode.errors import LedgerUnavailableError
from chaincode.events import KeyRotated
from chaincode.node import Header

LOG = logging.getLogger(__name__)
BLOCKS_AT_ONCE = 500
TABLES = (
    CursorRow,
    IndexedBlockRow,
    LedgerEventRow,
    IndexedAccountRow,
    IndexedAnswerRow,
    IndexedConsentRow,
    IndexedDecisionRow,
    IndexedRevocationRow,
    IndexedTallyRow,
)

T = TypeVar("T")


class LedgerIndex(Events, Standings):
    """`head` tells the newest block; what lies less than `confirmations` blocks below it is not read yet."""

    def __init__(
        self, database: Database, contracts: Contracts, head: Callable[[], Header], confirmations: int = 0
    ) -> None:
        super().__init__(database)
        self._contracts, self._head = contracts, head
        self._confirmations = confirmations
        self._reading = threading.Lock()
        self._reached = -1
        self._found: dict[Callable[[LedgerIndex], Any], tuple[tuple[int, str], Any]] = {}

    def rebuild(self) -> int:
        """Forget everything and read the whole ledger again; how many events there are."""
        with self._reading:
            self._reached = -1
            self._clear()
        self.catch_up()
        return sum(self.counts().values())

    def forget_older(self) -> None:
        """Throw away a copy that an earlier program made: it is read anew."""
        if self._database.remake_changed(TABLES) or any(row.name != CURSOR for row in self._database.all(CursorRow)):
            self._clear()

    @property
    def reached(self) -> int:
        """Every question answered from now on knows all blocks up to this one; -1 before the first were read."""
        return self._reached

    def next_block(self) -> int:
        """The first block not read yet."""
        with self._database.reading() as moment:
            return next_block(moment)

    def add(self, reading: Reading, last: Header, after: int | None = None, is_deep: bool = False) -> None:
        """Add what some blocks say, in one transaction. A use of a consent becomes its member's.

        With `after` only if that is still the first block not read: another process may have added these blocks.
        `last` is the newest of the blocks; those that are deep enough are never undone.
        """

        def work(moment: Moment) -> None:
            first = next_block(moment)
            if after is None or first == after:
                before = enter(moment, reading)
                mark(moment, first, last.number, last.hash.hex(), None if is_deep else before.to_json())

        self._database.write(work)

    def catch_up(self) -> int:
        """Read what the ledger has by now; how far that is.

        Raises LedgerUnavailableError, also where the ledger has another past than was read so deep.
        """
        with self._contracts.node.one_node(), self._reading:
            head = self._final_head()
            self._leave_fork(head)
            while True:
                following = self.next_block()
                self._reached = min(self._reached, following - 1)  # another process may be rebuilding the index
                first = max(following, self._contracts.deployment.start_block)
                if first > head.number:
                    self._reached = max(following - 1, min(head.number, first - 1))
                    return self._reached
                self._read(first, head, following)

    def _final_head(self) -> Header:
        newest = self._head()
        return newest if not self._confirmations else self._header(max(0, newest.number - self._confirmations))

    def _header(self, number: int) -> Header:
        found = self._contracts.node.header(number)
        if found is None:
            raise LedgerUnavailableError(f"the node has no block {number} any more")
        return found

    def _read(self, first: int, head: Header, following: int) -> None:
        """Read the next blocks into the index, all of one history."""
        last, deep = min(first + BLOCKS_AT_ONCE - 1, head.number), head.number - UNDO_BLOCKS
        if first <= deep < last:
            last = deep
        block = head if last == head.number else self._header(last)
        reading = read(self._contracts, first, last)
        if self._header(last).hash != block.hash:
            raise LedgerUnavailableError(f"block {last} was replaced while it was read")
        self.add(reading, block, after=following, is_deep=last <= deep)

    def _leave_fork(self, head: Header) -> None:
        """Undo what was read of blocks that are on the chain no more."""
        with self._database.reading() as moment:
            following, newest = read_through(moment)
            if newest in (head.hash.hex(), head.parent_hash.hex()) or not following:
                return
            known = marks(moment)
        lost = []
        for one in known:
            if one.number > head.number:  # a node that lags has not said that it is not there
                continue
            if self._header(one.number).hash.hex() == one.hash:
                break
            lost.append(one)
        if not lost:
            return
        lost = [one for one in known if one.number >= lost[-1].number]
        goes_deeper = lost == known and lost[-1].first > self._contracts.deployment.start_block
        if goes_deeper or any(one.undo is None for one in lost):
            raise LedgerUnavailableError(
                f"the ledger has another past than the index, in block {lost[-1].number} and before: reindex"
            )
        LOG.warning("blocks from %d on were replaced: what was read of them is undone", lost[-1].first)
        self._reached = min(self._reached, lost[-1].first - 1)
        self._database.write(lambda moment: undo(moment, lost, CURSOR))

    def _clear(self) -> None:
        def work(moment: Moment) -> None:
            for table in TABLES:
                moment.execute(delete(statements.table_of(table)))

        self._database.write(work)

    def once_a_block(self, find: "Callable[[LedgerIndex], T]") -> T:
        """What a function finds in the index and nowhere else; found again only when there are more blocks.

        For short lists that everybody asks for. What is given is everybody's: it is not to be changed.
        """
        with self._database.reading() as moment:
            read = read_through(moment)
            known = self._found.get(find)
            if known is None or known[0] != read:
                known = self._found[find] = read, find(self)
        found: T = known[1]
        return found

    def holder(self, key: str) -> str:
        """The account whose key this is or was; the key itself if nobody's."""
        now = self.account_by_key(key)
        if now is not None:
            return now.account
        return next((one.account for one in self.events(KeyRotated) if one.new_key == key), key)

    def counts(self) -> dict[str, int]:
        """How many events there are of each kind, by the name of its class."""
        return self.tallies(Tally.EVENTS)


class FedIndex(LedgerIndex):
    """The same copy, which another process keeps up: `fed` waits until it has, and says how far that is."""

    def __init__(self, database: Database, contracts: Contracts, fed: Callable[[], int]) -> None:
        super().__init__(database, contracts, contracts.node.newest_header)
        self._fed = fed

    def catch_up(self) -> int:
        self._reached = self._fed()
        return self._reached
