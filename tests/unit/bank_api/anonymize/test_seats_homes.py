"""Homes in place of seats, for people who come and go: nobody is read, few are left out, and the judge is asked."""

import json
import random
from collections import Counter
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from bank_api.domain.anonymize import Column, ColumnRole, ReleasePolicy, ReleaseRefusedError
from bank_api.domain.anonymize.document import ReleaseDocument
from bank_api.domain.anonymize.errors import PolicyUnreachableError, ReleaseFormatError, SchemaError, SeatsFormatError
from bank_api.domain.anonymize.seats import History, ToldClass, new_history, release_in_series
from bank_api.domain.anonymize.seats.homes import arrivals
from bank_api.domain.anonymize.seats.homes.companions import Companions
from bank_api.domain.anonymize.suppress import Why
from bank_api.domain.attacked import attack_series, evidence_of, observed, release_unread
from bank_api.domain.attacks import Evidence, Observed, ObservedClass, attack_all, differing
from tests.unit.bank_api.anonymize.small_series import worlds

COLUMNS = [
    Column.number("place", ColumnRole.QUASI_IDENTIFIER, 0, 99),
    Column.number("mood", ColumnRole.SENSITIVE, 1, 3),
]
POLICY = ReleasePolicy(5, l={"mood": 3}, suppression_limit=0.3, come_and_go=True)


def population(count, dice):
    return {
        f"p{n}": {"place": dice.randint(0, 99), "mood": dice.choices((1, 2, 3), (5, 3, 2))[0]} for n in range(count)
    }


def release(everybody, names, history, dice, policy=POLICY):
    return release_unread([everybody[name] for name in names], names, COLUMNS, policy, history, dice)[:2]


def nine_tenths(everybody, dice):
    return [name for name in everybody if dice.random() < 0.9]


def homes_of(patch, rows, rare, founding_rows, founding_rare):
    """Smaller homes than the bank's, so that few people have several."""
    patch.setattr(arrivals, "HOME_ROWS", rows)
    patch.setattr(arrivals, "RARE_ROWS", rare)
    patch.setattr(arrivals, "FOUNDING_ROWS", founding_rows)
    patch.setattr(arrivals, "RARE_ROWS_OF_FOUNDING", founding_rare)


@pytest.fixture(scope="module")
def attacked():
    with pytest.MonkeyPatch.context() as patch:
        homes_of(patch, 80, 12, 40, 6)
        return five_releases()


def five_releases():
    """Five releases, each of another nine tenths; 2 % change their answer before each."""
    dice = random.Random(3)
    everybody, history, out, reports = population(420, dice), new_history(dice), [], []
    for _ in range(5):
        names = nine_tenths(everybody, dice)
        rows = [everybody[name] for name in names]
        told, history, found = release_unread(rows, names, COLUMNS, POLICY, history, dice)
        out.append(told.suppressed / len(names))
        reports.append(json.loads(found.text))
        for name in dice.sample(list(everybody), 6):
            everybody[name] = everybody[name] | {"mood": dice.randint(1, 3)}
    return everybody, history, out, reports


@pytest.fixture(scope="module")
def made(attacked):
    return attacked[:3]


def test_of_another_nine_tenths_each_time_few_are_left_out_and_nobody_is_read(made):
    _, history, out = made
    assert sum(out) / len(out) < 0.06
    report = attack_all(observed(history, "mood"), 3, insiders=0)
    assert report.movers > 100
    assert (report.below_l_by_counting, report.movers_computed) == (0, 0)
    assert (report.computed_by_one_other, report.computed_by_rule) == (0, 0)
    assert evidence_of(history, COLUMNS[1], 3).newly_read_by_rule() == set()


def test_who_is_read_once_it_is_known_what_each_batch_answered_is_found(made):
    """One of each home is missing from the latest release, and nobody beside them."""
    _, history, _ = made
    history, pasts = history.copied(), history.seats[0].proofs.pasts
    told = [list(one.people) for one in history.releases[0].classes]
    answers = history.seats[0].answers
    classes = tuple(
        ToldClass(tuple(one[1:]), tuple(Counter(answers[pasts.answer[pasts.number[p]]] for p in one[1:]).items()))
        for one in told
    )
    history.releases.append(replace(history.releases[0], classes=classes))
    assert len(evidence_of(history, COLUMNS[1], 3).newly_read_by_rule()) >= len(told)


