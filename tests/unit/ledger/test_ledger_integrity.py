"""Bits that flip anywhere in a ledger's directory: each is named, no reader is told an untruth, `repair` mends."""

import json
import random
import re
import shutil
import subprocess
import sys

import pytest
from rich.console import Console
from typer.testing import CliRunner

from ledger import cli_output
from ledger.chain import Chain
from ledger.cli import app
from ledger.datadir import DataDirectory
from ledger.errors import DataDirectoryError, StoreCorruptError
from ledger.integrity import verify_directory
from ledger.page_format import map_file, read_metas
from ledger.page_sums import compare_page_sums
from ledger.pages import PageWalk
from ledger.records import BLOCKS, LOG_INDEX, NODES, RECEIPTS, TABLES, TRANSACTIONS
from ledger.repair import RepairError
from ledger.scrub import Scrubber, read_through
from ledger.start_check import check_at_start
from ledger.store import Store
from ledger.write_batch import WriteBatch
from scripts.bench.damage import table
from scripts.bench.damage_trials import (
    DATA_FILE,
    DIED,
    FOUND,
    UNTOUCHED,
    FlipTrials,
    choose_places,
    flip_bit,
    kinds_of_bytes,
    make_directory,
)

SEED = 20170714
HARMLESS_WHEN_KILLED = {"unused", "page head", "meta page"}
"""Without sums of the pages nothing tells what stood in bytes that mean nothing now."""


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A ledger's directory in good order, and the next nonce of its writer."""
    path = tmp_path_factory.mktemp("sound") / "d"
    return path, make_directory(path, blocks=7, grants=30)


@pytest.fixture
def copy(sound, tmp_path):
    shutil.copytree(sound[0], tmp_path / "d")
    return tmp_path / "d"


def places_of(sound, kind, count=1):
    offsets = [offset for offset, found in enumerate(kinds_of_bytes(sound[0] / DATA_FILE)) if found == kind]
    return random.Random(SEED).sample(offsets, count)


@pytest.mark.parametrize("with_page_sums", [True, False])
def test_a_bit_flipped_anywhere_is_found_and_never_told_as_truth_nor_sealed_upon(sound, tmp_path, with_page_sums):
    trials = FlipTrials(*sound, tmp_path, with_page_sums=with_page_sums)
    places = choose_places(trials.kinds, sound[0], 1, random.Random(SEED + with_page_sums))
    if not with_page_sums:
        places = [place for place in places if place[0] != "chain/data.sums"]
    tried = []
    for place in places:
        trial = trials.run(*place)
        tried.append(trial)
        assert set(trial.outcomes.values()) <= {FOUND, UNTOUCHED}, (place, trial)
        if with_page_sums or trial.kind not in HARMLESS_WHEN_KILLED:
            assert trial.outcomes["verify"] == FOUND, (place, trial)
        assert DIED not in trial.outcomes.values()
    Console().print(table(tried))


def test_a_sound_directory_is_found_sound(copy):
    done = run("verify", "--data", copy, "--json")
    assert done.exit_code == 0
    facts = json.loads(done.stdout)
    assert (facts["verdict"], facts["places"], facts["page_sums"]) == ("sound", [], "compared")
    assert facts["blocks"] == 8


def test_each_damaged_place_has_a_line_of_its_own_and_the_exit_code_is_3(sound, copy):
    for kind in ("receipts", "nodes", "senders"):
        flip_bit(copy / DATA_FILE, places_of(sound, kind)[0], 3)
    flip_bit(copy / "witness.key", 5, 0)
    done = run("verify", "--data", copy)
    assert done.exit_code == 3
    lines = done.stdout.splitlines()
    for words in ("receipts of block", "nodes 0x", "senders of block"):
        assert len([line for line in lines if line.startswith("chain/data.mdb page ") and words in line]) == 1
    assert any(line.startswith("witness.key: ") for line in lines)
    assert any("azukari-ledger repair --data" in line for line in lines)
    assert any("witness.key, witness.key.address from your own copy" in line for line in lines)


