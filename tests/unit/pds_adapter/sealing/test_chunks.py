"""Documents sealed in chunks: read by range, and nothing moved, cut or swapped without being found out."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pds_adapter.errors import EnvelopeForgedError, EnvelopeFormatError, NotARecipientError
from pds_adapter.sealing.chunks import (
    CHUNK_BYTES,
    Cover,
    SealedChunk,
    chunk_length,
    chunks_with,
    content_digest,
    open_chunk,
    open_cover,
    seal_chunk,
    seal_cover,
)
from pds_adapter.sealing.envelope import rewrap

CONTENT = bytes(range(25))


def cover_of(content=CONTENT, **changed):
    digest = content_digest()
    digest.update(content)
    given = {
        "document": "0d" * 16, "version": 1, "upload": "0a" * 16, "title": "写真 1.jpg", "media_type": "image/jpeg",
        "size_bytes": len(content), "digest": digest.hexdigest(), "made_at": 1_800_000_000, "key": b"k" * 32,
        "chunk_bytes": 10,
    }  # fmt: skip
    return Cover(**(given | changed))


def pieces(content, size):
    return [content[at : at + size] for at in range(0, len(content), size)] or [b""]


def test_a_cover_opens_for_who_it_is_sealed_to_and_for_its_own_place(member, stranger):
    cover = cover_of()
    sealed = seal_cover(cover, "alice", [member.public])
    assert open_cover(sealed, member, "alice", cover.document, 1) == cover
    with pytest.raises(NotARecipientError):
        open_cover(sealed, stranger, "alice", cover.document, 1)
    for place in (("bob", cover.document, 1), ("alice", "0e" * 16, 1), ("alice", cover.document, 2)):
        with pytest.raises(EnvelopeForgedError):
            open_cover(sealed, member, *place)


def test_a_cover_handed_on_opens_for_the_recipient(member, stranger):
    handed = rewrap(seal_cover(cover_of(), "alice", [member.public]), member, [stranger.public])
    assert open_cover(handed, stranger, "alice", "0d" * 16, 1) == cover_of()


def test_its_key_shows_in_no_repr():
    assert "key" not in repr(cover_of())


@given(content=st.binary(max_size=100), size=st.integers(1, 30))
def test_chunks_give_the_content_back(content, size):
    cover = cover_of(content, chunk_bytes=size)
    sealed = [seal_chunk(cover, "alice", index, part) for index, part in enumerate(pieces(content, size))]
    assert len(sealed) == cover.chunks
    assert sum(len(chunk.encoded) for chunk in sealed) == cover.sealed_bytes()
    assert b"".join(open_chunk(cover, "alice", index, chunk) for index, chunk in enumerate(sealed)) == content


@given(start=st.integers(0, 25), length=st.integers(0, 25))
def test_a_range_is_opened_from_the_chunks_that_hold_it_alone(start, length):
    cover = cover_of()
    if start + length > 25:
        with pytest.raises(EnvelopeFormatError):
            chunks_with(cover, start, length)
        return
    wanted = chunks_with(cover, start, length)
    held = b"".join(CONTENT[index * 10 : index * 10 + chunk_length(cover, index)] for index in wanted)
    skipped = start - wanted.start * 10 if length else 0
    assert held[skipped : skipped + length] == CONTENT[start : start + length]
    assert len(wanted) <= length // 10 + 2


@pytest.mark.parametrize(
    ("changed", "account", "index"),
    [
        ({}, "bob", 0),
        ({}, "alice", 1),
        ({"version": 2}, "alice", 0),
        ({"document": "0e" * 16}, "alice", 0),
        ({"upload": "0b" * 16}, "alice", 0),
        ({"size_bytes": 10}, "alice", 0),
        ({"key": b"l" * 32}, "alice", 0),
    ],
    ids=["owner", "place", "version", "document", "upload", "cut off behind it", "key"],
)
def test_a_chunk_opens_nowhere_else(changed, account, index):
    chunk = seal_chunk(cover_of(), "alice", 0, CONTENT[:10])
    with pytest.raises(EnvelopeForgedError):
        open_chunk(replace(cover_of(), **changed), account, index, chunk)


def test_an_altered_chunk_is_found_out():
    encoded = bytearray(seal_chunk(cover_of(), "alice", 0, CONTENT[:10]).encoded)
    for at in (0, 24, len(encoded) - 1):
        altered = bytearray(encoded)
        altered[at] ^= 1
        with pytest.raises(EnvelopeForgedError):
            open_chunk(cover_of(), "alice", 0, SealedChunk(bytes(altered)))


def test_a_content_that_changed_its_length_is_not_sealed():
    with pytest.raises(EnvelopeFormatError, match="changed meanwhile"):
        seal_chunk(cover_of(), "alice", 2, b"123456")
    with pytest.raises(EnvelopeFormatError):
        seal_chunk(cover_of(), "alice", 3, b"")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("document", "0D" * 16), ("document", 3), ("upload", "0"), ("title", ""), ("title", "x" * 301), ("title", None),
        ("media_type", "image"), ("media_type", "image/jpeg; x"), ("size_bytes", -1), ("size_bytes", True),
        ("digest", "00"), ("version", 0), ("made_at", 1.5), ("key", b"short"), ("chunk_bytes", CHUNK_BYTES + 1),
        ("chunk_bytes", 0),
    ],
)  # fmt: skip
def test_a_cover_that_breaks_a_rule_is_refused_by_its_field(field, value):
    with pytest.raises(EnvelopeFormatError) as refused:
        cover_of(**{field: value})
    assert refused.value.field == field


def test_parse_refuses_what_format_does_not_write():
    encoded = cover_of().to_bytes()
    assert Cover.from_bytes(encoded) == cover_of()
    for wrong in (encoded + b" ", b"[]", b"{}", encoded.replace(b'"version":1', b'"version":"1"'), b"\xff"):
        with pytest.raises(EnvelopeFormatError):
            Cover.from_bytes(wrong)


def test_chunks_have_lengths_that_can_be():
    for wrong in (b"", b"x" * 39, b"x" * (CHUNK_BYTES + 41), "x" * 50):
        with pytest.raises(EnvelopeFormatError):
            SealedChunk(wrong)
