"""What owners and custodians see of escrows."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from bank_api.protocol.shapes import Custodian, EscrowView, OpeningView
from wallet_cli.messages import Messages
from wallet_cli.output import facts, short, table


def escrows(rows: Iterable[EscrowView], me: str) -> Table:
    return table(
        "Escrows",
        ["id", "title", "k of n", "I am", "acknowledged", "state", "openings"],
        (
            (
                short(one.escrow_id),
                one.title,
                f"{one.threshold} of {len(one.custodians)}",
                _role(one, me),
                f"{len(one.acknowledged)} of {len(one.custodians)}",
                one.state,
                "\n".join(short(opening) for opening in one.openings),
            )
            for one in rows
        ),
    )


def opening(say: Messages, one: OpeningView) -> Text:
    rows: list[tuple[str, object]] = [
        ("id", one.opening_id),
        ("escrow", one.escrow_id),
        ("asked for by", one.requester),
        ("because", one.reason.split("\n")[0]),
        ("state", one.state),
        ("open from", say.moment(one.ready_at)),
    ]
    if one.contributions is not None:
        rows.append(("contributions", len(one.contributions)))
    return facts("Opening", rows)


def custodians(rows: Iterable[Custodian]) -> Table:
    return table("Custodians", ["name", "account"], ((one.name, one.account) for one in rows))


def _role(escrow: EscrowView, me: str) -> str:
    if me in escrow.custodians:
        share = f"custodian {escrow.custodians.index(me) + 1}"
        return f"owner, {share}" if me == escrow.owner else share
    return "owner" if me == escrow.owner else ""
