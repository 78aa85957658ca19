"""The contract of port.PersonalDataStore; every back end is put through all of it."""

import threading
from contextlib import suppress

import pytest
from sqlalchemy import MetaData

from pds_adapter.errors import (
    AccountErasedError,
    AccountUnknownError,
    ConditionRefusedError,
    DocumentUnknownError,
    EnvelopeError,
    ETagConflictError,
    NameRefusedError,
    NotARecipientError,
    NotGrantedError,
    NotSealedError,
    StoreError,
)
from pds_adapter.sealing.envelope import SealedDocument, open_sealed, seal
from pds_adapter.stores.embedded import EmbeddedStore
from pds_adapter.stores.port import Document, Erasure, Grant, Outcome, Put, Reference, Stored

NOW, CONTEXT = 1_800_000_000, b"c"


@pytest.fixture
def sealed(member, bank):
    return seal(b"one", [member.public, bank.public], b"c")


@pytest.fixture
def other(member):
    return seal(b"two", [member.public], b"c")


def test_opening_an_account_again_changes_nothing(store):
    assert store.open_account("carol", NOW) is True
    assert store.open_account("carol", NOW + 1) is False
    assert store.open_accounts(["carol", "dave", "erin", "dave"], NOW) == 2


def test_what_is_put_is_got(store, sealed):
    stored = store.put("alice", "answers", "s1", sealed)
    assert stored.outcome is Outcome.CREATED
    assert store.get("alice", "answers", "s1") == Document("alice", "answers", "s1", stored.etag, sealed)


def test_the_same_put_again_is_success_whatever_its_condition(store, sealed, other):
    first = store.put("alice", "answers", "s1", sealed, if_none_match=True)
    again = store.put("alice", "answers", "s1", sealed, if_none_match=True)
    assert again == Stored(first.etag, Outcome.REPEATED)
    changed = store.put("alice", "answers", "s1", other, if_match=first.etag)
    assert store.put("alice", "answers", "s1", other, if_match=first.etag) == Stored(changed.etag, Outcome.REPEATED)


def test_if_none_match_refuses_to_overwrite(store, sealed, other):
    first = store.put("alice", "answers", "s1", sealed)
    with pytest.raises(ETagConflictError) as refused:
        store.put("alice", "answers", "s1", other, if_none_match=True)
    assert (refused.value.expected, refused.value.found) == (None, first.etag)
    assert store.get("alice", "answers", "s1").content == sealed


def test_if_match_refuses_a_stale_writer_and_an_absent_document(store, sealed, other):
    first = store.put("alice", "answers", "s1", sealed)
    second = store.put("alice", "answers", "s1", other, if_match=first.etag)
    assert second.outcome is Outcome.CHANGED
    with pytest.raises(ETagConflictError, match="the writer believed") as refused:
        store.put("alice", "answers", "s1", sealed, if_match=first.etag)
    assert (refused.value.expected, refused.value.found) == (first.etag, second.etag)
    with pytest.raises(ETagConflictError, match="is absent") as refused:
        store.put("alice", "answers", "s2", sealed, if_match=first.etag)
    assert refused.value.found is None


def test_without_a_condition_the_last_writer_wins(store, sealed, other):
    store.put("alice", "answers", "s1", sealed)
    assert store.put("alice", "answers", "s1", other).outcome is Outcome.CHANGED
    assert store.get("alice", "answers", "s1").content == other


def test_both_conditions_at_once_are_refused(store, sealed):
    with pytest.raises(ConditionRefusedError):
        store.put("alice", "answers", "s1", sealed, if_match="x", if_none_match=True)


def test_plaintext_is_never_taken(store):
    for plaintext in (b"plain", "plain", {"q1": 3}, None):
        with pytest.raises(NotSealedError) as refused:
            store.put("alice", "answers", "s1", plaintext)
        assert refused.value.offered == type(plaintext).__name__
    assert store.entries("alice") == []


BAD_NAMES = ["", ".", "..", "a/b", "../x", "-x", "a b", "é", "x" * 129, "a.acl", "b.meta", "a\n", None, 3]


def test_names_a_back_end_could_not_keep_are_refused(store, sealed):
    for name in BAD_NAMES:
        for place in [(name, "b", "n"), ("alice", name, "n"), ("alice", "b", name)]:
            with pytest.raises(NameRefusedError):
                store.put(*place, sealed)
        with pytest.raises(NameRefusedError):
            store.open_account(name, NOW)
        with pytest.raises(NameRefusedError):
            store.grant("alice", "answers", name, NOW)
        with pytest.raises(NameRefusedError):
            store.entries("alice", reader=name if name is not None else "")


