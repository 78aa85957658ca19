"""One person of a series, who knows their own answer and who sat with whom: nobody else's answer follows."""

import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from bank_api.domain.anonymize import Column, ColumnRole, ReleasePolicy, ReleaseRefusedError
from bank_api.domain.anonymize.errors import PolicyUnreachableError, StillReadError
from bank_api.domain.anonymize.seats import History, Making, insiders, new_history, release_in_series
from bank_api.domain.anonymize.seats.circles import Circles
from bank_api.domain.anonymize.seats.parting import partings
from bank_api.domain.anonymize.seats.pasts import Pasts
from bank_api.domain.anonymize.seats.proofs import Proofs
from bank_api.domain.anonymize.seats.seating import Seating
from bank_api.domain.anonymize.seats.structure import Structure
from bank_api.domain.anonymize.seats.swaps import Swap
from bank_api.domain.anonymize.seats.told import telling
from bank_api.domain.anonymize.seats.warrants import Warrants
from bank_api.domain.anonymize.seats.wave import Wave
from bank_api.domain.anonymize.suppress import TooManyLeftOutError
from bank_api.domain.attacked import observed, release_held, release_unread
from bank_api.domain.attacks import Evidence, attack_all, evidence, read_by_rule
from wallet_cli.cli import app

PLACE = Column.number("place", ColumnRole.QUASI_IDENTIFIER, 0, 99)
MOOD = Column.number("mood", ColumnRole.SENSITIVE, 1, 3)
COLUMNS = [PLACE, MOOD]
SEEN_BY_THE_RULE = [(3, 200, 4)]
"""Series in whose last release somebody is seen by the rule, if nobody is held back: seed, people, waves."""


def tell(*given):
    """The containers that are told."""
    return telling(*given).told


def population(count, dice, weights=(3, 4, 3)):
    return {f"p{n}": {"place": dice.randint(0, 99), "mood": dice.choices((1, 2, 3), weights)[0]} for n in range(count)}


def series(everybody, present, policy, dice, changes=0):
    """As many releases as can be made; what attacks find refuses one too, as where the bank makes it."""
    history = new_history(dice)
    for names in present:
        for name in dice.sample(names, changes):
            everybody[name] = everybody[name] | {"mood": dice.randint(1, 3)}
        rows = [everybody[name] for name in names]
        try:
            _, history, _ = release_unread(rows, names, COLUMNS, policy, history, dice)
        except (PolicyUnreachableError, ReleaseRefusedError):
            continue
    return history


def worlds(releases):
    """Every assignment of answers to people that fits all releases, found person by person."""
    classes = [one for told in releases for one in told.classes]
    people = list(dict.fromkeys(person for one in classes for person in one.people))
    inside = {person: [at for at, one in enumerate(classes) if person in one.people] for person in people}
    left = [Counter(one.answers) for one in classes]
    found, world = [], {}

    def place(number):
        if number == len(people):
            found.append(dict(world))
            return
        own = inside[people[number]]
        for answer in (1, 2, 3):
            if all(left[at][answer] for at in own):
                for at in own:
                    left[at][answer] -= 1
                world[people[number]] = answer
                place(number + 1)
                for at in own:
                    left[at][answer] += 1

    place(0)
    return found


@pytest.mark.parametrize("seed", range(24))
def test_in_all_worlds_that_fit_two_answers_are_left_whoever_tells_theirs(seed):
    """Every world is tried: nothing is known of seats, pasts or swaps."""
    dice = random.Random(seed)
    everybody = population(dice.randint(11, 14), dice)
    names = list(everybody)
    present = [[name for name in names if dice.random() < 0.85] for _ in range(3)]
    least = dice.choice((2, 3))
    policy = ReleasePolicy(dice.choice((2, 3)), l={"mood": least}, suppression_limit=0.9)
    history = series(everybody, present, policy, dice, changes=seed % 3)
    if not history.releases:
        return
    seats = history.seats[0]
    pasts = seats.proofs.pasts
    known = {name: seats.answers[answer][0] for name, answer in zip(pasts.names, pasts.answer, strict=True)}
    fitting = worlds(observed(history, "mood"))
    people = fitting[0].keys()
    assert {person: known[person] for person in people} in fitting
    for person in people:
        assert len({world[person] for world in fitting}) >= least
        for insider in {name.partition("~")[0] for name in people} - {person.partition("~")[0]}:
            own = [name for name in people if name.partition("~")[0] == insider]  # all that they ever answered
            seen = {w[person] for w in fitting if all(w[name] == known[name] for name in own)}
            assert len(seen) >= 2, (person, insider)


