"""What one plain transaction costs the ledger by step: ./scripts/bench/run transfers [--transactions N] [--json FILE].

The transfers of `bench ledger`, without HTTP and in one process that nothing waits in, so that each step can be told
apart: recovering senders (which a node does in a process beside it), taking batches of 100 in, executing, settling,
writing without fsync, and what a replay does of all that. Then one receipt out of the newest block and out of the one
before it. Processor time; of each step the least of the blocks, but the first, in which code is translated.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak
from vyper import compile_code

from ledger.chain import Chain
from ledger.datadir import DataDirectory
from ledger.filling import Filling
from ledger.genesis import DEFAULT_CHAIN_ID
from ledger.grouped import GroupedChain
from ledger.node import Node
from ledger.pool_journal import PoolJournal
from ledger.recoverer import sender_of
from ledger.replay import begin_chain
from ledger.rpc.dispatcher import Dispatcher
from ledger.rpc.methods import build_dispatcher
from ledger.store import Store
from scripts.bench.ledger_ours import BATCH, CONTRACT_ADDRESS, write_genesis
from scripts.bench.ledger_workload import CONTRACT, MEMBERS, SENDERS, Workload

BLOCKS = 5
STEPS = ("recover the sender", "take in", "execute", "settle: tries, roots, receipts", "write", "replay")
RECEIPTS = ("a receipt of the newest block, ms", "a receipt of the block before, ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--transactions", type=int, default=10_000, help="in five blocks (10,000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    options = parser.parse_args()
    found = measure(options.transactions)
    for name, figure in found.items():
        print(f"{figure:8.1f}  {name}" if name in RECEIPTS else f"{figure:8.1f}  {name}, processor µs a transaction")
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=2) + "\n")


def measure(transactions: int) -> dict[str, float]:
    """The steps' microseconds for each transaction, and the receipts' milliseconds."""
    runtime = compile_code(CONTRACT, output_formats=["bytecode_runtime"])["bytecode_runtime"]
    each = transactions // BLOCKS // SENDERS // BATCH * BATCH
    raws = Workload(DEFAULT_CHAIN_ID, CONTRACT_ADDRESS, MEMBERS).transfers(each * SENDERS * BLOCKS)
    with tempfile.TemporaryDirectory(prefix="azukari-bench-") as name:
        data = DataDirectory(Path(name) / "data")
        write_genesis(data.path, runtime, 0)
        now = [int(time.time())]
        with (
            Store(data.store_directory, durable=False) as store,
            Store(Path(name) / "replayed", durable=False) as replayed,
        ):
            chain = Chain.open(store, lambda: now[0], data.load_signer())
            node = Node(chain, journal=PoolJournal(Path(name) / "pool"))
            bench = _Bench(node, begin_chain(data.path, replayed, chain.genesis), now)
            rows = [bench.block(_nth_of_each_sender(raws, number, each)) for number in range(BLOCKS)]
    least = {step: 1e6 * min(row[step] for row in rows[1:]) / (each * SENDERS) for step in STEPS}
    return least | {receipt: 1e3 * min(row[receipt] for row in rows[1:]) for receipt in RECEIPTS}


def _nth_of_each_sender(raws: list[str], number: int, each: int) -> list[list[str]]:
    """The batches of a block, of all senders."""
    starts = [sender * each * BLOCKS + number * each for sender in range(SENDERS)]
    return [raws[start + at : start + at + BATCH] for start in starts for at in range(0, each, BATCH)]


class _Bench:
    def __init__(self, node: Node, replayed: GroupedChain, now: list[int]) -> None:
        self._node, self._replayed, self._now = node, replayed, now
        self._dispatcher: Dispatcher = build_dispatcher(node)
        self._last_before = ""

    def block(self, batches: list[list[str]]) -> dict[str, float]:
        """Processor seconds of each step of one block."""
        seconds: dict[str, float] = {}

        def timed(step: str, work: Callable[[], Any]) -> Any:
            began = time.process_time()
            result = work()
            seconds[step] = time.process_time() - began
            return result

        node, chain = self._node, self._node.chain
        raws = [bytes.fromhex(raw[2:]) for batch in batches for raw in batch]
        senders = timed(STEPS[0], lambda: [sender_of(raw, chain.chain_id) for raw in raws])
        for raw, sender in zip(raws, senders, strict=True):
            node.recovery._senders[raw] = sender
        bodies = [self._body("eth_sendRawTransaction", batch) for batch in batches]
        timed(STEPS[1], lambda: self._answered(*bodies))
        self._now[0] += 2
        with chain.draft(self._now[0]) as draft:
            filling = Filling(draft, node.pool, node._drop, lambda: True)
            timed(STEPS[2], lambda: _fill(filling, len(raws)))
            executed = timed(STEPS[3], draft.execution.finish)
            sealed = timed(STEPS[4], lambda: chain._commit(draft._signed(executed), executed))
        timed(STEPS[5], lambda: self._replayed.import_block(sealed.block.raw))
        last = "0x" + keccak(raws[-1]).hex()
        timed(RECEIPTS[0], lambda: self._answered(self._body("eth_getTransactionReceipt", [last])))
        if self._last_before:
            timed(RECEIPTS[1], lambda: self._answered(self._body("eth_getTransactionReceipt", [self._last_before])))
        self._last_before = last
        return seconds

    def _answered(self, *bodies: bytes) -> None:
        for body in bodies:
            answer = self._dispatcher.handle(body)
            if answer is None or b'"error"' in answer or b'"result":null' in answer:
                raise RuntimeError(answer)

    @staticmethod
    def _body(method: str, parameters: list[str]) -> bytes:
        calls = [
            {"jsonrpc": "2.0", "id": index, "method": method, "params": [parameter]}
            for index, parameter in enumerate(parameters)
        ]
        return json.dumps(calls).encode()


def _fill(filling: Filling, count: int) -> None:
    """Take so many, in as many turns as a block of so much work is given."""
    before = -1
    while before < filling.taken < count:
        before = filling.taken
        filling.take(lambda: False)
    if filling.taken != count:
        raise RuntimeError(f"{filling.taken} of {count} transactions were taken")


if __name__ == "__main__":
    main()
