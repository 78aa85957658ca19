"""azukari webhook set, show, remove, verify: an organization is told by signed messages (Standard Webhooks)."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.terminal.command_line import Group
from wallet_cli.errors import EvidenceError, InputError
from wallet_cli.given_file import read_given
from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later

if TYPE_CHECKING:
    from bank_api.protocol import webhook as protocol
    from bank_api.protocol.errors import FieldError
    from wallet_cli.views import notices as views
else:
    protocol = later("bank_api.protocol.webhook")
    views = later("wallet_cli.views.notices")

app = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)


@command(app, "set", "https://acme.example/azukari")
def set_(invocation: Invocation, url: Annotated[str, typer.Argument()]) -> None:
    found = invocation.client.notices.set_webhook(url)
    invocation.output.result(found, invocation.messages("done-webhook-set", url=url, key=found.key))


@command(app, "show")
def show(invocation: Invocation) -> None:
    found = invocation.client.notices.webhook()
    invocation.output.result(found, views.webhook(invocation.messages, found))


@command(app, "remove")
def remove(invocation: Invocation) -> None:
    invocation.output.result(invocation.client.notices.drop_webhook(), invocation.messages("done-webhook-removed"))


@command(app, "verify", "body.json --id msg_3f --timestamp 1795000000 --signature v1a,… --key whpk_…")
def verify(
    invocation: Invocation,
    message_id: Annotated[str, typer.Option("--id")],
    timestamp: Annotated[str, typer.Option()],
    signature: Annotated[str, typer.Option()],
    body: Annotated[Path | None, typer.Argument()] = None,
    key: Annotated[str | None, typer.Option()] = None,
) -> None:
    from bank_api.protocol.errors import FieldError

    content = read_given(body, "BODY") if body is not None else sys.stdin.buffer.read()
    held = {protocol.ID: message_id, protocol.TIMESTAMP: timestamp, protocol.SIGNATURE: signature}
    published = key or invocation.public.webhook_key().key
    try:
        document = protocol.verify(published, held, content, invocation.clock())
    except FieldError as error:
        raise _refusal(error) from error
    invocation.output.result(document, invocation.messages("done-webhook-verified", kind=str(document.get("type"))))


def _refusal(error: "FieldError") -> Exception:
    if error.field == "key":
        return InputError("--key", error.words)
    return EvidenceError(said("error-field", field=error.field, rule=error.words))
