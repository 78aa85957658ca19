"""Changes that cover each other: nobody may read the answer of the one person whom they alone replaced.

Who sits down on the seat of somebody who left gave the same answer. If theirs is the only change in their container
since an earlier release, they can subtract and know. So two containers with such a change of the same answer exchange
one person each, of another answer: then the one who left, and the newcomer of the other container, could both have
given that other answer, whatever the newcomer knows of themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from bank_api.domain.anonymize.seats.structure import Structure

Places = NDArray[np.float64]
PARTNERS_TRIED = 12
SEATS_TRIED = 5


def lone_changes(books: Structure, whole: Iterable[int], sitting: Callable[[int], str]) -> dict[int, int]:
    """By container, the seat of somebody who alone has come since some earlier release of that container."""
    found: dict[int, int] = {}
    for container in whole:
        seats = books.members[container]
        now = {sitting(seat): seat for seat in seats}
        waves = {wave for seat in seats for wave in books.sat[seat]}
        for wave in sorted(waves, reverse=True):
            before = {books.sat[seat].get(wave) for seat in seats}
            come = [seat for person, seat in now.items() if person not in before]
            if len(come) == 1:
                found[container] = come[0]
                break
    return found


def pairs(books: Structure, lone: dict[int, int], centre: Callable[[int], Places]) -> list[tuple[int, list[int]]]:
    """Each container with the nearest others whose lone change is of the same answer."""
    by_answer: dict[int, list[int]] = {}
    for container, seat in lone.items():
        by_answer.setdefault(books.answer[seat], []).append(container)
    found = []
    for containers in by_answer.values():
        centres = np.array([centre(container) for container in containers])
        for number, container in enumerate(containers):
            away = np.abs(centres - centres[number]).mean(1)
            away[number] = np.inf
            near = np.argsort(away, kind="stable")[:PARTNERS_TRIED]
            found.append((container, [containers[at] for at in near.tolist() if np.isfinite(away[at])]))
    return found