@pytest.mark.parametrize("moved", [0.03, 0.1])
def test_nobody_reads_whom_they_replaced_and_without_asking_for_it_many_do(moved):
    dice = random.Random(7)
    everybody = population(400, dice)
    names = list(everybody)
    here, waiting, present = names[:300], names[300:], []
    for _ in range(4):
        present.append(here)
        count = round(300 * moved)
        here, waiting = dice.sample(here, 300 - count) + waiting[:count], waiting[count:]
    read = {}
    for beside in (1, 2):
        policy = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.3, beside=beside)
        history = series(everybody, present, policy, random.Random(1))
        assert len(history.releases) == 4
        report = attack_all(observed(history, "mood"), 2, insiders=0)
        assert (report.below_l_by_counting, report.movers_computed) == (0, 0)
        read[beside] = report.computed_by_one_other
    assert read[2] == 0
    assert read[1] > 5


def told_once(containers):
    """Containers told as they are: answers by container, each person named by place and number."""
    structure = Structure((2,), [(answer,) for answer in range(4)], [None])
    proofs, circles = Proofs(Pasts(structure, (2,))), Circles()
    circles.grown(len(containers))
    whole = {
        at: [proofs.pasts.person(f"{at}-{n}", answer) for n, answer in enumerate(answers)]
        for at, answers in enumerate(containers)
    }
    places = {person: [container / 10] for container, people in whole.items() for person in people}
    assert tell(proofs, circles, whole, places) == set(whole)
    return proofs, circles, whole, places


def replaced(proofs, whole, places, container, seat=0):
    """Somebody new, of the same answer, sits down where somebody left."""
    gone = whole[container][seat]
    new = proofs.pasts.person(f"new in {container}" + f", {seat}" * bool(seat), proofs.pasts.answer[gone])
    places[new] = places[gone]
    return whole | {container: [new if one == gone else one for one in whole[container]]}


def test_a_container_with_one_newcomer_is_not_told_alone():
    proofs, circles, whole, places = told_once([[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2]])
    whole = replaced(proofs, whole, places, 0)
    assert tell(proofs, circles, whole, places) == {1}
    assert circles.joined == [0, 1]


def test_two_containers_with_one_newcomer_each_are_told_together_from_then_on():
    proofs, circles, whole, places = told_once([[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2], [0, 1, 2, 0, 1, 2]])
    whole = replaced(proofs, replaced(proofs, whole, places, 0), places, 1)
    assert tell(proofs, circles, whole, places) == {0, 1, 2}
    assert circles.joined == [0, 0, 2]
    pasts = proofs.pasts
    assert len({pasts.past[person][-1] for at in (0, 1) for person in whole[at]}) == 1
    assert tell(proofs, circles, whole, places) == {0, 1, 2}
    assert pasts.sittings == 4
    before = {
        at: [n if n != pasts.number[f"new in {at}"] else pasts.number[f"{at}-0"] for n in whole[at]] for at in (0, 1)
    }
    releases = [
        [([pasts.names[p] for p in who], Counter(pasts.answer[p] for p in who)) for who in classes]
        for classes in ([*before.values(), whole[2]], [whole[0] + whole[1], whole[2]])
    ]
    insiders.check(pasts, proofs.of, releases)


