"""The bank on several engines: on our ledger, on anvil and on four geth signers one of which is killed.

python -m scripts.engines            tell the bank's story on whichever are at hand: do they agree?
python -m scripts.engines --rpc URL  tell it on your node, which must take transactions of gas price 0 from anybody
python -m scripts.engines --suite    run all of the contracts' tests on each, and compare them test by test
python -m scripts.engines --prepare  only install and build the engines
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

from .anvil import LOCK_FOLDER, anvil, install_anvil
from .clique import CliqueNetwork
from .evmd import build_evmd
from .foundry import install_foundry
from .geth import build_geth
from .nodes import EngineFailedError, EngineMissingError
from .record import differences
from .story import Told, tell
from .suite import HEADING, LEFT_OUT, play, prepare, summary
from .teller import SEED

ENOUGH_SECONDS = 30


def main() -> int:
    words = argparse.ArgumentParser(
        prog="python -m scripts.engines", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words.add_argument("--rpc", metavar="URL", help="tell the story through this node only")
    words.add_argument("--seed", default=SEED, help="other words, other accounts: needed to tell it twice on a chain")
    words.add_argument("--suite", action="store_true", help="run the contracts' tests in place of the story")
    words.add_argument("--prepare", action="store_true", help="install and build the engines, and no more")
    words.add_argument("--prepare-evmd", action="store_true", help="only build evmd, from the Go module proxy: minutes")
    chosen = words.parse_args()
    if chosen.prepare_evmd:
        print(build_evmd())
        return 0
    if chosen.prepare:
        return _prepare()
    if chosen.suite:
        return _play_suite()
    return _tell_story(chosen.rpc, chosen.seed)


def _prepare() -> int:
    for name, prepared in (
        ("anvil", lambda: prepare("anvil")),
        ("foundry", install_foundry),
        ("geth", build_geth),
        ("geth", lambda: prepare("geth")),
    ):
        try:
            prepared()
        except EngineMissingError as missing:
            print(f"{name}: {missing}", file=sys.stderr)
    return 0


def _play_suite() -> int:
    """Ours first: the others are compared with it."""
    print(HEADING, flush=True)
    ours, unlike = play("ledger"), 0
    print(summary(ours), flush=True)
    for engine in ("anvil", "geth"):
        try:
            theirs = play(engine)
        except EngineMissingError as missing:
            print(f"{engine:10} skipped: {missing}", flush=True)
            continue
        found = differences(ours, theirs, gas=engine == "geth")
        if engine == "geth" and theirs.figures.pop("blocks") != ours.figures["blocks"]:
            found.append("the blocks' times, gas or roots differ")
        print(summary(theirs), {name: told for name, told in theirs.figures.items() if name != "seconds"} or "")
        print(f"{'':10} {len(found)} differences", *found, sep="\n  ", flush=True)
        unlike += len(found) + len(theirs.plays) - theirs.count("passed")
    for module, why in LEFT_OUT.items():
        print(f"left out: {module}, because {why}")
    return 1 if unlike or ours.count("passed") < len(ours.plays) else 0


def _tell_story(rpc: str | None, seed: str) -> int:
    if rpc:
        engines = [("node", lambda: _on_node(rpc, seed))]
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
