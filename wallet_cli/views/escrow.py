"""What owners and custodians see of escrows."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bank_api.protocol.shapes.escrows import Custodian, EscrowView, OpeningRefusal, OpeningView
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short

if TYPE_CHECKING:
    from wallet_cli.share_drills import Drilled


def escrows(say: Messages, rows: Iterable[EscrowView], me: str) -> Table:
    columns = say.words("id", "title", "k-of-n", "i-am", "acknowledged", "state", "openings")
    return table(
        say("word-escrows"),
        columns,
        (
            (
                short(one.escrow_id),
                one.title,
                say("word-of", part=str(one.threshold), whole=str(len(one.custodians))),
                _role(say, one, me),
                say("word-of", part=str(len(one.acknowledged)), whole=str(len(one.custodians))),
                say.named("state", one.state),
                "\n".join(short(opening) for opening in one.openings),
            )
            for one in rows
        ),
    )


def escrow(say: Messages, one: EscrowView, openings: Iterable[OpeningView], me: str) -> RenderableType:
    """One escrow with its openings."""
    named = (("word-heir", one.heir), ("word-replaces", one.replaces), ("word-replaced-by", one.replaced_by))
    rows = [(say(word), value) for word, value in named if value is not None]
    told = [facts(one.title, rows)] if rows else []
    return Group(escrows(say, [one], me), *told, *(opening(say, asked, one.heir) for asked in openings))


def round_of_deals(say: Messages, title: str, names: Sequence[str], threshold: int) -> Text:
    """Who would hold the shares of an escrow next."""
    rows = [
        (say("word-title"), title),
        (say("word-next-custodians"), ", ".join(names)),
        (say("word-k-of-n"), f"{threshold} / {len(names)}"),
    ]
    return facts(say("word-dealing-anew"), rows)


def opening(say: Messages, one: OpeningView, heir: str | None = None) -> Text:
    asked_by = f"{one.requester_name or ''} {one.requester}".strip()
    if heir == one.requester:
        asked_by = say("word-asked-by-heir", account=asked_by)
    rows: list[tuple[str, object]] = [
        (say("word-id"), one.opening_id),
        (say("word-escrow"), one.escrow_id),
        (say("word-asked-by"), asked_by),
        (say("word-because"), one.reason.split("\n")[0]),
        (say("word-state"), say.named("state", one.state)),
        (say("word-open-from"), say.moment(one.ready_at)),
    ]
    if one.contributions is not None:
        rows.append((say("word-contributions"), len(one.contributions)))
    rows += [(say("word-will-not-contribute"), _refusal(say, refusal)) for refusal in one.refusals]
    return facts(say("word-opening"), rows)


def _refusal(say: Messages, one: OpeningRefusal) -> str:
    """Who, and why to whom it is told."""
    if one.reason is None:
        return one.custodian
    return say("word-refused-because", custodian=one.custodian, reason=one.reason)


def drilled(say: Messages, rows: Iterable["Drilled"]) -> Table:
    columns = say.words("custodian", "share", "outcome", "why")
    held = {True: say("word-holds-share"), False: say("word-no-proof"), None: say("word-no-answer")}
    told = ((one.custodian, one.index, held[one.holds], one.why or "") for one in rows)
    return table(say("word-drill"), columns, told, right=(1,))


def custodians(say: Messages, rows: Iterable[Custodian]) -> Table:
    columns = [say("word-name"), say("word-account")]
    return table(say("word-custodians"), columns, ((one.name, one.account) for one in rows))


def _role(say: Messages, escrow: EscrowView, me: str) -> str:
    if me in escrow.custodians:
        share = say("word-custodian-number", number=str(escrow.custodians.index(me) + 1))
        return say("word-owner-and", role=share) if me == escrow.owner else share
    if me == escrow.owner:
        return say("state-role-owner")
    return say("word-heir") if me == escrow.heir else ""