def test_who_came_while_two_were_told_as_one_is_not_shown_to_sit_in_the_one():
    """A seat is taken by somebody who gives the answer of whoever left it. Told alone, the first container says that
    its newcomer took the one seat that was empty there, and they read whose it was. No count says that."""
    proofs, circles, whole, places = told_once([[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2]])
    whole = replaced(proofs, replaced(proofs, whole, places, 0), places, 1)
    assert tell(proofs, circles, whole, places) == {0, 1}
    again = replaced(proofs, replaced(proofs, whole, places, 0, 2), places, 0, 4)
    assert tell(proofs, circles, {0: again[0]}, places) == set()  # the second lacks somebody
    assert circles.joined == [0, 0]
    assert tell(proofs, circles, replaced(proofs, again, places, 1, 2), places) <= {0, 1}
    assert circles.joined == [0, 0]


def test_a_circle_of_several_is_not_parted_into_its_containers():
    """Who came while they were told as one would be seen to sit in the one that is told without the other."""
    proofs, circles, whole, places = told_once([[0, 1, 2, 0, 1, 2, 0, 1, 2], [0, 0, 1, 1, 2, 2]])
    whole = replaced(proofs, replaced(proofs, whole, places, 0), places, 1)
    assert tell(proofs, circles, whole, places) == {0, 1}
    assert circles.joined == [0, 0]
    again = replaced(proofs, whole, places, 1, 2)
    by_container, before = {at: again[at] for at in (0, 1)}, circles.before(0)
    few = Pasts(proofs.pasts.structure, (7,), proofs.pasts.names, proofs.pasts.answer, proofs.pasts.past)
    assert not list(partings(few, by_container, before, random.Random(1)))
    apart = few.past[:]  # were each told once without the other, there would be nothing to hide
    few.past = [(*past, 10 + (person in whole[0])) for person, past in enumerate(apart)]
    assert [set(one) for one in partings(few, by_container, before, random.Random(1))] == [{1}]


def test_whoever_came_leaves_with_the_empty_seats_of_a_container_that_is_split():
    """Else those who are missing come back to their own seats, and it is seen whose seat the other took."""
    structure = Structure((2,), [(answer,) for answer in range(2)], [None])
    structure.new_container((f"p{n}", n % 2) for n in range(16))
    proofs, circles = Proofs(Pasts(structure, (2,))), Circles()
    circles.grown(1)
    stood = [proofs.pasts.person(f"p{n}", n % 2) for n in range(16)]
    assert proofs.sit([stood])
    circles.join([0], stood)
    people, answers = [f"p{n}" for n in range(4, 16)] + ["new"], [n % 2 for n in range(12)] + [0]
    seating = Seating(Warrants(structure), people, answers, np.zeros((13, 1)), random.Random(1))
    assert seating.sit_down() == [12]
    assert seating.move(12, 0)
    wave = Wave(seating, proofs, circles, 0.05)
    wave._split(0)
    assert structure.container[0] == structure.container[1] == structure.container[2] == structure.container[3] == 1
    assert structure.members[0]


@pytest.mark.parametrize(("seed", "count", "waves"), SEEN_BY_THE_RULE)
def test_nobody_is_read_by_who_knows_how_seats_are_taken(seed, count, waves):
    dice = random.Random(seed)
    everybody = population(2 * count, dice)
    names, policy = list(everybody), ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.5)
    here, waiting, history, moved = names[:count], names[count:], new_history(dice), count // 10
    for wave in range(waves):
        rows, drawn = [everybody[name] for name in here], random.Random(seed * 10 + wave)
        alone = release_in_series(rows, here, COLUMNS, policy, history, drawn)[1]
        history = release_unread(rows, here, COLUMNS, policy, history, random.Random(seed * 10 + wave))[1]
        here, waiting = dice.sample(here, count - moved) + waiting[:moved], waiting[moved:]
    read = read_by_rule(observed(alone, "mood"), 2)
    assert read
    assert not read_by_rule(observed(history, "mood"), 2)
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
    names, policy = list(moods), ReleasePolicy(5, l={"mood": 3}, suppression_limit=0.6)
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
    policy = ReleasePolicy(40, l={"mood": 2}, suppression_limit=0.6)
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
    everybody, policy = population(60, dice), ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.6)
    release, _ = release_held(list(everybody.values()), list(everybody), COLUMNS, policy, new_history(dice), dice)
    assert len(made) == 2
    assert release.suppressed > 0


