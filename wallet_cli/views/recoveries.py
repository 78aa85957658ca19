"""Who may replace a lost key, and how far that has come."""

from collections.abc import Iterable

from rich.console import Group, RenderableType

from bank_api.protocol.shapes.recoveries import Recoveries
from wallet_cli.entrusted_keys import Holders
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short


def recoveries(say: Messages, found: Recoveries, own: Iterable[tuple[str, object]] = ()) -> RenderableType:
    """`own`: what only the account's own wallet can say, as names and values."""
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
    rows += own
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


def entrusted(say: Messages, holders: Holders | None) -> tuple[str, object]:
    """Whether documents and records would come back, in a row."""
    if holders is None:
        return say("word-entrusted-key"), say("word-key-not-entrusted")
    numbers = {"count": str(holders.count), "threshold": str(holders.threshold)}
    return say("word-entrusted-key"), say("word-key-entrusted" if holders.opens else "word-key-too-few", **numbers)
