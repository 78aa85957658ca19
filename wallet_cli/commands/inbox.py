"""azukari inbox: what awaits me, and what was done with what is mine."""

from typing import TYPE_CHECKING, Annotated

import typer

from wallet_cli.invocation import Invocation, command
from wallet_cli.later import later

if TYPE_CHECKING:
    from wallet_cli import own_standing
    from wallet_cli.views import inbox as views
else:
    own_standing = later("wallet_cli.own_standing")
    views = later("wallet_cli.views.inbox")

PAGES_MAX = 20


def add_inbox_command(app: typer.Typer) -> None:
    """It belongs to `azukari` itself: everybody has one."""
    command(app, "inbox", "--unread --json")(inbox)


def inbox(
    invocation: Invocation,
    unread: Annotated[bool, typer.Option("--unread")] = False,
    mark_read: Annotated[bool, typer.Option("--mark-read")] = False,
    everything: Annotated[bool, typer.Option("--all")] = False,
) -> None:
    face = invocation.client.inbox
    own_standing.check_standing(invocation)
    first, items = face.items(unread, PAGES_MAX if everything else 1)
    if mark_read and items:
        face.note_read(max(one.time for one in items))
    document = {"items": items, "unread": first.unread}
    invocation.output.result(document, views.inbox(invocation.messages, items, first))
