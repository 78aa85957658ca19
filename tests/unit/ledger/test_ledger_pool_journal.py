"""The pool's journal: what waits outlives the process, and a disk that does not take it makes no promise."""

import os
import shutil

import pytest
from eth_utils.crypto import keccak

from ledger import pool_journal
from ledger.errors import TransactionError
from ledger.integrity import verify_directory
from ledger.node import Node
from ledger.pool_journal import PoolJournal, read_journal
from scripts.bench.damage_trials import make_directory


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pool.journal"


def test_what_waited_waits_again_in_its_order_and_what_was_sealed_does_not(chain, path, sign, alice, bob):
    node = Node(chain, journal=PoolJournal(path))
    raws = [sign(bob, 1), sign(alice, 0), sign(bob, 0), sign(alice, 1)]
    for raw in raws:
        node.submit(raw)
    again = Node(chain, journal=PoolJournal(path))
    assert [waiting.raw for waiting in again.pool.executable()] == [raws[1], raws[2], raws[0], raws[3]]
    again.seal_waiting(10)
    assert path.stat().st_size == 0
    path.write_bytes(b"".join(pool_journal._frame(raw) for raw in raws))  # killed between the block and the emptying
    assert len(Node(chain, journal=PoolJournal(path)).pool) == 0
    assert path.stat().st_size == 0


def test_a_refused_replacement_is_not_kept(chain, path, sign, alice):
    node = Node(chain, journal=PoolJournal(path))
    raw, other = sign(alice, 0), sign(alice, 0, data=b"other")
    node.submit(raw)
    with pytest.raises(TransactionError, match="underpriced"):
        node.submit(other)
    again = Node(chain, journal=PoolJournal(path))
    assert [waiting.raw for waiting in again.pool.executable()] == [raw]


def test_a_frame_that_was_cut_off_was_never_answered(chain, path, sign, alice):
    PoolJournal(path).append(sign(alice, 0))
    with path.open("ab") as file:
        file.write(pool_journal._frame(sign(alice, 1))[:-5])
    assert read_journal(path) == ([sign(alice, 0)], None)
    journal = PoolJournal(path)
    assert journal.load() == [sign(alice, 0)]
    assert len(Node(chain, journal=journal).pool) == 1
    assert read_journal(path) == ([sign(alice, 0)], None)


def test_a_damaged_journal_is_put_aside_and_said(chain, path, sign, alice, caplog):
    journal = PoolJournal(path)
    for nonce in range(3):
        journal.append(sign(alice, nonce))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)
    node = Node(chain, journal=PoolJournal(path))
    assert len(node.pool) == 1
    assert "is not as it was written; it is kept as pool.journal.damaged" in caplog.text
    assert path.with_name("pool.journal.damaged").read_bytes() == content


def test_verify_names_a_damaged_journal(tmp_path, sign, alice):
    make_directory(tmp_path / "d", blocks=1, grants=1)
    PoolJournal(tmp_path / "d" / "pool.journal").append(sign(alice, 5))
    assert verify_directory(tmp_path / "d").places == ()
    content = bytearray((tmp_path / "d" / "pool.journal").read_bytes())
    content[20] ^= 1
    (tmp_path / "d" / "pool.journal").write_bytes(content)
    assert [damage.file for damage in verify_directory(tmp_path / "d").places] == ["pool.journal"]


def test_a_full_disk_takes_nothing_and_says_so(chain, path, sign, alice, monkeypatch):
    node = Node(chain, journal=PoolJournal(path))
    node.submit(sign(alice, 0))
    before = path.read_bytes()
    real = os.pwrite

    def half(handle, content, offset):
        if len(content) < 20:
            raise OSError(28, "No space left on device")
        return real(handle, content[:10], offset)

    monkeypatch.setattr(os, "pwrite", half)
    with pytest.raises(TransactionError, match="was not taken: the pool's journal cannot be written"):
        node.submit(sign(alice, 1))
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert [waiting.nonce for waiting in node.pool.executable()] == [0]
    assert node.pool.get(keccak(sign(alice, 1))) is None
    node.submit(sign(alice, 1))
    assert len(read_journal(path)[0]) == 2


def test_a_long_journal_is_shortened_to_what_waits(chain, path, sign, alice, bob, monkeypatch):
    monkeypatch.setattr(pool_journal, "COMPACTION_BYTES", 500)
    node = Node(chain, journal=PoolJournal(path))
    for nonce in range(6):
        node.submit(sign(alice, nonce))
    node.submit(sign(bob, 5))  # waits for earlier ones
    node.seal_waiting(10)
    assert read_journal(path) == ([sign(bob, 5)], None)
    node.submit(sign(bob, 0))
    assert len(Node(chain, journal=PoolJournal(path)).pool) == 2


def test_upon_a_damaged_store_what_waits_goes_on_waiting(chain, path, sign, alice, tmp_path):
    from ledger.errors import StoreDamagedError

    PoolJournal(path).append(sign(alice, 0))
    shutil.copy(path, tmp_path / "before")
    chain.store.damage = StoreDamagedError("receipts of block 0", "told by the test")
    assert len(Node(chain, journal=PoolJournal(path)).pool) == 0
    assert path.read_bytes() == (tmp_path / "before").read_bytes()