def test_the_longest_and_strangest_allowed_names_are_kept(store, sealed):
    names = ["x" * 128, "A.b_c-9", "0xE5", "a.json", "a.ttl", "a.", "a..b", "index.html", "1"]
    for name in names:
        store.put("alice", name, name, sealed)
    assert [(entry.box, entry.name) for entry in store.entries("alice")] == [(name, name) for name in sorted(names)]
    assert store.get("alice", "a.json", "a.json").content == sealed


def test_an_account_never_opened_is_named(store, sealed):
    for call in (
        lambda: store.put("nobody", "b", "n", sealed),
        lambda: store.get("nobody", "b", "n"),
        lambda: store.entries("nobody"),
        lambda: store.delete("nobody", "b", "n"),
        lambda: store.grant("nobody", "b", "bank", NOW),
        lambda: store.revoke("nobody", "b", "bank", NOW),
        lambda: store.grants("nobody"),
        lambda: list(store.export("nobody")),
        lambda: store.erase("nobody", NOW),
    ):
        with pytest.raises(AccountUnknownError) as refused:
            call()
        assert refused.value.account_id == "nobody"


def test_an_absent_document_is_named(store):
    with pytest.raises(DocumentUnknownError) as refused:
        store.get("alice", "answers", "s9")
    assert (refused.value.account_id, refused.value.box, refused.value.name) == ("alice", "answers", "s9")


def test_many_puts_are_answered_in_order_and_a_refused_one_sinks_nobody(store, sealed, other):
    taken = store.put("alice", "answers", "s1", sealed)
    answers = store.put_many(
        [
            Put("bob", "answers", "s1", sealed),
            Put("alice", "answers", "s1", other, if_none_match=True),
            Put("nobody", "answers", "s1", sealed),
            Put("alice", "answers", "s1", sealed),
            Put("bob", "answers", "s2", other, if_none_match=True),
            Put("bob", "answers", "s2", sealed, if_none_match=True),
        ]
    )
    assert [getattr(answer, "outcome", type(answer)) for answer in answers] == [
        Outcome.CREATED,
        ETagConflictError,
        AccountUnknownError,
        Outcome.REPEATED,
        Outcome.CREATED,
        ETagConflictError,
    ]
    assert answers[3] == Stored(taken.etag, Outcome.REPEATED)
    assert store.get("bob", "answers", "s2").content == other


def test_many_gets_are_answered_in_order(store, sealed):
    store.put("alice", "answers", "s1", sealed)
    found, absent, unknown = store.get_many(
        [Reference("alice", "answers", "s1"), Reference("bob", "answers", "s1"), Reference("nobody", "answers", "s1")]
    )
    assert found.content == sealed
    assert isinstance(absent, DocumentUnknownError)
    assert isinstance(unknown, AccountUnknownError)
    assert store.get_many([]) == []
    assert store.put_many([]) == []


def test_entries_are_in_order_of_box_and_name(store, sealed, other):
    for box, name in [("b", "2"), ("a", "1"), ("b", "1")]:
        store.put("alice", box, name, sealed)
    store.put("bob", "a", "1", other)
    assert [(entry.box, entry.name) for entry in store.entries("alice")] == [("a", "1"), ("b", "1"), ("b", "2")]
    assert [entry.name for entry in store.entries("alice", "b")] == ["1", "2"]
    [entry] = store.entries("alice", "a")
    assert entry.size_bytes == len(sealed.to_bytes())
    assert entry.etag == store.get("alice", "a", "1").etag
    assert store.entries("alice", "empty") == []


def test_delete_asks_the_same_condition(store, sealed, other):
    first = store.put("alice", "answers", "s1", sealed)
    second = store.put("alice", "answers", "s1", other)
    with pytest.raises(ETagConflictError):
        store.delete("alice", "answers", "s1", if_match=first.etag)
    assert store.delete("alice", "answers", "s1", if_match=second.etag) is True
    assert store.delete("alice", "answers", "s1", if_match=second.etag) is False
    with pytest.raises(DocumentUnknownError):
        store.get("alice", "answers", "s1")


def test_a_reader_needs_a_live_grant_for_the_very_box(store, sealed):
    store.put("alice", "answers", "s1", sealed)
    store.put("alice", "wills", "w1", sealed)
    with pytest.raises(NotGrantedError) as refused:
        store.get("alice", "answers", "s1", reader="bank")
    assert (refused.value.account_id, refused.value.box, refused.value.reader) == ("alice", "answers", "bank")
    store.grant("alice", "answers", "bank", NOW)
    assert store.get("alice", "answers", "s1", reader="bank").content == sealed
    assert [entry.box for entry in store.entries("alice", reader="bank")] == ["answers"]
    for call in (
        lambda: store.get("alice", "wills", "w1", reader="bank"),
        lambda: store.entries("alice", "wills", reader="bank"),
        lambda: store.get("alice", "answers", "s1", reader="partner"),
        lambda: store.get("alice", "wills", "absent", reader="bank"),
    ):
        with pytest.raises(NotGrantedError):
            call()
    store.revoke("alice", "answers", "bank", NOW + 9)
    with pytest.raises(NotGrantedError):
        store.get("alice", "answers", "s1", reader="bank")
    assert store.get("alice", "answers", "s1").content == sealed


