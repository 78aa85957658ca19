"""The store: atomic, growing, readable beside a writer, and clear about what it cannot do."""

import os
import subprocess
import sys

import pytest

from ledger.errors import DataDirectoryError, StoreCorruptError, StoreReadOnlyError
from ledger.records import BLOCKS, LOG_INDEX, META, RECEIPTS, TABLES
from ledger.store import Store
from ledger.write_batch import WriteBatch

SMALL_MAP_BYTES = 1 << 20


def batch_of(rows, table=RECEIPTS):
    batch = WriteBatch()
    for key, value in rows.items():
        batch.put(table, key, value)
    return batch


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "store", map_size_bytes=SMALL_MAP_BYTES) as opened:
        yield opened


def test_what_was_committed_is_there_after_reopening(tmp_path):
    with Store(tmp_path / "s") as store:
        store.commit(batch_of({b"key": b"value"}))
    with Store(tmp_path / "s") as store:
        assert store.get(RECEIPTS, b"key") == b"value"


def test_an_absent_key_is_none(store):
    assert store.get(META, b"nothing") is None


def test_tables_do_not_see_each_other(store):
    store.commit(batch_of({b"k": b"node"}))
    assert store.get(BLOCKS, b"k") is None


def test_the_map_grows_by_itself(store):
    before = store.statistics()["map_bytes"]
    for round_number in range(4):
        rows = {os.urandom(32): os.urandom(500) for _ in range(2_000)}
        store.commit(batch_of(rows))
        assert all(store.get(RECEIPTS, key) == value for key, value in list(rows.items())[:20]), round_number
    assert store.statistics()["map_bytes"] > before
    assert store.statistics()[RECEIPTS] == 8_000


def test_one_batch_larger_than_the_whole_map_fits(store):
    value = b"x" * (SMALL_MAP_BYTES * 20)
    store.commit(batch_of({b"big": value}, BLOCKS))
    assert store.get(BLOCKS, b"big") == value


def test_a_second_writer_is_refused(store):
    with pytest.raises(DataDirectoryError, match="in use"):
        Store(store.path)


def test_a_second_process_reads_while_the_first_one_writes(store):
    store.commit(batch_of({b"k": b"1"}))
    program = (
        "import sys; from pathlib import Path; from ledger.store import Store\nfrom ledger.records import RECEIPTS\n"
        "store = Store(Path(sys.argv[1]), read_only=True)\n"
        "print(store.get(RECEIPTS, b'k').decode(), flush=True); sys.stdin.readline()\n"
        "print(store.get(RECEIPTS, b'k').decode(), store.get(RECEIPTS, b'big') is not None, flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(store.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout.readline() == "1\n"
        store.commit(batch_of({b"k": b"2", b"big": b"y" * (SMALL_MAP_BYTES * 40)}))
        out, _ = reader.communicate("go\n", timeout=30)
    assert out == "2 True\n"


def test_a_read_only_store_refuses_to_write(tmp_path):
    with Store(tmp_path / "s") as store:
        store.commit(batch_of({b"k": b"v"}))
    with Store(tmp_path / "s", read_only=True) as reader:
        assert reader.get(RECEIPTS, b"k") == b"v"
        with pytest.raises(StoreReadOnlyError):
            reader.commit(batch_of({b"k": b"w"}))


def test_log_index_entries_are_found_by_range_and_in_order(store):
    batch = WriteBatch()
    batch.log_index = [(b"a" * 20, n.to_bytes(8, "big")) for n in (5, 1, 9)] + [(b"b" * 20, bytes(8))]
    store.commit(batch)
    again = WriteBatch()
    again.log_index = [(b"a" * 20, (5).to_bytes(8, "big"))]
    store.commit(again)
    found = store.block_numbers(b"a" * 20, (1).to_bytes(8, "big"), (8).to_bytes(8, "big"))
    assert [int.from_bytes(number, "big") for number in found] == [1, 5]
    store.remake_log_index(lambda: [])
    assert store.statistics()[LOG_INDEX] == 0


def test_a_foreign_file_is_refused_as_corrupt(tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "data.mdb").write_bytes(b"this is not a store" * 1000)
    with pytest.raises(StoreCorruptError):
        Store(tmp_path / "s")


def test_statistics_name_every_table(store):
    assert set(TABLES) <= set(store.statistics())