def test_who_falls_below_l_once_it_is_known_what_each_batch_answered_is_found(made):
    """A batch is told again without all who gave one of its answers: what is missing of its answers is theirs.

    It was told in a class with others, as where a policy asks more of a class than a batch keeps."""
    _, history, _ = made
    history, pasts = history.copied(), history.seats[0].proofs.pasts
    history.releases = [replace(one, classes=(as_one(one.classes),)) for one in history.releases]
    known = evidence_of(history, COLUMNS[1], 3).batches.classes
    answers = history.seats[0].answers

    def gave(name):
        return answers[pasts.answer[pasts.number[name]]]

    batch = min(known, key=lambda one: len(one.people)).people
    missing = [name for name in batch if gave(name) == gave(batch[0])]
    rest = tuple(name for name in batch if name not in missing)
    told = ToldClass(rest, tuple(Counter(map(gave, rest)).items()))
    history.releases.append(replace(history.releases[-1], classes=(told,)))
    again = Evidence.from_json(json.loads(json.dumps(evidence_of(history, COLUMNS[1], 3).to_json()))).run_again()
    assert again.below_l_by_batches >= again.below_l_by_counting + len(missing)
    with pytest.raises(ReleaseRefusedError, match="could be read"):
        attack_series(history, COLUMNS, [], [], POLICY)


def as_one(classes):
    answers = sum((Counter(dict(one.answers)) for one in classes), Counter())
    return ToldClass(tuple(sorted(name for one in classes for name in one.people)), tuple(answers.items()))


def test_whoever_audits_finds_of_each_release_what_was_found_when_it_was_made(attacked):
    """By the batches of then, though later ones joined and somebody was forgotten; what was changed is found."""
    _, history, _, reports = attacked
    history = history.copied()
    history.forget("p1", random.Random(1))
    for number, report in enumerate(reports, 1):
        written = evidence_of(history, COLUMNS[1], 3, number).to_json()
        again = Evidence.from_json(json.loads(json.dumps(written))).run_again()
        assert differing(report, {"mood": again}) == []
        assert again.rule_facts == len(written["batches"]) > 3
        assert again.below_l_by_batches == 0
    assert len({report["mood"]["batches"] for report in reports}) > 3

    def changed(batch):
        copy = json.loads(json.dumps(written))
        answers = copy["batches"][written["batches"].index(batch)]["answers"]
        answers[0][1], answers[1][1] = answers[0][1] - 1, answers[1][1] + 1
        return Evidence.from_json(copy)

    founded, joined = max(written["batches"], key=_size), min(written["batches"], key=_size)
    for batch in (founded, joined):
        with pytest.raises(ValueError):  # more of an answer than the class told
            changed(batch)
    cut = json.loads(json.dumps(written))
    cut["batches"].remove(joined)
    for answer, count in joined["answers"]:
        own = [joined["people"].pop() for _ in range(count)]
        cut["batches"].append({"people": own, "answers": [[answer, count]]})
    assert "mood.batches" in differing(reports[-1], {"mood": Evidence.from_json(cut).run_again()})
    del written["batches"]
    assert differing(reports[-1], {"mood": Evidence.from_json(written).run_again()}) == ["mood"]


def _size(batch):
    return len(batch["people"])


def test_a_series_of_seats_goes_on_with_them_and_is_told_as_before(made):
    everybody = made[0]
    names, dice = sorted(everybody)[:60], random.Random(2)
    policy = replace(POLICY, come_and_go=False)
    told, history = release(everybody, names, new_history(dice), dice, policy)
    assert (told.document.come_and_go, "come_and_go" in told.to_json()) == (False, False)
    assert "batches" not in evidence_of(history, COLUMNS[1], 3).to_json()
    with pytest.raises(SchemaError, match="began with seats"):
        release(everybody, names, history, dice)
    with pytest.raises(SchemaError, match="began with homes"):
        release(everybody, names, made[1], dice, replace(POLICY, come_and_go=False))


