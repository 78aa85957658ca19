"""azukari shop: the till."""

from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.commands.coupons import REDEMPTION_URI
from wallet_cli.commands.giving import add_asking_command
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix
from wallet_cli.qr_code import drawn

if TYPE_CHECKING:
    from wallet_cli.signing import partner as signing
    from wallet_cli.views import organization as views
else:
    signing = later("wallet_cli.signing.partner")
    views = later("wallet_cli.views.organization")

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
add_asking_command(app)


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


@command(app, "redemptions")
def redemptions(invocation: Invocation) -> None:
    found = invocation.client.shop.redemptions()
    invocation.output.result({"redemptions": found}, views.redemptions(invocation.messages, found))
