"""azukari member: join, answer surveys, read the passbook, take a copy of everything."""

import json
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.figures import figure
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.terminal.command_line import Group
from bank_api.protocol.registration import registered_code
from wallet_cli.commands.answering import add_answer_commands, chosen_survey
from wallet_cli.commands.consents import add_consent_commands
from wallet_cli.commands.coupons import add_coupon_commands
from wallet_cli.commands.draws import add_draw_commands
from wallet_cli.commands.erasing import add_erase_command
from wallet_cli.commands.giving import add_giving_commands
from wallet_cli.commands.preferences import add_preference_commands
from wallet_cli.commands.promotions import member_app as promotion_app
from wallet_cli.commands.registering import add_register_command
from wallet_cli.commands.rights import add_asking_commands
from wallet_cli.commands.rules import add_rule_commands
from wallet_cli.commands.terms import member_app as terms_app
from wallet_cli.commands.wards import add_delegation_commands
from wallet_cli.errors import InputError, WalletError
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later
from wallet_cli.output import find_account, find_by_prefix

if TYPE_CHECKING:
    from bank_api.protocol.shapes.places import PlaceChoice, PlaceMoved
    from wallet_cli import chosen_place, own_standing, told_figures
    from wallet_cli import export as exporting
    from wallet_cli import export_archive as archives
    from wallet_cli import own_answers as checking
    from wallet_cli.signing import member as signing
    from wallet_cli.views import member as views
    from wallet_cli.views import rows as row_views
    from wallet_cli.views import statistics as figures
else:
    checking = later("wallet_cli.own_answers")
    own_standing = later("wallet_cli.own_standing")
    chosen_place = later("wallet_cli.chosen_place")
    archives = later("wallet_cli.export_archive")
    exporting = later("wallet_cli.export")
    signing = later("wallet_cli.signing.member")
    views = later("wallet_cli.views.member")
    row_views = later("wallet_cli.views.rows")
    figures = later("wallet_cli.views.statistics")
    told_figures = later("wallet_cli.told_figures")

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
add_answer_commands(app)
add_consent_commands(app)
add_coupon_commands(app)
add_draw_commands(app)
add_giving_commands(app)
add_rule_commands(app)
add_preference_commands(app)
add_delegation_commands(app)
add_erase_command(app)
add_asking_commands(app)
add_register_command(app)
app.add_typer(terms_app, name="terms")
app.add_typer(promotion_app, name="promotion")


@command(app, "join", "7KQW-3XPA-92MD --wallet alice")
def join(
    invocation: Invocation,
    invitation: Annotated[str | None, typer.Argument(envvar="AZUKARI_INVITATION")] = None,
    store: Annotated[str | None, typer.Option()] = None,
    kind: Annotated[str | None, typer.Option()] = None,
    account: Annotated[str | None, typer.Option()] = None,
    password_file: Annotated[Path | None, typer.Option()] = None,
    registered: Annotated[bool, typer.Option("--registered")] = False,
    yes: Yes = False,
) -> None:
    place = store and chosen_place.choice(store, kind, account, password_file, "--store", only_if_empty=True)
    say, bank = invocation.messages, invocation.bank
    code = registered_code(invocation.key.address) if registered else invitation
    code = code or typer.prompt(say("ask-invitation"), err=True)
    if not yes:
        invocation.output.show(views.terms(say, bank))
    invocation.confirm(say("ask-join"), yes)
    signer = invocation.signer_for(invocation.key.address)
    receipt = invocation.client.send(signing.join_bank(signer, bank, code.strip()))
    text = say("done-joined", account=signer.account)
    if not place:
        invocation.output.result(receipt, text)
        return
    moved = _rest_at(invocation, place)
    document = receipt.model_dump(mode="json") | {"place": moved.place}
    invocation.output.result(document, f"{text}\n{say('done-place-chosen', place=moved.place)}")