def test_what_a_release_in_homes_says_is_read_back(made):
    everybody, history, _ = made
    told, _ = release(everybody, sorted(everybody), history, random.Random(4), replace(POLICY, come_and_go=None))
    document = ReleaseDocument.from_json(told.to_json())
    assert (document.come_and_go, document.to_json()) == (True, told.to_json())
    for other in (told.to_json().replace("release-3", "release-2"), told.to_json().replace('"come_and_go":true,', "")):
        with pytest.raises(ReleaseFormatError):
            ReleaseDocument.from_json(other)
    with pytest.raises(ReleaseFormatError):
        ReleaseDocument.from_json(told.to_json().replace('"come_and_go":true', '"come_and_go":false'))
    assert json.loads(told.method.description)["policy"]["come_and_go"] is True


def test_a_home_is_for_good_and_who_changed_an_answer_is_in_another(made):
    _, history, _ = made
    homes, pasts = history.seats[0].homes, history.seats[0].proofs.pasts
    of_home = Counter(homes.of)
    assert len(of_home) > 3
    assert min(of_home.values()) >= 80
    first = [{homes.home(pasts.number[name]) for name in one.people} for one in history.releases[0].classes]
    assert all(len(one) == 1 for one in first)  # founded in batches, each told by itself
    assert len(first) > len(set().union(*first))
    changed = [numbers for numbers in pasts.names_of.values() if len(numbers) > 1]
    assert changed
    assert all(len({homes.home(one) for one in numbers}) == len(numbers) for numbers in changed)
    seen = set()

    def new(name):
        return name not in seen

    for told in history.releases:
        stood = [{homes.home(pasts.number[name]) for name in one.people if not new(name)} for one in told.classes]
        assert sum(map(len, stood)) == len(set().union(*stood))  # no home is told in two classes
        joined = [[new(name) for name in one.people] for one in told.classes]
        assert all(len(set(one)) == 1 for one in joined)  # and who joins one now in none of these
        seen |= {name for one in told.classes for name in one.people}


def test_a_series_goes_on_from_what_was_kept_and_keeps_what_it_began_with(made):
    everybody, history, _ = made
    text = history.to_json()
    again = History.from_json(text)
    assert again.to_json() == text
    names = nine_tenths(everybody, random.Random(5))
    policy = ReleasePolicy(5, l={"mood": 3}, suppression_limit=0.3)  # not said again
    told = [release(everybody, names, one, random.Random(6), policy) for one in (history, again)]
    assert told[0][1].to_json() == told[1][1].to_json()
    assert told[0][1].seats[0].homes is not None
    assert told[0][0].suppressed < 0.15 * len(names)
    assert history.to_json() == text


def test_whoever_is_forgotten_is_in_no_later_release_and_the_rest_is_told(made):
    everybody, history, _ = made
    history = history.copied()
    gone = history.person("p1")
    assert history.forget("p1", random.Random(1))
    names = sorted({*nine_tenths(everybody, random.Random(8)), "p1"})
    told, after = release(everybody, names, history, random.Random(9))
    assert told.rows > 200
    assert gone not in after.to_json().replace(f'"forgotten":["{gone}"]', "")
    assert all(gone not in one.people for one in after.releases[-1].classes)


def test_without_who_is_left_out_beside_the_missing_the_judge_refuses(made, monkeypatch):
    everybody, history, _ = made
    names = nine_tenths(everybody, random.Random(5))
    monkeypatch.setattr(Companions, "drawn", lambda *_: set())
    with pytest.raises(ReleaseRefusedError) as refused:
        release_in_series([everybody[name] for name in names], names, COLUMNS, POLICY, history, random.Random(6))
    assert refused.value.rule == "insiders"


