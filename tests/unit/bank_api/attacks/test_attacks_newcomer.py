"""Who reads whom by knowing nothing but their own answer: against brute force over all worlds."""

import itertools
import random

import pytest

from bank_api.domain.attacks import Observed, ObservedClass, attack_all
from bank_api.domain.attacks.newcomer import computed_by_one_other
from bank_api.domain.attacks.observed import Compared


def release(*classes):
    """Each class: (names, answers), such as ("pqr", "aab")."""
    return Observed(tuple(ObservedClass(tuple(p), {a: answers.count(a) for a in answers}) for p, answers in classes))


def read(*releases):
    compared = Compared(releases)
    return {person for person, known in zip(compared.people, computed_by_one_other(compared), strict=True) if known}


def test_whoever_took_the_place_of_somebody_reads_them_and_is_read():
    told = [release(("pqrst", "abcab")), release(("qrstu", "bcaba"))]
    assert read(*told) == {"p", "u"}
    report = attack_all(told, 2)
    assert (report.computed_by_one_other, report.movers_computed) == (2, 0)
    assert not report.harmless


def test_of_two_who_took_the_places_of_two_neither_reads():
    assert read(release(("pqrst", "abcab")), release(("rstuv", "cabab"))) == set()


def test_one_of_them_going_again_takes_the_cover_away():
    told = [release(("pqrst", "abcab")), release(("rstuv", "cabab")), release(("qrstv", "bcaba"))]
    assert read(*told) == {"p", "q", "u", "v"}


def test_two_places_taken_in_classes_told_together_are_covered():
    before = release(("pqrst", "abcab"), ("PQRST", "abcab"))
    assert read(before, release(("qrstuQRSTU", "bcabaabcab"))) == set()
    assert read(before, release(("qrstu", "bcaba"), ("QRSTU", "bcaba"))) == set("puPU")


@pytest.mark.parametrize("seed", range(40))
def test_what_it_says_is_true_in_every_world(seed):
    """Nobody is called read who is not: fixing one other person's answer leaves them one answer."""
    dice = random.Random(seed)
    people = "pqrstuv"[: dice.randint(4, 7)]
    truth = {p: dice.choice("ab") for p in people}
    releases = []
    for _ in range(dice.randint(1, 3)):
        present = [p for p in people if dice.random() < 0.85] or list(people)
        cut = dice.randint(1, len(present))
        groups = [part for part in (present[:cut], present[cut:]) if part]
        releases.append(release(*(("".join(g), "".join(truth[p] for p in g)) for g in groups)))
    known = Compared(releases).people
    worlds = []
    for given in itertools.product("ab", repeat=len(known)):
        world = dict(zip(known, given, strict=True))
        if all(
            sorted(world[p] for p in one.people) == sorted(a for a, n in one.answers.items() for _ in range(n))
            for told in releases
            for one in told.classes
        ):
            worlds.append(world)
    for person in read(*releases):
        assert any(
            len({world[person] for world in worlds if world[other] == truth[other]}) == 1
            for other in known
            if other != person
        )
