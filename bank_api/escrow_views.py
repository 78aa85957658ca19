"""What the API shows of escrows: kept documents and shares joined with what the ledger says of them."""

import base64
import json
from typing import Any

from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, NotFoundError
from bank_api.flows.recover import escrow_row, opening_row
from bank_api.tables import EscrowRow
from chaincode.typed_data import EscrowPolicy


def custodians(bank: Bank) -> list[dict[str, Any]]:
    people = bank.directory.people_with_role("custodian")
    return [{"account": p.account, "name": p.name, "encryption_key": p.encryption_key} for p in people]


def escrows(bank: Bank, account: str) -> list[dict[str, Any]]:
    bank.catch_up()
    rows = bank.escrows.escrows_of(account)
    return [_escrow(bank, row) for row in rows if bank.index.events_about(row.escrow_id, "EscrowCreated")]


def _escrow(bank: Bank, row: EscrowRow) -> dict[str, Any]:
    policy = EscrowPolicy.from_json(json.loads(row.message))
    events = bank.index.events_about(row.escrow_id)
    openings = bank.escrows.openings_of(row.escrow_id)
    opened = any(bank.index.events_about(opening.opening_id, "EscrowOpened") for opening in openings)
    active = any(event.name == "EscrowActivated" for event in events)
    return {
        "escrow_id": row.escrow_id,
        "owner": row.owner,
        "title": row.title,
        "threshold": policy.threshold,
        "custodians": list(policy.custodians),
        "commitments_hash": "0x" + policy.commitments_hash.hex(),
        "document_hash": "0x" + policy.document_hash.hex(),
        "state": "opened" if opened else "active" if active else "created",
        "acknowledged": [event.account for event in events if event.name == "ShareAcknowledged"],
        "document_base64": base64.b64encode(row.document).decode(),
        "commitments_base64": base64.b64encode(row.commitments).decode(),
        "openings": [opening.opening_id for opening in openings],
    }


def share(bank: Bank, account: str, escrow_id: str) -> dict[str, Any]:
    """A custodian's own sealed share; nobody else's."""
    row = escrow_row(bank, escrow_id)
    kept = bank.escrows.share(escrow_id, account)
    if kept is None:
        raise NotFoundError("share of yours in escrow", escrow_id)
    return {
        "sealed_base64": base64.b64encode(kept.sealed).decode(),
        "commitments_base64": base64.b64encode(row.commitments).decode(),
    }


def opening(bank: Bank, account: str, opening_id: str) -> dict[str, Any]:
    """An opening as the ledger has it; the sealed contributions are shown to the requester alone."""
    row = opening_row(bank, opening_id)
    escrow = escrow_row(bank, row.escrow_id)
    bank.catch_up()
    events = {event.name: event for event in bank.index.events_about(opening_id)}
    if "OpeningRequested" not in events:
        raise NotFoundError("opening", opening_id)
    if account not in (row.requester, escrow.owner) and bank.escrows.share(row.escrow_id, account) is None:
        raise ForbiddenError("this opening concerns others")
    ready_at = json.loads(events["OpeningRequested"].data)["not_before"]
    view = {
        "opening_id": opening_id,
        "escrow_id": row.escrow_id,
        "requester": row.requester,
        "reason": row.reason,
        "state": _state(set(events), ready_at, bank.ledger_time()),
        "ready_at": ready_at,
        "recipient_key": row.recipient_key,
    }
    if account == row.requester:
        view["contributions"] = _contributions(bank, opening_id)
    return view


def _state(names: set[str], ready_at: int, now: int) -> str:
    if "OpeningVetoed" in names:
        return "vetoed"
    if "EscrowOpened" in names:
        return "opened"
    return "open" if now >= ready_at else "waiting"


def _contributions(bank: Bank, opening_id: str) -> list[dict[str, Any]]:
    """Only what the ledger recorded, byte for byte."""
    events = [json.loads(event.data) for event in bank.index.events_about(opening_id, "Contributed")]
    recorded = {(event["custodian"], event["contribution_hash"]) for event in events}
    return [
        {"custodian": row.custodian, "sealed_base64": base64.b64encode(row.sealed).decode()}
        for row in bank.escrows.contributions(opening_id)
        if (row.custodian, row.content_hash) in recorded
    ]
