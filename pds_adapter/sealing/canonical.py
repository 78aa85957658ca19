"""One byte string per value: canonical JSON, and the salted commitment made over it.

The form is RFC 8785 (JSON Canonicalization Scheme) without its floating-point part: no white space, keys sorted by
UTF-16 code units, UTF-8, minimal escapes. Refused: floats, integers a browser cannot hold exactly, lone surrogates,
keys that are not strings, keys given twice, depth beyond DEPTH_MAX. Parse and format are inverses.

The commitment is HMAC-SHA256 under a random 32-byte salt, which every wallet has, browsers included. Without the
salt nobody can test a guess; with it anyone can check the answer.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from json.encoder import encode_basestring
from typing import Any, Final

from pds_adapter.errors import CanonicalFormError

INTEGER_MAX: Final = 2**53 - 1
"""Beyond this a JavaScript number is no longer exact."""
DEPTH_MAX: Final = 32
SALT_BYTES: Final = 32
_BRACKET_OR_STRING: Final = re.compile(rb'[\[\]{}]|"(?:[^"\\]|\\.)*"?', re.DOTALL)
COMMITMENT_LABEL: Final = b"azukari commitment 1\x00"
_ENCODE: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
).encode
_FOUR_BYTES: Final = re.compile(rb"[\xf0-\xf7]")
"""Beyond U+FFFF the order of UTF-16 code units, by which keys are sorted, is not that of characters."""


def canonical_json(value: Any) -> bytes:
    """The one canonical encoding of a JSON value; refuses what has none, naming the place."""
    plain = _plain(value)
    return _text(value, "$", 0).encode() if plain is None else plain


def parse_canonical_json(encoded: bytes) -> Any:
    """The strict inverse of `canonical_json`: any other spelling of the same value is refused."""
    if encoded.count(b"{") + encoded.count(b"[") > DEPTH_MAX and depth_of(encoded) > DEPTH_MAX + 1:
        raise CanonicalFormError("$", f"deeper than {DEPTH_MAX} levels")
    try:
        value = _DECODER.decode(encoded.decode())
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CanonicalFormError("$", f"not JSON in UTF-8: {error}") from None
    except ValueError:
        raise CanonicalFormError("$", "an integer of absurd length") from None
    if canonical_json(value) != encoded:
        raise CanonicalFormError("$", "not the canonical spelling (white space, order of keys or escapes)")
    return value


def load_shallow_json(text: str) -> Any:
    """A stranger's JSON in any spelling. ValueError for text that is none, or nests deeper than DEPTH_MAX."""
    if depth_of(text.encode(errors="replace")) > DEPTH_MAX:
        raise ValueError(f"deeper than {DEPTH_MAX} levels")
    return json.loads(text)


def commit(salt: bytes, canonical_content: bytes) -> bytes:
    """A 32-byte commitment to the content; `salt` must be 32 random bytes, kept with the sealed content."""
    if len(salt) != SALT_BYTES:
        raise CanonicalFormError("salt", f"must be {SALT_BYTES} bytes, not {len(salt)}")
    return hmac.new(salt, COMMITMENT_LABEL + canonical_content, hashlib.sha256).digest()


def depth_of(encoded: bytes) -> int:
    """How deep brackets nest outside strings. Counted before parsing: in a process that has raised Python's recursion
    limit (py-evm does), the parser would not stop with an error but overflow the C stack.
    """
    depth = deepest = 0
    for token in _BRACKET_OR_STRING.finditer(encoded):
        first = token.group()[:1]
        if first in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in b"]}":
            depth -= 1
    return deepest


def _plain(value: Any) -> bytes | None:
    """The encoding by Python's own encoder, a tenth of the work; None for what that might spell otherwise, or what is
    to be refused."""
    if not _is_plain(value, 0):
        return None
    try:
        encoded = _ENCODE(value).encode()
    except UnicodeEncodeError:
        return None
    return None if _FOUR_BYTES.search(encoded) else encoded


def _is_plain(value: Any, depth: int) -> bool:
    """Whether it is made of nothing but JSON's own kinds, within all bounds but those of its texts."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-INTEGER_MAX <= value <= INTEGER_MAX)
    if depth == DEPTH_MAX:  # what it holds may be too deep
        return False
    if kind is dict:
        if not all(type(key) is str for key in value):
            return False
        value = value.values()
    elif kind is not list and kind is not tuple:
        return False
    return all(_is_plain(item, depth + 1) for item in value)


def _text(value: Any, path: str, depth: int) -> str:
    if depth > DEPTH_MAX:
        raise CanonicalFormError(path, f"deeper than {DEPTH_MAX} levels")
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int):
        if abs(value) > INTEGER_MAX:
            raise CanonicalFormError(path, f"integer beyond ±{INTEGER_MAX}")
        return int.__repr__(value)
    if isinstance(value, str):
        return _string(value, path)
    if isinstance(value, list | tuple):
        return "[" + ",".join(_text(item, f"{path}[{i}]", depth + 1) for i, item in enumerate(value)) + "]"
    if isinstance(value, dict):
        return _object(value, path, depth)
    rule = "floats have no single spelling; use an integer or a string" if isinstance(value, float) else "no JSON type"
    raise CanonicalFormError(path, f"{type(value).__name__}: {rule}")


def _object(value: dict[Any, Any], path: str, depth: int) -> str:
    members: list[tuple[bytes, str]] = []
    for key, item in value.items():
        if not isinstance(key, str):
            raise CanonicalFormError(path, f"key {key!r} is not a string")
        spelled = _string(key, f"{path}.{key!r}")
        members.append((key.encode("utf-16-be"), f"{spelled}:{_text(item, f'{path}.{key}', depth + 1)}"))
    return "{" + ",".join(text for _, text in sorted(members)) + "}"


def _string(value: str, path: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise CanonicalFormError(path, "holds half of a surrogate pair, which UTF-8 cannot spell") from None
    return encode_basestring(str(value))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise CanonicalFormError("$", "a key is given twice")
    return members


def _no_float(text: str) -> Any:
    raise CanonicalFormError("$", f"{text}: floats have no single spelling; use an integer or a string")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_no_float, parse_constant=_no_float)
