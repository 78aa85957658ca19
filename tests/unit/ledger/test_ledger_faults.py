"""Faults at every step of a seal: the process dies, the disk tears, fills up or turns read-only.

Whatever happens, the store opens again at once, at a block that was acknowledged or the one being written,
with every byte of it intact; and sealing goes on.
"""

import errno
import os
import random
import signal
import subprocess
import sys

import lmdb
import pytest
from eth_utils.crypto import keccak

from ledger.chain import Chain
from ledger.errors import StoreError, StoreFullError, StoreReadOnlyError
from ledger.export import export_chain
from ledger.genesis import DEFAULT_CHAIN_ID, new_clique_document, parse_genesis
from ledger.node import Node
from ledger.provider import ChainProvider
from ledger.records import BLOCKS
from ledger.replay import replay
from ledger.sealer import Sealer
from ledger.store import Store
from ledger.store_errors import translate_lmdb_error, translate_os_error
from ledger.write_batch import WriteBatch

SEED = 20170714
TORN_TRIALS = 60
SECTOR_BYTES = 512
MAP_BYTES = 8 << 20

SEALING_PROGRAM = """
import os, signal, sys
from pathlib import Path
from eth_account import Account
from eth_keys.datatypes import PrivateKey
from ledger.chain import Chain
from ledger.genesis import DEFAULT_CHAIN_ID, new_clique_document, parse_genesis
from ledger.records import protect
from ledger.store import Store

step, path, blocks = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
key, account = PrivateKey(b"\\x01" * 32), Account.from_key(b"\\x0a" * 32)

def die(where):
    if where == step and armed:
        os.kill(os.getpid(), signal.SIGKILL)

class DyingStore(Store):
    def commit(self, batch):
        die("before the write")
        super().commit(batch)
        die("after the write")

    def _write(self, batch):
        with self._environment.lmdb.begin(write=True) as transaction:
            for name, rows in batch.puts.items():
                for key, value in rows.items():
                    transaction.put(key, protect(name, key, value), db=self._environment.tables[name])
                if rows:
                    die("inside the write, after " + name)
            die("inside the write, before its end")

armed = False
store = DyingStore(path, map_size_bytes=8 << 20)
chain = Chain.create(store, parse_genesis(new_clique_document([key.public_key.to_canonical_address()])), lambda: 0, key)
chain.subscribe(lambda sealed: die("while telling the listeners"))
first = chain.head.number
for number in range(first, first + blocks):
    armed = number == first + blocks - 1
    with chain.draft(number + 10) as draft:
        die("after the draft was opened")
        body = {"nonce": number, "to": b"\\xab" * 20, "gas": 60_000, "gasPrice": 0, "value": 0, "data": b"x"}
        raw = bytes(account.sign_transaction({**body, "chainId": DEFAULT_CHAIN_ID}).raw_transaction)
        draft.apply(chain.decode(raw))
        die("after the transaction was executed")
        sealed = draft.seal()
    print("acknowledged", sealed.block.number, sealed.block.header.hash.hex(), flush=True)
"""
STEPS = [
    "after the draft was opened",
    "after the transaction was executed",
    "before the write",
    "inside the write, after headers",
    "inside the write, after blocks",
    "inside the write, after receipts",
    "inside the write, after senders",
    "inside the write, after numbers",
    "inside the write, after transactions",
    "inside the write, after meta",
    "inside the write, before its end",
    "after the write",
    "while telling the listeners",
]
WRITTEN_STEPS = {"after the write", "while telling the listeners"}


