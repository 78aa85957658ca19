"""azukari operator: the bank's own staff."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.terminal.command_line import Group
from chaincode.ids import id_from_hex, to_hex
from wallet_cli.commands.draws import add_operator_draw_commands
from wallet_cli.commands.gifts import add_operator_gift_commands
from wallet_cli.commands.health import add_health_command
from wallet_cli.commands.offices import add_office_commands, check_order, has_role
from wallet_cli.commands.promotions import operator_app as promotion_app
from wallet_cli.commands.registering import add_registration_commands
from wallet_cli.commands.rights import add_answering_commands
from wallet_cli.commands.rules import add_operator_rule_commands
from wallet_cli.commands.shared_key import add_sharing_commands
from wallet_cli.commands.terms import operator_app as terms_app
from wallet_cli.commands.wards import add_appointing_command
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_account, find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol.shapes import boxes
    from pds_adapter.sealing import canonical
    from wallet_cli import layout
    from wallet_cli import operator_files as files
    from wallet_cli import series as waves_of
    from wallet_cli import statutory_notice as statutory
    from wallet_cli.bank_client import operator as staff
    from wallet_cli.views import organization as views
    from wallet_cli.views import statistics as figures
else:
    boxes = later("bank_api.protocol.shapes.boxes")
    layout = later("wallet_cli.layout")
    canonical = later("pds_adapter.sealing.canonical")
    files = later("wallet_cli.operator_files")
    waves_of = later("wallet_cli.series")
    statutory = later("wallet_cli.statutory_notice")
    staff = later("wallet_cli.bank_client.operator")
    views = later("wallet_cli.views.organization")
    figures = later("wallet_cli.views.statistics")

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
survey_app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(survey_app, name="survey")
add_operator_draw_commands(app)
add_operator_gift_commands(app)
add_health_command(app)
add_office_commands(app)
add_registration_commands(app)
add_operator_rule_commands(app)
add_appointing_command(app)
add_answering_commands(app)
add_sharing_commands(app)
app.add_typer(terms_app, name="terms")
app.add_typer(promotion_app, name="promotion")

INVITATIONS_AT_ONCE = 500
Account = Annotated[str, typer.Argument()]
EncryptionKey = Annotated[str | None, typer.Option()]
Identity = Annotated[Path | None, typer.Option("--from")]


@command(app, "invite", "employees.csv --out codes.csv")
def invite(
    invocation: Invocation,
    names: Annotated[Path, typer.Argument()],
    out: Annotated[Path, typer.Option()],
) -> None:
    invitations = files.read_invitations(names, secrets.token_bytes)
    files.write_invitations(out, invitations)
    created = existing = 0
    with invocation.output.progress() as bar:
        for start in bar.track(
            range(0, len(invitations), INVITATIONS_AT_ONCE), description=invocation.messages("done-inviting")
        ):
            sent = invocation.client.operator.invite(invitations[start : start + INVITATIONS_AT_ONCE])
            created, existing = created + sent.created, existing + sent.existing
    document = {"created": created, "existing": existing, "file": str(out)}
    invocation.output.result(
        document, invocation.messages("done-invited", created=created, existing=existing, file=str(out))
    )


@command(app, "enroll", 'partner "Acme Research" --from acme.json')
def enroll(
    invocation: Invocation,
    role: Annotated[str, typer.Argument()],
    name: Annotated[str, typer.Argument()],
    account: Annotated[str | None, typer.Option()] = None,
    encryption_key: EncryptionKey = None,
    parent: Annotated[str | None, typer.Option()] = None,
    identity: Identity = None,
) -> None:
    if identity is not None:
        account, encryption_key = files.read_identity(identity)
    if account is None:
        raise InputError("--account", said("rule-or-from"))
    for known in staff.ROLES:
        if known == role:
            organization = staff.Organization(
                account=account, role=known, name=name, parent=parent, encryption_key=encryption_key
            )
            receipt = invocation.client.operator.enroll(organization)
            check_order(invocation, "enrolment", account, receipt, has_role(role))
            named = invocation.messages.named("state-role", role)
            told = invocation.messages("done-enrolled", name=name, role=named)
            invocation.output.result(receipt, told)
            return
    raise InputError("ROLE", said("rule-one-of", names=", ".join(staff.ROLES)))


@command(survey_app, "publish", "election.json")
def survey_publish(
    invocation: Invocation,
    file: Annotated[Path, typer.Argument()],
) -> None:
    draft = files.read_survey(file, invocation.clock(), lambda: to_hex(secrets.token_bytes(32)))
    invocation.output.say(invocation.messages("done-survey-id", id=draft.survey_id))
    receipt = invocation.client.operator.publish_survey(draft)
    invocation.output.result(receipt, invocation.messages("done-survey-published", id=draft.survey_id))


@command(survey_app, "series", "weekly.json")
def survey_series(invocation: Invocation, file: Annotated[Path, typer.Argument()]) -> None:
    say, known = (
        invocation.messages,
        {one.survey_id: (one.opens_at, one.closes_at) for one in invocation.public.surveys()},
    )
    waves = waves_of.read_series(file, invocation.clock(), known.get)
    series_id = waves[0].wave.series_id if waves[0].wave else ""
    invocation.output.say(say("done-series-id", id=series_id, file=str(file)))
    receipts = []
    with invocation.output.progress() as bar:
        for wave in bar.track(waves, description=say("done-waves")):
            receipts.append(invocation.client.operator.publish_survey(wave))
    document = {
        "series_id": series_id,
        "waves": [
            {"survey_id": one.survey_id, "title": one.title, "opens_at": one.opens_at, "closes_at": one.closes_at}
            | {"repeated": receipt.repeated}
            for one, receipt in zip(waves, receipts, strict=True)
        ],
    }
    invocation.output.result(document, views.series(say, waves))


@command(survey_app, "close", "0x5a3c")
def survey_close(
    invocation: Invocation, survey: Annotated[str | None, typer.Argument()] = None, yes: Yes = False
) -> None:
    say, found = invocation.messages, {one.survey_id: one for one in invocation.public.surveys()}
    unfinished = [one.survey_id for one in found.values() if one.state != "closed"]
    chosen = found[find_by_prefix(survey, found, "SURVEY", unfinished)]
    invocation.confirm(say("ask-close-survey", title=chosen.title, coins=chosen.budget_left), yes)
    receipt = invocation.client.operator.close_survey(chosen.survey_id)
    invocation.output.result(receipt, say("done-survey-closed", title=chosen.title))


@command(app, "top-up", "0x5a3c 2000")
@translated_errors()
def top_up(
    invocation: Invocation,
    survey: Annotated[str, typer.Argument()],
    coins: Annotated[int, typer.Argument(min=1)],
    top_up_id: Annotated[str | None, typer.Option()] = None,
) -> None:
    found = invocation.public.surveys()
    survey_id = find_by_prefix(survey, (one.survey_id for one in found), "SURVEY")
    chosen = to_hex(secrets.token_bytes(32) if top_up_id is None else id_from_hex(top_up_id, "--top-up-id"))
    invocation.output.say(invocation.messages("done-top-up-id", id=chosen))
    receipt = invocation.client.operator.top_up(survey_id, chosen, coins)
    left = next(one.budget_left for one in invocation.public.surveys() if one.survey_id == survey_id)
    invocation.output.result(receipt, invocation.messages("done-topped-up", coins=coins, left=left))


@command(app, "sell-coins", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf 5000")
@translated_errors()
def sell_coins(
    invocation: Invocation,
    partner: Account,
    coins: Annotated[int, typer.Argument(min=1)],
    invoice: Annotated[str | None, typer.Option()] = None,
) -> None:
    invoice_id = to_hex(secrets.token_bytes(32) if invoice is None else id_from_hex(invoice, "--invoice"))
    invocation.output.say(invocation.messages("done-invoice", id=invoice_id))
    receipt = invocation.client.operator.sell_coins(find_account(partner, "PARTNER"), invoice_id, coins)
    invocation.output.result(receipt, invocation.messages("done-sold", coins=coins))


@command(app, "release", "0x3fd1 --k 10")
@translated_errors()
def release(
    invocation: Invocation,
    request: Annotated[str | None, typer.Argument()] = None,
    k: Annotated[int | None, typer.Option(min=2)] = None,
    suppression_limit: Annotated[float | None, typer.Option(min=0, max=1)] = None,
    epsilon: Annotated[float | None, typer.Option(min=0.001)] = None,
    crossed: Annotated[list[str] | None, typer.Option("--cross")] = None,
    rows: Annotated[int | None, typer.Option(min=1, max=100_000)] = None,
    come_and_go: Annotated[bool | None, typer.Option("--come-and-go/--seats")] = None,
    release_id: Annotated[str | None, typer.Option()] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    yes: Yes = False,
) -> None:
    requests = {one.request_id: one for one in invocation.client.partner.requests()}
    approved = [one.request_id for one in requests.values() if one.state == "approved"]
    request_id = find_by_prefix(request, requests, "REQUEST", approved)
    pairs, office = [pair.split(",") for pair in crossed or ()], invocation.client.operator
    if dry_run:
        told = office.rehearse(request_id, k, suppression_limit, epsilon, pairs, rows, come_and_go)
        invocation.output.result(told, figures.expectation(invocation.messages, told))
        return
    chosen = to_hex(secrets.token_bytes(32) if release_id is None else id_from_hex(release_id, "--release-id"))
    asked = invocation.client.partner.request(request_id)
    invocation.output.show(views.request(invocation.messages, asked))
    if come_and_go is None and release_id is not None:
        come_and_go = _as_ordered(invocation, chosen)
    begins = views.begins(invocation.messages, asked, come_and_go is not False)
    wanted = come_and_go
    if begins is not None:
        wanted = come_and_go is not False  # what is confirmed is asked for, and not left open
        invocation.output.say(begins)
    live = (asked.consents or {}).get("given", 0)
    invocation.confirm(invocation.messages("ask-release", recipient=asked.recipient, count=live), yes)
    invocation.output.say(invocation.messages("done-release-id", id=chosen))
    receipt = office.release(chosen, request_id, k, suppression_limit, epsilon, pairs, rows, wanted)
    invocation.output.result(receipt, views.made_release(invocation.messages, receipt))


def _as_ordered(invocation: Invocation, release_id: str) -> bool | None:
    """In homes or in seats, as was signed when a release began to wait for the board; None where nothing was."""
    found = (one.order for one in invocation.client.shared_key.openings() if one.opening_id == release_id)
    order = next(found, None)
    return None if order is None else order.come_and_go


@command(
    app,
    "register-app",
    'tea-diary "Tea diary" --key 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf --encryption-key 0x2b2b…',
)
def register_app(
    invocation: Invocation,
    app_id: Annotated[str, typer.Argument()],
    name: Annotated[str, typer.Argument()],
    identity: Annotated[Path, typer.Option("--from")],
) -> None:
    key, encryption_key = files.read_identity(identity)
    body = boxes.AppBody(app_id=app_id, name=name, key=key, encryption_key=encryption_key)
    made = invocation.client.boxes.register(body)
    invocation.output.result(made, invocation.messages("done-app-registered", name=made.name))


@command(app, "replace-app-key", "tea-diary --from tea-diary-new.json")
def replace_app_key(
    invocation: Invocation,
    app_id: Annotated[str, typer.Argument()],
    identity: Annotated[Path, typer.Option("--from")],
    yes: Yes = False,
) -> None:
    key, encryption_key = files.read_identity(identity)
    invocation.confirm(invocation.messages("ask-app-key", app=app_id, key=key), yes)
    body = boxes.AppKeyBody(key=key, encryption_key=encryption_key)
    made = invocation.client.boxes.replace_app_key(app_id, body)
    invocation.output.result(made, invocation.messages("done-app-key", name=made.name))


@command(app, "remove-app", "tea-diary")
def remove_app(invocation: Invocation, app_id: Annotated[str, typer.Argument()], yes: Yes = False) -> None:
    invocation.confirm(invocation.messages("ask-remove-app", app=app_id), yes)
    gone = invocation.client.boxes.remove_app(app_id)
    invocation.output.result(gone, invocation.messages("done-app-removed", app=app_id, count=gone.grants_ended))


@command(app, "notice", "0x8c2f --reader recipient --language ja")
def notice(
    invocation: Invocation,
    release: Annotated[str | None, typer.Argument()] = None,
    reader: Annotated[str, typer.Option()] = "public",
) -> None:
    if reader not in ("public", "recipient"):
        raise InputError("--reader", said("rule-one-of", names="public, recipient"))
    made = {one.release_id: one for one in invocation.client.partner.releases()}
    chosen = made[find_by_prefix(release, made, "RELEASE")]
    asked = next(one for one in invocation.client.partner.requests() if one.request_id == chosen.request_id)
    write = statutory.publication if reader == "public" else statutory.to_recipient
    text = write(invocation.messages, invocation.bank.name, chosen, asked)
    invocation.output.result({"release_id": chosen.release_id, "for": reader, "text": text}, text)


@command(app, "requests", listing=True)
def requests(invocation: Invocation) -> None:
    found = invocation.client.partner.requests()
    invocation.output.result({"requests": found}, views.requests(invocation.messages, found))


@command(app, "quota", "--json")
def quota(invocation: Invocation) -> None:
    found, say = invocation.public.quota(), invocation.messages
    told = say("line-quota", left=found.left, coins=found.coins, days=f"{found.period_seconds / 86400:g}")
    if found.ends_at is not None:
        told += "\n" + say("line-quota-ends", time=say.moment(found.ends_at))
    invocation.output.result(found, told)


@command(app, "summary", "--json")
def summary(invocation: Invocation) -> None:
    counts = invocation.client.operator.summary()
    invocation.output.result(counts, views.summary(invocation.messages, "word-bank", counts))
