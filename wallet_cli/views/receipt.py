"""A receipt as a person reads it: only what was checked."""

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from bank_api.protocol.kinds import word_of
from wallet_cli.layout import facts, table
from wallet_cli.messages import Messages
from wallet_cli.output import short
from wallet_cli.receipt import STATUS


def receipt(say: Messages, readable: dict[str, Any], witness: str | None) -> RenderableType:
    processing, event, ledger = readable["processing"], readable["event"], readable["ledger"]
    recipient = readable["party_identification"][2]
    rows = [
        ("receipt-member", readable["header"]["pii_principal_id"]),
        ("receipt-recipient", recipient["party_name"]),
        ("receipt-purpose", processing["dpv:hasPurpose"]["dct:title"]),
        ("receipt-purpose-called", processing["dpv:hasPurpose"].get("azukari:name")),
        ("receipt-items", ", ".join(processing["dpv:hasPersonalData"])),
        ("receipt-state", _state(say, event["event_state"])),
        ("receipt-signed", say.moment(event["event_time"])),
        ("receipt-signer", event["signed_by"]),
        ("receipt-until", say.moment(event["validity"]["until"])),
        ("receipt-uses", f"{event['uses']['used']} / {event['uses']['maximum']}"),
        ("receipt-retention", processing["dpv:hasStorageCondition"]["retention_days_at_recipient"]),
        ("receipt-coins", processing["azukari:coins"]),
        ("receipt-block", f"{ledger['block']} ({say.moment(ledger['time'])})"),
    ]
    seen = say("receipt-alone") if witness is None else say("receipt-seen", witness=witness)
    shown: list[RenderableType] = [
        facts(say("receipt-holds"), [(say(name), value) for name, value in rows if value is not None])
    ]
    if readable["disclosures"]:
        shown.append(_disclosures(say, readable["disclosures"]))
    return Group(*shown, Text(seen))


def _state(say: Messages, status: str) -> str:
    """A consent's state in words; its DPV term where it is none that consents have."""
    known = next((word_of(state) for state, term in STATUS.items() if term == status), None)
    return status.partition(":")[2] if known is None else say.named("state", known)


def _disclosures(say: Messages, rows: list[dict[str, Any]]) -> RenderableType:
    return table(
        say("receipt-disclosures"),
        say.words("id", "time", "payload-root"),
        ((short(one["release_id"]), say.moment(one["event_time"]), one["payload_root"]) for one in rows),
    )
