"""azukari member send-coins, send-coupons, pay; azukari shop ask-coins: coins and coupons change hands."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_account, find_by_prefix
from wallet_cli.qr_code import drawn

if TYPE_CHECKING:
    from wallet_cli.signing import giving as signing
    from wallet_cli.views import member as views
else:
    signing = later("wallet_cli.signing.giving")
    views = later("wallet_cli.views.member")

PAYMENT_URI = "azukari:payment:"
"""What a shop's QR code for coins starts with; its account and the amount follow."""
_PAYMENT = re.compile(re.escape(PAYMENT_URI) + r"(0x[0-9a-fA-F]{40})\?coins=([1-9][0-9]{0,9})")

Receiver = Annotated[str, typer.Argument()]


def add_giving_commands(app: typer.Typer) -> None:
    """They belong to `azukari member`."""
    command(app, "send-coins", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf 5")(send_coins)
    command(app, "coins")(show_coins)
    command(app, "send-coupons", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf 0x77c0 --count 2")(send_coupons)
    command(app, "pay", '"azukari:payment:0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf?coins=5"')(pay)


def add_sending_command(app: typer.Typer) -> None:
    """It belongs to `azukari partner`."""
    command(app, "send-coins", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf 5 --policy 0x2e91")(send_coins)


def add_asking_command(app: typer.Typer) -> None:
    """It belongs to `azukari shop`."""
    command(app, "ask-coins", "5")(ask_coins)


def send_coins(
    invocation: Invocation,
    receiver: Receiver,
    coins: Annotated[int, typer.Argument(min=1)],
    policy: Annotated[str | None, typer.Option()] = None,
    yes: Yes = False,
) -> None:
    if policy is None:
        _give_coins(invocation, _address(receiver), coins, yes)
    else:
        _give_bound_coins(invocation, _address(receiver), coins, policy, yes)


def show_coins(invocation: Invocation) -> None:
    me = invocation.client.member.me()
    document = {"coins": me.coins, "bound": me.bound}
    invocation.output.result(document, views.coins(invocation.messages, me))


def send_coupons(
    invocation: Invocation,
    receiver: Receiver,
    coupon_class: Annotated[str | None, typer.Argument()] = None,
    count: Annotated[int, typer.Option(min=1)] = 1,
    yes: Yes = False,
) -> None:
    say, to = invocation.messages, _address(receiver)
    held = [coupon.class_id for coupon in invocation.client.member.coupons() if coupon.count]
    offers = {offer.class_id: offer for offer in invocation.public.coupon_classes()}
    offer = offers[find_by_prefix(coupon_class, offers, "COUPON_CLASS", held)]
    invocation.confirm(say("ask-send-coupons", count=count, title=offer.title, who=to), yes)
    receipt = invocation.client.send(signing.send_coupons(invocation.signer, to, offer, count))
    invocation.output.result(receipt, say("done-coupons-sent", count=count, title=offer.title, who=to))


def pay(invocation: Invocation, payment: Annotated[str, typer.Argument()], yes: Yes = False) -> None:
    asked = _PAYMENT.fullmatch(payment.strip())
    if asked is None:
        raise InputError("PAYMENT", said("rule-payment", start=PAYMENT_URI))
    _give_coins(invocation, _address(asked[1], "PAYMENT"), int(asked[2]), yes)


def ask_coins(invocation: Invocation, coins: Annotated[int, typer.Argument(min=1, max=9_999_999_999)]) -> None:
    account = invocation.client.account
    uri = f"{PAYMENT_URI}{account}?coins={coins}"
    document = {"account": account, "coins": coins, "uri": uri}
    invocation.output.result(document, f"{drawn(uri)}\n{invocation.messages('word-coins')}: {coins}\n{uri}")


def _give_coins(invocation: Invocation, receiver: str, coins: int, yes: bool) -> None:
    say, who = invocation.messages, _named(invocation, receiver)
    invocation.confirm(say("ask-send-coins", coins=coins, who=who), yes)
    receipt = invocation.client.send(signing.send_coins(invocation.signer, receiver, coins))
    invocation.output.result(receipt, say("done-coins-sent", coins=coins, who=who))


def _give_bound_coins(invocation: Invocation, receiver: str, coins: int, policy: str, yes: bool) -> None:
    say, found = invocation.messages, {one.policy_id: one for one in invocation.public.policies()}
    chosen = found[find_by_prefix(policy, found, "--policy")]
    where = ", ".join(one.name for one in chosen.issuers)
    invocation.confirm(say("ask-send-bound-coins", coins=coins, who=receiver, where=where), yes)
    signed = signing.send_bound_coins(invocation.signer, receiver, coins, chosen.policy_id)
    invocation.output.result(invocation.client.send(signed), say("done-coins-sent", coins=coins, who=receiver))


def _named(invocation: Invocation, account: str) -> str:
    """A shop by its name beside its address; members have none."""
    for offer in invocation.public.coupon_classes():
        for shop in offer.shops:
            if shop.account == account:
                return f"{shop.name} ({account})"
    return account


def _address(text: str, field: str = "RECEIVER") -> str:
    return find_account(text, field)
