"""Who may act for me, for whom I may, and what was done in my name."""

from collections.abc import Callable, Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table

from bank_api.protocol.shapes.wards import Delegations, DelegationView
from wallet_cli.layout import table
from wallet_cli.messages import Messages
from wallet_cli.output import short, whole


def delegations(say: Messages, found: Delegations) -> RenderableType:
    acts = (
        (
            say.moment(one.sent_at),
            say.named("act", one.act),
            short(one.item_id),
            one.delegate,
            say("word-refused-or-unknown") if one.block_number is None else one.block_number,
        )
        for one in found.acts
    )
    return Group(
        _listed(say, "word-may-act-for-me", found.given, lambda one: one.delegate),
        _listed(say, "word-i-may-act-for", found.received, lambda one: one.account),
        table(
            say("word-done-in-my-name"),
            say.words("time", "what", "id", "acted-by", "block"),
            acts,
        ),
    )


def scopes_told(say: Messages, names: Iterable[str]) -> str:
    return ", ".join(say.named("scope", name) for name in names)


def _listed(say: Messages, title: str, rows: Sequence[DelegationView], other: Callable[[DelegationView], str]) -> Table:
    return table(
        say(title),
        say.words("account", "name", "may", "open-from-day", "until", "state"),
        (
            (
                whole(other(one)),
                one.name,
                scopes_told(say, one.scopes),
                say.moment(one.since),
                say.moment(one.until),
                say.named("state", one.state),
            )
            for one in rows
        ),
    )
