"""Grants of files: one recipient may read one version of one document, until a time (ADR 44).

The owner's key signs each, and another key of the owner's ends it. Two locks, opened and shut together: the cover is
wrapped to the recipient alone, and the store itself lets the recipient read that cover and those chunks. Every reading
looks at the time, and is on the owner's log first.
"""

import base64
import hashlib
from collections.abc import Sequence

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ConflictError, ForbiddenError, IdAlreadyUsedError, InvalidInputError, NotFoundError
from bank_api.flows import files
from bank_api.flows.box_grants import is_stranger
from bank_api.flows.files import COVER_BYTES_MAX, read_cover, version_row
from bank_api.flows.kept_keys import is_wrapping
from bank_api.flows.read_sealed import read_sealed
from bank_api.flows.rewrap import GRANTED
from bank_api.flows.signed_text import check_signed
from bank_api.protocol.file_grant import file_grant_text
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.files import (
    Chunk,
    FileGrant,
    FileGranted,
    FileHandedOver,
    FileReading,
    FileRemoved,
    KeyOfAccount,
)
from bank_api.store.tables import FileGrantRow, FileGrantWordRow, FileReadingRow, FileVersionRow
from bank_api.views.proofs import OFFICES
from pds_adapter.errors import DocumentUnknownError, NotGrantedError
from pds_adapter.sealing.chunks import chunks_of
from pds_adapter.sealing.envelope import SealedDocument
from pds_adapter.stores.chunks import chunk_box

COVER = "cover"
READINGS_SHOWN = 1000
GRANTS_MAX = 1_000
"""Of one owner, ended ones too: each has a cover, which no quota counts."""


def grant(bank: Bank, caller: Caller, grant_id: str, asked: FileGranted) -> FileGrant:
    """Let somebody read. The same again is success, and ends what a dead call began."""
    account = caller.account
    version = version_row(bank, account, asked.document, asked.version)
    known, now = bank.files.grant(grant_id), bank.clock()
    cover = _cover(bank, asked) if known is None else read_sealed(asked.cover_base64, "cover_base64", COVER_BYTES_MAX)
    if known is None:
        known = _new_grant(bank, caller, grant_id, asked, cover)
    elif known.model_dump() != (
        known.model_dump()
        | asked.model_dump(exclude={"cover_base64", "signature", "elsewhere"})
        | {"account": account, "cover_digest": _digest(cover)}
    ):
        raise IdAlreadyUsedError
    else:
        _sign_anew(bank, caller, known, asked, cover)
    if _is_live(bank, known):
        bank.pds.put(account, _box(known), COVER, cover)
        bank.pds.grant(account, _box(known), known.recipient, now)
        bank.pds.grant(account, chunk_box(version.upload), known.recipient, now)
    return _shown(bank, known, version)


def revoke(bank: Bank, account: str, grant_id: str) -> FileGrant:
    """End a grant at once: first no reading is answered any more, then the store's right and the wrap go."""
    row = _of_owner(bank, account, grant_id)
    if row.revoked_at is None:
        row = FileGrantRow(**row.model_dump() | {"revoked_at": bank.clock()})
        bank.files.save_grant(row)
    _withdraw(bank, row)
    return _shown(bank, row, bank.files.version(account, row.document, row.version))


def remove(bank: Bank, account: str, document: str, version: int | None) -> FileRemoved:
    """Remove a version, or all; what others were let read of it ends before."""
    for row in bank.files.grants_of(account):
        if row.document == document and version in (None, row.version):
            revoke(bank, account, row.grant_id)
    return files.remove(bank, account, document, version)


def key_of(bank: Bank, account: str) -> KeyOfAccount:
    """Of who holds an office; members' keys are for members themselves to hand on."""
    known, person = bank.index.account(account), bank.directory.person(account)
    if known is None or not known.roles & OFFICES or person is None or person.encryption_key is None:
        raise NotFoundError("key", account)
    return KeyOfAccount(account=account, encryption_key=person.encryption_key)


