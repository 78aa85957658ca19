"""How often somebody has asked, counted by all processes of a bank together (`limits.SharedLimit`)."""

from sqlalchemy import bindparam, delete

from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.moment import Moment
from bank_api.store.tables import AskedRow

_ASKED = statements.table_of(AskedRow)
_FORGET = delete(_ASKED).where(_ASKED.c.due_ms < bindparam("now"))
_FIND = statements.rows_where(AskedRow, ("caller",))


def lend(database: Database, caller: str, cost_seconds: float, ahead_seconds: float, now: float) -> float:
    """Count requests that stand for so many seconds: 0 if they may be made, else how long their caller must wait.

    `ahead_seconds` is how far what was counted before may be ahead of `now`, unix seconds. Whoever has been quiet is
    forgotten.
    """
    now_ms, cost_ms, ahead_ms = (round(1000 * one) for one in (now, cost_seconds, ahead_seconds))

    def work(moment: Moment) -> float:
        row = moment.execute(_FIND, {"caller": caller}).first()
        due = max(row.due_ms if row else now_ms, now_ms)
        early = due - now_ms - ahead_ms
        if early > 0:
            return early / 1000
        moment.tell(_FORGET, [{"now": now_ms}])
        statements.save(moment, AskedRow, [{"caller": caller, "due_ms": due + max(1, cost_ms)}])
        return 0.0

    return database.write(work)
