"""Lanes: many single items become few batches, in order; nobody's fault is anybody else's; nothing waits for ever.

Threads meet at events and barriers, never at a sleep: a handler that must be busy waits until it is let go.
"""

import asyncio
import threading
from concurrent.futures import CancelledError

import pytest

from bank_api.errors import LedgerUnreachableError
from bank_api.lane import Lane
from bank_api.protocol.acts import SUBMISSIONS
from chaincode.bindings.face import items_at_once

PATIENCE = 10


class Gate:
    """A handler that records its batches and, while shut, holds the first one back."""

    def __init__(self, shut=False):
        self.batches, self.entered, self.open = [], threading.Event(), threading.Event()
        if not shut:
            self.open.set()

    def __call__(self, items):
        self.batches.append(list(items))
        self.entered.set()
        assert self.open.wait(PATIENCE)
        return [item * 10 for item in items]


@pytest.fixture
def lane_of():
    lanes = []

    def make(handler, items_max=100, gather_seconds=0.0, **more):
        lane = Lane("test", handler, gather_seconds, items_max, **more)
        lanes.append(lane)
        return lane

    yield make
    for lane in lanes:
        lane.close()


def busy(lane, gate):
    """The lane with its thread inside the first batch."""
    first = lane.put(0)
    assert gate.entered.wait(PATIENCE)
    return first


def results(futures):
    return [future.result(PATIENCE) for future in futures]


def test_what_waits_goes_in_one_batch_in_order(lane_of):
    gate = Gate(shut=True)
    lane = lane_of(gate)
    first = busy(lane, gate)
    waiting = [lane.put(number) for number in range(1, 6)]
    gate.open.set()
    assert results([first, *waiting]) == [0, 10, 20, 30, 40, 50]
    assert gate.batches == [[0], [1, 2, 3, 4, 5]]


def test_a_batch_is_never_larger_than_allowed(lane_of):
    gate = Gate(shut=True)
    lane = lane_of(gate, items_max=2)
    first = busy(lane, gate)
    waiting = [lane.put(number) for number in range(1, 6)]
    gate.open.set()
    assert results([first, *waiting]) == [0, 10, 20, 30, 40, 50]
    assert gate.batches == [[0], [1, 2], [3, 4], [5]]


def test_an_item_waits_for_company_and_goes_as_soon_as_the_batch_is_full(lane_of):
    gate = Gate()
    lane = lane_of(gate, items_max=3, gather_seconds=PATIENCE * 100)
    assert results([lane.put(number) for number in (1, 2, 3)]) == [10, 20, 30]
    assert gate.batches == [[1, 2, 3]]


class Watch:
    """A clock that is set by hand."""

    def __init__(self, monkeypatch):
        self.now = 1000.0
        monkeypatch.setattr("bank_api.lane.time.monotonic", lambda: self.now)


def test_a_batch_waits_on_as_long_as_more_keeps_coming_but_not_for_ever(lane_of, monkeypatch):
    watch, gate = Watch(monkeypatch), Gate()
    lane = lane_of(gate, gather_seconds=PATIENCE, gather_seconds_max=2.5 * PATIENCE)
    due = []
    for number in range(4):
        lane.put(number)
        due.append(lane._due() - 1000)
        watch.now += 0.75 * PATIENCE
    assert due == [PATIENCE, 1.75 * PATIENCE, 2.5 * PATIENCE, 2.5 * PATIENCE]
    watch.now = 1000 + 2.5 * PATIENCE  # its time has come; the lane's thread sees that when it looks
    with lane._changed:
        lane._changed.notify_all()
    lane.close()
    assert gate.batches == [[0, 1, 2, 3]]


def test_company_is_waited_for_no_shorter_than_it_was(lane_of, monkeypatch):
    Watch(monkeypatch)
    lane = lane_of(Gate(), gather_seconds=PATIENCE)
    lane.put(1)
    assert lane._due() == 1000 + PATIENCE


class Gates:
    """A handler that holds each batch back until it is let go, by the first item of the batch."""

    def __init__(self):
        self.batches, self._open, self._changed = [], set(), threading.Condition()

    def __call__(self, items):
        with self._changed:
            self.batches.append(list(items))
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: items[0] in self._open, PATIENCE)
        if items[0] < 0:
            raise RuntimeError("refused")
        return [item * 10 for item in items]

    def let_go(self, *firsts):
        with self._changed:
            self._open.update(firsts)
            self._changed.notify_all()

    def await_batches(self, count):
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.batches) >= count, PATIENCE)