def open_chain(store, signer_key):
    genesis = parse_genesis(new_clique_document([signer_key.public_key.to_canonical_address()]))
    return Chain.create(store, genesis, lambda: 0, signer_key)


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_loses_nothing_acknowledged_and_leaves_no_half_block(step, tmp_path, signer_key, seal):
    command = [sys.executable, "-c", SEALING_PROGRAM, step, str(tmp_path / "s"), "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    acknowledged = [line.split()[1:] for line in done.stdout.splitlines()]
    assert [number for number, _ in acknowledged] == ["1"]
    with Store(tmp_path / "s", map_size_bytes=MAP_BYTES) as store:
        chain = open_chain(store, signer_key)
        assert chain.head.number == (2 if step in WRITTEN_STEPS else 1)
        assert chain.history.header(1).hash.hex() == acknowledged[0][1]
        for number in range(1, chain.head.number + 1):
            block = chain.history.block(number)
            assert chain.history.transaction_place(block.transactions[0].hash) == (number, 0)
            assert len(chain.history.receipts(number)) == 1
        seal(chain, 100)
        export_chain(chain, tmp_path / "export")
    replay(tmp_path / "export").state.close()


def test_a_write_torn_at_any_sector_leaves_the_block_before(tmp_path, signer_key, seal, sign, alice):
    """LMDB writes a commit's pages, waits for the disk, and only then switches over to them.

    So after a power cut any part of the new pages may be there, sector by sector, but not the switch.
    """
    path = tmp_path / "s"
    with Store(path, map_size_bytes=MAP_BYTES) as store:
        chain = open_chain(store, signer_key)
        for number in range(3):
            seal(chain, number + 1, [sign(alice, number, data=os.urandom(900))])
        head = chain.head
    before = (path / "data.mdb").read_bytes()
    with Store(path, map_size_bytes=MAP_BYTES) as store:
        page_bytes = store._environment.lmdb.stat()["psize"]
        seal(open_chain(store, signer_key), 100, [sign(alice, 3, data=os.urandom(900))])
    after = (path / "data.mdb").read_bytes()
    assert before != after
    chooser = random.Random(SEED)
    for _ in range(TORN_TRIALS):
        (path / "data.mdb").write_bytes(torn(before, after, page_bytes * 2, chooser))
        with Store(path, map_size_bytes=MAP_BYTES) as store:
            chain = open_chain(store, signer_key)
            assert chain.head == head
            for number in range(1, 4):
                assert len(chain.history.block(number).transactions) == 1
            assert seal(chain, 200, [sign(alice, 3)]).block.number == 4


def torn(before, after, switch_bytes, chooser):
    """Some sectors of the new file over the old one; the switch, which comes first in the file, stays old."""
    mixed = bytearray(before.ljust(len(after), b"\x00"))
    for start in range(switch_bytes, len(after), SECTOR_BYTES):
        if chooser.random() < 0.5:
            mixed[start : start + SECTOR_BYTES] = after[start : start + SECTOR_BYTES]
    if chooser.random() < 0.3 and len(before) < len(after):
        del mixed[len(before) + chooser.randrange(len(after) - len(before)) :]
    return bytes(mixed)


FULL_DISK_PROGRAM = """
import os, resource, signal, sys
from pathlib import Path
from ledger.errors import StoreFullError
from ledger.records import BLOCKS
from ledger.store import Store
from ledger.write_batch import WriteBatch

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store(Path(sys.argv[1]), map_size_bytes=64 << 20)
def write(name):
    batch = WriteBatch()
    batch.put(BLOCKS, name, os.urandom(1_000_000))
    store.commit(batch)
write(b"first")
limit = (Path(sys.argv[1]) / "data.mdb").stat().st_size + 4096
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    write(b"second")
except StoreFullError as error:
    print(error.reason)
print(len(store.get(BLOCKS, b"first")), store.get(BLOCKS, b"second"))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
write(b"second")
print(len(store.get(BLOCKS, b"second")))
"""


def test_a_full_disk_says_so_loses_nothing_and_is_over_when_space_is_free(tmp_path):
    command = [sys.executable, "-c", FULL_DISK_PROGRAM, str(tmp_path / "s")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    said, before, after = done.stdout.splitlines()
    assert said == StoreFullError().reason, done.stderr
    assert before == "1000000 None"
    assert after == "1000000"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.ENOSPC, StoreFullError),
        (errno.EDQUOT, StoreFullError),
        (errno.EFBIG, StoreFullError),
        (errno.EROFS, StoreReadOnlyError),
        (errno.EACCES, StoreReadOnlyError),
        (errno.EIO, StoreError),
    ],
)
def test_the_disks_errors_are_told_apart(code, kind, tmp_path):
    words = os.strerror(code)
    assert type(translate_os_error(OSError(code, words), tmp_path)) is kind
    assert type(translate_lmdb_error(lmdb.Error(f"mdb_txn_commit: {words}"), tmp_path)) is kind


def test_a_read_only_disk_says_so(tmp_path):
    with Store(tmp_path / "s") as store:
        batch = WriteBatch()
        batch.put(BLOCKS, b"k", b"v")
        store.commit(batch)
    with Store(tmp_path / "s", read_only=True) as store:
        with pytest.raises(StoreReadOnlyError, match="make it writable"):
            store.commit(batch)
        assert store.get(BLOCKS, b"k") == b"v"


class FullForNow(Store):
    """A store whose disk has no room until `full` is taken back."""

    full = True

    def commit(self, batch):
        if self.full:
            raise StoreFullError
        super().commit(batch)


def test_with_a_full_disk_a_sender_is_told_what_is_true(tmp_path, signer_key, seal, sign, alice, bob):
    """What was taken is pending and says so, with its hash; what comes now is not taken; nothing is both."""
    before = sign(bob, 0)
    with Store(tmp_path / "s") as store:
        seal(open_chain(store, signer_key), 5, [before])
    with FullForNow(tmp_path / "s") as store:
        node = Node(Chain.open(store, lambda: 10, signer_key))
        sealer, ask = Sealer(node), ChainProvider(node).make_request
        sealer.start()
        taken = sign(alice, 0, chain_id=DEFAULT_CHAIN_ID)
        told = ask("eth_sendRawTransactionSync", ["0x" + taken.hex(), hex(20_000)])["error"]
        assert told["code"] == 4
        assert told["data"] == "0x" + keccak(taken).hex()
        assert told["message"].startswith(
            "the transaction is pending and is kept: the ledger cannot seal now (No space"
        )
        pending = ask("eth_getTransactionByHash", [told["data"]])["result"]
        assert pending["blockNumber"] is None
        refused = sign(alice, 1)
        told = ask("eth_sendRawTransaction", ["0x" + refused.hex()])["error"]
        assert told["code"] == -32000
        assert told["message"].startswith("the transaction was not taken: the ledger cannot seal: No space")
        assert len(node.pool) == 1
        again = ask("eth_sendRawTransaction", ["0x" + taken.hex()])["error"]
        assert again["message"] == "already known"  # "not taken" would be false: it waits
        sealed_before = ask("eth_sendRawTransaction", ["0x" + before.hex()])["error"]
        assert sealed_before["message"] == "already known"
        store.full = False
        while node.chain.head.number < 2:
            with node.sealed:
                node.sealed.wait(10)
        assert node.chain.history.transaction_place(keccak(taken)) == (2, 0)
        sealer.stop()
        assert node.chain.history.transaction_place(keccak(refused)) is None
        assert len(node.pool) == 0
