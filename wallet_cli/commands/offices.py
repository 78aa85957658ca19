"""azukari operator suspend, reinstate, dismiss, ask, revoke, close-request, expire, abandon, partner-reward, policy."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from chaincode.ids import id_from_hex, to_hex
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_account, find_by_prefix
from wallet_cli.shown_lists import number_in

if TYPE_CHECKING:
    from bank_api.protocol.shapes.receipts import Receipt
    from bank_api.protocol.shapes.requests import RequestView
    from chaincode import bindings, traces
    from chaincode.places import AccountWord
    from wallet_cli.views import organization
    from wallet_cli.views import people as views
else:
    bindings = later("chaincode.bindings")
    traces = later("chaincode.traces")
    organization = later("wallet_cli.views.organization")
    views = later("wallet_cli.views.people")

Account = Annotated[str, typer.Argument()]
Reason = Annotated[str, typer.Option()]
Request = Annotated[str | None, typer.Argument()]

ALL_ROLES = ("member", "partner", "shop", "operator", "board", "custodian", "auditor")
ROLES = ("member", "partner", "shop", "custodian", "auditor")
"""What the operator takes away; seats on the board and in its own office are the board's."""
LIVE = ("filed", "approved")
EVERYBODY = 100_000
"""More than one looks through page by page."""


def add_office_commands(app: typer.Typer) -> None:
    """They belong to `azukari operator`."""
    command(app, "people", '"Acme" --role partner', listing=True)(people)
    command(app, "suspend", '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf --reason "Two people use it"')(suspend)
    command(app, "reinstate", '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf --reason "Cleared up"')(reinstate)
    command(app, "dismiss", '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf member --reason "Left us"')(dismiss)
    command(app, "ask", "0x3fd1")(ask)
    command(app, "revoke", '0x3fd1 --reason "The partner published it"')(revoke)
    command(app, "close-request", "0x3fd1")(close_request)
    command(app, "expire")(expire)
    command(app, "abandon", "0x8c2f")(abandon)
    command(app, "partner-reward", "0x5a3c 5 --partners 3")(partner_reward)
    command(app, "policy", '"Our canteens" --issuer 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf')(policy)


def people(
    invocation: Invocation,
    sought: Annotated[str, typer.Argument()] = "",
    role: Annotated[str | None, typer.Option()] = None,
) -> None:
    if role is not None and role not in ALL_ROLES:
        raise InputError("--role", said("rule-one-of", names=", ".join(ALL_ROLES)))
    excerpt = invocation.output.excerpt
    found = invocation.client.office.people(sought, role, None if excerpt.is_whole else EVERYBODY)
    document = {"found": found.found, "people": found.people}
    invocation.output.result(document, views.people(invocation.messages, found))


def suspend(invocation: Invocation, account: Account, reason: Reason, yes: Yes = False) -> None:
    who = _account(invocation, account)
    invocation.confirm(invocation.messages("ask-suspend", account=who), yes)
    receipt = invocation.client.office.suspend(who, reason)
    check_order(invocation, "suspension", who, receipt, lambda word: word.is_suspended)
    invocation.output.result(receipt, invocation.messages("done-suspended", account=who))


def reinstate(invocation: Invocation, account: Account, reason: Reason) -> None:
    who = _account(invocation, account)
    receipt = invocation.client.office.reinstate(who, reason)
    check_order(invocation, "reinstatement", who, receipt, lambda word: not word.is_suspended)
    invocation.output.result(receipt, invocation.messages("done-reinstated", account=who))


def dismiss(
    invocation: Invocation,
    account: Account,
    role: Annotated[str, typer.Argument()],
    reason: Reason,
    yes: Yes = False,
) -> None:
    if role not in ROLES:
        raise InputError("ROLE", said("rule-one-of", names=", ".join(ROLES)))
    say, who = invocation.messages, _account(invocation, account)
    named = say.named("state-role", role)
    invocation.confirm(say("ask-dismiss", account=who, role=named), yes)
    receipt = invocation.client.office.dismiss(who, role, reason)
    check_order(invocation, "dismissal", who, receipt, lambda word: not has_role(role)(word))
    invocation.output.result(receipt, say("done-dismissed", account=who, role=named))


