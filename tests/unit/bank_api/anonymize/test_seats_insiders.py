"""One person of a series, who knows their own answer and who sat with whom: nobody else's answer follows."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from bank_api.domain.anonymize import ReleasePolicy, ReleaseRefusedError
from bank_api.domain.anonymize.seats import History, insiders, new_history, release_in_series
from bank_api.domain.anonymize.seats.pasts import Pasts
from bank_api.domain.anonymize.seats.structure import Structure
from bank_api.domain.anonymize.seats.swaps import Swap
from bank_api.domain.attacked import observed
from bank_api.domain.attacks import attack_all
from tests.unit.bank_api.anonymize.containers import replaced, tell, told_once
from tests.unit.bank_api.anonymize.small_series import COLUMNS, population, series, worlds


@pytest.mark.parametrize("seed", range(24))
def test_in_all_worlds_that_fit_two_answers_are_left_whoever_tells_theirs(seed):
    """Every world is tried: nothing is known of seats, pasts or swaps."""
    dice = random.Random(seed)
    everybody = population(dice.randint(11, 14), dice)
    names = list(everybody)
    present = [[name for name in names if dice.random() < 0.85] for _ in range(3)]
    least = dice.choice((2, 3))
    policy = ReleasePolicy(dice.choice((2, 3)), l={"mood": least}, suppression_limit=0.9, come_and_go=False)
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
        policy = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.3, beside=beside, come_and_go=False)
        history = series(everybody, present, policy, random.Random(1))
        assert len(history.releases) == 4
        report = attack_all(observed(history, "mood"), 2, insiders=0)
        assert (report.below_l_by_counting, report.movers_computed) == (0, 0)
        read[beside] = report.computed_by_one_other
    assert read[2] == 0
    assert read[1] > 5


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
    policy = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.5, come_and_go=False)
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
    policy = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.5, come_and_go=False)
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
    loose = ReleasePolicy(5, l={"mood": 2}, suppression_limit=0.5, beside=1, come_and_go=False)
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
