"""The bench of the door: its steps are functions of the bank, each has its own time, a table has its own marks."""

import asyncio
import time

import pytest

from scripts.bench.door_page import put_into, table
from scripts.bench.door_steps import LOOP, REST, STEPS, Clocks, found

INNER, OUTER = "ask the node", "gather"


@pytest.mark.parametrize("name", [name for names in STEPS.values() for name in names])
def test_what_a_step_names_is_there(name):
    owner, last = found(name)
    assert callable(getattr(owner, last))


def spend(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_a_step_has_its_own_time_without_that_of_others_in_it():
    clocks = Clocks()
    inner = clocks.around(INNER, lambda: spend(0.02))

    async def wait():
        spend(0.01)
        inner()
        await asyncio.sleep(0)
        spend(0.01)

    async def beside():
        spend(0.03)

    async def both():
        await asyncio.gather(clocks.around(OUTER, wait)(), beside())

    clocks.told()
    asyncio.run(both())
    told = clocks.told()
    assert set(told) == {*STEPS, LOOP, REST}
    assert 0.02 <= told[INNER] < 0.04
    assert 0.02 <= told[OUTER] < 0.04
    assert told[LOOP] >= 0.03
    assert not clocks.told()[OUTER]


def test_what_a_step_raises_is_raised_and_its_time_counted():
    clocks = Clocks()

    async def fail():
        await asyncio.sleep(0)
        spend(0.01)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        asyncio.run(clocks.around(OUTER, fail)())
    assert clocks.told()[OUTER] >= 0.01


def test_a_table_replaces_what_stood_between_its_marks(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- one: made by a script -->\nold\n<!-- end of one -->\nb\n")
    for _ in range(2):
        put_into(page, "one", table(("call", "ms"), [["me", "1"]]))
    told = "| call | ms |\n| --- | ---: |\n| me | 1 |\n"
    assert page.read_text() == f"a\n<!-- one: made by a script -->\n{told}<!-- end of one -->\nb\n"
    with pytest.raises(ValueError, match="no marks for 'two'"):
        put_into(page, "two", [])
