"""The ledger's events in SQL: a copy for quick questions, never the truth, as of the block it was read through.

Questions never wait for the ledger: `follower` keeps the copy up, and says when it has reached a block.

Ids are asked for as the 0x-hex of the API; what is answered are the contracts' events, each with its place in the
chain, and their states as the contracts' own enums. `rebuild` throws the copy away and reads the chain again.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast, overload

from sqlalchemy import func
from sqlmodel import Session, col, delete, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from bank_api.index import accounts, tallies
from bank_api.index.accounts import RecordedAccount
from bank_api.index.reading import Reading, read
from bank_api.index.rows import event_of
from bank_api.index.tallies import Place, Tally
from bank_api.store.database import Database
from bank_api.store.tables import (
    CursorRow,
    IndexedAccountRow,
    IndexedAnswerRow,
    IndexedConsentRow,
    IndexedTallyRow,
    LedgerEventRow,
)
from chaincode.bindings import ConsentState, Contracts, Role
from chaincode.events import Event

BLOCKS_AT_ONCE = 500
SUBJECTS_AT_ONCE = 500
CURSOR = "events, accounts, tallies"
"""Names what is read: a copy that an earlier program made lacks some of it."""
TABLES = (CursorRow, LedgerEventRow, IndexedAccountRow, IndexedAnswerRow, IndexedConsentRow, IndexedTallyRow)

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """An answer as the ledger has it."""

    answer_id: str
    survey_id: str
    member: str
    commitment: str
    items: int
    coins: int
    block_number: int
    time: int


@dataclass(frozen=True, slots=True)
class RecordedConsent:
    """A consent as it stands: its latest state, and how often it was used."""

    consent_id: str
    request_id: str
    member: str
    state: ConsentState
    items: int
    valid_from: int
    valid_until: int
    uses: int
    uses_maximum: int
    coins: int
    block_number: int
    time: int


class LedgerIndex:
    """`head` tells the number of the newest block."""

    def __init__(self, database: Database, contracts: Contracts, head: Callable[[], int]) -> None:
        self._database, self._contracts, self._head = database, contracts, head
        self._reading = threading.Lock()
        self._reached = -1

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
        with self._database.session() as session:
            older = session.exec(select(CursorRow).where(CursorRow.name != CURSOR)).first()
        if older is not None:
            self._clear()

    @property
    def reached(self) -> int:
        """Every question answered from now on knows all blocks up to this one; -1 before the first were read."""
        return self._reached

    def next_block(self) -> int:
        """The first block not read yet."""
        with self._database.session() as session:
            return _next_block(session)

    def add(self, reading: Reading, after: int | None = None) -> None:
        """Add what some blocks say, in one transaction. A use of a consent becomes its member's.

        With `after` only if that is still the first block not read: another process may have added these blocks.
        """

        def work(session: Session) -> None:
            if after is not None and _next_block(session) != after:
                return
            for change in reading.accounts:
                accounts.apply(session, change)
            tallies.apply(session, reading.sums)
            for consent in reading.consents:
                known = session.get(IndexedConsentRow, consent.consent_id)
                if known is not None:
                    consent.uses = known.uses
                session.merge(consent)
            session.flush()
            for row in (*reading.events, *reading.answers):
                if isinstance(row, LedgerEventRow) and (row.block_number, row.log_index) in reading.uses:
                    consent = session.get_one(IndexedConsentRow, reading.uses[row.block_number, row.log_index])
                    consent.uses += 1
                    row.account = consent.member
                session.merge(row)
            session.merge(CursorRow(name=CURSOR, block_number=reading.through_block))

        self._database.write(work)

    def catch_up(self) -> int:
        """Read what the ledger has by now; how far that is. Raises LedgerUnavailableError."""
        head = self._head()
        with self._reading:
            while True:
                following = self.next_block()
                self._reached = min(self._reached, following - 1)  # another process may be rebuilding the index
                first = max(following, self._contracts.deployment.start_block)
                if first > head:
                    self._reached = max(following - 1, min(head, first - 1))
                    return self._reached
                last = min(first + BLOCKS_AT_ONCE - 1, head)
                self.add(read(self._contracts, first, last), after=following)

    def _clear(self) -> None:
        def work(session: Session) -> None:
            for table in TABLES:
                session.exec(delete(table))

        self._database.write(work)

    # ---- events, in the order of the chain ----

    @overload
    def events_of(self, account: str) -> list[Event]: ...
    @overload
    def events_of(self, account: str, *kinds: type[E]) -> list[E]: ...
    def events_of(self, account: str, *kinds: type[E]) -> list[E] | list[Event]:
        """What concerns an account on either side; of some kinds, or of all."""
        concerns = or_(LedgerEventRow.account == account, LedgerEventRow.counterparty == account)
        return self._events(select(LedgerEventRow).where(concerns), kinds)

    @overload
    def events_about(self, subject: str) -> list[Event]: ...
    @overload
    def events_about(self, subject: str, *kinds: type[E]) -> list[E]: ...
    def events_about(self, subject: str, *kinds: type[E]) -> list[E] | list[Event]:
        """What happened to the thing with this id."""
        return self._events(select(LedgerEventRow).where(LedgerEventRow.subject == subject), kinds)

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
            for row in self._rows(select(LedgerEventRow).where(col(LedgerEventRow.subject).in_(part)), kinds):
                found.setdefault(row.subject or "", []).append(cast(E, event_of(row)))
        return found

    def events(self, *kinds: type[E]) -> list[E]:
        """Every event of some kinds."""
        return self._events(select(LedgerEventRow), kinds)

    def has(self, subject: str, kind: type[Event]) -> bool:
        """Whether the thing with this id has met such an event."""
        return bool(self.events_about(subject, kind))

    def counts(self) -> dict[str, int]:
        """How many events there are of each kind, by the name of its class."""
        query = select(LedgerEventRow.name, func.count()).group_by(col(LedgerEventRow.name))
        with self._database.session() as session:
            return dict(session.exec(query).all())

    def _events(self, query: SelectOfScalar[LedgerEventRow], kinds: Iterable[type[E]]) -> list[E]:
        return [cast(E, event_of(row)) for row in self._rows(query, kinds)]

    def _rows(self, query: SelectOfScalar[LedgerEventRow], kinds: Iterable[type[E]]) -> Sequence[LedgerEventRow]:
        names = [kind.__name__ for kind in kinds]
        if names:
            query = query.where(col(LedgerEventRow.name).in_(names))
        query = query.order_by(col(LedgerEventRow.block_number), col(LedgerEventRow.log_index))
        with self._database.session() as session:
            return session.exec(query).all()

    # ---- accounts ----

    def account(self, account: str) -> RecordedAccount | None:
        return next(iter(self._accounts(IndexedAccountRow.account == account)), None)

    def account_by_key(self, key: str) -> RecordedAccount | None:
        """The account whose key this is now; None for a key that was rotated away, or nobody's."""
        return next(iter(self._accounts(IndexedAccountRow.key == key)), None)

    def active_with(self, role: Role) -> set[str]:
        """Accounts that have a role and may use it now."""
        has_it = col(IndexedAccountRow.roles).op("&")(int(role)) != 0
        return {one.account for one in self._accounts(has_it) if one.active}

    def _accounts(self, *conditions: Any) -> list[RecordedAccount]:
        with self._database.session() as session:
            return [accounts.recorded(row) for row in session.exec(select(IndexedAccountRow).where(*conditions))]

    # ---- sums ----

    def tally(self, which: Tally, subject: str = "", account: str = "") -> int:
        """A sum as the contract has it; 0 of what nobody has heard of."""
        with self._database.session() as session:
            return tallies.tally(session, Place(which, subject, account))

    def tallies(self, which: Tally, account: str = "") -> dict[str, int]:
        """All sums of a kind that are an account's (or nobody's in particular), by subject."""
        with self._database.session() as session:
            return tallies.tallies(session, which, account)

    # ---- answers ----

    def answer(self, answer_id: str) -> RecordedAnswer | None:
        return next(iter(self._answers(IndexedAnswerRow.answer_id == answer_id)), None)

    def answers(self, survey_id: str) -> dict[str, RecordedAnswer]:
        """Answers to a survey, by member."""
        return {one.member: one for one in self._answers(IndexedAnswerRow.survey_id == survey_id)}

    def answers_of(self, member: str) -> list[RecordedAnswer]:
        return self._answers(IndexedAnswerRow.member == member)

    def _answers(self, condition: Any) -> list[RecordedAnswer]:
        with self._database.session() as session:
            rows = session.exec(select(IndexedAnswerRow).where(condition)).all()
        return [RecordedAnswer(**row.model_dump()) for row in rows]

    # ---- consents ----

    def consent(self, consent_id: str) -> RecordedConsent | None:
        return next(iter(self._consents(IndexedConsentRow.consent_id == consent_id)), None)

    def consents_of(self, member: str) -> list[RecordedConsent]:
        return self._consents(IndexedConsentRow.member == member)

    def consents_for(self, request_id: str, *states: ConsentState) -> list[RecordedConsent]:
        """Consents to a request that stand in one of the states, ascending by id."""
        rows = self._consents(IndexedConsentRow.request_id == request_id, col(IndexedConsentRow.state).in_(states))
        return sorted(rows, key=lambda row: row.consent_id)

    def consent_counts(self) -> dict[str, dict[ConsentState, int]]:
        """How many consents are in each state, by request."""
        columns = (IndexedConsentRow.request_id, IndexedConsentRow.state)
        query = select(*columns, func.count()).group_by(*map(col, columns))
        found: dict[str, dict[ConsentState, int]] = {}
        with self._database.session() as session:
            for request_id, state, count in session.exec(query).all():
                found.setdefault(request_id, {})[ConsentState(state)] = count
        return found

    def _consents(self, *conditions: Any) -> list[RecordedConsent]:
        with self._database.session() as session:
            rows = session.exec(select(IndexedConsentRow).where(*conditions)).all()
        return [RecordedConsent(**(row.model_dump() | {"state": ConsentState(row.state)})) for row in rows]


def _next_block(session: Session) -> int:
    cursor = session.get(CursorRow, CURSOR)
    return 0 if cursor is None else cursor.block_number + 1
