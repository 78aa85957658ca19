"""Files: documents of any kind and size that members keep in their stores, sealed by their wallets in chunks (ADR 44).

A version is reserved (and counted against the quota), its chunks are sent in any order and as often as need be, and
then it is finished: its cover goes into the store, and from then on it is a document. The bank opens nothing of it:
it is no recipient. The version's number is the next one or the one under way, so that two writers never make the
same.
"""

import base64
from collections.abc import Collection

from bank_api.bank import Bank
from bank_api.errors import ConflictError, IdAlreadyUsedError, InvalidInputError, NotFoundError
from bank_api.protocol.fields import from_base64
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.files import Chunk, ChunkKept, FileBegun, FileRemoved, Files, FileState, FileVersion
from bank_api.store.tables import FileVersionRow
from pds_adapter.errors import DocumentUnknownError, EnvelopeError, ETagConflictError, StoreError
from pds_adapter.sealing.chunks import CHUNK_BYTES, CHUNK_OVERHEAD_BYTES, SealedChunk, chunks_of, sealed_bytes
from pds_adapter.sealing.envelope import PublicKey, SealedDocument
from pds_adapter.stores.port import Put, Reference

BOX = "files"
COVER_BYTES_MAX = 8192
VERSIONS_MAX = 5_000
"""Of one account: their covers take room that no quota counts, and are read at every beginning of another."""


def listed(bank: Bank, account: str, uploads: Collection[str]) -> Files:
    """Versions, those under way too; only the owner's wallet reads what they are."""
    rows = [row for row in bank.files.versions_of(account) if row.upload in uploads]
    covers = bank.pds.get_many([_place(row) for row in rows if row.cover is None]) if rows else []
    kept = {found.name: found.content.to_bytes() for found in covers if not isinstance(found, StoreError)}
    for found in covers:
        if isinstance(found, StoreError) and not isinstance(found, DocumentUnknownError):
            raise found
    shown = [_shown(row, row.cover or kept[_name(row)]) for row in rows if row.cover or _name(row) in kept]
    used, quota = bank.files.used_bytes(account), bank.settings.document_quota_bytes
    return Files(files=shown, used_bytes=used, quota_bytes=quota)


def state(bank: Bank, account: str, document: str, version: int) -> FileState:
    """One version, and what is still missing of it."""
    row = version_row(bank, account, document, version)
    cover = row.cover or bank.pds.get(account, BOX, _name(row)).content.to_bytes()
    return FileState(**_shown(row, cover).model_dump(), missing=_missing(bank, row))


def begin(bank: Bank, account: str, document: str, version: int, asked: FileBegun) -> FileState:
    """Reserve a version. 1. the cover and its recipient, 2. the number, 3. the room."""
    cover = read_cover(bank, asked.cover_base64, "cover_base64", account)  # 1.
    bank.pds.open_account(account, bank.clock())
    every = bank.files.versions_of(account)
    known = [row for row in every if row.document == document]
    present = next((row for row in known if row.version == version), None)
    if present is None:
        expected = max((row.version for row in known), default=0) + 1  # 2.
        if version != expected:
            raise ConflictError(said("refusal-version-number", expected=str(expected)))
        if any(row.upload == asked.upload for row in every):
            raise IdAlreadyUsedError
        if len(every) >= VERSIONS_MAX:
            raise ConflictError(said("refusal-no-more-kept", most=str(VERSIONS_MAX)))
        row = FileVersionRow(
            account=account, document=document, version=version, upload=asked.upload, size_bytes=asked.size_bytes,
            stored_bytes=sealed_bytes(asked.size_bytes), begun_at=bank.clock(), cover=cover.to_bytes(),
        )  # fmt: skip
        _reserve(bank, row)  # 3.
    elif (present.upload, present.size_bytes) != (asked.upload, asked.size_bytes):
        raise ConflictError(said("refusal-version-under-way"), hint=said("hint-file-resume"))
    return state(bank, account, document, version)


def keep_chunk(bank: Bank, account: str, document: str, version: int, index: int, encoded: str) -> ChunkKept:
    row = version_row(bank, account, document, version)
    content = from_base64(encoded, "chunk_base64", CHUNK_BYTES + CHUNK_OVERHEAD_BYTES)
    count = chunks_of(row.size_bytes)
    if not 0 <= index < count:
        raise InvalidInputError("index", said("rule-from-to", low="0", high=str(count - 1)))
    expected = min(CHUNK_BYTES, row.size_bytes - index * CHUNK_BYTES) + CHUNK_OVERHEAD_BYTES
    if len(content) != expected:
        raise InvalidInputError("chunk_base64", said("rule-bytes", count=expected))
    try:
        fresh = bank.pds.put_chunk(account, row.upload, index, SealedChunk(content))
    except ETagConflictError as error:
        raise IdAlreadyUsedError(said("refusal-chunk-other")) from error
    return ChunkKept(index=index, repeated=not fresh)


