"""How the release key is held, its ceremony, and what the board is asked to open."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table

from bank_api.protocol.shapes.shared_key import KeyEpoch, OpeningSummary, ReleaseKeyView
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short


def release_key(say: Messages, known: ReleaseKeyView) -> RenderableType:
    parts: list[RenderableType] = []
    if known.standing is None:
        parts.append(say("line-key-of-bank"))
    else:
        threshold, count = known.standing.threshold, len(known.standing.keepers)
        parts.append(say("line-key-of-board", threshold=threshold, count=count))
        if known.standing.passed_at is None:
            parts.append(say("line-key-passing"))
    if known.ceremony is not None:
        parts.append(epoch(say, known.ceremony))
    return Group(*parts)


def epoch(say: Messages, one: KeyEpoch) -> Table:
    """A ceremony: who has dealt, who has confirmed."""
    yes, no = say("word-yes"), say("word-no")
    dealt = {deal.account for deal in one.deals}
    rows = [
        (
            keeper.name,
            keeper.account,
            yes if keeper.account in dealt else no if keeper.account in one.dealers else "",
            yes if keeper.confirmation else no,
        )
        for keeper in one.keepers
    ]
    title = say("line-key-ceremony", threshold=one.threshold, count=len(one.keepers))
    return table(title, say.words("name", "account", "dealt", "confirmed"), rows)


def openings(say: Messages, found: Iterable[OpeningSummary]) -> Table:
    rows = [
        (
            short(one.opening_id),
            say.named("state-opening-of", one.kind),
            short(one.subject),
            one.documents,
            f"{len(one.given_by)} / {one.threshold}",
            say.moment(one.asked_at),
        )
        for one in found
    ]
    columns = say.words("id", "kind", "subject", "documents-counted", "contributed", "asked-at")
    return table(say("word-answers-openings"), columns, rows, right=(3,))


def opening(say: Messages, one: OpeningSummary) -> RenderableType:
    return facts(
        say("word-answers-openings"),
        [
            (say("word-id"), one.opening_id),
            (say("word-kind"), say.named("state-opening-of", one.kind)),
            (say("word-subject"), one.subject),
            (say("word-documents-counted"), one.documents),
            (say("word-contributed"), f"{len(one.given_by)} / {one.threshold}"),
        ],
    )