def test_who_is_held_back_waits_with_their_home_and_no_other(made):
    everybody, history, _ = made
    names = nine_tenths(everybody, random.Random(5))
    homes, pasts = history.seats[0].homes, history.seats[0].proofs.pasts
    row = next(row for row, name in enumerate(names) if history.person(name) in pasts.number)
    held = history.person(names[row])
    rows = [everybody[name] for name in names]
    policy = replace(POLICY, suppression_limit=0.6)
    _, after = release_in_series(rows, names, COLUMNS, policy, history, random.Random(6), held={held})
    told = {person for one in after.releases[-1].classes for person in one.people}
    own = homes.home(pasts.number[held])
    assert {homes.home(pasts.number[one]) for one in told if one in pasts.number} == set(range(homes.count)) - {own}


OF_THREE_ANSWERS = (0, 13, 21, 34)
"""Chances by which somebody rests on a swap of three answers."""


@pytest.mark.parametrize("seed", sorted({*range(8), 9, 10, *OF_THREE_ANSWERS}))
def test_in_all_worlds_that_fit_two_answers_are_left_whoever_tells_theirs(seed, monkeypatch):
    of_three = two_answers_are_left_in_all_worlds(seed, monkeypatch, changing=0)
    assert of_three or seed not in OF_THREE_ANSWERS


OF_WHOM_HOMES_ARE_BARRED = (3, 5, 14, 15, 19)
"""Chances by which people who changed an answer join the one home that they may, or found a new one."""


@pytest.mark.parametrize("seed", sorted({*range(6), *OF_WHOM_HOMES_ARE_BARRED}))
def test_so_they_are_where_many_change_their_answers_and_homes_are_few(seed, monkeypatch):
    placed, by_home = list[int](), arrivals.Arrivals._where_they_may

    def where_they_may(*given):
        for home, group in by_home(*given):
            placed.append(len(group))
            yield home, group

    monkeypatch.setattr(arrivals.Arrivals, "_where_they_may", where_they_may)
    two_answers_are_left_in_all_worlds(seed, monkeypatch, changing=3)
    assert placed or seed not in OF_WHOM_HOMES_ARE_BARRED


def two_answers_are_left_in_all_worlds(seed, monkeypatch, changing):
    """Every world is tried; what each batch of those who joined together answered in all is known, too."""
    monkeypatch.setattr(arrivals, "HOME_ROWS", 6 if changing else 7)
    monkeypatch.setattr(arrivals, "BATCH_ROWS", 3)
    dice = random.Random(seed)
    everybody, history = population(12 if changing else 14, dice), new_history(dice)
    least = 2 if changing else dice.choice((2, 3))
    policy = ReleasePolicy(3, l={"mood": least}, suppression_limit=0.95 if changing else 0.9, come_and_go=True)
    for share in (0.7, 0.9, 0.9, 0.9):
        names = [name for name in everybody if dice.random() < share]
        with suppress(PolicyUnreachableError, ReleaseRefusedError):
            _, history = release(everybody, names, history, dice, policy)
        for name in dice.sample(sorted(names), changing):
            everybody[name] = everybody[name] | {"mood": 1 + everybody[name]["mood"] % 3}
    assert history.releases
    seats = history.seats[0]
    pasts = seats.proofs.pasts
    known = {name: seats.answers[given][0] for name, given in zip(pasts.names, pasts.answer, strict=True)}
    sat = [
        [name for name, past in zip(pasts.names, pasts.past, strict=True) if at in past] for at in range(pasts.sittings)
    ]
    sums = Observed(tuple(ObservedClass(tuple(people), Counter(known[one] for one in people)) for people in sat))
    found = worlds([*observed(history, "mood"), sums])
    people = sorted(found[0])
    fitting, true = np.array([[one[name] for name in people] for one in found]), np.array([known[p] for p in people])
    assert (fitting == true).all(1).any()
    assert all(len(set(answers.tolist())) >= least for answers in fitting.T)
    for insider in range(len(people)):
        left = fitting[fitting[:, insider] == true[insider]]
        differ = left.min(0) < left.max(0)
        differ[insider] = True
        assert differ.all(), (people[insider], [people[one] for one in np.flatnonzero(~differ)])
    return any(one.by is not None for swaps in seats.proofs.of.values() for one in swaps)


