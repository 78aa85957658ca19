"""People who asked to become members, until they are."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete

from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.moment import Moment
from bank_api.store.tables import RegistrationRow

_TABLE = statements.table_of(RegistrationRow)
_FORGET = delete(_TABLE).where(_TABLE.c.account == bindparam("whose"))
_FORGET_DECIDED = delete(_TABLE).where(
    _TABLE.c.account == bindparam("whose"), _TABLE.c.decided_at < bindparam("before")
)


class Registrations:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, account: str) -> RegistrationRow | None:
        return self._database.get(RegistrationRow, account=account)

    def every(self, **where: str) -> Sequence[RegistrationRow]:
        return self._database.all(RegistrationRow, **where)

    def save(self, row: RegistrationRow) -> None:
        self._database.save(row)

    def forget(self, account: str, decided_before: int | None = None) -> None:
        """One person's; where a moment is given, only if it was answered before: meanwhile it may have come anew."""

        def work(moment: Moment) -> None:
            if decided_before is None:
                moment.execute(_FORGET, {"whose": account})
            else:
                moment.execute(_FORGET_DECIDED, {"whose": account, "before": decided_before})

        self._database.write(work)
