"""Swaps within one home, who is left out by them, and the judge of those that rest on a third answer."""

import itertools
import json
import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank_api.domain.anonymize import Column, ColumnRole, ReleaseRefusedError
from bank_api.domain.anonymize.errors import SeatsFormatError
from bank_api.domain.anonymize.seats import History, insiders, new_history, release_in_series
from bank_api.domain.anonymize.seats.homes import companions, moves
from bank_api.domain.anonymize.seats.homes.balance import Balance
from bank_api.domain.anonymize.seats.homes.companions import Codes, Companions
from bank_api.domain.anonymize.seats.homes.moves import BITS_PER_SITTING, Moved, Moves, Side
from bank_api.domain.anonymize.seats.pasts import Pasts
from bank_api.domain.anonymize.seats.structure import Structure
from tests.unit.bank_api.anonymize.test_seats_homes import COLUMNS, POLICY, homes_of, nine_tenths


def left_out_though_there(seed, homes=120, waves=3):
    """How often people of each answer were there, and left out; and whose answer those left out twice gave."""
    dice, there, out, twice = random.Random(seed), Counter(), Counter(), Counter()
    for _ in range(homes):
        structure = Structure((3,), [(answer,) for answer in range(3)], [None])
        pasts = Pasts(structure, (2,))
        people = [pasts.person(f"p{n}", answer) for n, answer in enumerate([0] * 36 + [1] * 14 + [2] * 10)]
        pasts.seat(people, 0)
        own = Counter()
        for at in range(1, waves + 1):
            here = [one for one in people if dice.random() < 0.9]
            drawn = Companions(pasts, people, here).drawn(dice)
            assert drawn is not None
            there.update(pasts.answer[one] for one in here)
            out.update(pasts.answer[one] for one in drawn)
            own.update(drawn)
            pasts.seat([one for one in here if one not in drawn], at)
        twice.update(pasts.answer[one] for one, times in own.items() if times > 1)
    return [out[answer] / there[answer] for answer in range(3)], twice


def test_who_is_left_out_though_there_does_not_follow_from_what_they_answered():
    shares, twice = left_out_though_there(5)
    assert min(shares) > 0.005
    assert max(shares) < 2 * min(shares), shares  # with regard to answers it was seventeen times
    assert all(twice[answer] for answer in range(3))


def test_an_order_of_who_is_left_out_asks_for_no_answer():
    structure = Structure((3,), [(answer,) for answer in range(3)], [None])
    orders = []
    for answers in ([0, 1, 2] * 8, [2, 0, 1] * 8):
        pasts = Pasts(structure, (2,))
        people = [pasts.person(f"p{n}", answer) for n, answer in enumerate(answers)]
        pasts.seat(people, 0)
        pasts.seat(people[4:], 1)
        one = Companions(pasts, people, people[2:])
        orders.append((one._pasts_first(random.Random(1)), one.drawn(random.Random(4))))
    assert orders[0] == orders[1]


def test_who_takes_the_place_of_one_who_looks_alike_has_to_be_among_them(monkeypatch):
    """The judge is told swaps of three answers that are none, in the proofs of people who rest on one."""
    homes_of(monkeypatch, 50, 8, 50, 8)
    dice, columns = random.Random(3), [COLUMNS[0], Column.number("mood", ColumnRole.SENSITIVE, 1, 5)]
    everybody = {
        f"p{n}": {"place": n % 100, "mood": dice.choices(range(1, 6), (66, 12, 11, 8, 3))[0]} for n in range(300)
    }
    history = new_history(dice)
    for _ in range(5):
        names = nine_tenths(everybody, dice)
        _, history = release_in_series([everybody[one] for one in names], names, columns, POLICY, history, dice)
    written = History.from_json(history.to_json())
    assert written.to_json() == history.to_json()
    seats = written.seats[0]
    pasts, proofs, told = seats.proofs.pasts, seats.proofs.of, history.told_of(seats)
    insiders.check(pasts, proofs, told)
    by_another = {
        bucket: (one, *(other for other in swaps if other != one))
        for bucket, swaps in proofs.items()
        for one in swaps
        if one.by is not None
    }
    assert by_another
    for wrong in (-1, None, 5, [1]):
        damaged = json.loads(history.to_json())
        next(one for one in damaged["seats"][0]["proofs"] if any(len(swap) == 4 for swap in one[2]))[2][0][3:] = [wrong]
        with pytest.raises(SeatsFormatError):
            History.from_json(json.dumps(damaged))
    resting = 0
    for bucket, (one, *rest) in by_another.items():
        try:
            insiders.check(pasts, {**proofs, bucket: tuple(rest)}, told)
        except ReleaseRefusedError:
            resting += 1
        else:  # the others are enough for them
            continue
        false_of_two = [] if all(pasts.size(past, bucket[1]) >= count for past, count in one.own) else [None]
        for false in (
            *(replace(one, by=none) for none in false_of_two),
            replace(one, by=one.answer),
            replace(one, by=bucket[1]),
            replace(one, by=-1),
            replace(one, answer=bucket[1]),
            replace(one, own=tuple((past, count) for past, count in one.own if past != bucket[0])),
            replace(one, own=one.other, other=one.own, by=one.answer, answer=one.by),
        ):
            with pytest.raises(ReleaseRefusedError, match="could read"):
                insiders.check(pasts, {**proofs, bucket: (false, *rest)}, told)
    assert resting


