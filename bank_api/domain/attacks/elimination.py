"""Sums solved exactly: one unknown after the other is expressed by others, modulo a prime drawn for the purpose.

The unknowns that are left over may be anything: given random numbers, they make a random way to change all of them
without changing a sum. An unknown that several such ways leave at zero is decided, but for a chance of 2**-90 and for
sums whose determinant the prime divides: whoever makes releases to that end cannot know which it will be.
1. A class with an unknown that no other class sums says nothing else: it gives that unknown, and goes. Nearly all do.
2. Of the rest the shortest class gives the unknown that fewest others sum, which are then without it but longer.
"""

from __future__ import annotations

import heapq
import secrets
from itertools import count

import numpy as np

from bank_api.domain.attacks.observed import Numbers
from bank_api.domain.attacks.sums import Decided, Sums

PRIME_LEAST = 1 << 30
"""Drawn from here to half as much again: products of two numbers fit 64 bits. There are some 25 million."""
DIRECTIONS = 4
STEPS_MAX = 3_000_000
"""So many numbers are changed at most in 2.; releases that were made without regard to each other need some 10**5."""

Row = dict[int, int]
"""By unknown, how often it is summed."""


def decided_exactly(sums: Sums, counts: Numbers) -> Decided | None:
    """None where it takes too many steps. `counts`: class x answer."""
    prime = _drawn_prime()
    right = counts.astype(np.int64) % prime
    rounds, class_, group = _leaves(sums)
    rows: dict[int, Row] = {}
    for row, unknown in zip(class_.tolist(), group.tolist(), strict=True):
        rows.setdefault(row, {})[unknown] = 1
    order = _eliminated(rows, right, prime)
    if order is None:
        return None
    right = np.hstack([np.zeros((len(right), DIRECTIONS), np.int64), right])
    value = np.zeros((sums.groups, right.shape[1]), np.int64)
    value[:, :DIRECTIONS] = np.random.default_rng().integers(0, prime, (sums.groups, DIRECTIONS))
    for row, unknown in reversed(order):
        held = rows[row]
        others = [one for one in held if one != unknown]
        times = np.array([held[one] for one in others], np.int64)
        taken = (value[others] * times[:, None] % prime).sum(0)
        value[unknown] = (right[row] - taken) % prime * pow(held[unknown], -1, prime) % prime
    for class_, group, unknowns in reversed(rounds):
        value[unknowns] = 0
        starts = np.flatnonzero(np.diff(class_, prepend=-1))
        value[unknowns] = (right[class_[starts]] - np.add.reduceat(value[group], starts, axis=0)) % prime
    ways, numbers = value[:, :DIRECTIONS], value[:, DIRECTIONS:]
    still = (ways == 0).all(axis=1)
    return Decided(still, np.where(numbers > prime // 2, numbers - prime, numbers), (_directions(ways, prime),))


def _leaves(sums: Sums) -> tuple[list[tuple[Numbers, Numbers, Numbers]], Numbers, Numbers]:
    """1. In rounds: the pairs of class and unknown of those that go, and what each gives; and the pairs of the rest."""
    class_, group = sums.class_of_pair, sums.group
    name = np.random.default_rng().integers(0, 1 << 62, sums.groups)
    whole = np.zeros(len(sums.starts), np.int64)  # classes that sum the same unknowns say the same
    np.add.at(whole, class_, name[group])
    once = np.zeros(len(whole), bool)
    once[np.unique(whole, return_index=True)[1]] = True
    rounds = list[tuple[Numbers, Numbers, Numbers]]()
    class_, group = class_[once[class_]], group[once[class_]]
    while True:
        leaf = np.bincount(group, minlength=sums.groups)[group] == 1
        if not leaf.any():
            return rounds, class_, group
        going, first = np.unique(class_[leaf], return_index=True)
        goes = np.zeros(len(whole), bool)
        goes[going] = True
        goes_pair = goes[class_]
        rounds.append((class_[goes_pair], group[goes_pair], group[leaf][first]))
        class_, group = class_[~goes_pair], group[~goes_pair]


def _eliminated(rows: dict[int, Row], right: Numbers, prime: int) -> list[tuple[int, int]] | None:
    """2. Which class gives which unknown, in order; what they sum then, and to what, is in place of what it was."""
    classes_of: dict[int, set[int]] = {}
    for row, held in rows.items():
        for unknown in held:
            classes_of.setdefault(unknown, set()).add(row)
    waiting = [(len(held), row) for row, held in rows.items()]
    heapq.heapify(waiting)
    order, gone, steps = [], set[int](), 0
    while waiting:
        length, row = heapq.heappop(waiting)
        held = rows[row]
        if row in gone or length != len(held) or not held:
            continue
        unknown = min(held, key=lambda one: (len(classes_of[one]), one))
        order.append((row, unknown))
        gone.add(row)
        for one in held:
            classes_of[one].discard(row)
        inverse = pow(held[unknown], -1, prime)
        for other in list(classes_of[unknown]):
            steps += len(held)
            if steps > STEPS_MAX:
                return None
            times = -rows[other][unknown] * inverse % prime
            _add(rows[other], held, times, other, classes_of, prime)
            if right.shape[1]:
                right[other] = (right[other] + times * right[row]) % prime
            heapq.heappush(waiting, (len(rows[other]), other))
    return order


def _add(to: Row, held: Row, times: int, row: int, classes_of: dict[int, set[int]], prime: int) -> None:
    for one, often in held.items():
        new = (to.get(one, 0) + times * often) % prime
        if new:
            to[one] = new
            classes_of[one].add(row)
        else:
            del to[one]
            classes_of[one].discard(row)


def _drawn_prime() -> int:
    start = PRIME_LEAST + secrets.randbelow(PRIME_LEAST // 2)
    return next(number for number in count(start) if _is_prime(number))


def _is_prime(number: int) -> bool:
    """Of numbers below 2**32: Miller and Rabin's test with these three bases errs for none (Jaeschke 1993)."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    if number % 2 == 0:
        return False
    for base in (2, 7, 61):
        power = pow(base, odd, number)
        powers = [power, *(power := power * power % number for _ in range(twos - 1))]
        if powers[0] != 1 and number - 1 not in powers:
            return False
    return True


def _directions(ways: Numbers, prime: int) -> Numbers:
    """A number for each unknown, alike where the ways are multiples of each other."""
    first = ways[np.arange(len(ways)), (ways != 0).argmax(1)]
    inverse, power, rest = np.ones_like(first), first, prime - 2
    while rest:
        if rest & 1:
            inverse = inverse * power % prime
        power, rest = power * power % prime, rest >> 1
    return np.unique(ways * inverse[:, None] % prime, axis=0, return_inverse=True)[1].reshape(-1)