def test_where_somebody_is_read_in_each_making_the_release_is_refused_and_says_what_helps(monkeypatch, tmp_path):
    made, dice = [], random.Random(3)
    monkeypatch.setattr("bank_api.domain.attacked._newly_read", lambda *_: {"somebody who left"})
    monkeypatch.setattr(Making, "__init__", lambda one, *of, init=Making.__init__: made.append(one) or init(one, *of))
    everybody, history = population(60, dice), new_history(dice)
    policy = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.6)
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
    names, policy = list(everybody), ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.5)
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


@pytest.mark.parametrize(("name", "told"), [("0-0~1", set()), ("somebody else", {0, 1})])
def test_who_changed_an_answer_knows_both_of_theirs(name, told):
    """They left one container and came into the other: with two answers of their own they could subtract."""
    proofs, circles, whole, places = told_once([[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2]])
    whole = replaced(proofs, whole, places, 0)
    gone, new = whole[1][2], proofs.pasts.person(name, 1)
    places[new] = places[gone]
    whole[1] = [new if person == gone else person for person in whole[1]]
    assert tell(proofs, circles, whole, places) == told


def test_two_newcomers_in_one_container_may_be_told_alone():
    proofs, circles, whole, places = told_once([[0, 0, 1, 1, 2, 2]])
    one, other = whole[0][:2]
    new = [proofs.pasts.person(f"new {n}", 0) for n in range(2)]
    places |= dict.fromkeys(new, places[one])
    whole = {0: [*new, *(person for person in whole[0] if person not in (one, other))]}
    assert tell(proofs, circles, whole, places) == {0}


def parted(whole):
    """Stands for the seats: people of a container become one of their own."""

    def split(container, leaving):
        number = len(whole)
        whole[number] = list(leaving)
        whole[container] = [person for person in whole[container] if person not in leaving]
        return number

    return split


def test_whoever_came_alone_waits_with_two_others_and_the_rest_is_told():
    proofs, circles, whole, places = told_once([[0, 1, 2, 0, 1, 2, 0, 1, 2]])
    whole = replaced(proofs, whole, places, 0)
    new, everybody = whole[0][0], set(whole[0])
    circles.grown(2)
    assert tell(proofs, circles, dict(whole), places, parted(whole)) == {0}
    assert new in whole[1]
    assert len(whole[1]) < 6
    assert len({proofs.pasts.answer[person] for person in whole[1]}) > 1
    assert set(circles.last[circles.joined[0]]) == set(whole[0]) == everybody - set(whole[1])
    assert not circles.before(1)
    assert all(len(proofs.pasts.past[person]) == 1 for person in whole[1] if person != new)


def test_those_who_wait_in_two_circles_are_told_together():
    proofs, circles, whole, places = told_once([[0, 1, 2, 0, 1, 2, 0, 1, 2]] * 2)
    whole = replaced(proofs, replaced(proofs, whole, places, 0), places, 1)
    circles.grown(4)
    assert tell(proofs, circles, dict(whole), places, parted(whole)) == {0, 1, 2, 3}
    assert circles.joined[2] == circles.joined[3]
    assert len({circles.joined[at] for at in (0, 1, 2)}) == 3


def state(proofs, circles):
    pasts = proofs.pasts
    last = {circle: sorted(people) for circle, people in circles.last.items()}
    return list(pasts.past), [*circles.joined], last


