"""The ledger's events in SQL: a copy for quick questions, never the truth, as of the block it was read through.

Questions never wait for the ledger: `follower` keeps the copy up, and says when it has reached a block.

Ids are asked for as the 0x-hex of the API; what is answered are the contracts' events, each with its place in the
chain, and their states as the contracts' own enums. `rebuild` throws the copy away and reads the chain again.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto
from functools import lru_cache
from typing import Any, TypeVar, cast, overload

from sqlalchemy import BindParameter, SelectBase, bindparam, delete, func, literal_column, or_, select, union_all
from sqlmodel import SQLModel

from bank_api.index import accounts, tallies
from bank_api.index.accounts import RecordedAccount
from bank_api.index.decisions import RecordedDecision
from bank_api.index.entering import CURSOR, enter, next_block, read_through
from bank_api.index.reading import Reading, read
from bank_api.index.rows import RecordedAnswer, RecordedConsent, event_of, standing
from bank_api.index.tallies import Place, Tally
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
from chaincode.bindings import IN_FORCE, ConsentState, Contracts, Role
from chaincode.errors import LedgerUnavailableError
from chaincode.events import Event, KeyRotated
from chaincode.node import Header

LOG = logging.getLogger(__name__)
BLOCKS_AT_ONCE = 500
SUBJECTS_AT_ONCE = 256
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

E = TypeVar("E", bound=Event)
T = TypeVar("T")


class LedgerIndex:
    """`head` tells the newest block; what lies less than `confirmations` blocks below it is not read yet."""

    def __init__(
        self, database: Database, contracts: Contracts, head: Callable[[], Header], confirmations: int = 0
    ) -> None:
        self._database, self._contracts, self._head = database, contracts, head
        self._confirmations = confirmations
        self._reading = threading.Lock()
        self._reached = -1
        self._found: dict[Callable[[LedgerIndex], Any], tuple[tuple[int, str], Any]] = {}

    # ---- catching up ----

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

    # ---- events, in the order of the chain ----

    @overload
    def events_of(self, account: str) -> list[Event]: ...
    @overload
    def events_of(self, account: str, *kinds: type[E]) -> list[E]: ...
    def events_of(self, account: str, *kinds: type[E]) -> list[E] | list[Event]:
        """What concerns an account on either side; of some kinds, or of all."""
        return self._events(Asked.CONCERNING, kinds, {"account": account})

    @overload
    def events_about(self, subject: str) -> list[Event]: ...
    @overload
    def events_about(self, subject: str, *kinds: type[E]) -> list[E]: ...
    def events_about(self, subject: str, *kinds: type[E]) -> list[E] | list[Event]:
        """What happened to the thing with this id."""
        return self._events(Asked.ABOUT, kinds, {"subject_0": subject})

    @overload
    def events_about_each(self, subjects: Iterable[str]) -> dict[str, list[Event]]: ...
    @overload
    def events_about_each(self, subjects: Iterable[str], *kinds: type[E]) -> dict[str, list[E]]: ...
    def events_about_each(
        self, subjects: Iterable[str], *kinds: type[E]
    ) -> dict[str, list[E]] | dict[str, list[Event]]:
        """What happened to each of the things with these ids, in few questions; nothing for an id nobody knows."""
        wanted = sorted(set(subjects))
        found: dict[str, list[E]] = {}
        for start in range(0, len(wanted), SUBJECTS_AT_ONCE):
            part = wanted[start : start + SUBJECTS_AT_ONCE]
            asked = part + part[-1:] * (_places(len(part)) - len(part))
            where = {f"subject_{place}": subject for place, subject in enumerate(asked)}
            for row in self._rows(Asked.ABOUT, kinds, where, len(asked)):
                found.setdefault(row.subject or "", []).append(cast(E, event_of(row)))
        return found

    def events(self, *kinds: type[E]) -> list[E]:
        """Every event of some kinds."""
        return self._events(Asked.ALL, kinds, {})

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

    def has(self, subject: str, kind: type[Event]) -> bool:
        """Whether the thing with this id has met such an event."""
        return bool(self.events_about(subject, kind))

    def counts(self) -> dict[str, int]:
        """How many events there are of each kind, by the name of its class."""
        return self.tallies(Tally.EVENTS)

    def _events(self, asked: "Asked", kinds: Iterable[type[E]], where: dict[str, Any]) -> list[E]:
        return [cast(E, event_of(row)) for row in self._rows(asked, kinds, where)]

    def _rows(
        self, asked: "Asked", kinds: Iterable[type[E]], where: dict[str, Any], subjects: int = 1
    ) -> Sequence[Any]:
        query = _events_query(asked, tuple(kind.__name__ for kind in kinds), subjects)
        with self._database.reading() as moment:
            return moment.execute(query, where).all()

    # ---- accounts ----

    def account(self, account: str) -> RecordedAccount | None:
        return next(iter(self._accounts(account=account)), None)

    def account_by_key(self, key: str) -> RecordedAccount | None:
        """The account whose key this is now; None for a key that was rotated away, or nobody's."""
        return next(iter(self._accounts(key=key)), None)

    def holder(self, key: str) -> str:
        """The account whose key this is or was; the key itself if nobody's."""
        now = self.account_by_key(key)
        if now is not None:
            return now.account
        return next((one.account for one in self.events(KeyRotated) if one.new_key == key), key)

    def active_with(self, role: Role) -> set[str]:
        """Accounts that have a role and may use it now."""
        return {one.account for one in self.accounts_with(role) if one.active}

    def accounts_with(self, role: Role) -> list[RecordedAccount]:
        """Accounts that have a role, suspended ones too."""
        with self._database.reading() as moment:
            found = moment.execute(_WITH_ROLE if role & Role.MEMBER else _IN_OFFICE, {"role": int(role)})
            return list(map(accounts.recorded, found))

    def _accounts(self, **where: str) -> list[RecordedAccount]:
        with self._database.reading() as moment:
            found = moment.execute(statements.rows_where(IndexedAccountRow, tuple(where)), where)
            return list(map(accounts.recorded, found))

    # ---- sums ----

    def tally(self, which: Tally, subject: str = "", account: str = "") -> int:
        """A sum as the contract has it; 0 of what nobody has heard of."""
        with self._database.reading() as moment:
            return tallies.tally(moment, Place(which, subject, account))

    def tallies(self, which: Tally, account: str = "") -> dict[str, int]:
        """All sums of a kind that are an account's (or nobody's in particular), by subject."""
        with self._database.reading() as moment:
            return tallies.tallies(moment, which, account)

    # ---- answers ----

    def answer(self, answer_id: str) -> RecordedAnswer | None:
        return next(iter(self._answers(answer_id=answer_id)), None)

    def answers(self, survey_id: str, before_block: int | None = None) -> dict[str, RecordedAnswer]:
        """The answers to a survey that stand, or stood before a block, by member."""
        given = self._answers(survey_id=survey_id)
        return {one.member: one for one in standing(given, before_block)}

    def answers_of(self, member: str) -> list[RecordedAnswer]:
        """All of them, those too that others took the place of."""
        return self._answers(member=member)

    def _answers(self, **where: str) -> list[RecordedAnswer]:
        with self._database.reading() as moment:
            rows = moment.execute(statements.rows_where(IndexedAnswerRow, tuple(where)), where)
            return [RecordedAnswer(**row._mapping) for row in rows]

    # ---- decisions ----

    def decisions(self) -> dict[str, RecordedDecision]:
        """Who signed what the board decided, by request."""
        return self._decisions(IndexedDecisionRow)

    def revocations(self) -> dict[str, RecordedDecision]:
        """Who signed that an approval is taken back, by request."""
        return self._decisions(IndexedRevocationRow)

    def _decisions(self, kind: type[SQLModel]) -> dict[str, RecordedDecision]:
        with self._database.reading() as moment:
            rows = moment.execute(statements.rows_where(kind), {})
            return {row.request_id: RecordedDecision(**row._mapping) for row in rows}

    # ---- consents ----

    def consent(self, consent_id: str) -> RecordedConsent | None:
        return next(iter(self._consents(consent_id=consent_id)), None)

    def consents_of(self, member: str) -> list[RecordedConsent]:
        return self._consents(member=member)

    def consents_for(self, request_id: str, *states: ConsentState) -> list[RecordedConsent]:
        """Consents to a request that stand in one of the states, ascending by id."""
        found = [one for state in states for one in self._consents(request_id=request_id, state=int(state))]
        return sorted(found, key=lambda one: one.consent_id)

    def ended_consents(self, now: int) -> list[RecordedConsent]:
        """Consents that stand and whose time is over, the first ended first: nobody has noted it on the ledger yet."""
        with self._database.reading() as moment:
            rows = moment.execute(_ENDED, {"now": now})
            return list(map(_consent, rows))

    def ended_consents_count(self, now: int) -> tuple[int, RecordedConsent | None]:
        """How many those are, and the one that ended first."""
        with self._database.reading() as moment:
            count = moment.execute(_ENDED_COUNT, {"now": now}).scalar()
            row = moment.execute(_ENDED_FIRST, {"now": now}).first() if count else None
        return count, None if row is None else _consent(row)

    def consent_counts(self, request_id: str | None = None) -> dict[str, dict[ConsentState, int]]:
        """How many consents are in each state, by request; of one request, or of all."""
        found: dict[str, dict[ConsentState, int]] = {}
        with self._database.reading() as moment:
            counted = tallies.tallies_of(moment, Tally.CONSENTS, request_id)
        for place, count in counted.items():
            if count:
                found.setdefault(place.subject, {})[ConsentState(int(place.account))] = count
        return found

    def newest_consent_time(self, request_id: str, state: ConsentState) -> int | None:
        """When the last of the consents to a request that stand in a state came to it; None of none."""
        with self._database.reading() as moment:
            found: int | None = moment.execute(_NEWEST, {"request_id": request_id, "state": int(state)}).scalar()
            return found

    def dismissed_in_releases(self) -> dict[str, list[str]]:
        """Accounts that were dismissed, by the releases that used their consent: looked up from who is dismissed, in
        one question for all releases. It takes as long as there are events of those."""
        found: dict[str, list[str]] = {}
        with self._database.reading() as moment:
            for release_id, account in moment.execute(_DISMISSED_IN):
                found.setdefault(release_id, []).append(account)
        return found

    def _consents(self, **where: Any) -> list[RecordedConsent]:
        with self._database.reading() as moment:
            rows = moment.execute(statements.rows_where(IndexedConsentRow, tuple(where)), where)
            return list(map(_consent, rows))


