"""Releases over time: whatever comes and goes, no comparison tells more, and the seats say why."""

import json
import random
from dataclasses import replace

import pytest

from bank_api.domain.anonymize import (
    Column,
    ColumnRole,
    ReleasePolicy,
    ReleaseRefusedError,
    SchemaError,
    Why,
    anonymize,
)
from bank_api.domain.anonymize.errors import PolicyUnreachableError, SeatsFormatError
from bank_api.domain.anonymize.seats import History, insiders, invariants, new_history, release_in_series
from bank_api.domain.anonymize.suppress import TooManyLeftOutError
from bank_api.domain.attacked import observed
from bank_api.domain.attacks import attack_all

QUASI, SENSITIVE = ColumnRole.QUASI_IDENTIFIER, ColumnRole.SENSITIVE
AGE, TOWN = Column.number("age", QUASI, 18, 90), Column.category("town", QUASI, ("east", "north", "west"))
MOOD = Column.number("mood", SENSITIVE, 1, 5)
COLUMNS = [AGE, TOWN, MOOD]
POLICY = ReleasePolicy(5, l={"mood": 3}, suppression_limit=0.3, come_and_go=False)


def population(count, seed=1, weights=(5, 16, 30, 30, 19)):
    dice = random.Random(seed)
    return {
        f"person-{n}": {
            "age": dice.randint(18, 90),
            "town": dice.choice(TOWN.values),
            "mood": dice.choices(range(1, 6), weights)[0],
        }
        for n in range(count)
    }


def panels(everybody, kind, waves, seed=2):
    """Who is there each time: a share leaves and as many come, or a random 90 % of all."""
    dice, names = random.Random(seed), list(everybody)
    if kind == "random":
        return [[name for name in names if dice.random() < 0.9] for _ in range(waves)]
    size = len(names) * 2 // 3
    here, others, found = names[:size], names[size:], []
    for _ in range(waves):
        found.append(list(here))
        moved = round(size * kind)
        here = dice.sample(here, size - moved) + others[:moved]
        others = others[moved:]
    return found


def series(everybody, present, policy=POLICY, columns=COLUMNS, seed=3):
    history, made = new_history(random.Random(seed)), []
    for number, names in enumerate(present):
        rows = [everybody[name] for name in names]
        release, history = release_in_series(rows, names, columns, policy, history, random.Random(seed + number))
        made.append(release)
    return made, history


@pytest.mark.parametrize(("kind", "beside", "out"), [(0.02, 2, 0.05), (0.1, 2, 0.1), ("random", 1, 0.06)])
def test_six_releases_together_tell_nothing_more(kind, beside, out):
    everybody = population(900 if kind == "random" else 600)
    policy = replace(POLICY, beside=beside, suppression_limit=0.4)
    made, history = series(everybody, panels(everybody, kind, 6), policy)
    for release in made:
        assert release.k >= 5
        assert release.measured.l["mood"] >= 3
    report = attack_all(observed(history, "mood"), 3, insiders=0)
    assert (report.releases, report.below_l_by_intersection, report.below_l_by_counting) == (6, 0, 0)
    assert report.movers > 40
    assert report.movers_computed == 0
    assert (report.computed_by_one_other == 0) == (beside == 2)
    rows = sum(release.rows + release.suppressed for release in made)
    assert sum(release.suppressed for release in made) <= out * rows
    for seats in history.seats:
        invariants.check(seats.warrants.books, seats.warrants.of)
        if beside > 1:
            insiders.check(seats.proofs.pasts, seats.proofs.of, history.told_of(seats))


def test_releases_made_one_by_one_do_tell_more():
    """The attack works: the same six panels without seats give people away."""
    everybody, told = population(900), []
    history = new_history(random.Random(1))
    for names in panels(everybody, 0.02, 6):
        fresh = new_history(random.Random(1))
        fresh.key = history.key
        rows = [everybody[name] for name in names]
        _, fresh = release_in_series(rows, names, COLUMNS, POLICY, fresh, random.Random(1))
        told += observed(fresh, "mood")
    report = attack_all(told, 3, insiders=0)
    assert report.movers_computed > 0
    assert report.below_l_by_counting > 0


