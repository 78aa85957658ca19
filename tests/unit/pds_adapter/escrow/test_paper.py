from dataclasses import replace

import pytest
import shamir_mnemonic
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic.share import Share as OracleShare
from shamir_mnemonic.wordlist import WORDLIST

from pds_adapter.errors import (
    ForeignShareError,
    PaperWordError,
    ShareChecksumError,
    ShareFormatError,
    ShareIndexError,
    WrongShareError,
)
from pds_adapter.escrow.document import create_escrow
from pds_adapter.escrow.group import Scalar
from pds_adapter.escrow.paper import page_of_share, share_of_words, words_of_share
from pds_adapter.escrow.slip39 import secret_of, words_of
from pds_adapter.sealing.envelope import KeyPair

KEYS = [KeyPair.from_seed(bytes([100 + i]) * 32).public for i in range(3)]
secrets = st.binary(min_size=32, max_size=32)
identifiers = st.integers(0, 2**15 - 1)


@pytest.fixture
def dealt():
    return create_escrow(b"will", KEYS, 2, b"\xe5" * 32)


@given(secrets, identifiers)
def test_words_and_back_and_the_oracle_reads_them_too(secret, identifier):
    words = words_of(secret, identifier)
    assert secret_of(words) == (secret, identifier)
    assert shamir_mnemonic.combine_mnemonics([words]) == secret
    assert OracleShare.from_mnemonic(words).identifier == identifier


@settings(max_examples=10)
@given(secrets)
def test_what_the_oracle_writes_is_read(secret):
    [[words]] = shamir_mnemonic.generate_mnemonics(1, [(1, 1)], secret, iteration_exponent=0)
    assert secret_of(words)[0] == secret
    assert words_of(secret, secret_of(words)[1]) == words


@given(st.data())
def test_up_to_three_wrong_words_are_always_found(data):
    words = words_of(b"s" * 32, 77).split()
    for place in data.draw(st.sets(st.integers(0, 32), min_size=1, max_size=3)):
        words[place] = data.draw(st.sampled_from(WORDLIST).filter(lambda word, old=words[place]: word != old))
    with pytest.raises(ShareChecksumError):
        secret_of(" ".join(words))


def test_four_letters_tell_words_apart():
    assert len({word[:4] for word in WORDLIST}) == 1024


def test_four_letters_are_enough_and_case_and_spacing_do_not_matter():
    words = words_of(b"s" * 32, 77)
    assert secret_of("\n ".join(word[:4].upper() for word in words.split())) == (b"s" * 32, 77)


@pytest.mark.parametrize("word", ["zzzz", "aca", "acadxmic", "academics", "学校"])
def test_an_unknown_word_is_named_with_its_position(word):
    words = words_of(b"s" * 32, 77).split()
    words[4] = word
    with pytest.raises(PaperWordError) as refused:
        secret_of(" ".join(words))
    assert (refused.value.position, refused.value.word) == (5, word)


def test_what_was_perhaps_meant_is_suggested():
    with pytest.raises(PaperWordError, match="perhaps academic") as refused:
        secret_of("acaedmic " + "academic " * 32)
    assert "academic" in refused.value.suggestions


def test_too_few_words_are_counted():
    with pytest.raises(ShareFormatError, match="must be 33 words"):
        secret_of(words_of(b"s" * 32, 77).rpartition(" ")[0])


def test_other_kinds_of_slip39_shares_are_refused():
    two_of_two = shamir_mnemonic.generate_mnemonics(1, [(2, 2)], b"s" * 32, iteration_exponent=0)[0]
    costly = shamir_mnemonic.generate_mnemonics(1, [(1, 1)], b"s" * 32, iteration_exponent=1)[0]
    [[old]] = shamir_mnemonic.generate_mnemonics(1, [(1, 1)], b"s" * 32, extendable=False, iteration_exponent=0)
    for words in (two_of_two[0], costly[0], old):
        with pytest.raises(ShareFormatError, match="another kind"):
            secret_of(words)


@pytest.mark.parametrize(("secret", "identifier"), [(b"short", 1), (b"s" * 33, 1), (b"s" * 32, 2**15), (b"s" * 32, -1)])
def test_what_has_no_words_is_refused(secret, identifier):
    with pytest.raises(ShareFormatError):
        words_of(secret, identifier)


def test_a_share_on_paper_and_back(dealt):
    escrow, shares = dealt
    for share in shares:
        assert share_of_words(words_of_share(share), share.index, escrow.terms) == share
    assert len(words_of_share(shares[0]).split()) == 33


def test_words_under_the_heading_of_another_share_are_found_out(dealt):
    escrow, shares = dealt
    for index, terms in ((2, escrow.terms), (1, replace(escrow.terms, epoch=1))):
        with pytest.raises(ForeignShareError) as refused:
            share_of_words(words_of_share(shares[0]), index, terms)
        assert refused.value.field == "paper"
    with pytest.raises(ShareIndexError):
        share_of_words(words_of_share(replace(shares[0], holders=9, index=9)), 9, escrow.terms)


def test_words_of_a_wrong_share_are_named(dealt):
    escrow, shares = dealt
    wrong = replace(shares[1], value=shares[1].value + Scalar.from_int(1))
    with pytest.raises(WrongShareError) as refused:
        share_of_words(words_of_share(wrong), 2, escrow.terms)
    assert refused.value.indexes == (2,)


def test_words_that_are_no_scalar_are_refused(dealt):
    escrow, shares = dealt
    identifier = secret_of(words_of_share(shares[0]))[1]
    with pytest.raises(ShareFormatError, match="group order"):
        share_of_words(words_of(b"\xff" * 32, identifier), 1, escrow.terms)


def test_the_page_has_everything_and_warns(dealt):
    _escrow, shares = dealt
    page = page_of_share(shares[1])
    assert "not a wallet seed" in page
    assert "share 2   any 2 of 3 open" in page
    assert "0x" + shares[1].escrow_id.hex() in page
    words = [word for word in page.split("\n\n")[1].split() if not word.isdigit()]
    assert " ".join(words) == words_of_share(shares[1])
