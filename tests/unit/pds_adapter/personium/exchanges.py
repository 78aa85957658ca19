"""The recorded exchanges, and what may differ between two runs of them: addresses, moments, ids, tokens.

`tests/vectors/personium_exchanges.jsonl.xz` is our recording of a real unit (personium-core 1.8.0), one exchange a
line, without its durations. A body over 4 kB was cut there.
"""

import json
import lzma
import re
from pathlib import Path
from urllib.parse import quote

RECORDING = Path(__file__).resolve().parents[3] / "vectors" / "personium_exchanges.jsonl.xz"
CUT_CHARACTERS = 4000
FREE = [
    (re.compile(r"1795[89]\d{8}"), "#ms"),
    (re.compile(r"1795[89]\d{5}\b"), "#s"),
    (re.compile(r"2026-11-28T\d\d:\d\d:\d\d(\.\d+)?"), "#moment"),
    (re.compile(r"\w{3}, 28 Nov 2026 \d\d:\d\d:\d\d GMT"), "#moment"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "#uuid"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "#id"),
    (re.compile(r"<uuid>[\w-]{22}</uuid>"), "<uuid>#</uuid>"),
    (re.compile(r'"n": "[\w-]{300,}"'), '"n": "#"'),
    (re.compile(r',"[\w-]{23}",'), ',"#key",'),
    (re.compile(r"Unknown Exception \[\d+\]"), "Unknown Exception [#]"),
    (re.compile(r"<getcontentlength>\d+(</getcontentlength>\s+<getcontenttype>application/zip)"), r"<size>#\1"),
    (re.compile(r'"<ms>"'), "#ms"),
    (re.compile(r"p_cookie=[^;]+"), "p_cookie=#"),
]


def recorded():
    return [json.loads(line) for line in lzma.decompress(RECORDING.read_bytes()).splitlines()]


def number(exchange):
    return int(exchange["step"][:3])


def normal(text, unit):
    for address in (quote(unit, safe=""), unit.replace("/", "\\/"), unit):
        text = text.replace(address, "{unit}")
    for pattern, instead in FREE:
        text = pattern.sub(instead, text)
    return text


def normal_json(value, unit):
    return normal(json.dumps(value, ensure_ascii=False, sort_keys=True), unit)


def normal_headers(headers, unit):
    """The length only by its being there; what the container adds to every answer is left out."""
    rows = {}
    for name, value in headers:
        key = name.lower()
        if key in ("date", "server", "connection", "keep-alive", "vary"):
            continue
        rows.setdefault(key, []).append("#" if key == "content-length" else normal(value, unit))
    return {key: sorted(values) for key, values in rows.items()}


def flat(headers):
    return [(n, each) for n, v in headers.items() for each in (v if isinstance(v, list) else [v])]
