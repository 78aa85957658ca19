"""azukari notices: by which ways I am told, and of what."""

from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.kinds import InboxKind
from bank_api.protocol.messages.said import said
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later

if TYPE_CHECKING:
    from bank_api.protocol import notices as protocol
    from wallet_cli.views import notices as views
else:
    protocol = later("bank_api.protocol.notices")
    views = later("wallet_cli.views.notices")


def add_notices_command(app: typer.Typer) -> None:
    """It belongs to `azukari` itself: everybody has an inbox."""
    command(app, "notices", "--email aoi@example.jp --kind release-made=inbox,email")(notices)


def notices(
    invocation: Invocation,
    email: Annotated[str | None, typer.Option()] = None,
    code: Annotated[str | None, typer.Option()] = None,
    no_email: Annotated[bool, typer.Option("--no-email")] = False,
    kind: Annotated[list[str] | None, typer.Option()] = None,
    mail_language: Annotated[str | None, typer.Option()] = None,
) -> None:
    face, say = invocation.client.notices, invocation.messages
    kinds = dict(map(_kind, kind or []))
    found = face.mine()
    if email or kinds or mail_language:
        body = protocol.NoticesBody.model_validate({"email": email, "language": mail_language, "kinds": kinds})
        found = face.choose(body)
    if code:
        found = face.confirm(code)
    if no_email:
        found = face.forget_email()
    if email:
        invocation.output.say(say("done-code-sent", email=email))
    invocation.output.result(found, views.notices(say, found))


def _kind(text: str) -> tuple[str, list[str]]:
    """`KIND=channel,channel`; nothing after the sign tells by no way but the inbox's list."""
    name, sign, listed = text.partition("=")
    if name not in tuple(InboxKind) or not sign:
        raise InputError("--kind", said("rule-one-of", names=", ".join(f"{one}=…" for one in InboxKind)))
    channels = [one for one in listed.split(",") if one]
    unknown = [one for one in channels if one not in tuple(protocol.Channel)]
    if unknown:
        raise InputError("--kind", said("rule-one-of", names=", ".join(protocol.Channel)))
    return name, channels
