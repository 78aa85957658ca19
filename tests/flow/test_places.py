"""A member moves all documents by the `azukari` command, with the bank killed in the middle, and comes home."""

import csv
import json
import os
import signal

import pytest
from typer.testing import CliRunner

from pds_adapter.personium_simulator.server import PersoniumSimulator
from scripts.stage.processes import Stage
from wallet_cli.cli import app

TOKEN = "the-token-of-a-unit-for-the-flow"
PASSPHRASE = "correct horse battery"


class Unit:
    """A Personium unit at which somebody else's process dies when asked to: at the request that `fatal` names."""

    def __init__(self):
        self.fatal, self.pid, self.is_down = None, 0, False
        self.simulator = PersoniumSimulator(TOKEN, failing=self._look)

    def _look(self, request):
        if self.fatal is None or not self.fatal(request):
            return self.is_down
        self.fatal = None
        os.kill(self.pid, signal.SIGKILL)
        return True


class Second:
    """True at the second request of a method."""

    def __init__(self, method):
        self.method, self.seen = method, 0

    def __call__(self, request):
        self.seen += request.method == self.method
        return self.seen == 2


@pytest.fixture(scope="module")
def unit():
    made = Unit()
    with made.simulator:
        yield made


@pytest.fixture(scope="module")
def stage(tmp_path_factory, unit):
    folder = tmp_path_factory.mktemp("places")
    (folder / "token").write_text(TOKEN)
    stores = {"unit": {"kind": "personium", "url": unit.simulator.url, "token_file": str(folder / "token")}}
    stage = Stage(folder / "stage")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AZUKARI_BANK_STORES", json.dumps(stores))
        try:
            stage.start_ledger()
            stage.deploy()
            stage.start_bank("Test bank")
            yield stage
        finally:
            stage.stop()


@pytest.fixture(scope="module")
def azukari(stage, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")

    def run(who, *words, code=0, language="en"):
        environment = {
            "AZUKARI_HOME": str(home), "AZUKARI_BANK": stage.bank.url, "AZUKARI_WALLET": who,
            "AZUKARI_PASSPHRASE": PASSPHRASE, "AZUKARI_LANGUAGE": language, "AZUKARI_INVITATION": "",
        }  # fmt: skip
        done = CliRunner().invoke(app, [str(word) for word in words], env=environment)
        assert done.exit_code == code, f"{words}: exit {done.exit_code}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    run("operator", "wallet", "import", "--private-key-file", stage.operator_file, "--kdf", "scrypt-light")
    run("alice", "wallet", "new", "--kdf", "scrypt-light")
    (home / "people.csv").write_text("name\nAlice\nBob\nCarol\n")
    run("operator", "operator", "invite", home / "people.csv", "--out", home / "codes.csv")
    run.codes = [row["code"] for row in csv.DictReader((home / "codes.csv").open())]
    run("alice", "member", "join", run.codes[0], "--yes")
    for at in range(3):
        survey = {
            "title": f"Survey {at}", "description": "d", "language": "en", "base_coins": 1, "budget_coins": 100,
            "opens_at": "+0s", "closes_at": "+30d",
            "questions": [{"key": "age", "label": "Age", "kind": "number", "minimum": 1, "maximum": 99,
                           "role": "harmless", "required": True, "coins": 1}],
        }  # fmt: skip
        (home / "survey.json").write_text(json.dumps(survey))
        published = json.loads(run("operator", "operator", "survey", "publish", home / "survey.json", "--json"))
        run("alice", "member", "answer", published["id"], "--set", f"age={40 + at}")
    return run


def documents(azukari, folder):
    """What a member's export holds of answers: name and opened content."""
    azukari("alice", "member", "export", folder)
    return {path.name: path.read_bytes() for path in folder.rglob("*.json") if "answers" in str(path)}


def test_moved_with_the_bank_killed_in_the_middle_and_home_again(azukari, stage, unit, tmp_path):
    before = documents(azukari, tmp_path / "before")
    assert before
    for target, fatal in (("unit", Second("MOVE")), ("house", Second("DELETE"))):
        unit.pid, unit.fatal = stage.bank.pid, fatal
        azukari("alice", "pds", "move", "--to", target, "--yes", code=4)
        stage.bank.wait()
        stage.start_bank("Test bank")
        moved = json.loads(azukari("alice", "pds", "move", "--to", target, "--yes", "--json"))
        assert moved["place"] == target
        status = json.loads(azukari("alice", "pds", "status", "--json"))
        assert (status["place"], status["moving_to"], status["emptying"]) == (target, None, None)
        assert documents(azukari, tmp_path / target) == before
    assert "文書の置き場所: house" in azukari("alice", "pds", "status", language="ja")
    assert "Your documents rest at house" in azukari("alice", "pds", "status")


def test_use_and_what_it_refuses(azukari, tmp_path):
    assert "azukari pds move" in json.loads(azukari("alice", "pds", "use", "unit", "--json", code=1))["error"]["hint"]
    azukari("alice", "pds", "use", "https://pod.example/", code=2)
    azukari("alice", "pds", "use", "https://cell.example/", "--kind", "personium", code=2)
    azukari("alice", "pds", "use", "https://pod.example/", "--kind", "solid", code=1)
    azukari("alice", "pds", "stay")


def test_a_place_is_named_at_joining(azukari):
    azukari("bob", "wallet", "new", "--kdf", "scrypt-light")
    azukari("bob", "member", "join", azukari.codes[1], "--store", "https://pod.example/", "--yes", code=2)
    joined = json.loads(azukari("bob", "member", "join", azukari.codes[1], "--store", "unit", "--yes", "--json"))
    assert (joined["accepted"], joined["place"]) == (True, "unit")
    assert json.loads(azukari("bob", "pds", "status", "--json"))["place"] == "unit"


def test_who_names_a_place_that_is_down_is_a_member_all_the_same(azukari, unit):
    azukari("carol", "wallet", "new", "--kdf", "scrypt-light")
    unit.is_down = True
    try:
        words = ("member", "join", azukari.codes[2], "--store", "unit", "--yes", "--json")
        error = json.loads(azukari("carol", *words, code=1))["error"]
    finally:
        unit.is_down = False
    assert "you are a member" in error["message"]
    assert "try again" in error["message"]
    assert "azukari pds use" in error["hint"]
    assert json.loads(azukari("carol", "pds", "status", "--json"))["place"] == "house"
