"""A real ledger process on loopback: web3 drives it, kill -9 loses nothing acknowledged, SIGTERM ends it well."""

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from eth_account import Account
from web3 import Web3

from ledger.genesis import DEFAULT_CHAIN_ID
from ledger.replay import replay

SEED = 20170714
KILLS = 3
READY_SECONDS = 120


class LedgerProcess:
    """`python -m ledger serve` (or follow) as its users start it."""

    def __init__(self, data, *options, command="serve"):
        command = [sys.executable, "-m", "ledger", command, "--data", str(data), "--port", "0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("ready http://127.0.0.1:"), line + self.process.stderr.read()
        self.url = line.split()[1]
        self.client = httpx.Client(timeout=READY_SECONDS)

    def call(self, method, *params, headers=None):
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}
        return self.client.post(self.url, json=body, headers=headers).json()

    def kill(self):
        self.process.kill()
        self.close()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        return self.close()

    def close(self):
        self.client.close()
        code = self.process.wait(timeout=READY_SECONDS)
        self.process.stdout.close()
        self.process.stderr.close()
        return code


def run(*words, check=True):
    done = subprocess.run(
        [sys.executable, "-m", "ledger", *map(str, words)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0 or not check, done.stderr
    return done


def transfer(account, nonce):
    body = {"nonce": nonce, "to": b"\xab" * 20, "data": os.urandom(8), "gas": 60_000, "gasPrice": 0, "value": 0}
    return "0x" + bytes(account.sign_transaction({**body, "chainId": DEFAULT_CHAIN_ID}).raw_transaction).hex()


@pytest.fixture
def data(tmp_path):
    run("init", "--data", tmp_path / "data")
    return tmp_path / "data"


def test_web3_drives_it_unchanged(data):
    ledger = LedgerProcess(data)
    w3 = Web3(Web3.HTTPProvider(ledger.url))
    account = Account.from_key(b"\x05" * 32)
    assert w3.is_connected()
    assert w3.eth.chain_id == DEFAULT_CHAIN_ID
    assert w3.eth.gas_price == 0
    body = {"nonce": 0, "to": b"\xab" * 20, "gas": 21_000, "gasPrice": 0, "value": 0, "chainId": DEFAULT_CHAIN_ID}
    sent = w3.eth.send_raw_transaction(account.sign_transaction(body).raw_transaction)
    receipt = w3.eth.wait_for_transaction_receipt(sent, timeout=READY_SECONDS, poll_latency=0.05)
    assert (receipt["status"], receipt["blockNumber"]) == (1, 1)
    with w3.batch_requests() as batch:
        batch.add(w3.eth.get_transaction_count(account.address))
        batch.add(w3.eth.get_block_number())
        assert batch.execute() == [1, 1]
    assert ledger.terminate() == 0


def send_until_dead(ledger, account, first_nonce, acknowledged, stop):
    for nonce in itertools.count(first_nonce):
        if stop.is_set():
            return
        try:
            answer = ledger.call("eth_sendRawTransactionSync", transfer(account, nonce))
        except httpx.HTTPError:
            return
        if "result" in answer:
            acknowledged.append((answer["result"]["transactionHash"], answer["result"]["blockNumber"]))


def test_kill_9_in_the_middle_of_sealing_loses_nothing_acknowledged(data, tmp_path):
    chooser = random.Random(SEED)
    accounts = [Account.from_key(bytes([n]) * 32) for n in range(1, 9)]
    acknowledged = []
    for round_number in range(KILLS):
        ledger, stop = LedgerProcess(data), threading.Event()
        nonces = [int(ledger.call("eth_getTransactionCount", a.address, "latest")["result"], 16) for a in accounts]
        with ThreadPoolExecutor(len(accounts)) as threads:
            for account, nonce in zip(accounts, nonces, strict=True):
                threads.submit(send_until_dead, ledger, account, nonce, acknowledged, stop)
            before = len(acknowledged)
            deadline = time.monotonic() + READY_SECONDS
            while len(acknowledged) < before + len(accounts) and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(chooser.uniform(0.0, 1.2))
            stop.set()
            ledger.process.kill()
        ledger.kill()
        assert len(acknowledged) > before, round_number
    ledger = LedgerProcess(data)
    for transaction_hash, block_number in acknowledged:
        receipt = ledger.call("eth_getTransactionReceipt", transaction_hash)["result"]
        assert receipt is not None, transaction_hash
        assert receipt["blockNumber"] == block_number
    height = int(ledger.call("eth_blockNumber")["result"], 16)
    run("export", "--data", data, "--out", tmp_path / "export")
    report = replay(tmp_path / "export")
    assert report.blocks == height
    assert report.transactions >= len(acknowledged)
    report.state.close()
    assert ledger.terminate() == 0


def test_a_hash_that_was_answered_outlives_kill_9(data, tmp_path):
    """Nobody waited for a receipt: what was only answered with its hash is sealed after the restart all the same."""
    accounts = [Account.from_key(bytes([n]) * 32) for n in range(1, 5)]
    answered = []
    for round_number in range(KILLS):
        ledger = LedgerProcess(data)
        for _ in range(2):
            calls = []
            for account in accounts:
                first = int(ledger.call("eth_getTransactionCount", account.address, "pending")["result"], 16)
                calls += [transfer(account, nonce) for nonce in range(first, first + 40)]
            body = [
                {"jsonrpc": "2.0", "id": index, "method": "eth_sendRawTransaction", "params": [raw]}
                for index, raw in enumerate(calls)
            ]
            answered += [answer["result"] for answer in ledger.client.post(ledger.url, json=body).json()]
        ledger.kill()
        assert len(answered) == (round_number + 1) * 2 * 4 * 40
    ledger = LedgerProcess(data)
    deadline = time.monotonic() + READY_SECONDS
    while ledger.call("txpool_status")["result"]["pending"] != "0x0" and time.monotonic() < deadline:
        time.sleep(0.05)
    lost = [told for told in answered if ledger.call("eth_getTransactionReceipt", told)["result"] is None]
    assert lost == []
    assert (data / "pool.journal").stat().st_size == 0
    assert ledger.terminate() == 0


def test_a_second_process_on_the_same_data_is_refused(data):
    ledger = LedgerProcess(data)
    refused = run("serve", "--data", data, "--port", "0", check=False)
    assert refused.returncode == 1
    assert "in use by another ledger process" in refused.stderr
    status = json.loads(run("status", "--data", data, "--json").stdout)
    assert status["height"] == 0
    assert ledger.terminate() == 0


def test_an_altered_export_is_refused_by_the_command(data, tmp_path):
    ledger = LedgerProcess(data)
    ledger.call("eth_sendRawTransactionSync", transfer(Account.from_key(b"\x07" * 32), 0))
    ledger.terminate()
    run("export", "--data", data, "--out", tmp_path / "export")
    true = json.loads(run("replay", tmp_path / "export", "--json").stdout)
    assert (true["verdict"], true["blocks"], true["transactions"]) == ("true", 1, 1)
    chain_file = tmp_path / "export" / "chain.rlp"
    altered = bytearray(chain_file.read_bytes())
    altered[100] ^= 0x10
    chain_file.write_bytes(altered)
    done = run("replay", tmp_path / "export", "--json", check=False)
    assert done.returncode == 3
    false = json.loads(done.stdout)
    assert (false["verdict"], false["block"], false["field"]) == ("false", 1, "stateRoot")


def test_a_follower_serves_what_it_has_checked(data, tmp_path):
    leader = LedgerProcess(data)
    account = Account.from_key(b"\x0c" * 32)
    sealed = [leader.call("eth_sendRawTransactionSync", transfer(account, nonce))["result"] for nonce in range(2)]
    run("init", "--data", tmp_path / "copy", "--genesis", data / "genesis.json")
    follower = LedgerProcess(tmp_path / "copy", "--leader", leader.url, command="follow")
    deadline = time.monotonic() + READY_SECONDS
    while follower.call("eth_blockNumber")["result"] != sealed[1]["blockNumber"] and time.monotonic() < deadline:
        time.sleep(0.05)
    for receipt in sealed:
        assert follower.call("eth_getTransactionReceipt", receipt["transactionHash"])["result"] == receipt
    refused = follower.call("eth_sendRawTransaction", transfer(account, 2))["error"]
    assert "this node only follows" in refused["message"]
    assert "azukari_ledger_followers 1\n" in httpx.get(leader.url + "/metrics", timeout=60).text
    assert httpx.get(follower.url + "/health", timeout=60).json()["error"] is None
    assert follower.terminate() == 0
    assert leader.terminate() == 0


def test_two_followers_who_talk_find_a_leader_with_two_faces(data, tmp_path):
    """The operator runs two nodes with one key and one genesis and shows each follower another."""
    shutil.copytree(data, tmp_path / "other")
    account = Account.from_key(b"\x0d" * 32)
    leaders = [LedgerProcess(data), LedgerProcess(tmp_path / "other")]
    for leader in leaders:
        assert "result" in leader.call("eth_sendRawTransactionSync", transfer(account, 0))
    followers = []
    for index, leader in enumerate(leaders):
        run("init", "--data", tmp_path / f"copy{index}", "--genesis", data / "genesis.json")
        peers = [word for peer in followers for word in ("--peer", peer.url)]
        followers.append(LedgerProcess(tmp_path / f"copy{index}", "--leader", leader.url, *peers, command="follow"))
    deadline = time.monotonic() + READY_SECONDS
    told = []
    while len(told) < 2 and time.monotonic() < deadline:
        time.sleep(0.2)
        answers = [httpx.get(follower.url + "/health", timeout=60) for follower in followers]
        told = [answer.json()["error"] for answer in answers if answer.status_code == 503]
    assert len(told) == 2
    assert all("block 1: 0x" in error and "both are sealed" in error for error in told), told
    assert len(list((tmp_path / "copy1" / "checkpoints" / "evidence").iterdir())) == 1
    for process in followers + leaders:
        assert process.terminate() == 0


def test_tokens_decide_who_may_read_and_write(data, tmp_path):
    tokens = tmp_path / "tokens"
    tokens.write_text("read reader-token-0123456789\nwrite writer-token-0123456789\n")
    ledger = LedgerProcess(data, "--token-file", str(tokens))
    raw = transfer(Account.from_key(b"\x09" * 32), 0)
    reader = {"Authorization": "Bearer reader-token-0123456789"}
    writer = {"Authorization": "Bearer writer-token-0123456789"}
    assert ledger.call("eth_blockNumber")["error"]["message"] == "a bearer token is needed"
    assert ledger.call("eth_blockNumber", headers=reader)["result"] == "0x0"
    assert ledger.call("eth_sendRawTransaction", raw, headers=reader)["error"]["code"] == -32604
    assert ledger.call("eth_sendRawTransaction", raw, headers=writer)["result"].startswith("0x")
    assert ledger.terminate() == 0
