"""The gas table leaves nothing out: every function that changes state was measured, or is named with the reason."""

import io
import json

import pytest
from rich.console import Console

from chaincode.bindings import Outcome
from chaincode.build import compile_all
from scripts.bench import gas
from scripts.bench.gas_bench import Bench, require


@pytest.fixture(scope="module")
def alone() -> Bench:
    return gas.measure(gas.SMALLEST_RELEASE, alone=True)


@pytest.fixture(scope="module")
def relayed() -> Bench:
    return gas.measure(gas.SMALLEST_RELEASE)


def test_every_state_changing_function_has_a_row_or_a_reason(alone, relayed):
    functions = {
        f"{name}.{entry['name']}"
        for name, artifact in compile_all().items()
        for entry in artifact.abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }
    left_out = {function for names in gas.NOT_MEASURED.values() for function in names.split()}
    assert alone.measured | relayed.measured == functions - left_out
    assert left_out <= functions


def test_the_columns_agree_on_who_acts_and_who_relays(alone, relayed):
    of_persons = {path.removesuffix("_batch") for path in relayed.measured if path.endswith("_batch")}
    signed = {path for path in of_persons if path in alone.measured}
    assert len(signed) >= 22
    assert not {path for path in alone.measured if path.endswith("_batch")} - {
        "consent.ask_batch", "consent.expire_batch", "consent.record_by_rule_batch", "coupon.give_batch",
    }  # fmt: skip
    assert all(22_000 < figure < 300_000 for figure in alone.gas.values())
    assert set(relayed.gas) - set(alone.gas) == {"membership.join", "disclosure.disclose"}


def test_what_did_not_happen_is_not_measured(relayed):
    outcome = Outcome(bytes(32), False, False, "coin: balance too low", 1, bytes(32), ())
    with pytest.raises(RuntimeError, match=r"coin\.sell: coin: balance too low"):
        require("coin.sell", [outcome])
    with pytest.raises(RuntimeError, match="had happened before"):
        gas.gas_people.delegate(relayed)


def test_the_table_shows_every_act_in_three_columns(alone, relayed):
    console = Console(record=True, width=160, file=io.StringIO())
    console.print(gas.report({"one alone": alone.gas, "two": relayed.gas, "many": relayed.gas}))
    printed = console.export_text()
    acts = {*alone.gas, *relayed.gas}
    assert [act for act in acts if act not in printed] == []
    assert f"{alone.gas['survey.answer']:,}" in printed
    found = gas.figures(2, alone, relayed, relayed)
    assert json.loads(json.dumps(found)) == found
    assert found["gas_alone"] == alone.gas
    assert found["gas_of_deploying"] > 10**7
    assert set(found["code_bytes"]) == set(compile_all())