def _consent(row: Any) -> RecordedConsent:
    return RecordedConsent(**(dict(row._mapping) | {"state": ConsentState(row.state)}))


_STANDING = statements.table_of(IndexedConsentRow)
_IS_ENDED = (
    _STANDING.c.state.in_([literal_column(str(int(one))) for one in IN_FORCE]),
    _STANDING.c.valid_until < bindparam("now"),
)
_ENDED = select(_STANDING).where(*_IS_ENDED).order_by(_STANDING.c.valid_until, _STANDING.c.consent_id)
_ENDED_FIRST = _ENDED.limit(1)
_ENDED_COUNT = select(func.count()).select_from(_STANDING).where(*_IS_ENDED)
_NEWEST = select(func.max(_STANDING.c.time)).where(
    _STANDING.c.request_id == bindparam("request_id"), _STANDING.c.state == bindparam("state")
)


class FedIndex(LedgerIndex):
    """The same copy, which another process keeps up: `fed` waits until it has, and says how far that is."""

    def __init__(self, database: Database, contracts: Contracts, fed: Callable[[], int]) -> None:
        super().__init__(database, contracts, contracts.node.newest_header)
        self._fed = fed

    def catch_up(self) -> int:
        self._reached = self._fed()
        return self._reached


class Asked(Enum):
    """Which events somebody asks for."""

    ALL = auto()
    CONCERNING = auto()
    ABOUT = auto()


