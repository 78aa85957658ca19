"""Foundry's cast and forge drive a real ledger process unchanged, but for `--legacy` where they send."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from eth_account import Account

from scripts.engines.foundry import install_foundry
from scripts.engines.nodes import EngineMissingError

KEY = "0x" + "11" * 32
ENOUGH_SECONDS = 120
COUNTER = """// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;
contract Counter {
    event Counted(address indexed who, uint256 amount);
    uint256 public total;
    constructor(uint256 start) { total = start; }
    function count(uint256 amount) external {
        require(amount < 10, "counter: too large");
        total += amount;
        emit Counted(msg.sender, amount);
    }
}
interface Vm { function startBroadcast() external; function stopBroadcast() external; }
contract Deploy {
    bool public IS_SCRIPT = true;
    Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    function run() external returns (Counter made) {
        vm.startBroadcast();
        made = new Counter(1);
        made.count(4);
        vm.stopBroadcast();
    }
}
"""


class Tools:
    """Runs cast and forge in a project of one contract and one script."""

    def __init__(self, foundry, folder: Path, url: str) -> None:
        self._foundry, self._folder, self.url = foundry, folder, url
        self._environment = {**os.environ, "ETH_RPC_URL": url, "HOME": str(folder), "NO_COLOR": "1"}
        (folder / "src").mkdir()
        (folder / "src" / "Counter.sol").write_text(COUNTER)
        settings = f'[profile.default]\nsolc = "{foundry.solc}"\nevm_version = "berlin"\noffline = true\n'
        (folder / "foundry.toml").write_text(settings)

    def cast(self, *words: object) -> str:
        return self._run(self._foundry.cast, *words)

    def cast_refused(self, *words: object) -> str:
        return self._run(self._foundry.cast, *words, code=1)

    def send(self, *words: object) -> dict:
        return json.loads(self.cast("send", "--json", "--legacy", "--private-key", KEY, *words))

    def forge(self, command: str, *words: object) -> dict:
        options = ("--json", "--legacy", "--broadcast", "--rpc-url", self.url, "--private-key", KEY)
        told = self._run(self._foundry.forge, command, *options, *words)
        return json.JSONDecoder().raw_decode(told, told.index("{"))[0]

    def _run(self, program: Path, *words: object, code: int = 0) -> str:
        done = subprocess.run(
            [str(program), *map(str, words)],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=ENOUGH_SECONDS,
        )
        assert done.returncode == code, f"{words}: {done.stdout}{done.stderr}"
        return (done.stdout if code == 0 else done.stderr).strip()


@pytest.fixture(scope="module")
def tools(tmp_path_factory):
    try:
        foundry = install_foundry()
    except EngineMissingError as missing:
        pytest.skip(str(missing))
    folder = tmp_path_factory.mktemp("foundry")
    ledger = [sys.executable, "-m", "ledger"]
    subprocess.run([*ledger, "init", "--data", str(folder / "data")], check=True, capture_output=True)
    command = [*ledger, "serve", "--data", str(folder / "data"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            (folder / "project").mkdir()
            yield Tools(foundry, folder / "project", process.stdout.readline().split()[1])
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def counter(tools):
    return tools.forge("create", "src/Counter.sol:Counter", "--constructor-args", 7)["deployedTo"]


@pytest.mark.node
def test_forge_creates_a_contract_and_cast_sends_to_it(tools, counter):
    sender = Account.from_key(KEY).address
    receipt = tools.send(counter, "count(uint256)", 3)
    assert (receipt["status"], receipt["type"]) == ("0x1", "0x0")
    hash_, block = receipt["transactionHash"], int(receipt["blockNumber"], 16)
    assert int(tools.cast("block-number")) >= block
    assert tools.cast("call", counter, "total()(uint256)") == "10"
    assert tools.cast("call", counter, "total()(uint256)", "--block", block - 1) == "7"
    assert int(tools.cast("storage", counter, 0), 16) == 10
    assert tools.cast("balance", sender) == "0"
    assert int(tools.cast("nonce", sender)) >= 2
    assert json.loads(tools.cast("receipt", "--json", hash_))["logs"] == receipt["logs"]
    assert json.loads(tools.cast("tx", "--json", hash_))["to"] == counter.lower()
    (log,) = json.loads(
        tools.cast("logs", "--json", "--from-block", 0, "--address", counter, "Counted(address indexed,uint256)")
    )
    assert log["transactionHash"] == hash_
    proof = json.loads(tools.cast("proof", counter, 0))
    assert proof["storageProof"][0]["value"] == "0xa"
    assert tools.cast("storage-root", counter) == proof["storageHash"]
    assert int(tools.cast("estimate", counter, "count(uint256)", 3)) > 21_000
    assert json.loads(tools.cast("rpc", "debug_traceTransaction", hash_, '{"tracer":"callTracer"}'))["gasUsed"]
    assert "Transaction successfully executed" in tools.cast("run", hash_)


@pytest.mark.node
def test_cast_hears_a_revert_and_what_wants_legacy(tools, counter):
    assert "counter: too large" in tools.cast_refused("call", counter, "count(uint256)", 30)
    refused = tools.cast_refused("send", "--private-key", KEY, counter, "count(uint256)", 3)
    assert "unsupported feature: eip1559" in refused
    assert "trace_transaction does not exist" in tools.cast_refused("trace", "0x" + "00" * 32)


@pytest.mark.node
def test_forge_runs_a_script_that_deploys_and_calls(tools):
    told = tools.forge("script", "src/Counter.sol:Deploy")
    made = told["returns"]["made"]["value"]
    assert tools.cast("call", made, "total()(uint256)") == "5"
    assert tools.send(made, "count(uint256)", 1, "--gas-limit", 100_000)["status"] == "0x1"
    raw = tools.cast("mktx", "--legacy", "--private-key", KEY, made, "count(uint256)", 2)
    assert json.loads(tools.cast("publish", raw))["status"] == "0x1"
    assert tools.cast("call", made, "total()(uint256)") == "8"
