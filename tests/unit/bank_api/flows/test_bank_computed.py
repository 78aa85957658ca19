"""Cryptography that many ask for: off the loop, several to a thread at once, each with its own result."""

import asyncio
import threading
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import pytest
from anyio import CapacityLimiter

from bank_api import hands
from bank_api.errors import DatabaseDownError
from bank_api.flows import flow
from bank_api.flows.answer import LONG_CHARACTERS, off_the_loop
from bank_api.flows.flow import Sent, computed_together
from bank_api.protocol.acts import AnswerParts
from bank_api.protocol.messages.said import said

PATIENCE = 10


def test_what_comes_while_a_thread_works_goes_to_the_next_together(monkeypatch):
    batches, made = [], hands._results_of
    entered, leave = threading.Event(), threading.Event()

    def results_of(works):
        batches.append((len(works), threading.current_thread() is threading.main_thread()))
        return made(works)

    def wait():
        entered.set()
        assert leave.wait(PATIENCE)
        return "first"

    def halve(number):
        if number % 2:
            raise ValueError(number)
        return number // 2

    async def ask():
        first = asyncio.create_task(computed_together(wait))
        await asyncio.to_thread(entered.wait, PATIENCE)
        more = [asyncio.create_task(computed_together(halve, number)) for number in range(40)]
        await asyncio.sleep(0)
        more[4].cancel()
        leave.set()
        found = await asyncio.wait_for(asyncio.gather(first, *more, return_exceptions=True), PATIENCE)
        return found, await computed_together(halve, 8)

    monkeypatch.setattr(hands, "_results_of", results_of)
    monkeypatch.setattr(hands, "LONGEST_SECONDS", PATIENCE)
    (first, *found), later = asyncio.run(ask())
    assert batches == [(1, False), (flow.COMPUTED_AT_ONCE, False), (39 - flow.COMPUTED_AT_ONCE, False), (1, False)], (
        "whoever left is skipped"
    )
    assert (first, later) == ("first", 4)
    assert isinstance(found[4], asyncio.CancelledError)
    for number, one in enumerate(found):
        if number != 4:
            assert one == number // 2 if number % 2 == 0 else one.args == (number,)
    assert not flow._OPENING._here


def test_who_asks_little_does_not_wait_for_who_asks_much():
    leave = threading.Event()

    async def ask():
        many = hands.Hands(4, 8, CapacityLimiter(4))
        long = asyncio.create_task(many.do(lambda: leave.wait(PATIENCE)))
        short = [asyncio.create_task(many.do(lambda: threading.current_thread().name)) for _ in range(7)]
        await asyncio.wait_for(asyncio.gather(*short[1:]), PATIENCE)
        leave.set()
        return await asyncio.wait_for(asyncio.gather(long, short[0]), PATIENCE)

    assert asyncio.run(ask())[0] is True


def test_a_loop_that_ends_leaves_nothing_behind():
    entered, leave = threading.Event(), threading.Event()

    def wait():
        entered.set()
        leave.wait(PATIENCE)

    async def ask():
        asked = [asyncio.create_task(computed_together(wait)) for _ in range(2)]
        await asyncio.to_thread(entered.wait, PATIENCE)
        [task] = flow._OPENING._here[asyncio.get_running_loop()].tasks
        task.cancel()
        leave.set()
        return await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), PATIENCE)

    assert all(isinstance(one, asyncio.CancelledError) for one in asyncio.run(ask()))
    assert not flow._OPENING._here


def test_nobodys_fault_is_anybody_elses():
    with pytest.raises(ZeroDivisionError):
        asyncio.run(computed_together(lambda: 1 // 0))


def test_where_no_thread_is_to_be_had_whoever_asked_is_told(monkeypatch):
    async def none_left(*_, **__):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(hands.to_thread, "run_sync", none_left)

    async def ask():
        return await asyncio.gather(*(computed_together(int, "1") for _ in range(3)), return_exceptions=True)

    assert [str(one) for one in asyncio.run(ask())] == ["can't start new thread"] * 3
    assert not flow._OPENING._here


@pytest.mark.parametrize(("characters", "is_alone"), [(LONG_CHARACTERS, False), (LONG_CHARACTERS + 1, True)])
def test_a_long_answer_has_a_thread_to_itself(monkeypatch, characters, is_alone):
    """Whoever sends a short one does not wait until it is opened."""
    sent = Sent(None, AnswerParts.model_construct(sealed_base64="a" * characters))
    together = []
    bank = SimpleNamespace(database=SimpleNamespace(reading=lambda: nullcontext(together.append(1))))
    found = asyncio.run(off_the_loop(lambda bank, one: (bank, one), bank, sent))
    assert found == (bank, sent)
    assert bool(together) is not is_alone


def test_a_line_that_is_cut_is_told_to_nobody_who_was_not_answered_over_it(monkeypatch):
    """What was opened for those before it broke: it is opened anew for the rest."""
    monkeypatch.setattr(hands, "LONGEST_SECONDS", PATIENCE)
    opened, entered, leave = [], threading.Event(), threading.Event()

    @contextmanager
    def within():
        opened.append(1)
        yield

    def wait():
        entered.set()
        assert leave.wait(PATIENCE)

    def second():
        if len(opened) == 1:
            raise DatabaseDownError(said("refusal-database-down"))
        return 2

    async def ask():
        first = asyncio.create_task(computed_together(wait))
        await asyncio.to_thread(entered.wait, PATIENCE)
        works = (lambda: 1, second, lambda: 3)
        asked = [asyncio.create_task(computed_together(work, within=within)) for work in works]
        await asyncio.sleep(0)
        leave.set()
        await first
        return await asyncio.gather(*asked, return_exceptions=True)

    assert asyncio.run(ask()) == [1, 2, 3]
    assert len(opened) == 2


@pytest.mark.parametrize("moment", ["opened", "shut"])
def test_what_is_there_is_told_though_what_comes_next_cannot_be(moment):
    """Whoever asked for what cannot be opened is told that, and nobody else."""

    @contextmanager
    def broken():
        if moment == "opened":
            raise DatabaseDownError(said("refusal-database-down"))
        yield
        raise DatabaseDownError(said("refusal-database-down"))

    found = hands._results_of([(lambda: 1, nullcontext), (lambda: 2, broken)])
    assert found == ([1] if moment == "opened" else [1, 2])
    if moment == "opened":
        with pytest.raises(DatabaseDownError):
            hands._results_of([(lambda: 2, broken)])


def test_what_some_have_in_common_is_opened_once_for_those_that_follow_each_other(monkeypatch):
    """And nobody's fault in it is anybody else's."""
    monkeypatch.setattr(hands, "LONGEST_SECONDS", PATIENCE)
    opened, entered, leave = [], threading.Event(), threading.Event()

    @contextmanager
    def within():
        opened.append("open")
        yield
        opened.append("shut")

    def wait():
        entered.set()
        assert leave.wait(PATIENCE)

    async def ask():
        first = asyncio.create_task(computed_together(wait))
        await asyncio.to_thread(entered.wait, PATIENCE)
        asked = [asyncio.create_task(computed_together(lambda n=n: 6 // n, within=within)) for n in (1, 0, 2)]
        asked.append(asyncio.create_task(computed_together(opened.append, "without")))
        await asyncio.sleep(0)
        leave.set()
        await first
        return await asyncio.gather(*asked, return_exceptions=True)

    found = asyncio.run(ask())
    assert (found[0], type(found[1]), found[2]) == (6, ZeroDivisionError, 3)
    assert opened == ["open", "shut", "without"]