def given(bank: Bank, account: str) -> list[FileGrant]:
    """What I let others read, ended ones too. What has ended meanwhile is taken away at the store as well."""
    rows = bank.files.grants_of(account)
    for row in rows:
        if row.revoked_at is None and not _is_live(bank, row) and not _waits(bank, row):
            _withdraw(bank, row)
    return _all_shown(bank, rows)


def received(bank: Bank, recipient: str) -> list[FileGrant]:
    """What others let me read now."""
    return _all_shown(bank, [row for row in bank.files.grants_to(recipient) if _is_live(bank, row)])


def cover(bank: Bank, recipient: str, grant_id: str) -> FileHandedOver:
    row, version = _readable(bank, recipient, grant_id)
    _note(bank, row, None)
    try:
        found = bank.pds.get(row.account, _box(row), COVER, reader=recipient)
    except (NotGrantedError, DocumentUnknownError) as error:
        raise ForbiddenError(said("refusal-grant-ended")) from error
    encoded = base64.b64encode(found.content.to_bytes()).decode()
    return FileHandedOver(**_shown(bank, row, version).model_dump(), cover_base64=encoded)


def chunk(bank: Bank, recipient: str, grant_id: str, index: int) -> Chunk:
    row, version = _readable(bank, recipient, grant_id)
    if not 0 <= index < chunks_of(version.size_bytes):
        raise NotFoundError("chunk", str(index))
    _note(bank, row, index)
    try:
        found = bank.pds.get_chunk(row.account, version.upload, index, reader=recipient)
    except NotGrantedError as error:
        raise ForbiddenError(said("refusal-grant-ended")) from error
    return Chunk(index=index, chunk_base64=base64.b64encode(found.encoded).decode())


def readings(bank: Bank, account: str) -> list[FileReading]:
    """Who read what of mine, newest first."""
    rows = bank.files.readings_of(account, READINGS_SHOWN)
    return [FileReading(**row.model_dump(exclude={"id", "account"})) for row in rows]


def _cover(bank: Bank, asked: FileGranted) -> SealedDocument:
    """Sealed to the recipient alone: to the key that the bank has of it, or to one of somebody of another bank."""
    if not asked.elsewhere:
        return read_cover(bank, asked.cover_base64, "cover_base64", asked.recipient)
    if not is_stranger(bank, asked.recipient):
        raise InvalidInputError("recipient", said("rule-of-another-bank"))
    cover = read_sealed(asked.cover_base64, "cover_base64", COVER_BYTES_MAX)
    if len(cover.recipients) != 1:
        raise InvalidInputError("cover_base64", said("rule-sealed-to-one", account=asked.recipient))
    return cover


def _new_grant(bank: Bank, caller: Caller, grant_id: str, asked: FileGranted, cover: SealedDocument) -> FileGrantRow:
    """Recorded with the owner's word. Raises ConflictError, InvalidInputError where it may not be given."""
    account, now = caller.account, bank.clock()
    if version_row(bank, account, asked.document, asked.version).finished_at is None:
        raise ConflictError(said("refusal-file-under-way"))
    if asked.recipient == account:
        raise InvalidInputError("recipient", said("rule-not-yourself"))
    if asked.until <= now:
        raise InvalidInputError("until", said("rule-in-future"))
    if len(bank.files.grants_of(account)) >= GRANTS_MAX:
        raise ConflictError(said("refusal-no-more-kept", most=str(GRANTS_MAX)))
    word = _word(bank, caller, grant_id, asked, cover)
    made = FileGrantRow(
        grant_id=grant_id, account=account, document=asked.document, version=asked.version,
        recipient=asked.recipient, cover_digest=_digest(cover), granted_at=now, until=asked.until,
    )  # fmt: skip
    bank.files.save_signed_grant(made, word)
    return made


def _word(bank: Bank, caller: Caller, grant_id: str, asked: FileGranted, cover: SealedDocument) -> FileGrantWordRow:
    """The caller's, over these terms and this cover. Raises InvalidInputError."""
    terms = (grant_id, asked.document, asked.version, asked.recipient, asked.until, cover.to_bytes())
    check_signed(caller.key, file_grant_text(bank.here.url, caller.account, *terms), asked.signature)
    return FileGrantWordRow(grant_id=grant_id, account=caller.account, key=caller.key, signature=asked.signature)


