"""New terms as they are read: what changed by section, until when to accept, and who has not."""

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.text import Text

from bank_api.protocol.shapes.terms import Agreements
from bank_api.protocol.terms import SectionChange
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short
from wallet_cli.read_terms import ReadTerms


def own(say: Messages, read: ReadTerms, whole: bool) -> RenderableType:
    """What changed since the terms that were accepted; the whole text if asked for, or if nothing changed."""
    present = read.present
    told = facts(
        say("terms-of", number=present.number),
        [
            (say("terms-set-at"), say.moment(present.set_at)),
            (say("terms-accepted"), read.proven.accepted),
            (say("terms-state"), _state(say, read)),
        ],
    )
    if whole or not read.changes:
        return Group(told, Panel(escape(present.text), title=escape(say("word-terms"))))
    heading = Text(say("terms-changed", count=len(read.changes), number=read.proven.accepted), "bold")
    return Group(told, heading, *(_change(say, one) for one in read.changes))


def _state(say: Messages, read: ReadTerms) -> str:
    if read.is_accepted:
        return say("terms-are-accepted")
    until = say.moment(read.proven.word.accept_by)
    return say("terms-to-accept", until=until) if read.proven.agrees else say("terms-too-late", until=until)


def _change(say: Messages, one: SectionChange) -> RenderableType:
    before = Text(f"- {one.before or say('terms-nothing')}", "red")
    return Group(before, Text(f"+ {one.after or say('terms-nothing')}", "green"), Text(""))


def agreements(say: Messages, found: Agreements) -> RenderableType:
    told = facts(
        say("terms-of", number=found.number),
        [
            (say("terms-accept-by"), say.moment(found.accept_by)),
            (say("terms-have-accepted"), found.accepted),
            (say("terms-have-not"), found.not_accepted),
        ],
    )
    if not found.missing:
        return Group(told, Text(say("terms-nobody-missing")))
    rows = (
        (short(one.account), one.name, one.accepted, say("terms-late") if one.is_late else say("terms-in-time"))
        for one in found.missing
    )
    columns = [*say.words("account", "name"), say("terms-accepted"), say("terms-state")]
    return Group(told, table(say("terms-missing"), columns, rows, right=(2,)))
