"""A partner's statement on the screen."""

from rich.console import Group, RenderableType

from bank_api.protocol.shapes.statements import Statement
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short


def statement(say: Messages, found: Statement) -> RenderableType:
    lines = table(
        say("statement-title", since=say.moment(found.since), until=say.moment(found.until)),
        [*say.words("time", "kind", "purpose", "coins"), say("statement-balance")],
        (
            (say.moment(line.time), say.named("kind", line.kind), line.purpose, line.coins, line.balance)
            for line in found.lines
        ),
        right=(3, 4),
    )
    requests = table(
        say("statement-requests"),
        [*say.words("id", "purpose"), *(say(f"statement-{name}") for name in ("locked", "paid", "returned", "left"))],
        ((short(one.request_id), one.purpose, one.locked, one.paid, one.returned, one.left) for one in found.requests),
        right=(2, 3, 4, 5),
    )
    sums = [
        (say("statement-opening"), found.opening),
        (say("statement-closing"), found.closing),
        (say("statement-ledger"), say("statement-ledger-of", coins=found.ledger_coins, locked=found.ledger_locked)),
    ]
    return Group(lines, *([requests] if found.requests else []), facts(say("statement-sums"), sums))
