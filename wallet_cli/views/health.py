"""How the bank is, as its operator reads it: what is wrong first, then the figures."""

from rich.console import Group, RenderableType
from rich.text import Text

from bank_api.protocol.shapes.health import OperatorHealth
from wallet_cli.layout import facts
from wallet_cli.messages import Messages
from wallet_cli.views.files import size


def health(say: Messages, found: OperatorHealth) -> RenderableType:
    if not found.trouble:
        first = Text(say("desk-health-well"), "bold green")
    else:
        first = Text("\n").join(Text(say(f"desk-trouble-{kind}"), "bold red") for kind in found.trouble)
    return Group(first, facts(say("desk-health"), _figures(say, found)))


def _figures(say: Messages, found: OperatorHealth) -> list[tuple[str, object]]:
    asked, notices, disk, rotation = found.requests, found.notices, found.disk, found.rotation
    free = say("desk-health-of", part=size(disk.free_bytes), whole=size(disk.whole_bytes))
    rows: list[tuple[str, object]] = [
        (
            say("desk-health-node", name=one.name),
            say("desk-health-silent") if one.block_number is None else one.block_number,
        )
        for one in found.nodes
    ]
    rows += [
        (say("desk-health-read"), found.index_block),
        (say("desk-health-block-time"), say.moment(found.block_time)),
        (say("desk-health-since"), say.moment(asked.since)),
        (say("desk-health-answered"), asked.answered),
        (say("desk-health-faults"), asked.faults),
        (say("desk-health-too-many"), asked.too_many),
        (say("desk-health-batches"), asked.batches),
        (say("desk-health-batches-failed"), asked.batches_failed),
        (say("desk-health-disk"), free),
    ]
    rows += [
        (say("desk-health-store", name=one.name), say("desk-health-people", people=one.people, silent=one.silent))
        for one in found.stores
    ]
    rows += [
        (say("desk-health-notices-waiting"), notices.waiting),
        (say("desk-health-notices-given-up"), notices.given_up),
        (
            say("desk-health-webhooks-stopped"),
            say("desk-health-of", part=notices.webhooks_stopped, whole=notices.webhooks),
        ),
    ]
    if rotation is not None:
        passed = say("desk-health-of", part=rotation.done, whole=rotation.accounts)
        rows.append((say("desk-health-rotation"), passed))
    return rows
