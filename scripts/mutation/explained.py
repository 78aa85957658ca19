"""Mutants that survive and are no gaps: by `Mutant.key`, with the reason."""

from __future__ import annotations

EXPLAINED: dict[str, str] = {}
