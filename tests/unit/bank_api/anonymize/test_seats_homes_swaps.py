"""Swaps within one home, who is left out by them, and the judge of those that rest on a third answer."""

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
from bank_api.domain.anonymize.seats.homes import balance, companions
from bank_api.domain.anonymize.seats.homes.balance import BITS_PER_SITTING, Balance
from bank_api.domain.anonymize.seats.homes.companions import Codes, Companions
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
    assert max(shares) < 1.6 * min(shares), shares  # with regard to answers it was seventeen times
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


@pytest.mark.parametrize("seed", [3, 9, 67])
def test_whoever_stays_has_swaps_that_would_not_be_found_again(seed, monkeypatch):
    """What was found is kept for the judge, and not what was found later for others left out."""
    monkeypatch.setattr(balance, "SWAPS_MAX", 1)
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


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 3)), min_size=3, max_size=14))
@settings(max_examples=60)
def test_what_balances_holds_equally_many_of_both_answers_in_every_sitting(people):
    structure = Structure((3,), [(answer,) for answer in range(4)], [None])
    code = [sum(1 << BITS_PER_SITTING * at for at in range(4) if past >> at & 1) for past, _ in people]
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
