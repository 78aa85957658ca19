"""Limits: so many a second and so many in a row, for each caller by itself; over HTTP 429 and when to come again."""

import asyncio
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bank_api import limits
from bank_api.limits import Limit, SharedLimit
from bank_api.routes.rate_limit import AddressLimit
from bank_api.store.asked import lend
from bank_api.store.database import Database
from bank_api.store.tables import AskedRow
from tests.postgres import DATABASES, new_address


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_so_many_go_in_a_row_and_then_one_at_a_time(clock):
    limit = Limit(per_second=2, in_a_row=3, clock=clock)
    assert [limit.wait_seconds("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert limit.wait_seconds("a") == 0.5, "what was refused is not counted"
    clock.now += 0.5
    assert [limit.wait_seconds("a"), limit.wait_seconds("a")] == [0, 0.5]
    clock.now += 60
    assert [limit.wait_seconds("a") for _ in range(4)] == [0, 0, 0, 0.5], "quiet time gives no more than a row"


def test_each_caller_has_its_own(clock):
    limit = Limit(per_second=1, in_a_row=1, clock=clock)
    assert (limit.wait_seconds("a"), limit.wait_seconds("b")) == (0, 0)
    assert limit.wait_seconds("a") == 1


def test_zero_is_no_limit(clock):
    limit = Limit(per_second=0, in_a_row=1, clock=clock)
    assert {limit.wait_seconds("a") for _ in range(100)} == {0}


def test_those_who_are_quiet_are_forgotten_first_and_memory_is_bounded(clock, monkeypatch):
    monkeypatch.setattr(limits, "KEPT_MAX", 10)
    limit = Limit(per_second=1, in_a_row=1, clock=clock)
    for number in range(10):
        limit.wait_seconds(f"quiet {number}")
    clock.now += 2
    limit.wait_seconds("busy")
    assert limit.wait_seconds("busy") == 1
    for number in range(100):
        limit.wait_seconds(f"other {number}")
        assert len(limit._due) <= 11


@given(gaps=st.lists(st.floats(0, 2), max_size=60), per_second=st.floats(0.5, 20), in_a_row=st.integers(1, 10))
def test_nobody_ever_gets_more_than_a_row_and_the_rate(gaps, per_second, in_a_row):
    clock = Clock()
    limit, start, taken = Limit(per_second, in_a_row, clock), clock.now, 0
    for gap in gaps:
        clock.now += gap
        wait = limit.wait_seconds("a")
        taken += wait == 0
        assert taken <= in_a_row + (clock.now - start) * per_second + 1e-6
        if wait:
            clock.now += wait + 1e-9
            assert limit.wait_seconds("a") == 0, "who waits as long as told goes on"
            taken += 1


# ---- over HTTP ----


async def hello(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


def asked_from(limit, address):
    return TestClient(AddressLimit(hello, limit), client=(address, 4000)).get("/v1/bank")


def test_an_address_that_asks_too_often_is_told_when_to_come_again(clock, refusal):
    limit = Limit(per_second=0.4, in_a_row=2, clock=clock)
    assert [asked_from(limit, "203.0.113.7").status_code for _ in range(2)] == [200, 200]
    answer = asked_from(limit, "203.0.113.7")
    assert refusal(answer) == (429, "too-many-requests")
    assert answer.headers["Retry-After"] == "3", "whole seconds, and enough"
    assert answer.json()["message"]["values"]["seconds"] == 3
    assert asked_from(limit, "203.0.113.8").status_code == 200
    clock.now += 3
    assert asked_from(limit, "203.0.113.7").status_code == 200


def test_one_household_of_ipv6_is_one_caller(clock):
    limit = Limit(per_second=1, in_a_row=1, clock=clock)
    assert asked_from(limit, "2001:db8:1:2:aaaa::1").status_code == 200
    assert asked_from(limit, "2001:db8:1:2:bbbb::2").status_code == 429
    assert asked_from(limit, "2001:db8:1:3:aaaa::1").status_code == 200


def test_an_old_address_on_a_socket_for_both_kinds_is_a_caller_of_its_own(clock):
    limit = Limit(per_second=1, in_a_row=1, clock=clock)
    assert asked_from(limit, "::ffff:203.0.113.7").status_code == 200
    assert asked_from(limit, "::ffff:203.0.113.8").status_code == 200
    assert asked_from(limit, "203.0.113.7").status_code == 429


def test_who_opens_a_web_socket_asks_as_well(clock):
    limit, said = Limit(per_second=1, in_a_row=1, clock=clock), []
    assert asked_from(limit, "203.0.113.7").status_code == 200

    async def say(message):
        said.append(message)

    scope = {"type": "websocket", "client": ("203.0.113.7", 4000), "headers": []}
    asyncio.run(AddressLimit(hello, limit)(scope, None, say))
    assert (said[0]["type"], said[0]["status"]) == ("websocket.http.response.start", 429)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_not_counted(clock, address):
    limit = Limit(per_second=1, in_a_row=1, clock=clock)
    assert {asked_from(limit, address).status_code for _ in range(5)} == {200}


def test_an_account_is_counted_over_all_its_sessions_and_nobody_else_with_it(town, refusal, monkeypatch, clock):
    person, other = town.member(), town.member()
    monkeypatch.setattr(town.bank, "account_limit", Limit(per_second=1, in_a_row=2, clock=clock))
    assert town.client.get("/v1/me", headers=person.headers).status_code == 200
    person.log_in()
    assert town.client.get("/v1/me", headers=person.headers).status_code == 200
    answer = town.client.get("/v1/me", headers=person.headers)
    assert refusal(answer) == (429, "too-many-requests")
    assert answer.headers["Retry-After"] == "1"
    assert town.client.get("/v1/me", headers=other.headers).status_code == 200
    foul = [town.client.post("/v1/consents", json={}, headers=other.headers).status_code for _ in range(2)]
    assert foul == [422, 429], "an act that is none is one request, whichever way it goes"


# ---- one limit for several processes ----


class Shared:
    """Some processes over one database, with one clock."""

    def __init__(self, database, processes, per_second, in_a_row):
        self.now = 1_800_000_000.0

        def ask(caller, cost_seconds, ahead_seconds):
            return lend(database, caller, cost_seconds, ahead_seconds, self.now)

        self.processes = [SharedLimit(per_second, in_a_row, lambda: self.now, lend=ask) for _ in range(processes)]


@pytest.fixture(params=DATABASES)
def database(request, tmp_path):
    made = Database(new_address(request.param, tmp_path))
    yield made
    made.close()


def test_whichever_process_is_asked_no_more_are_let_through_than_the_limit_says(database):
    shared = Shared(database, processes=3, per_second=10, in_a_row=100)
    asked = cycle(shared.processes)
    passed = sum(next(asked).wait_seconds("somebody") == 0 for _ in range(300))
    assert 85 < passed <= 100, "each process may have some in hand that it was lent"
    assert next(asked).wait_seconds("another") == 0
    shared.now += 1
    passed = sum(next(asked).wait_seconds("somebody") == 0 for _ in range(300))
    assert passed <= 20
    shared.now += 3600
    assert next(asked).wait_seconds("another") == 0
    assert [row.caller for row in database.all(AskedRow)] == ["another"], "who is quiet is forgotten"


def test_few_requests_ask_the_database(database):
    counted = []
    limit = SharedLimit(50, 1000, lend=lambda *asked: counted.append(asked) or 0.0)
    assert not limit.is_at_hand("somebody")
    assert [limit.wait_seconds("somebody") for _ in range(100)] == [0.0] * 100
    assert limit.is_at_hand("another") is False
    assert len(counted) == 2


def test_no_more_loans_are_remembered_than_there_is_room_for(monkeypatch, clock):
    monkeypatch.setattr(limits, "KEPT_MAX", 8)
    limit = SharedLimit(50, 1000, clock, lend=lambda *_: 0.0)
    assert [limit.wait_seconds(f"caller {number}") for number in range(100)] == [0.0] * 100
    assert len(limit._lent) <= 8


def test_who_must_not_wait_is_told_where_others_would_have_to_be_asked():
    counted = []
    limit = SharedLimit(50, 1000, lend=lambda *asked: counted.append(asked) or 0.0)
    with limit.at_hand(), pytest.raises(limits.NotAtHandError):
        limit.wait_seconds("somebody")
    assert counted == []
    assert limit.wait_seconds("somebody") == 0.0
    with limit.at_hand():
        assert limit.wait_seconds("somebody") == 0.0
    assert len(counted) == 1


def test_no_limit_asks_nobody():
    limit = SharedLimit(0, 1, lend=lambda *_: 1.0)
    assert limit.is_at_hand("somebody")
    assert limit.wait_seconds("somebody") == 0
