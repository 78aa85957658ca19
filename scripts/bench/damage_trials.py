"""What a single flipped bit in a ledger's directory does, and who notices: the trials behind the corruption table."""

from __future__ import annotations

import os
import pickle
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_account import Account
from eth_utils.crypto import keccak
from vyper import compile_code

from ledger import rlp_codec, trie_node
from ledger.chain import Chain
from ledger.datadir import DataDirectory, initialise
from ledger.errors import LedgerError
from ledger.export import export_chain
from ledger.genesis import DEFAULT_CHAIN_ID
from ledger.integrity import verify_directory
from ledger.page_format import META_BYTES, PAGE_HEAD, map_file, read_metas
from ledger.pages import PageWalk
from ledger.proofs import ProvenAccount, decode_account, decode_path
from ledger.replay import replay
from ledger.storage import stored_slots
from scripts.bench.ledger_workload import CONTRACT, member_address

FOUND, UNTOUCHED, WRONG, DIED = "found", "untouched", "wrong", "died"
WAYS = ("read", "seal", "verify", "replay")
SEALING_TIME = 10**6
DATA_FILE = "chain/data.mdb"
NOT_DATA = ("chain/lock.mdb", "chain/writer")
"""LMDB's table of running readers, which is made anew, and an empty file."""
CONTRACT_ADDRESS = keccak(rlp_codec.encode([bytes.fromhex(Account.from_key(b"\x0a" * 32).address[2:]), b""]))[12:]


@dataclass
class Trial:
    """One flipped bit: what it is part of, and what each way of meeting it led to."""

    kind: str
    outcomes: dict[str, str] = field(default_factory=dict)


def make_directory(path: Path, blocks: int, grants: int) -> int:
    """A small ledger with a contract, events and every file there can be; the next nonce of its one writer."""
    initialise(path, chain_id=DEFAULT_CHAIN_ID, clock=lambda: 0)
    DataDirectory(path).load_or_make_witness()
    chain = DataDirectory(path).open_chain(lambda: 0)
    chooser = random.Random(blocks)  # noqa: S311 - a workload, not a secret
    selector = keccak(text="grant_batch(address[],uint256,bytes32)")[:4]
    creation = compile_code(CONTRACT, output_formats=["bytecode"])["bytecode"]
    try:
        _seal(chain, 1, [_signed(0, to=b"", data=bytes.fromhex(creation[2:]))])
        for number in range(1, blocks):
            members = [member_address(chooser.randrange(500)) for _ in range(grants)]
            data = selector + encode(["address[]", "uint256", "bytes32"], [members, 5, chooser.randbytes(32)])
            nonce = 2 * number - 1
            _seal(chain, 1 + number, [_signed(nonce, to=CONTRACT_ADDRESS, data=data), _signed(nonce + 1)])
    finally:
        chain.store.close()
    return 2 * blocks - 1


def _signed(nonce: int, *, to: bytes = b"\xab" * 20, data: bytes = b"") -> bytes:
    body = {"nonce": nonce, "to": to, "data": data, "gas": 5_000_000, "gasPrice": 0, "value": 0}
    return bytes(Account.from_key(b"\x0a" * 32).sign_transaction({**body, "chainId": DEFAULT_CHAIN_ID}).raw_transaction)


def _seal(chain: Chain, timestamp: int, raws: list[bytes]) -> bytes:
    with chain.draft(timestamp) as draft:
        for raw in raws:
            draft.apply(chain.decode(raw))
        return bytes(draft.seal().block.header.state_root)


def read_everything(chain: Chain) -> dict[str, Any]:
    """Every kind of answer that a node gives, by name. Raises LedgerError when one is refused."""
    answers: dict[str, Any] = {}
    keys: set[bytes] = set()
    for number in range(chain.head.number + 1):
        block, receipts = chain.history.block(number), chain.history.receipts(number)
        answers[f"header {number}"] = chain.history.header(number).hash
        answers[f"block {number}"] = (block.raw, tuple(transaction.sender for transaction in block.transactions))
        answers[f"receipts {number}"] = tuple(receipt.consensus_bytes() for receipt in receipts)
        answers[f"number {number}"] = chain.history.number_of(block.header.hash)
        for transaction in block.transactions:
            answers[f"place {transaction.hash.hex()}"] = chain.history.transaction_place(transaction.hash)
        keys.update(key for receipt in receipts for log in receipt.logs for key in (log.address, *log.topics))
    for key in sorted(keys):
        answers[f"logs {key.hex()}"] = sorted(chain.history.blocks_with([key], 0, chain.head.number))
    answers["state"] = list(_state(chain))
    return answers


def _state(chain: Chain) -> Iterator[tuple[Any, ...]]:
    read = chain.nodes.__getitem__
    for path, account in _accounts(read, chain.head.header.state_root):
        code = chain.vm_at(chain.head.header).state.get_code(CONTRACT_ADDRESS)
        yield path, account, code, tuple(stored_slots(read, account.storage_root))


