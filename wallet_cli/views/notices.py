"""By which ways somebody is told, and where an organization's webhook stands."""

from rich.console import Group, RenderableType

from bank_api.protocol.shapes.notices import Notices, Webhook
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages


def notices(say: Messages, found: Notices) -> RenderableType:
    email = found.email or say("tell-nothing")
    if found.email and not found.confirmed:
        email = say("tell-unconfirmed", email=found.email)
    lines = [(say("tell-email"), email), (say("tell-language"), found.language)]
    if found.waiting_for:
        lines.append((say("tell-waiting-for"), found.waiting_for))
    rows = (
        (one.kind, say(f"mail-{one.kind}"), say("tell-always") if one.always else ", ".join(one.channels))
        for one in found.kinds
    )
    columns = [say("tell-kind"), say("tell-what"), say("tell-how")]
    return Group(facts(say("tell-title"), lines), table(say("tell-kinds"), columns, rows))


def webhook(say: Messages, found: Webhook) -> RenderableType:
    lines = [
        (say("tell-address"), found.url or say("tell-nothing")),
        (say("tell-key"), found.key),
        (say("tell-waiting"), found.waiting),
        (say("tell-given-up"), found.given_up),
    ]
    if found.stopped_at is not None:
        lines.append((say("tell-stopped"), say.moment(found.stopped_at)))
    return facts(say("tell-webhook"), lines)