@pytest.mark.parametrize("seed", [29, 46, 50])
def test_whoever_stays_has_swaps_that_would_not_be_found_again(seed, monkeypatch):
    """What was found is kept for the judge, and not what was found later for others left out."""
    monkeypatch.setattr(moves, "SWAPS_MAX", 1)
    monkeypatch.setattr(companions, "FEW", 0)
    dice, structure = random.Random(seed), Structure((3,), [(answer,) for answer in range(5)], [None])
    pasts, found_again = Pasts(structure, (2,)), []
    people = [pasts.person(f"p{n}", dice.choices(range(5), (66, 12, 11, 8, 3))[0]) for n in range(60)]
    pasts.seat(people, 0)
    for at in range(1, 6):
        here = [one for one in people if dice.random() < 0.9]
        of_home = Companions(pasts, people, here)
        drawn = of_home.drawn(dice)
        assert drawn is not None
        pasts.seat([one for one in here if one not in drawn], at)
        codes = Codes.of_home(pasts, people)
        counts = {codes.of[one]: pasts.counts(pasts.past[one]) for one in people}
        assert not Balance(structure, (2,), counts, of_home.found).lacking(1)
        found_again.append(not Balance(structure, (2,), counts).lacking(1))
    assert not all(found_again)


PEOPLE = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 3)), min_size=3, max_size=14)


def code_of(past, first_sitting=0):
    return sum(1 << BITS_PER_SITTING * (first_sitting + at) for at in range(4) if past >> at & 1)


