"""What each company may have at most."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from bank_api.protocol.shapes.preferences import PreferenceView
from wallet_cli.layout import table
from wallet_cli.messages import Messages
from wallet_cli.output import short


def preferences(say: Messages, rows: Sequence[PreferenceView]) -> RenderableType:
    """One company a line; its number stands for it in `azukari member prefer`."""
    if not rows:
        return Text(say("word-no-companies"))
    every = say("word-every-question")
    listed = [
        (short(one.partner), one.name, forms(say, one), ", ".join(one.items) or every, _since(say, one)) for one in rows
    ]
    return table(say("word-preferences"), say.words("account", "recipient", "legal-class", "items", "since"), listed)


def preferred(say: Messages, one: PreferenceView) -> str:
    items = ", ".join(one.items) or say("word-every-question")
    return say("done-preferred", name=one.name, forms=forms(say, one), items=items if one.forms else "-")


def forms(say: Messages, one: PreferenceView) -> str:
    return ", ".join(say.named("word-form", name) for name in one.forms) or say("word-form-nothing")


def _since(say: Messages, one: PreferenceView) -> str:
    return "" if one.at is None else say.moment(one.at)
