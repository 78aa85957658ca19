"""azukari member requests, consent, refuse, withdraw, consents: who may get what, for what, until when."""

from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError, WalletError
from wallet_cli.invocation import Invocation, Series, Yes, command
from wallet_cli.later import later
from wallet_cli.moments import parse_moment
from wallet_cli.output import find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol.shapes.requests import OpenRequest
    from chaincode.typed_data import Consent
    from wallet_cli import whole_series
    from wallet_cli.signing import member as signing
    from wallet_cli.signing import preference as preferring
    from wallet_cli.views import member as views
    from wallet_cli.views import preferences as preference_views
    from wallet_cli.views import rows as row_views
else:
    preferring = later("wallet_cli.signing.preference")
    preference_views = later("wallet_cli.views.preferences")
    row_views = later("wallet_cli.views.rows")
    signing = later("wallet_cli.signing.member")
    views = later("wallet_cli.views.member")
    whole_series = later("wallet_cli.whole_series")

LIVE = ("given", "renewed")
"""States of a consent that can be taken back."""

RequestId = Annotated[str | None, typer.Argument()]


def add_consent_commands(app: typer.Typer) -> None:
    """They belong to `azukari member`."""
    command(app, "requests", listing=True)(requests)
    command(app, "preview", "0x3fd1")(preview)
    command(app, "consent", "0x3fd1 --until +30d")(consent)
    command(app, "refuse", "0x3fd1")(refuse)
    command(app, "withdraw", "0x91ab --yes")(withdraw)
    command(app, "consents", "--json", listing=True)(consents)


def requests(
    invocation: Invocation,
    request: Annotated[str | None, typer.Argument()] = None,
) -> None:
    found = _requests(invocation)
    if request is None:
        invocation.output.result({"requests": found}, views.requests(invocation.messages, found))
        return
    chosen = _chosen(found, request, found)
    invocation.output.result(chosen, views.request_notice(invocation.messages, chosen))


def preview(invocation: Invocation, request: RequestId = None) -> None:
    found = _requests(invocation)
    chosen = _chosen(found, request, [one for one in found if one.answered])
    seen = invocation.client.member.preview(chosen.request_id)
    invocation.output.result(seen, row_views.preview(invocation.messages, chosen.recipient, seen))


def consent(
    invocation: Invocation,
    request: RequestId = None,
    until: Annotated[str | None, typer.Option()] = None,
    uses: Annotated[int, typer.Option()] = 1,
    beyond: Annotated[bool, typer.Option("--beyond")] = False,
    series: Series = False,
    yes: Yes = False,
) -> None:
    found = _requests(invocation)
    open_ones = [one for one in found if one.consent is None or one.consent.state not in LIVE]
    chosen = _chosen(found, request, open_ones)
    if not beyond:
        _hold_to_preference(invocation, chosen)
    invocation.output.show(views.request_notice(invocation.messages, chosen))
    if series:
        if until is not None:
            raise InputError("--until", said("rule-not-with", option="--series"))
        _consent_to_series(invocation, chosen, open_ones, uses, yes)
        return
    ends = chosen.valid_until if until is None else parse_moment(until, invocation.clock(), "--until")
    invocation.output.show(views.choice(invocation.messages, chosen, ends, uses))
    invocation.confirm(invocation.messages("ask-consent"), yes)
    signed = signing.decide_consent(invocation.signer, chosen, given=True, uses_maximum=uses, valid_until=ends)
    receipt = invocation.client.send(signed)
    invocation.output.result(receipt, _consented(invocation, signed.struct))


def _consent_to_series(
    invocation: Invocation, chosen: "OpenRequest", open_ones: "list[OpenRequest]", uses: int, yes: bool
) -> None:
    """To what the same company asks of every wave in the same words, each until its end and signed by itself."""
    say = invocation.messages
    alike = whole_series.of_series(open_ones, chosen, invocation.public.surveys())
    invocation.output.show(views.requests(say, alike))
    invocation.confirm(say("ask-consent-series", count=len(alike)), yes)
    given = []
    for one in alike:
        signed = signing.decide_consent(invocation.signer, one, given=True, uses_maximum=uses)
        given.append({"request_id": one.request_id, "id": invocation.client.send(signed).id})
    told = say("done-consented-series", count=len(given), coins=sum(one.coins_offered for one in alike))
    invocation.output.result({"consents": given}, told)


def refuse(invocation: Invocation, request: RequestId = None) -> None:
    found = _requests(invocation)
    chosen = _chosen(found, request, [one for one in found if one.consent is None or one.consent.state != "refused"])
    signed = signing.decide_consent(invocation.signer, chosen, given=False)
    receipt = invocation.client.send(signed)
    invocation.output.result(receipt, invocation.messages("done-refused"))


def withdraw(
    invocation: Invocation,
    consent: Annotated[str | None, typer.Argument()] = None,
    yes: Yes = False,
) -> None:
    mine = invocation.client.member.consents()
    live = [one.consent_id for one in mine if one.state in LIVE]
    consent_id = find_by_prefix(consent, (one.consent_id for one in mine), "CONSENT", live)
    if not yes:
        invocation.output.show(
            views.consents(invocation.messages, [one for one in mine if one.consent_id == consent_id])
        )
    invocation.confirm(invocation.messages("ask-withdraw"), yes)
    receipt = invocation.client.send(signing.withdraw_consent(invocation.signer, consent_id))
    invocation.output.result(receipt, invocation.messages("done-withdrawn"))


def consents(invocation: Invocation) -> None:
    found = invocation.client.member.consents()
    invocation.output.result({"consents": found}, views.consents(invocation.messages, found))


def _hold_to_preference(invocation: Invocation, request: "OpenRequest") -> None:
    """What the member said of this company holds for consents of the member's own, too, until it is said otherwise."""
    mine = next((one for one in invocation.client.rights.preferences() if one.partner == request.partner), None)
    if mine is None or preferring.allows(mine, request):
        return
    forms = preference_views.forms(invocation.messages, mine)
    items = ", ".join(mine.items) or invocation.messages("word-every-question")
    what = said("error-beyond-preference", name=request.recipient, forms=forms, items=items)
    raise WalletError(what, said("hint-beyond-preference"))


def _consented(invocation: Invocation, signed: "Consent") -> str:
    say = invocation.messages
    return say("done-consented", coins=signed.coins, count=signed.uses_maximum, until=say.moment(signed.valid_until))


def _requests(invocation: Invocation) -> "list[OpenRequest]":
    return invocation.client.member.requests(invocation.messages.language)


def _chosen(found: "list[OpenRequest]", prefix: str | None, waiting: "list[OpenRequest]") -> "OpenRequest":
    ids, meant = ([request.request_id for request in some] for some in (found, waiting))
    request_id = find_by_prefix(prefix, ids, "REQUEST", meant)
    return next(request for request in found if request.request_id == request_id)
