"""What operator, board and guardians did to others, in sentences."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.table import Table

from bank_api.protocol.kinds import word_of
from chaincode.bindings import Role
from chaincode.ids import NOBODY
from chaincode.powers import Power, UseOfPower
from wallet_cli.layout import table
from wallet_cli.messages import Messages
from wallet_cli.output import short
from wallet_cli.recorded_events import RecordedEvent

OF_MANY = (Power.RULED_CONSENT, Power.REVOKED)
"""What is done for many people at once: `--json` names each."""


def powers(say: Messages, rows: Sequence[tuple[UseOfPower, RecordedEvent]]) -> Table:
    return table(
        say("word-powers"),
        say.words("block", "time", "what", "transaction"),
        (
            (
                event.block,
                "" if event.time is None else say.moment(event.time),
                told,
                short(event.transaction or ""),
            )
            for told, event in _gathered(say, rows)
        ),
        right=(0,),
    )


def _gathered(say: Messages, rows: Sequence[tuple[UseOfPower, RecordedEvent]]) -> Iterator[tuple[str, RecordedEvent]]:
    """Sentences in order; one for all the people whom one transaction spoke for."""
    for (power, _), some in groupby(rows, lambda row: (row[0].power, row[1].transaction)):
        found = list(some)
        if power in OF_MANY and len(found) > 1:
            yield say(f"power-many-{power}", count=len(found)), found[0][1]
        else:
            yield from ((sentence(say, use), event) for use, event in found)


def sentence(say: Messages, use: UseOfPower) -> str:
    """What happened, in the reader's language; accounts whole, so that they can be compared."""
    told = say(
        f"power-{use.power}" if use.power != Power.ENROLLED or use.other != NOBODY else "power-enrolled-alone",
        account=use.account,
        other="–" if use.other == NOBODY else use.other,
        role=say.named("state-role", word_of(Role(use.role))) if use.role else "–",
        count=use.count,
        time=say.moment(use.time),
    )
    return f"{told} {say('power-signed-by', names=', '.join(use.signers))}" if use.signers else told
