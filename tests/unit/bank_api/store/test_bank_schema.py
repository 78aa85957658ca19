"""A database that an earlier program made becomes this program's, with everything in it; of both kinds."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from bank_api.store import schema
from bank_api.store.database import Database
from bank_api.store.dialects import address_of
from bank_api.store.tables import (
    EntrustedKeyRow,
    FormerKeyRow,
    IndexedAnswerRow,
    KeyShareRow,
    LedgerEventRow,
    PersonRow,
    SessionRow,
)
from tests.postgres import DATABASES, new_address

LANDED = Path(__file__).parents[3] / "vectors"
AFTER_2038 = 2**31 + 5
ROWS = (
    "INSERT INTO person (account, key, name, roles, enrolled_at) VALUES ('0xA', '0xA', 'Hanako', 'member', 7)",
    "INSERT INTO session (token_digest, key, expires_at) VALUES ('d', '0xA', 9)",
    "INSERT INTO ledger_cursor (name, block_number) VALUES ('events, accounts, tallies, counts, rules', 12)",
)


@pytest.fixture(params=DATABASES)
def landed(request, tmp_path) -> str:
    """The address of a database as the program of 2026-11-28 made it, which knew no migrations."""
    address = new_address(request.param, tmp_path)
    statements = (LANDED / f"schema_landed_2026_11_28_{request.param}.sql").read_text()
    if request.param == "sqlite":
        with closing(sqlite3.connect(tmp_path / "bank.sqlite3")) as connection:
            connection.executescript(statements + ";".join(ROWS))
            connection.commit()
    else:
        with psycopg.connect(address) as connection:
            connection.execute(statements + ";".join(ROWS))
    return address


def revision_of(address: str) -> str:
    engine = create_engine(address_of(address))
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT version_num FROM alembic_version")
        found = cursor.fetchone()[0]
        cursor.close()
    engine.dispose()
    return found


def test_the_newest_migration_is_the_one_that_databases_are_marked_with():
    scripts = ScriptDirectory(str(schema.SCRIPTS))
    assert scripts.get_current_head() == schema.REVISION
    assert [one.revision for one in scripts.walk_revisions()][::-1] == list(schema.REVISIONS)


@pytest.mark.parametrize("kind", DATABASES)
def test_a_new_database_has_the_tables_of_this_program(kind, tmp_path):
    address = new_address(kind, tmp_path)
    opened = Database(address)
    with opened.session() as session:
        assert schema.differences(session.connection()) == []
    opened.close()
    assert revision_of(address) == schema.REVISION


def test_an_older_database_becomes_what_a_new_one_is_and_keeps_what_is_in_it(landed):
    opened = Database(landed)
    assert opened.get(PersonRow, account="0xA").name == "Hanako"
    assert opened.get(SessionRow, token_digest="d").expires_at == 9
    assert opened.all(LedgerEventRow) == []
    with opened.session() as session:
        found = schema.differences(session.connection())
    assert found == [], "a changed table needs a migration: bank_api/store/migrations/versions"
    opened.save(
        SessionRow(token_digest="e", key="0xA", expires_at=AFTER_2038),
        PersonRow(account="0xB", key="0xB", name="花子", roles="member", enrolled_at=AFTER_2038),
    )
    assert opened.get(SessionRow, token_digest="e").expires_at == AFTER_2038
    opened.close()
    assert revision_of(landed) == schema.REVISION
    again = Database(landed)
    assert again.get(PersonRow, account="0xB").enrolled_at == AFTER_2038
    again.close()


@pytest.mark.parametrize("kind", DATABASES)
def test_a_table_that_is_new_comes_into_being_in_a_database_that_is_marked_already(kind, tmp_path):
    address = new_address(kind, tmp_path)
    Database(address).close()
    engine = create_engine(address_of(address))
    with engine.begin() as connection:
        for row in (FormerKeyRow, EntrustedKeyRow, KeyShareRow):
            connection.exec_driver_sql(f"DROP TABLE {row.__tablename__}")
    engine.dispose()
    opened = Database(address)
    with opened.session() as session:
        assert schema.differences(session.connection()) == []
    opened.save(FormerKeyRow(account="0xA", public_key="0xB", sealed=b"sealed"))
    opened.close()


@pytest.mark.parametrize("kind", DATABASES)
def test_masks_and_sums_have_256_bits(kind, tmp_path):
    opened = Database(new_address(kind, tmp_path))
    widest = IndexedAnswerRow(
        answer_id="0x1", survey_id="0x2", member="0xA", commitment="0x3",
        items=2**256 - 1, coins=2**255, block_number=2**40, time=AFTER_2038,
    )  # fmt: skip
    opened.save(widest)
    assert opened.all(IndexedAnswerRow) == [widest]
    opened.close()


def test_before_a_file_is_changed_there_is_a_copy_of_it(tmp_path):
    file = tmp_path / "bank.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((LANDED / "schema_landed_2026_11_28_sqlite.sql").read_text() + ";".join(ROWS))
        connection.commit()
    Database(f"sqlite:///{file}").close()
    copy = tmp_path / f"bank.sqlite3.before-{schema.REVISION}"
    assert copy.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT name FROM person").fetchall() == [("Hanako",)]
        assert connection.execute("SELECT block_number FROM ledger_cursor").fetchall() == [(12,)]
    assert sorted(tmp_path.iterdir()) == sorted([file, copy])


def test_a_new_file_needs_no_copy(tmp_path):
    Database(f"sqlite:///{tmp_path / 'bank.sqlite3'}").close()
    assert [one.name for one in tmp_path.iterdir()] == ["bank.sqlite3"]


def test_a_migration_that_fails_changes_nothing(landed, monkeypatch):
    def fails(_connection, _standing):
        raise RuntimeError("half way")

    original = schema._migrate

    def half_way(connection, standing):
        original(connection, standing)
        fails(connection, standing)

    monkeypatch.setattr(schema, "_migrate", half_way)
    with pytest.raises(RuntimeError, match="half way"):
        Database(landed)
    engine = create_engine(address_of(landed))
    assert "alembic_version" not in inspect(engine).get_table_names()
    assert "ledger_cursor" in inspect(engine).get_table_names()
    engine.dispose()


@pytest.mark.parametrize("kind", DATABASES)
def test_a_database_of_a_newer_program_is_left_alone(kind, tmp_path):
    address = new_address(kind, tmp_path)
    opened = Database(address)
    opened.write(lambda moment: moment.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    opened.close()
    with pytest.raises(schema.SchemaError, match="9999"):
        Database(address)


def test_another_kind_of_database_is_refused():
    with pytest.raises(ValueError, match="SQLite or PostgreSQL"):
        Database("mysql://somewhere/bank")
