"""The personal data store that comes with Azukari: a database, and a folder of chunks beside it, all of it sealed.

The database is a SQLite file (`embedded_file`) unless a PostgreSQL server is named (`embedded_server`). Durable: what
was written is on the disk before it is answered. Thread-safe: any thread may call, and on a server any process; writers
take turns, readers never wait. In a file what is removed is overwritten, and an erasure truncates the log, so destroyed
wraps are gone from the files too; a server takes its time to write over what it has freed. Refuses a database of
another program or of another version.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection
from sqlmodel import col, delete, func, insert, select, update

from pds_adapter.errors import (
    AccountErasedError,
    DocumentUnknownError,
    ETagConflictError,
    NotGrantedError,
    StoreError,
    StoreUnavailableError,
)
from pds_adapter.sealing.chunks import SealedChunk
from pds_adapter.sealing.envelope import SealedDocument
from pds_adapter.stores.chunk_bucket import ChunkBucket
from pds_adapter.stores.chunk_files import ChunkFiles
from pds_adapter.stores.chunks import chunk_box
from pds_adapter.stores.embedded_file import SqliteFile, translated
from pds_adapter.stores.embedded_queries import (
    account_refusal,
    account_row,
    accounts_among,
    boxes_granted,
    decide,
    destroy_account,
    document_row,
    documents_after,
    documents_at,
    etags_at,
    grant_of,
    live_grant,
    put_rows,
    require_account,
)
from pds_adapter.stores.embedded_server import PostgresSchema
from pds_adapter.stores.embedded_tables import AccountRow, DocumentRow, GrantRow
from pds_adapter.stores.port import (
    Document,
    Entry,
    Erasure,
    Grant,
    Outcome,
    Put,
    Reference,
    Stored,
    check_name,
    etag_of,
)

EXPORT_PAGE: Final = 20


class EmbeddedStore:
    """Implements `port.PersonalDataStore` over the SQLite file at `path`, or over the server at `database_url`.

    Chunks are beside `path` in either case: processes that share a server share this folder too. Or they are in a
    bucket, which is asked outside of any lock: nobody waits for it but whose chunk it is.
    """

    def __init__(self, path: Path | str, database_url: str | None = None, bucket: ChunkBucket | None = None) -> None:
        self.path = Path(path)
        self._database = SqliteFile(self.path) if database_url is None else PostgresSchema(database_url)
        self._bucket = bucket
        self._chunks: ChunkFiles | ChunkBucket = bucket or ChunkFiles(self.path.with_name(f"{self.path.name}.chunks"))
        self._turn = threading.Lock()
        self._chunk_turn = threading.Lock()
        """No chunk comes to an account that was just erased."""
        self._reader, self._engine = self._database.reader, self._database.engine
        self._writer = self._engine.execution_options(azukari_begin=self._database.take_the_pen)
        with self._writing() as connection:
            self._database.prepare(connection)

    def open_account(self, account_id: str, opened_at: int) -> bool:
        return self.open_accounts([account_id], opened_at) == 1

    def open_accounts(self, account_ids: Sequence[str], opened_at: int) -> int:
        for account_id in account_ids:
            check_name("account id", account_id)
        with self._writing() as connection:
            known = accounts_among(connection, account_ids)
            for account_id, erased_at in known.items():
                if erased_at is not None:
                    raise AccountErasedError(account_id, erased_at)
            new = [account_id for account_id in dict.fromkeys(account_ids) if account_id not in known]
            if new:
                rows = [{"account_id": account_id, "opened_at": opened_at} for account_id in new]
                connection.execute(insert(AccountRow), rows)
        return len(new)

    def put(
        self,
        account_id: str,
        box: str,
        name: str,
        content: SealedDocument,
        *,
        if_match: str | None = None,
        if_none_match: bool = False,
    ) -> Stored:
        [answer] = self.put_many([Put(account_id, box, name, content, if_match, if_none_match)])
        if isinstance(answer, StoreError):
            raise answer
        return answer

    def put_many(self, puts: Sequence[Put]) -> list[Stored | StoreError]:
        with self._writing() as connection:
            accounts = accounts_among(connection, [put.account_id for put in puts])
            etags = etags_at(connection, puts)
            answers: list[Stored | StoreError] = []
            rows: dict[tuple[str, str, str], dict[str, Any]] = {}
            for put in puts:
                key, encoded = (put.account_id, put.box, put.name), put.content.to_bytes()
                answer = decide(put, etag_of(encoded), etags.get(key), accounts)
                answers.append(answer)
                if isinstance(answer, Stored) and answer.outcome is not Outcome.REPEATED:
                    etags[key] = answer.etag
                    rows[key] = document_row(put, answer.etag, encoded)
            if rows:
                put_rows(connection, list(rows.values()))
        return answers

    def get(self, account_id: str, box: str, name: str, *, reader: str | None = None) -> Document:
        [answer] = self.get_many([Reference(account_id, box, name)], reader=reader)
        if isinstance(answer, StoreError):
            raise answer
        return answer

    def get_many(self, references: Sequence[Reference], *, reader: str | None = None) -> list[Document | StoreError]:
        with self._reading() as connection:
            accounts = accounts_among(connection, [reference.account_id for reference in references])
            found = documents_at(connection, references)
            leave = boxes_granted(connection, reader, [reference.account_id for reference in references])
        answers: list[Document | StoreError] = []
        for reference in references:
            key = (reference.account_id, reference.box, reference.name)
            refusal = account_refusal(accounts, reference.account_id)
            if refusal is not None:
                answers.append(refusal)
            elif reader is not None and (reference.account_id, reference.box) not in leave:
                answers.append(NotGrantedError(reference.account_id, reference.box, reader))
            else:
                answers.append(found.get(key) or DocumentUnknownError(*key))
        return answers

    def entries(self, account_id: str, box: str | None = None, *, reader: str | None = None) -> list[Entry]:
        statement = (
            select(DocumentRow.box, DocumentRow.name, DocumentRow.etag, func.length(DocumentRow.content))
            .where(DocumentRow.account_id == account_id)
            .order_by(col(DocumentRow.box), col(DocumentRow.name))
        )
        if box is not None:
            check_name("box", box)
            statement = statement.where(DocumentRow.box == box)
        with self._reading() as connection:
            require_account(connection, account_id)
            leave = boxes_granted(connection, reader, [account_id])
            rows = connection.execute(statement).all()
        if reader is not None and box is not None and (account_id, box) not in leave:
            raise NotGrantedError(account_id, box, reader)
        visible = [row for row in rows if reader is None or (account_id, row[0]) in leave]
        return [Entry(account_id, *row) for row in visible]

    def delete(self, account_id: str, box: str, name: str, *, if_match: str | None = None) -> bool:
        reference = Reference(account_id, box, name)
        with self._writing() as connection:
            require_account(connection, account_id)
            found = etags_at(connection, [reference]).get((account_id, box, name))
            if found is None:
                return False
            if if_match is not None and if_match != found:
                raise ETagConflictError(account_id, box, name, if_match, found)
            connection.execute(
                delete(DocumentRow).where(
                    col(DocumentRow.account_id) == account_id,
                    col(DocumentRow.box) == box,
                    col(DocumentRow.name) == name,
                )
            )
        return True

    def grant(self, account_id: str, box: str, recipient: str, granted_at: int) -> Grant:
        check_name("box", box)
        check_name("recipient", recipient)
        with self._writing() as connection:
            require_account(connection, account_id)
            live = live_grant(connection, account_id, box, recipient)
            if live is not None:
                return grant_of(live)
            grant = Grant(account_id, box, recipient, granted_at)
            connection.execute(insert(GrantRow), [vars(grant)])
        return grant

    def revoke(self, account_id: str, box: str, recipient: str, revoked_at: int) -> Grant | None:
        check_name("box", box)
        check_name("recipient", recipient)
        with self._writing() as connection:
            require_account(connection, account_id)
            live = live_grant(connection, account_id, box, recipient)
            if live is None:
                return None
            connection.execute(update(GrantRow).where(col(GrantRow.id) == live.id).values(revoked_at=revoked_at))
        return Grant(account_id, box, recipient, live.granted_at, revoked_at)

    def grants(self, account_id: str, box: str | None = None) -> list[Grant]:
        statement = select(GrantRow.__table__).where(GrantRow.account_id == account_id)  # type: ignore[attr-defined]
        if box is not None:
            statement = statement.where(GrantRow.box == box)
        with self._reading() as connection:
            require_account(connection, account_id)
            return [grant_of(row) for row in connection.execute(statement.order_by(col(GrantRow.id)))]

    def put_chunk(self, account_id: str, upload: str, index: int, chunk: SealedChunk) -> bool:
        if self._bucket is not None:
            return self._put_into(self._bucket, account_id, upload, index, chunk)
        with self._chunks_held():
            self._require(account_id)
            return self._chunks.put(account_id, upload, index, chunk)

    def _put_into(self, bucket: ChunkBucket, account_id: str, upload: str, index: int, chunk: SealedChunk) -> bool:
        """What came to an account that was erased meanwhile is taken out again; nothing opens it in any case."""
        self._require(account_id)
        is_new = bucket.put(account_id, upload, index, chunk)
        try:
            self._require(account_id)
        except AccountErasedError:
            bucket.drop(account_id, upload)
            raise
        return is_new

    def get_chunk(self, account_id: str, upload: str, index: int, *, reader: str | None = None) -> SealedChunk:
        box = chunk_box(upload)
        with self._reading() as connection:
            require_account(connection, account_id)
            leave = boxes_granted(connection, reader, [account_id])
        if reader is not None and (account_id, box) not in leave:
            raise NotGrantedError(account_id, box, reader)
        return self._chunks.get(account_id, upload, index)

    def chunks(self, account_id: str, upload: str) -> list[int]:
        self._require(account_id)
        return self._chunks.indexes(account_id, upload)

    def uploads(self, account_id: str) -> list[str]:
        self._require(account_id)
        return self._chunks.uploads(account_id)

    def drop_upload(self, account_id: str, upload: str) -> int:
        with nullcontext() if self._bucket is not None else self._chunks_held():
            self._require(account_id)
            return self._chunks.drop(account_id, upload)

    def export(self, account_id: str) -> Iterator[Document]:
        """In pages of one read transaction each: an export left half read must not hold back an erasure."""
        after = ("", "")
        while True:
            with self._reading() as connection:
                require_account(connection, account_id)
                page = documents_after(connection, account_id, after, EXPORT_PAGE)
            yield from page
            if len(page) < EXPORT_PAGE:
                return
            after = (page[-1].box, page[-1].name)

    def erase(self, account_id: str, erased_at: int) -> Erasure:
        check_name("account id", account_id)
        with self._writing() as connection:
            account = account_row(connection, account_id)
            if account.erased_at is None:
                destroy_account(connection, account_id, erased_at)
                account = account_row(connection, account_id)
        with self._turn, self._translated():
            is_gone = self._database.let_go_of_the_log()
        with nullcontext() if self._bucket is not None else self._chunks_held():
            self._chunks.drop_account(account_id)
        if not is_gone:
            raise StoreUnavailableError(str(self.path), "erased, but a reader keeps the old log: call erase again")
        return Erasure(
            account_id,
            account.erased_documents,
            account.erased_wraps,
            account.erased_grants,
            account.erased_at,
        )

    def close(self) -> None:
        self._engine.dispose()

    def _require(self, account_id: str) -> None:
        with self._reading() as connection:
            require_account(connection, account_id)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._translated(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._turn, self._translated(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _chunks_held(self) -> Iterator[None]:
        """Nobody else changes chunks, in whatever process."""
        with self._chunk_turn:
            if self._database.hold_the_chunks is None:
                yield
                return
            holder = self._engine.execution_options(azukari_begin=self._database.hold_the_chunks)
            with self._translated(), holder.begin():
                yield

    def _translated(self) -> AbstractContextManager[None]:
        return translated(self._database.label)
