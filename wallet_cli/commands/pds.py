"""azukari pds: where one's documents rest; choosing another place and moving there."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, Yes, command
from wallet_cli.later import later

if TYPE_CHECKING:
    from bank_api.protocol.shapes import places as shapes
    from wallet_cli.views import places as views
else:
    shapes = later("bank_api.protocol.shapes.places")
    views = later("wallet_cli.views.places")

KINDS = ("solid", "personium")

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
    choice = _choice(target, kind, account, password_file, "TARGET", only_if_empty=True)
    moved = invocation.client.member.move_to(choice)
    invocation.output.result(moved, invocation.messages("done-place-chosen", place=moved.place))


@command(app, "move", "--to house --yes")
def move(
    invocation: Invocation,
    to: Annotated[str, typer.Option()],
    kind: Kind = None,
    account: Account = None,
    password_file: PasswordFile = None,
    yes: Yes = False,
) -> None:
    choice = _choice(to, kind, account, password_file, "--to", only_if_empty=False)
    invocation.confirm(invocation.messages("ask-move", place=to), yes)
    moved = invocation.client.member.move_to(choice)
    text = invocation.messages("done-moved", place=moved.place, count=moved.documents, removed=moved.removed)
    invocation.output.result(moved, text)


@command(app, "stay")
def stay(invocation: Invocation) -> None:
    place = invocation.client.member.stay()
    invocation.output.result(place, views.place(invocation.messages, place))


def _choice(
    target: str, kind: str | None, account: str | None, password_file: Path | None, field: str, only_if_empty: bool
) -> "shapes.PlaceChoice":
    """The name of an offered store, or the address of one's own server with its kind."""
    if "://" not in target:
        return shapes.PlaceChoice(offer=target, only_if_empty=only_if_empty)
    if kind is None:
        raise InputError("--kind", said("rule-kind-of-server", kinds=", ".join(KINDS)))
    if kind not in KINDS:
        raise InputError("--kind", said("rule-kind-of-server", kinds=", ".join(KINDS)))
    if kind == "solid":
        return shapes.PlaceChoice(kind="solid", url=target, only_if_empty=only_if_empty)
    if account is None or password_file is None:
        raise InputError(field, said("rule-cell-account"))
    try:
        secret = password_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise InputError("--password-file", f"{password_file}: {error.strerror}") from error
    return shapes.PlaceChoice(kind="personium", url=target, account=account, secret=secret, only_if_empty=only_if_empty)
