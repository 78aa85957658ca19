import sqlite3
import subprocess
import sys
import textwrap

import pytest

from pds_adapter.errors import StoreFormatError, StoreUnavailableError
from pds_adapter.sealing.envelope import seal
from pds_adapter.stores.embedded import EmbeddedStore
from pds_adapter.stores.port import Put, Stored

NOW = 1_800_000_000


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pds.sqlite"


@pytest.fixture
def sealed(member):
    return seal(b"the answer", [member.public], b"c")


def test_a_restart_finds_everything(path, sealed):
    store = EmbeddedStore(path)
    store.open_account("alice", NOW)
    stored = store.put("alice", "a", "1", sealed)
    grant = store.grant("alice", "a", "bank", NOW)
    store.close()
    again = EmbeddedStore(path)
    assert again.get("alice", "a", "1").etag == stored.etag
    assert again.grants("alice") == [grant]
    again.close()


def test_two_stores_on_one_file_see_each_other(path, sealed):
    one, two = EmbeddedStore(path), EmbeddedStore(path)
    one.open_account("alice", NOW)
    two.put("alice", "a", "1", sealed)
    assert one.get("alice", "a", "1").content == sealed
    one.close()
    two.close()


def test_a_process_killed_after_the_answer_has_lost_nothing(path):
    script = f"""
        import os, signal
        from pds_adapter.stores.embedded import EmbeddedStore
        from pds_adapter.sealing.envelope import KeyPair, seal
        store = EmbeddedStore({str(path)!r})
        store.open_account("alice", 1)
        document = seal(b"x", [KeyPair.from_seed(b"m" * 32).public], b"c")
        print(store.put("alice", "a", "1", document).etag, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False)
    assert run.returncode == -9, run.stderr
    store = EmbeddedStore(path)
    assert store.get("alice", "a", "1").etag == run.stdout.strip()
    store.close()


def test_durability_settings_are_on(path):
    store = EmbeddedStore(path)
    with store._reading() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete")
        }
    store.close()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


def test_erasure_and_deletion_leave_no_wrap_in_the_files(path, sealed, member):
    store = EmbeddedStore(path)
    store.open_accounts(["alice", "bob"], NOW)
    kept = seal(b"kept", [member.public], b"c")
    store.put_many([Put("alice", "a", str(i), sealed) for i in range(50)] + [Put("bob", "a", "1", kept)])
    box = sealed.wraps[0].box
    assert any(box in file.read_bytes() for file in path.parent.iterdir())
    assert store.erase("alice", NOW).documents == 50
    assert not any(box in file.read_bytes() for file in path.parent.iterdir())
    assert any(kept.wraps[0].box in file.read_bytes() for file in path.parent.iterdir())
    store.close()


def test_a_foreign_database_is_refused_and_left_alone(path):
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE diary (page TEXT)")
    foreign.close()
    before = path.read_bytes()
    with pytest.raises(StoreFormatError, match="not a personal data store"):
        EmbeddedStore(path)
    with sqlite3.connect(path) as foreign:
        assert foreign.execute("SELECT name FROM sqlite_master").fetchall() == [("diary",)]
    foreign.close()
    assert len(path.read_bytes()) == len(before)


def test_a_later_version_is_refused(path):
    EmbeddedStore(path).close()
    with sqlite3.connect(path) as later:
        later.execute("PRAGMA user_version = 2")
    later.close()
    with pytest.raises(StoreFormatError, match="schema version 2"):
        EmbeddedStore(path)


def test_a_file_that_is_no_database_is_refused(path):
    path.write_bytes(b"not a database, but long enough to look at" * 20)
    with pytest.raises(StoreFormatError, match="not a database"):
        EmbeddedStore(path)


def test_a_damaged_document_is_named(path, sealed):
    store = EmbeddedStore(path)
    store.open_account("alice", NOW)
    store.put("alice", "a", "1", sealed)
    with sqlite3.connect(path) as vandal:
        vandal.execute("UPDATE documents SET content = x'00'")
    vandal.close()
    with pytest.raises(StoreFormatError, match="alice a/1: the stored document is damaged"):
        store.get("alice", "a", "1")
    store.close()


def test_a_directory_that_is_not_there_is_a_clear_refusal(tmp_path):
    with pytest.raises(StoreUnavailableError, match="unable to open"):
        EmbeddedStore(tmp_path / "absent" / "pds.sqlite")


def test_a_thousand_puts_go_in_one_transaction(path, sealed, member):
    store = EmbeddedStore(path)
    people = [f"m{i}" for i in range(1000)]
    store.open_accounts(people, NOW)
    answers = store.put_many([Put(person, "answers", "s1", sealed) for person in people])
    assert all(isinstance(answer, Stored) for answer in answers)
    assert len(store.entries("m999")) == 1
    store.close()


def test_an_export_of_many_pages_is_whole_and_holds_nothing_back(path, sealed):
    store = EmbeddedStore(path)
    store.open_account("alice", NOW)
    names = sorted(f"{i}" for i in range(95))
    store.put_many([Put("alice", box, name, sealed) for box in ("a", "b") for name in names])
    exported = [(document.box, document.name) for document in store.export("alice")]
    assert exported == [(box, name) for box in ("a", "b") for name in names]
    half_read = store.export("alice")
    next(half_read)
    assert store.erase("alice", NOW).documents == 190
    store.close()
