"""How wide columns are: every whole number has 64 bits, sums and masks of items have 256, text is compared as bytes.

SQLite does all of that by itself. A server would give whole numbers 32 bits, which end in 2038, and sort text by the
customs of the country it was set up in.
"""

from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, MetaData, String, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel.sql.sqltypes import AutoString

_WHOLE = BigInteger().with_variant(Integer(), "sqlite")  # only as INTEGER does SQLite number rows by itself
_TEXT = String().with_variant(Text(collation="C"), "postgresql")


class Uint256(TypeDecorator[int]):
    """A number of up to 256 bits, as decimal text: no database's own number is as wide and comes back exactly."""

    impl = _TEXT
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> str | None:
        return None if value is None else str(int(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int(value)


def widen(metadata: MetaData) -> None:
    """Give every column of these tables its width."""
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Integer):
                column.type = _WHOLE
            elif isinstance(column.type, AutoString):
                column.type = _TEXT
