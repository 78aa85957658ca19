"""The statements of the embedded store, and the values its rows become."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, delete, func, select, update

from pds_adapter.errors import (
    AccountErasedError,
    AccountUnknownError,
    EnvelopeFormatError,
    ETagConflictError,
    StoreError,
    StoreFormatError,
)
from pds_adapter.sealing.envelope import SealedDocument
from pds_adapter.stores.embedded_tables import AccountRow, DocumentRow, GrantRow
from pds_adapter.stores.port import Document, Grant, Outcome, Put, Reference, Stored, check_name, etag_of

LOOKUP_CHUNK: Final = 300
"""Documents asked for in one statement, below SQLite's limit of bound values."""
KEY_COLUMNS: Final = tuple_(col(DocumentRow.account_id), col(DocumentRow.box), col(DocumentRow.name))
Item = TypeVar("Item")


def document_row(put: Put, etag: str, encoded: bytes) -> dict[str, Any]:
    """The columns of a document that is put."""
    return {
        "account_id": put.account_id,
        "box": put.box,
        "name": put.name,
        "etag": etag,
        "wraps": len(put.content.wraps),
        "content": encoded,
    }


def document_of(row: Any) -> Document:
    """Raises StoreFormatError for content that is damaged."""
    try:
        content = SealedDocument.from_bytes(row.content)
    except EnvelopeFormatError as error:
        where = f"{row.account_id} {row.box}/{row.name}"
        raise StoreFormatError(where, f"the stored document is damaged: {error}") from error
    return Document(row.account_id, row.box, row.name, etag_of(row.content), content)


def grant_of(row: Any) -> Grant:
    return Grant(row.account_id, row.box, row.recipient, row.granted_at, row.revoked_at)


def account_row(connection: Connection, account_id: str) -> Any:
    """Raises AccountUnknownError."""
    statement = select(AccountRow.__table__).where(AccountRow.account_id == account_id)  # type: ignore[attr-defined]
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise AccountUnknownError(account_id)
    return row


def require_account(connection: Connection, account_id: str) -> None:
    """Raises AccountUnknownError, AccountErasedError, NameRefusedError."""
    check_name("account id", account_id)
    refusal = account_refusal(accounts_among(connection, [account_id]), account_id)
    if refusal is not None:
        raise refusal


def account_refusal(accounts: dict[str, int | None], account_id: str) -> StoreError | None:
    """Why nothing is kept for an account; `accounts` is what `accounts_among` found."""
    if account_id not in accounts:
        return AccountUnknownError(account_id)
    erased_at = accounts[account_id]
    return None if erased_at is None else AccountErasedError(account_id, erased_at)


def accounts_among(connection: Connection, account_ids: Sequence[str]) -> dict[str, int | None]:
    """Of those that exist: when they were erased, or None."""
    found: dict[str, int | None] = {}
    for chunk in _chunks(list(dict.fromkeys(account_ids))):
        statement = select(AccountRow.account_id, AccountRow.erased_at).where(col(AccountRow.account_id).in_(chunk))
        found.update((row[0], row[1]) for row in connection.execute(statement))
    return found


def decide(put: Put, etag: str, found: str | None, accounts: dict[str, int | None]) -> Stored | StoreError:
    """What becomes of a write where a document with the ETag `found` is (None: nothing is)."""
    refusal = account_refusal(accounts, put.account_id)
    if refusal is not None:
        return refusal
    if found == etag:
        return Stored(etag, Outcome.REPEATED)
    expected = found if put.if_match is None else put.if_match
    if put.if_none_match:
        expected = None
    if expected != found:
        return ETagConflictError(put.account_id, put.box, put.name, expected, found)
    return Stored(etag, Outcome.CREATED if found is None else Outcome.CHANGED)


