"""Boxes of records in a member's store: the owner's own, and of apps and people whom the owner lets in (ADR 51).

A record is a small sealed document. It is found by tokens that its writer's client makes with the box's key, which the
bank never has: it sees which records are equal in something, never in what. Who is let in reads and writes what the
grant says, until its time; each such call is on the owner's log before it is answered. At the end of a grant the bank
answers no more, then takes the store's right, the sealed box key and the grantee's wraps of all records away.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ConflictError, ForbiddenError, IdAlreadyUsedError, InvalidInputError, NotFoundError
from bank_api.flows.signed_text import check_signed
from bank_api.protocol.box_grant import box_grant_text
from bank_api.protocol.fields import from_base64
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.boxes import (
    AppBody,
    AppKeyBody,
    AppRemoved,
    BoxGrant,
    BoxGrantBody,
    BoxReading,
    BoxReceived,
    RecordBody,
    RecordKept,
    RecordRemoved,
    Records,
    RecordView,
)
from bank_api.store.tables import AppRow, BoxGrantRow, BoxReadingRow, RecordRow
from chaincode.errors import MessageError
from chaincode.ids import parse_address
from pds_adapter.errors import DocumentUnknownError, EnvelopeError, KeyFormatError
from pds_adapter.sealing.envelope import PublicKey, SealedDocument
from pds_adapter.stores.port import Document, Outcome, Put, Reference

BOX = "records."
"""Before a box's own name in the store."""
PAGE = 100
GRANTS_MAX = 1_000
"""Of one owner, ended ones too: each is looked through at every end of one."""
KEY_BYTES_MAX = 1024
"""A box's key is 32 bytes, sealed to one grantee; no quota counts it."""
READINGS_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Reader:
    """Who calls: an account, an app, or an address at another bank."""

    name: str
    is_active: bool = True
    """Whether an account has a role now: without one it reads its own boxes and no other's."""


def register(bank: Bank, body: AppBody) -> AppRow:
    """Let members choose an app. The same again changes nothing; another under its id is refused."""
    key, known = _app_key(body), bank.boxes.app(body.app_id)
    row = AppRow(
        app_id=body.app_id, name=body.name, key=key, encryption_key=body.encryption_key, registered_at=bank.clock()
    )
    if known is None:
        _end_grants_to(bank, body.app_id)  # of another app that was called so, if its removal died
        bank.boxes.save(row)
        return row
    if known.model_dump(exclude={"registered_at"}) != row.model_dump(exclude={"registered_at"}):
        raise IdAlreadyUsedError
    return known


def replace_key(bank: Bank, app_id: str, body: AppKeyBody) -> AppRow:
    """Other keys for an app: the old one signs nothing from now on. What owners sealed to another key ends.

    Safe to repeat.
    """
    key, known = _app_key(body), bank.boxes.app(app_id)
    if known is None:
        raise NotFoundError("app", app_id)
    row = AppRow(**known.model_dump() | {"key": key, "encryption_key": body.encryption_key})
    bank.boxes.save(row)
    _end_grants_to(bank, app_id, but_sealed_to=body.encryption_key)
    return row


def remove_app(bank: Bank, app_id: str) -> AppRemoved:
    """Nothing is answered to an app any more, then it is let out of every box. Safe to repeat."""
    was_there = bank.boxes.drop_app(app_id)
    return AppRemoved(app_id=app_id, removed=was_there, grants_ended=_end_grants_to(bank, app_id))


