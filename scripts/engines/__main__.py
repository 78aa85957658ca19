"""Tell the bank's story on an engine and print what it took: python -m scripts.engines [--rpc URL] [--seed WORDS].

Without a URL: on our ledger, on anvil and on four geth signers one of which is killed, whichever are at hand, and
whether they agree. With one: on that node, which must take transactions of gas price 0 from anybody.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from web3 import HTTPProvider, Web3

from chaincode.errors import ChaincodeError
from ledger.genesis import DEFAULT_CHAIN_ID
from ledger.testing import local_chain

from .anvil import anvil, install_anvil
from .clique import CliqueNetwork, build_geth
from .nodes import EngineFailedError, EngineMissingError
from .story import Told, tell
from .teller import SEED

LOCK_FOLDER = Path(__file__).resolve().parents[2] / "tests" / "engines" / "anvil"
ENOUGH_SECONDS = 30


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m scripts.engines", description=__doc__)
    words.add_argument("--rpc", metavar="URL", help="tell the story through this node only")
    words.add_argument("--seed", default=SEED, help="other words, other accounts: needed to tell it twice on a chain")
    chosen = words.parse_args()
    if chosen.rpc:
        engines = [("node", lambda: _on_node(chosen.rpc, chosen.seed))]
    else:
        engines = [("ledger", _on_ledger), ("anvil", _on_anvil), ("geth x 4", _on_geth)]
    digests = set()
    print(f"{'engine':10} {'blocks':>7} {'transactions':>13} {'gas':>11} {'seconds':>8}  transcript")
    for name, told in _tell_all(engines):
        figures, digest = told.figures, told.transcript.digest()
        digests.add(digest)
        counts = f"{figures.blocks:7} {figures.transactions:13} {sum(figures.gas):11} {figures.seconds:8.1f}"
        print(f"{name:10} {counts}  {digest[:16]}", flush=True)
    if len(digests) != 1:
        print("they do not agree" if digests else "no engine told the story", file=sys.stderr)
        return 1
    return 0


def _tell_all(engines: list[tuple[str, Callable[[], Told]]]) -> Iterator[tuple[str, Told]]:
    for name, told in engines:
        try:
            yield name, told()
        except EngineMissingError as missing:
            print(f"{name:10} skipped: {missing}", flush=True)
        except (EngineFailedError, ChaincodeError) as failure:
            raise SystemExit(f"{name}: {failure}") from failure


def _on_node(url: str, seed: str) -> Told:
    return tell(Web3(HTTPProvider(url, request_kwargs={"timeout": ENOUGH_SECONDS})), seed)


def _on_ledger() -> Told:
    with local_chain() as chain:
        return tell(chain.w3)


def _on_anvil() -> Told:
    program = install_anvil(LOCK_FOLDER)
    with (
        tempfile.TemporaryDirectory(prefix="azukari-anvil-") as folder,
        anvil(program, Path(folder), DEFAULT_CHAIN_ID, "london") as process,
    ):
        process.await_answer()
        return tell(process.w3)


def _on_geth() -> Told:
    program = build_geth()
    with (
        tempfile.TemporaryDirectory(prefix="azukari-geth-") as folder,
        CliqueNetwork(program, Path(folder) / "network", DEFAULT_CHAIN_ID) as network,
    ):
        network.start()
        return tell(network.w3, midway=lambda: network.resting()[0].kill())


if __name__ == "__main__":
    sys.exit(main())