def test_a_batch_of_whom_one_could_be_read_waits_and_not_the_home_that_it_would_join():
    columns = [COLUMNS[0], Column.number("mood", ColumnRole.SENSITIVE, 0, 1)]
    policy = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.3, come_and_go=True)
    everybody = {f"p{n}": {"place": n, "mood": n % 2} for n in range(70)}
    dice = random.Random(1)
    _, history, _ = release_unread(list(everybody.values()), list(everybody), columns, policy, new_history(dice), dice)
    everybody |= {f"n{n}": {"place": 20 + n, "mood": int(n == 3)} for n in range(6)}
    told, _, _ = release_unread(list(everybody.values()), list(everybody), columns, policy, history, dice)
    assert [(one.why, one.figure) for one in told.suppressions] == [(Why.UNFOUNDED, 6)]


def test_that_newcomers_wait_does_not_say_for_certain_that_they_had_to():
    """Else who comes a wave later and is told with them would tell what all of them answered."""
    columns = [COLUMNS[0], Column.number("mood", ColumnRole.SENSITIVE, 0, 1)]
    policy = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.3, come_and_go=True)
    everybody, dice = {f"p{n}": {"place": n, "mood": n % 2} for n in range(70)}, random.Random(1)
    people = list(everybody)
    _, history = release_in_series(list(everybody.values()), people, columns, policy, new_history(dice), dice)
    everybody |= {f"n{n}": {"place": 20 + n, "mood": n % 2} for n in range(6)}

    def waits(seed):
        rows, dice = list(everybody.values()), random.Random(seed)
        told, _ = release_in_series(rows, list(everybody), columns, policy, history, dice)
        return any(one.why is Why.UNFOUNDED for one in told.suppressions)

    assert 0 < sum(map(waits, range(40))) < 20


@pytest.mark.parametrize("come_and_go", [False, True])
def test_a_series_without_generalized_columns_has_classes_too(come_and_go, monkeypatch):
    """Newcomers are a class by themselves, and nothing describes either class."""
    monkeypatch.setattr(arrivals, "PEOPLE_UNASKED", 0)
    columns, dice = COLUMNS[1:], random.Random(1)
    policy = ReleasePolicy(5, l={"mood": 3}, suppression_limit=0.5, come_and_go=come_and_go)
    history, told = new_history(dice), []
    for count in (60, 72):
        rows = [{"mood": 1 + n % 3} for n in range(count)]
        names = [f"p{n}" for n in range(count)]
        release, history, _ = release_unread(rows, names, columns, policy, history, dice)
        told.append(ReleaseDocument.from_json(release.to_json()).table)
    assert [len(one.rows) for one in told] == [60, 72]
    assert len(told[1].boxes) > 1


def test_who_joins_a_home_that_waits_is_told(monkeypatch):
    """Of the home only givers of one answer are there."""
    monkeypatch.setattr(arrivals, "PEOPLE_UNASKED", 0)
    dice = random.Random(1)
    everybody = {f"p{n}": {"place": n, "mood": 1 + n % 3} for n in range(90)}
    _, history = release(everybody, list(everybody), new_history(dice), dice)
    alike = [name for name, one in everybody.items() if one["mood"] == 1]
    everybody |= {f"n{n}": {"place": 20 + n, "mood": 1 + n % 3} for n in range(9)}
    policy = replace(POLICY, suppression_limit=0.95)
    told, after = release(everybody, [*alike, *list(everybody)[90:]], history, dice, policy)
    assert (told.rows, [(one.why, one.figure) for one in told.suppressions]) == (9, [(Why.UNCOVERED, 30)])
    told, _ = release(everybody, list(everybody), after, dice)
    assert told.rows > 90


def test_one_who_changed_an_answer_keeps_no_newcomers_from_the_only_home(monkeypatch):
    monkeypatch.setattr(arrivals, "PEOPLE_UNASKED", 0)
    dice = random.Random(1)
    everybody = {f"p{n}": {"place": n, "mood": 1 + n % 3} for n in range(62)}
    _, history = release(everybody, list(everybody), new_history(dice), dice)
    everybody |= {f"n{n}": {"place": 20 + n, "mood": 1 + n % 3} for n in range(8)}
    everybody["p21"] = {"place": 21, "mood": 3}
    told, _ = release(everybody, list(everybody), history, dice)
    rows = {row for one in told.suppressions if one.why is Why.UNFOUNDED for row in one.rows}
    assert rows == {21}


