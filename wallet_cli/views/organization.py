"""What partners, shops, the board and the operator see."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bank_api.protocol.shapes import ReleaseView, RequestView, ShopRedemption
from wallet_cli.messages import Messages
from wallet_cli.output import facts, short, table
from wallet_cli.release import OpenedRelease

ROWS_SHOWN = 10


def requests(say: Messages, rows: Iterable[RequestView]) -> Table:
    return table(
        "Requests",
        ["id", "recipient", "purpose", "items", "k", "persons", "coins each", "until", "state", "consents"],
        (
            (
                short(request.request_id),
                request.recipient,
                request.purpose,
                ", ".join(request.items),
                request.k_minimum,
                request.persons_maximum,
                request.coins_base + request.coins_per_item * len(request.items),
                say.moment(request.valid_until),
                request.state,
                " ".join(f"{name} {count}" for name, count in (request.consents or {}).items()),
            )
            for request in rows
        ),
        right=(4, 5, 6),
    )


def request(say: Messages, one: RequestView) -> RenderableType:
    """Everything the board weighs."""
    rows = [
        ("id", one.request_id),
        ("recipient", one.recipient),
        ("purpose", one.purpose),
        ("items", "\n".join(one.item_labels)),
        ("k at least", one.k_minimum),
        ("persons at most", one.persons_maximum),
        ("coins", f"{one.coins_base} and {one.coins_per_item} per item"),
        ("until", say.moment(one.valid_until)),
        ("kept for", f"{one.retention_days} days"),
        ("state", one.state),
    ]
    return Group(facts("Request", rows), Panel(escape(one.description), title="Why"))


def releases(say: Messages, rows: Iterable[ReleaseView]) -> Table:
    return table(
        "Releases",
        ["id", "recipient", "purpose", "rows", "suppressed", "k", "loss", "time", "acknowledged"],
        (
            (
                short(release.release_id),
                release.recipient or release.partner,
                release.purpose,
                release.rows,
                release.suppressed,
                release.k,
                "" if release.loss is None else f"{release.loss:.3f}",
                say.moment(release.time),
                say("outside") if release.recorded_outside else "yes" if release.acknowledged else "no",
            )
            for release in rows
        ),
        right=(3, 4, 5, 6),
    )


def opened_release(opened: OpenedRelease, said_by: str) -> RenderableType:
    """The first rows, and what was checked of all of them; `said_by` named the root they were held against."""
    loss = "" if opened.loss is None else f"{opened.loss:.3f}"
    rows = ([row[name] for name in opened.columns] for row in opened.rows[:ROWS_SHOWN])
    checked = [
        ("rows", len(opened.rows)),
        ("left out", opened.suppressed),
        ("k, measured here", opened.k),
        ("loss", loss),
        ("payload root", f"0x{opened.payload_root.hex()}, as {said_by} says"),
    ]
    title = f"The first {min(ROWS_SHOWN, len(opened.rows))} rows"
    return Group(table(title, opened.columns, rows), facts("Release " + short(opened.release_id), checked))


def redemptions(say: Messages, rows: Iterable[ShopRedemption]) -> Table:
    return table(
        "Redemptions",
        ["id", "coupon", "state", "time"],
        (
            (short(one.redemption_id), one.title, one.state, "" if one.time is None else say.moment(one.time))
            for one in rows
        ),
    )


def summary(title: str, counts: Mapping[str, Any]) -> Text:
    """Counts, nested ones on one line."""

    def line(value: Any) -> str:
        if isinstance(value, Mapping):
            return ", ".join(f"{name} {count}" for name, count in value.items()) or "0"
        return str(value)

    return facts(title, [(name.replace("_", " "), line(value)) for name, value in counts.items()])