def grant(bank: Bank, caller: Caller, box: str, grantee: str, body: BoxGrantBody) -> BoxGrant:
    """Let an app or an account into a box. The same again is success, and ends what a dead call began."""
    owner = caller.account
    if grantee == owner:
        raise InvalidInputError("grantee", said("rule-not-yourself"))
    if _key_of(bank, grantee) not in (body.encryption_key, None):
        raise InvalidInputError("encryption_key", said("rule-grantees-key"))
    now = bank.clock()
    if body.until <= now:
        raise InvalidInputError("until", said("rule-in-future"))
    try:
        PublicKey.from_hex(body.encryption_key)
    except KeyFormatError as error:
        raise InvalidInputError("encryption_key", fault(error)) from error
    terms = (box, grantee, body.encryption_key)
    text = box_grant_text(bank.here.url, owner, *terms, may_write=body.may_write, until=body.until)
    check_signed(caller.key, text, body.signature)
    every = bank.boxes.grants_of(owner)
    if len(every) >= GRANTS_MAX and not any((one.box, one.grantee) == (box, grantee) for one in every):
        raise ConflictError(said("refusal-no-more-kept", most=str(GRANTS_MAX)))
    key = _sealed(body.key_base64, "key_base64", KEY_BYTES_MAX)
    if key.recipients != (PublicKey.from_hex(body.encryption_key),):
        raise InvalidInputError("key_base64", said("rule-sealed-to-grantee"))
    row = BoxGrantRow(
        owner=owner,
        box=box,
        grantee=grantee,
        encryption_key=body.encryption_key,
        may_write=body.may_write,
        granted_at=now,
        until=body.until,
        key=caller.key,
        signature=body.signature,
        box_key=key.to_bytes(),
    )
    bank.boxes.save(row)
    bank.pds.grant(owner, BOX + box, grantee, now)
    return _shown(bank, row)


def revoke(bank: Bank, owner: str, box: str, grantee: str) -> BoxGrant:
    """End a grant at once: first nothing is answered any more, then store's right, box key and wraps go."""
    row = bank.boxes.grant(owner, box, grantee)
    if row is None:
        raise NotFoundError("grant", grantee)
    if row.revoked_at is None:
        row = BoxGrantRow(**row.model_dump() | {"revoked_at": bank.clock(), "box_key": b""})
        bank.boxes.save(row)
    _withdraw(bank, row)
    return _shown(bank, row)


def given(bank: Bank, owner: str) -> list[BoxGrant]:
    """Whom I let in, ended ones too; what has ended meanwhile is taken away at the store as well."""
    rows = bank.boxes.grants_of(owner)
    for row in rows:
        if row.revoked_at is None and not _is_live(bank, row):
            revoke(bank, owner, row.box, row.grantee)
    return [_shown(bank, row) for row in bank.boxes.grants_of(owner)]


def received(bank: Bank, reader: Reader) -> list[BoxReceived]:
    """The boxes that somebody is let into now, with what opens their index and seals to their owners."""
    found = []
    for row in bank.boxes.grants_to(reader.name) if reader.is_active else ():
        person = bank.directory.person(row.owner)
        if _is_live(bank, row) and person is not None and person.encryption_key is not None:
            shown = _shown(bank, row).model_dump() | {"owner_key": person.encryption_key}
            found.append(BoxReceived(**shown | {"key_base64": _base64(row.box_key)}))
    return found


def put(bank: Bank, reader: Reader, owner: str, box: str, name: str, body: RecordBody) -> RecordKept:
    """Write a record, or another state of it. 1. Its room, 2. the document, 3. what it is found by.

    The same again is success, and takes up what a death left between the steps.
    """
    _admitted(bank, reader, owner, box, "write", name)
    sealed = _sealed(body.sealed_base64, "sealed_base64", bank.settings.sealed_bytes_max)
    person = bank.directory.person(owner)
    if person is None or person.encryption_key is None:
        raise NotFoundError("account", owner)
    owners = PublicKey.from_hex(person.encryption_key)
    others = {
        PublicKey.from_hex(row.encryption_key)
        for row in bank.boxes.grants_of(owner)
        if row.box == box and _is_live(bank, row)
    }
    if owners not in sealed.recipients or not set(sealed.recipients) <= {owners, *others}:
        raise InvalidInputError("sealed_base64", said("rule-record-sealed-to"))
    row = RecordRow(
        owner=owner,
        box=box,
        name=name,
        stored_bytes=len(sealed.to_bytes()),
        writer=reader.name,
        written_at=bank.clock(),
    )
    if bank.boxes.reserve(row, bank.settings.record_quota_bytes) is not None:  # 1.
        raise ConflictError(said("refusal-record-quota", quota=str(bank.settings.record_quota_bytes)))
    stored = bank.pds.put_one(Put(owner, BOX + box, name, sealed))  # 2.
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
    was_known = bank.boxes.drop(owner, box, name)
    was_there = bank.pds.delete(owner, BOX + box, name)
    return RecordRemoved(name=name, removed=was_known or was_there)