def ask(invocation: Invocation, request: Request = None, yes: Yes = False) -> None:
    chosen = _request(invocation, request, ("approved",))
    invocation.output.show(organization.request(invocation.messages, chosen))
    invocation.confirm(invocation.messages("ask-questions", recipient=chosen.recipient, purpose=chosen.purpose), yes)
    told = invocation.client.office.ask_members(chosen.request_id)
    invocation.output.result(told, invocation.messages("done-asked", count=told.asked, before=told.decided))


def revoke(invocation: Invocation, reason: Reason, request: Request = None, yes: Yes = False) -> None:
    say, chosen = invocation.messages, _request(invocation, request)
    invocation.confirm(say("ask-revoke", purpose=chosen.purpose, recipient=chosen.recipient), yes)
    told, left = 0, 1
    while left:
        some = invocation.client.office.revoke_consents(chosen.request_id, reason)
        told, left = told + some.revoked, some.left
    invocation.output.result({"revoked": told}, say("done-revoked", count=told))


def close_request(invocation: Invocation, request: Request = None, yes: Yes = False) -> None:
    say, chosen = invocation.messages, _request(invocation, request, LIVE)
    invocation.confirm(say("ask-close-request", purpose=chosen.purpose, coins=chosen.coins_locked or 0), yes)
    receipt = invocation.client.office.close_request(chosen.request_id)
    invocation.output.result(receipt, say("done-request-ended", id=chosen.request_id))


def expire(invocation: Invocation) -> None:
    told = invocation.client.office.expire_consents()
    invocation.output.result(told, invocation.messages("done-expired", count=told.expired))


@translated_errors()
def abandon(invocation: Invocation, release_id: Annotated[str, typer.Argument()]) -> None:
    chosen = to_hex(id_from_hex(release_id, "RELEASE_ID"))
    receipt = invocation.client.office.abandon_release(chosen)
    invocation.output.result(receipt, invocation.messages("done-abandoned"))


def partner_reward(
    invocation: Invocation,
    survey: Annotated[str, typer.Argument()],
    coins: Annotated[int, typer.Argument(min=1)],
    partners: Annotated[int, typer.Option(min=1, max=255)] = 1,
) -> None:
    found = {one.survey_id: one for one in invocation.public.surveys()}
    chosen = found[find_by_prefix(survey, found, "SURVEY")]
    receipt = invocation.client.office.set_partner_reward(chosen.survey_id, coins, partners)
    told = invocation.messages("done-partner-reward", coins=coins, count=partners, title=chosen.title)
    invocation.output.result(receipt, told)


@translated_errors()
def policy(
    invocation: Invocation,
    name: Annotated[str, typer.Argument()],
    issuer: Annotated[list[str], typer.Option()],
    policy_id: Annotated[str | None, typer.Option()] = None,
) -> None:
    chosen = to_hex(secrets.token_bytes(32) if policy_id is None else id_from_hex(policy_id, "--policy-id"))
    issuers = [address(one, "--issuer") for one in issuer]
    receipt = invocation.client.office.set_policy(chosen, name, issuers)
    invocation.output.result(receipt, invocation.messages("done-policy-set", name=name, id=chosen))


def check_order(
    invocation: Invocation, name: str, account: str, receipt: "Receipt", is_so: "Callable[[AccountWord], bool]"
) -> None:
    """What was ordered about an account is seen on the ledger. Raises UnrecordedError."""
    invocation.records.check_trace(name, traces.account_trace(account, is_so), {"account": account}, receipt)


def has_role(role: str) -> "Callable[[AccountWord], bool]":
    """Whether an account has a role; suspended or not."""
    wanted = int(bindings.Role[role.upper()])
    return lambda word: bool(word.roles & wanted)


def _account(invocation: Invocation, text: str) -> str:
    """An address, or the only person whose name holds this."""
    if text.startswith("0x") or number_in(text) is not None:
        return address(text, "ACCOUNT")
    found = [one.account for one in invocation.client.office.people(text).people]
    return find_by_prefix(None, found, "ACCOUNT")


def address(text: str, field: str) -> str:
    return find_account(text, field)


def _request(invocation: Invocation, prefix: str | None, states: tuple[str, ...] | None = None) -> "RequestView":
    found = {one.request_id: one for one in invocation.client.partner.requests()}
    waiting = [one.request_id for one in found.values() if states is None or one.state in states]
    return found[find_by_prefix(prefix, found, "REQUEST", waiting)]