def test_who_is_left_out_after_all_leaves_with_all_that_were_one_with_theirs_or_are_now():
    proofs, circles, whole, places = told_once([[0, 1, 2, 0, 1, 2, 0, 1, 2]] * 3)
    was = whole
    whole = replaced(proofs, replaced(proofs, whole, places, 0), places, 1)
    kept, new = dict(whole), proofs.pasts.number["new in 0"]
    pasts, joined, last = state(proofs, circles)
    circles.grown(5)
    made = telling(proofs, circles, dict(whole), places, parted(kept))
    assert made.told == {0, 1, 2, 3, 4}  # those who wait of two circles, told together, are 3 and 4
    assert circles.joined[3] == circles.joined[4]
    assert made.hold({new})
    assert made.told == {2}
    assert state(proofs, circles) == (
        [past[:1] if at not in was[2] else past for at, past in enumerate(proofs.pasts.past)],
        [*joined, 0, 1],
        last,
    )
    assert [proofs.pasts.past[at] for at in (*was[0], *was[1])] == [pasts[at] for at in (*was[0], *was[1])]
    names, answer = proofs.pasts.names, proofs.pasts.answer
    told = [([names[p] for p in who], Counter(answer[p] for p in who)) for who in was.values()]
    insiders.check(proofs.pasts, proofs.of, [told, told[2:]])
    assert tell(proofs, circles, kept, places) == {0, 1, 2, 3, 4}


def test_who_is_left_out_of_a_circle_as_it_was_keeps_their_past():
    """No sitting was made of it in this wave: that of an earlier one stays."""
    proofs, circles, whole, places = told_once([[0, 1, 2, 0, 1, 2], [0, 0, 1, 1, 2, 2]])
    before = state(proofs, circles)
    made = telling(proofs, circles, whole, places)
    assert made.told == {0, 1}
    assert made.hold({whole[0][0]})
    assert made.told == {1}
    assert state(proofs, circles) == before


def test_where_others_would_be_left_without_a_proof_nobody_is_left_out_after_all(monkeypatch):
    proofs, circles, whole, places = told_once([[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2]])
    whole = replaced(proofs, replaced(proofs, whole, places, 0), places, 1)
    made = telling(proofs, circles, whole, places)
    before, of = state(proofs, circles), dict(proofs.of)
    with monkeypatch.context() as patched:
        patched.setattr("bank_api.domain.anonymize.seats.proofs.find_swaps", lambda *_: None)
        patched.setattr(Pasts, "sound", lambda pasts, counts: False)
        assert not made.hold({proofs.pasts.number["new in 1"]})
    assert (made.told, state(proofs, circles), proofs.of) == ({0, 1}, before, of)
    assert made.hold({proofs.pasts.number["new in 1"]})
    assert (made.told, circles.joined) == (set(), [0, 1])


def waiting(answers, pasts):
    """Whoever may be first to wait with a newcomer of answer 0: numbers of those who stood there before."""
    structure = Structure((3,), [(answer,) for answer in range(3)], [None])
    known = Pasts(structure, (2,), [*map(str, answers)], list(answers), list(pasts))
    known.rename([f"p{number}" for number in range(len(answers))])
    new, before = known.person("new", 0), set(range(len(answers)))
    return {
        frozenset(
            set(next(partings(known, {0: [*before, new], 1: [99]}, before | {99}, random.Random(seed)))[0]) - {new}
        )
        for seed in range(200)
    }


def test_who_waits_does_not_say_which_of_them_gave_which_answer():
    pasts = [(0, 1)] * 4 + [(1, 2), (1, 3), (1, 4)]
    answers = [0, 2, 2, 2, 1, 2, 1]
    turned = [0, 2, 2, 1, 2, 2, 1]  # those two the other way round: every count of the releases is the same
    assert frozenset((3, 4)) in waiting(answers, pasts) & waiting(turned, pasts)