@pytest.mark.parametrize("seed", range(12))
def test_any_small_series_is_harmless_or_refused(seed):
    """Few people, few answers, much coming and going, answers changed: the hard corner."""
    dice = random.Random(seed)
    everybody = population(dice.randint(20, 70), seed, weights=(1, 2, 4, 2, 1))
    least = dice.choice((2, 3))
    policy = ReleasePolicy(dice.choice((2, 3, 5)), l={"mood": least}, suppression_limit=0.9, come_and_go=False)
    history = new_history(dice)
    for _ in range(5):
        names = [name for name in everybody if dice.random() < 0.8]
        for name in dice.sample(names, 2):
            everybody[name]["mood"] = dice.randint(1, 5)
        rows = [dict(everybody[name]) for name in names]
        try:
            _, history = release_in_series(rows, names, COLUMNS, policy, history, dice)
        except (PolicyUnreachableError, ReleaseRefusedError):
            continue
        report = attack_all(observed(history, "mood"), least, insiders=0)
        assert (report.below_l_by_intersection, report.below_l_by_counting, report.movers_computed) == (0, 0, 0)


def test_two_sensitive_answers_keep_l_each_and_together():
    dice, everybody = random.Random(5), population(600)
    for row in everybody.values():
        row["vote"] = dice.choice(("A", "B", "C"))
    columns = [*COLUMNS, Column.category("vote", SENSITIVE, ("A", "B", "C"))]
    policy = ReleasePolicy(5, l={"mood": 3, "vote": 2}, suppression_limit=0.5, come_and_go=False)
    _, history = series(everybody, panels(everybody, 0.05, 3), policy, columns)
    for name, least in (("mood", 3), ("vote", 2)):
        report = attack_all(observed(history, name), least, insiders=0)
        assert (report.below_l_by_intersection, report.below_l_by_counting) == (0, 0)


def test_a_history_is_written_and_read_as_it_was():
    everybody = population(200)
    _, history = series(everybody, panels(everybody, "random", 3))
    again = History.from_json(history.to_json())
    assert again.to_json() == history.to_json()
    assert "person-" not in history.to_json()


@pytest.mark.parametrize("spoil", [lambda t: t[:-2], lambda t: t.replace("azukari-seats-3", "other"), lambda t: "[]"])
def test_a_damaged_history_makes_no_release(spoil):
    history = new_history(random.Random(1))
    with pytest.raises(SeatsFormatError):
        History.from_json(spoil(history.to_json()))


def test_a_history_of_another_form_is_refused_by_the_names_of_those_that_can_be_read():
    text = new_history(random.Random(1)).to_json()
    with pytest.raises(SeatsFormatError, match="only azukari-seats-3, azukari-seats-4 can be read"):
        History.from_json(text.replace("azukari-seats-3", "azukari-seats-2"))


@pytest.mark.parametrize("column", ["container", "token"])
def test_a_number_out_of_bounds_fills_no_memory(column):
    everybody = population(60)
    _, history = series(everybody, [list(everybody)])
    content = json.loads(history.to_json())
    content["seats"][0][column][0] = 10**10
    with pytest.raises(SeatsFormatError):
        History.from_json(json.dumps(content))


SPOILED = {
    "a person's seat": lambda seats: next(iter(seats["people"].values())).append(10**30),
    "no seat": lambda seats: seats["people"].update({next(iter(seats["people"])): []}),
    "an answer": lambda seats: seats["answer"].__setitem__(0, 99),
    "a meaning": lambda seats: seats["meaning_of"].__setitem__(0, [0, 0]),
    "a past": lambda seats: seats["past"][0].__setitem__(2, [3, 1]),
    "a name in it": lambda seats: seats["past"][0].__setitem__(0, [1]),
    "a name twice": lambda seats: seats["past"].append(seats["past"][0]),
    "a swap": lambda seats: seats["proofs"][0][2][0][1][0].__setitem__(1, [1]),
    "who stood in a circle": lambda seats: seats["circles"]["last"][0][1].append(10**10),
    "a circle": lambda seats: seats["circles"]["joined"].__setitem__(0, 10**10),
    "what is left beside an insider": lambda seats: seats.update(beside=[10**10]),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED.keys())
