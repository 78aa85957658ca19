"""A partner's statement on the screen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from bank_api.protocol.shapes.policies import SpendingPolicy
from bank_api.protocol.shapes.statements import CouponStatement, ReleaseAccess, Statement
from wallet_cli.layout import Listing, facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short

if TYPE_CHECKING:
    from wallet_cli.ledger_statement import Difference, LedgerStatement
    from wallet_cli.verified_statement import Verified


def statement(say: Messages, found: Statement, verified: "Verified | None" = None) -> RenderableType:
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
    parts += [accesses(say, found.accesses)] if found.accesses else []
    return Group(
        lines, *parts, facts(say("statement-sums"), sums), *([] if verified is None else [_how(say, verified)])
    )


def accesses(say: Messages, rows: Sequence[ReleaseAccess]) -> Listing:
    """Each handing over of a release, with who of the team asked."""
    listed = (
        (
            say.moment(one.time),
            short(one.release_id),
            one.reader_name or short(one.reader),
            one.first_byte,
            one.sent_bytes,
        )
        for one in rows
    )
    names = [*say.words("time", "release"), *(say(f"statement-{name}") for name in ("reader", "from-byte", "bytes"))]
    return table(say("statement-accesses"), names, listed, right=(3, 4))


def _how(say: Messages, verified: "Verified") -> Text:
    if verified.through_block is None:
        return Text(say("statement-verified-replayed"))
    seen = {"blocks": str(verified.blocks_read), "through": str(verified.through_block + 1)}
    return Text(say("statement-verified-walked", **seen))


def audited(
    say: Messages, found: "LedgerStatement", false: "Sequence[Difference]", *, is_compared: bool
) -> RenderableType:
    """A month by the ledger alone, and where the bank told it otherwise."""
    paid = sum(one.paid for one in found.requests.values())
    left = sum(one.left for one in found.requests.values())
    sums = [
        (say("statement-opening"), found.opening),
        (say("statement-closing"), found.closing),
        (say("statement-figure-lines"), len(found.lines)),
        (say("statement-paid"), paid),
        (say("statement-left"), left),
    ]
    made = facts(say("statement-audited", account=found.account), sums)
    if not is_compared:
        return Group(made, Text(say("statement-audited-alone")))
    if not false:
        return Group(made, Text(say("statement-audited-same")))
    names = [say("statement-figure"), *say.words("id"), say("statement-by-bank"), say("statement-by-ledger")]
    rows = ((say(f"statement-figure-{one.what}"), short(one.of), one.bank, one.ledger) for one in false)
    return Group(made, table(say("statement-audited-differs"), names, rows, right=(2, 3)))


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