def readings(bank: Bank, owner: str) -> list[BoxReading]:
    """What others did in my boxes, the newest first."""
    rows = bank.boxes.readings_of(owner, READINGS_SHOWN)
    return [BoxReading(**row.model_dump(include={"reader", "box", "what", "name", "at"})) for row in rows]


def _admitted(bank: Bank, reader: Reader, owner: str, box: str, what: str, name: str) -> None:
    """Raises ForbiddenError unless the reader may do this now; what it does goes onto the owner's log."""
    if reader.name == owner:
        return
    row = bank.boxes.grant(owner, box, reader.name)
    if row is None or not _is_live(bank, row) or not reader.is_active:
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


def _withdraw(bank: Bank, row: BoxGrantRow) -> None:
    """Away from the store: its right, and every wrap to the grantee's key that no other grant needs."""
    bank.pds.revoke(row.owner, BOX + row.box, row.grantee, bank.clock())
    key = PublicKey.from_hex(row.encryption_key)
    needed = {
        one.encryption_key for one in bank.boxes.grants_of(row.owner) if one.box == row.box and _is_live(bank, one)
    }
    if row.encryption_key in needed:
        return
    puts = [
        Put(one.account_id, one.box, one.name, one.content.without(key), if_match=one.etag)
        for one in bank.pds.export(row.owner)
        if one.box == BOX + row.box and key in one.content.recipients
    ]
    for result in bank.pds.put_many(puts) if puts else ():
        if isinstance(result, Exception):
            raise result


def _app_key(body: AppBody | AppKeyBody) -> str:
    """The address that signs. Raises InvalidInputError for what is no key."""
    try:
        PublicKey.from_hex(body.encryption_key)
        return parse_address(body.key, "key")
    except MessageError as error:
        raise InvalidInputError("key", error.rule) from error
    except KeyFormatError as error:
        raise InvalidInputError("encryption_key", fault(error)) from error


def _end_grants_to(bank: Bank, app_id: str, but_sealed_to: str | None = None) -> int:
    """End every grant to an app, but those that are sealed to this key; how many that was.

    What has ended before is taken away from the stores once more: an end that died may have left it there.
    """
    rows = [row for row in bank.boxes.grants_to(app_id) if row.encryption_key != but_sealed_to]
    for row in rows:
        revoke(bank, row.owner, row.box, row.grantee)
    return sum(row.revoked_at is None for row in rows)


def is_stranger(bank: Bank, address: str) -> bool:
    """Whether it is an address of somebody who has no account here, and never had."""
    try:
        known = parse_address(address, "grantee")
    except MessageError:
        return False
    return known == address and bank.index.account(address) is None and bank.index.account_by_key(address) is None


def _key_of(bank: Bank, grantee: str) -> str | None:
    """An app's key, or an account's; None for an address at another bank, whose key the owner vouches for.

    Raises NotFoundError.
    """
    app = bank.boxes.app(grantee)
    if app is not None:
        return app.encryption_key
    person = bank.directory.person(grantee)
    if person is not None and person.encryption_key is not None:
        return person.encryption_key
    if person is not None or not is_stranger(bank, grantee):
        raise NotFoundError("account", grantee)
    return None


def _sealed(text: str, field: str, bytes_max: int) -> SealedDocument:
    try:
        return SealedDocument.from_bytes(from_base64(text, field, bytes_max))
    except EnvelopeError as error:
        raise InvalidInputError(field, fault(error)) from error


def _is_live(bank: Bank, row: BoxGrantRow) -> bool:
    """A new key of the owner's ends what the old one gave, as on the ledger (ADR 27); so does a new one of an app."""
    if row.revoked_at is not None or bank.clock() >= row.until:
        return False
    if not row.grantee.startswith("0x"):
        app = bank.boxes.app(row.grantee)
        if app is None or app.encryption_key != row.encryption_key:
            return False
    owner = bank.index.account(row.owner)
    return owner is not None and owner.key == row.key


def _shown(bank: Bank, row: BoxGrantRow) -> BoxGrant:
    return BoxGrant(**row.model_dump(exclude={"box_key", "key"}), is_live=_is_live(bank, row))


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
