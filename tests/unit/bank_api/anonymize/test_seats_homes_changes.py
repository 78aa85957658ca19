"""What follows from changed answers, and that whoever waits for it does not say for certain why."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from bank_api.domain.anonymize import Column, ColumnRole, ReleasePolicy
from bank_api.domain.anonymize.seats import new_history, release_in_series
from bank_api.domain.anonymize.seats.homes import arrivals
from bank_api.domain.anonymize.suppress import Why
from bank_api.domain.attacked import release_unread

PLACE = Column.number("place", ColumnRole.QUASI_IDENTIFIER, 0, 99)


def column(answers):
    return Column.number("mood", ColumnRole.SENSITIVE, 0, answers - 1)


@pytest.mark.parametrize(("count", "in_homes"), [(120, True), (400, True), (120, False)])
def test_of_two_answers_nobody_who_changed_is_told_again_for_all_would_know_what_they_said_before(count, in_homes):
    """A batch of them would tell what they answered in all in their home before, which is a sum that nobody judges."""
    policy = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.9, come_and_go=in_homes)
    for seed in range(8 if in_homes else 3):
        dice = random.Random(seed)
        everybody = {
            f"p{n}": {"place": dice.randint(0, 99), "mood": dice.choices((0, 1), (6, 4))[0]} for n in range(count)
        }
        history, changed = new_history(dice), set()
        for _ in range(3):
            rows = list(everybody.values())
            told, history, _ = release_unread(rows, list(everybody), [PLACE, column(2)], policy, history, dice)
            out = {list(everybody)[row] for one in told.suppressions for row in one.rows}
            assert changed <= out
            for name in sorted(everybody):
                if dice.random() < 0.08:
                    changed.add(name)
                    everybody[name] = everybody[name] | {"mood": 1 - everybody[name]["mood"]}
        assert len(changed) > 10
        assert all("~" not in name for one in history.releases[-1].classes for name in one.people)


@pytest.mark.parametrize("answers", [3, 5])
def test_of_more_answers_they_are(answers):
    dice = random.Random(2)
    policy = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.5)
    columns = [PLACE, column(answers)]
    everybody = {f"p{n}": {"place": n % 100, "mood": n % answers} for n in range(120)}
    _, history, _ = release_unread(list(everybody.values()), list(everybody), columns, policy, new_history(dice), dice)
    for number in range(20):
        everybody[f"p{number}"] = {"place": number, "mood": (number + 1) % answers}
    told = 0
    for _ in range(3):
        rows = list(everybody.values())
        made, history, _ = release_unread(rows, list(everybody), columns, policy, history, dice)
        told = sum("~" in name for one in history.releases[-1].classes for name in one.people)
    assert told == 20
    assert made.suppressed < 20


@pytest.mark.parametrize("mixed", [True, False])
def test_that_those_who_changed_wait_does_not_say_for_certain_that_they_had_to(mixed):
    """Eight who changed in the only home, and eight newcomers who are mixed: each group may wait by lot alone."""
    columns, policy = [PLACE, column(3)], ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.5)
    dice = random.Random(1)
    everybody = {f"p{n}": {"place": n, "mood": n % 3} for n in range(90)}
    _, history = release_in_series(list(everybody.values()), list(everybody), columns, policy, new_history(dice), dice)
    for number in range(8):
        one = f"p{3 * number + (0 if mixed and number % 2 else 1)}"
        everybody[one] = everybody[one] | {"mood": 2}
    if mixed:
        for number in range(4):
            one = f"p{3 * number + 32}"
            everybody[one] = everybody[one] | {"mood": 0}
    everybody |= {f"n{n}": {"place": 40 + n, "mood": n % 3} for n in range(8)}
    seen = Counter()
    for seed in range(150):
        after = release_in_series(
            list(everybody.values()), list(everybody), columns, policy, history, random.Random(seed)
        )[1]
        told = {name for one in after.releases[-1].classes for name in one.people}
        changed, new = any("~" in name for name in told), after.person("n1") in told
        seen[changed, new] += 1
    assert seen[False, True] > 0  # those who changed wait, newcomers do not
    assert (seen[True, True] > 0) is mixed


def test_groups_of_a_home_that_bars_nobody_new_are_not_formed_twice(monkeypatch):
    """Of forty homes, all but two bar the same people: nobody."""
    calls = []
    monkeypatch.setattr(arrivals.Arrivals, "_diverse", lambda _, rows: calls.append(tuple(rows.tolist())) or [])
    monkeypatch.setattr(arrivals.Arrivals, "_former_homes", lambda _, rows: {row % 2 for row in rows if row < 4})
    boxes = arrivals._Boxes.of(arrivals.np.zeros((40, 1)), {home: [home] for home in range(40)})
    some = arrivals.Arrivals(None, replace_homes(40), [], [], None, random.Random(1), None)
    assert list(some._where_they_may(range(6), boxes)) == []
    assert calls == [(0, 1, 2, 3, 4, 5), (1, 3, 4, 5), (0, 2, 4, 5), ()]


def replace_homes(count):
    return replace(arrivals.Homes(), of=list(range(count)))


def test_who_waits_is_told_why():
    dice = random.Random(3)
    policy = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.5)
    everybody = {f"p{n}": {"place": n, "mood": n % 2} for n in range(60)}
    columns = [PLACE, column(2)]
    _, history = release_in_series(list(everybody.values()), list(everybody), columns, policy, new_history(dice), dice)
    everybody["p7"] = {"place": 7, "mood": 0}
    told, _ = release_in_series(list(everybody.values()), list(everybody), columns, policy, history, dice)
    assert (Why.CHANGED, (7,)) in [(one.why, one.rows) for one in told.suppressions]
