"""One bank, a follower and the ledger that it follows: whichever is killed with -9, nothing is lost or counts twice."""

import json
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner
from web3 import Web3

from chaincode.several import provider_of
from scripts.stage.processes import Process, Stage
from tests.flow.answers_under_fire import answered_once, everybody_answers, until_taken
from wallet_cli.cli import app

MEMBERS = 24
CATCH_UP_SECONDS = 60


@pytest.fixture
def follower(tmp_path):
    """A follower that is not running yet."""
    return Process([], tmp_path / "follower.log")


@pytest.fixture
def stage(tmp_path, follower, monkeypatch):
    """The bank asks the follower before the ledger itself, which alone takes what is written."""
    made = Stage(tmp_path / "stage")
    monkeypatch.setenv("AZUKARI_BANK_BATCH_ITEMS_MAX", "4")  # many batches: some are always in flight
    try:
        made.start_ledger()
        copy, ledger = tmp_path / "copy", [sys.executable, "-m", "ledger"]
        genesis = ("--genesis", str(made.ledger_data / "genesis.json"))
        subprocess.run([*ledger, "init", "--data", str(copy), *genesis], check=True, capture_output=True)
        follower.command = [*ledger, "follow", "--data", str(copy), "--leader", made.ledger.url, "--port", "0"]
        follower.start()
        made.deploy()
        made.ledger_url = f"{follower.url},{made.ledger.url}"
        made.start_bank("Test bank")
        yield made
    finally:
        made.stop()
        follower.stop()


def test_a_follower_and_then_the_ledger_die_while_everybody_answers(stage, follower):
    count, turn = 0, threading.Lock()

    def kill():
        nonlocal count
        with turn:
            count += 1
            if count == 6:
                follower.kill()
            if count == 14:
                stage.ledger.kill()
                stage.start_ledger()

    company, receipts = everybody_answers(stage, MEMBERS, kill)
    assert not follower.is_alive
    _, coins = answered_once(stage, company, receipts)
    assert until_taken(company.operator.client.operator.summary).answers == MEMBERS
    assert {one.account: until_taken(one.client.member.passbook).coins for one in company.members} == coins
    follower.command[-1] = follower.url.rpartition(":")[2]
    follower.start()
    stage.ledger.kill()
    assert {one.account: one.client.member.passbook().coins for one in company.members} == coins, "reads go on"
    stage.start_ledger()
    company.close()
    assert_audited(stage, follower)


def height(url):
    return int(Web3(provider_of(url)).eth.block_number)


def until_there(url, block):
    until = time.monotonic() + CATCH_UP_SECONDS
    while height(url) < block:
        assert time.monotonic() < until, f"the follower never came to block {block}"
        time.sleep(0.2)


def audited(stage, *urls):
    nodes = [word for url in urls for word in ("--ledger", url)]
    done = CliRunner().invoke(app, ["audit", "network", *nodes, "--deployment", str(stage.deployment_file), "--json"])
    assert done.exit_code in (0, 1), done.output
    return json.loads(done.stdout)


def assert_audited(stage, follower):
    """An auditor who can only ask: true of honest nodes, and false where one of them, or all, tell something else."""
    until_there(follower.url, height(stage.ledger.url))  # the audit is of blocks that all have
    true = audited(stage, stage.ledger.url, follower.url)
    assert (true["verdict"], true["counts"]["answers"]) == ("true", MEMBERS)
    slots, by_value = (sum(one[name] for one in true["storage"]) for name in ("slots", "by_value"))
    assert slots == by_value > 5 * MEMBERS
    assert "not executed again" in true["remarks"][0]["reason"]

    def one_coin_more(asked, answer):
        if asked["method"] == "eth_getStorageAt" and int(answer["result"], 16):
            return answer | {"result": hex(int(answer["result"], 16) + 1)}
        return answer

    def one_event_less(asked, answer):
        return answer | {"result": answer["result"][:-1]} if asked["method"] == "eth_getLogs" else answer

    for lie in (one_coin_more, one_event_less):
        with lying(stage.ledger.url, lie) as liar:
            told = audited(stage, stage.ledger.url, liar)
            assert told["verdict"] == "false", "the two differ"
            assert any("says otherwise than" in one["reason"] for one in told["violations"])
            alone = audited(stage, liar)
            assert alone["verdict"] == "false", "what it says of events and state does not fit together"


@contextmanager
def lying(url, lie):
    """A node that says what another one says, but for a lie."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=30) as answer:
                said = json.dumps(lie(json.loads(body), json.load(answer))).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
