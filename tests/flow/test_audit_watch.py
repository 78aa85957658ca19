"""An auditor watches the ledger grow: what is true is counted; a broken rule or a rewritten history ends the watch."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner
from web3 import HTTPProvider, Web3

from chaincode.bindings import Contracts, Role
from chaincode.deployment import Deployment
from chaincode.ids import new_id, text_hash
from chaincode.transactor import Transactor
from wallet_cli import watching
from wallet_cli.cli import app

PARTNER = "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"


@pytest.fixture
def stage(tmp_path, deployed):
    stage = deployed(tmp_path / "stage")
    try:
        stage.start_ledger()
        yield stage
    finally:
        stage.stop()


@pytest.fixture
def watch(stage, tmp_path):
    def run(*words, code=0):
        where = ("--ledger", stage.ledger.url, "--data", tmp_path / "watch", "--deployment", stage.deployment_file)
        done = CliRunner().invoke(app, [str(word) for word in ("audit", "watch", *where, "--once", *words)])
        assert done.exit_code == code, f"{words}: exit {done.exit_code}\n{done.stdout}\n{done.stderr}\n{done.exception}"
        return done

    return run


def looks(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def act(stage):
    """What an operator does on an ordinary day."""
    w3 = Web3(HTTPProvider(stage.ledger.url))
    contracts, transactor = Contracts(w3, Deployment.load(stage.deployment_file)), Transactor(w3, stage.operator)
    contracts.membership.set_terms(transactor, text_hash("terms"), text_hash("I join"), 2**40)
    contracts.membership.enroll(transactor, PARTNER, Role.PARTNER)
    contracts.coin.sell(transactor, PARTNER, 500, new_id())


def test_what_comes_is_executed_and_counted_once(stage, watch):
    genesis = ("--genesis", stage.ledger_data / "genesis.json")
    assert "needed with --data" in watch(code=2).stderr
    first, end = looks(watch(*genesis, "--json"))
    assert (first["first"], first["verdict"], end["events"]) == (1, "true", {})
    act(stage)
    second, end = looks(watch("--json"))
    assert second["first"] == first["last"] + 1
    assert second["events"]["Granted"] == 1
    assert end["last"] == second["last"]
    assert "nothing new after block" in watch().stdout
    assert "新しいものはありません" in watch("--language", "ja").stdout


def test_a_broken_rule_ends_the_watch_and_is_named(stage, watch, monkeypatch):
    """The contracts enforce the rules; so the events alone are altered here, as laxer contracts would record them."""
    act(stage)
    true_fold = watching.fold

    def without_the_enrolment(events):
        return true_fold([one for one in events if type(one).__name__ != "Enrolled"])

    monkeypatch.setattr(watching, "fold", without_the_enrolment)
    genesis = ("--genesis", stage.ledger_data / "genesis.json")
    (told,) = looks(watch(*genesis, "--json", code=1))
    assert told["verdict"] == "false"
    assert told["findings"][0]["block"] > 1
    assert "FALSE" in watch(code=1).stdout
    assert "正しくありません" in watch("--language", "ja", code=1).stdout


def test_a_history_rewritten_meanwhile_is_found_and_a_ledger_that_is_gone_is_no_verdict(stage, watch, tmp_path):
    watch("--genesis", stage.ledger_data / "genesis.json")
    stage.ledger.stop()
    watch(code=4)
    other = tmp_path / "other"
    other.mkdir()
    for name in ("genesis.json", "signer.key"):
        (other / name).write_bytes((stage.ledger_data / name).read_bytes())
    (other / "signer.key").chmod(0o600)
    command = [sys.executable, "-m", "ledger", "init", "--data", str(other), "--genesis", str(other / "genesis.json")]
    subprocess.run(command, check=True, capture_output=True)
    port = stage.ledger.url.rpartition(":")[2]
    stage.ledger.command = [sys.executable, "-m", "ledger", "serve", "--data", str(other), "--port", port]
    stage.ledger.start()
    stage.deploy()  # one second later: the same acts in other blocks
    act(stage)
    (told,) = looks(watch("--json", code=1))
    assert "history was rewritten" in told["findings"][0]["reason"]
