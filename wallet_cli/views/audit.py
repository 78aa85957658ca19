"""What an auditor sees."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bank_api.protocol.messages.said import tell
from wallet_cli.audit import AuditReport
from wallet_cli.final_state import ContractStorage
from wallet_cli.finding import Finding
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short
from wallet_cli.recorded_events import RecordedEvent

if TYPE_CHECKING:
    from wallet_cli.audited_release import AuditedRelease
    from wallet_cli.chain_copies import CopyCompared
    from wallet_cli.watching import Seen


def report(say: Messages, one: AuditReport) -> RenderableType:
    """The verdict with its counts."""
    counts = {name: str(count) for name, count in one.counts.items()}
    rows: list[tuple[str, object]] = [
        ("blocks", one.blocks),
        ("transactions", one.transactions),
        ("events", one.events),
        ("members", counts["members"]),
        ("answers", counts["answers"]),
        (
            "coins",
            _of(say, "word-audit-coins", counts, granted="coins_granted", burnt="coins_burnt", supply="coins_supply"),
        ),
        ("consents", _states(say, one.counts, "consents_", ("used",))),
        ("requests", _states(say, one.counts, "requests_")),
        ("disclosures", _of(say, "word-audit-disclosures", counts, count="disclosures", consents="consents_used")),
        ("coupons", _of(say, "word-audit-coupons", counts, issued="coupons_issued", redeemed="coupons_redeemed")),
        ("escrows", _of(say, "word-audit-escrows", counts, count="escrows", opened="escrows_opened")),
        ("compared", say("word-audit-compared", count=str(one.values_compared))),
        ("head", one.head_hash),
        ("seconds", f"{one.seconds:.1f}"),
    ]
    told = facts(say("word-audit"), [(say(f"word-{name}"), value) for name, value in rows])
    verdict = Text(agreement(say, one), "bold green") if one.is_true else Text(say("word-audit-false"), "bold red")
    falsehoods = table(
        say("word-falsehoods"),
        [say("word-block"), say("word-what"), say("word-why")],
        ((finding.block, *_told(say, finding)) for finding in one.violations),
    )
    remarks = []
    for remark in one.remarks:
        field, reason = _told(say, remark)
        remarks.append(Text(say("word-audit-note", field=field, reason=reason), "yellow"))
    slots = [storage(say, one.storage)] if one.storage else []
    stamps = one.compared_with.stamps_not_checked
    hint = [Text(say("word-audit-stamps-not-checked", count=str(stamps)), "yellow")] if stamps else []
    late = [stamp.seconds_after_block for stamp in one.compared_with.stamps]
    hint += [Text(say("word-audit-stamped-after", seconds=str(max(late))), "yellow")] if late else []
    return Group(told, *slots, *remarks, *hint, *([] if one.is_true else [falsehoods]), verdict)


def agreement(say: Messages, one: AuditReport) -> str:
    """That the chain is true, and with whom it was compared."""
    if one.nodes_asked:
        return say("word-audit-true-as-nodes-tell", count=one.nodes_asked)
    found = one.compared_with
    counts = {
        "checkpoints": found.checkpoints,
        "followers": len(found.followers),
        "receipts": found.receipts,
        "stamps": len(found.stamps),
    }
    named = [say(f"word-audit-agrees-{name}", count=count) for name, count in counts.items() if count]
    return say("word-audit-true", witnesses=", ".join(named)) if named else say("word-audit-true-for-this-copy")


def storage(say: Messages, contracts: Sequence[ContractStorage]) -> Table:
    """How many slots each contract holds, and how far the records told what is in them."""
    columns = say.words("contract", "slots", "by-value", "in-part", "by-key", "false", "storage-root")
    return table(
        say("word-storage"),
        columns,
        (
            (
                one.contract,
                one.slots,
                one.by_value,
                _named(one.in_part),
                _named(one.by_key),
                one.violations,
                say("word-rebuilt") if one.root_rebuilt else say("word-not-rebuilt"),
            )
            for one in contracts
        ),
        right=(1, 2, 5),
    )


def events(say: Messages, rows: Iterable[RecordedEvent]) -> Table:
    return table(
        say("word-events"),
        say.words("block", "time", "event", "values", "transaction"),
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


def _told(say: Messages, finding: Finding) -> tuple[object, object]:
    return tell(say, finding.field), tell(say, finding.reason)


def audited_release(say: Messages, one: "AuditedRelease") -> RenderableType:
    """Each check with its outcome, what the attacks found, and the verdict."""
    checks = table(
        say("word-release"),
        [say("word-what"), say("word-outcome"), say("word-why")],
        (
            (
                say.named("check", check.name),
                say.named("outcome", check.outcome),
                check.why.told(say) if check.why else "",
            )
            for check in one.checks
        ),
    )
    figures = [
        facts(name, [(say.named("word-attack", figure), value) for figure, value in found.items()])
        for name, found in one.figures.items()
    ]
    word, colour = ("word-release-true", "bold green") if one.is_true else ("word-release-false", "bold red")
    return Group(checks, *figures, Text(say(word), colour))


def seen(say: Messages, one: "Seen") -> RenderableType:
    """One look at a growing chain: what the new blocks recorded, and whether the rules hold."""
    named = ", ".join(f"{count} {name}" for name, count in one.events.items()) or "0"
    if one.is_true and not one.blocks:
        return Text(say("word-watch-nothing", last=str(one.last)))
    if one.is_true:
        return Text(say("word-watch-blocks", first=str(one.first), last=str(one.last), events=named))
    rows = ((finding.block, *_told(say, finding)) for finding in one.findings)
    falsehoods = table(say("word-falsehoods"), [say("word-block"), say("word-what"), say("word-why")], rows)
    return Group(falsehoods, Text(say("word-audit-false"), "bold red"))


def copy_compared(say: Messages, one: "CopyCompared") -> RenderableType:
    """Whether a copy is the chain that others saw; who saw it otherwise, where, and how."""
    found = one.rewritten
    if found is None:
        return Text(
            say("word-copy-agrees", checkpoints=one.checkpoints, witnesses=", ".join(one.witnesses)), "bold green"
        )
    witness, reason = _told(say, found)
    rows = [(say("word-block"), found.block), (say("word-witness"), witness), (say("word-why"), reason)]
    return Group(facts(say("word-audit"), rows), Text(say("word-copy-rewritten"), "bold red"))


def _named(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "0"


def _of(say: Messages, message: str, counts: Mapping[str, str], **names: str) -> str:
    return say(message, **{name: counts[count] for name, count in names.items()})


def _states(say: Messages, counts: Mapping[str, int], prefix: str, apart: Sequence[str] = ()) -> str:
    named = {name.removeprefix(prefix): count for name, count in counts.items() if name.startswith(prefix)}
    told = (
        say("word-counted", name=say.named("state", name), count=str(count))
        for name, count in named.items()
        if count and name not in apart
    )
    return ", ".join(told) or "0"
