"""What people asked of the bank concerning themselves, what they prefer, and how far they have read their inbox."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete

from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.moment import Moment
from bank_api.store.tables import InboxReadRow, PreferenceRow, RightRow

_TABLES = tuple(statements.table_of(one) for one in (RightRow, InboxReadRow, PreferenceRow))
_FORGET = tuple(delete(table).where(table.c.account == bindparam("whose")) for table in _TABLES)


class Rights:
    def __init__(self, database: Database) -> None:
        self._database = database

    def request(self, request_id: str) -> RightRow | None:
        return self._database.get(RightRow, request_id=request_id)

    def requests(self, account: str | None = None) -> Sequence[RightRow]:
        return self._database.all(RightRow, **({} if account is None else {"account": account}))

    def save(self, row: RightRow) -> None:
        self._database.save(row)

    def read_through(self, account: str) -> int:
        row = self._database.get(InboxReadRow, account=account)
        return 0 if row is None else row.through

    def note_read(self, account: str, through: int) -> None:
        self._database.save(InboxReadRow(account=account, through=through))

    def preference(self, account: str, partner: str) -> PreferenceRow | None:
        return self._database.get(PreferenceRow, account=account, partner=partner)

    def preferences(self, account: str) -> Sequence[PreferenceRow]:
        return self._database.all(PreferenceRow, account=account)

    def preferences_about(self, partner: str) -> Sequence[PreferenceRow]:
        return self._database.all(PreferenceRow, partner=partner)

    def save_preference(self, row: PreferenceRow) -> None:
        self._database.save(row)

    def forget(self, account: str) -> None:
        def work(moment: Moment) -> None:
            for statement in _FORGET:
                moment.execute(statement, {"whose": account})

        self._database.write(work)
