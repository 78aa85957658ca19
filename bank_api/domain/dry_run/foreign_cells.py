"""Which values a generalized cell may stand for, whoever wrote it.

`low..high`, `20-30`, `[20, 30[` and `[20,30)` (an end that points away is not in it), `>=30`, `<30`; `{a|b}`, `{a, b}`,
`a,b`, and sets as `written` writes them; what a bank delivers (`20 to below 30`, `60 or more`, `20-30 or no answer`);
`*` for anything, `47**` for what begins so; else the value itself. Names of groups in somebody's hierarchy are not
known here: whom such a cell describes is counted as in no class.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Fits = Callable[[str], bool]

NUMBER = r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"
RANGE = re.compile(
    rf"(?P<from>[\[\](]?)\s*(?P<low>{NUMBER})\s*(?:\.\.|[-–~,;])\s*(?P<high>{NUMBER})\s*(?P<to>[\[\])]?)"
)
HALF = re.compile(rf"(?P<sign><=?|>=?|≤|≥)\s*(?P<end>{NUMBER})")
WORDS = re.compile(
    rf"(?P<low>{NUMBER}) to (?P<open>below )?(?P<high>{NUMBER})"
    rf"|(?P<least>{NUMBER}) or more|(?P<most>{NUMBER}) or less|below (?P<under>{NUMBER})"
)
NO_ANSWER = "no answer"


def fits(cell: str) -> Fits:
    """Does a value fit this cell?"""
    rest = cell.removesuffix(f" or {NO_ANSWER}")
    blank = cell in ("", NO_ANSWER) or cell.endswith("|") or rest != cell
    cell = rest.strip().removesuffix("|")
    inside = _anything(cell) or _numbers(cell) or _names(cell)
    return lambda value: blank if value == "" else inside(value)


def _anything(cell: str) -> Fits | None:
    kept = cell.rstrip("*")
    if kept == cell:
        return None
    return lambda value: not kept or (value.startswith(kept) and len(value) == len(cell))


def _numbers(cell: str) -> Fits | None:
    if found := RANGE.fullmatch(cell):
        low, high = float(found["low"]), float(found["high"])
        open_low, open_high = found["from"] in ("]", "("), found["to"] in ("[", ")")
        return _within(lambda n: (low < n if open_low else low <= n) and (n < high if open_high else n <= high), cell)
    if found := WORDS.fullmatch(cell):
        low = float(found["low"] or found["least"] or "-inf")
        high = float(found["high"] or found["most"] or found["under"] or "inf")
        is_open = bool(found["open"] or found["under"])
        return _within(lambda n: low <= n and (n < high if is_open else n <= high), cell)
    if found := HALF.fullmatch(cell):
        end, sign = float(found["end"]), found["sign"]
        below, itself = sign[0] in "<≤", sign in ("<=", ">=", "≤", "≥")
        return _within(lambda n: (n < end if below else n > end) or (itself and n == end), cell)
    if re.fullmatch(NUMBER, cell):
        return _within(lambda n: n == float(cell), cell)
    return None


def _within(test: Callable[[float], bool], cell: str) -> Fits:
    """`<=50K` may be a name, and so may `1-2`: a value that is written alike fits."""

    def inside(value: str) -> bool:
        try:
            return value == cell or test(float(value))
        except ValueError:
            return False

    return inside


def _names(cell: str) -> Fits:
    certain, braces, perhaps = cell.partition("{")
    if (braces and cell.endswith("}")) or "|" in cell:  # one of these names, or a set that holds them
        all_of, any_of = _options(certain), _options(certain) | _options(perhaps.removesuffix("}"))
        listed = {name.strip() for name in perhaps.removesuffix("}").split(",")} if "|" not in cell else set()
        return lambda value: value in listed or all_of <= _options(value) <= any_of
    listed = {name.strip() for name in cell.split(",")}
    return lambda value: value == cell or value in listed


def _options(text: str) -> set[str]:
    return {part.strip() for part in text.replace(";", "|").split("|")} - {""}