def chunk(bank: Bank, account: str, document: str, version: int, index: int) -> Chunk:
    row = version_row(bank, account, document, version)
    if not 0 <= index < chunks_of(row.size_bytes):
        raise NotFoundError("chunk", str(index))
    found = bank.pds.get_chunk(account, row.upload, index)
    return Chunk(index=index, chunk_base64=base64.b64encode(found.encoded).decode())


def finish(bank: Bank, account: str, document: str, version: int) -> FileVersion:
    """Every chunk is there: the cover goes into the store. Safe to repeat."""
    row = version_row(bank, account, document, version)
    if row.cover is None:
        return _shown(row, bank.pds.get(account, BOX, _name(row)).content.to_bytes())
    missing = _missing(bank, row)
    if missing:
        raise ConflictError(said("refusal-chunks-missing", count=len(missing)), hint=said("hint-file-resume"))
    cover = SealedDocument.from_bytes(row.cover)
    bank.pds.put(account, BOX, _name(row), cover)
    done = FileVersionRow(**row.model_dump() | {"finished_at": bank.clock(), "cover": None})
    bank.files.save_version(done)
    return _shown(done, row.cover)


def wrap_cover(bank: Bank, account: str, document: str, version: int, encoded: str) -> FileVersion:
    """The very cover for the owner's present key alone: of a version that is kept, or under way. Safe to repeat.

    Raises InvalidInputError for another cover, ConflictError where it was changed meanwhile.
    """
    row = version_row(bank, account, document, version)
    cover = read_cover(bank, encoded, "cover_base64", account)
    if row.cover is not None:
        _check_same(cover, SealedDocument.from_bytes(row.cover))
        row = FileVersionRow(**row.model_dump() | {"cover": cover.to_bytes()})
        bank.files.save_version(row)
        return _shown(row, cover.to_bytes())
    stored = bank.pds.get(account, BOX, _name(row))
    _check_same(cover, stored.content)
    if stored.content.recipients != cover.recipients:
        try:
            bank.pds.put_one(Put(account, BOX, _name(row), cover, if_match=stored.etag))
        except ETagConflictError as error:
            raise ConflictError(said("refusal-cover-changing"), hint=said("hint-send-again")) from error
    return _shown(row, cover.to_bytes())


def _check_same(cover: SealedDocument, kept: SealedDocument) -> None:
    if not cover.is_same(kept):
        raise InvalidInputError("cover_base64", said("rule-same-content"))


def remove(bank: Bank, account: str, document: str, version: int | None) -> FileRemoved:
    """A version, or all of them: the cover first, without which nothing opens. Safe to repeat."""
    rows = [row for row in bank.files.versions_of(account) if row.document == document]
    chosen = [row for row in rows if version is None or row.version == version]
    for row in chosen:
        bank.pds.delete(account, BOX, _name(row))
        bank.pds.drop_upload(account, row.upload)
        bank.files.drop_version(row)
    return FileRemoved(versions=len(chosen))


def version_row(bank: Bank, account: str, document: str, version: int) -> FileVersionRow:
    row = bank.files.version(account, document, version)
    if row is None:
        raise NotFoundError("document", f"{document}, {version}")
    return row


def read_cover(bank: Bank, encoded: str, field: str, account: str) -> SealedDocument:
    """A cover, sealed to that account's present key and to nobody else."""
    try:
        cover = SealedDocument.from_bytes(from_base64(encoded, field, COVER_BYTES_MAX))
    except EnvelopeError as error:
        raise InvalidInputError(field, fault(error)) from error
    person = bank.directory.person(account)
    key = person.encryption_key if person else None
    if key is None or cover.recipients != (PublicKey.from_hex(key),):  # nobody is told whether there is such an account
        raise InvalidInputError(field, said("rule-sealed-to-one", account=account))
    return cover


def _reserve(bank: Bank, row: FileVersionRow) -> None:
    own_server = bool(bank.pds.choice(row.account).place.kind)
    quota = None if own_server else bank.settings.document_quota_bytes
    beyond = bank.files.reserve(row, quota)
    if beyond is not None:
        told = said("refusal-store-full", needed=str(beyond), quota=str(quota))
        raise ConflictError(told, hint=said("hint-store-full"))


def _missing(bank: Bank, row: FileVersionRow) -> list[int]:
    if row.cover is None:
        return []
    there = set(bank.pds.chunks(row.account, row.upload))
    return [index for index in range(chunks_of(row.size_bytes)) if index not in there]


def _name(row: FileVersionRow) -> str:
    return f"{row.document}.{row.version:06d}"


def _place(row: FileVersionRow) -> Reference:
    return Reference(row.account, BOX, _name(row))


def _shown(row: FileVersionRow, cover: bytes) -> FileVersion:
    return FileVersion(
        document=row.document, version=row.version, upload=row.upload, size_bytes=row.size_bytes,
        stored_bytes=row.stored_bytes, chunks=chunks_of(row.size_bytes), begun_at=row.begun_at,
        finished_at=row.finished_at, cover_base64=base64.b64encode(cover).decode(),
    )  # fmt: skip