def _sign_anew(bank: Bank, caller: Caller, row: FileGrantRow, asked: FileGranted, cover: SealedDocument) -> None:
    """A grant that the owner's former key gave goes on by the present one's word; what was ended stays so."""
    known = bank.files.word_of(row.grant_id)
    if row.revoked_at is None and known is not None and known.key != caller.key:
        bank.files.save_signed_grant(row, _word(bank, caller, row.grant_id, asked, cover))


def _digest(cover: SealedDocument) -> str:
    return hashlib.blake2b(cover.to_bytes(), digest_size=32).hexdigest()


def _readable(bank: Bank, recipient: str, grant_id: str) -> tuple[FileGrantRow, FileVersionRow]:
    """Raises NotFoundError for another's grant, ForbiddenError for one that has ended: at the time of this reading."""
    row = bank.files.grant(grant_id)
    if row is None or row.recipient != recipient:
        raise NotFoundError("grant", grant_id)
    version = bank.files.version(row.account, row.document, row.version)
    if version is None or not _is_live(bank, row):
        if row.revoked_at is None and not _waits(bank, row):
            _withdraw(bank, row)
        raise ForbiddenError(said("refusal-grant-ended"))
    return row, version


def _withdraw(bank: Bank, row: FileGrantRow) -> None:
    """The store's rights and the wrap. The chunks' right stays where another live grant of the recipient needs it."""
    now = bank.clock()
    bank.pds.revoke(row.account, _box(row), row.recipient, now)
    bank.pds.delete(row.account, _box(row), COVER)
    version = bank.files.version(row.account, row.document, row.version)
    others = [
        one
        for one in bank.files.grants_of(row.account)
        if one.grant_id != row.grant_id
        and (one.document, one.version, one.recipient) == (row.document, row.version, row.recipient)
        and _is_live(bank, one)
    ]
    if version is not None and not others:
        bank.pds.revoke(row.account, chunk_box(version.upload), row.recipient, now)


def _of_owner(bank: Bank, account: str, grant_id: str) -> FileGrantRow:
    row = bank.files.grant(grant_id)
    if row is None or row.account != account:
        raise NotFoundError("grant", grant_id)
    return row


def _note(bank: Bank, row: FileGrantRow, index: int | None) -> None:
    bank.files.note_reading(
        FileReadingRow(
            account=row.account,
            grant_id=row.grant_id,
            recipient=row.recipient,
            document=row.document,
            version=row.version,
            chunk=index,
            at=bank.clock(),
        )
    )


def _is_live(bank: Bank, row: FileGrantRow) -> bool:
    """A new key of the owner's ends what the old one gave, as on the ledger (ADR 27)."""
    if row.revoked_at is not None or bank.clock() >= row.until:
        return False
    word, owner = bank.files.word_of(row.grant_id), bank.index.account(row.account)
    return word is None or (owner is not None and owner.key == word.key)


def _waits(bank: Bank, row: FileGrantRow) -> bool:
    """Whether only the key is another, and the owner's wallet is at signing anew what the former one gave."""
    return bank.clock() < row.until and is_wrapping(bank, row.account)


def _box(row: FileGrantRow) -> str:
    """A box for each grant, so that the store's right to it is right to this cover alone."""
    return GRANTED + row.grant_id


def _all_shown(bank: Bank, rows: Sequence[FileGrantRow]) -> list[FileGrant]:
    return [_shown(bank, row, bank.files.version(row.account, row.document, row.version)) for row in rows]


def _shown(bank: Bank, row: FileGrantRow, version: FileVersionRow | None) -> FileGrant:
    size = 0 if version is None else version.size_bytes
    word = bank.files.word_of(row.grant_id)
    return FileGrant(
        grant_id=row.grant_id, owner=row.account, document=row.document, version=row.version, recipient=row.recipient,
        granted_at=row.granted_at, until=row.until, revoked_at=row.revoked_at, size_bytes=size,
        signature=None if word is None else word.signature,
        is_live=version is not None and _is_live(bank, row), chunks=chunks_of(size),
    )  # fmt: skip
