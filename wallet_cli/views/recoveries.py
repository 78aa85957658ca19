"""Who may replace a lost key, and how far that has come."""

from rich.console import Group, RenderableType

from bank_api.protocol.shapes.recoveries import Recoveries
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short


def recoveries(say: Messages, found: Recoveries, is_entrusted: bool | None = None) -> RenderableType:
    """`is_entrusted`: whether guardians hold shares of one's encryption key; None of somebody else's account."""
    circle = found.guardians
    if circle is None:
        rows: list[tuple[str, object]] = [(say("word-guardians"), say("word-no-guardians"))]
    else:
        people = "\n".join(f"{one.account} {one.name}".strip() for one in circle.guardians)
        of = say("word-of", part=str(circle.threshold), whole=str(len(circle.guardians)))
        rows = [
            (say("word-guardians"), people),
            (say("word-k-of-n"), of),
            (say("word-guardians-since"), say.moment(circle.since)),
        ]
    if is_entrusted is not None:
        rows.append(
            (say("word-entrusted-key"), say("word-key-entrusted" if is_entrusted else "word-key-not-entrusted"))
        )
    columns = say.words("id", "new-key", "approvals", "begun", "veto-until", "state")
    listed = (
        (
            short(one.recovery_id),
            one.new_key,
            one.approvals,
            say.moment(one.begun_at),
            say("word-no-veto-until" if one.is_final else "word-veto-then", until=say.moment(one.ready_at)),
            say.named("state", one.state),
        )
        for one in found.recoveries
    )
    return Group(facts(found.account, rows), table(say("word-recoveries"), columns, listed, right=(2,)))
