"""A member moves all documents by the `azukari` command, with the bank killed in the middle, and comes home."""

import csv
import json
import os
import signal
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pds_adapter.personium_simulator.server import PersoniumSimulator
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
def stage(tmp_path_factory, unit, deployed):
    folder = tmp_path_factory.mktemp("places")
    (folder / "token").write_text(TOKEN)
    stores = {"unit": {"kind": "personium", "url": unit.simulator.url, "token_file": str(folder / "token")}}
    stage = deployed(folder / "stage")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AZUKARI_BANK_STORES", json.dumps(stores))
        try:
            stage.start_ledger()
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
        run.told = done.stderr
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
    assert "文書の置き場所: この情報銀行(house)" in azukari("alice", "pds", "status", language="ja")
    assert "Your documents rest at this bank (house)" in azukari("alice", "pds", "status")


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


def test_documents_by_the_command(azukari, stage, unit, tmp_path):
    """Put with the bank killed in the middle, put again, read whole and in part, moved, granted, read, revoked."""
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(bytes(range(256)) * 20_000)  # three chunks
    stage.bank.stop()
    usual = stage.bank.command
    program = str(Path(__file__).with_name("dying_bank.py"))
    stage.bank.command = [sys.executable, program, "chunks:1", *usual[3:]]
    stage.bank.start()
    azukari("alice", "pds", "put", scan, "--title", "血液検査", code=4)
    assert stage.bank.wait() == -signal.SIGKILL
    stage.bank.command = usual
    stage.bank.start()
    assert "送信途中" in azukari("alice", "pds", "list", language="ja")
    put = json.loads(azukari("alice", "pds", "put", scan, "--title", "血液検査", "--json"))
    assert (put["chunks"], put["sent"]) == (3, 2)
    document = put["document"][:6]
    azukari("alice", "pds", "get", document, "--out", tmp_path / "whole")
    assert (tmp_path / "whole").read_bytes() == scan.read_bytes()
    part = ("--from", "5000000", "--bytes", "300", "--out", tmp_path / "part")
    azukari("alice", "pds", "get", document, *part)
    assert (tmp_path / "part").read_bytes() == scan.read_bytes()[5_000_000:5_000_300]
    azukari("alice", "pds", "get", document, *part, code=2)  # never over another file
    azukari("alice", "pds", "move", "--to", "unit", "--yes")
    bob = tmp_path / "bob.json"
    bob.write_text(azukari("bob", "wallet", "export-address", "--json"))
    words = ("pds", "grant", document, "--to", bob, "--until", "+7d", "--yes", "--json")
    grant = json.loads(azukari("alice", *words))["grant_id"][:6]
    azukari("bob", "pds", "receive", grant, "--out", tmp_path / "received")
    assert (tmp_path / "received").read_bytes() == scan.read_bytes()
    assert len(json.loads(azukari("alice", "pds", "log", "--json"))["readings"]) == 4
    assert "血液検査" in azukari("alice", "pds", "log")
    azukari("alice", "pds", "revoke", grant)
    azukari("bob", "pds", "receive", grant, "--out", tmp_path / "again", code=2)
    assert "ended" in azukari("alice", "pds", "grants")
    azukari("alice", "pds", "put", scan, "--document", document, "--title", "newer")
    assert len(json.loads(azukari("alice", "pds", "versions", document, "--json"))["files"]) == 2
    azukari("alice", "pds", "move", "--to", "house", "--yes")
    azukari("alice", "pds", "remove", document, "--yes")
    assert json.loads(azukari("alice", "pds", "list", "--json"))["used_bytes"] == 0


