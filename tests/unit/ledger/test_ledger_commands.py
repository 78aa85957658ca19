"""The command line, the data directory, logs and metrics."""

import json
import logging
import stat

import pytest
from typer.testing import CliRunner

from ledger.cli import app, main
from ledger.datadir import DataDirectory, initialise, load_key
from ledger.errors import DataDirectoryError, LedgerError
from ledger.logs import JsonFormatter
from ledger.metrics import FOLLOWER_SECONDS, Followers, render_metrics
from ledger.node import Node

WRITER = "0x" + "22" * 20


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def data(tmp_path):
    assert run("init", "--data", tmp_path / "d", "--writer", WRITER).exit_code == 0
    return tmp_path / "d"


def test_init_makes_a_genesis_a_key_and_a_store(data):
    directory = DataDirectory(data)
    assert directory.load_genesis().writers == (bytes.fromhex(WRITER[2:]),)
    assert stat.S_IMODE(directory.signer_file.stat().st_mode) == 0o600
    signer = directory.load_signer().public_key.to_canonical_address()
    assert signer in directory.load_genesis().header(b"\x00" * 32).extra_data


def test_init_again_with_the_same_content_changes_nothing(data):
    before = {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()}
    done = run("init", "--data", data, "--writer", WRITER, "--json")
    assert json.loads(done.stdout)["chain_id"] == 20170714
    assert {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()} == before


def test_init_again_with_other_content_is_refused(data):
    done = run("init", "--data", data, "--chain-id", "5")
    assert isinstance(done.exception, DataDirectoryError)
    assert "another genesis" in str(done.exception)


def test_init_takes_a_genesis_as_it_is(data, tmp_path):
    given = data / "genesis.json"
    assert run("init", "--data", tmp_path / "copy", "--genesis", given).exit_code == 0
    assert (tmp_path / "copy" / "genesis.json").read_text() == given.read_text()
    assert DataDirectory(tmp_path / "copy").load_signer() is None


@pytest.mark.parametrize("option", ["--writer", "--permission-contract"])
def test_init_refuses_what_is_no_address(tmp_path, option):
    done = run("init", "--data", tmp_path / "d", option, "0x12")
    assert done.exit_code == 2


def test_status_shows_the_chain(data):
    facts = json.loads(run("status", "--data", data, "--json").stdout)
    assert (facts["height"], facts["rules"], len(facts["signers"])) == (0, "berlin", 1)
    assert "height" in run("status", "--data", data).stdout


def test_a_directory_without_a_ledger_is_refused(tmp_path):
    for words in (("status", "--data", tmp_path), ("export", "--data", tmp_path, "--out", tmp_path / "o")):
        assert "run `azukari-ledger init` first" in str(run(*words).exception)


def test_serving_beyond_loopback_needs_tokens(data):
    done = run("serve", "--data", data, "--host", "0.0.0.0", "--port", "0")  # noqa: S104 - it is refused
    assert isinstance(done.exception, LedgerError)
    assert "needs --token-file" in str(done.exception)


def test_export_replay_checkpoint_and_compare_work_together(data, tmp_path):
    assert run("export", "--data", data, "--out", tmp_path / "x", "--json").exit_code == 0
    verdict = json.loads(run("replay", tmp_path / "x", "--json").stdout)
    assert (verdict["verdict"], verdict["blocks"]) == ("true", 0)
    made = json.loads(run("checkpoint", "--data", data, "--out", tmp_path / "c.json", "--json").stdout)
    assert made["block"] == 0
    agreed = json.loads(run("audit", "compare", tmp_path / "x", tmp_path / "c.json", "--json").stdout)
    assert agreed == {"verdict": "agrees", "checkpoints": 1, "witnesses": [made["witness"]]}


def test_a_rewritten_history_is_exit_code_3(data, tmp_path):
    run("checkpoint", "--data", data, "--out", tmp_path / "c.json")
    run("init", "--data", tmp_path / "other", "--chain-id", "20170714")
    run("export", "--data", tmp_path / "other", "--out", tmp_path / "x")
    done = run("audit", "compare", tmp_path / "x", tmp_path / "c.json", "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["verdict"] == "rewritten"


def test_importing_from_the_command_line(data, tmp_path):
    run("export", "--data", data, "--out", tmp_path / "x")
    words = ("import-chain", "--data", tmp_path / "copy", "--genesis", tmp_path / "x" / "genesis.json")
    done = run(*words, tmp_path / "x" / "chain.rlp", "--json")
    assert json.loads(done.stdout)["imported"] == 0


def test_the_index_is_made_anew(data):
    assert json.loads(run("reindex", "--data", data, "--json").stdout) == {"blocks": 0, "entries": 0}


def test_a_refusal_is_one_line_and_exit_code_1(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["azukari-ledger", "status", "--data", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("refused: ")


def test_a_key_that_others_can_read_is_refused(data):
    path = data / "signer.key"
    path.chmod(0o644)
    with pytest.raises(DataDirectoryError, match="chmod 600"):
        load_key(path)
    path.chmod(0o600)
    path.write_text("no key")
    with pytest.raises(DataDirectoryError, match="private key in hex"):
        load_key(path)


def test_initialise_is_what_init_does(tmp_path):
    genesis = initialise(tmp_path / "d", chain_id=7, clock=lambda: 0)
    assert DataDirectory(tmp_path / "d").load_genesis().canonical_json() == genesis.canonical_json()


def test_logs_for_machines_carry_their_facts():
    record = logging.makeLogRecord(
        {"name": "ledger", "levelname": "INFO", "msg": "sealed %d", "args": (5,), "block": 5}
    )
    line = json.loads(JsonFormatter().format(record))
    assert (line["message"], line["block"], line["level"]) == ("sealed 5", 5, "info")
    try:
        raise ValueError("told")
    except ValueError as error:
        failed = logging.makeLogRecord({"msg": "x", "exc_info": (ValueError, error, error.__traceback__)})
    assert "told" in json.loads(JsonFormatter().format(failed))["traceback"]


def test_metrics_show_what_happened(local, rpc, sign, alice):
    rpc("eth_sendRawTransaction", "0x" + sign(alice, 0).hex())
    text = render_metrics(local.node, Followers())
    rows = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert rows["azukari_ledger_height"] == "1"
    assert rows["azukari_ledger_transactions_total"] == "1"
    assert float(rows["azukari_ledger_fsync_total"]) >= 1
    assert float(rows["azukari_ledger_seal_seconds_sum"]) > 0
    assert rows["azukari_ledger_sealing_error"] == "0"


def test_followers_count_while_they_ask(chain):
    now = [0.0]
    followers = Followers(clock=lambda: now[0])
    followers.note("a")
    followers.note("b")
    now[0] = FOLLOWER_SECONDS / 2
    followers.note("a")
    assert followers.count() == 2
    now[0] = FOLLOWER_SECONDS * 1.2
    assert followers.count() == 1
    assert "azukari_ledger_followers 1" in render_metrics(Node(chain), followers)
