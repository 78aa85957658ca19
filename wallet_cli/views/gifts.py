"""Orders of gifts as issuers and the operator see them."""

from collections.abc import Sequence

from rich.table import Table

from bank_api.protocol.shapes.gifts import GiftOrderView
from wallet_cli.layout import table
from wallet_cli.messages import Messages
from wallet_cli.output import short


def gift_orders(say: Messages, rows: Sequence[GiftOrderView]) -> Table:
    return table(
        say("word-gift-orders"),
        say.words("id", "title", "by", "purpose", "coupons-each", "persons", "given", "time"),
        (
            (
                short(one.order_id),
                one.title,
                one.issuer_name,
                one.purpose,
                one.count_each,
                one.persons,
                one.given,
                say.moment(one.time),
            )
            for one in rows
        ),
        right=(4, 5, 6),
    )
