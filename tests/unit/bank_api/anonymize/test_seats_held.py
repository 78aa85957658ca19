"""Who would be read by whoever knows the rule of seats waits a wave, or the release is refused."""

import random
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from bank_api.domain.anonymize import Column, ColumnRole, ReleasePolicy
from bank_api.domain.anonymize.errors import StillReadError
from bank_api.domain.anonymize.seats import Making, new_history, release_in_series
from bank_api.domain.anonymize.suppress import TooManyLeftOutError
from bank_api.domain.attacked import observed, release_held, release_unread
from bank_api.domain.attacks import Evidence, evidence, read_by_rule
from tests.unit.bank_api.anonymize.small_series import COLUMNS, population
from wallet_cli.cli import app

SEEN_BY_THE_RULE = [(3, 200, 4)]
"""Series in whose last release somebody is seen by the rule, if nobody is held back: seed, people, waves."""


@pytest.mark.parametrize(("seed", "count", "waves"), SEEN_BY_THE_RULE)
def test_nobody_is_read_by_who_knows_how_seats_are_taken(seed, count, waves):
    dice = random.Random(seed)
    everybody = population(2 * count, dice)
    names, policy = list(everybody), ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.5, come_and_go=False)
    here, waiting, history, moved = names[:count], names[count:], new_history(dice), count // 10
    for wave in range(waves):
        rows, drawn, before = [everybody[name] for name in here], random.Random(seed * 10 + wave), history
        alone = release_in_series(rows, here, COLUMNS, policy, history, drawn)[1]
        history = release_unread(rows, here, COLUMNS, policy, history, random.Random(seed * 10 + wave))[1]
        told, here, waiting = here, dice.sample(here, count - moved) + waiting[:moved], waiting[moved:]
    read = read_by_rule(observed(alone, "mood"), 2)
    assert read
    assert not read_by_rule(observed(history, "mood"), 2)
    loose = replace(policy, beside=1)  # a series keeps what it began with, whatever is asked of a later release
    after = release_unread(rows, told, COLUMNS, loose, before, random.Random(seed * 10 + waves - 1))[1]
    assert not read_by_rule(observed(after, "mood"), 2)
    rows = [everybody[name] for name in here]  # what a program before recorded is not made worse, and does not end it
    after = release_unread(rows, here, COLUMNS, policy, alone, random.Random(seed))[1]
    assert read_by_rule(observed(after, "mood"), 2) <= read


def test_who_would_be_read_is_left_out_of_what_was_made_and_not_all_made_anew(monkeypatch):
    dice = random.Random(121)
    columns = [
        Column.number("place", ColumnRole.QUASI_IDENTIFIER, 0, 15),
        Column.number("mood", ColumnRole.SENSITIVE, 1, 5),
    ]
    moods = {f"p{n}": (dice.randint(0, 15), dice.choices(range(1, 6), (8, 4, 2, 2, 1))[0]) for n in range(600)}
    names, policy = list(moods), ReleasePolicy(5, l={"mood": 3}, suppression_limit=0.6, come_and_go=False)
    here, waiting, history = names[:300], names[300:], new_history(dice)
    made, held = [], []
    monkeypatch.setattr(Making, "__init__", lambda one, *of, init=Making.__init__: made.append(one) or init(one, *of))
    monkeypatch.setattr(Making, "hold", lambda one, who, hold=Making.hold: held.append(hold(one, who)) or held[-1])
    for _ in range(5):
        rows = [dict(zip(("place", "mood"), moods[name], strict=True)) for name in here]
        history = release_held(rows, here, columns, policy, history, dice)[1]
        here, waiting = dice.sample(here, 270) + waiting[:30], waiting[30:]
    assert len(history.releases) == len(made) == 5
    assert held == [True]
    assert not read_by_rule(observed(history, "mood"), 3)


def test_where_another_is_read_each_time_their_class_waits_as_a_whole(monkeypatch):
    """Without their circles alone another of the class was read in each of six makings, and a wave refused."""
    dice = random.Random(3)
    everybody = population(300, dice)
    first, tried = [], []

    def newly_read(history, *_):
        classes = [set(one.people) for one in history.releases[-1].classes]
        first.append(first[0] if first else max(classes, key=len))
        tried.append(first[0] & set().union(*classes))
        return set(sorted(tried[-1])[:1])

    monkeypatch.setattr("bank_api.domain.attacked._newly_read", newly_read)
    policy = ReleasePolicy(40, l={"mood": 2}, suppression_limit=0.6, come_and_go=False)
    release_held(list(everybody.values()), list(everybody), COLUMNS, policy, new_history(dice), dice)
    left = [len(one) for one in tried]
    assert len(left) == 4
    assert left[0] > left[1] > left[2] > left[3] == 0
    assert left[2] > left[1] - left[2]  # more than another circle


