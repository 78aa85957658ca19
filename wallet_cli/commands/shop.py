"""azukari shop: the till."""

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.commands.coupons import REDEMPTION_URI
from wallet_cli.commands.giving import add_asking_command
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later
from wallet_cli.moments import parse_moment
from wallet_cli.output import find_by_prefix, short
from wallet_cli.qr_code import drawn

if TYPE_CHECKING:
    from wallet_cli.signing import partner as signing
    from wallet_cli.views import organization as views
else:
    signing = later("wallet_cli.signing.partner")
    views = later("wallet_cli.views.organization")

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
add_asking_command(app)

DAY_SECONDS = 86_400


@command(app, "offer", "0x77c0")
def offer(
    invocation: Invocation,
    coupon_class: Annotated[str | None, typer.Argument()] = None,
) -> None:
    offers = {one.class_id: one for one in invocation.public.coupon_classes()}
    me = invocation.client.account
    ours = [one.class_id for one in offers.values() if me in (shop.account for shop in one.shops)]
    chosen = offers[find_by_prefix(coupon_class, offers, "COUPON_CLASS", ours)]
    signed = signing.offer_redemption(invocation.signer, chosen)
    offered = invocation.client.shop.offer_redemption(signed)
    uri = REDEMPTION_URI + offered.redemption_id
    document = offered.model_dump(mode="json") | {"uri": uri, "deadline": signed.struct.deadline}
    invocation.output.result(document, f"{drawn(uri)}\n{chosen.title}\n{uri}")


@command(app, "coupons", listing=True)
def coupons(invocation: Invocation) -> None:
    me = invocation.client.account
    ours = [one for one in invocation.public.coupon_classes() if me in (shop.account for shop in one.shops)]
    invocation.output.result({"coupon_classes": ours}, views.taken_coupons(invocation.messages, ours))


@command(app, "cancel", "0x4be1")
def cancel(invocation: Invocation, redemption: Annotated[str | None, typer.Argument()] = None) -> None:
    found = {one.redemption_id: one for one in invocation.client.shop.redemptions()}
    waiting = [one.redemption_id for one in found.values() if one.state == "offered"]
    chosen = found[find_by_prefix(redemption, found, "REDEMPTION", waiting)]
    told = invocation.client.shop.cancel(chosen.redemption_id)
    invocation.output.result(told, invocation.messages("done-offer-cancelled", title=chosen.title))


@command(app, "totals", "--day 2026-12-24")
def totals(invocation: Invocation, day: Annotated[str, typer.Option()] = "+0s") -> None:
    moment = datetime.fromtimestamp(parse_moment(day, invocation.clock(), "--day"), UTC).astimezone()
    start = int(moment.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
    till = range(start, start + DAY_SECONDS)
    used = [one for one in invocation.client.shop.redemptions() if one.time is not None and one.time in till]
    book = invocation.client.member.passbook().entries
    coins = sum(one.coins for one in book if one.kind == "coins-received" and one.time in till)
    counts = dict(sorted(Counter(one.title for one in used).items()))
    document = {"day": moment.date().isoformat(), "coupons": counts, "coins": coins}
    invocation.output.result(document, views.totals(invocation.messages, moment.date().isoformat(), counts, coins))


@command(app, "watch")
def watch(invocation: Invocation, count: Annotated[int | None, typer.Option(min=1)] = None) -> None:
    say = invocation.messages

    def ready() -> None:
        invocation.output.say(say("done-till-watches"))

    for number, one in enumerate(invocation.client.shop.watch(ready), start=1):
        at = say.moment(one.time or invocation.clock())
        invocation.output.line(one, say("word-till-redeemed", time=at, title=one.title, id=short(one.redemption_id)))
        if number == count:
            return


@command(app, "redemptions", listing=True)
def redemptions(invocation: Invocation) -> None:
    found = invocation.client.shop.redemptions()
    invocation.output.result({"redemptions": found}, views.redemptions(invocation.messages, found))