def etags_at(connection: Connection, places: Sequence[Put | Reference]) -> dict[tuple[str, str, str], str]:
    """By account, box and name; of those that are there."""
    found: dict[tuple[str, str, str], str] = {}
    for chunk in _chunks([(place.account_id, place.box, place.name) for place in places]):
        statement = select(DocumentRow.account_id, DocumentRow.box, DocumentRow.name, DocumentRow.etag).where(
            KEY_COLUMNS.in_(chunk)
        )
        found.update(((row[0], row[1], row[2]), row[3]) for row in connection.execute(statement))
    return found


def documents_at(connection: Connection, places: Sequence[Reference]) -> dict[tuple[str, str, str], Document]:
    """By account, box and name; of those that are there."""
    found: dict[tuple[str, str, str], Document] = {}
    for chunk in _chunks([(place.account_id, place.box, place.name) for place in places]):
        statement = select(DocumentRow.account_id, DocumentRow.box, DocumentRow.name, DocumentRow.content).where(
            KEY_COLUMNS.in_(chunk)
        )
        found.update(((row[0], row[1], row[2]), document_of(row)) for row in connection.execute(statement))
    return found


def documents_after(connection: Connection, account_id: str, after: tuple[str, str], count: int) -> list[Document]:
    """The next `count` documents of an account behind a box and name."""
    statement = (
        select(DocumentRow.account_id, DocumentRow.box, DocumentRow.name, DocumentRow.content)
        .where(col(DocumentRow.account_id) == account_id)
        .where(tuple_(col(DocumentRow.box), col(DocumentRow.name)) > tuple_(*after))
        .order_by(col(DocumentRow.box), col(DocumentRow.name))
        .limit(count)
    )
    return [document_of(row) for row in connection.execute(statement)]


def put_rows(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Add documents, or write over those of the same names."""
    put = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(DocumentRow)
    changed = {name: put.excluded[name] for name in ("etag", "wraps", "content")}
    keys = ["account_id", "box", "name"]
    connection.execute(put.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def boxes_granted(connection: Connection, reader: str | None, account_ids: Sequence[str]) -> set[tuple[str, str]]:
    """The (account, box) pairs that `reader` may read now."""
    leave: set[tuple[str, str]] = set()
    if reader is None:
        return leave
    check_name("reader", reader)
    for chunk in _chunks(list(dict.fromkeys(account_ids))):
        statement = select(GrantRow.account_id, GrantRow.box).where(
            col(GrantRow.account_id).in_(chunk),
            GrantRow.recipient == reader,
            col(GrantRow.revoked_at).is_(None),
        )
        leave.update((row[0], row[1]) for row in connection.execute(statement))
    return leave


def live_grant(connection: Connection, account_id: str, box: str, recipient: str) -> Any:
    """Its row; None where there is none that was not revoked."""
    statement = select(GrantRow.__table__).where(  # type: ignore[attr-defined]
        GrantRow.account_id == account_id,
        GrantRow.box == box,
        GrantRow.recipient == recipient,
        col(GrantRow.revoked_at).is_(None),
    )
    return connection.execute(statement).one_or_none()


def destroy_account(connection: Connection, account_id: str, erased_at: int) -> None:
    """Remove documents with their wraps, and grants; what that was is remembered with the account."""
    mine = col(DocumentRow.account_id) == account_id
    counted = connection.execute(
        select(func.count(), func.coalesce(func.sum(DocumentRow.wraps), 0)).select_from(DocumentRow).where(mine)
    ).one()
    connection.execute(delete(DocumentRow).where(mine))
    grants = connection.execute(delete(GrantRow).where(col(GrantRow.account_id) == account_id)).rowcount
    connection.execute(
        update(AccountRow)
        .where(col(AccountRow.account_id) == account_id)
        .values(
            erased_at=erased_at,
            erased_documents=counted[0],
            erased_wraps=counted[1],
            erased_grants=grants,
        )
    )


def _chunks(items: list[Item]) -> Iterator[list[Item]]:
    for start in range(0, len(items), LOOKUP_CHUNK):
        yield items[start : start + LOOKUP_CHUNK]
