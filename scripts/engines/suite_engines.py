"""The engines that the contract suite plays on: one running engine for all its modules, each with a fresh deployment.

All begin at the same second from an empty state and are told the same times, so the same tests in the same order make
the same transactions, byte for byte, on each of them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chaincode.node import Node
from ledger.genesis import DEFAULT_CHAIN_ID
from ledger.provider import ChainProvider
from ledger.testing import TEST_START_TIME, ManualClock, local_chain

from .anvil import LOCK_FOLDER, anvil, install_anvil
from .clique import CliqueNetwork
from .clock import SharedClock
from .geth import build_geth
from .timed import TimedNode

ENGINES = ("ledger", "anvil", "geth")
Sealed = Callable[[Any], None]


@dataclass
class SuiteEngine:
    """A running engine. `halfway` is called once, in the middle of the suite; `figures` at its end."""

    chain: TimedNode
    halfway: Callable[[], None] = lambda: None
    figures: Callable[[], dict[str, Any]] = dict


def open_engine(name: str, sealed: Sealed) -> AbstractContextManager[SuiteEngine]:
    """Start an engine; `sealed` hears of every receipt."""
    return {"ledger": _ledger, "anvil": _anvil, "geth": _geth}[name](sealed)


@contextmanager
def _ledger(sealed: Sealed) -> Iterator[SuiteEngine]:
    clock = ManualClock()
    with local_chain(clock=clock) as ours:

        def move(seconds: int) -> None:
            clock.now = seconds

        chain = TimedNode(ChainProvider(ours.node), move, TEST_START_TIME, sealed)
        yield SuiteEngine(chain, figures=lambda: {"blocks": fingerprints(chain)})


@contextmanager
def _anvil(sealed: Sealed) -> Iterator[SuiteEngine]:
    program = install_anvil(LOCK_FOLDER)
    with (
        tempfile.TemporaryDirectory(prefix="azukari-anvil-") as folder,
        anvil(program, Path(folder), DEFAULT_CHAIN_ID, "london", TEST_START_TIME) as process,
    ):
        process.await_answer()

        def move(seconds: int) -> None:
            process.ask("evm_setNextBlockTimestamp", seconds)

        yield SuiteEngine(TimedNode(process.w3.provider, move, TEST_START_TIME, sealed))


@contextmanager
def _geth(sealed: Sealed) -> Iterator[SuiteEngine]:
    """Four signers; one is killed halfway, stays dead to the end, and must then catch up."""
    program = build_geth(settable_clock=True)
    with tempfile.TemporaryDirectory(prefix="azukari-geth-") as folder:
        clock = SharedClock(Path(folder) / "clock", TEST_START_TIME)
        with CliqueNetwork(program, Path(folder) / "network", DEFAULT_CHAIN_ID, period=0, clock=clock) as network:
            network.start()
            chain = TimedNode(network.w3.provider, clock.set, TEST_START_TIME, sealed, network.unstick)
            told: dict[str, Any] = {}

            def kill_one() -> None:
                told["sealed before"] = network.recent_sealers()
                node = network.resting()[0]
                node.kill()
                network.close_ring()
                clock.is_late = True  # of three signers only one may seal at any height
                told["killed"], told["killed at"] = network.nodes.index(node), network.settled()[0]

            def figures() -> dict[str, Any]:
                head = network.settled()
                told["sealed after"] = network.recent_sealers()
                if "killed" in told:
                    network.restart(network.nodes[told["killed"]])
                    told["caught up"] = network.settled() == head
                return {"blocks": fingerprints(chain), **told}

            yield SuiteEngine(chain, kill_one, figures)


def fingerprints(chain: TimedNode) -> list[list[str]]:
    """Every block by what does not depend on who sealed it: its time, transactions, receipts and state."""
    ask = Node(chain.w3).request
    blocks = [ask("eth_getBlockByNumber", hex(number), False) for number in range(1, chain.w3.eth.block_number + 1)]
    return [[block[name] for name in _SHARED] for block in blocks]


_SHARED = ("timestamp", "gasUsed", "transactionsRoot", "receiptsRoot", "stateRoot")
