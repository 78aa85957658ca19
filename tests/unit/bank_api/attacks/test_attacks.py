"""The attacks find what can be found by hand, and nothing that is not there."""

import itertools
import random

import pytest

from bank_api.domain.attacks import Observed, ObservedClass, attack_all
from bank_api.domain.attacks.intersection import possible_by_intersection
from bank_api.domain.attacks.linear import possible_by_counting
from bank_api.domain.attacks.observed import Compared


def release(*classes):
    """Each class: (names, answers), such as ("pqr", "aab")."""
    return Observed(tuple(ObservedClass(tuple(p), {a: answers.count(a) for a in answers}) for p, answers in classes))


def possible_of(compared, found, person):
    _, of_person, _ = compared.groups
    row = found[of_person[compared.people.index(person)]]
    return {answer for answer, may in zip(compared.answers, row, strict=True) if may}


def test_intersection_leaves_what_all_classes_contain():
    compared = Compared([release(("pqr", "abc")), release(("pst", "cde"))])
    found = possible_by_intersection(compared)
    assert possible_of(compared, found, "p") == {"c"}
    assert possible_of(compared, found, "q") == {"a", "b", "c"}


def test_subtraction_computes_who_left():
    compared = Compared([release(("pqrst", "aabbc")), release(("qrst", "abbc"))])
    found = possible_by_counting(compared)
    assert possible_of(compared, found, "p") == {"a"}
    assert possible_of(compared, found, "q") == {"a", "b", "c"}
    report = attack_all([release(("pqrst", "aabbc")), release(("qrst", "abbc"))], 2)
    assert (report.movers, report.movers_computed, report.below_l_by_intersection) == (1, 1, 0)


def test_subtraction_over_many_classes_is_solved_exactly():
    """No two classes differ by one person; only all sums together give p away."""
    one = release(("pqr", "abb"), ("stu", "aab"))
    two = release(("qrs", "abb"), ("tup", "aab"))
    three = release(("rst", "bab"), ("upq", "aba"))
    four = release(("pt", "ab"), ("qrsu", "babb"))
    compared = Compared([one, two, three, four])
    possible = possible_by_counting(compared)
    truth = solutions("pqrstu", "ab", [one, two, three, four])
    for person in "pqrstu":
        assert {world[person] for world in truth} <= possible_of(compared, possible, person)


def solutions(people, answers, releases):
    """Every assignment that fits all releases, by trying them all."""
    worlds = []
    for given in itertools.product(answers, repeat=len(people)):
        world = dict(zip(people, given, strict=True))
        if all(
            sorted(world[p] for p in one.people) == sorted(a for a, n in one.answers.items() for _ in range(n))
            for told in releases
            for one in told.classes
        ):
            worlds.append(world)
    return worlds


@pytest.mark.parametrize("seed", range(60))
def test_nobody_is_called_computed_who_is_not_and_few_are_missed(seed):
    """Against brute force over all worlds: what counting rules out is truly impossible."""
    dice = random.Random(seed)
    people = "pqrstuv"[: dice.randint(4, 7)]
    truth = {p: dice.choice("abc") for p in people}
    releases = []
    for _ in range(dice.randint(1, 3)):
        present = [p for p in people if dice.random() < 0.85] or list(people)
        cut = dice.randint(1, len(present))
        groups = [part for part in (present[:cut], present[cut:]) if part]
        releases.append(release(*(("".join(g), "".join(truth[p] for p in g)) for g in groups)))
    compared = Compared(releases)
    found = possible_by_counting(compared)
    worlds = solutions("".join(compared.people), "abc", releases)
    for person in compared.people:
        assert {world[person] for world in worlds} <= possible_of(compared, found, person)


def test_one_insider_reads_a_class_of_two_answers_where_theirs_is_the_odd_one():
    assert attack_all([release(("pqrs", "aaab"))], 2).computed_by_insider == 4
    assert attack_all([release(("pqrs", "aabb"))], 2).computed_by_insider == 0


def test_an_insider_over_two_releases():
    """r left and q came; both gave a: whoever is q knows what r said."""
    told = [release(("prst", "babc")), release(("pqst", "babc"))]
    truth = {"p": "b", "q": "a", "s": "b", "t": "c"}
    assert attack_all(told, 2, truth=truth, insiders=4).computed_by_insider >= 1


def test_what_is_guessed_stands_beside_the_base_rate():
    report = attack_all([release(("pqrstu", "aaaaab"), ("vwxy", "bbaa"))], 2)
    assert (report.guessed_share, report.base_rate) == (0.6, 0.7)


def test_answers_of_one_meaning_count_once_and_no_answer_not_at_all():
    told = [release(("pqr", ("a", "A", None)))]
    assert attack_all(told, 2, meaning={"a": 1, "A": 1, None: None}).below_l_by_intersection == 3
    assert attack_all(told, 1, meaning={"a": 1, "A": 1, None: None}).below_l_by_intersection == 0
