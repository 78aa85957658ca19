"""Members erase everything by the `azukari` command; bank and ledger are killed with -9 in the middle of it.

Each asks again, and at the end nothing is left, whichever store it was in, and the auditor finds the chain true.
"""

import csv
import json
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from pds_adapter.errors import NotARecipientError
from pds_adapter.personium_simulator.server import PersoniumSimulator
from pds_adapter.sealing.envelope import SealedDocument, open_sealed
from pds_adapter.sealing.keys import KeyPair
from scripts.stage.audit import replay
from wallet_cli.cli import app

TOKEN = "the-token-of-a-unit-for-the-flow"
PASSPHRASE = "correct horse battery"
PEOPLE = ("alice", "bob", "carol", "dan", "eve", "finn")
STEPS = ("place", "history", "escrows", "record", "ledger")
"""One for each of the first people. Alice's documents are at a Personium unit, the others' in the house."""


@pytest.fixture(scope="module")
def unit():
    with PersoniumSimulator(TOKEN) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def stage(tmp_path_factory, unit, deployed):
    folder = tmp_path_factory.mktemp("erase")
    (folder / "token").write_text(TOKEN)
    stores = {"unit": {"kind": "personium", "url": unit.url, "token_file": str(folder / "token")}}
    stage = deployed(folder / "stage")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AZUKARI_BANK_STORES", json.dumps(stores))
        patched.setenv("AZUKARI_BANK_LEDGER_TIMEOUT_SECONDS", "15")
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
        return done.stdout + (done.stderr if "--json" not in words else "")

    run("operator", "wallet", "import", "--private-key-file", stage.operator_file, "--kdf", "scrypt-light")
    for name in ("acme", "board"):
        run(name, "wallet", "new", "--kdf", "scrypt-light")
        identity = home / f"{name}.json"
        identity.write_text(run(name, "wallet", "export-address", "--json"))
        run("operator", "operator", "enroll", "partner" if name == "acme" else "board", name, "--from", identity)
    (home / "people.csv").write_text("name\n" + "".join(f"{name.title()} Person\n" for name in PEOPLE))
    run("operator", "operator", "invite", home / "people.csv", "--out", home / "codes.csv")
    survey = {
        "title": "Survey", "description": "d", "language": "en", "base_coins": 1, "budget_coins": 100,
        "opens_at": "+0s", "closes_at": "+30d",
        "questions": [{"key": "age", "label": "Age", "kind": "number", "minimum": 1, "maximum": 99,
                       "role": "quasi-identifier", "required": True, "coins": 1},
                      {"key": "vote", "label": "Vote", "kind": "choice", "role": "sensitive", "required": True,
                       "coins": 1, "choices": [{"value": 0, "label": "A"}, {"value": 1, "label": "B"}]}],
    }  # fmt: skip
    (home / "survey.json").write_text(json.dumps(survey))
    survey_id = json.loads(run("operator", "operator", "survey", "publish", home / "survey.json", "--json"))["id"]
    for place, row in enumerate(csv.DictReader((home / "codes.csv").open())):
        run(PEOPLE[place], "wallet", "new", "--kdf", "scrypt-light")
        run(PEOPLE[place], "member", "join", row["code"], "--yes")
        if place == 0:
            run(PEOPLE[place], "pds", "use", "unit")
        run(PEOPLE[place], "member", "answer", survey_id, "--set", f"age={30 + place}", "--set", f"vote={place % 2}")
    run("operator", "operator", "sell-coins", json.loads((home / "acme.json").read_text())["account"], 500)
    words = ("request", survey_id, "--item", "age", "--item", "vote", "--purpose", "Plan", "--why", "To plan")
    run("acme", "partner", *words, "--persons", 50, "--k", 2, "--coins", 2)
    run("board", "board", "approve", "--note", "Fair", "--yes")
    for person in PEOPLE:
        run(person, "member", "consent", "--uses", 3, "--yes")
    run("operator", "operator", "release", "--suppression-limit", 0.9, "--yes")
    return run


def kept(stage):
    """Every byte on the bank's disk."""
    return b"".join(path.read_bytes() for path in sorted(stage.bank_data.rglob("*")) if path.is_file())


def documents(azukari, person, folder):
    """Files of a member's own copy of the documents."""
    azukari(person, "member", "export", folder)
    return list((folder / "documents").iterdir())


@pytest.mark.parametrize(("person", "step"), list(zip(PEOPLE, STEPS, strict=False)))
def test_killed_in_the_middle_and_finished_by_asking_again(azukari, stage, unit, tmp_path, person, step):
    assert len(documents(azukari, person, tmp_path / "copy")) == 1
    at_unit = _cell(stage) if person == "alice" else None
    usual = stage.bank.command
    stage.bank.stop()
    trap = f"ledger:{stage.ledger.pid}" if step == "ledger" else step
    stage.bank.command = [sys.executable, str(Path(__file__).with_name("dying_eraser.py")), trap, *usual[3:]]
    stage.bank.start()
    azukari(person, "member", "erase", "--yes", code=1 if step == "ledger" else 4)
    if step == "ledger":
        assert stage.ledger.wait() == -signal.SIGKILL
        stage.bank.stop()
        stage.start_ledger()
    else:
        assert stage.bank.wait() == -signal.SIGKILL
    stage.bank.command = usual
    stage.bank.start()

    done = json.loads(azukari(person, "member", "erase", "--yes", "--json"))
    assert done["documents"] in (0, 1)  # those that the dead one had destroyed already are counted where they were
    assert f"{person.title()} Person".encode() not in kept(stage)
    refused = json.loads(azukari(person, "member", "passbook", "--json", code=1))["error"]
    assert (refused["code"], refused["status"]) == ("erased", 403)
    assert "すべて消されました" in azukari(person, "member", "passbook", code=1, language="ja")
    assert "erased before" in azukari(person, "member", "erase", "--yes")
    if at_unit is not None:
        answer = httpx.get(at_unit, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60)
        assert answer.status_code == 404
        assert at_unit.encode() not in b"".join(
            path.read_bytes() for path in (stage.bank_data / "stores" / "chosen").iterdir()
        )


def _cell(stage):
    """Where the one person at the unit has the documents."""
    [file] = (stage.bank_data / "stores" / "unit").glob("account-*.json")
    return json.loads(file.read_bytes())["identity"]["cell"]


def test_neither_the_banks_release_key_nor_anybody_opens_what_was_there(azukari, stage, tmp_path):
    person = PEOPLE[-1]
    copy = stage.bank_data / "pds.sqlite3"
    release_key = KeyPair.from_seed(bytes.fromhex((stage.bank_data / "release.key").read_text().strip()))
    before = _sealed(copy)
    ours = [one for one in before if release_key.public in one.recipients]
    assert ours
    azukari(person, "member", "erase", "--yes")
    raw = kept(stage)
    for document in ours:
        assert document.ciphertext not in raw
        assert not any(wrap.box in raw for wrap in document.wraps)
        with pytest.raises(NotARecipientError):
            open_sealed(document.erased(), release_key, b"any")


def _sealed(file):
    with closing(sqlite3.connect(file)) as database:
        return [SealedDocument.from_bytes(row[0]) for row in database.execute("SELECT content FROM documents")]


def test_the_auditor_finds_it_true(azukari, stage, tmp_path):
    stage.export(tmp_path / "audit")
    assert replay(tmp_path / "audit")["verdict"] == "true"