def test_a_damaged_genesis_is_what_repair_makes_anew(copy, monkeypatch):
    monkeypatch.setattr(cli_output, "reader_is_japanese", True)
    flip_bit(copy / "genesis.json", 30, 0)
    facts = json.loads(run("verify", "--data", copy, "--json").stdout)
    assert "repair" in facts
    assert "put_back" not in facts
    assert all(place.isascii() for place in facts["places"]), "programs read the same words in every language"
    assert run("repair", "--data", copy).exit_code == 0
    assert run("verify", "--data", copy).exit_code == 0


def test_what_is_damaged_is_said_in_japanese(sound, copy, monkeypatch):
    monkeypatch.setattr(cli_output, "reader_is_japanese", True)
    for kind in ("receipts", "nodes", "log_index"):
        flip_bit(copy / DATA_FILE, places_of(sound, kind)[0], 3)
    flip_bit(copy / DATA_FILE, 4096 + 17, 0)  # what the meta page says it is
    flip_bit(copy / "witness.key.address", 5, 0)
    flip_bit(copy / "genesis.json", 30, 0)
    done = run("verify", "--data", copy)
    assert done.exit_code == 3
    told = [line for line in done.stdout.splitlines() if line.startswith(("chain/", "witness", "genesis"))]
    assert len(told) >= 5
    assert not [line for line in told if "英語" in line or re.search(r"[a-z]+ [a-z]+ [a-z]+", line)]
    assert any(
        re.match(r"chain/data.mdb の \d+ ページ: ブロック \d+ の receipts: 保管されたバイトが", line) for line in told
    )
    assert "witness.key, witness.key.address は、お手元の写しから戻してください" in done.stdout


@pytest.mark.parametrize("place", random.Random(SEED).sample(range(8192), 6))
def test_a_bit_of_the_lock_file_means_nothing_to_a_store_that_nobody_has_open(copy, place):
    """LMDB makes the file anew when the first process opens the store, whatever stood in it."""
    lock = copy / "chain" / "lock.mdb"
    flip_bit(lock, place % lock.stat().st_size, place % 8)
    assert run("verify", "--data", copy).exit_code == 0
    chain = DataDirectory(copy).open_chain(lambda: 10**6)
    before = chain.head.number
    with chain.draft(10**6) as draft:
        draft.seal()
    assert chain.history.header(before).block_number == before
    chain.store.close()
    assert run("verify", "--data", copy).exit_code == 0


def test_a_page_that_cannot_be_read_is_told_once_in_words(copy):
    with map_file(copy / DATA_FILE) as data:
        page = next(entry.page for entry in PageWalk(data, read_metas(data)[0]).entries() if entry.table == RECEIPTS)
    flip_bit(copy / DATA_FILE, page * 4096 + 10, 3)  # the kind, in the page's head
    (told,) = [place for place in verify_directory(copy).places if place.page == page and "receipts" in place.reason]
    assert f"of receipts says it is page {page} of kind" in str(told)


def test_a_directory_without_a_ledger_is_no_sound_one(tmp_path):
    assert isinstance(run("verify", "--data", tmp_path).exception, DataDirectoryError)