@given(PEOPLE, st.lists(st.integers(0, 13), unique=True), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_who_is_left_out_one_by_one_is_counted_as_if_all_were_at_once(people, order, dice):
    structure = Structure((3,), [(answer,) for answer in range(4)], [None])
    pasts = Pasts(structure, (2,))
    numbers = [pasts.person(f"p{n}", answer) for n, (_, answer) in enumerate(people)]
    for sitting in range(4):
        pasts.seat([one for one, (past, _) in zip(numbers, people, strict=True) if past >> sitting & 1], sitting)
    here = [one for one in numbers if dice.random() < 0.8]
    home = Companions(pasts, numbers, here)
    groups, out = dict(home._told), set()
    for leaving in (one for one in order if one in here):
        home._leave_out(leaving, groups)
        out.add(leaving)
        counts, place = {}, home._codes.sittings
        for one in numbers:
            told = [*(place[sitting] for sitting in pasts.past[one]), *([len(place)] if one in {*here} - out else [])]
            given_ = counts.setdefault(sum(8**sitting for sitting in told), {})
            given_[pasts.answer[one]] = given_.get(pasts.answer[one], 0) + 1
        found = companions._counts(groups)
        assert [(one, list(of.items())) for one, of in found.items()] == [
            (one, list(of.items())) for one, of in counts.items()
        ]


@given(st.sets(st.integers(0, 15), min_size=1), st.sets(st.integers(0, 15), min_size=1), st.sampled_from([0, 30]))
@settings(max_examples=40)
def test_of_two_pairs_and_of_three_all_swaps_are_found_that_there_are(own, other, first_sitting):
    """By trying all pairs; of some that differ in their last pair alone two are looked at."""
    own, other = ([code_of(past, first_sitting) for past in sorted(pasts)] for pasts in (own, other))
    pairs = [(one, across) for one in own for across in other if one != across]
    by_difference = Counter(one - across for one, across in pairs)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(moves, "SWAPS_MAX", 10**6)
        patched.setattr(moves, "ALIKE_MAX", 10**6)
        found, code = Moves(Side(tuple(own)), Side(tuple(other))), own[0]
        firsts = [pair for pair in pairs if pair[0] == code]
        swaps = [(first, last) for first in firsts for last in pairs if sum(a - b for a, b in (first, last)) == 0]
        assert sorted(found.of_two(code)) == sorted(swaps)
        threes = found.of_three(code)
    assert all(sum(a - b for a, b in swap) == 0 and swap[0][0] == code for swap in threes)
    possible = {
        first[1]
        for first, second in itertools.product(firsts, pairs)
        if by_difference[first[1] - first[0] - (second[0] - second[1])]
    }
    assert {swap[0][1] for swap in threes} == possible


@given(st.lists(PEOPLE, min_size=2, max_size=3))
@settings(max_examples=40)
def test_what_codes_move_is_the_same_for_other_counts_of_them(homes):
    structure, moved = Structure((3,), [(answer,) for answer in range(4)], [None]), Moved()
    for people in homes:
        counts: dict[int, Counter[int]] = {}
        for past, answer in people:
            counts.setdefault(code_of(past), Counter())[answer] += 1
        kept, anew = {}, {}
        one, other = (Balance(structure, (2,), counts, *known).lacking(100) for known in ((kept, moved), (anew,)))
        assert one == other
        assert kept == anew


@given(PEOPLE)
@settings(max_examples=60)
def test_what_balances_holds_equally_many_of_both_answers_in_every_sitting(people):
    structure = Structure((3,), [(answer,) for answer in range(4)], [None])
    code = [code_of(past) for past, _ in people]
    counts: dict[int, Counter[int]] = {}
    for one, (_, answer) in zip(code, people, strict=True):
        counts.setdefault(one, Counter())[answer] += 1
    found = Balance(structure, (2,), counts)
    lacking = set(found.lacking(1000))
    for one, given_ in counts.items():
        for answer in given_:
            swaps = found.swaps(one, answer)
            assert swaps is not None or (one, answer) in lacking
            for other, by, pairs in swaps or ():
                own, across = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
                assert own[one]
                assert other not in (answer, by)
                assert sum(own.elements()) == sum(across.elements())
                assert all(counts[a][by] >= many for a, many in own.items())
                assert all(counts[b][other] >= many for b, many in across.items())
            if swaps is not None:
                assert len({answer, *(other for other, _, _ in swaps)}) >= 3


def test_whoever_could_be_read_for_want_of_answers_is_asked_again_where_that_may_have_changed(monkeypatch):
    """The same people are left out, and the same swaps found, as if each were asked each time; and fewer are asked."""
    asked, found = Counter[bool](), list[list[object]]()
    swaps, give_up = Balance.swaps, Balance._give_up
    for keeping in (True, False):
        monkeypatch.setattr(Balance, "swaps", lambda *given_, on=keeping: asked.update([on]) or swaps(*given_))
        monkeypatch.setattr(Balance, "_give_up", give_up if keeping else lambda *_: None)
        dice, drawn = random.Random(8), list[object]()
        for _ in range(30):
            structure = Structure((3,), [(answer,) for answer in range(5)], [None])
            pasts = Pasts(structure, (2,))
            answers = dice.choices(range(5), (66, 12, 11, 8, 3), k=60)
            people = [pasts.person(f"p{n}", answer) for n, answer in enumerate(answers)]
            pasts.seat(people, 0)
            for at in range(1, 5):
                home = Companions(pasts, people, [one for one in people if dice.random() < 0.95])
                out = home.drawn(dice)
                drawn += [out, home.found, home._read]
                pasts.seat([one for one in home._here if one not in (out or ())], at)
        found.append(drawn)
    assert found[0] == found[1]
    assert asked[True] < 0.8 * asked[False]
