"""Reading JSON that a stranger wrote, in a process that may nest deeply.

py-evm raises Python's recursion limit for its whole process, so that contracts can call each other 1,024 deep. The JSON
parser would then not stop with an error at a hundred thousand brackets but overflow the C stack and take the node
with it. So the depth is counted before anything is parsed.
"""

from __future__ import annotations

import json
import re
from typing import Any

DEPTH_MAX = 64
"""No request, genesis, checkpoint or proof nests nearly as deep."""

_BRACKET_OR_STRING = re.compile(rb'[\[\]{}]|"(?:[^"\\]|\\.)*"?', re.DOTALL)


def load_json(text: bytes | str) -> Any:
    """The value; ValueError for text that is no JSON, or nests deeper than DEPTH_MAX."""
    encoded = text.encode() if isinstance(text, str) else text
    depth = 0
    for token in _BRACKET_OR_STRING.finditer(encoded):
        first = token.group()[:1]
        if first in b"[{":
            depth += 1
            if depth > DEPTH_MAX:
                raise ValueError(f"JSON nests deeper than {DEPTH_MAX} levels")
        elif first in b"]}":
            depth -= 1
    return json.loads(text)