def test_verify_works_while_the_node_writes(copy):
    chain = DataDirectory(copy).open_chain(lambda: 10**6)
    try:
        with chain.draft(10**6) as draft:
            draft.seal()
        command = [sys.executable, "-m", "ledger", "verify", "--data", str(copy), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["page_sums"].startswith("none of this state")
        assert json.loads(done.stdout)["blocks"] == chain.head.number + 1
    finally:
        chain.store.close()
    assert verify_directory(copy).page_sums_compared


@pytest.mark.parametrize("kind", ["page head", "meta page"])
def test_a_node_does_not_start_upon_damaged_pages(sound, copy, kind):
    flip_bit(copy / DATA_FILE, places_of(sound, kind)[0], 0)
    with pytest.raises(StoreCorruptError, match=r"page \d+"):
        DataDirectory(copy).open_chain(lambda: 0)


def test_commands_that_only_read_do_not_walk_into_damaged_pages(sound, copy, tmp_path):
    flip_bit(copy / DATA_FILE, places_of(sound, "page head")[0], 0)
    for words in (("status", "--data", copy), ("export", "--data", copy, "--out", tmp_path / "x")):
        assert isinstance(run(*words).exception, StoreCorruptError)
    flip_bit(copy / DATA_FILE, places_of(sound, "page head")[0], 0)
    assert run("status", "--data", copy).exit_code == 0


def test_a_node_starts_red_upon_a_damaged_record_and_serves_the_others(sound, copy):
    flip_bit(copy / DATA_FILE, places_of(sound, "receipts")[0], 0)
    chain = DataDirectory(copy).open_chain(lambda: 0)
    try:
        assert "receipts of block" in str(chain.store.damage)
        assert chain.history.header(1).block_number == 1
    finally:
        chain.store.close()
    assert compare_page_sums(copy / "chain")  # what was damaged is not taken for the new truth


def test_repair_takes_from_an_export_what_is_damaged_here(sound, copy, tmp_path):
    run("export", "--data", sound[0], "--out", tmp_path / "x")
    for kind in ("blocks", "nodes", "receipts", "page head"):
        flip_bit(copy / DATA_FILE, places_of(sound, kind)[0], 2)
    head = run("status", "--data", sound[0], "--json").stdout
    done = run("repair", "--data", copy, "--from", tmp_path / "x", "--json")
    assert done.exit_code == 0, done.exception
    facts = json.loads(done.stdout)
    assert facts["verdict"] == "sound"
    assert facts["from_source"] >= 1
    assert run("verify", "--data", copy).exit_code == 0
    assert json.loads(run("status", "--data", copy, "--json").stdout)["head_hash"] == json.loads(head)["head_hash"]
    assert (copy / "chain.damaged").is_dir()


def test_repair_needs_nobody_when_every_block_is_sound(sound, copy):
    for kind in ("nodes", "ordered_nodes", "receipts", "log_index", "transactions", "numbers"):
        flip_bit(copy / DATA_FILE, places_of(sound, kind)[0], 2)
    assert run("verify", "--data", copy).exit_code == 3
    done = run("repair", "--data", copy, "--json")
    assert done.exit_code == 0, done.exception
    assert json.loads(done.stdout)["from_source"] == 0


def test_repair_says_which_block_is_nowhere(sound, copy):
    flip_bit(copy / DATA_FILE, places_of(sound, "blocks")[0], 2)
    done = run("repair", "--data", copy)
    assert isinstance(done.exception, RepairError)
    assert "is damaged; name a follower's URL or an export" in str(done.exception)
    assert run("verify", "--data", copy).exit_code == 3  # nothing was lost by trying


def test_repair_refuses_a_source_with_another_story(sound, copy, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(sound[0], other)
    shutil.rmtree(other / "chain")
    signer = DataDirectory(other).load_signer()
    with Store(other / "chain") as store:
        forged = Chain.create(store, DataDirectory(other).load_genesis(), lambda: 10**6, signer)
        for number in range(1, 9):
            with forged.draft(10_000 + number) as draft:
                draft.seal()
    run("export", "--data", other, "--out", tmp_path / "x")
    flip_bit(copy / DATA_FILE, places_of(sound, "blocks")[0], 2)
    done = run("repair", "--data", copy, "--from", tmp_path / "x")
    assert isinstance(done.exception, RepairError)
    assert "but a sound record of this store says" in str(done.exception)


def test_a_repair_that_was_killed_between_its_steps_goes_on(sound, copy, tmp_path):
    flip_bit(copy / DATA_FILE, places_of(sound, "nodes")[0], 2)
    (copy / "chain.new").mkdir()  # killed while it was making the new store
    (copy / "chain.new" / "data.mdb").write_bytes(b"half")
    assert run("repair", "--data", copy).exit_code == 0
    (copy / "chain").rename(copy / "chain.repaired")  # killed while they changed places
    for words in (("serve", "--data", copy), ("init", "--data", copy), ("verify", "--data", copy)):
        assert "run `azukari-ledger repair` again" in str(run(*words).exception)
    assert run("repair", "--data", copy).exit_code == 0
    assert run("verify", "--data", copy).exit_code == 0


def test_repair_does_not_touch_a_store_that_is_in_use(copy):
    with DataDirectory(copy).open_store():
        done = run("repair", "--data", copy)
    assert isinstance(done.exception, DataDirectoryError)
    assert "in use" in str(done.exception)


def test_the_page_walk_never_cries_wolf(tmp_path):
    """Random writes, overwrites, drops and reopenings: every page is accounted for after each."""
    chooser = random.Random(SEED)
    store = Store(tmp_path / "s", durable=False, map_size_bytes=1 << 20)
    for step in range(120):
        batch = WriteBatch()
        for _ in range(chooser.randrange(40)):
            batch.put(TRANSACTIONS, chooser.randbytes(32), chooser.randbytes(chooser.choice((12, 300, 3000))))
        batch.put(BLOCKS, chooser.randrange(40).to_bytes(8, "big"), chooser.randbytes(chooser.randrange(30_000)))
        for _ in range(chooser.randrange(60)):
            entry = (bytes([chooser.randrange(3)]) * 20, chooser.randrange(3000).to_bytes(8, "big"))
            batch.log_index.append(entry)
        store.commit(batch)
        if step % 50 == 49:
            store.remake_log_index(lambda: [])
        if step % 40 == 20:
            store.close()
            store = Store(tmp_path / "s", durable=False, map_size_bytes=1 << 20)
        with map_file(tmp_path / "s" / "data.mdb") as data:
            meta, faults = read_metas(data)
            walk = PageWalk(data, meta)
            entries = list(walk.entries())
            assert faults + walk.faults == [], step
        counted = store.statistics()
        assert len(entries) == sum(counted[table] for table in TABLES)
    store.close()


@pytest.mark.parametrize("kind", ["receipts", "nodes", "log_index key", "transactions key"])
def test_reading_through_finds_what_nobody_asked_for(sound, copy, kind):
    """Also an index entry that has vanished, which no reader can miss."""
    (copy / "chain" / "data.sums").unlink()
    with DataDirectory(copy).open_store() as store:
        head = Chain.open(store, lambda: 0).head.number
        for _ in read_through(store, head):
            pass
        table = kind.split()[0]
        with store._environment.lmdb.begin(write=True) as transaction:
            cursor = transaction.cursor(db=store._environment.tables[table])
            assert cursor.first()
            key, value = cursor.item()
            cursor.delete()
            if not kind.endswith("key"):
                cursor.put(key, bytes([value[0] ^ 1]) + value[1:])
        scrubber = Scrubber(Chain.open(store, lambda: 0), round_pause_seconds=0)
        scrubber.start()
        scrubber._thread.join(30)
        assert store.damage is not None
        assert store.damage.place.startswith(table)
        scrubber.stop()


def test_the_tables_of_this_test_exist():
    assert {RECEIPTS, NODES, LOG_INDEX, TRANSACTIONS} <= set(TABLES)


def test_who_is_killed_within_the_first_write_after_a_good_stop_is_not_called_damaged(copy, monkeypatch):
    """LMDB writes pages first, and says last that they count: then the newest transaction is still that of the stop."""
    path = copy / "chain"
    assert compare_page_sums(path) == []
    store = Store(path)
    monkeypatch.setattr(Store, "_put_index", lambda *_: 1 / 0)
    batch = WriteBatch()
    batch.log_index.append((b"\x01" * 24, b"\x00" * 8))
    with pytest.raises(ZeroDivisionError):
        store.commit(batch)
    killed = shutil.copytree(copy, copy.with_name("killed")) / "chain"
    with (killed / "data.mdb").open("ab") as file:
        file.write(bytes(4096) * 18)
    assert compare_page_sums(killed) is None
    assert check_at_start(killed) is None
    store.close()
    assert compare_page_sums(path) == []
