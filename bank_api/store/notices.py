"""Who is told how, and what was told: nothing is told twice by habit, and nothing is left out by a crash."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, select

from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.moment import Moment
from bank_api.store.tables import LeaseRow, NoticeRow, ToldRow, WebhookRow

_TABLES = [statements.table_of(row) for row in (NoticeRow, WebhookRow, ToldRow)]
_FORGET = tuple(delete(table).where(table.c.account == bindparam("whose")) for table in _TABLES)
_TOLD = statements.table_of(ToldRow)
_COUNT = select(func.count().label("found")).select_from(_TOLD)
_GIVEN_UP = _COUNT.where(_TOLD.c.given_up)
_WAITING = _COUNT.where(_TOLD.c.told_at.is_(None), ~_TOLD.c.given_up)
_FORGET_CHANNEL = delete(_TOLD).where(_TOLD.c.account == bindparam("whose"), _TOLD.c.channel == bindparam("which"))


class Notices:
    def __init__(self, database: Database) -> None:
        self._database = database

    def chosen(self, account: str) -> NoticeRow:
        return self._database.get(NoticeRow, account=account) or NoticeRow(account=account)

    def all_chosen(self) -> Sequence[NoticeRow]:
        return self._database.all(NoticeRow)

    def save(self, row: NoticeRow) -> None:
        self._database.save(row)

    def webhook(self, account: str) -> WebhookRow | None:
        return self._database.get(WebhookRow, account=account)

    def webhooks(self) -> Sequence[WebhookRow]:
        return self._database.all(WebhookRow)

    def set_webhook(self, row: WebhookRow) -> None:
        self._database.save(row)

    def drop_webhook(self, account: str) -> None:
        self._database.write(lambda moment: statements.drop(moment, WebhookRow, [{"account": account}]))

    def told(self, account: str, channel: str) -> dict[str, ToldRow]:
        """By item."""
        return {row.item_id: row for row in self._database.all(ToldRow, account=account, channel=channel)}

    def standing(self) -> dict[str, int]:
        """How many notices wait to be tried again or were given up, and how many webhooks are stopped."""
        with self._database.reading() as moment:
            [waiting], [given_up] = moment.execute(_WAITING, {}), moment.execute(_GIVEN_UP, {})
        hooks = self.webhooks()
        stopped = sum(hook.stopped_at is not None for hook in hooks)
        return {
            "waiting": waiting.found,
            "given_up": given_up.found,
            "webhooks": len(hooks),
            "webhooks_stopped": stopped,
        }

    def note(self, *rows: ToldRow) -> None:
        if rows:
            self._database.save(*rows)

    def forget_told(self, account: str, channel: str) -> None:
        self._database.write(
            lambda moment: moment.execute(_FORGET_CHANNEL, {"whose": account, "which": channel}) and None
        )

    def forget(self, account: str) -> None:
        def work(moment: Moment) -> None:
            for statement in _FORGET:
                moment.execute(statement, {"whose": account})

        self._database.write(work)

    def give_lease_back(self, name: str, holder: str) -> None:
        key = {"name": name, "holder": holder}
        self._database.write(lambda moment: statements.drop(moment, LeaseRow, [key]))

    def take_lease(self, name: str, holder: str, now: int, seconds: int) -> bool:
        """Whether this process may go on alone until then; its own lease is prolonged."""

        def work(moment: Moment) -> bool:
            found = moment.execute(statements.rows_where(LeaseRow, ("name",)), {"name": name}).first()
            if found is not None and found.holder != holder and found.until > now:
                return False
            row = LeaseRow(name=name, holder=holder, until=now + seconds)
            statements.save(moment, LeaseRow, [row.model_dump()])
            return True

        return self._database.write(work)
