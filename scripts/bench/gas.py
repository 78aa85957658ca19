"""What each act costs on the chain: gas of one item, two or many at once: ./scripts/bench/run gas [--json FILE].

Everything runs through the contracts' faces on a chain in this process. Gas is deterministic: the same sources give
the same table on any machine and any engine with Berlin's prices.
"""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from chaincode.build import compile_all
from scripts.bench.gas_acts import Bench

PEOPLE = 100
SMALLEST_RELEASE = 2
"""The least k allowed, so the fewest persons with whom every act can be done."""


def measure(people: int) -> dict[str, int]:
    """Gas per item of every act when `people` act at once."""
    bench = Bench(people)
    bench.run()
    return bench.gas


def report(pair: dict[str, int], together: dict[str, int], people: int) -> Table:
    table = Table(title=f"Gas for one item, {people} at once")
    for heading in ("act", "two at once", "many at once", "saves"):
        table.add_column(heading, justify="left" if heading == "act" else "right")
    for act, gas in together.items():
        table.add_row(act, f"{pair[act]:,}", f"{gas:,}", f"{1 - gas / pair[act]:.0%}")
    return table


def main(
    people: Annotated[int, typer.Option(min=2, max=250, help="How many act at once.")] = PEOPLE,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here too.")] = None,
) -> None:
    """Print gas per item, and how large each contract is."""
    pair, together = measure(SMALLEST_RELEASE), measure(people)
    console = Console()
    console.print(report(pair, together, people))
    sizes = {name: len(artifact.runtime) // 2 - 1 for name, artifact in compile_all().items()}
    console.print(
        "Bytes of code (24,576 is the most): " + ", ".join(f"{name} {size:,}" for name, size in sizes.items())
    )
    if json_file is not None:
        figures = {"people": people, "gas_two_at_once": pair, "gas_many_at_once": together, "code_bytes": sizes}
        json_file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
