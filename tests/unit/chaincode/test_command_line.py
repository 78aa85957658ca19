"""`python -m chaincode` against a real node process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chaincode.__main__ import app, read_key
from chaincode.build import CONTRACTS
from chaincode.deployment import Deployment
from chaincode.errors import ChaincodeError, DeploymentError


@pytest.fixture
def node(tmp_path: Path, make_person):
    """A ledger process that only the operator may write to."""
    command = [sys.executable, "-m", "ledger"]
    data = str(tmp_path / "data")
    init = ["init", "--data", data, "--writer", make_person("operator").address]
    subprocess.run([*command, *init], check=True, capture_output=True)
    serve = [*command, "serve", "--data", data, "--port", "0"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.kill()


def test_deploy_then_verify(node, tmp_path: Path, make_person):
    key, out = tmp_path / "key", tmp_path / "deployment.json"
    key.write_text(make_person("operator").key.hex())
    runner = CliRunner()
    arguments = ["deploy", "--rpc", node, "--out", str(out), "--key-file", str(key)]
    result = runner.invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    assert f"{len(CONTRACTS)} contracts on chain 20170714" in result.stdout
    assert set(Deployment.load(out).contracts) == set(CONTRACTS)
    result = runner.invoke(app, ["verify", "--rpc", node, "--deployment", str(out)], catch_exceptions=False)
    assert "are what" in result.stdout
    tampered = json.loads(out.read_text())
    tampered["contracts"]["coin"]["codeHash"] = "0x" + "11" * 32
    out.write_text(json.dumps(tampered))
    with pytest.raises(DeploymentError, match="for coin at"):
        runner.invoke(app, ["verify", "--rpc", node, "--deployment", str(out)], catch_exceptions=False)


def test_compile_writes_what_ethereum_tools_read(tmp_path: Path):
    result = CliRunner().invoke(app, ["compile", "--out", str(tmp_path)], catch_exceptions=False)
    assert [line.split()[0] for line in result.stdout.splitlines()] == list(CONTRACTS)
    artifact = json.loads((tmp_path / "coin.json").read_text())
    assert artifact["bytecode"].startswith("0x")
    assert any(entry.get("name") == "balanceOf" for entry in artifact["abi"])


def test_keys_come_from_files_only(tmp_path: Path, make_person):
    account = make_person("operator")
    keystore, password = tmp_path / "keystore.json", tmp_path / "password"
    keystore.write_text(json.dumps(account.encrypt("secret", iterations=2)))
    password.write_text("secret\n")
    assert read_key(keystore, password).address == account.address
    password.write_text("wrong")
    with pytest.raises(DeploymentError, match="cannot be read"):
        read_key(keystore, password)
    with pytest.raises(DeploymentError, match="cannot be read"):
        read_key(tmp_path / "absent", None)
    (tmp_path / "broken").write_text("not a key")
    with pytest.raises(ChaincodeError, match="key in"):
        read_key(tmp_path / "broken", None)
