"""Copies of members for the bench: as many as were asked for, each under ids of its own, found by every index."""

import sqlite3
from contextlib import closing

import pytest

from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.tables import (
    IndexedAccountRow,
    IndexedAnswerRow,
    IndexedConsentRow,
    IndexedTallyRow,
    LedgerEventRow,
    PersonRow,
)
from scripts.bench.members_copies import copy

WHO = [f"0x{number:040x}" for number in (0xA1B2C3, 0xD4E5F6)]
THING = [f"0x{number:064x}" for number in (0x1234, 0x5678)]
TIMES = 3


def rows_of(place, who, thing):
    """What the index has of one member, whose two events are the first or the second two."""
    event = {
        "block_number": 0,
        "time": 1,
        "transaction_hash": thing,
        "contract": "m",
        "counterparty": None,
        "data": "{}",
    }
    events = [
        event | {"log_index": 2 * place + 1, "name": "Joined", "account": who, "subject": thing},
        event | {"log_index": 2 * place + 2, "name": "ConsentUsed", "account": who, "subject": "0x" + "99" * 32},
    ]
    yield LedgerEventRow, events
    yield IndexedAccountRow, [IndexedAccountRow(account=who, key=who, roles=1).model_dump()]
    answered = {"answer_id": thing, "survey_id": "s", "member": who, "commitment": "c", "items": 3, "coins": 5}
    yield IndexedAnswerRow, [answered | {"replaces": "", "block_number": 0, "time": 1}]
    consent = {"consent_id": thing, "request_id": "r", "member": who, "state": 1, "items": 3, "valid_from": 1}
    rest = {"valid_until": 9, "uses": 1, "uses_maximum": 3, "coins": 7, "block_number": 0, "time": 1}
    yield IndexedConsentRow, [consent | rest]
    yield IndexedTallyRow, [{"tally": "coins", "subject": "", "account": who, "amount": "5"}]
    person = PersonRow(account=who, key=who, name="Made", roles="member", enrolled_at=1)
    yield PersonRow, [person.model_dump()]


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "bank.sqlite3"
    with closing(Database(f"sqlite:///{file}")) as database:

        def work(moment):
            for place, (who, thing) in enumerate(zip(WHO, THING, strict=True)):
                for table, rows in rows_of(place, who, thing):
                    statements.save(moment, table, rows)
            statements.save(
                moment, IndexedTallyRow, [{"tally": "granted", "subject": "", "account": "", "amount": "10"}]
            )

        database.write(work)
    return file


def test_each_copy_has_ids_of_its_own_and_what_all_share_stays(file):
    with closing(sqlite3.connect(file)) as found:
        indexes = found.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name").fetchall()
    copy(file, 4, TIMES)
    with closing(sqlite3.connect(file)) as found:

        def one(words):
            return found.execute(words).fetchone()[0]

        people = 2 * (TIMES + 1)
        for table in ("indexed_account", "indexed_answer", "indexed_consent", "person"):
            assert one(f"SELECT count(*) FROM {table}") == people  # noqa: S608  the names above
        assert one("SELECT count(DISTINCT account) FROM ledger_event WHERE name = 'Joined'") == people
        assert one("SELECT count(DISTINCT subject) FROM ledger_event WHERE name = 'ConsentUsed'") == 1
        assert one("SELECT count(DISTINCT log_index) FROM ledger_event") == 2 * people
        assert one("SELECT amount FROM indexed_tally WHERE tally = 'granted'") == str(10 * (TIMES + 1))
        assert one("SELECT count(*) FROM indexed_account AS a JOIN person AS p ON p.account = a.account") == people
        assert one("SELECT count(*) FROM indexed_account WHERE key <> account OR length(key) <> 42") == 0
        made = found.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name").fetchall()
        assert (made, one("PRAGMA integrity_check")) == (indexes, "ok")
