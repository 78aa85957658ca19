"""Reading JSON that a stranger wrote, in a process that may nest deeply.

py-evm raises Python's recursion limit for its whole process, so that contracts can call each other 1,024 deep. The JSON
parser would then not stop with an error at a hundred thousand brackets but overflow the C stack and take the node
with it. So the depth is known before anything is parsed. It is found by whole-text operations, each of them one
pass in C: a loop or a regular expression over millions of characters would hold the interpreter for seconds.
"""

from __future__ import annotations

import json
from typing import Any

DEPTH_MAX = 64
"""No request, genesis, checkpoint or proof nests nearly as deep."""

_SQUARE = bytes.maketrans(b"{}", b"[]")
_ALL_BUT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")


def load_json(text: bytes | str, parts_max: int | None = None) -> Any:
    """The value; ValueError for text that is no JSON, or nests deeper than DEPTH_MAX.

    `parts_max` bounds commas, brackets and escapes, and so the time and memory that parsing takes.
    """
    encoded = text.encode() if isinstance(text, str) else text
    structure = _without_strings(encoded)
    brackets = structure.translate(_SQUARE, _ALL_BUT_BRACKETS)
    if parts_max is not None and encoded.count(b"\\") + structure.count(b",") + len(brackets) > parts_max:
        raise ValueError(f"JSON has more than {parts_max} parts")
    if _nests_too_deep(brackets):
        raise ValueError(f"JSON nests deeper than {DEPTH_MAX} levels")
    return json.loads(text)


def _without_strings(encoded: bytes) -> bytes:
    """The text outside of strings. What is no JSON may come out wrong only behind the place where parsing stops."""
    if b"\\" in encoded:
        encoded = encoded.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(encoded.split(b'"')[::2])


def _nests_too_deep(brackets: bytes) -> bool:
    """Take the innermost pairs away, level by level; what cannot be paired counts as if it nested."""
    if brackets.count(b"[") <= DEPTH_MAX:
        return False
    for level in range(DEPTH_MAX):
        fewer = brackets.replace(b"[]", b"")
        if len(fewer) == len(brackets):
            return level + brackets.count(b"[") > DEPTH_MAX
        brackets = fewer
    return bool(brackets)
