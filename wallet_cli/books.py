"""The books over time, from an exported chain alone: coins, consents, and releases by partner, by day, week or month.

Every figure is a count or a sum of recorded events. Periods are those of UTC, as the ledger's times are.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chaincode.events.consent import ConsentState
from wallet_cli.recorded_events import RecordedEvent

PERIODS = ("day", "week", "month")
COINS = ("earned", "sold", "burnt", "paid_for_data", "supply", "bound")
CONSENTS = ("given", "renewed", "by_rule", "refused", "withdrawn", "revoked", "expired", "superseded", "in_force")
RELEASES = ("releases", "people", "suppressed", "coins", "acknowledged", "deleted", "deleted_late")
DATA = ("answers", "corrections", "members_joined")

_STATE_COLUMNS = {
    ConsentState.GIVEN: "given",
    ConsentState.RENEWED: "renewed",
    ConsentState.REFUSED: "refused",
    ConsentState.WITHDRAWN: "withdrawn",
    ConsentState.REVOKED: "revoked",
    ConsentState.EXPIRED: "expired",
    ConsentState.SUPERSEDED: "superseded",
}
_BEGINS, _ENDS = ("given", "renewed"), ("withdrawn", "revoked", "expired", "superseded")

Rows = defaultdict[tuple[str, ...], defaultdict[str, int]]


def _rows() -> Rows:
    return defaultdict(lambda: defaultdict(int))


@dataclass
class Books:
    """Tables by period; of releases by period and partner."""

    coins: Rows = field(default_factory=_rows)
    consents: Rows = field(default_factory=_rows)
    releases: Rows = field(default_factory=_rows)
    data: Rows = field(default_factory=_rows)

    def tables(self) -> dict[str, tuple[tuple[str, ...], list[list[Any]]]]:
        """By name: columns and rows, ascending by period."""
        return {
            "coins": _table(("period",), COINS, self.coins, running=("supply", "bound")),
            "consents": _table(("period",), CONSENTS, self.consents, running=("in_force",)),
            "releases": _table(("period", "partner"), RELEASES, self.releases),
            "data": _table(("period",), DATA, self.data),
        }

    def to_json(self) -> dict[str, Any]:
        told = self.tables()
        return {name: [dict(zip(columns, row, strict=True)) for row in rows] for name, (columns, rows) in told.items()}

    def to_csv(self, name: str) -> str:
        columns, rows = self.tables()[name]
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows(rows)
        return text.getvalue()


def books_of(events: Iterable[RecordedEvent], every: str = "month") -> Books:
    """`events` are all of a chain in order, `every` one of PERIODS."""
    books, reader = Books(), _Reader()
    for event in events:
        if event.time is not None:
            reader.take(books, event, period_of(event.time, every))
    return books


def period_of(time: int, every: str) -> str:
    """2026-11 of a month, 2026-11-28 of a day; a week is named by its Monday."""
    day = datetime.fromtimestamp(time, UTC).date()
    if every == "month":
        return day.strftime("%Y-%m")
    return (day if every == "day" else _monday(day)).isoformat()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


class _Reader:
    """What an event means may depend on one before: whose release is acknowledged, which grant was a sale."""

    def __init__(self) -> None:
        self.partner_of: dict[str, str] = {}
        self.sold: set[tuple[str, str]] = set()
        self.in_force: set[str] = set()
        self.paid: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        """By release whose partner is not known yet: period and coins."""

    def take(self, books: Books, event: RecordedEvent, period: str) -> None:
        reads: dict[str, Callable[[Books, dict[str, Any], str], None]] = {
            "Issued": self._issued,
            "Granted": self._granted,
            "Burnt": self._burnt,
            "Bound": self._bound,
            "BoundSpent": self._bound_spent,
            "ConsentChanged": self._consent,
            "ConsentByRule": self._by_rule,
            "ConsentUsed": self._used,
            "Disclosed": self._disclosed,
            "Acknowledged": self._acknowledged,
            "DeletionAttested": self._deleted,
        }
        if event.name in reads:
            reads[event.name](books, event.values, period)
        elif event.name in _COUNTED:
            books.data[(period,)][_COUNTED[event.name]] += 1

    def _issued(self, books: Books, values: dict[str, Any], period: str) -> None:
        """A sale is issued and granted under one id; a budget is issued to nobody."""
        self.sold.add((values["issue_id"], values["account"]))

    def _granted(self, books: Books, values: dict[str, Any], period: str) -> None:
        is_sale = (values["reason"], values["account"]) in self.sold
        books.coins[(period,)]["sold" if is_sale else "earned"] += values["amount"]
        books.coins[(period,)]["supply"] += values["amount"]

    def _burnt(self, books: Books, values: dict[str, Any], period: str) -> None:
        books.coins[(period,)]["burnt"] += values["amount"]
        books.coins[(period,)]["supply"] -= values["amount"]

    def _bound(self, books: Books, values: dict[str, Any], period: str) -> None:
        books.coins[(period,)]["bound"] += values["amount"]

    def _bound_spent(self, books: Books, values: dict[str, Any], period: str) -> None:
        books.coins[(period,)]["bound"] -= values["amount"]

    def _consent(self, books: Books, values: dict[str, Any], period: str) -> None:
        column = _STATE_COLUMNS.get(ConsentState(values["state"]))
        if column is None:
            return
        row, consent_id = books.consents[(period,)], values["consent_id"]
        row[column] += 1
        if column in _BEGINS:
            self.in_force.add(consent_id)
            row["in_force"] += 1
        elif column in _ENDS and consent_id in self.in_force:
            self.in_force.discard(consent_id)
            row["in_force"] -= 1

    def _by_rule(self, books: Books, values: dict[str, Any], period: str) -> None:
        books.consents[(period,)]["by_rule"] += 1

    def _used(self, books: Books, values: dict[str, Any], period: str) -> None:
        """A large release pays after it was recorded, a small one before, in the same transaction."""
        books.coins[(period,)]["paid_for_data"] += values["coins"]
        self.paid[values["release_id"]].append((period, values["coins"]))
        self._book_payments(books, values["release_id"])

    def _disclosed(self, books: Books, values: dict[str, Any], period: str) -> None:
        self.partner_of[values["release_id"]] = values["partner"]
        row = books.releases[(period, values["partner"])]
        row["releases"] += 1
        row["people"] += values["rows"]
        row["suppressed"] += values["suppressed"]
        self._book_payments(books, values["release_id"])

    def _book_payments(self, books: Books, release_id: str) -> None:
        partner = self.partner_of.get(release_id)
        if partner is None:
            return
        for period, coins in self.paid.pop(release_id, []):
            books.releases[(period, partner)]["coins"] += coins

    def _acknowledged(self, books: Books, values: dict[str, Any], period: str) -> None:
        books.releases[(period, values["partner"])]["acknowledged"] += 1

    def _deleted(self, books: Books, values: dict[str, Any], period: str) -> None:
        row = books.releases[(period, values["partner"])]
        row["deleted"] += 1
        row["deleted_late"] += bool(values["late"])


_COUNTED = {"Answered": "answers", "Corrected": "corrections", "Joined": "members_joined"}


def _table(
    keys: tuple[str, ...], columns: tuple[str, ...], rows: Rows, running: tuple[str, ...] = ()
) -> tuple[tuple[str, ...], list[list[Any]]]:
    """`running` columns hold changes, and tell what there is at the period's end."""
    made, sums = [], dict.fromkeys(running, 0)
    for key in sorted(rows):
        for name in running:
            sums[name] += rows[key][name]
        made.append([*key, *(sums[name] if name in running else rows[key][name] for name in columns)])
    return (*keys, *columns), made