def test_the_next_batch_goes_while_the_first_is_on_its_way(lane_of):
    gates = Gates()
    lane = lane_of(gates, flights_max=3)
    futures = []
    for number in (1, 2, 3):
        futures.append(lane.put(number))
        gates.await_batches(number)
    assert not any(future.done() for future in futures)
    gates.let_go(2)
    assert futures[1].result(PATIENCE) == 20
    assert not futures[0].done()
    gates.let_go(1, 3)
    assert results(futures) == [10, 20, 30]
    assert gates.batches == [[1], [2], [3]]


def test_no_more_batches_are_on_their_way_than_allowed(lane_of):
    gates = Gates()
    lane = lane_of(gates, flights_max=2)
    first = lane.put(1)
    gates.await_batches(1)
    second = lane.put(2)
    gates.await_batches(2)
    waiting = [lane.put(number) for number in (3, 4, 5)]
    assert gates.batches == [[1], [2]]
    gates.let_go(2, 3)
    assert results([second, *waiting]) == [20, 30, 40, 50]
    assert gates.batches == [[1], [2], [3, 4, 5]]
    gates.let_go(1)
    assert first.result(PATIENCE) == 10


def test_a_batch_that_is_refused_does_not_sink_the_next(lane_of):
    gates = Gates()
    lane = lane_of(gates, flights_max=2)
    refused = lane.put(-1)
    gates.await_batches(1)
    taken = lane.put(2)
    gates.await_batches(2)
    gates.let_go(-1, 2)
    assert str(refused.exception(PATIENCE)) == "refused"
    assert taken.result(PATIENCE) == 20


def test_what_is_sent_again_waits_until_its_first_sending_is_answered(lane_of):
    gates = Gates()
    lane = lane_of(gates, flights_max=4, same=lambda item: item % 10)
    first = lane.put(1)
    gates.await_batches(1)
    again, other = lane.put(11), lane.put(2)
    gates.await_batches(2)
    assert gates.batches == [[1], [2]]
    gates.let_go(2)
    assert other.result(PATIENCE) == 20
    assert len(gates.batches) == 2
    gates.let_go(1, 11)
    assert results([first, again]) == [10, 110]
    assert gates.batches == [[1], [2], [11]]


def test_two_of_the_same_never_go_in_one_batch(lane_of):
    gate = Gate()
    lane = lane_of(gate, items_max=3, gather_seconds=PATIENCE * 100, same=lambda item: item % 10)
    assert results([lane.put(number) for number in (1, 11, 2)]) == [10, 110, 20]
    assert gate.batches == [[1, 2], [11]]


def test_close_finishes_what_is_on_its_way_and_what_waits_for_it(lane_of):
    gates = Gates()
    lane = lane_of(gates, flights_max=2, same=lambda item: item % 10)
    futures = [lane.put(1)]
    gates.await_batches(1)
    futures += [lane.put(11), lane.put(2)]
    gates.await_batches(2)
    closing = threading.Thread(target=lane.close)
    closing.start()
    gates.let_go(1, 2, 11)
    closing.join(PATIENCE)
    assert not closing.is_alive()
    assert results(futures) == [10, 110, 20]


def test_one_bad_result_never_sinks_its_neighbours(lane_of):
    def handler(items):
        return [ValueError(f"not {item}") if item % 2 else item for item in items]

    lane = lane_of(handler, items_max=4, gather_seconds=PATIENCE * 100)
    futures = [lane.put(number) for number in range(4)]
    assert [future.exception(PATIENCE) is None for future in futures] == [True, False, True, False]
    assert str(futures[1].exception()) == "not 1"
    assert results([futures[0], futures[2]]) == [0, 2]


def test_a_crash_of_the_handler_reaches_every_caller_and_the_lane_lives_on(lane_of):
    crashes = [RuntimeError("boom")]

    def handler(items):
        if crashes:
            raise crashes.pop()
        return list(items)

    lane = lane_of(handler, items_max=3, gather_seconds=PATIENCE * 100)
    futures = [lane.put(number) for number in range(3)]
    assert [str(future.exception(PATIENCE)) for future in futures] == ["boom"] * 3
    assert results([lane.put(number) for number in range(3)]) == [0, 1, 2]


@pytest.mark.parametrize("wrong", [[], [1, 2, 3]])
def test_a_handler_that_loses_count_is_an_error_for_every_caller(lane_of, wrong):
    lane = lane_of(lambda items: wrong, items_max=2, gather_seconds=PATIENCE * 100)
    futures = [lane.put(number) for number in range(2)]
    expected = f"lane test returned {len(wrong)} results for 2 items"
    assert [str(future.exception(PATIENCE)) for future in futures] == [expected] * 2


def test_a_caller_who_left_is_skipped_and_nobody_else_notices(lane_of):
    gate = Gate(shut=True)
    lane = lane_of(gate)
    first = busy(lane, gate)
    left, stayed = lane.put(1), lane.put(2)
    assert left.cancel()
    assert not first.cancel()
    gate.open.set()
    assert results([first, stayed]) == [0, 20]
    assert gate.batches == [[0], [2]]
    assert results([lane.put(3)]) == [30]


