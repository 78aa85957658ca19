"""Where documents rest, as people read it."""

from rich.text import Text

from bank_api.protocol.shapes.places import PlaceView
from wallet_cli.layout import facts
from wallet_cli.messages import Messages


def place(say: Messages, view: PlaceView) -> Text:
    rows: list[tuple[str, object]] = []
    if view.moving_to:
        rows.append((say("word-moving-to"), view.moving_to))
    if view.emptying:
        rows.append((say("word-emptying"), view.emptying))
    rows += [(say("word-offered"), f"{one.offer} ({one.kind}, {one.url})") for one in view.offered]
    if view.own_kinds:
        rows.append((say("word-own-server"), ", ".join(view.own_kinds)))
    return facts(say("word-place", place=view.place), rows)
