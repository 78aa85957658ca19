"""Many answers opened by k of n at once: these answers, for this release, and whoever cheats is named."""

from dataclasses import replace

import pytest

from pds_adapter.errors import (
    EscrowForgedError,
    ShareFormatError,
    ShareIndexError,
    TooFewSharesError,
    WrongPartialError,
)
from pds_adapter.escrow.group import Point, Scalar
from pds_adapter.escrow.releases import ReleasePart, WrappedAnswer, contribute_to_release, open_release
from pds_adapter.escrow.threshold import wrap_key
from pds_adapter.escrow.vss import split

RELEASE, OTHER = b"r" * 32, b"o" * 32


@pytest.fixture
def keys(randomness):
    return [randomness(32) for _ in range(4)]


@pytest.fixture
def keepers(randomness):
    return split(Scalar.random(randomness), 2, 3, randomness)


@pytest.fixture
def answers(keys, keepers, randomness):
    labels = [b"answer %d" % number for number in range(len(keys))]
    return [
        WrappedAnswer(label, wrap_key(key, keepers[1].public_key, label, randomness))
        for label, key in zip(labels, keys, strict=True)
    ]


def parts_of(answers, keepers, release=RELEASE):
    return [contribute_to_release(answers, share, release) for share in keepers[0]]


def test_any_two_of_three_open_every_answer(answers, keys, keepers):
    first, second, third = parts_of(answers, keepers)
    for some in ((first, second), (third, first), (second, third), (first, second, third)):
        assert open_release(answers, some, keepers[1], RELEASE) == keys


def test_with_one_keeper_missing_too_many_nothing_opens(answers, keepers):
    first, *_ = parts_of(answers, keepers)
    with pytest.raises(TooFewSharesError) as refused:
        open_release(answers, [first], keepers[1], RELEASE)
    assert refused.value.missing == 1


def test_a_false_part_is_named(answers, keepers):
    first, second, third = parts_of(answers, keepers)
    swapped = replace(second, points=(second.points[1], second.points[0], *second.points[2:]))
    of_another = replace(third, index=second.index)
    short = replace(second, points=second.points[1:])
    altered = replace(second, points=(*second.points[:3], second.points[3] + Point.base_times(Scalar.from_int(1))))
    for false in (swapped, of_another, short, altered):
        with pytest.raises(WrongPartialError) as refused:
            open_release(answers, [first, false], keepers[1], RELEASE)
        assert refused.value.indexes == (second.index,)


def test_errors_that_cancel_out_are_found_too(answers, keepers):
    first, second, _ = parts_of(answers, keepers)
    extra = Point.base_times(Scalar.from_int(7))
    points = (second.points[0] + extra, second.points[1] - extra, *second.points[2:])
    with pytest.raises(WrongPartialError):
        open_release(answers, [first, replace(second, points=points)], keepers[1], RELEASE)


def test_a_part_serves_one_release_and_one_list(answers, keepers):
    first, second, _ = parts_of(answers, keepers)
    with pytest.raises(WrongPartialError):
        open_release(answers, [first, second], keepers[1], OTHER)
    for other in (answers[::-1], answers[:3], [*answers, answers[0]]):
        with pytest.raises(WrongPartialError):
            open_release(other, [first, second], keepers[1], RELEASE)


def test_a_keeper_refuses_what_does_not_prove_itself(answers, keepers):
    relabelled = [replace(answers[0], label=b"another"), *answers[1:]]
    with pytest.raises(EscrowForgedError):
        contribute_to_release(relabelled, keepers[0][0], RELEASE)
    with pytest.raises(EscrowForgedError):
        open_release(relabelled, parts_of(answers, keepers), keepers[1], RELEASE)


def test_no_keeper_counts_twice(answers, keepers):
    first, *_ = parts_of(answers, keepers)
    with pytest.raises(ShareIndexError):
        open_release(answers, [first, first], keepers[1], RELEASE)


def test_parse_and_format_are_inverses(answers, keepers):
    part = parts_of(answers, keepers)[0]
    encoded = part.to_bytes()
    assert ReleasePart.from_bytes(encoded) == part
    for wrong in (encoded[:-1], encoded + b"x", b"\x02" + encoded[1:], encoded[:6] + bytes(32) + encoded[38:]):
        with pytest.raises(ShareFormatError):
            ReleasePart.from_bytes(wrong)
