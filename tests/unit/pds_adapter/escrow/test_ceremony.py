"""A key that nobody holds comes to be: every keeper deals, any two of three open, and a cheat is named."""

from dataclasses import replace

import pytest

from pds_adapter.errors import (
    DealFormatError,
    EnvelopeFormatError,
    EscrowForgedError,
    MissingDealsError,
    NotARecipientError,
    WrongDealError,
    WrongPartialError,
)
from pds_adapter.escrow.ceremony import check_first, deal_first, receive_first, terms_of
from pds_adapter.escrow.releases import contribute_to_release, open_committed
from pds_adapter.escrow.resharing import Deal, deal_anew, receive_share, terms_after
from pds_adapter.escrow.shared import SharedKey, label_of, share, share_by_key, wrapped_answer
from pds_adapter.sealing.envelope import SealedDocument, open_sealed, open_with_key, seal
from pds_adapter.sealing.keys import KeyPair

KEY_ID, RELEASE = b"k" * 32, b"r" * 32


@pytest.fixture
def people(randomness):
    return [KeyPair.generate(randomness) for _ in range(3)]


@pytest.fixture
def keepers(people):
    return [one.public for one in people]


@pytest.fixture
def deals(keepers, randomness):
    return [deal_first(KEY_ID, index, keepers, 2, randomness) for index in (1, 2, 3)]


def shares_of(deals, keepers, people):
    return [receive_first(deals, KEY_ID, keepers, 2, one)[0] for one in people]


def documents(terms, randomness, count=5):
    bank = KeyPair.generate(randomness)
    made = [seal(b"answer %d" % at, [bank.public], b"c", randomness) for at in range(count)]
    labels = [label_of("somebody", "answers", str(at)) for at in range(count)]
    return [
        share(one, bank, terms, label).without(bank.public) for one, label in zip(made, labels, strict=True)
    ], labels


def opened(shared, labels, shares, terms, release=RELEASE):
    answers = [wrapped_answer(one.shared, label) for one, label in zip(shared, labels, strict=True)]
    parts = [contribute_to_release(answers, one.share, release) for one in shares]
    return open_committed(answers, parts, terms.commitments, release, lambda at, key: shared[at].is_key(key))


def test_any_two_of_three_open_what_nobody_alone_can(deals, keepers, people, randomness):
    terms = terms_of(deals, KEY_ID, keepers, 2)
    first, second, third = shares_of(deals, keepers, people)
    shared, labels = documents(terms, randomness)
    assert all(one.wraps == () and SealedDocument.from_bytes(one.to_bytes()) == one for one in shared)
    for some in ((first, second), (third, first), (second, third)):
        keys = opened(shared, labels, some, terms)
        contents = [open_with_key(one, key, b"c").content for one, key in zip(shared, keys, strict=True)]
        assert contents == [b"answer %d" % at for at in range(5)]


def test_shares_dealt_anew_open_the_same_documents(deals, keepers, people, randomness):
    terms = terms_of(deals, KEY_ID, keepers, 2)
    first, _, third = shares_of(deals, keepers, people)
    shared, labels = documents(terms, randomness)
    newcomers = [people[0], KeyPair.generate(randomness), KeyPair.generate(randomness), people[2]]
    after_keys = [one.public for one in newcomers]
    anew = [deal_anew(one, terms, (1, 3), after_keys, 3, randomness) for one in (first, third)]
    after = terms_after(anew, terms)
    assert after.commitments.public_key == terms.commitments.public_key
    assert after.epoch == terms.epoch + 1
    fresh = [receive_share(anew, terms, one)[0] for one in newcomers]
    assert len(opened(shared, labels, fresh[1:], after)) == 5


def test_a_part_that_is_false_is_named_and_a_false_wrapping_too(deals, keepers, people, randomness):
    terms = terms_of(deals, KEY_ID, keepers, 2)
    first, second, _ = shares_of(deals, keepers, people)
    shared, labels = documents(terms, randomness)
    answers = [wrapped_answer(one.shared, label) for one, label in zip(shared, labels, strict=True)]
    right, false = (contribute_to_release(answers, one.share, RELEASE) for one in (first, second))
    false = replace(false, points=(false.points[1], false.points[0], *false.points[2:]))
    with pytest.raises(WrongPartialError) as refused:
        open_committed(answers, [right, false], terms.commitments, RELEASE, lambda at, key: shared[at].is_key(key))
    assert refused.value.indexes == (2,)
    other = [replace(shared[0], shared=share_by_key(bytes(32), terms, labels[0])), *shared[1:]]
    with pytest.raises(EscrowForgedError, match="commits to"):
        opened(other, labels, (first, second), terms)
    with pytest.raises(EscrowForgedError, match="another"):
        opened(shared, [*labels[1:], labels[0]], (first, second), terms)


def test_whoever_deals_what_is_not_theirs_or_not_whole_is_named(deals, keepers, people, randomness):
    assert [Deal.from_bytes(one.to_bytes()) for one in deals] == deals
    with pytest.raises(MissingDealsError):
        terms_of(deals[:2], KEY_ID, keepers, 2)
    forged = replace(deals[1], proof=deals[0].proof)
    with pytest.raises(WrongDealError) as refused:
        check_first(forged, KEY_ID, keepers, 2)
    assert refused.value.dealers == (2,)
    with pytest.raises(DealFormatError):
        check_first(deals[0], b"o" * 32, keepers, 2)
    with pytest.raises(DealFormatError):
        check_first(deals[0], KEY_ID, list(reversed(keepers)), 2)
    third = deal_first(KEY_ID, 3, keepers, 2, randomness)
    other = deal_first(KEY_ID, 3, keepers, 2, randomness)
    with pytest.raises(WrongDealError):
        receive_first([*deals[:2], replace(third, pieces=other.pieces)], KEY_ID, keepers, 2, people[0])


def test_nobody_opens_with_a_share_alone_and_the_wrapping_has_one_spelling(deals, keepers, people, randomness):
    terms = terms_of(deals, KEY_ID, keepers, 2)
    [document], _ = documents(terms, randomness, 1)
    assert SharedKey.from_bytes(document.shared).key_id == KEY_ID
    for spoiled in (document.shared + b"\x00", document.shared[:-1], document.shared[:33] + bytes(160)):
        with pytest.raises(EnvelopeFormatError):
            SharedKey.from_bytes(spoiled)
    for one in people:
        with pytest.raises(NotARecipientError):
            open_sealed(document, one, b"c")
