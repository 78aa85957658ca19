"""Which containers of seats are told, which as one, and who waits beside whoever came."""

import random
from collections import Counter

import numpy as np
import pytest

from bank_api.domain.anonymize.seats import insiders
from bank_api.domain.anonymize.seats.circles import Circles
from bank_api.domain.anonymize.seats.parting import partings
from bank_api.domain.anonymize.seats.pasts import Pasts
from bank_api.domain.anonymize.seats.proofs import Proofs
from bank_api.domain.anonymize.seats.seating import Seating
from bank_api.domain.anonymize.seats.structure import Structure
from bank_api.domain.anonymize.seats.told import telling
from bank_api.domain.anonymize.seats.warrants import Warrants
from bank_api.domain.anonymize.seats.wave import Wave
from tests.unit.bank_api.anonymize.containers import parted, replaced, state, tell, told_once


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
