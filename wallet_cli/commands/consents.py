"""azukari member requests, consent, refuse, withdraw, consents: who may get what, for what, until when."""

from typing import Annotated

import typer

from bank_api.protocol.shapes import OpenRequest
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.moments import parse_moment
from wallet_cli.output import find_by_prefix
from wallet_cli.signing.member import decide_consent, withdraw_consent
from wallet_cli.views import member as views

RequestId = Annotated[str, typer.Argument(help="Id of the request, or its first digits.")]


def add_consent_commands(app: typer.Typer) -> None:
    """They belong to `azukari member`."""
    command(app, "requests")(requests)
    command(app, "consent")(consent)
    command(app, "refuse")(refuse)
    command(app, "withdraw")(withdraw)
    command(app, "consents")(consents)


def requests(
    invocation: Invocation,
    request: Annotated[str | None, typer.Argument(help="Show this request's notice.")] = None,
) -> None:
    """List who asks for your data, for what and for how many coins.

    Example: azukari member requests
    """
    found = _requests(invocation)
    if request is None:
        invocation.output.result({"requests": found}, views.requests(invocation.messages, found))
        return
    chosen = _chosen(found, request)
    invocation.output.result(chosen, views.request_notice(invocation.messages, chosen))


def consent(
    invocation: Invocation,
    request: RequestId,
    items: Annotated[list[str] | None, typer.Option("--item", help="Only this item; may be repeated.")] = None,
    until: Annotated[str | None, typer.Option(help="End earlier: 2026-12-31, +30d.")] = None,
    uses: Annotated[int, typer.Option(help="How many releases it is good for.")] = 1,
    yes: Yes = False,
) -> None:
    """Consent to a request, after reading its notice.

    Example: azukari member consent 0x3fd1 --until +30d
    """
    chosen = _read(invocation, request)
    ends = None if until is None else parse_moment(until, invocation.clock(), "--until")
    invocation.confirm(invocation.messages("consent?"), yes)
    signed = decide_consent(
        invocation.signer, chosen, given=True, items=items or None, uses_maximum=uses, valid_until=ends
    )
    receipt = invocation.client.send(signed)
    invocation.output.result(receipt, invocation.messages("consented", coins=signed.struct.coins))


def refuse(invocation: Invocation, request: RequestId) -> None:
    """Refuse a request; a consent given before ends with it.

    Example: azukari member refuse 0x3fd1
    """
    chosen = _chosen(_requests(invocation), request)
    signed = decide_consent(invocation.signer, chosen, given=False)
    receipt = invocation.client.send(signed)
    invocation.output.result(receipt, invocation.messages("refused"))


def withdraw(
    invocation: Invocation,
    consent: Annotated[str, typer.Argument(help="Id of the consent, or its first digits.")],
    yes: Yes = False,
) -> None:
    """Take a consent back: releases from now on are made without you.

    Example: azukari member withdraw 0x91ab --yes
    """
    mine = invocation.client.member.consents()
    consent_id = find_by_prefix(consent, (one.consent_id for one in mine), "consent")
    if not yes:
        invocation.output.show(
            views.consents(invocation.messages, [one for one in mine if one.consent_id == consent_id])
        )
    invocation.confirm(invocation.messages("withdraw?"), yes)
    receipt = invocation.client.send(withdraw_consent(invocation.signer, consent_id))
    invocation.output.result(receipt, invocation.messages("withdrawn"))


def consents(invocation: Invocation) -> None:
    """List your consents and what became of them.

    Example: azukari member consents --json
    """
    found = invocation.client.member.consents()
    invocation.output.result({"consents": found}, views.consents(invocation.messages, found))


def _requests(invocation: Invocation) -> list[OpenRequest]:
    return invocation.client.member.requests(invocation.messages.language)


def _read(invocation: Invocation, prefix: str) -> OpenRequest:
    """The request, its notice shown to whoever is about to decide."""
    chosen = _chosen(_requests(invocation), prefix)
    invocation.output.show(views.request_notice(invocation.messages, chosen))
    return chosen


def _chosen(found: list[OpenRequest], prefix: str) -> OpenRequest:
    request_id = find_by_prefix(prefix, (request.request_id for request in found), "request")
    return next(request for request in found if request.request_id == request_id)