def test_what_the_seats_forbid_to_part_is_told_of_nobody():
    proofs, circles, whole, places = told_once([[0, 1, 2, 0, 1, 2, 0, 1, 2]])
    whole = replaced(proofs, whole, places, 0)
    before = proofs.pasts.sittings, list(proofs.pasts.past), dict(proofs.of)
    assert tell(proofs, circles, whole, places, lambda container, leaving: None) == set()
    assert (proofs.pasts.sittings, list(proofs.pasts.past), dict(proofs.of)) == before


def test_what_was_split_off_before_the_seats_forbade_more_is_of_its_circle_still(monkeypatch):
    proofs, circles, whole, places = told_once([[0, 1, 2, 0, 1, 2, 0, 1, 2]] * 2)
    circles.join([0, 1], whole[0] + whole[1])
    whole = replaced(proofs, replaced(proofs, whole, places, 0), places, 1)
    kept, everybody = dict(whole), set(whole[0]) | set(whole[1])
    once = parted(kept)
    circles.grown(3)
    sit = proofs.sit
    with monkeypatch.context() as patched:  # as if all of them could not be told yet
        patched.setattr(proofs, "sit", lambda groups: sum(map(len, groups)) < len(everybody) and sit(groups))
        assert not tell(proofs, circles, whole, places, lambda at, who: once(at, who) if len(kept) < 3 else None)
    assert (len(kept), circles.joined) == (3, [0, 0, 0])
    assert tell(proofs, circles, kept, places) == {0, 1, 2}


def test_a_sitting_taken_back_leaves_no_trace():
    proofs, _, whole, places = told_once([[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2]])
    whole = replaced(proofs, replaced(proofs, whole, places, 0), places, 1)
    before = list(proofs.pasts.past), dict(proofs.of), proofs.pasts.sittings
    assert proofs.sit([whole[0] + whole[1]])
    assert dict(proofs.of) != before[1]
    proofs.take_back()
    assert (list(proofs.pasts.past), dict(proofs.of), proofs.pasts.sittings) == before


def test_a_false_swap_proves_nothing():
    proofs, circles, whole, places = told_once([[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2]])
    whole = replaced(proofs, replaced(proofs, whole, places, 0), places, 1)
    tell(proofs, circles, whole, places)
    pasts, names = proofs.pasts, proofs.pasts.names
    gone = [pasts.number[f"{at}-0"] for at in (0, 1)]
    together = [p for at in (0, 1) for p in whole[at]]
    stood = [[p if pasts.names[p] != f"new in {at}" else gone[at] for p in whole[at]] for at in (0, 1)], [together]
    told = [[([names[p] for p in one], Counter(pasts.answer[p] for p in one)) for one in classes] for classes in stood]
    insiders.check(pasts, proofs.of, told)
    assert proofs.of
    for bucket, swaps in proofs.of.items():
        for false in (
            replace(swaps[0], answer=bucket[1]),
            replace(swaps[0], own=swaps[0].other),
            replace(swaps[0], other=()),
            replace(swaps[0], other=tuple((past, 99) for past, _ in swaps[0].other)),
            replace(swaps[0], other=(*swaps[0].other, *swaps[0].other)),
            Swap(3, swaps[0].own, swaps[0].other),
            *(Swap(unknown, swaps[0].own, swaps[0].other) for unknown in (-1, 4, 99)),
            replace(swaps[0], other=(*swaps[0].other, ((), 1))),
        ):
            with pytest.raises(ReleaseRefusedError, match="could read"):
                insiders.check(pasts, {**proofs.of, bucket: (false, *swaps[1:])}, told)
        with pytest.raises(ReleaseRefusedError, match="could read"):
            insiders.check(pasts, {**proofs.of, bucket: ()}, told)