def _accounts(read: Callable[[bytes], bytes], root: bytes) -> Iterator[tuple[tuple[int, ...], ProvenAccount]]:
    waiting: list[tuple[tuple[int, ...], Any]] = [((), root)]
    while waiting:
        path, reference = waiting.pop()
        node = trie_node.decode(read(reference)) if isinstance(reference, bytes) else reference
        if len(node) == trie_node.BRANCH_WIDTH:
            waiting.extend(((*path, nibble), node[nibble]) for nibble in range(16) if node[nibble])
            continue
        rest, is_leaf = decode_path(node[0])
        if is_leaf:
            yield (*path, *rest), decode_account(node[1])
        else:
            waiting.append(((*path, *rest), node[1]))


def kinds_of_bytes(data_file: Path) -> list[str]:
    """For each byte of a sound data file, what it is part of."""
    with map_file(data_file) as data:
        meta, _ = read_metas(data)
        size, kinds = meta.page_bytes, ["unused"] * len(data)
        headless: set[int] = set()
        for entry in PageWalk(data, meta).entries():
            if entry.offset < 0:
                first = entry.page * size
                kinds[first : first + size] = [entry.table] * size
                continue
            headless.update((entry.page + further) * size for further in range(1, entry.pages))
            kinds[entry.offset : entry.offset + len(entry.value)] = [entry.table] * len(entry.value)
            if entry.pages == 1 and entry.offset % size >= PAGE_HEAD.size + len(entry.key):
                kinds[entry.offset - len(entry.key) : entry.offset] = [f"{entry.table} key"] * len(entry.key)
        used = [start for start in range(0, len(kinds), size) if set(kinds[start : start + size]) != {"unused"}]
        for start in sorted(set(used) - headless):
            kinds[start : start + PAGE_HEAD.size] = ["page head"] * PAGE_HEAD.size
        newest = meta.transaction % 2 * size
        kinds[newest : newest + META_BYTES] = ["meta page"] * META_BYTES
    return kinds


class FlipTrials:
    """Flips one bit at a time, each way of meeting it in a copy of a sound directory and a process of its own."""

    def __init__(self, directory: Path, nonce: int, work: Path, *, with_page_sums: bool) -> None:
        self._sound = directory
        self._next = _signed(nonce)
        self._work = work
        self._with_page_sums = with_page_sums
        self.kinds = kinds_of_bytes(directory / DATA_FILE)
        shutil.copytree(directory, work / "truth")
        chain = DataDirectory(work / "truth").open_chain(lambda: SEALING_TIME)
        self._answers, self._head_hash = read_everything(chain), chain.head.header.hash
        self._next_state = _seal(chain, SEALING_TIME, [self._next])
        chain.store.close()

    def run(self, file: str, offset: int, bit: int) -> Trial:
        trial = Trial(self.kinds[offset] if file == DATA_FILE else file)
        meets = (self._read, self._seal_next, self._verify, self._replay)
        for way, meet in zip(WAYS, meets, strict=True):
            place = self._work / "copy"
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(self._sound, place)
            if not self._with_page_sums:
                (place / "chain" / "data.sums").unlink()
            flip_bit(place / file, offset, bit)
            trial.outcomes[way] = _in_a_child(meet, place)
        return trial

    def _read(self, place: Path) -> str:
        chain = DataDirectory(place).open_chain(lambda: SEALING_TIME)
        if read_everything(chain) != self._answers:
            return WRONG
        return UNTOUCHED if chain.store.damage is None else FOUND

    def _seal_next(self, place: Path) -> str:
        chain = DataDirectory(place).open_chain(lambda: SEALING_TIME)
        return UNTOUCHED if _seal(chain, SEALING_TIME, [self._next]) == self._next_state else WRONG

    def _verify(self, place: Path) -> str:
        return FOUND if verify_directory(place).places else UNTOUCHED

    def _replay(self, place: Path) -> str:
        with DataDirectory(place).open_store(read_only=True) as store:
            export_chain(Chain.open(store, lambda: SEALING_TIME), place / "export")
        report = replay(place / "export")
        report.state.close()
        return UNTOUCHED if report.head_hash == self._head_hash else WRONG


def flip_bit(path: Path, offset: int, bit: int) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        (byte,) = file.read(1)
        file.seek(offset)
        file.write(bytes([byte ^ 1 << bit]))


def _in_a_child(meet: Callable[[Path], str], place: Path) -> str:
    """LMDB may die of a damaged page: then only the child does. A refusal with the ledger's own error is `found`."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            said = meet(place)
        except LedgerError:
            said = FOUND
        except BaseException as error:  # noqa: BLE001 - told to the parent
            said = f"{WRONG} {type(error).__name__}: {error}"
        os.write(write_end, pickle.dumps(said))
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return str(pickle.loads(told)) if told else DIED  # noqa: S301 - our own child's word


def choose_places(kinds: list[str], directory: Path, each: int, chooser: random.Random) -> list[tuple[str, int, int]]:
    """Some bits of every kind of byte in the data file and of every other file: (file, offset, bit)."""
    by_kind: dict[str, list[int]] = {}
    for offset, kind in enumerate(kinds):
        by_kind.setdefault(kind, []).append(offset)
    places = [
        (DATA_FILE, offset, chooser.randrange(8))
        for _, offsets in sorted(by_kind.items())
        for offset in chooser.sample(offsets, min(each, len(offsets)))
    ]
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if path.is_file() and name not in (DATA_FILE, *NOT_DATA):
            size = path.stat().st_size
            places += [(name, offset, chooser.randrange(8)) for offset in chooser.sample(range(size), min(each, size))]
    return places
