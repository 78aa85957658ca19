"""Moments and lengths as people type them."""

from datetime import UTC, datetime

import pytest

from wallet_cli.errors import InputError
from wallet_cli.moments import parse_length, parse_moment

NOW = 1_795_000_000


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1795000001", 1_795_000_001),
        ("+30d", NOW + 30 * 86_400),
        ("+0s", NOW),
        ("2026-12-31T10:00+09:00", int(datetime(2026, 12, 31, 1, tzinfo=UTC).timestamp())),
        ("2026-12-31", int(datetime(2026, 12, 31).astimezone().timestamp())),
    ],
)
def test_a_moment_is_read(text, seconds):
    assert parse_moment(text, NOW, "--until") == seconds


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "+3", "+3y", "+-3d", "1795000001.5"])
def test_anything_else_names_the_field_and_the_forms(text):
    with pytest.raises(InputError, match="--until: must be"):
        parse_moment(text, NOW, "--until")


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7200), ("3d", 259_200), ("4w", 2_419_200)]
)
def test_a_length_is_read(text, seconds):
    assert parse_length(text, "--delay") == seconds
