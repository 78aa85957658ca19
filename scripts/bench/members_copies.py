"""A million members in an index within minutes: what the index's own projections made of a hundred thousand, nine times
more under other ids.

Every id of a copy is one of the first's with its digits turned round, so that it falls anywhere among the others, as a
hash does. What all share stays what it is: survey, request, release, coupon class, partner and shop. An event's words
(`data`) are the first's: nobody reads those of somebody who does not ask.

Rows go in by the order of their keys, and the other indexes are made when all are there: eight million events put into
five indexes one after the other fall on places all over a file of some gigabytes, and did not end within five minutes.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

TOLD_MAX = 100_000
"""How many go through the projections."""
CACHE_KIB = 1_500_000
"""While members are told of, which fall on places all over a file."""
MADE = "(SELECT account FROM made)"
SUMMED = "('granted', 'sold', 'redeemed', 'consents', 'events')"
"""What is summed over everybody."""

_WHO = (
    "CREATE TEMP TABLE made AS SELECT DISTINCT account FROM ledger_event "
    "WHERE block_number = 0 AND log_index <= {logs} AND name = 'Joined'"
)
_FIRST = {
    "ledger_event": "block_number = 0 AND log_index <= {logs}",
    "indexed_account": f"account IN {MADE}",
    "indexed_answer": f"member IN {MADE}",
    "indexed_consent": f"member IN {MADE}",
    "indexed_tally": f"account IN {MADE}",
    "person": f"account IN {MADE}",
}
"""What is copied of each table."""
_CHANGED = {
    "ledger_event": {
        "log_index": "log_index + turn * {logs}",
        "subject": "CASE WHEN name = 'ConsentUsed' THEN subject ELSE {turned} END",
    },
    "indexed_account": {"key": "{turned_account}"},
    "person": {"key": "{turned_account}"},
}
_TURNED = {
    "ledger_event": ("transaction_hash", "account"),
    "indexed_account": ("account",),
    "indexed_answer": ("answer_id", "member"),
    "indexed_consent": ("consent_id", "member"),
    "indexed_tally": ("account",),
    "person": ("account",),
}
"""Columns whose ids a copy has of its own."""
_KEEP = "CREATE TEMP TABLE first AS SELECT * FROM {table} WHERE {first} ORDER BY {by_key}"
_COPY = "INSERT INTO {table} SELECT {selected} FROM turns CROSS JOIN first ORDER BY {order}"
_SUMS = "UPDATE indexed_tally SET amount = CAST(amount AS INTEGER) * {times} WHERE tally IN {SUMMED}"


def copy(file: Path, logs: int, times: int) -> None:
    """Add `times` copies of all whose events are the first `logs` of block 0, in a file that nobody else has open."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", f"cache_size=-{CACHE_KIB}"):
            database.execute(f"PRAGMA {pragma}").fetchall()
        database.execute(_WHO.format(logs=logs))
        database.execute("CREATE TEMP TABLE turns (turn INTEGER PRIMARY KEY)")
        database.executemany("INSERT INTO turns VALUES (?)", [(turn,) for turn in range(1, times + 1)])
        database.execute("BEGIN")
        for table in _FIRST:
            _copy(database, table, logs)
        database.execute(_SUMS.format(times=times + 1, SUMMED=SUMMED))
        database.execute("COMMIT")


def _copy(database: sqlite3.Connection, table: str, logs: int) -> None:
    columns = database.execute(f"PRAGMA table_info({table})").fetchall()
    keys = [name for _, name, *_, place in sorted(columns, key=lambda column: column[-1]) if place]
    made = {name: _turned(name) for name in _TURNED[table]}
    for name, words in _CHANGED.get(table, {}).items():
        made[name] = words.format(logs=logs, turned=_turned(name), turned_account=_turned("account"))
    selected = ", ".join(made.get(name, name) for _, name, *_ in columns)
    order = "turn, first.rowid" if table == "ledger_event" else ", ".join(made.get(name, name) for name in keys)
    find = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
    indexes = database.execute(find, (table,)).fetchall()
    for name, _ in indexes:
        database.execute(f"DROP INDEX {name}")
    first, by_key = _FIRST[table].format(logs=logs), ", ".join(keys)
    for words in (
        _KEEP.format(table=table, first=first, by_key=by_key),
        _COPY.format(table=table, selected=selected, order=order),
        "DROP TABLE temp.first",
        *(words for _, words in indexes),
    ):
        database.execute(words)


def _turned(name: str) -> str:
    return f"('0x' || substr({name}, 3 + turn) || substr({name}, 3, turn))"
