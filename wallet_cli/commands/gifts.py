"""azukari partner order-gifts, gift-orders; azukari operator give-gifts, gift-orders: premium coupons for members."""

from typing import TYPE_CHECKING, Annotated

import typer

from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from wallet_cli.signing import partner as signing
    from wallet_cli.views import gifts as views
else:
    signing = later("wallet_cli.signing.partner")
    views = later("wallet_cli.views.gifts")


def add_partner_gift_commands(app: typer.Typer) -> None:
    """They belong to `azukari partner`."""
    command(app, "order-gifts", "0x77c0 --persons 50")(order_gifts)
    command(app, "gift-orders", listing=True)(gift_orders)


def add_operator_gift_commands(app: typer.Typer) -> None:
    """They belong to `azukari operator`."""
    command(app, "give-gifts", "0x6b02")(give_gifts)
    command(app, "gift-orders", listing=True)(gift_orders)


def order_gifts(
    invocation: Invocation,
    persons: Annotated[int, typer.Option(min=1)],
    coupon_class: Annotated[str | None, typer.Argument()] = None,
    each: Annotated[int, typer.Option(min=1)] = 1,
    yes: Yes = False,
) -> None:
    say, me = invocation.messages, invocation.client.account
    offers = {one.class_id: one for one in invocation.public.coupon_classes() if one.issuer == me}
    premium = [one.class_id for one in offers.values() if one.premium_request is not None]
    offer = offers[find_by_prefix(coupon_class, offers, "COUPON_CLASS", premium)]
    invocation.confirm(say("ask-order-gifts", title=offer.title, count=each, persons=persons), yes)
    receipt = invocation.client.send(signing.order_gifts(invocation.signer, offer, each, persons))
    invocation.output.result(receipt, say("done-gifts-ordered", id=receipt.id))


def gift_orders(invocation: Invocation) -> None:
    found = invocation.client.office.gift_orders()
    invocation.output.result({"gift_orders": found}, views.gift_orders(invocation.messages, found))


def give_gifts(invocation: Invocation, order: Annotated[str | None, typer.Argument()] = None) -> None:
    found = {one.order_id: one for one in invocation.client.office.gift_orders()}
    open_ones = [one.order_id for one in found.values() if one.given < one.persons]
    told = invocation.client.office.give_gifts(find_by_prefix(order, found, "ORDER", open_ones))
    text = invocation.messages("done-gifts-given", count=told.given, before=told.given_before, persons=told.persons)
    refused = [invocation.messages.named("reason", one.partition(": ")[2]) for one in told.refused]
    invocation.output.result(told, "\n".join([text, *refused]))
