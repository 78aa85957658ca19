"""What an auditor sees."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from wallet_cli.audit import AuditReport
from wallet_cli.final_state import ContractStorage
from wallet_cli.messages import Messages
from wallet_cli.output import facts, short, table
from wallet_cli.recorded_events import RecordedEvent


def report(say: Messages, one: AuditReport) -> RenderableType:
    """The verdict with its counts."""
    counts = one.counts
    rows: list[tuple[str, object]] = [
        ("blocks", one.blocks),
        ("transactions", one.transactions),
        ("events", one.events),
        ("members", counts["members"]),
        ("answers", counts["answers"]),
        ("coins", "{coins_granted} granted - {coins_burnt} burnt = {coins_supply}".format_map(counts)),
        ("consents", _states(counts, "consents_", ("used",))),
        ("requests", _states(counts, "requests_")),
        ("disclosures", "{disclosures}, from {consents_used} consents".format_map(counts)),
        ("coupons", "{coupons_issued} issued, {coupons_redeemed} redeemed".format_map(counts)),
        ("escrows", "{escrows}, {escrows_opened} opened".format_map(counts)),
        ("compared", f"{one.values_compared} values of the final state with what the events told"),
        ("head", one.head_hash),
        ("seconds", f"{one.seconds:.1f}"),
    ]
    verdict = Text("The chain is true.", "bold green") if one.is_true else Text("The chain is FALSE.", "bold red")
    falsehoods = table(
        "What is false",
        ["block", "what", "why"],
        ((finding.block, finding.field, finding.reason) for finding in one.violations),
    )
    remarks = [Text(f"note: {remark.field} {remark.reason}", "yellow") for remark in one.remarks]
    slots = [storage(say, one.storage)] if one.storage else []
    return Group(facts("Audit", rows), *slots, *remarks, *([] if one.is_true else [falsehoods]), verdict)


def storage(say: Messages, contracts: Sequence[ContractStorage]) -> Table:
    """How many slots each contract holds, and how far the records told what is in them."""
    columns = ("contract", "slots", "by-value", "in-part", "by-key", "false", "storage-root")
    return table(
        say("storage"),
        [say(column) for column in columns],
        (
            (
                one.contract,
                one.slots,
                one.by_value,
                _named(one.in_part),
                _named(one.by_key),
                one.violations,
                say("rebuilt") if one.root_rebuilt else say("not-rebuilt"),
            )
            for one in contracts
        ),
        right=(1, 2, 5),
    )


def events(say: Messages, rows: Iterable[RecordedEvent]) -> Table:
    return table(
        "Events",
        ["block", say("time"), "event", "values", "transaction"],
        (
            (
                event.block,
                "" if event.time is None else say.moment(event.time),
                event.name,
                "\n".join(f"{name} {value}" for name, value in event.values.items()),
                short(event.transaction or ""),
            )
            for event in rows
        ),
        right=(0,),
    )


def _named(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "0"


def _states(counts: Mapping[str, int], prefix: str, apart: Sequence[str] = ()) -> str:
    named = {name.removeprefix(prefix): count for name, count in counts.items() if name.startswith(prefix)}
    return ", ".join(f"{count} {name}" for name, count in named.items() if count and name not in apart) or "0"