def test_what_points_nowhere_is_no_history(spoil):
    everybody = population(200)
    names = list(everybody)
    _, history = series(everybody, [names[:190], names[8:]])
    content = json.loads(history.to_json())
    assert History.from_json(json.dumps(content)).to_json() == history.to_json()
    spoil(content["seats"][0])
    with pytest.raises(SeatsFormatError):
        History.from_json(json.dumps(content))


def test_a_history_whose_seats_were_moved_is_refused():
    everybody = population(200)
    names = list(everybody)
    _, history = series(everybody, [names])
    content = json.loads(history.to_json())
    content["seats"][0]["answer"][0] = (content["seats"][0]["answer"][0] + 1) % 3
    tampered = History.from_json(json.dumps(content))
    first = next(iter(tampered.seats[0].warrants.books.seats_of_person))
    tampered.seats[0].warrants.books.seats_of_person[first] = [0, 1]
    with pytest.raises(ReleaseRefusedError) as refused:
        release_in_series([everybody[n] for n in names], names, COLUMNS, POLICY, tampered, random.Random(1))
    assert refused.value.rule == "seats"


def test_a_false_warrant_is_no_warrant():
    everybody = population(400)
    _, history = series(everybody, panels(everybody, "random", 4), replace(POLICY, beside=1))
    books, of = history.seats[0].warrants.books, history.seats[0].warrants.of
    assert of
    for subject, exchanges in list(of.items())[:40]:
        assert invariants.holds(books, subject, exchanges)
        first = exchanges[0]
        for false in (
            replace(first, answer=first.own),
            replace(first, other_free=(*first.other_free, (0, 99))),
            replace(first, own_free=(), own_tokens=()),
        ):
            assert not invariants.holds(books, subject, (false, *exchanges[1:]))
        assert not invariants.holds(books, subject, ())


def test_nothing_changes_when_a_release_is_refused():
    everybody = population(120)
    names = list(everybody)
    _, history = series(everybody, [names])
    before = history.to_json()
    strict = replace(POLICY, suppression_limit=0.0)
    few = names[:40]
    with pytest.raises((ReleaseRefusedError, PolicyUnreachableError)) as refused:
        release_in_series([everybody[n] for n in few], few, COLUMNS, strict, history, random.Random(1))
    assert refused.value.reached != refused.value.required
    assert history.to_json() == before


def test_a_refusal_says_who_would_be_left_out_and_why():
    everybody = population(300)
    names = list(everybody)
    _, history = series(everybody, [names])
    strict, later = replace(POLICY, suppression_limit=0.0), names[20:]
    with pytest.raises(TooManyLeftOutError) as refused:
        release_in_series([everybody[n] for n in later], later, COLUMNS, strict, history, random.Random(1))
    left_out = [row for one in refused.value.left_out for row in one.rows]
    assert len(left_out) == len(set(left_out)) == refused.value.reached > 0
    assert {one.why for one in refused.value.left_out} <= {Why.INCOMPLETE, Why.UNCOVERED, Why.UNSEATED}


def test_who_was_forgotten_leaves_no_name_and_comes_into_no_later_release():
    everybody = population(300)
    names = list(everybody)
    _, history = series(everybody, [names, names[10:], names])
    gone, digest = names[12], history.person(names[12])
    before = attack_all(observed(history, "mood"), 3, insiders=0)
    assert digest in history.to_json()
    assert history.forget(gone, random.Random(1))
    content = json.loads(history.to_json())
    assert content.pop("forgotten") == [digest]
    assert digest not in json.dumps(content)
    again = History.from_json(history.to_json())
    assert again.to_json() == history.to_json()
    for seats in again.seats:
        invariants.check(seats.warrants.books, seats.warrants.of)
    assert attack_all(observed(again, "mood"), 3, insiders=0) == before
    release, after = release_in_series([everybody[n] for n in names], names, COLUMNS, POLICY, again, random.Random(1))
    assert [one.rows for one in release.suppressions if one.why is Why.FORGOTTEN] == [(12,)]
    assert digest not in {person for one in after.releases[-1].classes for person in one.people}
    told = attack_all(observed(after, "mood"), 3, insiders=0)
    assert (told.below_l_by_counting, told.movers_computed) == (0, 0)