def test_where_too_many_would_wait_with_who_is_read_the_wave_is_made_anew(monkeypatch):
    made, read = [], [1]

    def newly_read(history, *_):
        return {history.releases[-1].classes[0].people[0]} if read.pop() else set()

    def hold(*_):
        read.append(0)
        raise TooManyLeftOutError(0, [])

    monkeypatch.setattr("bank_api.domain.attacked._newly_read", newly_read)
    monkeypatch.setattr(Making, "__init__", lambda one, *of, init=Making.__init__: made.append(one) or init(one, *of))
    monkeypatch.setattr(Making, "hold", hold)
    dice = random.Random(3)
    everybody, policy = population(60, dice), ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.6, come_and_go=False)
    release, _ = release_held(list(everybody.values()), list(everybody), COLUMNS, policy, new_history(dice), dice)
    assert len(made) == 2
    assert release.suppressed > 0


def test_where_somebody_is_read_in_each_making_the_release_is_refused_and_says_what_helps(monkeypatch, tmp_path):
    made, dice = [], random.Random(3)
    monkeypatch.setattr("bank_api.domain.attacked._newly_read", lambda *_: {"somebody who left"})
    monkeypatch.setattr(Making, "__init__", lambda one, *of, init=Making.__init__: made.append(one) or init(one, *of))
    everybody, history = population(60, dice), new_history(dice)
    policy = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.6, come_and_go=False)
    with pytest.raises(StillReadError, match="read who knows how seats are taken") as refused:
        release_held(list(everybody.values()), list(everybody), COLUMNS, policy, history, dice)
    assert (refused.value.reached, refused.value.makings, len(made)) == (1, 12, 12)
    assert history.releases == []
    rows = "".join(f"{name},{one['place']},{one['mood']}\n" for name, one in everybody.items())
    (tmp_path / "t.csv").write_text("id,place,mood\n" + rows)
    (tmp_path / "t.toml").write_text(
        '[columns.id]\nrole = "identifier"\n[columns.place]\nrole = "quasi"\nkind = "number"\n'
        '[columns.mood]\nrole = "sensitive"\nkind = "number"\nbands = 3\n'
    )
    for language, words in ("en", "makings tried: 12; in each somebody"), ("ja", "12 回作りましたが"):
        asked = ["--csv", "t.csv", "--spec", "t.toml", "--k", "5", "--l", "2", "--history", "series", "--person", "id"]
        asked = [str(tmp_path / one) if one in ("t.csv", "t.toml", "series") else one for one in asked]
        asked += ["--out", str(tmp_path / "o.csv"), "--report", str(tmp_path / "r.json")]
        done = CliRunner().invoke(app, ["release", "dry-run", *asked], env={"AZUKARI_LANGUAGE": language})
        assert done.exit_code == 3
        assert words in " ".join(done.stderr.split())
    assert not (tmp_path / "o.csv").exists()


def test_the_attack_by_rule_looks_at_something_in_the_sixth_wave_too_and_is_made_once(monkeypatch):
    dice, asked, made = random.Random(10), [], []
    newly, attack = Evidence.newly_read_by_rule, evidence.attack_by_rule
    monkeypatch.setattr(Evidence, "newly_read_by_rule", lambda *given: asked.append(given) or newly(*given))
    monkeypatch.setattr(evidence, "attack_by_rule", lambda *given: made.append(given) or attack(*given))
    monkeypatch.setattr("bank_api.domain.attacks.report.attack_by_rule", lambda *_: pytest.fail("made again"))
    everybody = population(480, dice)
    names, policy = list(everybody), ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.5, come_and_go=False)
    here, waiting, history = names[:300], names[300:], new_history(dice)
    for _ in range(6):
        rows = [everybody[name] for name in here]
        _, history, attacked = release_unread(rows, here, COLUMNS, policy, history, dice)
        here, waiting = dice.sample(here, 270) + waiting[:30], waiting[30:]
    assert len(made) == len(asked) >= 6
    assert attacked.reports["mood"].rule_facts > 0
    assert attacked.reports["mood"].computed_by_rule == 0
    again = {name: one.run_again() for name, one in attacked.evidence.items()}  # whoever audits makes all anew
    assert not evidence.differing({name: one.to_json() for name, one in attacked.reports.items()}, again)
    assert len(made) == len(asked) + 1
