"""Prize draws as people see them."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from bank_api.protocol.shapes.draws import DrawView
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short


def draw_list(say: Messages, rows: Sequence[DrawView]) -> Table:
    return table(
        say("word-draws"),
        say.words("id", "title", "prize", "price", "entries", "closes", "state"),
        (
            (
                short(draw.draw_id),
                draw.title,
                f"{draw.prize} × {draw.prizes}",
                draw.price_coins,
                f"{draw.entries}/{draw.entries_maximum}",
                say.moment(draw.closes_at),
                say.named("state", draw.state),
            )
            for draw in rows
        ),
        right=(3,),
    )


def draw(say: Messages, one: DrawView) -> Text:
    """One draw: its words, who holds its secret, and how far it has come."""
    names = {drawer.account: drawer.name for drawer in one.drawers}
    bound = [f"{drawer.name} ({say('word-bound' if drawer.is_bound else 'word-not-bound')})" for drawer in one.drawers]
    missing = [f"{names[first]} + {names[second]}" for first, second in one.parts_missing]
    rows: list[tuple[str, object]] = [
        (say("word-id"), one.draw_id),
        (say("word-prize"), f"{one.prize} × {one.prizes}"),
        (say("word-price"), one.price_coins),
        (say("word-entries"), f"{one.entries}/{one.entries_maximum}"),
        (say("word-closes"), say.moment(one.closes_at)),
        (say("word-refunds-from"), say.moment(one.refunds_from)),
        (say("word-state"), say.named("state", one.state)),
        (say("word-drawers"), "\n".join(bound)),
    ]
    if one.state in ("closed", "overdue"):
        rows.append((say("word-parts-missing"), "\n".join(missing)))
    if one.refunded:
        rows.append((say("word-refunded"), one.refunded))
    if one.state == "drawn":
        rows.append((say("word-winners"), "\n".join(one.winners) or say("word-nothing")))
    return facts(one.title, rows)
