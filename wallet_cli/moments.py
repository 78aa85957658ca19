"""Moments and lengths of time as people type them: 2026-12-31, 2026-12-31T10:00+09:00, +30d, 1795000000."""

import re
from datetime import datetime

from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_LENGTH = re.compile(r"(\d{1,9})([smhdw])", re.ASCII)


def parse_moment(text: str, now: int, field: str) -> int:
    """Unix seconds; a time without an offset is the local one."""
    if text.startswith("+"):
        return now + parse_length(text[1:], field)
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(field, said("rule-moment")) from error
    return int(moment.timestamp())


def parse_length(text: str, field: str) -> int:
    """Seconds of 90s, 15m, 2h, 30d or 4w."""
    found = _LENGTH.fullmatch(text)
    if not found:
        raise InputError(field, said("rule-length"))
    return int(found[1]) * _UNITS[found[2]]
