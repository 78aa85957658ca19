"""Evidence: written and read it gives the same report again, and a changed figure is named."""

import json
import random
from dataclasses import replace

import pytest

from bank_api.domain.anonymize import Column, ColumnRole, ReleasePolicy
from bank_api.domain.anonymize.seats import new_history, release_in_series
from bank_api.domain.attacked import attack_series
from bank_api.domain.attacks import Evidence, differing, report_hash, report_text

QUASI, SENSITIVE = ColumnRole.QUASI_IDENTIFIER, ColumnRole.SENSITIVE
COLUMNS = [
    Column.number("age", QUASI, 18, 90),
    Column.category("vote", SENSITIVE, ("A", "B", "C")),
    Column.multi("ills", SENSITIVE, ("x", "y")),
]


@pytest.fixture(scope="module")
def attacked():
    dice, history = random.Random(1), None
    everybody = [
        {"age": dice.randint(18, 90), "vote": dice.choice(("A", "B", "C", None)), "ills": dice.choice(("", "x", "y"))}
        for _ in range(300)
    ]
    policy = ReleasePolicy(5, l={"vote": 2, "ills": 2}, suppression_limit=0.6)
    history = new_history(dice)
    for first in (0, 15, 30):
        names = [str(n) for n in range(first, first + 250)]
        rows = [everybody[int(name)] for name in names]
        release, history = release_in_series(rows, names, COLUMNS, policy, history, dice)
        found = attack_series(history, COLUMNS, rows, names, policy)
    return release, found


def test_what_was_written_is_attacked_with_the_same_figures(attacked):
    _, found = attacked
    again = {
        name: Evidence.from_json(json.loads(json.dumps(one.to_json()))).run_again()
        for name, one in found.evidence.items()
    }
    assert set(again) == {"vote", "ills"}
    assert again["vote"].releases == 3
    assert differing(json.loads(found.text), again) == []


def test_people_are_numbers_without_meaning(attacked):
    _, found = attacked
    people = [p for release in found.evidence["vote"].to_json()["releases"] for one in release for p in one["people"]]
    assert set(map(type, people)) == {int}
    assert set(people) == set(range(len(set(people))))


@pytest.mark.parametrize(("figure", "change"), [("people", 1), ("guessed_share", -0.1), ("movers", -1)])
def test_a_report_that_says_something_else_is_found_out(attacked, figure, change):
    _, found = attacked
    claimed = json.loads(found.text)
    claimed["vote"][figure] += change
    again = {name: one.run_again() for name, one in found.evidence.items()}
    assert differing(claimed, again) == [f"vote.{figure}"]
    del claimed["ills"]
    assert differing(claimed, again) == ["ills", f"vote.{figure}"]


def test_insiders_found_by_chance_may_be_more_and_never_fewer(attacked):
    _, found = attacked
    claimed = json.loads(found.text)
    again = {name: one.run_again() for name, one in found.evidence.items()}
    claimed["vote"]["computed_by_insider"] += 3
    assert differing(claimed, again) == []
    claimed["vote"]["computed_by_insider"] = again["vote"].computed_by_insider - 1
    assert differing(claimed, again) == ["vote.computed_by_insider"]


def test_a_report_of_before_lacks_a_figure_and_says_that_nobody_was_found(attacked):
    _, found = attacked
    claimed = json.loads(found.text)
    again = {name: one.run_again() for name, one in found.evidence.items()}
    del claimed["vote"]["computed_by_one_other"]
    assert differing(claimed, again) == []
    again["vote"] = replace(again["vote"], computed_by_one_other=2)
    assert differing(claimed, again) == ["vote.computed_by_one_other"]
    del claimed["vote"]["movers"]
    assert differing(claimed, again) == ["vote"]


def test_the_release_commits_to_the_report(attacked):
    release, found = attacked
    committed = release.attacked(found.hash)
    assert found.hash == report_hash(report_text(found.reports))
    assert json.loads(committed.method.description)["attacks"] == found.hash
    assert committed.document.method_hash == committed.method.hash != release.method.hash
    assert committed.method.salt == release.method.salt
    assert committed.document.table is release.document.table


@pytest.mark.parametrize("more", [{"people": [], "answers": []}, {"people": [0], "answers": [["a", 1]]}])
def test_evidence_with_a_class_of_nobody_or_somebody_twice_is_none(more):
    told = [[{"people": [0, 1], "answers": [["a", 1], ["b", 1]]}]]
    written = {"least": 2, "releases": told, "meaning": [["a", "a"], ["b", "b"]], "parts": None}
    assert Evidence.from_json(written).run_again().computed_by_one_other == 2
    told[0].insert(0, more)
    with pytest.raises(ValueError):
        Evidence.from_json(written)
