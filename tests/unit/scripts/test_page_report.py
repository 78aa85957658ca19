"""docs/pages.md tells of every screen that the report looks at, and of none that axe found something wrong with."""

import re

import pytest

from bank_api.routes.pages import PARTS
from scripts.page_report import NOT_MET, SCREENS, TABLE
from scripts.pages import SOURCE

ROW = re.compile(r"^\| `(/[^`]+)` \| *(\d*) \|.*\| (\d+) \| (\d+) \|$", re.MULTILINE)
FIRST_LOAD_BYTES_MAX = 250_000
DESK_LOAD_BYTES_MAX = 300_000


def test_every_part_is_looked_at():
    assert set(SCREENS) == set(PARTS)


CONDITION = re.compile(r"\{(?:#|:else )if ([^{}]*?)\}(?=<|\n)")
STEPS = tuple(
    re.compile(rf'\b(?:parts\[{place}\]|steps\[{place}\]|{name})(?: === "(\w+)"|(?= &&|$))')
    for place, name in enumerate(("first", "second", "third"))
)


def routes(router):
    """The addresses that a part's router has a screen for; `*` is an id."""
    for condition in CONDITION.findall(router.read_text(encoding="utf-8")):
        firsts, *later = [[one or "*" for one in step.findall(condition)] for step in STEPS]
        for first in firsts:
            if first != "*":
                yield "/" + "/".join([first, *(found[0] for found in later if found)])


@pytest.mark.parametrize("part", SCREENS)
def test_every_screen_that_a_router_knows_is_looked_at(part):
    frame = [] if part in ("member", "explorer") else [SOURCE / "src/person/Desk.svelte"]
    own = SOURCE / "src" / part / ("Screens.svelte" if part == "member" else f"{part.title()}.svelte")
    known = {route for router in [own, *frame] for route in routes(router)}
    assert len(known) > 3, "the router is read"
    assert known - {*SCREENS[part], *NOT_MET.get(part, ())} == set()


def test_the_table_has_each_screen_once_with_nothing_that_axe_finds():
    rows = ROW.findall(TABLE.read_text(encoding="utf-8"))
    assert [screen for screen, *_ in rows] == [
        f"/{part}{rest}" for part, screens in SCREENS.items() for rest in screens
    ]
    assert [(screen, one, other) for screen, _, one, other in rows if (one, other) != ("0", "0")] == []


def test_what_a_first_load_weighs_is_small():
    sizes = {screen: int(size) for screen, size, *_ in ROW.findall(TABLE.read_text(encoding="utf-8")) if size}
    assert set(sizes) == {f"/{part}" for part in SCREENS}
    assert sizes.pop("/member") < FIRST_LOAD_BYTES_MAX
    assert max(sizes.values()) < DESK_LOAD_BYTES_MAX


def test_a_member_s_first_screen_stands_within_two_seconds_on_slow_4g():
    """As measured last: `python -m scripts.page_report` wrote it down."""
    loaded = re.findall(
        r"^\| `(/\w+)` \| \d+ \| \d+ \| \d+ \| ([\d.]+) \|", TABLE.read_text(encoding="utf-8"), re.MULTILINE
    )
    seconds = {screen: float(one) for screen, one in loaded}
    assert set(seconds) == {f"/{part}" for part in SCREENS}
    assert seconds["/member"] <= 2
