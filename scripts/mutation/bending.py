"""Which rules of a Vyper source can be bent, found in its syntax tree.

Every `assert` is dropped and negated; every `if` is negated, and dropped where it refuses (`return "contract: …"`);
every comparison is shifted by one step; every sum, difference and update (`+=`, `|=`, …) is turned round; every
`and` becomes `or` and the other way. A negation that says what a shifted comparison says already is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import vyper.ast as tree
from vyper.ast.parse import parse_to_ast

SHIFTED = {"<=": "<", ">=": ">", "<": "<=", ">": ">=", "==": "!=", "!=": "==", "in": "not in", "not in": "in"}
TURNED = {"+=": "-=", "-=": "+=", "|=": "&=", "&=": "|=", "^=": "|=", "*=": "+="}
SWAPPED = {"+": "-", "-": "+"}
JOINED = {"and": "or", "or": "and"}


@dataclass(frozen=True)
class Mutant:
    """One source with one rule bent: the text from `start` to `end` becomes `text`."""

    file: str
    function: str
    line: int
    kind: str
    before: str
    start: int
    end: int
    text: str

    def applied_to(self, source: str) -> str:
        return source[: self.start] + self.text + source[self.end :]

    @property
    def key(self) -> str:
        """Names the mutant independently of where in its file it stands."""
        return f"{self.file}, {self.function}: {self.before} [{self.kind}]"


class _Source:
    """A source text with its places by line and column."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line.encode()) + 1)
        if len(text) != len(text.encode()):
            raise ValueError(f"{file}: columns are counted in bytes, so a contract's source has to be ASCII")

    def start(self, node: Any) -> int:
        return int(self.starts[node.lineno - 1] + node.col_offset)

    def end(self, node: Any) -> int:
        return int(self.starts[node.end_lineno - 1] + node.end_col_offset)

    def span(self, node: Any) -> str:
        return self.text[self.start(node) : self.end(node)]


def mutants_of(path: Path, name: str) -> list[Mutant]:
    """Every mutant of a contract or module, in the order of its lines; `name` is what the file is called in them."""
    source = _Source(name, path.read_text(encoding="utf-8"))
    found = []
    for function in parse_to_ast(source.text).get_children(tree.FunctionDef):
        for node in function.get_descendants():
            for kind, start, end, text in _bent(source, node):
                before = source.lines[node.lineno - 1].strip()
                found.append(Mutant(name, function.name, node.lineno, kind, before, start, end, text))
    return sorted(found, key=lambda one: (one.start, one.end, one.kind))


def functions_of(path: Path) -> dict[str, tuple[int, int]]:
    """The first and the last line of every function."""
    functions = parse_to_ast(path.read_text(encoding="utf-8")).get_children(tree.FunctionDef)
    return {function.name: (function.lineno, function.end_lineno) for function in functions}


def _bent(source: _Source, node: Any) -> Iterator[tuple[str, int, int, str]]:
    if isinstance(node, tree.Assert):
        yield "drop assert", source.start(node), source.end(node), "pass"
        if not _says_equal(node.test):
            yield "negate assert", *_negated(source, node.test)
    elif isinstance(node, tree.If):
        if _refuses(node):
            yield "drop refusal", source.start(node.test), source.end(node.test), "False"
        if not _says_equal(node.test):
            yield "negate if", *_negated(source, node.test)
    elif isinstance(node, tree.Compare):
        yield from _replaced(source, node.left, node.right, SHIFTED)
    elif isinstance(node, tree.AugAssign):
        yield from _replaced(source, node.target, node.value, TURNED)
    elif isinstance(node, tree.BinOp):
        yield from _replaced(source, node.left, node.right, SWAPPED)
    elif isinstance(node, tree.BoolOp):
        for left, right in zip(node.values, node.values[1:], strict=False):
            yield from _replaced(source, left, right, JOINED)


def _says_equal(test: Any) -> bool:
    return isinstance(test, tree.Compare) and isinstance(test.op, tree.Eq | tree.NotEq)


def _refuses(node: Any) -> bool:
    """`if …: return "contract: reason"`."""
    first = node.body[0]
    return isinstance(first, tree.Return) and isinstance(first.value, tree.Str) and ": " in first.value.value


def _negated(source: _Source, test: Any) -> tuple[int, int, str]:
    return source.start(test), source.end(test), f"not ({source.span(test)})"


def _replaced(source: _Source, left: Any, right: Any, by: dict[str, str]) -> Iterator[tuple[str, int, int, str]]:
    """The operator that stands between two operands, in place of which another comes."""
    start, end = source.end(left), source.start(right)
    between = source.text[start:end]
    operator = " ".join(between.replace("(", " ").replace(")", " ").replace("\\", " ").split())
    if operator in by:
        place = start + between.index(operator)
        yield f"{operator} to {by[operator]}", place, place + len(operator), by[operator]
