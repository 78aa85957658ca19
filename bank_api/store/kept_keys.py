"""Former keys of accounts, keys entrusted to guardians, and the guardians' shares."""

from collections.abc import Sequence

from sqlalchemy import Delete, bindparam, delete

from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.moment import Moment
from bank_api.store.tables import EntrustedKeyRow, FormerKeyRow, KeyShareRow

_FORMER, _ENTRUSTED = statements.table_of(FormerKeyRow), statements.table_of(EntrustedKeyRow)
_SHARE = statements.table_of(KeyShareRow)
_END = tuple(
    delete(column.table).where(column == bindparam("whose")) for column in (_ENTRUSTED.c.account, _SHARE.c.owner)
)
_FORGET = (
    *_END,
    *(delete(column.table).where(column == bindparam("whose")) for column in (_FORMER.c.account, _SHARE.c.guardian)),
)


class KeptKeys:
    def __init__(self, database: Database) -> None:
        self._database = database

    def former_of(self, account: str) -> Sequence[FormerKeyRow]:
        return sorted(self._database.all(FormerKeyRow, account=account), key=lambda row: row.public_key)

    def save(self, row: FormerKeyRow | KeyShareRow) -> None:
        self._database.save(row)

    def drop_former(self, account: str, public_key: str) -> None:
        key = {"account": account, "public_key": public_key}
        self._database.write(lambda moment: statements.drop(moment, FormerKeyRow, [key]))

    def entrusted(self, account: str) -> EntrustedKeyRow | None:
        return self._database.get(EntrustedKeyRow, account=account)

    def shares_of(self, owner: str) -> Sequence[KeyShareRow]:
        return sorted(self._database.all(KeyShareRow, owner=owner), key=lambda row: row.guardian)

    def shares_with(self, guardian: str) -> Sequence[KeyShareRow]:
        return sorted(self._database.all(KeyShareRow, guardian=guardian), key=lambda row: row.owner)

    def share(self, owner: str, guardian: str) -> KeyShareRow | None:
        return self._database.get(KeyShareRow, owner=owner, guardian=guardian)

    def entrust(self, row: EntrustedKeyRow, shares: Sequence[KeyShareRow]) -> None:
        """In the place of what was entrusted before, with all of its shares, in one transaction."""

        def work(moment: Moment) -> None:
            for statement in _END:
                moment.execute(statement, {"whose": row.account})
            statements.add(moment, EntrustedKeyRow, [row.model_dump()])
            statements.add(moment, KeyShareRow, [share.model_dump() for share in shares])

        self._database.write(work)

    def end(self, account: str) -> None:
        """What was entrusted, and its shares."""
        self._run(_END, account)

    def forget(self, account: str) -> None:
        """Everything of an account that is erased, and the shares that it held."""
        self._run(_FORGET, account)

    def _run(self, every: Sequence[Delete], account: str) -> None:
        def work(moment: Moment) -> None:
            for statement in every:
                moment.execute(statement, {"whose": account})

        self._database.write(work)
