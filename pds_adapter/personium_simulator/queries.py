"""Query options of OData 2 as the unit understands them: $filter, $orderby, $top, $skip, $select, $inlinecount, q.

A misspelt property is refused in $filter and silently ignored in $orderby and $select. `substringof` and `q` match
whole words. Nulls stand last in either order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from pds_adapter.personium_simulator.exchange import Refused

Row = TypeVar("Row")
Getter = Callable[[Any, str], Any]
PAGE, TOP_MAX, SKIP_MAX = 25, 10_000, 100_000
NUMBERS: Final = ("Edm.Int32", "Edm.Single", "Edm.Double")
TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<moment>datetime(?:offset)?'[^']*')|(?P<number>-?\d+(?:\.\d+)?)|"
    r"(?P<word>[A-Za-z_][\w.]*)|(?P<mark>[(),]))"
)
COMPARISONS: Final = ("eq", "ne", "gt", "ge", "lt", "le")


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: list[Row]
    count: int | None
    select: set[str] | None


def select(rows: Sequence[Row], options: Mapping[str, str], types: Mapping[str, str], get: Getter) -> Page[Row]:
    """`types` names every known property. Raises Refused."""
    top, skip = _number(options, "$top", PAGE, TOP_MAX), _number(options, "$skip", 0, SKIP_MAX)
    counting = options.get("$inlinecount", "none")
    if counting not in ("allpages", "none"):
        raise Refused("PR400-OD-0013", counting)
    found = list(rows)
    if (text := options.get("$filter")) is not None:
        keeps = _Filter(text, types, get).parsed()
        found = [row for row in found if keeps(row)]
    if (words := options.get("q")) is not None:
        found = [row for row in found if any(words in _words(get(row, name)) for name in types)]
    for part in reversed(options.get("$orderby", "").split(",")):
        name, _, order = part.strip().partition(" ")
        if name in types:
            if types[name].startswith("List"):
                raise Refused("PR400-OD-0040")
            found = _ordered(found, name, order.strip() == "desc", get)
    wanted = options.get("$select")
    chosen = None if wanted is None or wanted == "*" else {name.strip() for name in wanted.split(",")}
    return Page(found[skip : skip + top], len(found) if counting == "allpages" else None, chosen)


def _number(options: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = options.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"-?\d+", text):
        raise Refused("PR400-OD-0036", name)
    if not 0 <= int(text) <= most:
        raise Refused("PR400-OD-0029", name, text)
    return int(text)


def _ordered(rows: list[Row], name: str, descending: bool, get: Getter) -> list[Row]:
    present = [row for row in rows if get(row, name) is not None]
    present.sort(key=lambda row: get(row, name), reverse=descending)
    return present + [row for row in rows if get(row, name) is None]


def _words(value: Any) -> list[str]:
    return re.findall(r"\w+", value) if isinstance(value, str) else []


class _Filter:
    def __init__(self, text: str, types: Mapping[str, str], get: Getter) -> None:
        self._types, self._get, at = types, get, 0
        self._tokens: list[tuple[str, str]] = []
        while at < len(text.rstrip()):
            found = TOKEN.match(text, at)
            if found is None:
                raise Refused("PR400-OD-0003")
            self._tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
            at = found.end()

    def parsed(self) -> Callable[[Any], bool]:
        test = self._either()
        if self._tokens:
            raise Refused("PR400-OD-0003")
        return test

    def _either(self) -> Callable[[Any], bool]:
        test = self._both()
        while self._peek() == ("word", "or"):
            self._next()
            test = _or(test, self._both())
        return test

    def _both(self) -> Callable[[Any], bool]:
        test = self._one()
        while self._peek() == ("word", "and"):
            self._next()
            test = _and(test, self._one())
        return test

    def _one(self) -> Callable[[Any], bool]:
        kind, text = self._next()
        if (kind, text) == ("mark", "("):
            test = self._either()
            self._expect(")")
            return test
        if kind != "word":
            raise Refused("PR400-OD-0003")
        if text == "not":
            raise Refused("PR400-OD-0043")
        if self._peek() == ("mark", "("):
            return self._function(text)
        if text not in self._types:
            raise Refused("PR400-OD-0045", text)
        operator = self._next()[1]
        if operator not in COMPARISONS:
            raise Refused("PR400-OD-0043" if operator else "PR400-OD-0003")
        value, get = self._literal(text), self._get
        return lambda row: _compare(operator, get(row, text), value)

    def _function(self, name: str) -> Callable[[Any], bool]:
        if name not in ("startswith", "substringof"):
            raise Refused("PR400-OD-0044")
        self._expect("(")
        first = self._next()
        self._expect(",")
        second = self._next()
        self._expect(")")
        (_, prop), (kind, text) = (first, second) if name == "startswith" else (second, first)
        if prop not in self._types:
            raise Refused("PR400-OD-0045", prop)
        if kind != "text":
            raise Refused("PR400-OD-0046", prop)
        part, get = _unquoted(text), self._get
        if name == "startswith":
            return lambda row: str(get(row, prop) or "").startswith(part)
        return lambda row: part in _words(get(row, prop))

    def _literal(self, prop: str) -> Any:
        kind, text = self._next()
        expected = self._types[prop].removeprefix("List ")
        if (kind, text) == ("word", "null"):
            return None
        if kind == "text" and expected == "Edm.String":
            return _unquoted(text)
        if kind == "number" and expected in NUMBERS:
            return float(text) if "." in text else int(text)
        if kind == "word" and text in ("true", "false") and expected == "Edm.Boolean":
            return text == "true"
        if kind == "moment" and expected == "Edm.DateTime":
            return int(datetime.fromisoformat(text.split("'")[1]).timestamp() * 1000)
        raise Refused("PR400-OD-0003") if not kind else Refused("PR400-OD-0046", prop)

    def _peek(self) -> tuple[str, str]:
        return self._tokens[0] if self._tokens else ("", "")

    def _next(self) -> tuple[str, str]:
        return self._tokens.pop(0) if self._tokens else ("", "")

    def _expect(self, mark: str) -> None:
        if self._next() != ("mark", mark):
            raise Refused("PR400-OD-0003")


def _unquoted(text: str) -> str:
    return text[1:-1].replace("''", "'")


def _or(one: Callable[[Any], bool], other: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda row: one(row) or other(row)


def _and(one: Callable[[Any], bool], other: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda row: one(row) and other(row)


def _compare(operator: str, found: Any, value: Any) -> bool:
    if isinstance(found, str) and found.startswith("/Date("):
        found = int(found[6:-2])
    if operator in ("eq", "ne"):
        return bool(found == value) == (operator == "eq")
    if found is None or value is None:
        return False
    smaller, same = bool(found < value), bool(found == value)
    return {"lt": smaller, "le": smaller or same, "gt": not (smaller or same), "ge": not smaller}[operator]
