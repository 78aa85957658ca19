"""A million members in an index within minutes: what the index's own projections made of a hundred thousand, nine times
more under other ids.

Every id of a copy is one of the first's with its digits turned round, so that it falls anywhere among the others, as a
hash does. What all share stays what it is: survey, request, release, coupon class, partner and shop. An event's words
(`data`) are the first's: nobody reads those of somebody who does not ask.
"""

from __future__ import annotations

from bank_api.store.database import Database

TOLD_MAX = 100_000
"""How many go through the projections."""
MADE = "(SELECT account FROM made)"
SUMMED = "('granted', 'sold', 'redeemed', 'consents', 'events')"
"""What is summed over everybody."""

_WHO = (
    "CREATE TEMP TABLE made AS SELECT DISTINCT account FROM ledger_event "
    "WHERE block_number = 0 AND log_index <= {logs} AND name = 'Joined'"
)
_COPIES = (
    "INSERT INTO ledger_event SELECT block_number, log_index + {turn} * {logs}, time, {transaction_hash}, contract, "
    "name, {account}, counterparty, CASE WHEN name = 'ConsentUsed' THEN subject ELSE {subject} END, data "
    "FROM ledger_event WHERE block_number = 0 AND log_index <= {logs}",
    "INSERT INTO indexed_account SELECT {account}, {account}, roles, is_suspended, is_resting, agreed_block, "
    "agreed_log_index FROM indexed_account WHERE account IN {MADE}",
    "INSERT INTO indexed_answer SELECT {answer_id}, survey_id, {member}, commitment, items, coins, replaces, "
    "block_number, time FROM indexed_answer WHERE member IN {MADE}",
    "INSERT INTO indexed_consent SELECT {consent_id}, request_id, {member}, state, items, valid_from, valid_until, "
    "uses, uses_maximum, coins, block_number, time FROM indexed_consent WHERE member IN {MADE}",
    "INSERT INTO indexed_tally SELECT tally, subject, {account}, amount FROM indexed_tally WHERE account IN {MADE}",
    "INSERT INTO person SELECT {account}, {account}, name, email, roles, parent, encryption_key, enrolled_at "
    "FROM person WHERE account IN {MADE}",
)
_SUMS = "UPDATE indexed_tally SET amount = CAST(amount AS INTEGER) * {times} WHERE tally IN {SUMMED}"


def copy(database: Database, logs: int, times: int) -> None:
    """Add `times` copies of all whose events are the first `logs` of block 0. The database is a file."""
    with database._pens.one() as pen:
        pen.run(_WHO.format(logs=logs), ())
        for turn in range(1, times + 1):
            columns = ("transaction_hash", "account", "subject", "answer_id", "consent_id", "member")
            turned = {name: _turned(name, turn) for name in columns}
            pen.begin("BEGIN IMMEDIATE")
            for statement in _COPIES:
                pen.run(statement.format(turn=turn, logs=logs, MADE=MADE, **turned), ())
            pen.commit()
        pen.run(_SUMS.format(times=times + 1, SUMMED=SUMMED), ())
        pen.run("DROP TABLE made", ())
        pen.run("PRAGMA wal_checkpoint(TRUNCATE)", ())


def _turned(name: str, by: int) -> str:
    return f"('0x' || substr({name}, {3 + by}) || substr({name}, 3, {by}))"