@command(app, "surveys", "0x5a3c", listing=True)
def surveys(
    invocation: Invocation,
    survey: Annotated[str | None, typer.Argument()] = None,
    every: Annotated[bool, typer.Option("--all")] = False,
    unanswered: Annotated[bool, typer.Option("--unanswered")] = False,
) -> None:
    found = invocation.public.surveys()
    if survey is None:
        listed = found if every else views.of_now(found)
        if unanswered:
            done = {one.survey_id for one in invocation.client.member.answers()}
            listed = [one for one in listed if one.state == "open" and one.survey_id not in done]
        invocation.output.result({"surveys": listed}, views.surveys(invocation.messages, listed))
        return
    chosen = chosen_survey(found, survey)
    invocation.output.result(chosen, views.survey(invocation.messages, chosen))


@command(app, "passbook", "--language ja", listing=True)
def passbook(invocation: Invocation) -> None:
    book = invocation.client.member.passbook()
    own_standing.check_standing(invocation)
    invocation.output.result(book, views.passbook(invocation.messages, book))


@command(app, "releases", listing=True)
def releases(invocation: Invocation, check: Annotated[bool, typer.Option("--check")] = False) -> None:
    found = invocation.client.member.releases()
    if check:
        figured = told_figures.of_statistics(found)  # in which nobody has a row
        rows = [(one, checking.check_row(invocation, one)) for one in found if one.release_id not in figured]
        document = {"releases": [one.model_dump(mode="json") | {"row": asdict(row)} for one, row in rows]}
        invocation.output.result(document, row_views.rows(invocation.messages, rows))
        return
    invocation.output.result({"releases": found}, views.releases(invocation.messages, found))


@command(app, "statistics", "0x8c2f")
def statistics(invocation: Invocation, release: Annotated[str | None, typer.Argument()] = None) -> None:
    told = told_figures.of_statistics(invocation.client.member.releases())
    found = invocation.client.member.statistics(find_by_prefix(release, told, "RELEASE"))
    document = told_figures.read_figures(found.document)
    invocation.output.result(json.loads(found.document), figures.told(invocation.messages, document))


@command(app, "budget", "--partner 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")
def budget(invocation: Invocation, partner: Annotated[str | None, typer.Option()] = None) -> None:
    asked = None if partner is None else find_account(partner, "--partner")
    left = invocation.client.member.budget(asked)
    whole = left.per_person if partner is None else left.per_partner
    say = invocation.messages
    told = say("word-privacy-left", left=figure(left.left), whole=figure(whole), days=left.days)
    made_up = say(
        "word-chance-left",
        left=say.chance(left.delta_left),
        whole=say.chance(left.delta_per_person),
        days=left.days,
    )
    invocation.output.result(left, f"{told}\n{made_up}")


@command(app, "export", "my-data")
def export(
    invocation: Invocation,
    folder: Annotated[Path, typer.Argument()],
) -> None:
    target, say = folder, invocation.messages
    if target.suffix == ".zip":
        if target.exists():
            raise InputError("FOLDER", said("rule-not-overwritten", file=str(target)))
        folder = target.with_name(f"{target.name}.folder")
        if folder.exists():
            raise InputError("FOLDER", said("rule-not-overwritten", file=str(folder)))
    with archives.for_one_file(folder) if target != folder else nullcontext():
        written = exporting.write_export(
            invocation.client,
            invocation.signer,
            folder,
            invocation.output,
            lambda answer: checking.check_committed(invocation, answer),
        )
        added, unopened = archives.complete(invocation.client, invocation.signer, folder, say, invocation.output)
        files = [str(path.relative_to(folder)) for path in (*written.paths, *added)]
        closed = [*(str(path.relative_to(folder)) for path in written.closed), *unopened]
        if target != folder:
            archives.pack(folder, target)
    text = say("done-exported", count=len(files), folder=str(target))
    if closed:
        text += "\n" + say("done-exported-closed", count=len(closed), files=", ".join(closed))
    invocation.output.result({"folder": str(target), "files": files, "closed": closed}, text)


def _rest_at(invocation: Invocation, place: "PlaceChoice") -> "PlaceMoved":
    """Joining is done whatever comes of this: who hears a refusal is a member, whose documents rest at the bank."""
    try:
        return invocation.client.member.move_to(place)
    except WalletError as error:
        raise WalletError(said("error-joined-without-place", why=error.what), said("hint-pds-use")) from error
