"""The audit's comparison of storage on a chain that real processes wrote: every slot, as people and programs see it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts.stage import acts
from wallet_cli.cli import app


@pytest.fixture(scope="module")
def export(stage, company, story, tmp_path_factory) -> Path:
    """Joined, answered, asked, decided, released, traded, withdrawn; then exported."""
    answering, everybody = company.members[:-2], company.members
    company.members = answering
    acts.ask(company, story)
    acts.decide(company, story, lambda: None)
    acts.release(company, story)
    acts.trade(company, story, lambda: None)
    acts.withdraw(company, story, lambda: None)
    company.members = everybody
    folder = Path(tmp_path_factory.mktemp("storage")) / "export"
    stage.export(folder)
    return folder


def test_every_slot_of_every_contract_is_rebuilt_and_so_are_the_roots(export):
    done = CliRunner().invoke(app, ["audit", "replay", str(export), "--json"])
    assert done.exit_code == 0, done.stdout[-2000:]
    report = json.loads(done.stdout)
    assert (report["verdict"], report["remarks"]) == ("true", [])
    contracts = {one["contract"]: one for one in report["storage"]}
    assert len(contracts) == 11
    assert all(one["root_rebuilt"] for one in contracts.values())
    assert all(one["slots"] == one["by_value"] for one in contracts.values())
    assert [one for one in contracts.values() if one["in_part"] or one["by_key"] or one["violations"]] == []
    filled = {name for name, one in contracts.items() if one["slots"]}
    assert filled >= {"membership", "coin", "survey", "request", "consent", "disclosure", "coupon"}
    assert contracts["consent"]["slots"] >= 3 * report["counts"]["consents_given"]


@pytest.mark.parametrize(("language", "words"), [("en", ("Contract storage", "rebuilt")), ("ja", ("記憶域", "再現"))])
def test_people_see_a_line_for_each_contract(export, language, words):
    shown = CliRunner().invoke(app, ["audit", "replay", str(export), "--language", language]).stdout
    assert all(word in shown for word in words)
    assert all(name in shown for name in ("membership", "consent", "draw"))
