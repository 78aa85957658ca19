"""Contracts against their model, at random and at length: ./scripts/bench/run machine [--json FILE].

Runs each state machine of tests/property with new random operations every time, prints what was tried of which
function and what came of it, and fails where contract and model part, or where 20,000 operations never had a function
that changes state accepted, or never refused.
"""

import importlib
import json
import sys
import time
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

MACHINES = Path(__file__).resolve().parents[2] / "tests" / "property"


def tables(report: Any) -> list[Table]:
    by_machine = Table(title=f"{report.whole.operations:,} operations, contracts and model agreeing")
    by_function = Table(title="by function")
    for table, headings in (
        (by_machine, ("machine", "operations")),
        (by_function, ("function", "operations", "items", "accepted", "repeated", "refused", "reasons")),
    ):
        for heading in headings:
            table.add_column(heading, justify="left" if heading in ("machine", "function") else "right")
    for name, census in report.machines.items():
        by_machine.add_row(name, f"{census.operations:,}")
    for (contract, function), row in sorted(report.whole.rows.items()):
        numbers = (row.operations, row.items, row.accepted, row.repeated, row.refused, len(row.reasons))
        by_function.add_row(f"{contract}.{function}", *(f"{number:,}" for number in numbers))
    return [by_machine, by_function]


def main(
    examples: Annotated[int, typer.Option(min=1, help="Stories told by each machine.")] = 50,
    steps: Annotated[int, typer.Option(min=1, help="Steps of each story.")] = 60,
    only: Annotated[list[str] | None, typer.Option(help="Only machines of this name.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here too.")] = None,
) -> None:
    """Try the contracts and their model with the same random operations; they must agree on everything."""
    sys.path.insert(0, str(MACHINES))
    machines, console = importlib.import_module("chaincode_machines"), Console()
    began, diverged = time.monotonic(), []
    for machine in (one for one in machines.MACHINES if only is None or one.__name__ in only):
        console.print(f"{machine.__name__}: {examples} stories of {steps} steps …")
        try:
            machines.run(machine, examples, steps, at_random=True)
        except AssertionError:
            diverged.append(machine.__name__)
            traceback.print_exc()
    report = machines.Report.of_all()
    for table in tables(report):
        console.print(table)
    for name, gap in report.gaps.items():
        console.print(f"{name}: {gap}")
    if json_file is not None:
        figures: dict[str, Any] = {"examples": examples, "steps": steps, "seconds": round(time.monotonic() - began, 1)}
        figures |= {"diverged": diverged, **report.to_json()}
        json_file.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if diverged or report.missed:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
