"""The way back: what rows were before some blocks touched them, so that blocks that lost against others leave nothing.

Each reading that is entered near the head leaves a mark: its last block's hash, and the former rows. A chain that
forks is met again at the newest mark that it still has; what was entered after it is undone, the newest first, in one
transaction. What cannot be undone any more is an event that somebody has to look at: see `events.LedgerIndex`.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlmodel import SQLModel

from bank_api.store import statements
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

UNDO_BLOCKS = 64
"""How deep below the head a fork can be left again."""
_CHANGED: dict[str, type[SQLModel]] = {
    "account": IndexedAccountRow,
    "tally": IndexedTallyRow,
    "consent": IndexedConsentRow,
}
_ADDED = (LedgerEventRow, IndexedAnswerRow, IndexedDecisionRow, IndexedRevocationRow)
_MARK = statements.table_of(IndexedBlockRow)
_MARKS = select(_MARK).order_by(_MARK.c.number.desc())
_OLD_MARKS = delete(_MARK).where(_MARK.c.number < bindparam("oldest"))


class Before:
    """Collects the rows that are about to change; of a row that changes twice, what it was at first."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[tuple[Any, ...], dict[str, Any] | None]] = {name: {} for name in _CHANGED}

    def keep(self, of: str, key: Sequence[Any], row: Any | None) -> None:
        """`row` as it was read; None where there was none."""
        self._rows[of].setdefault(tuple(key), None if row is None else dict(row._mapping))

    def to_json(self) -> str:
        return json.dumps(
            {name: list(rows.items()) for name, rows in self._rows.items() if rows}, separators=(",", ":")
        )


def mark(moment: Moment, first: int, number: int, block_hash: str, undo: str | None) -> None:
    """Note how far the index is, and forget marks that are too deep to be met again."""
    row = {"number": number, "first": first, "hash": block_hash, "undo": undo}
    statements.save(moment, IndexedBlockRow, [row])
    moment.tell(_OLD_MARKS, [{"oldest": number - 2 * UNDO_BLOCKS}])


def marks(moment: Moment) -> list[Any]:
    """The newest first."""
    return moment.execute(_MARKS).all()


def undo(moment: Moment, lost: Sequence[Any], cursor: str) -> None:
    """Undo marks, the newest first. Raises ValueError for one that has nothing to be undone by."""
    for one in lost:
        if one.undo is None:
            raise ValueError(f"what was read before block {one.number} cannot be undone")
        _restore(moment, json.loads(one.undo))
        statements.drop(moment, IndexedBlockRow, [{"number": one.number}])
    first = lost[-1].first
    for kind in _ADDED:
        table = statements.table_of(kind)
        moment.execute(delete(table).where(table.c.block_number >= bindparam("first")), {"first": first})
    statements.save(moment, CursorRow, [{"name": cursor, "block_number": first - 1}])


def _restore(moment: Moment, former: dict[str, list[list[Any]]]) -> None:
    """All out first, then in what was: two accounts that exchanged keys stand in each other's way no more."""
    for name, rows in former.items():
        kind = _CHANGED[name]
        keys = [column.name for column in statements.table_of(kind).primary_key]
        statements.drop(moment, kind, [dict(zip(keys, key, strict=True)) for key, _ in rows])
        statements.add(moment, kind, [row for _, row in rows if row is not None])
