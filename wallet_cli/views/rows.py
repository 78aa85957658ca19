"""A member's own rows in releases, as checked by the wallet."""

from rich.console import RenderableType
from rich.text import Text

from bank_api.protocol.shapes.releases import ReleaseView
from bank_api.protocol.shapes.rows import RowPreview
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short
from wallet_cli.own_row import Checked


def rows(say: Messages, found: list[tuple[ReleaseView, Checked]]) -> RenderableType:
    if not found:
        return Text(say("row-none"))
    columns = [*say.words("id", "recipient"), say("row-yours"), say("row-alike"), say("word-state")]
    return table(
        say("row-title"),
        columns,
        (
            (
                short(release.release_id),
                release.recipient,
                ", ".join(f"{name}: {value}" for name, value in one.row.items()),
                _alike(say, release, one),
                say(_left_out(release)) if one.left_out else say("row-holds"),
            )
            for release, one in found
        ),
    )


def _left_out(release: ReleaseView) -> str:
    return "row-left-out-homes" if release.come_and_go else "row-left-out"


def _alike(say: Messages, release: ReleaseView, one: Checked) -> str:
    if one.left_out:
        return ""
    if one.together is not None:
        return say("row-together", k=release.k, together=one.together)
    return say("row-not-counted", k=release.k) if one.counted is None else str(one.counted)


def preview(say: Messages, recipient: str, seen: RowPreview) -> RenderableType:
    if not seen.row:
        return Text(say("row-preview-none", k=seen.k, consents=seen.consents))
    rows: list[tuple[str, object]] = list(seen.row.items())
    rows.append((say("row-preview-people"), seen.people))
    if seen.answers_together is not None:
        rows.append((say("row-preview-together"), seen.answers_together))
    rows.append((say("word-coins"), seen.coins))
    return facts(say("row-preview-title", recipient=recipient), rows)
