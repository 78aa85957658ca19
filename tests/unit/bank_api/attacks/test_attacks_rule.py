"""Who is read by whoever knows the rule by which seats are taken, where no count says anything."""

import random
from collections import Counter

import pytest

from bank_api.domain.attacks import Evidence, Observed, ObservedClass, attack_all, read_by_rule
from bank_api.domain.attacks.newcomer import computed_by_one_other
from bank_api.domain.attacks.observed import Compared
from bank_api.domain.attacks.rule import facts_by_rule

ANSWERS = {
    one: answer
    for answer, people in {
        "a": "gone new x1 s1 t1 t5 u1 u3",
        "b": "left came x2 s2 t2 t6 n3 n4 u2",
        "c": "GONE NEW s3 s4 t3 t4 u4 more",
    }.items()
    for one in people.split()
}
FIRST, OTHER, THIRD = "x1 x2 s1 s2 s3 s4", "t1 t2 t3 t4", "u1 u2 u3 u4"


def release(*classes):
    return Observed(
        tuple(ObservedClass(tuple(one.split()), Counter(ANSWERS[p] for p in one.split())) for one in classes)
    )


ALONE = release(f"{FIRST} gone left", f"{OTHER} GONE", f"{THIRD}")
TOGETHER = release(f"{FIRST} new left {OTHER} NEW", f"{THIRD}")
FACTS = 20
"""At least so many are found where nobody moves: the attack looks at something."""
FOUR = {"gone", "new", "GONE", "NEW"}


def by_counts(*releases):
    return computed_by_one_other(Compared(releases)).sum()


def test_containers_told_together_do_not_say_who_took_which_seat():
    assert read_by_rule([ALONE, TOGETHER], 2) == set()
    again = release(f"{FIRST} new left {OTHER} NEW {THIRD}")
    assert read_by_rule([ALONE, TOGETHER, again], 2) == set()


@pytest.mark.parametrize(
    "later",
    [
        [release("s1 s2 s3 s4 t1 t2 t3 t4 NEW")],  # they wait with those of one container
        [
            release("s1 s2 s3 s4 t1 t2 t3 t4 NEW"),
            release("s1 s2 s3 s4 t1 t2 t3 t4 NEW", "x1 x2 new came u1 u2 u3 more"),
        ],
        [release("new came x1 n3 s1 s2 s3 s4")],  # two more come into one, which is told without the other
    ],
)
@pytest.mark.parametrize("least", [2, 3])
def test_who_sits_with_whom_later_says_it_and_no_count_does(later, least):
    assert by_counts(ALONE, TOGETHER, *later) == 0
    read = read_by_rule([ALONE, TOGETHER, *later], least)
    assert read >= FOUR
    report = attack_all([ALONE, TOGETHER, *later], least, insiders=0)
    assert (report.computed_by_rule, report.computed_by_one_other) == (len(read), 0)
    assert not report.harmless


def test_the_auditor_finds_the_same():
    evidence = Evidence(2, (ALONE, TOGETHER, release("new came x1 n3 s1 s2 s3 s4")), {"a": 1, "b": 2, "c": 3})
    assert Evidence.from_json(evidence.to_json()).run_again().computed_by_rule == 4


def test_where_somebody_is_seen_to_have_moved_nothing_is_concluded():
    waiting = release("s1 s2 s3 s4 t1 t2 t3 t4 NEW", THIRD)
    moved = release("s1 s2 s3 s4 t5 t6 t3 t4 NEW", "t1 t2 u3 u4")
    assert read_by_rule([ALONE, TOGETHER, waiting], 2) == FOUR
    assert read_by_rule([ALONE, TOGETHER, moved], 2) == set()


def facts_where_nobody_moves(seed):
    dice = random.Random(seed)
    seats = [[dice.choice("abc") for _ in range(dice.randint(3, 7))] for _ in range(dice.randint(2, 8))]
    truth, sits = {}, []
    for at, answers in enumerate(seats):
        sits.append([f"{at}-{n}" for n in range(len(answers))])
        truth |= zip(sits[-1], answers, strict=True)
    releases = []
    for wave in range(4):
        for at, people in enumerate(sits):
            for seat in range(1, len(people)):  # the first is always there
                if dice.random() < 0.1:
                    people[seat] = f"{at}-{seat} in {wave}"
                    truth[people[seat]] = seats[at][seat]
        told = [people for people in sits if dice.random() < 0.8]
        dice.shuffle(told)
        parts = dice.randint(1, max(1, len(told)))
        classes = [[p for one in told[n::parts] for p in one] for n in range(parts)]
        releases.append(Observed(tuple(ObservedClass(tuple(c), Counter(truth[p] for p in c)) for c in classes if c)))
    facts, doubtful = facts_by_rule(Compared([one for one in releases if one.classes]), 2)
    assert not doubtful
    answers = [[Counter(truth[person] for person in people) for people in fact] for fact in facts]
    assert all(one == same[0] for same in answers for one in same)
    return len(facts)


def test_where_nobody_moves_what_is_held_for_the_same_is_the_same():
    assert sum(facts_where_nobody_moves(seed) for seed in range(40)) >= FACTS
