"""Reading a large JSON object member by member, in memory that does not grow with it.

Strict where it matters for reading on: one object, quoted keys, commas and colons where they belong. A value is
decoded by Python's own parser; only objects that the caller walks into are taken apart here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Any

CHUNK_CHARACTERS = 1 << 16
VALUE_CHARACTERS_MAX = 64 << 20
"""One value that is decoded whole; a contract's code is some kilobytes."""
SMALL_CHARACTERS = 1 << 14
DEPTH_MAX = 64

_AFTER_A_NUMBER = frozenset(",]} \t\n\r")
_SPACE = re.compile(r"[ \t\n\r]*")


class JsonStream:
    """A cursor over a text file. ValueError for what is no JSON."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._text = ""
        self._position = 0
        self._ended = False
        self._decoder = json.JSONDecoder()

    def members(self) -> Iterator[str]:
        """The keys of the object at the cursor. After each the caller takes its value: `value`, `skip` or `members`."""
        self._expect("{")
        if self._peek() == "}":
            self._expect("}")
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise ValueError("a key must be a string")
            self._expect(":")
            yield key
            if self._peek() == "}":
                self._expect("}")
                return
            self._expect(",")

    def value(self) -> Any:
        """The value at the cursor, decoded whole."""
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._position)
            except json.JSONDecodeError:
                if not self._more():
                    raise
                continue
            except RecursionError:
                raise ValueError(f"JSON nests deeper than {DEPTH_MAX} levels") from None
            # A number may go on behind what was read so far.
            whole = isinstance(value, (str, list, dict)) or self._text[end : end + 1] in _AFTER_A_NUMBER
            if whole or not self._more():
                self._position = end
                return value

    def small_object(self) -> dict[str, Any] | None:
        """The object at the cursor if it is small, which is quicker than walking into it; else None, and no step."""
        while self._peek() == "{":
            try:
                value, self._position = self._decoder.raw_decode(self._text, self._position)
            except (json.JSONDecodeError, RecursionError):
                if len(self._text) - self._position > SMALL_CHARACTERS or not self._more():
                    return None
                continue
            return value  # type: ignore[no-any-return]
        return None

    def skip(self, depth: int = 0) -> None:
        """Pass over the value at the cursor, objects without decoding them."""
        if depth > DEPTH_MAX:
            raise ValueError(f"JSON nests deeper than {DEPTH_MAX} levels")
        if self._peek() != "{":
            self.value()
            return
        for _ in self.members():
            if self.small_object() is None:
                self.skip(depth + 1)

    def is_object(self) -> bool:
        return self._peek() == "{"

    def require_end(self) -> None:
        """Nothing but space may follow."""
        if self._peek():
            raise ValueError("something follows the end of the JSON object")

    def _expect(self, character: str) -> None:
        if self._peek() != character:
            raise ValueError(f"expected {character!r} and found {self._peek()!r}")
        self._position += 1

    def _peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            match = _SPACE.match(self._text, self._position)
            self._position = match.end() if match else self._position
            if self._position < len(self._text):
                return self._text[self._position]
            if not self._more():
                return ""

    def _more(self) -> bool:
        if self._ended:
            return False
        left = self._text[self._position :]
        if len(left) > VALUE_CHARACTERS_MAX:
            raise ValueError(f"one value is longer than {VALUE_CHARACTERS_MAX} characters")
        chunk = self._file.read(max(CHUNK_CHARACTERS, len(left)))
        self._ended = not chunk
        self._text, self._position = left + chunk, 0
        return bool(chunk)
