"""One look at the ledger serves all who ask; a failed one is told to them, and the next may succeed."""

import asyncio
import threading
from concurrent.futures import Future
from typing import ClassVar

import pytest

from bank_api.errors import LedgerUnreachableError
from bank_api.index.follower import Follower, fresh
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


def test_who_asks_in_one_turn_of_a_loop_asks_once_and_who_leaves_keeps_nobody(chain, follower, monkeypatch):
    asked, ask = [], follower.fresh
    monkeypatch.setattr(follower, "fresh", lambda: asked.append(1) or ask())

    async def turns():
        together = [asyncio.ensure_future(fresh(follower)) for _ in range(50)]
        assert await asyncio.to_thread(chain.looking.acquire, timeout=10)
        chain.head = 9
        later = [asyncio.ensure_future(fresh(follower)) for _ in range(50)]
        await asyncio.sleep(0)
        together[0].cancel()
        chain.go.release(2)
        return await asyncio.gather(*together, return_exceptions=True), await asyncio.gather(*later)

    (left, *early), late = asyncio.run(turns())
    assert isinstance(left, asyncio.CancelledError)
    assert (set(early), set(late)) == ({0}, {9}), "of what came during a look only the next one knows"
    assert (len(asked), chain.looks, follower.turns) == (2, 2, {})


def test_who_asks_together_is_told_of_a_silent_ledger_and_of_the_end(chain, follower):
    async def told():
        answers = await asyncio.gather(*(fresh(follower) for _ in range(3)), return_exceptions=True)
        return {(type(one), str(one).removeprefix("ledger unavailable: ")) for one in answers}

    chain.fails = True
    chain.go.release()
    assert asyncio.run(told()) == {(LedgerUnreachableError, "gone")}
    follower.close()
    assert asyncio.run(told()) == {(LedgerUnreachableError, "the bank is closing")}


@pytest.mark.parametrize("patient_first", [True, False])
def test_each_waits_for_the_ledger_as_long_as_it_wants_to(patient_first):
    """One who wants to be told within a time takes nothing from those who wait, who keep nothing from that one."""
    never: Future[int] = Future()

    class Slow:
        turns: ClassVar[dict] = {}

        def fresh(self):
            return never

    async def ask():
        follower = Slow()
        patient, hurried = (fresh(follower), fresh(follower, 0.05))
        order = (patient, hurried) if patient_first else (hurried, patient)
        tasks = [asyncio.ensure_future(one) for one in order]
        patient, hurried = tasks if patient_first else reversed(tasks)
        done, _ = await asyncio.wait(tasks, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        assert done == {hurried}
        with pytest.raises(TimeoutError):
            await hurried
        await asyncio.sleep(0.1)
        assert not patient.done()
        never.set_result(7)
        assert await patient == 7

    asyncio.run(ask())
