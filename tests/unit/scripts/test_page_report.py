"""docs/pages.md tells of every screen that the report looks at, and of none that axe found something wrong with."""

import re

from bank_api.routes.pages import PARTS
from scripts.page_report import SCREENS, TABLE

ROW = re.compile(r"^\| `(/[^`]+)` \| *(\d*) \|.*\| (\d+) \| (\d+) \|$", re.MULTILINE)
FIRST_LOAD_BYTES_MAX = 250_000
DESK_LOAD_BYTES_MAX = 300_000


def test_every_part_is_looked_at():
    assert set(SCREENS) == set(PARTS)


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
