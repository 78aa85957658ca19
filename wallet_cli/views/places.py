"""Where documents rest, as people read it."""

from rich.text import Text

from bank_api.protocol.shapes.places import PlaceOffered, PlaceView
from wallet_cli.layout import facts
from wallet_cli.messages import Messages

HOUSE = "house"


def named(say: Messages, place: str) -> str:
    return say("word-house", name=place) if place == HOUSE else place


def _offered(say: Messages, one: PlaceOffered) -> str:
    return named(say, one.offer) if one.offer == HOUSE else f"{one.offer} ({one.kind}, {one.url})"


def place(say: Messages, view: PlaceView) -> Text:
    rows: list[tuple[str, object]] = []
    if view.moving_to:
        rows.append((say("word-moving-to"), view.moving_to))
    if view.emptying:
        rows.append((say("word-emptying"), view.emptying))
    rows += [(say("word-offered"), _offered(say, one)) for one in view.offered]
    if view.own_kinds:
        rows.append((say("word-own-server"), ", ".join(view.own_kinds)))
    return facts(say("word-place", place=named(say, view.place)), rows)
