"""Questions about the ledger's events, in the order of the chain, to their copy in SQL."""

from collections.abc import Iterable, Sequence
from enum import Enum, auto
from functools import lru_cache
from typing import Any, TypeVar, cast, overload

from sqlalchemy import BindParameter, SelectBase, bindparam, literal_column, or_, select, union_all

from bank_api.index.copy import Copy
from bank_api.index.rows import event_of
from bank_api.store import statements
from bank_api.store.tables import LedgerEventRow
from chaincode.events import Event

SUBJECTS_AT_ONCE = 256

E = TypeVar("E", bound=Event)


class Events(Copy):
    """What happened. Ids are asked for as the 0x-hex of the API; what is answered has its place in the chain."""

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

    def has(self, subject: str, kind: type[Event]) -> bool:
        """Whether the thing with this id has met such an event."""
        return bool(self.events_about(subject, kind))

    def _events(self, asked: "Asked", kinds: Iterable[type[E]], where: dict[str, Any]) -> list[E]:
        return [cast(E, event_of(row)) for row in self._rows(asked, kinds, where)]

    def _rows(
        self, asked: "Asked", kinds: Iterable[type[E]], where: dict[str, Any], subjects: int = 1
    ) -> Sequence[Any]:
        query = _events_query(asked, tuple(kind.__name__ for kind in kinds), subjects)
        with self._database.reading() as moment:
            return moment.execute(query, where).all()


class Asked(Enum):
    """Which events somebody asks for."""

    ALL = auto()
    CONCERNING = auto()
    ABOUT = auto()


_EVENT = statements.columns(LedgerEventRow)


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
