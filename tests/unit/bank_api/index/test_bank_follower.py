"""One look at the ledger serves all who ask; a failed one is told to them, and the next may succeed."""

import threading

import pytest

from bank_api.errors import LedgerUnreachableError
from bank_api.index.follower import Follower
from chaincode.errors import LedgerUnavailableError


class Chain:
    """An index in the hands of a test: each look waits to be let go."""

    def __init__(self):
        self.reached, self.head, self.looks = -1, 0, 0
        self.looking, self.go = threading.Semaphore(0), threading.Semaphore(0)
        self.fails = False

    def catch_up(self):
        head = self.head
        self.looks += 1
        self.looking.release()
        assert self.go.acquire(timeout=10)
        if self.fails:
            raise LedgerUnavailableError("gone")
        self.reached = head
        return head


@pytest.fixture
def chain():
    return Chain()


@pytest.fixture
def follower(chain):
    made = Follower(chain, 600.0)
    yield made
    chain.go.release(1000)
    made.close()


def test_who_asks_during_a_look_gets_the_next_one_and_all_share_it(chain, follower):
    first = follower.fresh()
    assert chain.looking.acquire(timeout=10)
    chain.head = 9
    later = [follower.fresh() for _ in range(50)]
    chain.go.release()
    assert first.result(10) == 0
    assert chain.looking.acquire(timeout=10)
    assert not any(one.done() for one in later)
    chain.go.release()
    assert {one.result(10) for one in later} == {9}
    assert (chain.looks, follower.reached) == (2, 9)


def test_a_look_that_failed_is_told_and_the_next_one_counts(chain, follower, caplog):
    chain.fails = True
    chain.go.release(2)
    for _ in range(2):
        with pytest.raises(LedgerUnavailableError):
            follower.fresh().result(10)
    assert len([one for one in caplog.records if "stands still" in one.message]) == 1
    chain.fails, chain.head = False, 4
    chain.go.release()
    assert follower.fresh().result(10) == 4


def test_it_looks_by_itself(chain):
    follower = Follower(chain, 0.01)
    chain.go.release(3)
    follower.start()
    for _ in range(3):
        assert chain.looking.acquire(timeout=10)
    chain.go.release(1000)
    follower.close()


def test_a_closed_one_tells_whoever_waits_and_whoever_comes(chain, follower):
    follower.fresh()
    assert chain.looking.acquire(timeout=10)
    waiting = follower.fresh()
    closing = threading.Thread(target=follower.close)
    closing.start()
    while not follower._closed:
        pass
    chain.go.release(1000)
    closing.join(10)
    with pytest.raises(LedgerUnreachableError, match="closing"):
        waiting.result(10)
    with pytest.raises(LedgerUnreachableError, match="closing"):
        follower.fresh()
