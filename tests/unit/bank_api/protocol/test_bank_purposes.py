"""Purposes by their DPV terms: named in both languages, and found by any of their names."""

import pytest

from bank_api.protocol.purposes import TERMS, is_called, name_of, term_in


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_named_in_both_languages_and_found_again(term):
    name = name_of(f"dpv:{term}")
    assert name == name_of(term)
    japanese, _, english = name.removesuffix(f" (dpv:{term})").partition(" / ")
    assert term_in(name) == f"dpv:{term}"
    for sought in (name, japanese, english, english.upper(), f"{japanese} / {english}", term, f"dpv:{term}"):
        assert is_called(name, sought), sought
    assert len(name) <= 200


def test_other_names_are_taken_as_they_are():
    assert term_in("Research") is None
    assert is_called("Research", "research")
    assert not is_called("Research", "Marketing")
    assert not is_called(None, "Research")
    with pytest.raises(KeyError):
        name_of("dpv:Curiosity")


def test_no_two_purposes_are_called_alike():
    names = [name_of(term) for term in TERMS]
    for term in TERMS:
        assert [is_called(name, term) for name in names].count(True) == 1
