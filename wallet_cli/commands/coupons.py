"""azukari member coupons, buy, redeem: what coins are for."""

from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.errors import BankUnreachableError, InputError
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol.shapes.coupons import CouponOffer
    from wallet_cli.signing import member as signing
    from wallet_cli.views import member as views
else:
    signing = later("wallet_cli.signing.member")
    views = later("wallet_cli.views.member")

REDEMPTION_URI = "azukari:redemption:"
"""What the till's QR code starts with; the redemption id follows."""


def add_coupon_commands(app: typer.Typer) -> None:
    """They belong to `azukari member`."""
    command(app, "coupons", listing=True)(coupons)
    command(app, "buy", "0x77c0 --count 2")(buy)
    command(app, "redeem", "azukari:redemption:0x4be1...")(redeem)


def coupons(invocation: Invocation) -> None:
    held, offered = invocation.client.member.coupons(), invocation.public.coupon_classes()
    document = {"coupons": held, "coupon_classes": offered}
    invocation.output.result(document, views.coupons(invocation.messages, held, offered))


def buy(
    invocation: Invocation,
    coupon_class: Annotated[str | None, typer.Argument()] = None,
    count: Annotated[int, typer.Option(min=1)] = 1,
) -> None:
    offers = {offer.class_id: offer for offer in invocation.public.coupon_classes()}
    now = invocation.clock()
    on_sale = [
        one.class_id
        for one in offers.values()
        if one.premium_request is None and one.opens_at <= now <= one.closes_at and one.issued < one.stock
    ]
    buy_offer(invocation, offers[find_by_prefix(coupon_class, offers, "COUPON_CLASS", on_sale)], count)


def buy_offer(invocation: Invocation, offer: "CouponOffer", count: int) -> None:
    signed = signing.buy_coupons(invocation.signer, offer, count)
    try:
        receipt = invocation.client.send(signed)
    except BankUnreachableError as error:
        hint = said("hint-purchase-may-have-arrived")
        raise BankUnreachableError(error.url, error.reason, hint) from error
    text = invocation.messages("done-bought", count=count, title=offer.title, coins=signed.struct.coins)
    invocation.output.result(receipt, text)


def redeem(
    invocation: Invocation,
    redemption: Annotated[str, typer.Argument()],
    yes: Yes = False,
) -> None:
    say = invocation.messages
    offer = invocation.client.member.redemption(redemption.strip().removeprefix(REDEMPTION_URI))
    held = {coupon.class_id: coupon for coupon in invocation.client.member.coupons() if coupon.count}
    if offer.class_id not in held and offer.state == "offered":
        raise InputError("REDEMPTION", said("rule-coupon-not-held", title=offer.title))
    invocation.confirm(say("ask-redeem", shop=offer.shop_name, title=offer.title), yes)
    receipt = invocation.client.send(signing.confirm_redemption(invocation.signer, offer))
    outcome = "done-redeemed-already" if receipt.repeated else "done-redeemed"
    text = say(outcome, shop=offer.shop_name, title=offer.title) + "\n" + say("done-nobody-learns")
    invocation.output.result(receipt, text)
