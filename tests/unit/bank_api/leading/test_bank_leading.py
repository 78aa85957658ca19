"""Who leads, what goes between a process and its leader, and what happens to it when the leader dies."""

import threading
import time
from contextlib import closing

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as some

from bank_api.errors import DatabaseDownError
from bank_api.leading import wire
from bank_api.leading.desk import Desk
from bank_api.leading.election import Election
from bank_api.leading.led import LEADER, Feed, LedTransactor, Line
from bank_api.store import locks as locks_module
from bank_api.store.database import Database
from bank_api.store.locks import Alone
from bank_api.store.tables import LeaderRow
from chaincode.bindings import Role
from chaincode.errors import ContractRefusedError, LedgerRefusedError, LedgerUnavailableError, OutOfGasError
from chaincode.ids import NOBODY
from chaincode.jws import address_of_jwk, open_jws
from chaincode.logs import Log, Position
from chaincode.node import Receipt
from tests.postgres import NEEDS_SERVER, server

SECRET = b"\x05" * 32
WORDS = some.text(max_size=40)
NUMBERS = some.integers(0, 2**63)
HASHES = some.binary(min_size=32, max_size=32)
POSITIONS = some.none() | some.builds(Position, NUMBERS, some.none() | NUMBERS, HASHES, NUMBERS)
LOGS = some.builds(Log, WORDS, some.lists(HASHES, max_size=4).map(tuple), some.binary(max_size=99), POSITIONS)
RECEIPTS = some.builds(
    Receipt,
    some.binary(min_size=32, max_size=32),
    NUMBERS,
    some.booleans(),
    NUMBERS,
    some.none() | WORDS,
    some.lists(LOGS, max_size=3).map(tuple),
)


# ---- the wire ----


@given(RECEIPTS)
def test_a_receipt_comes_back_as_it_went(receipt):
    assert wire.receipt_from_json(wire.receipt_to_json(receipt)) == receipt


@given(some.none() | WORDS, some.binary(max_size=200), NUMBERS, some.booleans())
def test_an_order_comes_back_as_it_went(to, data, gas, rehearse):
    assert wire.order_from_json(wire.order_to_json(to, data, gas, rehearse)) == (to, data, gas, rehearse)


@pytest.mark.parametrize(
    "error",
    [
        ContractRefusedError("survey", "deadline passed"),
        OutOfGasError("30 gas did not suffice"),
        LedgerUnavailableError("it sleeps"),
        LedgerRefusedError(-32000, "nonce too low"),
    ],
)
def test_a_refusal_comes_back_as_it_went(error):
    back = wire.refusal_from_json(wire.refusal_to_json(error))
    assert (type(back), str(back)) == (type(error), str(error))


# ---- who leads ----


@pytest.fixture
def address():
    return server().new_database()


@NEEDS_SERVER
def test_one_leads_and_another_does_once_its_connection_is_gone(address):
    first, second = Election(address, 0.01), Election(address, 0.01)
    assert first.win()
    assert not second.win()
    stood_by = threading.Thread(target=second.wait)
    stood_by.start()
    first._connection.close()  # as when its process is killed
    stood_by.join(30)
    assert not stood_by.is_alive()
    assert not first.win()
    second.close()
    until = time.monotonic() + 30
    while not (won := first.win()) and time.monotonic() < until:
        time.sleep(0.05)  # until the server has noticed that the other connection is gone
    assert won
    first.close()


@NEEDS_SERVER
def test_who_lost_the_lock_to_another_is_told(address):
    first, second, told, taken = Election(address, 0.01), Election(address, 0.01), threading.Event(), threading.Event()
    assert first.win()
    try_again = first.win
    first.win = lambda: taken.wait(60) and try_again()  # the other is quicker
    stood_by = threading.Thread(target=lambda: second.wait() and taken.set())
    stood_by.start()
    first.keep(lost=told.set)
    with closing(psycopg.connect(address, autocommit=True)) as keeper:
        keeper.execute("SELECT pg_terminate_backend(%s)", (first._connection.info.backend_pid,))
    assert told.wait(60)
    stood_by.join(60)
    first.close()
    second.close()


