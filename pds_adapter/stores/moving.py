"""Moving an account's documents to another store, document by document, safe to die in at any point.

    1. The intention is written down.          3. Nobody writes; what has changed is copied too; the account is
    2. Every document and grant is copied         there from now on.
       and read back.                          4. The old place is emptied, then forgotten.

Until 3 has been written down the account is where it was, after that where it goes; the same call again takes up what a
dead one left. Reading and writing go on all the while, but for the moment of 3. Chunks of large documents go with the
documents. Nothing is removed anywhere before every byte has been read back at the new place, and the old place is
emptied last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from pds_adapter.errors import AccountUnknownError, MoveError
from pds_adapter.stores.chosen import ChosenStores
from pds_adapter.stores.places import Choice, Place
from pds_adapter.stores.port import Document, Outcome, PersonalDataStore


@dataclass(frozen=True)
class Moved:
    """What this call did; a call that takes up another's work counts only its own."""

    place: Place
    documents: int
    copied: int
    removed: int


Watch = Callable[[str], None]
"""Called with the name of each step before it is taken."""


def move(stores: ChosenStores, account_id: str, target: Place, now: int, watch: Watch = lambda step: None) -> Moved:
    """Move everything of the account. Raises StoreError; MoveError if another move is under way, or bytes differ."""
    choice = stores.choice(account_id)
    if choice.moving_to is not None and choice.moving_to.key != target.key:
        raise MoveError("a move to {place} is under way: end it, or give it up, first", place=choice.moving_to.label)
    documents = copied = 0
    if choice.place.key != target.key:
        if choice.emptying is not None:
            raise MoveError(
                "{old} is still being emptied: move to {place} again first",
                old=choice.emptying.label,
                place=choice.place.label,
            )
        stores.choose(account_id, replace(choice, moving_to=target))  # 1.
        old, new = stores.store_of(choice.place), stores.store_of(target)
        _open_both(old, new, account_id, now)
        copied = _copy(old, new, account_id, watch)  # 2.
        with stores.quiet(account_id):  # 3.
            documents, late = _settle(old, new, account_id, watch)
            copied += late
            _copy_grants(old, new, account_id)
            watch("switch")
            stores.choose(account_id, Choice(target, None, choice.place))
    elif choice.place != target:  # the same server, with another password
        stores.choose(account_id, replace(choice, place=target))
        stores.forget(target)
    removed = _finish(stores, account_id, now, watch)  # 4.
    return Moved(target, documents, copied, removed)


def give_up(stores: ChosenStores, account_id: str, now: int) -> bool:
    """Let a move that was not ended be: the account stays where it is, and the copies are removed."""
    choice = stores.choice(account_id)
    if choice.moving_to is None:
        return False
    _empty(stores.store_of(choice.moving_to), account_id, now, lambda step: None)
    stores.choose(account_id, replace(choice, moving_to=None))
    return True


def _open_both(old: PersonalDataStore, new: PersonalDataStore, account_id: str, now: int) -> None:
    new.open_account(account_id, now)
    try:
        old.entries(account_id)
    except AccountUnknownError:
        old.open_account(account_id, now)


def _copy(old: PersonalDataStore, new: PersonalDataStore, account_id: str, watch: Watch) -> int:
    copied = 0
    for document in old.export(account_id):
        watch(f"copy {document.box}/{document.name}")
        stored = new.put(account_id, document.box, document.name, document.content)
        copied += stored.outcome is not Outcome.REPEATED
        _check(document, new)
    _copy_chunks(old, new, account_id, watch, checked=False)
    return copied


def _copy_chunks(old: PersonalDataStore, new: PersonalDataStore, account_id: str, watch: Watch, checked: bool) -> None:
    """Those that are not there yet: a chunk never changes, and each is read back when it is copied.

    Unless all were `checked`, the last one there may be a dead call's, which did not read it back: it is copied again.
    """
    uploads = old.uploads(account_id)
    for upload in uploads:
        there = new.chunks(account_id, upload)
        for index in old.chunks(account_id, upload):
            if index in (there if checked else there[:-1]):
                continue
            watch(f"copy chunk {upload}/{index}")
            chunk = old.get_chunk(account_id, upload, index)
            new.put_chunk(account_id, upload, index, chunk)
            if new.get_chunk(account_id, upload, index) != chunk:
                raise MoveError(
                    "{document} came back from the new place with other bytes", document=f"{upload}/{index}"
                )
    for upload in set(new.uploads(account_id)) - set(uploads):
        new.drop_upload(account_id, upload)


def _settle(old: PersonalDataStore, new: PersonalDataStore, account_id: str, watch: Watch) -> tuple[int, int]:
    """What was written or removed at the old place since it was copied; how many documents there are, and were copied.

    Both lists name the digests of what is held, so that only what differs is read again.
    """
    here = {(entry.box, entry.name): entry.etag for entry in old.entries(account_id)}
    there = {(entry.box, entry.name): entry.etag for entry in new.entries(account_id)}
    late = [place for place, etag in here.items() if there.get(place) != etag]
    for box, name in late:
        watch(f"copy {box}/{name}")
        document = old.get(account_id, box, name)
        new.put(account_id, box, name, document.content)
        _check(document, new)
    for box, name in there.keys() - here.keys():
        new.delete(account_id, box, name, if_match=there[box, name])
    _copy_chunks(old, new, account_id, watch, checked=True)
    return len(here), len(late)


def _check(document: Document, new: PersonalDataStore) -> None:
    found = new.get(document.account_id, document.box, document.name)
    if found.content.to_bytes() != document.content.to_bytes():
        raise MoveError(
            "{document} came back from the new place with other bytes", document=f"{document.box}/{document.name}"
        )


def _copy_grants(old: PersonalDataStore, new: PersonalDataStore, account_id: str) -> None:
    """The live ones: whoever reads here shall read there. The history of ended ones stays behind."""
    for grant in old.grants(account_id):
        if grant.revoked_at is None:
            new.grant(account_id, grant.box, grant.recipient, grant.granted_at)


def _finish(stores: ChosenStores, account_id: str, now: int, watch: Watch) -> int:
    choice = stores.choice(account_id)
    if choice.emptying is None:
        return 0
    removed = _empty(stores.store_of(choice.emptying), account_id, now, watch)
    stores.choose(account_id, Choice(choice.place))
    return removed


def _empty(store: PersonalDataStore, account_id: str, now: int, watch: Watch) -> int:
    removed = 0
    try:
        entries = store.entries(account_id)
    except AccountUnknownError:
        return 0
    for entry in entries:
        watch(f"remove {entry.box}/{entry.name}")
        removed += store.delete(account_id, entry.box, entry.name)
    for upload in store.uploads(account_id):
        watch(f"remove chunks {upload}")
        store.drop_upload(account_id, upload)
    for grant in store.grants(account_id):
        if grant.revoked_at is None:
            store.revoke(account_id, grant.box, grant.recipient, now)
    return removed
