"""What the suite needs on other engines: a clock that is set, a chain that seals at once, a comparison that sees."""

import struct
from dataclasses import replace

import pytest
from eth_account import Account

from ledger.testing import TEST_START_TIME
from scripts.engines.clique import CliqueNetwork
from scripts.engines.clock import HOOK, SharedClock, overlay
from scripts.engines.loopback import LoopbackProvider
from scripts.engines.nodes import EngineMissingError
from scripts.engines.record import Play, Record, Sealed, differences
from scripts.engines.suite_engines import fingerprints, open_engine
from scripts.engines.suite_plugin import SuitePlugin
from scripts.stage.ports import free_ports

NOW = """
func Now() Time {
\tsec, nsec, mono := runtimeNow()
\tif mono == 0 {
"""


def nanoseconds(clock):
    return struct.unpack("=q", clock.path.read_bytes())[0]


def test_a_shared_clock_stands_still_and_goes_only_forward(tmp_path):
    clock = SharedClock(tmp_path / "clock", 1_700_000_000)
    assert nanoseconds(clock) == 1_700_000_000_000_000_000
    clock.set(1_700_000_005)
    clock.set(1_700_000_005)
    assert nanoseconds(clock) == 1_700_000_005_000_000_000
    with pytest.raises(ValueError, match="stands at 1700000005 and does not go back to 1700000004"):
        clock.set(1_700_000_004)
    clock.is_late = True
    clock.set(1_700_000_005)
    assert nanoseconds(clock) == 1_700_000_005_999_999_999
    assert clock.seconds == 1_700_000_005


def a_go(folder, source):
    """A Go installation as far as `overlay` looks at it."""
    (folder / "root" / "src" / "time").mkdir(parents=True)
    (folder / "root" / "src" / "time" / "time.go").write_text(source)
    program = folder / "go"
    program.write_text(f'#!/bin/sh\necho "{folder}/root"\n')
    program.chmod(0o755)
    return str(program)


def test_only_one_line_of_go_is_changed(tmp_path):
    overlay(a_go(tmp_path, NOW), tmp_path / "build")
    changed = (tmp_path / "build" / "time.go").read_text()
    assert changed.replace("\tsec, nsec = settable(sec, nsec)\n", "") == NOW
    assert changed.count("settable") == 1
    assert "func settable(sec int64, nsec int32) (int64, int32)" in HOOK.read_text()


def test_a_go_of_another_form_is_refused(tmp_path):
    with pytest.raises(EngineMissingError, match="so geth's clock cannot be set"):
        overlay(a_go(tmp_path, NOW.replace("runtimeNow()", "runtimeNow(), 1")), tmp_path / "build")


def test_four_signers_without_a_period_need_the_clock(tmp_path):
    with pytest.raises(ValueError, match="need a period of at least a second"):
        CliqueNetwork(tmp_path / "geth", tmp_path / "network", 1, period=0)


def test_who_does_not_answer_is_a_lost_connection():
    (port,) = free_ports(1)
    with pytest.raises(ConnectionError, match=f"http://127.0.0.1:{port} does not answer"):
        LoopbackProvider(f"http://127.0.0.1:{port}", 1).make_request("eth_chainId", [])


def test_a_timed_node_seals_at_once_at_the_time_that_was_set():
    heard = []
    key = Account.from_key(b"\1" * 32)
    with open_engine("ledger", heard.append) as engine:
        chain = engine.chain

        def send():
            nonce = chain.w3.eth.get_transaction_count(key.address)
            words = {"to": key.address, "value": 0, "gas": 21_000, "gasPrice": 0, "nonce": nonce, "chainId": 20170714}
            name = chain.w3.eth.send_raw_transaction(key.sign_transaction(words).raw_transaction)
            assert chain.w3.eth.get_transaction_receipt(name)["blockNumber"] == chain.w3.eth.block_number
            return chain.w3.eth.get_block("latest")["timestamp"] - TEST_START_TIME

        assert [send(), send()] == [0, 1]
        chain.set_time(TEST_START_TIME + 100)
        assert [send(), send()] == [100, 101]
        chain.advance(10)
        assert send() == 111
        chain.set_time(TEST_START_TIME)
        assert send() == 112
        assert [int(receipt["blockNumber"], 16) for receipt in heard] == [1, 2, 3, 4, 5, 6]
        assert [int(block[0], 16) - TEST_START_TIME for block in fingerprints(chain)] == [0, 1, 100, 101, 111, 112]


def record(engine, **changes):
    one = Sealed("0x01", True, 21_000, "no logs")
    return Record(engine, {"test_a": Play("passed", 1.0, [replace(one, **changes)])})


def test_a_difference_between_engines_is_seen_and_named():
    ours = record("ledger")
    assert differences(ours, record("geth"), gas=True) == []
    assert differences(ours, record("anvil", gas_used=21_001), gas=False) == []
    for changes in ({"gas_used": 21_001}, {"name": "0x02"}, {"succeeded": False}, {"logs": "one log"}):
        found = differences(ours, record("geth", **changes), gas=True)
        assert found == ["test_a: its transactions differ on ledger and geth"]
    failed = Record("geth", {"test_a": Play("failed"), "test_b": Play()})
    assert differences(ours, failed, gas=True) == [
        "test_a: passed on ledger, failed on geth",
        "test_b: not run on ledger",
    ]
    assert differences(ours, Record("geth"), gas=True) == ["test_a: not run on geth"]


def test_a_record_is_read_as_it_was_written(tmp_path):
    kept = record("geth")
    kept.figures["blocks"] = [["0x1"]]
    kept.write(tmp_path / "record.json")
    again = Record.load(tmp_path / "record.json")
    assert again == kept


def test_an_unknown_engine_is_refused():
    with pytest.raises(pytest.UsageError, match="AZUKARI_ENGINE is one of ledger, anvil, geth, not 'besu'"):
        SuitePlugin("besu", [])
