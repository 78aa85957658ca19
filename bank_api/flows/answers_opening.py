"""Answers that only the board opens: a list for one release (or one account), and the parts that k keepers give for it.

1. The list is written down once, under the id that the operator gave: which documents, and how each key is wrapped.
2. Each keeper's wallet checks every wrapping and gives one part for all of the list, sealed to the opening's own key.
3. With k parts the keys of these documents come out, in memory alone; each document commits to its key, so a false
   part is noticed, and then named by its proof and dropped.
4. When the release is recorded, list and parts are dropped and the opening's key is destroyed. Until then who has the
   bank's whole disk *and* k parts were given could open this list, and nothing else; a backup has not that key.
Every step is safe to repeat; nothing is lost to a death but what was being computed.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.durable import sync, write_whole
from bank_api.errors import (
    BoardMustOpenError,
    ConflictError,
    ForbiddenError,
    IdAlreadyUsedError,
    InvalidInputError,
    NotFoundError,
)
from bank_api.flows.release_history import place_of, shared_history
from bank_api.protocol.fields import from_base64
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shared_key import AccountOpeningBody, PartBody, opening_context
from bank_api.store.tables import AnswersOpeningRow, OpeningOrderRow, OpeningPartRow, SharedKeyRow
from bank_api.views.kept import recorded_release
from bank_api.views.shared_key import Listed, listed_of, packed, terms_of
from pds_adapter.errors import EnvelopeError, EscrowError, EscrowForgedError, WrongPartialError
from pds_adapter.escrow.releases import ReleasePart, open_committed
from pds_adapter.sealing.envelope import PublicKey, SealedDocument, open_sealed, rewrap_with_key
from pds_adapter.sealing.keys import KeyPair
from pds_adapter.stores.port import Document, Put, Reference, Stored

Keys = Mapping[tuple[str, str, str], bytes]
"""The own keys of opened documents, by owner, box and name. In memory only."""
RELEASE, ACCOUNT = "release", "account"
FOLDER = "openings"
KEY_BYTES = 32


def keys_for(bank: Bank, release_id: str, request_id: str, series: str | None, references: Sequence[Reference]) -> Keys:
    """The keys to what a release needs and only the board opens. Raises BoardMustOpenError until k have contributed.

    `series` is the survey whose history of releases is needed too.
    """
    found = [one for one in bank.pds.get_many(references) if isinstance(one, Document)]
    listed = [Listed(one.account_id, one.box, one.name, one.content.shared) for one in found if one.content.shared]
    documents = {(one.account_id, one.box, one.name): one.content for one in found}
    history = None if series is None else shared_history(bank, series)
    if series is not None and history is not None:
        listed.insert(0, Listed(*place_of(series), history.shared))
        documents[place_of(series)] = history
    if not listed:
        return {}
    row = _asked(bank, release_id, RELEASE, request_id, listed)
    if history is not None and listed[0] not in listed_of(row):
        finish(bank, release_id)  # another release over this survey was made meanwhile
        row = _asked(bank, release_id, RELEASE, request_id, listed)
    return _opened(bank, row, documents)


@contextmanager
def ordered(bank: Bank, order: OpeningOrderRow) -> Iterator[None]:
    """Where the board must open first, how the release was ordered is kept beside what it is asked."""
    try:
        yield
    except BoardMustOpenError:
        bank.shared_keys.save(order)
        raise


def key_to(document: Document, keys: Keys | None) -> bytes | None:
    """The own key of a document that only the board opens; None if it was not asked for this one, or need not be."""
    if not document.content.shared:
        return None
    if keys is None:
        raise ConflictError(said("refusal-board-holds-key"))
    return keys.get((document.account_id, document.box, document.name))


def open_account(bank: Bank, body: AccountOpeningBody) -> int:
    """Wrap an account's answers to its present key, which the board alone can hand on. Raises BoardMustOpenError.

    After a recovery: nobody has the key any more that they were sealed to. Returns how many were wrapped.
    """
    person = bank.directory.person(body.account)
    if person is None or person.encryption_key is None:
        raise NotFoundError("account", body.account)
    key = PublicKey.from_hex(person.encryption_key)
    closed = [one for one in bank.pds.export(body.account) if one.content.shared and key not in one.content.recipients]
    if not closed:
        finish(bank, body.opening_id)
        return 0
    listed = [Listed(one.account_id, one.box, one.name, one.content.shared) for one in closed]
    row = _asked(bank, body.opening_id, ACCOUNT, body.account, listed)
    keys = _opened(bank, row, {(one.account_id, one.box, one.name): one.content for one in closed})
    puts = [
        _for_present(one, keys[place], key) for one in closed if (place := (one.account_id, one.box, one.name)) in keys
    ]
    results = bank.pds.put_many(puts)
    if len(results) == len(closed) and all(isinstance(one, Stored) for one in results):
        finish(bank, body.opening_id)
    return sum(isinstance(one, Stored) for one in results)


def contribute(bank: Bank, caller: Caller, opening_id: str, body: PartBody) -> None:
    """Take a keeper's part. Another of the same keeper takes its place: its wallet never makes the same twice."""
    row = bank.shared_keys.opening(opening_id)
    if row is None or not _key_file(bank, opening_id).exists():
        raise NotFoundError("opening", opening_id)
    epoch = _epoch(bank, row)
    accounts = [one["account"] for one in json.loads(epoch.keepers)]
    if caller.account not in accounts:
        raise ForbiddenError(said("refusal-no-keeper"))
    sealed = from_base64(body.sealed_base64, "sealed_base64", bank.settings.body_bytes_max)
    position = accounts.index(caller.account) + 1
    made = OpeningPartRow(
        opening_id=opening_id, account=caller.account, position=position, sealed=sealed, given_at=bank.clock()
    )
    try:
        part = _part(bank, made)
    except (EnvelopeError, EscrowError) as error:
        raise InvalidInputError("sealed_base64", fault(error)) from error
    if part.index != position or len(part.points) != row.count:
        raise InvalidInputError("sealed_base64", said("rule-part-of-opening", position=position, count=row.count))
    bank.shared_keys.save(made)


