"""Versions of members' documents, grants of them, and who read under which grant."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, select

from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.moment import Moment
from bank_api.store.tables import FileGrantRow, FileGrantWordRow, FileReadingRow, FileVersionRow

_VERSION, _READING = statements.table_of(FileVersionRow), statements.table_of(FileReadingRow)
_USED = select(func.coalesce(func.sum(_VERSION.c.stored_bytes), 0)).where(_VERSION.c.account == bindparam("account"))
_UPLOADS = (
    select(_VERSION.c.upload)
    .where(_VERSION.c.account == bindparam("account"))
    .order_by(_VERSION.c.document, _VERSION.c.version)
)
_READINGS = (
    select(_READING)
    .where(_READING.c.account == bindparam("account"))
    .order_by(_READING.c.id.desc())
    .limit(bindparam("most"))
)


_GRANT = statements.table_of(FileGrantRow)
_WORD = statements.table_of(FileGrantWordRow)
_TO_THEM = select(_GRANT.c.grant_id).where(_GRANT.c.recipient == bindparam("whose"))
_FORGET = (
    delete(_WORD).where((_WORD.c.account == bindparam("whose")) | _WORD.c.grant_id.in_(_TO_THEM)),
    *(
        delete(column.table).where(column == bindparam("whose"))
        for column in (
            *(_VERSION.c.account, _GRANT.c.account, _GRANT.c.recipient),
            *(_READING.c.account, _READING.c.recipient),
        )
    ),
)


class Files:
    def __init__(self, database: Database) -> None:
        self._database = database

    def version(self, account: str, document: str, version: int) -> FileVersionRow | None:
        return self._database.get(FileVersionRow, account=account, document=document, version=version)

    def uploads_of(self, account: str) -> Sequence[str]:
        """What every version is called among those of its account, in the order of documents and versions."""
        with self._database.reading() as moment:
            return [row.upload for row in moment.execute(_UPLOADS, {"account": account})]

    def versions_of(self, account: str) -> Sequence[FileVersionRow]:
        rows = self._database.all(FileVersionRow, account=account)
        return sorted(rows, key=lambda row: (row.document, row.version))

    def used_bytes(self, account: str) -> int:
        with self._database.reading() as moment:
            return int(moment.execute(_USED, {"account": account}).scalar())

    def reserve(self, row: FileVersionRow, quota_bytes: int | None) -> int | None:
        """Add the row if the account stays within its quota; else how many bytes it would have (None: added).

        Counted and added in one transaction of the one writer: two uploads never share the last room.
        """

        def work(moment: Moment) -> int | None:
            used = int(moment.execute(_USED, {"account": row.account}).scalar())
            if quota_bytes is not None and used + row.stored_bytes > quota_bytes:
                return used + row.stored_bytes
            statements.add(moment, FileVersionRow, [row.model_dump()])
            return None

        return self._database.write(work)

    def save_version(self, row: FileVersionRow) -> None:
        self._database.save(row)

    def drop_version(self, row: FileVersionRow) -> None:
        key = row.model_dump(include={"account", "document", "version"})
        self._database.write(lambda moment: statements.drop(moment, FileVersionRow, [key]))

    def grant(self, grant_id: str) -> FileGrantRow | None:
        return self._database.get(FileGrantRow, grant_id=grant_id)

    def grants_of(self, account: str) -> Sequence[FileGrantRow]:
        return sorted(self._database.all(FileGrantRow, account=account), key=lambda row: row.granted_at)

    def grants_to(self, recipient: str) -> Sequence[FileGrantRow]:
        return sorted(self._database.all(FileGrantRow, recipient=recipient), key=lambda row: row.granted_at)

    def save_grant(self, row: FileGrantRow) -> None:
        self._database.save(row)

    def word_of(self, grant_id: str) -> FileGrantWordRow | None:
        return self._database.get(FileGrantWordRow, grant_id=grant_id)

    def save_signed_grant(self, row: FileGrantRow, word: FileGrantWordRow) -> None:
        """Both in one transaction."""
        self._database.save(row, word)

    def note_reading(self, row: FileReadingRow) -> None:
        values = row.model_dump(exclude={"id"})
        self._database.write(lambda moment: statements.add(moment, FileReadingRow, [values]))

    def readings_of(self, account: str, most: int) -> Sequence[FileReadingRow]:
        """The newest first."""
        with self._database.reading() as moment:
            found = moment.execute(_READINGS, {"account": account, "most": most})
            return [statements.row(FileReadingRow, row) for row in found]

    def forget(self, account: str) -> None:
        """Everything of an account that is erased: what it kept, let others read, was let read, and read."""

        def work(moment: Moment) -> None:
            for statement in _FORGET:
                moment.execute(statement, {"whose": account})

        self._database.write(work)
