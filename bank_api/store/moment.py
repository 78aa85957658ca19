"""One connection within one transaction, through which statements go straight to the driver.

SQLAlchemy spells each statement once for the driver, and never sees it again: its own way from a statement to rows
takes thirty times as long as SQLite takes to answer. What is kept of it: types (a flag comes back as a flag), errors
(its own kinds, without parameters), and the spelling of whatever database this is.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Float
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DataError, DBAPIError, MultipleResultsFound, NoResultFound, OperationalError
from sqlalchemy.sql import ClauseElement

from bank_api.errors import DatabaseDownError, InvalidInputError
from bank_api.protocol.messages.said import said

Values = Mapping[str, Any]
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
    """A driver's connection (PEP 249) within a transaction that somebody else begins and ends."""

    __slots__ = ("_dialect", "_driver")

    def __init__(self, driver: Any, dialect: Dialect) -> None:
        self._driver, self._dialect = driver, dialect

    @property
    def dialect_name(self) -> str:
        return self._dialect.name

    def execute(self, statement: ClauseElement, values: Values | Sequence[Values] | None = None) -> Found:
        """Run a statement with values for its parameters; with a list of them, once for each.

        Raises kinds of sqlalchemy.exc.DBAPIError that name no values; InvalidInputError for a value that the database
        cannot hold; DatabaseDownError where the server does not answer.
        """
        first = values if isinstance(values, Mapping) else (values[0] if values else {})
        keys = tuple(first) if getattr(statement, "is_insert", False) else None
        spelt = _spelt(statement, self._dialect, keys)
        if values is None or isinstance(values, Mapping):
            sql, parameters = spelt.one(values or {})
            return self._run(sql, lambda cursor: cursor.execute(sql, parameters), spelt.rows)
        sql, many = spelt.sql, [spelt.parameters(one) for one in values]
        return self._run(sql, lambda cursor: cursor.executemany(sql, many), None)

    def scalars(self, statement: ClauseElement, values: Values | None = None) -> list[Any]:
        return self.execute(statement, values).scalars()

    def exec_driver_sql(self, sql: str) -> Found:
        """Run SQL as it stands."""
        return self._run(sql, lambda cursor: cursor.execute(sql), list)

    def _run(self, sql: str, run: Callable[[Any], Any], read: Callable[[list[Any]], list[Any]] | None) -> Found:
        cursor = self._driver.cursor()
        try:
            run(cursor)
            rows = read(cursor.fetchall()) if read is not None and cursor.description is not None else []
            return Found(rows, cursor.rowcount)
        except _errors(self._dialect) as error:
            raise ours(self._dialect, sql, error) from error
        finally:
            cursor.close()


class _Spelt:
    """A statement as the driver takes it, and how its parameters and rows are turned."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, keys: tuple[str, ...] | None) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=None if keys is None else list(keys))
        self.sql = str(compiled)
        self._compiled = compiled
        self._grows = bool(compiled.post_compile_params)
        """Whether a list of values stands in it, whose length decides its spelling."""
        self._order: list[str] | None = list(compiled.positiontup) if compiled.positional else None
        self._fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        turns = (
            (name, bind.type.dialect_impl(dialect).bind_processor(dialect)) for name, bind in compiled.binds.items()
        )
        self._turn = {name: turn for name, turn in turns if turn is not None}
        columns = list(getattr(statement, "selected_columns", ()))
        self.rows = _reader(columns, dialect) if columns else None

    def one(self, values: Values) -> tuple[str, Any]:
        """The SQL and its parameters."""
        if not self._grows:
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
    if isinstance(column.type, Float):
        return None  # every driver gives a float as one
    turn: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).result_processor(dialect, None)
    return turn


def ours(dialect: Dialect, sql: str, error: Any) -> Exception:
    """A driver's error as the bank's, or as SQLAlchemy's kind of it."""
    found: Exception = DBAPIError.instance(sql, None, error, _errors(dialect), hide_parameters=True)
    if isinstance(found, DataError):  # a server keeps no NUL in text
        return InvalidInputError("body", said("rule-not-kept"))
    if isinstance(found, OperationalError) and dialect.name != "sqlite":
        return DatabaseDownError(said("refusal-database-down"))
    return found


def _errors(dialect: Dialect) -> Any:
    """The kinds of errors that the driver raises."""
    return dialect.loaded_dbapi.Error
