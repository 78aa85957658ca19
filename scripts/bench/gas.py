"""What each act costs on the chain: alone, two or many at once: ./scripts/bench/run gas [--json FILE].

Everything runs through the contracts' faces on a chain in this process. Gas is deterministic: the same sources give
the same table on any machine and any engine with Berlin's prices. Columns: one person alone, by a transaction of its
own; two items relayed by the bank in one batch; many so, each for one item. What the bank does without signatures
stands in the same columns: a list of one, two or many, or only the first where it is always done one by one.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from chaincode.build import compile_all

from . import gas_data, gas_escrow, gas_people, gas_shop
from .gas_bench import Bench

PEOPLE = 100
SMALLEST_RELEASE = 2
"""The least k allowed, so the fewest persons with whom every act can be done."""
NOT_MEASURED = {
    "within other acts": (
        "coin.issue coin.grant coin.grant_batch coin.burn coin.spend coin.move coin.move_batch survey.accept"
        " request.consume consent.open_hold consent.hold_batch consent.seal_hold consent.drop_hold consent.settle_batch"
        " consent.use_batch membership.rest membership.wake membership.replace_key"
    ),
    "once, by deploying": (
        "coin.set_minter coin.seal_minters coin.open_quota request.set_disclosure consent.set_disclosure"
        " consent.set_rules survey.set_consent membership.set_recovery"
    ),
}
"""The functions without a row: only other contracts may call them, and their gas is in the acts that make them do so;
or deploying calls them, once in a bank's life, and the last line of the report has their gas."""


def measure(people: int, *, alone: bool = False) -> Bench:
    """Do every act, all alone or all at once, and return the bench with the figures."""
    bench = Bench(people, alone=alone)
    gas_people.arrive(bench)
    gas_people.delegate(bench)
    gas_data.answer(bench)
    gas_data.ask(bench)
    gas_data.consent(bench)
    gas_data.rule(bench)
    gas_data.disclose(bench)
    gas_people.move_coins(bench)
    gas_shop.sell(bench)
    gas_shop.give(bench)
    gas_shop.draw_lots(bench)
    gas_escrow.entrust(bench)
    gas_people.end_delegation(bench)
    gas_people.agree(bench)
    gas_people.recover(bench)
    gas_people.change(bench)
    return bench


def report(columns: dict[str, dict[str, int]]) -> Table:
    table = Table(title="Gas for one item")
    table.add_column("act")
    for heading in (*columns, "saves"):
        table.add_column(heading, justify="right")
    for act in rows(columns):
        cells = [column.get(act) for column in columns.values()]
        texts = [f"{cell:,}" if cell is not None else "" for cell in cells]
        first, last = cells[0] if cells[0] is not None else cells[1], cells[-1]
        table.add_row(act, *texts, f"{1 - last / first:.0%}" if first and last else "")
    return table


def rows(columns: dict[str, dict[str, int]]) -> list[str]:
    """Return every act of any column, contract by contract as they first come."""
    found = dict.fromkeys(act for column in columns.values() for act in column)
    contracts = list(compile_all())
    return sorted(found, key=lambda act: contracts.index(act.split(".")[0]))


def figures(people: int, alone: Bench, pair: Bench, together: Bench) -> dict[str, Any]:
    """Return everything that was measured, as it goes into a file."""
    return {
        "people": people,
        "gas_alone": alone.gas,
        "gas_two_at_once": pair.gas,
        "gas_many_at_once": together.gas,
        "gas_of_deploying": together.deployment_gas,
        "code_bytes": {name: len(artifact.runtime) // 2 - 1 for name, artifact in compile_all().items()},
    }


def main(
    people: Annotated[int, typer.Option(min=2, max=250, help="How many act at once.")] = PEOPLE,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures here too.")] = None,
) -> None:
    """Print gas per item, and how large each contract is."""
    alone, pair, together = measure(SMALLEST_RELEASE, alone=True), measure(SMALLEST_RELEASE), measure(people)
    found, console = figures(people, alone, pair, together), Console()
    console.print(report({"one alone": alone.gas, "two at once": pair.gas, f"{people} at once": together.gas}))
    for why, functions in NOT_MEASURED.items():
        console.print(f"Without a row, {why}: {functions.replace(' ', ', ')}")
    sizes = ", ".join(f"{name} {size:,}" for name, size in found["code_bytes"].items())
    console.print(f"Bytes of code (24,576 is the most): {sizes}")
    console.print(f"Deploying and wiring all of them: {together.deployment_gas:,} gas")
    if json_file is not None:
        json_file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
