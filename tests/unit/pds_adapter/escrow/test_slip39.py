"""SLIP-39 as the standard has it: every official vector, and splits of every shape that come back."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pds_adapter.errors import MnemonicSetError, PaperWordError
from pds_adapter.escrow.slip39 import Group, combine, split

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "slip39_official.json").read_text())["vectors"]
SECRET = bytes(range(16))


def test_there_are_as_many_valid_and_invalid_vectors_as_were_published():
    assert (len(VECTORS), sum(1 for vector in VECTORS if vector["master_secret"])) == (45, 15)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["description"])
def test_every_official_vector(vector):
    if vector["master_secret"]:
        assert combine(vector["mnemonics"], "TREZOR").hex() == vector["master_secret"]
    else:
        with pytest.raises(MnemonicSetError):
            combine(vector["mnemonics"], "TREZOR")


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_any_enough_people_of_any_enough_groups_bring_the_secret_back(data):
    secret = data.draw(st.binary(min_size=16, max_size=16) | st.binary(min_size=32, max_size=32))
    groups = data.draw(
        st.lists(
            st.tuples(st.integers(1, 4), st.integers(1, 4)).filter(lambda pair: pair[0] <= pair[1] and pair != (1, 2))
            .filter(lambda pair: pair[0] > 1 or pair[1] == 1),
            min_size=1,
            max_size=3,
        )
    )  # fmt: skip
    threshold = data.draw(st.integers(1, len(groups)))
    extendable, passphrase = data.draw(st.booleans()), data.draw(st.sampled_from(["", "TREZOR"]))
    made = split(secret, [Group(*pair) for pair in groups], threshold, passphrase, extendable, 0)
    chosen = data.draw(st.permutations(range(len(groups))))[:threshold]
    words = [each for at in chosen for each in data.draw(st.permutations(made[at]))[: groups[at][0]]]
    assert combine(words, passphrase) == secret


def test_fewer_people_get_nothing_and_more_are_told():
    [members] = split(SECRET, [Group(3, 5)])
    for few in itertools.combinations(members, 2):
        with pytest.raises(MnemonicSetError):
            combine(few)
    assert combine(members[:3]) == SECRET


def test_a_wrong_passphrase_is_another_secret_and_no_error():
    [members] = split(SECRET, [Group(1, 1)], passphrase="right")
    assert combine(members, "right") == SECRET
    assert combine(members, "wrong") != SECRET


def test_the_exponent_is_written_into_the_words():
    [members] = split(SECRET, [Group(1, 1)], exponent=2)
    assert combine(members) == SECRET


@pytest.mark.parametrize(
    "words",
    [
        {"groups": [Group(3, 2)]},
        {"groups": [Group(0, 2)]},
        {"groups": [Group(1, 17)]},
        {"groups": []},
        {"groups": [Group(1, 1)], "group_threshold": 2},
        {"groups": [Group(1, 1)], "group_threshold": 0},
        {"groups": [Group(1, 1)], "exponent": 16},
        {"groups": [Group(1, 1)], "passphrase": "秘密"},
        {"groups": [Group(1, 1)], "secret": b"s" * 15},
        {"groups": [Group(1, 1)], "secret": b"s" * 17},
    ],
)
def test_what_the_standard_forbids_is_refused(words):
    with pytest.raises(MnemonicSetError):
        split(words.pop("secret", SECRET), **words)


def test_a_word_that_is_none_is_named_and_four_letters_are_enough():
    [[words]] = split(SECRET, [Group(1, 1)])
    assert combine([" ".join(word[:4].upper() for word in words.split())]) == SECRET
    with pytest.raises(PaperWordError) as refused:
        combine([words.replace(words.split()[2], "azukari", 1)])
    assert refused.value.position == 3