def test_forgetting_somebody_twice_or_a_stranger_changes_nothing():
    everybody = population(200)
    _, history = series(everybody, [list(everybody)])
    before = history.to_json()
    assert not history.forget("a stranger", random.Random(1))
    assert history.to_json() == before
    assert history.forget("person-3", random.Random(1))
    once = history.to_json()
    assert not history.forget("person-3", random.Random(2))
    assert history.to_json() == once


def test_who_changed_an_answer_is_forgotten_under_every_name():
    everybody = population(300)
    names = list(everybody)
    _, history = series(everybody, [names])
    everybody["person-5"] = everybody["person-5"] | {"mood": 1 + everybody["person-5"]["mood"] % 5}
    rows = [everybody[name] for name in names]
    _, history = release_in_series(rows, names, COLUMNS, POLICY, history, random.Random(1))
    digest = history.person("person-5")
    history.forget("person-5", random.Random(2))
    content = json.loads(history.to_json())
    assert content.pop("forgotten") == [digest]
    assert digest not in json.dumps(content)


def test_who_withdrew_is_in_no_later_release():
    everybody = population(300)
    names = list(everybody)
    _, history = series(everybody, [names, names[20:]])
    gone = {history.person(name) for name in names[:20]}
    later = {person for one in history.releases[1].classes for person in one.people}
    assert not gone & later


@pytest.mark.parametrize(
    ("policy", "error"),
    [
        (ReleasePolicy(5), SchemaError),
        (ReleasePolicy(5, l={"mood": 5}, suppression_limit=0.3, come_and_go=False), ReleaseRefusedError),
    ],
)
def test_a_series_keeps_the_l_it_began_with(policy, error):
    everybody = population(200)
    names = list(everybody)
    _, history = series(everybody, [names])
    with pytest.raises(error):
        release_in_series([everybody[n] for n in names], names, COLUMNS, policy, history, random.Random(1))


def test_overlapping_sensitive_columns_are_refused():
    everybody = population(200)
    for row in everybody.values():
        row["vote"] = "ABC"[row["age"] % 3]
    names, vote = list(everybody), Column.category("vote", SENSITIVE, ("A", "B", "C"))
    mood_rows = [{k: v for k, v in everybody[n].items() if k != "vote"} for n in names]
    _, history = release_in_series(mood_rows, names, COLUMNS, POLICY, new_history(random.Random(1)), random.Random(1))
    both = ReleasePolicy(5, l={"mood": 3, "vote": 2}, suppression_limit=0.5, come_and_go=False)
    with pytest.raises(ReleaseRefusedError, match="mood was released together"):
        release_in_series([everybody[n] for n in names], names, [*COLUMNS, vote], both, history, random.Random(1))


def test_a_person_twice_is_refused():
    everybody = population(30)
    names = [*list(everybody)[:29], "person-0"]
    with pytest.raises(SchemaError, match="pseudonym"):
        release_in_series([everybody[n] for n in names], names, COLUMNS, POLICY, new_history(random.Random(1)),
                          random.Random(1))  # fmt: skip


def test_the_first_release_loses_little_more_than_one_alone():
    everybody = population(900)
    made, _ = series(everybody, panels(everybody, 0.02, 4))
    alone = anonymize(list(everybody.values()), COLUMNS, POLICY, random.Random(1))
    assert made[0].loss < 1.3 * alone.loss + 0.01
    assert made[-1].loss < 5 * alone.loss + 0.05
