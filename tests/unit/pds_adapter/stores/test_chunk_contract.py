"""The contract of chunks.ChunkStore; every back end is put through all of it."""

import pytest

from pds_adapter.errors import (
    AccountErasedError,
    AccountUnknownError,
    DocumentUnknownError,
    ETagConflictError,
    NameRefusedError,
    NotGrantedError,
    NotSealedError,
)
from pds_adapter.sealing.chunks import CHUNK_BYTES, CHUNK_OVERHEAD_BYTES, SealedChunk
from pds_adapter.sealing.envelope import seal
from pds_adapter.stores.chunks import chunk_box

NOW = 1_800_000_000
UPLOAD, OTHER = "0a" * 16, "0b" * 16
FIRST, SECOND = SealedChunk(b"f" * 100), SealedChunk(b"s" * 100)


def test_a_chunk_is_read_back_and_counted_in_order(store):
    for index in (11, 2, 0):
        assert store.put_chunk("alice", UPLOAD, index, FIRST) is True
    assert store.get_chunk("alice", UPLOAD, 2) == FIRST
    assert store.chunks("alice", UPLOAD) == [0, 2, 11]
    assert (store.uploads("alice"), store.uploads("bob")) == ([UPLOAD], [])


def test_the_longest_chunk_fits(store):
    longest = SealedChunk(b"x" * (CHUNK_BYTES + CHUNK_OVERHEAD_BYTES))
    store.put_chunk("alice", UPLOAD, 0, longest)
    assert store.get_chunk("alice", UPLOAD, 0) == longest


def test_the_same_again_is_success_and_another_is_refused(store):
    assert store.put_chunk("alice", UPLOAD, 0, FIRST) is True
    assert store.put_chunk("alice", UPLOAD, 0, FIRST) is False
    with pytest.raises(ETagConflictError):
        store.put_chunk("alice", UPLOAD, 0, SECOND)
    assert store.get_chunk("alice", UPLOAD, 0) == FIRST


def test_what_is_not_there_is_unknown(store):
    with pytest.raises(DocumentUnknownError):
        store.get_chunk("alice", UPLOAD, 0)
    assert store.chunks("alice", UPLOAD) == []
    assert store.drop_upload("alice", UPLOAD) == 0


def test_an_upload_is_dropped_alone(store):
    for upload in (UPLOAD, OTHER):
        store.put_chunk("alice", upload, 0, FIRST)
        store.put_chunk("alice", upload, 1, SECOND)
    assert store.drop_upload("alice", UPLOAD) == 2
    assert (store.uploads("alice"), store.chunks("alice", OTHER)) == ([OTHER], [0, 1])


def test_names_and_plaintext_are_refused(store):
    for upload in ("", "x" * 32, "0A" * 16, "../" + "0" * 29, None):
        with pytest.raises(NameRefusedError):
            store.put_chunk("alice", upload, 0, FIRST)
    for index in (-1, 10**8, "0", True):
        with pytest.raises(NameRefusedError):
            store.put_chunk("alice", UPLOAD, index, FIRST)
    with pytest.raises(NotSealedError):
        store.put_chunk("alice", UPLOAD, 0, b"plain" * 20)


def test_an_account_must_have_been_opened(store):
    for call in (
        lambda: store.put_chunk("nobody", UPLOAD, 0, FIRST),
        lambda: store.get_chunk("nobody", UPLOAD, 0),
        lambda: store.chunks("nobody", UPLOAD),
        lambda: store.uploads("nobody"),
        lambda: store.drop_upload("nobody", UPLOAD),
    ):
        with pytest.raises(AccountUnknownError):
            call()


def test_chunks_are_no_documents_and_documents_no_chunks(store, member):
    store.put_chunk("alice", UPLOAD, 0, FIRST)
    sealed = seal(b"one", [member.public], b"c")
    store.put("alice", "letters", "l1", sealed)
    assert [entry.box for entry in store.entries("alice")] == ["letters"]
    assert [document.box for document in store.export("alice")] == ["letters"]
    with pytest.raises(NameRefusedError):
        store.put("alice", chunk_box(UPLOAD), "00000001", sealed)


def test_a_reader_needs_a_grant_for_this_upload_until_it_is_revoked(store):
    store.put_chunk("alice", UPLOAD, 0, FIRST)
    store.put_chunk("alice", OTHER, 0, SECOND)
    store.grant("alice", chunk_box(UPLOAD), "carol", NOW)
    assert store.get_chunk("alice", UPLOAD, 0, reader="carol") == FIRST
    with pytest.raises(NotGrantedError):
        store.get_chunk("alice", OTHER, 0, reader="carol")
    with pytest.raises(NotGrantedError):
        store.get_chunk("alice", UPLOAD, 0, reader="dave")
    store.revoke("alice", chunk_box(UPLOAD), "carol", NOW + 1)
    with pytest.raises(NotGrantedError):
        store.get_chunk("alice", UPLOAD, 0, reader="carol")


def test_erasure_takes_the_chunks(store):
    store.put_chunk("alice", UPLOAD, 0, FIRST)
    store.put_chunk("bob", OTHER, 0, FIRST)
    store.erase("alice", NOW)
    for call in (lambda: store.get_chunk("alice", UPLOAD, 0), lambda: store.put_chunk("alice", OTHER, 0, FIRST)):
        with pytest.raises(AccountErasedError):
            call()
    assert store.chunks("bob", OTHER) == [0]
