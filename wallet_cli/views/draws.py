"""Prize draws as people see them."""

from collections.abc import Sequence

from rich.table import Table

from bank_api.protocol.shapes.draws import DrawView
from wallet_cli.layout import table
from wallet_cli.messages import Messages
from wallet_cli.output import short


def draw_list(say: Messages, rows: Sequence[DrawView]) -> Table:
    return table(
        say("word-draws") if rows else f"{say('word-draws')}: {say('word-nothing')}",
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
