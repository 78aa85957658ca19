"""Attacks on made-up rows by anybody, against the tables behind them. Nothing of their making is known."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from bank_api.domain.attacks.copies import copies
from bank_api.domain.dry_run.cells import read_csv
from bank_api.domain.dry_run.errors import DryRunError


def attack_made_up(files: Sequence[tuple[str, str]], sources: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """(name, text) each, one source for each file. Classes say nothing of made-up rows: copies are looked for."""
    if len(sources) != len(files):
        raise DryRunError("--source", "one table for each file of made-up rows: without it nothing can be said of them")
    return {
        "made_up": {
            name: copies(_rows(name, text), _rows("--source", source, text), secrets.SystemRandom()).to_json()
            for (name, text), (_, source) in zip(files, sources, strict=True)
        }
    }


def _rows(name: str, text: str, beside: str | None = None) -> list[dict[str, str]]:
    header, lines = read_csv(text, name)
    if not lines:
        raise DryRunError(name, "has no rows")
    if beside is not None and not set(header) & set(read_csv(beside, name)[0]):
        raise DryRunError(name, "shares no column with the made-up rows")
    return [dict(zip(header, (cell.strip() for cell in line), strict=True)) for line in lines]
