"""Strict reading of our binary formats: every field has a name, nothing may be short, nothing may be left over."""

from __future__ import annotations

from collections.abc import Callable

Refusal = Callable[[str, str], Exception]
"""Makes the error of the format being read, from the field and the rule it breaks."""


class WireReader:
    """Fields of a strict binary form, front to back; `refusal` makes the error that names a field."""

    def __init__(self, data: bytes, refusal: Refusal) -> None:
        self._data, self._at, self._refusal = data, 0, refusal

    def take(self, size: int, field: str) -> bytes:
        piece = self._data[self._at : self._at + size]
        if len(piece) != size:
            raise self._refusal(field, f"needs {size} bytes, only {len(piece)} are left")
        self._at += size
        return piece

    def number(self, size: int, field: str) -> int:
        return int.from_bytes(self.take(size, field), "big")

    def literal(self, expected: bytes, field: str) -> None:
        found = self.take(len(expected), field)
        if found != expected:
            raise self._refusal(field, f"must be {expected!r}, not {found!r}")

    def finish(self) -> None:
        left = len(self._data) - self._at
        if left:
            raise self._refusal("end", f"{left} bytes follow the last field")