@NEEDS_SERVER
def test_nobody_leads_on_a_server_that_does_not_answer():
    assert not Election("postgresql://nobody@127.0.0.1:1/none").win()


# ---- locks that processes share ----


@NEEDS_SERVER
def test_a_lock_is_one_threads_of_one_process(address):
    here, there, order = Database(address), Database(address), []
    with here.locks.held(["a", "b"]):
        other = threading.Thread(target=lambda: [order.append("in"), *_take(there, ["b", "c"], order)])
        other.start()
        order.append("held")
    other.join(30)
    assert order[-1] == "taken"
    with Alone(here.locks, "release"):
        pass
    with Alone(there.locks, "release"):
        pass
    here.close()
    there.close()


def _take(database, names, order):
    with database.locks.held(names):
        order.append("taken")
    return ()


@NEEDS_SERVER
def test_who_waits_in_vain_for_a_lock_is_told(address, monkeypatch):
    monkeypatch.setattr(locks_module, "WAIT_SECONDS", 0.05)
    here, there = Database(address), Database(address)
    with here.locks.held(["a"]), pytest.raises(DatabaseDownError), there.locks.held(["a"]):
        pass
    here.close()
    there.close()


def test_in_a_file_a_lock_is_the_threads(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'bank.sqlite3'}")
    with database.locks.held(["a"]), database.locks.held(["a"]), Alone(database.locks, "release"):
        pass
    database.close()


# ---- a process and its leader ----


@pytest.fixture
def line(town):
    made = Line(town.bank.database, SECRET, timeout_seconds=5)
    yield made
    made.close()


@pytest.fixture
def desk(town):
    made = Desk(town.bank, SECRET)
    made.open()
    yield made
    made.close()


def test_what_is_handed_over_is_done_by_the_leader(town, desk, line):
    led = LedTransactor(town.bank.w3, town.bank.transactor.address, line)
    shop = town.newcomer().account
    outcome = town.bank.contracts.membership.enroll(led, shop, Role.AUDITOR, NOBODY)
    assert outcome.accepted
    assert town.bank.contracts.membership.has_role(shop, Role.AUDITOR)
    reached, time = Feed(line)()
    assert reached >= outcome.block_number
    assert time == town.chain.w3.eth.get_block("latest")["timestamp"]


def test_the_operators_word_in_a_credential_is_given_by_the_leader(town, desk, line):
    led = LedTransactor(town.bank.w3, town.bank.transactor.address, line)
    jwk, payload = open_jws(led.vouch(b'{"of":"\xe8\x8a\xb1"}', "dc+sd-jwt"), "dc+sd-jwt")
    assert (address_of_jwk(jwk), payload) == (led.address, b'{"of":"\xe8\x8a\xb1"}')


def test_a_refusal_of_a_contract_is_told_as_such(town, desk, line):
    led = LedTransactor(town.bank.w3, town.bank.transactor.address, line)
    with pytest.raises(ContractRefusedError, match="survey"):
        town.bank.contracts.survey.close(led, b"\x01" * 32)


def test_nobody_else_has_anything_sent(town, desk):
    stranger = Line(town.bank.database, b"\x06" * 32, timeout_seconds=0.2)
    with pytest.raises(LedgerUnavailableError, match="no process of the bank leads"):
        stranger.ask(wire.LOOK, b"", 0.2, may_repeat=True)
    stranger.close()


def test_who_finds_no_leader_says_so_in_time(town, line):
    town.bank.database.save(LeaderRow(name=LEADER, address="http://127.0.0.1:1"))
    with pytest.raises(LedgerUnavailableError, match="no process of the bank leads"):
        line.ask(wire.LOOK, b"", 0.2, may_repeat=True)


def test_who_waits_finds_the_next_leader(town, line):
    town.bank.database.save(LeaderRow(name=LEADER, address="http://127.0.0.1:1"))
    found = []
    waiting = threading.Thread(target=lambda: found.append(line.ask(wire.LOOK, b"", 30, may_repeat=True)))
    waiting.start()
    desk = Desk(town.bank, SECRET)
    desk.open()
    waiting.join(30)
    assert found[0]["reached"] >= 0
    desk.close()
