from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_box_seal, crypto_box_seal_open

from pds_adapter.errors import EnvelopeForgedError, EnvelopeFormatError, NotARecipientError
from pds_adapter.sealing import envelope
from pds_adapter.sealing.envelope import KeyPair, OpenedDocument, SealedDocument, Wrap, open_sealed, rewrap, seal

CONTEXT = b"account/answers/1"
PEOPLE = [KeyPair.from_seed(bytes([i]) * 32) for i in range(5)]


@given(st.binary(max_size=300), st.sets(st.sampled_from(range(5)), min_size=1), st.binary(max_size=20))
def test_every_recipient_opens_and_nobody_else(content, chosen, context):
    sealed = seal(content, [PEOPLE[i].public for i in chosen], context)
    for i, person in enumerate(PEOPLE):
        if i in chosen:
            assert open_sealed(sealed, person, context) == OpenedDocument(content)
        else:
            with pytest.raises(NotARecipientError):
                open_sealed(sealed, person, context)


@given(st.binary(max_size=100), st.sets(st.sampled_from(range(5)), min_size=1))
def test_bytes_and_back(content, chosen):
    sealed = seal(content, [PEOPLE[i].public for i in chosen], CONTEXT)
    encoded = sealed.to_bytes()
    assert SealedDocument.from_bytes(encoded) == sealed
    assert SealedDocument.from_bytes(encoded).to_bytes() == encoded
    assert len(content) < 8 or content not in encoded


@given(st.data())
def test_one_flipped_bit_anywhere_is_found(data):
    sealed = seal(b"q1: 3", [PEOPLE[0].public], CONTEXT)
    encoded = bytearray(sealed.to_bytes())
    at = data.draw(st.integers(0, len(encoded) * 8 - 1))
    encoded[at // 8] ^= 1 << (at % 8)
    with pytest.raises((EnvelopeFormatError, EnvelopeForgedError, NotARecipientError)):
        open_sealed(SealedDocument.from_bytes(bytes(encoded)), PEOPLE[0], CONTEXT)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_never_parse_into_something_else(data):
    try:
        parsed = SealedDocument.from_bytes(data)
    except EnvelopeFormatError:
        return
    assert parsed.to_bytes() == data


def test_another_context_is_refused(member, bank):
    sealed = seal(b"answer", [member.public], CONTEXT)
    with pytest.raises(EnvelopeForgedError, match="another context"):
        open_sealed(sealed, member, b"account/answers/2")


def test_an_altered_wrap_is_told_apart_from_altered_content(member):
    sealed = seal(b"answer", [member.public], CONTEXT)
    bad = replace(sealed, wraps=(Wrap(member.public, sealed.wraps[0].box[:-1] + b"\x00"),))
    with pytest.raises(EnvelopeForgedError, match="wrap for 0x"):
        open_sealed(bad, member, CONTEXT)


def test_a_wrap_moved_from_another_document_is_refused(member):
    first, second = (seal(text, [member.public], CONTEXT) for text in (b"one", b"two"))
    with pytest.raises(EnvelopeForgedError, match="commits to"):
        open_sealed(replace(first, wraps=second.wraps), member, CONTEXT)


def test_wraps_are_libsodium_sealed_boxes(member):
    box = envelope._wrap(b"k" * 32, member.public, lambda n: b"e" * n).box
    assert crypto_box_seal_open(box, member.public.encoded, member.secret) == b"k" * 32
    assert len(box) == len(crypto_box_seal(b"k" * 32, member.public.encoded)) == envelope.BOX_BYTES


def test_rewrap_adds_recipients_and_leaves_the_rest(member, bank, stranger):
    sealed = seal(b"answer", [member.public], CONTEXT)
    wider = rewrap(sealed, member, [bank.public, member.public])
    assert wider.recipients == tuple(sorted([member.public, bank.public]))
    assert open_sealed(wider, bank, CONTEXT).content == b"answer"
    assert (wider.nonce, wider.ciphertext) == (sealed.nonce, sealed.ciphertext)
    assert rewrap(wider, bank, [bank.public]) == wider
    with pytest.raises(NotARecipientError):
        rewrap(sealed, stranger, [stranger.public])


def test_a_destroyed_wrap_shuts_that_recipient_out(member, bank):
    sealed = seal(b"answer", [member.public, bank.public], CONTEXT)
    narrower = sealed.without(bank.public)
    assert open_sealed(narrower, member, CONTEXT).content == b"answer"
    with pytest.raises(NotARecipientError) as refused:
        open_sealed(narrower, bank, CONTEXT)
    assert refused.value.public_key == bank.public.to_hex()
    assert narrower.without(bank.public) == narrower
    assert sealed.erased().wraps == ()
    with pytest.raises(NotARecipientError):
        open_sealed(sealed.erased(), member, CONTEXT)
    assert SealedDocument.from_bytes(sealed.erased().to_bytes()) == sealed.erased()


def test_sealing_to_nobody_is_refused():
    with pytest.raises(EnvelopeFormatError, match="nobody") as refused:
        seal(b"", [], CONTEXT)
    assert refused.value.field == "recipients"


def test_the_same_recipient_twice_is_wrapped_once(member):
    assert len(seal(b"x", [member.public, member.public], CONTEXT).wraps) == 1


def test_the_same_randomness_gives_the_same_bytes_and_other_randomness_others(member):
    def fixed(n):
        return b"r" * n

    assert seal(b"x", [member.public], CONTEXT, fixed) == seal(b"x", [member.public], CONTEXT, fixed)
    assert seal(b"x", [member.public], CONTEXT) != seal(b"x", [member.public], CONTEXT)


def test_too_many_recipients_and_too_long_a_content_are_refused(member, monkeypatch):
    many = [KeyPair.from_seed(i.to_bytes(32, "big")).public for i in range(256)]
    with pytest.raises(EnvelopeFormatError, match="more than 255"):
        seal(b"x", many, CONTEXT)
    assert len(seal(b"x", many[:255], CONTEXT).wraps) == 255
    with pytest.raises(EnvelopeFormatError, match="longer than"):
        seal(bytes(envelope.CONTENT_BYTES_MAX + 1), [member.public], CONTEXT)


def test_non_canonical_bytes_are_refused_by_field(member, bank):
    sealed = seal(b"x", [member.public, bank.public], CONTEXT)
    good = sealed.to_bytes()
    first, second = good[6:118], good[118:230]
    cases = {
        "format and version": b"AZSD\x03" + good[5:],
        "shared": b"AZSD\x02" + good[5:230] + b"\x00\x00" + good[230:],
        "wraps": good[:6] + second + first + good[230:],
        "recipient": good[:6] + bytes(32) + good[38:],
        "end": good + b"\x00",
        "ciphertext": good[:-1],
        "number of wraps": good[:5],
    }
    for field, data in cases.items():
        with pytest.raises(EnvelopeFormatError) as refused:
            SealedDocument.from_bytes(data)
        assert refused.value.field == field
    with pytest.raises(EnvelopeFormatError, match="ascending"):
        SealedDocument.from_bytes(good[:6] + first + first + good[230:])


def test_nothing_secret_shows_in_a_repr(member):
    opened = open_sealed(seal(b"very private", [member.public], CONTEXT), member, CONTEXT)
    assert "private" not in repr(opened) + str(opened) + f"{opened}"
    assert repr(opened) == "OpenedDocument(12 bytes, hidden)"
