"""What the deploy command publishes, as web3, ethers and the loaders of Hardhat, Truffle and Foundry read it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from eth_hash.auto import keccak
from typer.testing import CliRunner
from web3 import HTTPProvider, Web3

from chaincode.__main__ import app
from chaincode.build import CONTRACTS
from chaincode.deployment import Deployment
from chaincode.publish import compiled, publish

CLIENTS = Path(__file__).parents[3] / ".build" / "clients"
READER = Path(__file__).with_name("read_published.cjs")


@pytest.fixture
def published(tmp_path: Path, make_person):
    """URL, deployment file and folder that the command made on a ledger process."""
    operator, ledger = make_person("operator"), [sys.executable, "-m", "ledger"]
    init = ["init", "--data", str(tmp_path / "data"), "--writer", operator.address]
    subprocess.run([*ledger, *init], check=True, capture_output=True)
    (tmp_path / "key").write_text(operator.key.hex())
    serve = [*ledger, "serve", "--data", str(tmp_path / "data"), "--port", "0"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as process:
        try:
            url, out = process.stdout.readline().split()[1], tmp_path / "deployment.json"
            command = ["deploy", "--rpc", url, "--key-file", str(tmp_path / "key"), "--out", str(out)]
            result = CliRunner().invoke(app, command, catch_exceptions=False)
            assert result.exit_code == 0
            yield url, out, tmp_path / "deployments" / "20170714"
        finally:
            process.kill()


def read(folder: Path, name: str) -> dict:
    return json.loads((folder / f"{name}.json").read_text())


def test_every_contract_has_a_file_that_agrees_with_deployment_and_chain(published, artifacts):
    url, out, folder = published
    deployment = Deployment.load(out)
    assert {path.stem for path in folder.glob("*.json")} == set(CONTRACTS)
    assert (folder / ".chainId").read_text() == "20170714"
    for name in CONTRACTS:
        one, contract = read(folder, name), deployment.contract(name)
        assert one["address"] == one["networks"]["20170714"]["address"] == contract.address
        assert keccak(bytes.fromhex(one["deployedBytecode"][2:])) == contract.code_hash
        assert one["deployedBytecode"].startswith(artifacts[name].runtime)
        assert one["abi"] == list(contract.abi)
        assert one["contractName"] == name
        assert one["linkReferences"] == one["deployedLinkReferences"] == {}
    w3, coin = Web3(HTTPProvider(url)), read(folder, "coin")
    assert w3.eth.contract(address=coin["address"], abi=coin["abi"]).functions.symbol().call() == "AZC"
    made = w3.eth.contract(abi=coin["abi"], bytecode=coin["bytecode"]).constructor(*coin["args"])
    assert made.data_in_transaction.startswith(coin["bytecode"])


def test_publishing_again_writes_the_same(deployed, artifacts, tmp_path: Path):
    for folder in ("once", "again"):
        publish(deployed.contracts.node._w3, deployed.deployment, artifacts, tmp_path / folder)
    names = sorted(path.name for path in (tmp_path / "once").iterdir())
    assert names == sorted([".chainId", *(f"{name}.json" for name in CONTRACTS)])
    assert all((tmp_path / "once" / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)


def test_what_is_compiled_names_no_address(artifacts):
    found = compiled(artifacts["escrow"])
    assert found["sourceName"] == "chaincode/contracts/escrow/escrow.vy"
    assert found["deployedBytecode"] == artifacts["escrow"].runtime
    assert not {"address", "networks", "args"} & set(found)


@pytest.mark.node
def test_ethers_reads_it_and_deploys_the_same_again(published, make_person):
    if shutil.which("npm") is None:
        pytest.skip("npm is not on this machine, so ethers cannot be tried")
    if not (CLIENTS / "node_modules" / "ethers").is_dir():
        CLIENTS.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(CLIENTS), "ethers@6.17.0"]
        done = subprocess.run(install, capture_output=True, text=True, timeout=240)
        if done.returncode:
            pytest.skip(f"npm could not install ethers: {done.stderr.strip()[:200]}")
    url, _, folder = published
    command = ["node", str(READER), url, str(folder), "0x" + make_person("operator").key.hex()]
    done = subprocess.run(command, cwd=CLIENTS, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said.pop("contracts") == dict.fromkeys(CONTRACTS, True)
    assert said == {"chain": "20170714", "sameChain": True, "symbol": "AZC", "again": True, "supply": "0"}
