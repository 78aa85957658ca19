"""Series of tables as strangers bring them: compared they tell nothing more, or the next one is refused."""

import json
import random

import pytest

from bank_api.domain.anonymize import PolicyUnreachableError, ReleaseRefusedError
from bank_api.domain.dry_run import DryRunError, Wanted, dry_run
from tests.unit.bank_api.dry_run.brute import (
    check_release,
    decided,
    intersected,
    name_of,
    possible,
    rows_of,
    told,
    truths,
)
from tests.unit.bank_api.dry_run.odd import BANDS, HEAD, KINDS, SPEC, run, table


def everybody(count, seed, answers="12345"):
    dice = random.Random(seed)
    return {f"p{n}": [f"p{n}", dice.randint(18, 90), dice.choice("ABC"), dice.choice(answers)] for n in range(count)}


def wave(people, names):
    return "\n".join([HEAD, *(",".join(map(str, people[name])) for name in names)]) + "\n"


@pytest.mark.parametrize("come_and_go", [None, False])
@pytest.mark.parametrize("seed", range(3))
def test_six_waves_leave_everybody_l_answers_in_some_world(seed, come_and_go, tmp_path):
    """People come, go and change answers; the files are read by nothing of ours, every world is searched for.

    In homes there are too many to search among 70 people (test_seats_homes searches all of fewer).
    """
    wanted = {"suppression_limit": 0.9, "come_and_go": come_and_go}
    dice, people, outs, waves = random.Random(seed), everybody(70, seed), [], []
    for _ in range(6):
        names = [name for name in people if dice.random() < 0.85]
        people[dice.choice(names)][3] = dice.choice("12345")
        text = wave(people, names)
        try:
            made = run(text, tmp_path, least=3, person="id", history=tmp_path / "h", wanted=wanted)
        except (PolicyUnreachableError, ReleaseRefusedError):
            continue
        check_release(made.text, text, KINDS, ("mood",), 5, 3, made.report["suppressed"])
        outs.append(made.text)
        waves.append({name: people[name][3] for name in names})
    assert len(outs) >= 3
    history, releases = told(tmp_path / "h", "mood", outs)
    found = possible(releases, truths(history, releases, waves)) if come_and_go is False else intersected(releases)
    assert all(len(answers - {""}) >= 3 for answers in found.values())
    assert decided(releases) == []


@pytest.mark.parametrize("come_and_go", [None, False])
def test_partners_who_put_their_tables_together_learn_nobodys_answer(come_and_go, tmp_path):
    """Three of them in one wave, each without one column, and each with a part of the people."""
    dice, people, outs, waves = random.Random(8), everybody(80, 8), [], []
    for left in ("", "age", "town"):
        names = [name for name in people if dice.random() < 0.9]
        text = wave(people, names)
        kinds = {name: kind for name, kind in KINDS.items() if name != left}
        spec = SPEC.replace(f'[columns.{left}]\nrole = "quasi"', f'[columns.{left}]\nrole = "identifier"')
        wanted = {"suppression_limit": 0.9, "come_and_go": come_and_go}
        made = run(text, tmp_path, spec, person="id", history=tmp_path / "h", wanted=wanted)
        check_release(made.text, text, kinds, ("mood",), 5, 2, made.report["suppressed"])
        outs.append(made.text)
        waves.append({name: people[name][3] for name in names})
    history, releases = told(tmp_path / "h", "mood", outs)
    found = possible(releases, truths(history, releases, waves)) if come_and_go is False else intersected(releases)
    assert all(len(answers - {""}) >= 2 for answers in found.values())
    assert decided(releases) == []


def test_the_second_opinion_finds_what_tables_made_alone_give_away(tmp_path):
    """The same waves, each in a folder of its own: their classes cut across each other."""
    dice, people, releases = random.Random(1), everybody(70, 1), []
    for number in range(4):
        names = [name for name in people if dice.random() < 0.85]
        folder = tmp_path / str(number)
        asked = {"come_and_go": False}
        made = run(wave(people, names), tmp_path, least=3, person="id", history=folder, wanted=asked)
        history, [classes] = told(folder, "mood", [made.text])
        real = {name_of(history, name): name for name in people}
        releases.append([([real[one] for one in inside], counts) for inside, counts in classes])
    assert any(len(answers) < 3 for answers in intersected(releases).values())


