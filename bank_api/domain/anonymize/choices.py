"""Answers of which several may be chosen at once: sets, written as their options in declared order, divided by `|`.

An empty text is the empty set: answered, and nothing chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bank_api.domain.anonymize.spelling import meaning

BETWEEN = "|"


def chosen(text: str) -> frozenset[str]:
    return frozenset(text.split(BETWEEN)) if text else frozenset()


def written_set(options: Iterable[str], order: Sequence[str]) -> str:
    wanted = set(options)
    return BETWEEN.join(option for option in order if option in wanted)


def set_meaning(text: str) -> str:
    """Like `spelling.meaning`: one form for all spellings of a set."""
    return BETWEEN.join(sorted({meaning(option) for option in chosen(text)}))
