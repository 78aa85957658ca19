"""Are the contracts' rules tested? Bends the Vyper sources one rule at a time; some test must then fail.

    python scripts/mutate.py --json FILE [--sample 40] [--seed 1] [--contract coin] [--quick] [--again]

What is bent: scripts/mutation/bending.py. Mutants live in copies of the tree, one for each core; the working tree is
not touched. Only tests that execute the bent function are run, then the state machines. FILE gets {"mutants",
"killed", "survivors": [{file, function, line, kind, before, after, explained}], "not_compiling", "same_code"}; the
exit code is 1 if a mutant survives that scripts/mutation/explained.py does not name. Verdicts are kept in .build: a
run that was cut short goes on where it was, and mutants that were killed are not tried again until their source
changes or `--again` is given.
"""

import hashlib
import json
import os
import random
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from queue import Empty, Queue
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from chaincode.build import CONTRACTS, PACKAGE, SOURCES, module_name, modules, sources_of  # noqa: E402
from scripts.mutation.bending import JOINED, Mutant, mutants_of  # noqa: E402
from scripts.mutation.explained import EXPLAINED  # noqa: E402
from scripts.mutation.laboratory import (  # noqa: E402
    KILLED,
    NOT_COMPILING,
    SAME_CODE,
    SURVIVED,
    Laboratory,
    LaboratoryError,
)
from scripts.mutation.selection import Selection, select  # noqa: E402

KEPT = ROOT / ".build" / "mutants.jsonl"


class Verdicts:
    """What is known of each mutant, kept in a file line by line."""

    def __init__(self, file: Path, forget: bool) -> None:
        self.file, self.lock = file, threading.Lock()
        self.known: dict[str, str] = {}
        if forget:
            file.unlink(missing_ok=True)
        for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
            self.known |= json.loads(line)

    def of(self, mutant: Mutant) -> str | None:
        return self.known.get(self._name(mutant))

    def keep(self, mutant: Mutant, verdict: str) -> None:
        with self.lock, self.file.open("a", encoding="utf-8") as out:
            self.known[self._name(mutant)] = verdict
            out.write(json.dumps({self._name(mutant): verdict}) + "\n")

    def _name(self, mutant: Mutant) -> str:
        return hashlib.sha256(_digest(mutant.file) + repr(mutant).encode()).hexdigest()[:32]


@cache
def _digest(file: str) -> bytes:
    return hashlib.sha256((PACKAGE / SOURCES / file).read_bytes()).digest()


def chosen(contracts: list[str] | None, sample: int | None, seed: int) -> list[Mutant]:
    paths = [path for path in modules() if not contracts or {path.parent.name, _spoken(path)} & set(contracts)]
    mutants = [mutant for path in paths for mutant in mutants_of(path, module_name(path))]
    if sample is not None and sample < len(mutants):
        return random.Random(seed).sample(mutants, sample)  # noqa: S311 -- which to try, not a secret
    return mutants


def _spoken(path: Path) -> str:
    return module_name(path).removesuffix(".vy")


def try_all(mutants: list[Mutant], verdicts: Verdicts, cores: int, quick: bool, console: Console) -> None:
    """Try what is not known to be dead, on every core; show survivors as they turn up."""
    open_ones: Queue[Mutant] = Queue()
    for mutant in sorted(mutants, key=_urgency):
        if verdicts.of(mutant) in (None, SURVIVED):
            open_ones.put(mutant)
    if open_ones.empty():
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with (
        tempfile.TemporaryDirectory(prefix="azukari-mutants-") as folder,
        Progress(*columns, console=console) as progress,
    ):
        step = progress.add_task("what each test executes", total=1)
        laboratories = [Laboratory(ROOT, _made(Path(folder) / str(core))) for core in range(cores)]
        selection = select(laboratories[0].folder, KEPT.parent)
        progress.update(step, completed=1)
        step = progress.add_task("mutants", total=open_ones.qsize())
        failures: list[Exception] = []

        def work(laboratory: Laboratory) -> None:
            try:
                for mutant, verdict in _tried(laboratory, open_ones, selection, quick):
                    verdicts.keep(mutant, verdict)
                    progress.advance(step)
                    if verdict == SURVIVED:
                        console.print(f"survives: {_shown(mutant)}", highlight=False, markup=False)
            except (LaboratoryError, OSError) as failure:
                failures.append(failure)

        threads = [threading.Thread(target=work, args=(one,)) for one in laboratories]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for laboratory in laboratories:
            laboratory.close()
        if failures:
            raise SystemExit(f"not all mutants were tried: {failures[0]}")