def test_grants_keep_their_history(store):
    first = store.grant("alice", "answers", "bank", NOW)
    assert first == Grant("alice", "answers", "bank", NOW)
    assert store.grant("alice", "answers", "bank", NOW + 1) == first
    ended = store.revoke("alice", "answers", "bank", NOW + 2)
    assert ended == Grant("alice", "answers", "bank", NOW, NOW + 2)
    assert store.revoke("alice", "answers", "bank", NOW + 3) is None
    renewed = store.grant("alice", "answers", "bank", NOW + 4)
    wills = store.grant("alice", "wills", "lawyer", NOW + 5)
    assert store.grants("alice") == [ended, renewed, wills]
    assert store.grants("alice", "wills") == [wills]
    assert store.grants("bob") == []


def test_export_gives_everything_of_one_account_and_nothing_else(store, sealed, other):
    store.put("alice", "b", "1", sealed)
    store.put("alice", "a", "1", other)
    store.put("bob", "a", "1", sealed)
    exported = list(store.export("alice"))
    assert [(document.box, document.content) for document in exported] == [("a", other), ("b", sealed)]
    assert exported[0] == store.get("alice", "a", "1")


def test_erasure_counts_what_it_destroyed_and_stays(store, sealed, other):
    store.put("alice", "a", "1", sealed)
    store.put("alice", "a", "2", other)
    store.grant("alice", "a", "bank", NOW)
    store.put("bob", "a", "1", other)
    erased = store.erase("alice", NOW + 1)
    assert erased == Erasure("alice", documents=2, wraps=3, grants=1, erased_at=NOW + 1)
    assert store.erase("alice", NOW + 2) == erased
    for call in (
        lambda: store.get("alice", "a", "1"),
        lambda: store.put("alice", "a", "1", sealed),
        lambda: store.entries("alice"),
        lambda: list(store.export("alice")),
        lambda: store.grant("alice", "a", "bank", NOW),
        lambda: store.open_account("alice", NOW),
    ):
        with pytest.raises(AccountErasedError) as refused:
            call()
        assert refused.value.erased_at == NOW + 1
    assert [type(answer) for answer in store.get_many([Reference("alice", "a", "1")])] == [AccountErasedError]
    assert store.get("bob", "a", "1").content == other


def left_of(store, place):
    """What the back end itself still has of a document, asked past everything that refuses an erased account."""
    if isinstance(store, EmbeddedStore):
        with store._reader.connect() as connection:
            tables = MetaData()
            tables.reflect(connection)
            rows = [row for table in tables.sorted_tables for row in connection.execute(table.select())]
        return [cell for row in rows for cell in row if isinstance(cell, bytes)]
    try:
        found, _guard = store._read(store._known(place.account_id), place)
    except StoreError:
        return []
    return [] if found is None else [found]


def test_after_an_erasure_nothing_that_any_back_end_still_has_opens_for_anybody(store, sealed, other, member):
    """Shown by failing decryption: before it the very same look finds what the member's key opens, after it nothing."""

    def opened(place):
        found = 0
        for content in left_of(store, place):
            with suppress(NotARecipientError, EnvelopeError):
                open_sealed(SealedDocument.from_bytes(content), member, CONTEXT)
                found += 1
        return found

    place = Reference("alice", "a", "1")
    store.put("alice", "a", "1", sealed)
    assert opened(place) == 1
    store.erase("alice", NOW + 1)
    assert opened(place) == 0
    assert not any(wrap.box in content for wrap in sealed.wraps for content in left_of(store, place))
    with pytest.raises(NotARecipientError):  # who kept a copy without its wraps has nothing either
        open_sealed(sealed.erased(), member, CONTEXT)


def test_of_many_writers_at_once_exactly_one_creates(store, member):
    documents = [seal(bytes([i]), [member.public], b"c") for i in range(8)]
    answers, start = [], threading.Barrier(8)

    def write(i):
        start.wait()
        answers.extend(store.put_many([Put("alice", "a", "one", documents[i], if_none_match=True)]))

    threads = [threading.Thread(target=write, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(answer, Stored) for answer in answers) == 1
    assert sum(isinstance(answer, ETagConflictError) for answer in answers) == 7