def finish(bank: Bank, opening_id: str) -> None:
    """It is over: what could open the list goes first. Safe to repeat, and where there was none."""
    path = _key_file(bank, opening_id)
    if path.exists():
        with path.open("r+b") as file:
            file.write(b"0" * path.stat().st_size)
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sync(path.parent)
    if bank.shared_keys.opening(opening_id) is not None:
        bank.shared_keys.drop_opening(opening_id)


def _asked(bank: Bank, opening_id: str, kind: str, subject: str, listed: Sequence[Listed]) -> AnswersOpeningRow:
    """The opening under this id, asked for now if it was not. 1. Its secret is on the disk, 2. then the list."""
    standing, row = bank.shared_keys.standing(), bank.shared_keys.opening(opening_id)
    if standing is None or standing.terms is None:
        raise ConflictError(said("refusal-board-holds-key"))
    if row is not None and (row.kind, row.subject) != (kind, subject):
        raise IdAlreadyUsedError
    is_stale = row is not None and (row.epoch != standing.epoch or not _key_file(bank, opening_id).exists())
    if row is not None and not is_stale:
        return row
    _sweep(bank)
    if is_stale:
        finish(bank, opening_id)
    secret = os.urandom(KEY_BYTES)
    path = _key_file(bank, opening_id)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write_whole(path, secret.hex())  # 1.
    made = AnswersOpeningRow(
        opening_id=opening_id,
        kind=kind,
        subject=subject,
        key_id=standing.key_id,
        epoch=standing.epoch,
        listed=packed(listed),
        public_key=KeyPair.from_seed(secret).public.to_hex(),
        asked_at=bank.clock(),
        count=len(listed),
    )
    bank.shared_keys.save(made)  # 2.
    return made


def _opened(bank: Bank, row: AnswersOpeningRow, documents: Mapping[tuple[str, str, str], SealedDocument]) -> Keys:
    """The keys of what is listed. What was changed or removed since is not among them."""
    epoch, rows = _epoch(bank, row), bank.shared_keys.parts(row.opening_id)
    if len(rows) < epoch.threshold:
        raise BoardMustOpenError(row.opening_id, epoch.threshold, len(rows))
    listed, terms = listed_of(row), terms_of(epoch.terms or "")
    parts = [_part(bank, one) for one in rows]

    def is_key(at: int, key: bytes) -> bool:
        document = documents.get(listed[at].place)
        return document is None or document.shared != listed[at].shared or document.is_key(key)

    release_id = bytes.fromhex(row.opening_id[2:])
    try:
        keys = open_committed([one.wrapped for one in listed], parts, terms.commitments, release_id, is_key)
    except WrongPartialError as error:
        false = [one for one in rows if one.position in error.indexes]
        for one in false:
            bank.shared_keys.drop_part(row.opening_id, one.account)
        people = [bank.directory.person(one.account) for one in false]
        names = ", ".join(one.name for one in people if one is not None)
        raise ConflictError(said("refusal-false-parts", names=names), opening_id=row.opening_id) from error
    except EscrowForgedError as error:
        raise ConflictError(said("refusal-opening-forged", why=fault(error))) from error
    found = {one.place: key for one, key in zip(listed, keys, strict=True)}
    return {place: key for place, key in found.items() if place in documents and documents[place].is_key(key)}


def _for_present(document: Document, key: bytes, present: PublicKey) -> Put:
    content = rewrap_with_key(document.content, key, [present])
    for other in content.recipients:
        if other != present:
            content = content.without(other)
    return Put(document.account_id, document.box, document.name, content, if_match=document.etag)


def _part(bank: Bank, row: OpeningPartRow) -> ReleasePart:
    secret = KeyPair.from_seed(bytes.fromhex(_key_file(bank, row.opening_id).read_text().strip()))
    sealed = SealedDocument.from_bytes(row.sealed)
    return ReleasePart.from_bytes(open_sealed(sealed, secret, opening_context(row.opening_id, row.account)).content)


def _epoch(bank: Bank, row: AnswersOpeningRow) -> SharedKeyRow:
    epoch = bank.shared_keys.epoch(row.key_id, row.epoch)
    if epoch is None or epoch.terms is None:
        raise NotFoundError("shared key", row.key_id)
    return epoch


def _sweep(bank: Bank) -> None:
    """End what a death left: openings of releases that the ledger has."""
    for row in bank.shared_keys.openings():
        if row.kind == RELEASE and recorded_release(bank, row.opening_id) is not None:
            finish(bank, row.opening_id)


def _key_file(bank: Bank, opening_id: str) -> Path:
    return bank.settings.data / FOLDER / f"{opening_id.removeprefix('0x')}.key"
