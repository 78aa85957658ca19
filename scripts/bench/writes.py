"""What a member's write costs the ledger, step by step: ./scripts/bench/run writes [--runs 5] [--json FILE].

A real bank and a real ledger take the joins, answers and consents of a crowd (`--people`), as `bench door` sends them;
then the chain that came of it is executed again in this process, block by block, on a store of its own, as a replay and
a sealer do it. Meanwhile it is seen some thousand times a second at which step the execution is. All figures are
processor time, and medians of so many runs; one more before them warms up. What the node has to do besides, to be asked
and to answer, is not in it: the ledger's figure of `bench door` is of the whole process.

`--chain DIR` takes the chain from there, where an earlier run has kept it, or keeps it there. `--into ledger/README.md`
writes the table there.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from chaincode.abi import ContractAbi
from chaincode.deployment import Deployment
from ledger.blocks import read_blocks
from ledger.chain import Chain
from ledger.export import CHAIN_FILE, GENESIS_FILE
from ledger.genesis_stream import read_genesis
from ledger.quick_calls import forget_recovered
from ledger.store import Store
from scripts.bench.door import Door
from scripts.bench.door_page import put_into, show, table
from scripts.bench.writes_steps import STEPS, Watch
from scripts.stage.processes import Stage

WRITES = {"join": ("membership", "join_batch"), "answer": ("survey", "answer_batch")} | {
    "consent": ("consent", "record_batch")
}
PEOPLE_FILE = "people.json"
MAP_BYTES = 1 << 30
MARK = "ledger steps"


@dataclass(frozen=True)
class Cost:
    """One kind of write. Processor microseconds of a write, in all and by step."""

    writes: int
    batches: int
    microseconds: float
    steps: dict[str, float]


class Crowd(Door):
    """A bank whose members do what is measured here, all at once, and no more."""

    def write_all(self) -> None:
        self.measure_writes()
        self.company.close()


def make_chain(target: Path, people: int, say: Console) -> None:
    """The exported chain of a crowd, and how many they were."""
    with tempfile.TemporaryDirectory(prefix="azukari-writes-") as folder:
        stage = Stage(Path(folder))
        try:
            Crowd(stage, (people,), lambda words: say.print(f"[dim]{words}[/]")).write_all()
            target.mkdir(parents=True, exist_ok=True)
            stage.export(target)
        finally:
            stage.stop()
    (target / PEOPLE_FILE).write_text(json.dumps(people))


def selectors(deployment: Deployment) -> dict[tuple[bytes, bytes], str]:
    """Kinds of write, by the contract that is called and the first four bytes of what it is given."""
    found = {}
    for kind, (contract, function) in WRITES.items():
        known = deployment.contract(contract)
        selector = ContractAbi(known).function(function).selector
        found[bytes.fromhex(known.address[2:]), selector] = kind
    return found


def execute(source: Path, kinds: dict[tuple[bytes, bytes], str]) -> dict[str, tuple[int, dict[str, float]]]:
    """By kind of write: in how many batches, and the seconds of each step, over the blocks that hold nothing else."""
    took = {kind: (0, dict.fromkeys(STEPS, 0.0)) for kind in WRITES}
    watch = Watch()
    forget_recovered()
    with tempfile.TemporaryDirectory(prefix="azukari-writes-") as folder:
        genesis = read_genesis(source / GENESIS_FILE)
        with Store(Path(folder), map_size_bytes=MAP_BYTES) as store, (source / CHAIN_FILE).open("rb") as stream:
            chain = Chain.create(store, genesis, lambda: int(time.time()))
            for raw in read_blocks(stream):
                with watch.on() as seen:
                    done = chain.import_block(raw).block.transactions
                found = {kinds.get((one.inner.to, one.inner.data[:4])) for one in done}
                if len(found) == 1 and (kind := found.pop()) is not None:
                    batches, sums = took[kind]
                    took[kind] = batches + len(done), {step: sums[step] + seen[step] for step in STEPS}
    return took


def measure(source: Path, runs: int, say: Console) -> dict[str, Cost]:
    people = json.loads((source / PEOPLE_FILE).read_text())
    kinds = selectors(Deployment.load(source / "deployment.json"))
    found = []
    for run in range(runs + 1):
        say.print(f"[dim]run {run} of {runs}[/]")
        found.append(execute(source, kinds))
    costs = {}
    for kind in WRITES:
        each = [{step: 1e6 * one / people for step, one in run[kind][1].items()} for run in found[1:]]
        in_all = statistics.median(sum(one.values()) for one in each)
        steps = {step: round(statistics.median(one[step] for one in each), 1) for step in STEPS}
        costs[kind] = Cost(people, found[0][kind][0], round(in_all, 1), steps)
    return costs


def rows(costs: dict[str, Cost]) -> list[list[str]]:
    told = [[step, *(f"{cost.steps[step]:,.0f}" for cost in costs.values())] for step in STEPS]
    return [*told, ["in all", *(f"{cost.microseconds:,.0f}" for cost in costs.values())]]


def main(
    people: Annotated[int, typer.Option(min=8, help="how many write, all at once")] = 600,
    runs: Annotated[int, typer.Option(min=1, help="how often the chain is executed; medians are told")] = 5,
    chain: Annotated[Path | None, typer.Option(help="a folder that keeps the chain, or has kept it")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures as one JSON object")] = None,
    into: Annotated[Path | None, typer.Option(help="replace the table between its marks of this page")] = None,
) -> None:
    """Measure what executing a join, an answer and a consent costs the ledger, and where."""
    progress = Console(stderr=True)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="azukari-writes-") as folder:
        source = chain or Path(folder)
        if not (source / PEOPLE_FILE).exists():
            make_chain(source, people, progress)
        costs = measure(source, runs, progress)
    count = next(iter(costs.values())).writes
    batches = ", ".join(f"{cost.batches} of {kind}s" for kind, cost in costs.items())
    title = f"The ledger's processor microseconds a write: {count} at once; batches: {batches}; medians of {runs} runs"
    headings = ("step", *costs)
    show(Console(), headings, rows(costs), title)
    if json_file is not None:
        json_file.write_text(json.dumps({kind: asdict(cost) for kind, cost in costs.items()}, indent=2) + "\n")
    if into is not None:
        words = f"{title}; load {load:.1f} before the start; {time.strftime('%Y-%m-%d', time.gmtime())}"
        put_into(into, MARK, [words, "", *table(headings, rows(costs))])


if __name__ == "__main__":
    typer.run(main)
