"""Boxes of records in an account's store: what the owner, and whoever is let in (`box_grants`), does in them (ADR 51).

A record is a small sealed document. It is found by tokens that its writer's client makes with the box's key, which the
bank never has: it sees which records are equal in something, never in what. Who is let in reads and writes what the
grant says, until its time; each such call is on the owner's log before it is answered.
"""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bank_api.bank import Bank
from bank_api.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from bank_api.flows.box_grants import BOX, Reader, is_live
from bank_api.flows.read_sealed import read_sealed
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.boxes import BoxReading, RecordBody, RecordKept, RecordRemoved, Records, RecordView
from bank_api.store.tables import BoxReadingRow, RecordRow
from pds_adapter.errors import AccountUnknownError, DocumentUnknownError
from pds_adapter.sealing.envelope import PublicKey, SealedDocument
from pds_adapter.stores.port import Document, Outcome, Put, Reference, Stored

PAGE = 100
TOKEN_ROOM_BYTES = 256
"""What one token takes in the bank's database, its index included: it counts as the record's own bytes do."""
READINGS_SHOWN = 1000


def put(bank: Bank, reader: Reader, owner: str, box: str, name: str, body: RecordBody) -> RecordKept:
    """Write a record, or another state of it. 1. Its room, 2. the document, 3. what it is found by.

    The same again is success, and takes up what a death left between the steps.
    """
    _admitted(bank, reader, owner, box, "write", name)
    sealed = read_sealed(body.sealed_base64, "sealed_base64", bank.settings.sealed_bytes_max)
    person = bank.directory.person(owner)
    if person is None or person.encryption_key is None:
        raise NotFoundError("account", owner)
    owners = PublicKey.from_hex(person.encryption_key)
    others = {
        PublicKey.from_hex(row.encryption_key)
        for row in bank.boxes.grants_of(owner)
        if row.box == box and is_live(bank, row)
    }
    if owners not in sealed.recipients or not set(sealed.recipients) <= {owners, *others}:
        raise InvalidInputError("sealed_base64", said("rule-record-sealed-to"))
    row = RecordRow(
        owner=owner,
        box=box,
        name=name,
        stored_bytes=len(sealed.to_bytes()) + TOKEN_ROOM_BYTES * len(set(body.tokens)),
        writer=reader.name,
        written_at=bank.clock(),
    )
    with _alone(bank, owner, box, name):
        row = _still_written(bank, row, sealed, body.over)
        if bank.boxes.reserve(row, bank.settings.record_quota_bytes) is not None:  # 1.
            raise ConflictError(said("refusal-record-quota", quota=str(bank.settings.record_quota_bytes)))
        stored = _stored(bank, Put(owner, BOX + box, name, sealed))  # 2.
        bank.boxes.find_by(row, body.tokens)  # 3.
    return RecordKept(name=name, etag=stored.etag, repeated=stored.outcome is Outcome.REPEATED)


def find(bank: Bank, reader: Reader, owner: str, box: str, tokens: Sequence[str], after: str) -> Records:
    """Records that have all these tokens, sealed, by name; all of the box without any."""
    _admitted(bank, reader, owner, box, "find", "")
    rows = bank.boxes.records(owner, box, tokens, after, PAGE + 1)
    found = _documents(bank, reader, owner, box, [row.name for row in rows[:PAGE]])
    records = [_record(row, found[row.name]) for row in rows[:PAGE] if row.name in found]
    return Records(records=records, more=rows[PAGE - 1].name if len(rows) > PAGE else None)


def get(bank: Bank, reader: Reader, owner: str, box: str, name: str) -> RecordView:
    _admitted(bank, reader, owner, box, "read", name)
    row = bank.boxes.record(owner, box, name)
    found = _documents(bank, reader, owner, box, [name])
    if row is None or name not in found:
        raise NotFoundError("record", name)
    return _record(row, found[name])


def remove(bank: Bank, reader: Reader, owner: str, box: str, name: str) -> RecordRemoved:
    """What it is found by goes first, then the document. Safe to repeat."""
    _admitted(bank, reader, owner, box, "remove", name)
    with _alone(bank, owner, box, name):
        was_known = bank.boxes.drop(owner, box, name)
        was_there = bank.pds.delete(owner, BOX + box, name)
    return RecordRemoved(name=name, removed=was_known or was_there)


def readings(bank: Bank, owner: str) -> list[BoxReading]:
    """What others did in my boxes, the newest first."""
    rows = bank.boxes.readings_of(owner, READINGS_SHOWN)
    return [BoxReading(**row.model_dump(include={"reader", "box", "what", "name", "at"})) for row in rows]


def _still_written(bank: Bank, row: RecordRow, sealed: SealedDocument, over: str | None) -> RecordRow:
    """Whoever seals the very content to somebody more has not written it.

    Raises ConflictError where what is kept is not the state `over`: it was written or removed meanwhile.
    """
    known = bank.boxes.record(row.owner, row.box, row.name)
    [kept] = bank.pds.get_many([Reference(row.owner, BOX + row.box, row.name)]) if known else [None]
    is_state = isinstance(kept, Document) and (kept.etag == over or kept.content == sealed)
    if over is not None and not is_state:
        raise ConflictError(said("refusal-record-changing", name=row.name), hint=said("hint-send-again"))
    if known is None or not isinstance(kept, Document) or kept.content.ciphertext != sealed.ciphertext:
        return row
    return RecordRow(**row.model_dump() | known.model_dump(include={"writer", "written_at"}))


@contextmanager
def _alone(bank: Bank, owner: str, box: str, name: str) -> Iterator[None]:
    """Else what is kept would be one call's, and what was counted another's. Raises ConflictError."""
    with bank.boxes.change(owner, box, name) as is_free:
        if not is_free:
            raise ConflictError(said("refusal-record-changing", name=name), hint=said("hint-send-again"))
        yield


def _stored(bank: Bank, put: Put) -> Stored:
    """Organizations have no store until they keep something."""
    try:
        return bank.pds.put_one(put)
    except AccountUnknownError:
        bank.pds.open_account(put.account_id, bank.clock())
        return bank.pds.put_one(put)


def _admitted(bank: Bank, reader: Reader, owner: str, box: str, what: str, name: str) -> None:
    """Raises ForbiddenError unless the reader may do this now; what it does goes onto the owner's log."""
    if reader.name == owner:
        return
    row = bank.boxes.grant(owner, box, reader.name)
    if row is None or not is_live(bank, row) or not reader.is_active:
        raise ForbiddenError(said("refusal-box-closed", box=box))
    if what in ("write", "remove") and not row.may_write:
        raise ForbiddenError(said("refusal-box-read-only", box=box))
    bank.boxes.note(BoxReadingRow(owner=owner, reader=reader.name, box=box, what=what, name=name, at=bank.clock()))


def _documents(bank: Bank, reader: Reader, owner: str, box: str, names: Sequence[str]) -> dict[str, Document]:
    asked = [Reference(owner, BOX + box, name) for name in names]
    if not asked:
        return {}
    as_reader = None if reader.name == owner else reader.name
    found = bank.pds.get_many(asked, reader=as_reader)
    for one in found:
        if isinstance(one, Exception) and not isinstance(one, DocumentUnknownError):
            raise one
    return {one.name: one for one in found if isinstance(one, Document)}


def _record(row: RecordRow, document: Document) -> RecordView:
    return RecordView(
        name=row.name,
        etag=document.etag,
        writer=row.writer,
        written_at=row.written_at,
        sealed_base64=_base64(document.content.to_bytes()),
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