def test_a_batch_of_which_everybody_left_is_not_sent(lane_of):
    gate = Gate(shut=True)
    lane = lane_of(gate)
    first = busy(lane, gate)
    left = lane.put(1)
    left.cancel()
    gate.open.set()
    lane.close()
    assert results([first]) == [0]
    assert gate.batches == [[0]]


def test_a_cancelled_task_leaves_its_lane_working(lane_of):
    gate = Gate(shut=True)
    lane = lane_of(gate)

    async def story():
        running = asyncio.create_task(lane.submit(0))
        await asyncio.to_thread(gate.entered.wait, PATIENCE)
        waiting = asyncio.create_task(lane.submit(1))
        await asyncio.sleep(0)
        for task in (running, waiting):
            task.cancel()
        gone = await asyncio.gather(running, waiting, return_exceptions=True)
        gate.open.set()
        return gone, await lane.submit(2)

    gone, result = asyncio.run(story())
    assert [isinstance(error, asyncio.CancelledError | CancelledError) for error in gone] == [True, True]
    assert result == 20
    assert gate.batches == [[0], [2]]


def test_submit_raises_what_the_handler_returned(lane_of):
    lane = lane_of(lambda items: [KeyError("gone") for _ in items])
    with pytest.raises(KeyError, match="gone"):
        asyncio.run(lane.submit(1))


def test_close_finishes_what_waits(lane_of):
    gate = Gate(shut=True)
    lane = lane_of(gate, items_max=2)
    first = busy(lane, gate)
    waiting = [lane.put(number) for number in range(1, 5)]
    closing = threading.Thread(target=lane.close)
    closing.start()
    gate.open.set()
    closing.join(PATIENCE)
    assert not closing.is_alive()
    assert results([first, *waiting]) == [0, 10, 20, 30, 40]


def test_close_does_not_wait_for_company(lane_of):
    gate = Gate()
    lane = lane_of(gate, gather_seconds=PATIENCE * 100)
    future = lane.put(1)
    lane.close()
    assert future.result(0) == 10


def test_a_closed_lane_refuses_and_closing_again_is_nothing(lane_of):
    lane = lane_of(Gate())
    lane.close()
    lane.close()
    with pytest.raises(LedgerUnreachableError, match="closing"):
        lane.put(1)


def test_a_lane_that_was_never_used_has_no_thread(lane_of):
    before = threading.active_count()
    lane_of(Gate())
    assert threading.active_count() == before


def test_many_threads_get_their_own_results(lane_of):
    gate = Gate()
    lane = lane_of(gate, items_max=7)
    found, start = {}, threading.Barrier(8)

    def caller(number):
        start.wait(PATIENCE)
        for item in range(number * 100, number * 100 + 20):
            found[item] = lane.put(item).result(PATIENCE)

    threads = [threading.Thread(target=caller, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == {item: item * 10 for item in found}
    assert sorted(item for batch in gate.batches for item in batch) == sorted(found)
    assert len(found) == 160
    assert max(map(len, gate.batches)) <= 7


def test_a_batch_of_any_act_is_one_transaction(town):
    for submission in SUBMISSIONS:
        assert town.relay.lane(submission.act).items_max <= items_at_once(submission.act)


def test_callers_in_a_loop_are_woken_once_for_their_whole_batch(lane_of):
    """For each to be woken by itself took longer than to tell it."""
    gate = Gate(shut=True)
    lane = lane_of(gate, items_max=10, gather_seconds=PATIENCE * 100)

    async def come():
        loop = asyncio.get_running_loop()
        asked = [asyncio.create_task(lane.submit(item)) for item in range(10)]
        await asyncio.sleep(0)
        woken, wake = [], loop.call_soon_threadsafe
        loop.call_soon_threadsafe = lambda *words: (woken.append(words), wake(*words))
        asked[3].cancel()
        gate.open.set()
        found = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), PATIENCE)
        return woken, found

    woken, found = asyncio.run(come())
    assert len(woken) == 1
    assert isinstance(found.pop(3), asyncio.CancelledError)
    assert found == [item * 10 for item in range(10) if item != 3]


def test_whoever_ended_their_loop_leaves_the_lane_working(lane_of):
    gate = Gate(shut=True)
    lane = lane_of(gate)

    async def leave():
        asyncio.create_task(lane.submit(0)).add_done_callback(lambda _: None)
        await asyncio.to_thread(gate.entered.wait, PATIENCE)

    asyncio.run(leave())
    gate.open.set()
    assert lane.put(1).result(PATIENCE) == 10
