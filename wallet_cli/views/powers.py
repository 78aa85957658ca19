"""What operator, board and guardians did to others, in sentences."""

from collections.abc import Sequence

from rich.table import Table

from bank_api.protocol.kinds import word_of
from chaincode.bindings import Role
from chaincode.ids import NOBODY
from chaincode.powers import UseOfPower
from wallet_cli.layout import table
from wallet_cli.messages import Messages
from wallet_cli.output import short
from wallet_cli.recorded_events import RecordedEvent


def powers(say: Messages, rows: Sequence[tuple[UseOfPower, RecordedEvent]]) -> Table:
    return table(
        say("word-powers"),
        say.words("block", "time", "what", "transaction"),
        (
            (
                event.block,
                "" if event.time is None else say.moment(event.time),
                sentence(say, use),
                short(event.transaction or ""),
            )
            for use, event in rows
        ),
        right=(0,),
    )


def sentence(say: Messages, use: UseOfPower) -> str:
    """What happened, in the reader's language; accounts whole, so that they can be compared."""
    return say(
        f"power-{use.power}",
        account=use.account,
        other="–" if use.other == NOBODY else use.other,
        role=say.named("state-role", word_of(Role(use.role))) if use.role else "–",
        count=use.count,
        time=say.moment(use.time),
    )