def _urgency(mutant: Mutant) -> tuple[bool, int]:
    """Plain rules come before the ways in which conditions are joined, what compiles quickly before what does not."""
    return mutant.kind in ("negate if", *(f"{one} to {other}" for one, other in JOINED.items())), _importers()[
        mutant.file
    ]


@cache
def _importers() -> Counter[str]:
    """How many contracts are compiled anew when a source changes."""
    return Counter(module_name(path) for name in CONTRACTS for path in sources_of(name) if path.suffix == ".vy")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _tried(
    laboratory: Laboratory, mutants: Queue[Mutant], selection: Selection, quick: bool
) -> Iterator[tuple[Mutant, str]]:
    while True:
        try:
            mutant = mutants.get_nowait()
        except Empty:
            return
        yield mutant, laboratory.verdict(selection.job(mutant, quick))


def summary(mutants: list[Mutant], verdicts: Verdicts) -> dict[str, Any]:
    by_verdict: dict[str | None, list[Mutant]] = {}
    for mutant in mutants:
        by_verdict.setdefault(verdicts.of(mutant), []).append(mutant)
    killed, survivors = by_verdict.get(KILLED, []), by_verdict.get(SURVIVED, [])
    return {
        "mutants": len(killed) + len(survivors),
        "killed": len(killed),
        "survivors": [_described(one) for one in survivors],
        "not_compiling": len(by_verdict.get(NOT_COMPILING, [])),
        "same_code": len(by_verdict.get(SAME_CODE, [])),
    }


def _described(mutant: Mutant) -> dict[str, Any]:
    told = {name: getattr(mutant, name) for name in ("file", "function", "line", "kind", "before")}
    return told | {"after": mutant.text, "explained": EXPLAINED.get(mutant.key)}


def _shown(mutant: Mutant) -> str:
    return f"{mutant.file}:{mutant.line} {mutant.kind}: {mutant.before}"


def main(
    json_file: Annotated[Path | None, typer.Option("--json", help="Where to write the result.")] = None,
    sample: Annotated[int | None, typer.Option(help="Try only so many mutants, picked at random.")] = None,
    seed: Annotated[int, typer.Option(help="Which ones the sample picks.")] = 1,
    contract: Annotated[list[str] | None, typer.Option(help="Only these folders, or sources (consent/book).")] = None,
    quick: Annotated[bool, typer.Option(help="Only the contracts' unit tests, without the state machines.")] = False,
    again: Annotated[bool, typer.Option(help="Forget earlier verdicts.")] = False,
    cores: Annotated[int, typer.Option(min=1, help="How many mutants at a time.")] = os.cpu_count() or 1,
    listing: Annotated[bool, typer.Option("--list", help="Print the mutants and stop.")] = False,
) -> None:
    """Try mutants of the contracts against the tests."""
    mutants = chosen(contract, sample, seed)
    if listing:
        for mutant in mutants:
            typer.echo(f"{_shown(mutant)} -> {mutant.text}")
        typer.echo(f"{len(mutants)} mutants")
        return
    verdicts = Verdicts(KEPT, again)
    try_all(mutants, verdicts, cores, quick, Console(stderr=True))
    found = summary(mutants, verdicts)
    if json_file is not None:
        json_file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    unexplained = [one for one in found["survivors"] if one["explained"] is None]
    typer.echo(
        f"{found['killed']} of {found['mutants']} mutants killed, {len(found['survivors'])} survive, "
        f"{len(unexplained)} of them unexplained; {found['same_code']} compile to the same code, "
        f"{found['not_compiling']} do not compile"
    )
    raise typer.Exit(int(bool(unexplained)))


if __name__ == "__main__":
    typer.run(main)