def test_data_from_elsewhere_and_a_copy_of_everything(azukari, tmp_path):
    """A survey answered from a file, after its mapping was shown; then everything out as one archive, and in again."""
    survey = {
        "title": "Body", "description": "d", "language": "en", "base_coins": 1, "budget_coins": 100,
        "opens_at": "+0s", "closes_at": "+30d",
        "questions": [{"key": "weight", "label": "Body weight", "kind": "number", "minimum": 20, "maximum": 300,
                       "role": "harmless", "required": True, "coins": 2}],
    }  # fmt: skip
    (tmp_path / "survey.json").write_text(json.dumps(survey))
    body = json.loads(azukari("operator", "operator", "survey", "publish", tmp_path / "survey.json", "--json"))["id"]
    observation = {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": "2026-11-01",
        "code": {"coding": [{"code": "29463-7", "display": "Body weight"}]},
        "valueQuantity": {"value": 60.5, "unit": "kg"},
    }  # fmt: skip
    (tmp_path / "weight.json").write_text(json.dumps(observation))
    words = ("pds", "import", tmp_path / "weight.json", "--survey", body)
    azukari("alice", *words, code=2)  # nobody is there to be asked, and nothing was agreed to
    imported = json.loads(azukari("alice", *words, "--yes", "--json"))
    assert (imported["accepted"], imported["format"]) == (True, "fhir")
    assert imported["mapping"] == {"weight": "Observation.29463-7"}
    _what_a_source_signed(azukari, body, tmp_path)
    (tmp_path / "note.txt").write_text("keep this")
    azukari("alice", "pds", "put", tmp_path / "note.txt")
    azukari("alice", "box", "put", "diary", "first", "--field", "mood=calm", "--label", "tea", "--link", "after=second")
    azukari("alice", "box", "put", "diary", "second", "--field", "cups=2")
    exported = json.loads(azukari("alice", "member", "export", tmp_path / "all.zip", "--json", language="ja"))
    assert {"index.html", "my-data.jsonld", "answers.csv", "proofs/account.json"} <= set(exported["files"])
    assert sorted(path.name for path in tmp_path.glob("all*")) == ["all.zip"]
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert "Body weight" in archive.read("answers.csv").decode()
        assert "文書" in archive.read("index.html").decode()
    azukari("alice", "member", "export", tmp_path / "all.zip", code=2)
    address = azukari("alice", "wallet", "export-address", "--json")
    (tmp_path / "alice.json").write_text(address)
    azukari("bob", "box", "grant", "diary", "--to", tmp_path / "alice.json", "--until", "+7d", "--yes")
    for put in (1, 0):
        told = json.loads(azukari("bob", "pds", "import", tmp_path / "all.zip", "--yes", "--json"))
        assert f"Box diary is open to {json.loads(address)['account']}" in " ".join(azukari.told.split())
        assert (told["documents"], told["put"]) == (1, put)
        assert (told["records"], told["records_put"], told["records_differing"]) == (2, 2 * put, [])
    assert "calm" in azukari("bob", "box", "find", "diary", "--label", "tea", "--link", "after=second", language="ja")
    azukari("bob", "box", "put", "diary", "second", "--field", "cups=3")  # what is newer is not written over
    told = json.loads(azukari("bob", "pds", "import", tmp_path / "all.zip", "--yes", "--json"))
    assert (told["records_put"], told["records_differing"]) == (0, ["diary/second"])
    assert "3" in azukari("bob", "box", "get", "diary", "second")
    azukari("bob", "pds", "get", "--out", tmp_path / "got.txt")
    assert (tmp_path / "got.txt").read_text() == "keep this"


def _what_a_source_signed(azukari, survey, tmp_path):
    """Bob answers by what a clinic signed, which his answer says until he corrects it."""
    (tmp_path / "facts.json").write_text(json.dumps({"weight": 71, "blood": "A"}))
    key, kept = tmp_path / "bob-key.json", tmp_path / "clinic.sdjwt"
    azukari("bob", "credential", "key", "--out", key)
    words = ("credential", "issue", tmp_path / "facts.json", "--to", key, "--kind", "check-up", "--out", kept, "--json")
    clinic = json.loads(azukari("alice", *words))["issuer"]
    answer = ("pds", "import", kept, "--survey", survey, "--issuer", clinic, "--yes")
    azukari("carol", *answer, code=5)  # the credential is of bob's wallet
    assert clinic in azukari("bob", *answer)
    [shown] = json.loads(azukari("bob", "member", "answers", "--json"))["answers"]
    assert shown["values"] == {"weight": 71}
    assert (shown["sources"]["weight"]["issuer"], shown["sources"]["weight"]["kind"]) == (clinic, "check-up")
    assert "check-up" in azukari("bob", "member", "answers", survey)
    azukari("bob", "member", "correct", survey, "--set", "weight=70")
    [shown] = json.loads(azukari("bob", "member", "answers", "--json"))["answers"]
    assert (shown["values"], shown["sources"]) == ({"weight": 70}, {})
    assert "自分で入力" in azukari("bob", "member", "answers", language="ja")
