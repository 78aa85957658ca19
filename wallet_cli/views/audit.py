"""What an auditor sees."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from wallet_cli.audit import AuditReport, RecordedEvent
from wallet_cli.messages import Messages
from wallet_cli.output import facts, short, table


def report(one: AuditReport) -> RenderableType:
    """The verdict with its counts."""
    rows: list[tuple[str, object]] = [
        ("blocks", one.blocks),
        ("transactions", one.transactions),
        ("events", one.events),
        ("coins", f"{one.coins_granted} granted - {one.coins_burnt} burnt = {one.coins_supply} in being"),
        ("consents", f"{one.consents}, {one.consents_in_force} in force"),
        ("disclosures", one.disclosures),
        ("coupons", f"{one.coupons_issued} issued, {one.coupons_redeemed} redeemed"),
        ("escrows", f"{one.escrows}, {one.escrows_opened} opened"),
        ("values compared", f"{one.values_compared} of the final state with what the events told"),
        ("head", one.head_hash),
        ("seconds", f"{one.seconds:.1f}"),
    ]
    verdict = Text("The chain is true.", "bold green") if one.is_true else Text("The chain is FALSE.", "bold red")
    falsehoods = table(
        "What is false",
        ["block", "what", "why"],
        ((finding.block, finding.subject, finding.reason) for finding in one.violations),
    )
    return Group(facts("Audit", rows), *([] if one.is_true else [falsehoods]), verdict)


def events(say: Messages, rows: Iterable[RecordedEvent]) -> Table:
    return table(
        "Events",
        ["block", say("time"), "event", "values", "transaction"],
        (
            (
                event.block,
                "" if event.time is None else say.moment(event.time),
                event.name,
                "\n".join(f"{name} {_value(value)}" for name, value in event.values.items()),
                short(event.transaction),
            )
            for event in rows
        ),
        right=(0,),
    )


def _value(value: object) -> str:
    return escape(str(value))