def test_one_who_changed_an_answer_joins_another_home_with_newcomers(monkeypatch):
    homes_of(monkeypatch, 80, 12, 40, 6)
    monkeypatch.setattr(arrivals, "PEOPLE_UNASKED", 0)
    dice = random.Random(1)
    everybody = {f"p{n}": {"place": n % 100, "mood": 1 + n % 3} for n in range(200)}
    _, history = release(everybody, list(everybody), new_history(dice), dice)
    everybody |= {f"n{n}": {"place": 20 + n, "mood": 1 + n % 3} for n in range(8)}
    everybody["p21"] = {"place": 21, "mood": 3}
    told, _ = release(everybody, list(everybody), history, dice)
    assert all(one.why is not Why.UNFOUNDED for one in told.suppressions)


def of_two_homes(monkeypatch):
    """200 people in two homes, and the history of their first release."""
    homes_of(monkeypatch, 80, 12, 80, 12)
    monkeypatch.setattr(arrivals, "PEOPLE_UNASKED", 0)
    dice = random.Random(1)
    everybody = {f"p{n}": {"place": n // 2, "mood": 1 + n % 3} for n in range(200)}
    _, history = release(everybody, list(everybody), new_history(dice), dice)
    assert history.seats[0].homes.count == 2
    return everybody, history, dice


def changed(one):
    return one | {"mood": 1 + one["mood"] % 3}


def test_people_of_two_homes_who_changed_an_answer_wait_a_release_at_most(monkeypatch):
    """Each home is barred to some of them, and any group of all of them would hold some of both."""
    everybody, history, dice = of_two_homes(monkeypatch)
    for number in range(2, 6):
        for name in [f"p{n * number}" for n in (2, 5, 8, 33, 36, 39)]:
            everybody[name] = changed(everybody[name])
        everybody |= {f"n{number}-{n}": {"place": 40 + n, "mood": 1 + n % 3} for n in range(9)}
        told, history = release(everybody, list(everybody), history, dice, replace(POLICY, suppression_limit=0.9))
        waiting = sum(one.figure for one in told.suppressions if one.why is Why.UNFOUNDED)
        assert waiting <= 6
    assert history.seats[0].homes.count == 2


def test_of_one_home_those_who_changed_an_answer_found_another(monkeypatch):
    monkeypatch.setattr(arrivals, "PEOPLE_UNASKED", 0)
    dice = random.Random(1)
    everybody = {f"p{n}": {"place": n, "mood": 1 + n % 3} for n in range(90)}
    _, history = release(everybody, list(everybody), new_history(dice), dice)
    for name in list(everybody)[10:18]:
        everybody[name] = changed(everybody[name])
    told, history = release(everybody, list(everybody), history, dice, replace(POLICY, suppression_limit=0.3))
    homes, pasts = history.seats[0].homes, history.seats[0].proofs.pasts
    assert all(one.why is not Why.UNFOUNDED for one in told.suppressions)
    assert [homes.home(at) for at, past in enumerate(pasts.past) if len(past) == 1].count(1) == 8
    everybody |= {f"n{n}": {"place": 20 + n, "mood": 1 + n % 3} for n in range(8)}
    _, history = release(everybody, list(everybody), history, dice, replace(POLICY, suppression_limit=0.3))
    assert history.seats[0].homes.count == 2


def test_who_joins_a_home_in_one_release_is_one_batch(monkeypatch):
    """Two towns far apart join the nearer home each; of a town's newcomers nothing is told but what all answered."""
    everybody, history, dice = of_two_homes(monkeypatch)
    before = history.seats[0].proofs.pasts.sittings
    everybody |= {f"n{n}": {"place": 10 + n % 20 + 60 * (n % 2), "mood": 1 + n % 3} for n in range(48)}
    _, history = release(everybody, list(everybody), history, dice)
    pasts = history.seats[0].proofs.pasts
    joined = Counter(past for past in pasts.past if len(past) == 1 and past[0] >= before)
    assert sorted(joined.values()) == [24, 24]


def test_the_more_newcomers_could_wait_the_less_often_they_do_for_nothing(monkeypatch):
    columns = [COLUMNS[0], Column.number("mood", ColumnRole.SENSITIVE, 0, 1)]
    policy = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.5, come_and_go=True)
    everybody, dice = {f"p{n}": {"place": n, "mood": n % 2} for n in range(70)}, random.Random(1)
    _, history = release_in_series(list(everybody.values()), list(everybody), columns, policy, new_history(dice), dice)

    def waits(newcomers):
        rows = [*everybody.values(), *({"place": 50, "mood": n % 2} for n in range(newcomers))]
        names = [*everybody, *(f"n{n}" for n in range(newcomers))]
        for seed in range(120):
            told, _ = release_in_series(rows, names, columns, policy, history, random.Random(seed))
            yield any(one.why is Why.UNFOUNDED for one in told.suppressions)

    few, many = sum(waits(6)), sum(waits(30))
    assert 0 < many < few / 2


def test_seats_and_homes_are_not_mixed_and_homes_ask_for_two_answers():
    dice = random.Random(2)
    everybody = population(120, dice)
    names = list(everybody)
    seats = replace(POLICY, come_and_go=False)
    _, history = release(everybody, names, new_history(dice), dice, seats)
    with pytest.raises(SchemaError, match="began with seats"):
        release(everybody, names, history, dice)
    alone = replace(POLICY, beside=1)
    with pytest.raises(SchemaError, match="two answers beside"):
        release(everybody, names, new_history(dice), dice, alone)


@pytest.mark.parametrize(("beside", "in_homes"), [(2, True), (1, False)])
def test_a_series_begins_with_homes_unless_asked_otherwise_or_for_too_little(beside, in_homes):
    dice = random.Random(2)
    everybody = population(120, dice)
    policy = replace(POLICY, come_and_go=None, beside=beside)
    told, history = release(everybody, list(everybody), new_history(dice), dice, policy)
    assert told.document.come_and_go is in_homes
    assert release(everybody, list(everybody), history, dice, policy)[0].document.come_and_go is in_homes


def test_where_nobody_may_be_missing_no_lot_keeps_the_home_waiting():
    policy = replace(POLICY, k=2, l={"mood": 2})
    everybody = {f"p{n}": {"place": n, "mood": 1 + n % 2} for n in range(4)}
    _, history = release(everybody, list(everybody), new_history(random.Random(0)), random.Random(0), policy)
    for seed in range(40):
        told, _ = release(everybody, list(everybody), history, random.Random(seed), policy)
        assert told.rows == 4
    with pytest.raises(PolicyUnreachableError):  # without one the others are read
        release(everybody, list(everybody)[1:], history, random.Random(1), policy)


def test_where_nobody_is_away_nobody_is_left_out():
    """Else every eighth time four of twelve would be: one by lot, and three beside them."""
    columns = [COLUMNS[0], Column.number("mood", ColumnRole.SENSITIVE, 1, 2)]
    policy = ReleasePolicy(2, l={"mood": 2}, suppression_limit=0)
    everybody = {f"p{n}": {"place": 8 * n, "mood": 1 + n % 2} for n in range(12)}
    for seed in range(30):
        dice = random.Random(seed)
        history = new_history(dice)
        for _ in range(3):
            told, history, _ = release_unread(list(everybody.values()), list(everybody), columns, policy, history, dice)
            assert told.suppressed == 0


def test_a_history_whose_homes_point_nowhere_is_refused(made):
    _, history, _ = made
    text = history.to_json()
    for wrong in (
        text.replace('"homes":[0,', '"homes":[99999999,', 1),
        text.replace("azukari-seats-4", "azukari-seats-3", 1),
    ):
        assert wrong != text
        with pytest.raises(SeatsFormatError):
            History.from_json(wrong)
