"""One connection within one transaction, through which statements go straight to the driver.

SQLAlchemy spells each statement once for the driver, and never sees it again: its own way from a statement to rows
takes thirty times as long as SQLite takes to answer. What is kept of it: types (a flag comes back as a flag), errors
(its own kinds, without parameters), and the spelling of whatever database this is.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Float, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DataError, DBAPIError, MultipleResultsFound, NoResultFound, OperationalError
from sqlalchemy.sql import ClauseElement

from bank_api.errors import DatabaseDownError, InvalidInputError
from bank_api.protocol.messages.said import said
from bank_api.store.line import Line

Values = Mapping[str, Any]
T = TypeVar("T")
SPELT_MAX = 1024
_NAMED: Any = namedtuple  # a query's columns are known when it is asked


class Found:
    """What a statement brought: rows, whose columns are attributes; or how many rows it changed."""

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows, self.rowcount = rows, rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        return self._rows

    def first(self) -> Any | None:
        return self._rows[0] if self._rows else None

    def one(self) -> Any:
        """The only row. Raises NoResultFound, MultipleResultsFound."""
        if not self._rows:
            raise NoResultFound("No row was found when one was required")
        if len(self._rows) > 1:
            raise MultipleResultsFound("Multiple rows were found when exactly one was required")
        return self._rows[0]

    def scalar(self) -> Any:
        """The first column of the first row."""
        return self._rows[0][0] if self._rows else None

    def scalars(self) -> list[Any]:
        """The first column."""
        return [row[0] for row in self._rows]


class Moment:
    """A line to a database within a transaction that somebody else begins and ends."""

    __slots__ = ("_dialect", "_line", "_once")

    def __init__(self, line: Line, dialect: Dialect) -> None:
        self._line, self._dialect = line, dialect
        self._once: dict[Any, Any] = {}

    @property
    def dialect_name(self) -> str:
        return self._dialect.name

    def once(self, key: Any, find: Callable[[], T]) -> T:
        """What `find` finds at this moment, found once. It is not to be changed."""
        if key not in self._once:
            self._once[key] = find()
        found: T = self._once[key]
        return found

    def execute(self, statement: ClauseElement, values: Values | None = None) -> Found:
        """What a statement finds or changes, with values for its parameters.

        Raises kinds of sqlalchemy.exc.DBAPIError that name no values; InvalidInputError for a value that the database
        cannot hold; DatabaseDownError where the server does not answer.
        """
        spelt = _spelt(statement, self._dialect, _keys(statement, values))
        sql, parameters = spelt.one(values or {})
        try:
            rows, count = self._line.run(sql, parameters, not spelt.grows)
        except self._line.errors as error:
            raise ours(self._dialect, sql, error) from error
        return spelt.found(rows, count)

    def execute_each(self, statement: ClauseElement, many: Sequence[Values]) -> list[Found]:
        """What it finds for each of these values; a server is asked for all at once."""
        if not many:
            return []
        spelt = _spelt(statement, self._dialect, None)
        try:
            found = self._line.each(spelt.sql, [spelt.parameters(one) for one in many])
        except self._line.errors as error:
            raise ours(self._dialect, spelt.sql, error) from error
        return [spelt.found(rows, count) for rows, count in found]

    def tell(self, statement: ClauseElement, many: Sequence[Values]) -> None:
        """Have a statement run for each of these values, which answers nothing. That it failed, `execute` raises, or
        whoever commits: a server is told together with the next question."""
        if not many:
            return
        spelt = _spelt(statement, self._dialect, _keys(statement, many[0]))
        try:
            self._line.tell(spelt.sql, [spelt.parameters(one) for one in many])
        except self._line.errors as error:
            raise ours(self._dialect, spelt.sql, error) from error

    def scalars(self, statement: ClauseElement, values: Values | None = None) -> list[Any]:
        return self.execute(statement, values).scalars()

    def exec_driver_sql(self, sql: str) -> Found:
        """Run SQL as it stands."""
        try:
            rows, count = self._line.run(sql, (), False)
        except self._line.errors as error:
            raise ours(self._dialect, sql, error) from error
        return Found(rows or [], count)


def _keys(statement: ClauseElement, values: Values | None) -> tuple[str, ...] | None:
    """Which columns an insertion names."""
    return tuple(values) if values and getattr(statement, "is_insert", False) else None


class _Spelt:
    """A statement as the driver takes it, and how its parameters and rows are turned."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, keys: tuple[str, ...] | None) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=None if keys is None else list(keys))
        self.sql = str(compiled)
        self._compiled = compiled
        self.grows = bool(compiled.post_compile_params)
        """Whether a list of values stands in it, whose length decides its spelling."""
        self._order: list[str] | None = list(compiled.positiontup) if compiled.positional else None
        self._fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        turns = (
            (name, bind.type.dialect_impl(dialect).bind_processor(dialect))
            for name, bind in compiled.binds.items()
            if not isinstance(bind.type, LargeBinary)  # every line takes bytes
        )
        self._turn = {name: turn for name, turn in turns if turn is not None}
        columns = list(getattr(statement, "selected_columns", ()))
        self._reader = _reader(columns, dialect) if columns else None

    def found(self, rows: list[Any] | None, count: int) -> Found:
        """What a driver's rows say."""
        return Found(self._reader(rows) if self._reader is not None and rows else [], count)

    def one(self, values: Values) -> tuple[str, Any]:
        """The SQL and its parameters."""
        if not self.grows:
            return self.sql, self.parameters(values)
        state = self._compiled.construct_expanded_state(dict(values))
        return state.statement, state.positional_parameters if self._order is not None else state.parameters

    def parameters(self, values: Values) -> Any:
        known = {**self._fixed, **values} if self._fixed else values
        if self._turn:
            known = dict(known)
            for name, turn in self._turn.items():
                known[name] = turn(known[name])
        return known if self._order is None else [known[name] for name in self._order]


@lru_cache(maxsize=SPELT_MAX)
def _spelt(statement: ClauseElement, dialect: Dialect, keys: tuple[str, ...] | None) -> _Spelt:
    return _Spelt(statement, dialect, keys)


def _reader(columns: Sequence[Any], dialect: Dialect) -> Callable[[list[Any]], list[Any]]:
    """From a driver's rows to ours."""
    shape: Any = _NAMED("Row", [column.name for column in columns], rename=True)
    shape._mapping = property(lambda row: row._asdict())
    make = shape._make
    turns = [_turn_of(column, dialect) for column in columns]
    changed = [(place, turn) for place, turn in enumerate(turns) if turn is not None]

    def read(found: list[Any]) -> list[Any]:
        if not changed:
            return list(map(make, found))
        rows = [list(row) for row in found]
        for row in rows:
            for place, turn in changed:
                row[place] = turn(row[place])
        return list(map(make, rows))

    return read


def _turn_of(column: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(column.type, Float | LargeBinary):
        return None  # every line gives them as what they are
    turn: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).result_processor(dialect, None)
    return turn


def ours(dialect: Dialect, sql: str, error: Any) -> Exception:
    """A driver's error as the bank's, or as SQLAlchemy's kind of it."""
    found: Exception = DBAPIError.instance(sql, None, error, errors_of(dialect), hide_parameters=True)
    if isinstance(found, DataError):  # a server keeps no NUL in text
        return InvalidInputError("body", said("rule-not-kept"))
    if isinstance(found, OperationalError) and dialect.name != "sqlite":
        return DatabaseDownError(said("refusal-database-down"))
    return found


def errors_of(dialect: Dialect) -> Any:
    """The kinds of errors that the driver raises."""
    return dialect.loaded_dbapi.Error