def test_the_judge_counts_what_was_told_by_itself():
    dice = random.Random(3)
    everybody = population(60, dice)
    policy = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.5)
    history = series(everybody, [list(everybody), list(everybody)[4:]], policy, dice)
    seats = history.seats[0]
    pasts, told = seats.proofs.pasts, history.told_of(seats)
    insiders.check(pasts, seats.proofs.of, told)
    people, answers = told[0][0]

    def known(name):
        return pasts.answer[pasts.number[name]]

    for false in (
        [[(people[1:], answers), *told[0][1:]], *told[1:]],
        [[(people, {**answers, 0: answers.get(0, 0) + 1}), *told[0][1:]], *told[1:]],
        [*told, [(people[:3], Counter(map(known, people[:3])))]],
        [[((*people, people[0]), Counter(answers) + Counter([known(people[0])])), *told[0][1:]], *told[1:]],
        [[(people, {**answers, -1: 1}), *told[0][1:]], *told[1:]],
    ):
        with pytest.raises(ReleaseRefusedError, match="contradicts"):
            insiders.check(pasts, seats.proofs.of, false)
    of = next(iter(pasts.alike.values()))
    of[next(iter(of))] += (0,)  # somebody stands twice among those of a past
    with pytest.raises(ReleaseRefusedError, match="contradicts"):
        insiders.check(pasts, seats.proofs.of, told)


def test_a_swap_must_hold_in_the_classes_told_not_in_the_sittings_alone():
    structure = Structure((2,), [(0,), (1,)], [None])
    stood = [(0, 2), (1, 3), (0, 3), (1, 2)]
    pasts = Pasts.kept(structure, (1,), list("abcd"), [0, 0, 1, 1], stood)
    of_0, of_1 = (((0, 2), 1), ((1, 3), 1)), (((0, 3), 1), ((1, 2), 1))
    proofs = {(past, 0): (Swap(1, of_0, of_1),) for past, _ in of_0} | {
        (past, 1): (Swap(0, of_1, of_0),) for past, _ in of_1
    }
    both = {0: 1, 1: 1}
    insiders.check(pasts, proofs, [[(("a", "c"), both), (("b", "d"), both)], [(("a", "d"), both), (("b", "c"), both)]])
    alone = [[(("a",), {0: 1}), (("b",), {0: 1}), (("c",), {1: 1}), (("d",), {1: 1})]]
    with pytest.raises(ReleaseRefusedError, match="could read"):
        insiders.check(pasts, proofs, alone)


def test_a_proof_that_was_taken_out_of_a_history_is_missed():
    dice = random.Random(5)
    everybody = population(300, dice)
    names = list(everybody)
    policy = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.5)
    history = series(everybody, [names[:290], names[6:]], policy, dice)
    assert history.seats[0].proofs.of
    again = History.from_json(history.to_json())
    again.seats[0].proofs.of.clear()
    with pytest.raises(ReleaseRefusedError) as refused:
        release_in_series([everybody[n] for n in names[6:]], names[6:], COLUMNS, policy, again, dice)
    assert refused.value.rule == "insiders"


def test_a_series_keeps_what_it_began_with_from_insiders():
    dice = random.Random(6)
    everybody = population(100, dice)
    names = list(everybody)
    rows = [everybody[name] for name in names]
    loose = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.5, beside=1)
    _, history = release_in_series(rows, names, COLUMNS, loose, new_history(dice), dice)
    with pytest.raises(ReleaseRefusedError, match="kept less from insiders"):
        release_in_series(rows, names, COLUMNS, replace(loose, beside=2), history, dice)


def test_what_one_copy_knows_of_a_new_answer_makes_no_other_sound():
    before = Pasts(Structure((3,), [(0,), (1,)], [None]), (2,))
    one, other = (before.copied(before.structure.copied()) for _ in range(2))
    one.structure.meaning_of.append((2,))
    other.structure.meaning_of.append((-1,))  # no answer
    given = {0: 2, 1: 2, 2: 2}
    assert (one.sound(given), other.sound(given)) == (True, False)


def test_what_one_copy_learns_of_an_answer_is_not_believed_by_another():
    known = Structure((3,), [(0,), (1,)], [None])
    tried, kept = known.copied(), known.copied()
    tried.meaning_of.append((2,))
    kept.meaning_of.append((-1,))  # no answer
    assert tried.many([0, 1, 2])
    assert not kept.many([0, 1, 2])
