"""Apps, who is let into which box, and which records there are."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import bindparam, delete, func, select

from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.moment import Moment
from bank_api.store.tables import AppRow, BoxGrantRow, BoxReadingRow, RecordRow, RecordTokenRow

_RECORD, _TOKEN = statements.table_of(RecordRow), statements.table_of(RecordTokenRow)
_GRANT, _READING = statements.table_of(BoxGrantRow), statements.table_of(BoxReadingRow)
_HERE = (_RECORD.c.owner == bindparam("owner"), _RECORD.c.box == bindparam("box"))
_USED = (
    select(func.coalesce(func.sum(_RECORD.c.stored_bytes), 0))
    .where(_RECORD.c.owner == bindparam("owner"))
    .where((_RECORD.c.box != bindparam("box")) | (_RECORD.c.name != bindparam("name")))
)
_READINGS = (
    select(_READING)
    .where(_READING.c.owner == bindparam("owner"))
    .order_by(_READING.c.id.desc())
    .limit(bindparam("most"))
)
_FORGET = tuple(
    delete(column.table).where(column == bindparam("whose"))
    for column in (
        _RECORD.c.owner,
        _TOKEN.c.owner,
        _GRANT.c.owner,
        _GRANT.c.grantee,
        _READING.c.owner,
        _READING.c.reader,
    )
)


class Boxes:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = threading.Lock()
        self._changing: set[tuple[str, str, str]] = set()

    @contextmanager
    def change(self, owner: str, box: str, name: str) -> Iterator[bool]:
        """Change a record; False where another call of this process is at it. Nobody waits: a store may be slow."""
        place = (owner, box, name)
        with self._turn:
            is_free = place not in self._changing
            self._changing.add(place)
        try:
            yield is_free
        finally:
            if is_free:
                with self._turn:
                    self._changing.discard(place)

    def app(self, app_id: str) -> AppRow | None:
        return self._database.get(AppRow, app_id=app_id)

    def apps(self) -> Sequence[AppRow]:
        return sorted(self._database.all(AppRow), key=lambda row: row.app_id)

    def drop_app(self, app_id: str) -> bool:
        """Whether there was one."""
        was_there = self.app(app_id) is not None
        self._database.write(lambda moment: statements.drop(moment, AppRow, [{"app_id": app_id}]))
        return was_there

    def save(self, *rows: AppRow | BoxGrantRow) -> None:
        self._database.save(*rows)

    def grant(self, owner: str, box: str, grantee: str) -> BoxGrantRow | None:
        return self._database.get(BoxGrantRow, owner=owner, box=box, grantee=grantee)

    def grants_of(self, owner: str) -> Sequence[BoxGrantRow]:
        rows = self._database.all(BoxGrantRow, owner=owner)
        return sorted(rows, key=lambda row: (row.box, row.grantee))

    def grants_to(self, grantee: str) -> Sequence[BoxGrantRow]:
        rows = self._database.all(BoxGrantRow, grantee=grantee)
        return sorted(rows, key=lambda row: (row.owner, row.box))

    def reserve(self, row: RecordRow, quota_bytes: int) -> int | None:
        """Note a record if its owner stays within the quota; else how much there would be.

        Counted and noted in one transaction of the one writer: two records never share the last room.
        """
        place = row.model_dump(include={"owner", "box", "name"})

        def work(moment: Moment) -> int | None:
            used = int(moment.execute(_USED, place).scalar()) + row.stored_bytes
            if used > quota_bytes:
                return used
            statements.save(moment, RecordRow, [row.model_dump()])
            return None

        return self._database.write(work)

    def find_by(self, row: RecordRow, tokens: Sequence[str]) -> None:
        """What the record is found by from now on, and nothing else."""
        place = row.model_dump(include={"owner", "box", "name"})
        found = [place | {"token": token, "position": at} for at, token in enumerate(dict.fromkeys(tokens))]

        def work(moment: Moment) -> None:
            statements.drop(moment, RecordTokenRow, [place])
            statements.add(moment, RecordTokenRow, found)

        self._database.write(work)

    def drop(self, owner: str, box: str, name: str) -> bool:
        """Whether there was one."""
        place = {"owner": owner, "box": box, "name": name}
        there = self._database.get(RecordRow, **place) is not None

        def work(moment: Moment) -> None:
            for table in (RecordTokenRow, RecordRow):
                statements.drop(moment, table, [place])

        self._database.write(work)
        return there

    def record(self, owner: str, box: str, name: str) -> RecordRow | None:
        return self._database.get(RecordRow, owner=owner, box=box, name=name)

    def records(self, owner: str, box: str, tokens: Sequence[str], after: str, most: int) -> list[RecordRow]:
        """By name, after this one; those alone that have all the tokens."""
        found = select(_RECORD).where(*_HERE, _RECORD.c.name > bindparam("after"))
        for token in tokens:
            one = _TOKEN.alias()
            same = (one.c.owner == _RECORD.c.owner, one.c.box == _RECORD.c.box, one.c.name == _RECORD.c.name)
            found = found.where(select(one.c.name).where(*same, one.c.token == token).exists())
        with self._database.reading() as moment:
            rows = moment.execute(
                found.order_by(_RECORD.c.name).limit(most), {"owner": owner, "box": box, "after": after}
            )
            return [statements.row(RecordRow, row) for row in rows]

    def note(self, row: BoxReadingRow) -> None:
        values = row.model_dump(exclude={"id"})
        self._database.write(lambda moment: statements.add(moment, BoxReadingRow, [values]))

    def readings_of(self, owner: str, most: int) -> Sequence[BoxReadingRow]:
        """The newest first."""
        with self._database.reading() as moment:
            found = moment.execute(_READINGS, {"owner": owner, "most": most})
            return [statements.row(BoxReadingRow, row) for row in found]

    def forget(self, account: str) -> None:
        """Everything of an account that is erased, and what it was let into."""

        def work(moment: Moment) -> None:
            for statement in _FORGET:
                moment.execute(statement, {"whose": account})

        self._database.write(work)
