"""A partner's statement on the screen."""

from collections.abc import Sequence

from rich.console import Group, RenderableType

from bank_api.protocol.shapes.policies import SpendingPolicy
from bank_api.protocol.shapes.statements import CouponStatement, Statement
from wallet_cli.layout import Listing, facts, table
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
    parts = [*([requests] if found.requests else []), *([coupons(say, found.coupons)] if found.coupons else [])]
    return Group(lines, *parts, facts(say("statement-sums"), sums))


def coupons(say: Messages, rows: Sequence[CouponStatement]) -> Listing:
    """Each class with what was bought, given and used, and what is left."""
    counted = ("stock", "sold", "coins", "given", "redeemed", "left", "unused")
    names = [*say.words("id", "title", "price"), *(say(f"statement-coupons-{name}") for name in counted)]
    listed = (
        (
            short(one.class_id),
            one.title + (f" ★\n{say('word-premium-for', purpose=one.premium_purpose)}" if one.premium_purpose else ""),
            one.price_coins,
            *(getattr(one, name) for name in counted),
        )
        for one in rows
    )
    return table(say("statement-coupons"), names, listed, right=range(2, 10))


def policies(say: Messages, rows: Sequence[tuple[SpendingPolicy, int]]) -> Listing:
    """What coins can be bound to, and how many of one's own are."""
    listed = (
        (short(one.policy_id), one.name, ", ".join(issuer.name for issuer in one.issuers), coins) for one, coins in rows
    )
    return table(say("statement-policies"), say.words("id", "name", "spendable-with", "coins"), listed, right=(3,))
