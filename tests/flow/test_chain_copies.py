"""An auditor copies the chain with one command, and holds the copy against checkpoints that others signed."""

import json

import pytest
from eth_account import Account
from eth_keys.datatypes import PrivateKey
from typer.testing import CliRunner
from web3 import HTTPProvider, Web3

from ledger.checkpoint import Checkpoint, sign_checkpoint
from wallet_cli.cli import app

WITNESS = PrivateKey(b"\x77" * 32)


@pytest.fixture(scope="module")
def stage(tmp_path_factory, deployed):
    """A ledger with the contracts on it. No bank is needed."""
    stage = deployed(tmp_path_factory.mktemp("copies"))
    try:
        stage.start_ledger()
        yield stage
    finally:
        stage.stop()


def audit(*words, code=0):
    done = CliRunner().invoke(app, ["audit", *(str(word) for word in words)])
    assert done.exit_code == code, f"{words}: exit {done.exit_code}\n{done.stdout}\n{done.stderr}\n{done.exception}"
    return done


def from_node(stage):
    return ("--ledger", stage.ledger.url, "--genesis", stage.ledger_data / "genesis.json")


@pytest.fixture(scope="module")
def copy(stage, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "copy"
    made = audit("export", folder, *from_node(stage), "--deployment", stage.deployment_file, "--json")
    assert json.loads(made.stdout)["blocks"] >= 2
    return folder


def test_a_copy_from_a_node_and_one_from_its_disk_are_the_same_and_replay(stage, copy, tmp_path):
    disk = tmp_path / "disk"
    audit("export", disk, "--data", stage.ledger_data, "--deployment", stage.deployment_file)
    for name in ("chain.rlp", "manifest.json", "deployment.json"):
        assert (disk / name).read_bytes() == (copy / name).read_bytes()
    assert json.loads(audit("replay", copy, "--json").stdout)["verdict"] == "true"


def test_a_copy_says_in_both_languages_what_it_needs(stage, tmp_path):
    words = ("export", tmp_path / "copy", "--ledger", stage.ledger.url)
    assert "is needed with --ledger" in audit(*words, code=2).stderr
    assert "--ledger には必要です" in audit(*words, "--language", "ja", code=2).stderr
    assert "one of the two" in audit("export", tmp_path / "copy", code=2).stderr
    gone = ("--ledger", "http://127.0.0.1:9", "--genesis", stage.ledger_data / "genesis.json")
    audit("export", tmp_path / "copy", *gone, "--deployment", stage.deployment_file, code=4)
    assert not (tmp_path / "copy" / "manifest.json").exists()


def seen(stage, number, **other):
    """What a witness signs of a block, as the node shows it, or otherwise."""
    w3 = Web3(HTTPProvider(stage.ledger.url))
    block = w3.provider.make_request("eth_getBlockByNumber", [hex(number), False])["result"]
    genesis = w3.provider.make_request("eth_getBlockByNumber", ["0x0", False])["result"]
    facts = {
        "chain_id": w3.eth.chain_id,
        "genesis_hash": bytes.fromhex(genesis["hash"][2:]),
        "number": number,
        "block_hash": bytes.fromhex(block["hash"][2:]),
        "state_root": bytes.fromhex(block["stateRoot"][2:]),
    }
    return sign_checkpoint(Checkpoint(**facts | other), WITNESS).to_json()


def test_a_copy_that_others_saw_so_agrees_and_names_them(stage, copy, tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    for number in (1, 2):
        (kept / f"{number}.json").write_text(seen(stage, number))
    told = json.loads(audit("compare", copy, kept, "--json").stdout)
    witness = Account.from_key(WITNESS.to_bytes()).address
    assert told == {"verdict": "agrees", "checkpoints": 2, "witnesses": [witness]}
    assert "all 2 checkpoints" in audit("compare", copy, kept).stdout
    assert "2 件すべてと一致" in audit("compare", copy, kept, "--language", "ja").stdout


def test_a_rewritten_history_is_named_with_block_and_witness(stage, copy, tmp_path):
    (tmp_path / "other.json").write_text(seen(stage, 2, block_hash=b"\x01" * 32))
    told = json.loads(audit("compare", copy, tmp_path / "other.json", "--json", code=1).stdout)
    assert (told["verdict"], told["finding"]["block"]) == ("rewritten", 2)
    assert "is 0x" in told["finding"]["reason"]
    assert "HISTORY WAS REWRITTEN" in audit("compare", copy, tmp_path / "other.json", code=1).stdout
    assert "書き換えられて" in audit("compare", copy, tmp_path / "other.json", "--language", "ja", code=1).stdout


def test_what_is_no_checkpoint_is_unusable_and_no_verdict(copy, tmp_path):
    (tmp_path / "c.json").write_text("{}")
    told = audit("compare", copy, tmp_path / "c.json", "--language", "ja", code=2).stderr
    assert "c.json は使えるチェックポイントではありません" in told
    assert "英語で" not in told
    (tmp_path / "none").mkdir()
    assert "no checkpoint" in audit("compare", copy, tmp_path / "none", code=2).stderr
