"""azukari member promotion, partner promotion, operator promotion: what companies show to members whose answers fit."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.commands.coupons import buy_offer
from wallet_cli.errors import InputError
from wallet_cli.given_file import read_text
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.moments import parse_moment
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol.shapes.promotions import PromotionState
    from wallet_cli import promotion_files as files
    from wallet_cli import promotions as finding
    from wallet_cli.signing import promotion as signing
    from wallet_cli.views import promotions as views
else:
    files = later("wallet_cli.promotion_files")
    finding = later("wallet_cli.promotions")
    signing = later("wallet_cli.signing.promotion")
    views = later("wallet_cli.views.promotions")

member_app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
partner_app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
operator_app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
Which = Annotated[str | None, typer.Argument()]
WAITING, LIVING = "waiting", ("waiting", "approved")


@command(member_app, "list", listing=True)
def shown(invocation: Invocation) -> None:
    wishes = finding.wishes_of(invocation)
    found = finding.find(invocation, wishes)
    _say_left_out(invocation, found)
    document = {
        "off": wishes.off,
        "muted": sorted(wishes.muted),
        "left_out": [one.promotion_id for one in found.left_out],
        "promotions": [
            one.promotion.model_dump(mode="json")
            | {"reasons": [reason.to_json() for reason in one.reasons], "by_chance": not one.reasons}
            for one in found.shown
        ],
    }
    invocation.output.result(document, views.shown(invocation.messages, found, wishes))


@command(member_app, "use", "1")
def use(invocation: Invocation, promotion: Which = None, yes: Yes = False) -> None:
    found, say = finding.find(invocation, finding.wishes_of(invocation)), invocation.messages
    _say_left_out(invocation, found)
    known = {one.promotion.promotion_id: one for one in found.shown}
    chosen = known[find_by_prefix(promotion, known, "PROMOTION")]
    offer = found.coupons[chosen.promotion.class_id]
    invocation.output.show(views.told_by_use(say, found, chosen))
    invocation.confirm(say("ask-promotion-use", title=offer.title, coins=offer.price_coins), yes)
    buy_offer(invocation, offer, 1)


@command(member_app, "mute", '"Acme Research"')
def mute(invocation: Invocation, company: Annotated[str, typer.Argument()]) -> None:
    wishes = finding.wishes_of(invocation)
    account, name = _company(invocation, company)
    _keep(wishes, wishes.off, wishes.muted | {account})
    invocation.output.result({"muted": sorted(wishes.muted)}, invocation.messages("done-promotion-muted", name=name))


@command(member_app, "unmute", '"Acme Research"')
def unmute(invocation: Invocation, company: Annotated[str, typer.Argument()]) -> None:
    wishes = finding.wishes_of(invocation)
    account, name = (company, company) if company in wishes.muted else _company(invocation, company)
    _keep(wishes, wishes.off, wishes.muted - {account})
    invocation.output.result({"muted": sorted(wishes.muted)}, invocation.messages("done-promotion-unmuted", name=name))


@command(member_app, "off")
def turn_off(invocation: Invocation) -> None:
    wishes = finding.wishes_of(invocation)
    _keep(wishes, True, wishes.muted)
    invocation.output.result({"off": True}, invocation.messages("done-promotions-off"))


@command(member_app, "on")
def turn_on(invocation: Invocation) -> None:
    wishes = finding.wishes_of(invocation)
    _keep(wishes, False, wishes.muted)
    invocation.output.result({"off": False}, invocation.messages("done-promotions-on"))


@command(partner_app, "file", "gardeners.json --coupon 1 --survey 1 --until +30d")
def file_promotion(
    invocation: Invocation,
    file: Annotated[Path, typer.Argument()],
    until: Annotated[str, typer.Option()],
    coupon: Annotated[str | None, typer.Option()] = None,
    survey: Annotated[str | None, typer.Option()] = None,
    yes: Yes = False,
) -> None:
    document = _json(file)
    surveys = {one.survey_id: one for one in invocation.public.surveys()}
    survey_id = None if survey is None else find_by_prefix(survey, surveys, "--survey")
    words, condition = files.read_promotion(document, str(file), survey_id, surveys)
    account = invocation.client.account
    mine = [one.class_id for one in invocation.public.coupon_classes() if one.issuer == account]
    class_id = find_by_prefix(coupon, mine, "--coupon")
    end = parse_moment(until, invocation.clock(), "--until")
    say = invocation.messages
    invocation.output.show(views.to_file(say, words, condition, surveys))
    invocation.confirm(say("ask-promotion-file"), yes)
    body = signing.file_promotion(invocation.signer, invocation.connection.url, words, class_id, end, condition)
    filed = invocation.client.promotions.file(body)
    invocation.output.result(filed, say("done-promotion-filed", until=say.moment(filed.until)))


@command(partner_app, "list", listing=True)
def mine(invocation: Invocation) -> None:
    _list(invocation, invocation.client.promotions.mine())


@command(partner_app, "withdraw", "1")
def withdraw(invocation: Invocation, promotion: Which = None) -> None:
    chosen = _chosen(promotion, invocation.client.promotions.mine(), LIVING)
    done = invocation.client.promotions.withdraw(chosen)
    invocation.output.result(done, invocation.messages("done-promotion-withdrawn", title=views.title_of(done)))


@command(operator_app, "list", listing=True)
def every(invocation: Invocation) -> None:
    _list(invocation, invocation.client.promotions.every())


@command(operator_app, "approve", "1")
def approve(invocation: Invocation, promotion: Which = None) -> None:
    chosen = _chosen(promotion, invocation.client.promotions.every(), (WAITING,))
    done = invocation.client.promotions.approve(chosen)
    invocation.output.result(done, invocation.messages("done-promotion-approved", title=views.title_of(done)))


@command(operator_app, "refuse", '1 --reason "Says what it cannot keep"')
def refuse(invocation: Invocation, reason: Annotated[str, typer.Option()], promotion: Which = None) -> None:
    chosen = _chosen(promotion, invocation.client.promotions.every(), LIVING)
    done = invocation.client.promotions.refuse(chosen, reason)
    invocation.output.result(done, invocation.messages("done-promotion-refused", title=views.title_of(done)))


def _list(invocation: Invocation, found: "list[PromotionState]") -> None:
    surveys = {one.survey_id: one for one in invocation.public.surveys()}
    invocation.output.result({"promotions": found}, views.states(invocation.messages, found, surveys))


def _chosen(prefix: str | None, found: "list[PromotionState]", states: tuple[str, ...]) -> str:
    meant = [one.promotion_id for one in found if one.state in states]
    return find_by_prefix(prefix, [one.promotion_id for one in found], "PROMOTION", meant)


def _say_left_out(invocation: Invocation, found: "finding.Found") -> None:
    for one in found.left_out:
        told = invocation.messages("error-promotion-signature", id=one.promotion_id, name=one.partner_name)
        invocation.output.show(told)


def _company(invocation: Invocation, sought: str) -> tuple[str, str]:
    """By its name or a part of it; of those who show promotions, and sell coupons, now."""
    listed = {one.partner: one.partner_name for one in invocation.public.promotions()}
    listed |= {one.issuer: one.issuer_name for one in invocation.public.coupon_classes()}
    exact = [one for one in listed.items() if sought in one]
    fitting = exact or [one for one in listed.items() if sought.lower() in one[1].lower()]
    if len(fitting) != 1:
        raise InputError("COMPANY", said("rule-one-of", names=", ".join(sorted(listed.values()))))
    return fitting[0]


def _keep(wishes: "finding.Wishes", off: bool, muted: frozenset[str]) -> None:
    try:
        wishes.keep(off, muted)
    except OSError as error:
        raise InputError(
            "--home", said("rule-cannot-be-written", file=str(error.filename), why=fault(error))
        ) from error


def _json(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(read_text(file, "FILE"))
    except ValueError as error:
        raise InputError(str(file), said("rule-json", why=fault(error))) from error
    if not isinstance(document, dict):
        raise InputError(str(file), said("rule-promotion-file"))
    return document
