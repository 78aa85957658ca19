"""The variables of one stretch of code in Python: what stands on its stack, and in which of two forms it is there.

A word that comes from memory or goes there is thirty-two bytes, one that is calculated with is a number; each is made
from the other when somebody asks for it, and once.
"""

from __future__ import annotations

from typing import Any

Value = str | int
"""The name of a Python variable, or what is known to stand there."""


class Variables:
    """Lines of Python, and what the names in them stand for."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._stack: list[Value] = []
        """What stands on the stack above what the stretch has not touched, the top last."""
        self._taken = 0
        """How many items that were there before it has touched; they are called e0, from the top, e1 and so on."""
        self._read: set[int] = set()
        self._highest = 0
        self._made = 0
        self._truths: set[Value] = set()
        """Names of booleans, which are made numbers of when they leave the function."""
        self._asked: dict[str, str] = {}
        """Variables by what was asked of the message."""
        self._named: dict[str, Any] = {}
        """Functions that are called, and bytes of the code that are copied."""
        self._bytes: dict[str, str] = {}
        """Variables that hold the thirty-two bytes of others."""
        self._unread: set[Value] = set()
        """Variables that there are only as bytes by now."""

    def _at(self, depth: int) -> Value:
        """The item at a depth, 1 for the top, taken from below if need be."""
        while len(self._stack) < depth:
            self._stack.insert(0, f"e{self._taken}")
            self._taken += 1
        return self._stack[-depth]

    def _pop(self) -> Value:
        self._at(1)
        return self._stack.pop()

    def _take(self) -> Value:
        """The topmost item, to calculate with."""
        return self._settled(self._pop())

    def _push(self, value: Value) -> None:
        self._stack.append(value)
        self._highest = max(self._highest, len(self._stack) - self._taken)

    def _let(self, expression: str) -> str:
        name = f"v{self._made}"
        self._made += 1
        self._lines.append(f"{name} = {expression}")
        return name

    def _loaded(self, span: str) -> str:
        """A word of memory, of which a number is made when one is needed: most are only copied."""
        name = f"v{self._made}"
        self._made += 1
        self._bytes[name] = f"b{name}"
        self._unread.add(name)
        self._lines.append(f"b{name} = {span}")
        return name

    def _settled(self, value: Value) -> Value:
        """The same value, of which there is a number from here on."""
        if value in self._unread:
            self._lines.append(f"{value} = number({self._bytes[str(value)]}, 'big')")
            self._unread.discard(str(value))
        return value

    def _spelt(self, value: Value) -> str:
        """Its thirty-two bytes."""
        if isinstance(value, int):
            return repr(value.to_bytes(32, "big"))
        if not value.isalnum():
            return f"{value}.to_bytes(32, 'big')"
        if value not in self._bytes:
            self._bytes[value] = f"b{value}"
            self._lines.append(f"b{value} = {self._use(value)}.to_bytes(32, 'big')")
        return self._bytes[value]

    def _ask(self, question: str) -> str:
        """Of the message, which stays as it is: once is enough."""
        name = self._asked.get(question)
        if name is None:
            name = self._asked[question] = self._let(question)
        return name

    def _use(self, value: Value) -> str:
        """A value as it is written in Python."""
        if isinstance(value, str) and value[0] == "e":
            self._read.add(int(value[1:]))
        return f"number({self._bytes[str(value)]}, 'big')" if value in self._unread else str(value)

    def _number(self, value: Value) -> str:
        """The same for whoever is outside of the function: a number, never a boolean."""
        return ("+" if value in self._truths else "") + self._use(value)