SECOND = {
    "another kind": (SPEC.replace('"ordinal"', '"number"'), "columns.mood.kind"),
    "another role": (SPEC.replace('"sensitive"', '"quasi"'), "columns.mood.kind"),
    "bands": (SPEC + "bands = 2\n", "columns.mood.bands"),
    "an earlier quasi-identifier": (SPEC.replace('"quasi"', '"sensitive"'), "columns.age.kind"),
}


@pytest.mark.parametrize("what", SECOND)
def test_a_series_with_another_specification_would_be_compared_and_is_refused(what, tmp_path):
    """As a number or in bands the same answer once looked like another, and as a generalized column it stood bare."""
    people, (spec, field) = everybody(100, 1), SECOND[what]
    run(wave(people, people), tmp_path, person="id", history=tmp_path / "h")
    before = (tmp_path / "h" / "history.json").read_text()
    with pytest.raises(DryRunError, match="earlier releases of the series") as refused:
        run(wave(people, list(people)[5:]), tmp_path, spec, person="id", history=tmp_path / "h")
    assert refused.value.field == field
    assert (tmp_path / "h" / "history.json").read_text() == before


def test_another_spelling_is_no_other_answer(tmp_path):
    """Who once said "yes" and now "YES " had changed their answer, as the seats saw it, and had not, as readers do."""
    people = everybody(100, 1, ("yes", "no", "perhaps"))
    for seed in range(3):
        text = wave(people, random.Random(seed).sample(list(people), 90))
        made = run(text, tmp_path, person="id", history=tmp_path / "h", wanted={"suppression_limit": 0.5})
        assert {row[-1] for row in rows_of(made.text)[1]} == {"yes", "no", "perhaps"}
        for person in people.values():
            person[3] = person[3].upper() + " "
    history = json.loads(json.loads((tmp_path / "h" / "history.json").read_text())["history"])
    assert [seats["changes"] for seats in history["seats"]] == [{}]


def test_a_fraction_in_a_later_wave_leaves_the_bands_as_they_were(tmp_path):
    people = everybody(120, 1, range(100))
    spec, bands = BANDS, []
    for wave_number in range(2):
        people["p3"][3] = 30.5 if wave_number else 30
        made = run(wave(people, people), tmp_path, spec, person="id", history=tmp_path / "h")
        bands.append({row[-1] for row in rows_of(made.text)[1]})
    assert bands[0] == bands[1]


@pytest.mark.parametrize("spoil", range(12))
def test_whatever_befalls_the_history_no_release_is_made_of_it(spoil, tmp_path):
    people, dice = everybody(60, 1), random.Random(spoil)
    run(wave(people, people), tmp_path, person="id", history=tmp_path / "h")
    path = tmp_path / "h" / "history.json"
    whole = path.read_text()
    at = dice.randrange(len(whole))
    other = dice.choice([c for c in '0a"{}[],' if c != whole[at]])
    path.write_text(whole[:at] + dice.choice(("", other, whole[at] + other)) + whole[at + 1 :])
    with pytest.raises(DryRunError) as refused:
        run(wave(people, list(people)[3:]), tmp_path, person="id", history=tmp_path / "h")
    assert refused.value.field == "--history"


def test_a_series_run_again_with_another_list_of_everybody_is_not_answered_from_before(tmp_path):
    text, folder = table(60), tmp_path / "series"
    staff = "age,town\n" + "".join(",".join(line.split(",")[1:3]) + "\n" for line in text.splitlines()[1:])

    def released(population):
        dry_run(text, SPEC, tmp_path, wanted=Wanted(5, 2), person="id", history=folder, population=population)
        return len(list(folder.glob("release-*.csv")))

    assert [released(staff), released(staff), released(staff + "30,A\n")] == [1, 1, 2]
