"""azukari pds: one's documents, where they rest; choosing another place and moving there."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.commands.pds_files import add_file_commands
from wallet_cli.commands.pds_grants import add_file_grant_commands
from wallet_cli.commands.pds_import import add_import_command
from wallet_cli.commands.pds_pull import add_pull_command
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later

if TYPE_CHECKING:
    from wallet_cli import chosen_place
    from wallet_cli.views import places as views
else:
    chosen_place = later("wallet_cli.chosen_place")
    views = later("wallet_cli.views.places")

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)

Kind = Annotated[str | None, typer.Option()]
Account = Annotated[str | None, typer.Option()]
PasswordFile = Annotated[Path | None, typer.Option()]


@command(app, "status")
def status(invocation: Invocation) -> None:
    place = invocation.client.member.place()
    invocation.output.result(place, views.place(invocation.messages, place))


@command(app, "use", "https://pod.example/ --kind solid")
def use(
    invocation: Invocation,
    target: Annotated[str, typer.Argument()],
    kind: Kind = None,
    account: Account = None,
    password_file: PasswordFile = None,
) -> None:
    choice = chosen_place.choice(target, kind, account, password_file, "TARGET", only_if_empty=True)
    moved = invocation.client.member.move_to(choice)
    invocation.output.result(
        moved, invocation.messages("done-place-chosen", place=views.named(invocation.messages, moved.place))
    )


@command(app, "move", "--to house --yes")
def move(
    invocation: Invocation,
    to: Annotated[str, typer.Option()],
    kind: Kind = None,
    account: Account = None,
    password_file: PasswordFile = None,
    yes: Yes = False,
) -> None:
    choice = chosen_place.choice(to, kind, account, password_file, "--to", only_if_empty=False)
    invocation.confirm(invocation.messages("ask-move", place=to), yes)
    moved = invocation.client.member.move_to(choice)
    place = views.named(invocation.messages, moved.place)
    text = invocation.messages("done-moved", place=place, count=moved.documents, removed=moved.removed)
    if not moved.documents and not moved.removed:
        text = invocation.messages("done-moved-nothing", place=place)
    invocation.output.result(moved, text)


@command(app, "stay")
def stay(invocation: Invocation) -> None:
    member = invocation.client.member
    if member.place().moving_to is None:
        invocation.output.say(invocation.messages("refusal-no-move"))
    place = member.stay()
    invocation.output.result(place, views.place(invocation.messages, place))


add_file_commands(app)
add_file_grant_commands(app)
add_import_command(app)
add_pull_command(app)