_EVENT = statements.columns(LedgerEventRow)
_ACCOUNT = statements.columns(IndexedAccountRow)
_WITH_ROLE = select(statements.table_of(IndexedAccountRow)).where(_ACCOUNT["roles"].op("&")(bindparam("role")) != 0)
_IN_OFFICE = _WITH_ROLE.where(or_(_ACCOUNT["roles"] < int(Role.MEMBER), _ACCOUNT["roles"] > int(Role.MEMBER)))
"""Said so that the index over roles finds the few who are more than members."""


def _not_sought(column: Any) -> Any:
    """The same value, by which no index is looked through."""
    return column.op("||")(literal_column("''"))


_GONE, _USED = (statements.table_of(LedgerEventRow).alias(name) for name in ("gone", "used"))
_DISMISSED_IN = (
    select(_USED.c.subject, _USED.c.account)
    .select_from(_GONE.join(_USED, _USED.c.account == _GONE.c.account))
    .where(
        _GONE.c.name == literal_column("'Dismissed'"),
        _not_sought(_USED.c.name) == literal_column("'ConsentUsed'"),
    )
    .distinct()
    .order_by(_USED.c.subject, _USED.c.account)
)


@lru_cache(maxsize=256)
def _events_query(asked: Asked, names: tuple[str, ...], subjects: int = 1) -> SelectBase:
    """Kinds are named with each account and subject, or the index over kinds alone would be gone through.

    The two sides of an event are two questions for the same reason.
    """
    kinds = [_EVENT["name"].in_([literal_column(f"'{name}'") for name in names])] if names else []
    every = select(statements.table_of(LedgerEventRow))
    account, counterparty = _EVENT["account"], _EVENT["counterparty"]
    whose: BindParameter[str] = bindparam("account")
    match asked:
        case Asked.CONCERNING:
            elsewhere = or_(account.is_(None), account != whose)
            found: Any = union_all(
                every.where(account == whose, *kinds), every.where(counterparty == whose, elsewhere, *kinds)
            )
        case Asked.ABOUT:
            which: list[Any] = [bindparam(f"subject_{place}") for place in range(subjects)]
            found = every.where(_EVENT["subject"].in_(which), *kinds)
        case Asked.ALL:
            found = every.where(*kinds)
    query: SelectBase = found.order_by("block_number", "log_index")
    return query


def _places(count: int) -> int:
    """A power of two that so many have room in: a question for each number of subjects would be too many."""
    return 1 << (count - 1).bit_length()
