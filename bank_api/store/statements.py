"""SQL statements for any table, each built once: built anew, a statement costs more than its answer."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Column, Insert, Select, Table, and_, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import configure_mappers
from sqlalchemy.orm.attributes import manager_of_class
from sqlalchemy.orm.state import InstanceState
from sqlmodel import SQLModel

from bank_api.store.moment import Moment

Values = Mapping[str, Any]
Row = TypeVar("Row", bound=SQLModel)


def table_of(kind: type[SQLModel]) -> Table:
    found: Table = kind.__table__  # type: ignore[attr-defined]  # SQLModel's table classes have it
    return found


def columns(kind: type[SQLModel]) -> "Mapping[str, Column[Any]]":
    return {column.name: column for column in table_of(kind).columns}


def row(kind: type[Row], found: Any) -> Row:
    """A row of a table as it was read, made without the class's own checks, which take as long as five questions."""
    made = object.__new__(kind)
    values = found._asdict()
    fields = made.__dict__
    fields.update(values)
    _set(made, "__pydantic_fields_set__", set(values))
    _set(made, "__pydantic_extra__", None)
    _set(made, "__pydantic_private__", None)
    manager = _manager(kind)
    fields[manager.STATE_ATTR] = InstanceState(made, manager)  # by the class's own way it is compared with each field
    return made


_set = object.__setattr__


@lru_cache(maxsize=64)
def _manager(kind: type[SQLModel]) -> Any:
    configure_mappers()
    return manager_of_class(kind)


@lru_cache(maxsize=256)
def rows_where(kind: type[SQLModel], names: tuple[str, ...] = ()) -> Select[Any]:
    """All rows of which these columns have the values given as parameters of the same names."""
    table = table_of(kind)
    return select(table).where(*(table.c[name] == bindparam(name) for name in names))


def save(moment: Moment, kind: type[SQLModel], rows: Sequence[Values]) -> None:
    """Add, or overwrite the rows of the same primary keys."""
    if rows:
        moment.tell(_upsert(kind, moment.dialect_name), rows)


def add(moment: Moment, kind: type[SQLModel], rows: Sequence[Values]) -> None:
    """Add; where a row of the same key is, whoever writes gets an IntegrityError."""
    if rows:
        moment.tell(_insert(kind), rows)


def drop(moment: Moment, kind: type[SQLModel], rows: Sequence[Values]) -> None:
    """Remove the rows of these keys, all of the same columns; those that are not there are no matter."""
    if rows:
        moment.tell(_delete(kind, tuple(rows[0])), [{f"old_{n}": v for n, v in row.items()} for row in rows])


@lru_cache(maxsize=64)
def _insert(kind: type[SQLModel]) -> Any:
    return table_of(kind).insert()


@lru_cache(maxsize=64)
def _delete(kind: type[SQLModel], names: tuple[str, ...]) -> Any:
    table = table_of(kind)
    return delete(table).where(and_(*(table.c[name] == bindparam(f"old_{name}") for name in names)))


@lru_cache(maxsize=64)
def _upsert(kind: type[SQLModel], dialect: str) -> Insert:
    table = table_of(kind)
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: insert.excluded[name] for name in table.c.keys() if name not in keys}  # noqa: SIM118
    return insert.on_conflict_do_update(index_elements=keys, set_=changed)
