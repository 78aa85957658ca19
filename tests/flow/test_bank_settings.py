"""A bank set up by its environment alone, at a node that asks for a token; its API described without the internet."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from scripts.stage.processes import Process

TOKEN = "writer-token-0123456789"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory, deployed):
    """A stage whose ledger serves only who shows a token."""
    stage = deployed(Path(tmp_path_factory.mktemp("guarded")))
    try:
        stage.start_ledger()
        stage.ledger.stop()
        tokens = stage.folder / "tokens"
        tokens.write_text(f"write {TOKEN}\n")
        stage.ledger.command = [*stage.ledger.command, "--token-file", str(tokens)]
        stage.ledger.start()
        (stage.folder / "bank.token").write_text(TOKEN + "\n")
        yield stage
    finally:
        stage.stop()


def settings(stage, **changes):
    named = {
        "name": "From the environment", "data": stage.bank_data, "deployment": stage.deployment_file,
        "operator_key_file": stage.operator_file, "ledger_url": stage.ledger.url,
        "ledger_token_file": stage.folder / "bank.token",
    }  # fmt: skip
    told = {name: value for name, value in (named | changes).items() if value is not None}
    return os.environ | {f"AZUKARI_BANK_{name.upper()}": str(value) for name, value in told.items()}


SERVE = (sys.executable, "-m", "bank_api", "serve", "--port", "0")


@pytest.fixture(scope="module")
def bank(guarded):
    environment = [f"{name}={value}" for name, value in settings(guarded).items() if name.startswith("AZUKARI_BANK_")]
    process = Process(["env", *environment, *SERVE], guarded.folder / "bank.log")
    try:
        yield process.start()
    finally:
        process.stop()


def test_the_environment_is_heeded_and_the_node_lets_the_bank_in(bank):
    about = json.loads(read(f"{bank}/v1/bank"))
    assert about["name"] == "From the environment"
    assert json.loads(read(f"{bank}/v1/health"))["ledger"]["reachable"]


def test_the_api_is_described_without_a_word_from_elsewhere(bank):
    page = read(f"{bank}/docs")
    assert "/v1/me/passbook" in page
    assert "Withdrawal" in page
    assert not re.findall(r"(?:src|href|action)=[\"']?(?:https?:)?//", page)
    assert "<script" not in page


def test_without_its_token_the_bank_does_not_start_and_says_why(guarded):
    done = subprocess.run(
        SERVE, env=settings(guarded, ledger_token_file=None), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "401" in done.stderr
    missing = settings(guarded, ledger_token_file=guarded.folder / "nowhere")
    done = subprocess.run(SERVE, env=missing, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert TOKEN not in done.stderr


def test_a_setting_that_is_missing_is_named_with_both_ways_to_give_it(guarded):
    done = subprocess.run(SERVE, env=settings(guarded, deployment=None), capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "--deployment or AZUKARI_BANK_DEPLOYMENT" in done.stderr


def read(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read().decode()
