"""What the API shows of escrows: kept documents and shares joined with what the ledger says of them."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, NotFoundError
from bank_api.protocol.kinds import EscrowStanding, OpeningStanding
from bank_api.protocol.messages.said import said
from bank_api.store.tables import EscrowRow, OpeningRow
from bank_api.views.kept import escrow_row, opening_row
from chaincode.bindings import Role
from chaincode.events import (
    Contributed,
    EscrowActivated,
    EscrowOpened,
    EscrowReplaced,
    Event,
    OpeningRequested,
    OpeningVetoed,
    ShareAcknowledged,
)
from chaincode.ids import EMPTY_ID, NOBODY, to_hex
from chaincode.typed_data import EscrowPolicy


def custodians(bank: Bank) -> list[dict[str, Any]]:
    active = bank.index.active_with(Role.CUSTODIAN)
    people = [person for person in bank.directory.people_with_role("custodian") if person.account in active]
    return [{"account": p.account, "name": p.name, "encryption_key": p.encryption_key} for p in people]


def escrow_ids(bank: Bank, account: str) -> Sequence[str]:
    return bank.escrows.ids_of(account)


def escrows(bank: Bank, account: str, escrow_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Those of somebody's escrows, one document after the other: each may have a megabyte."""
    histories = bank.index.events_about_each(escrow_ids)
    rows = ((one, bank.escrows.escrow(one)) for one in escrow_ids)
    return [_escrow(bank, row, histories.get(one, []), account) for one, row in rows if row is not None]


def _escrow(bank: Bank, row: EscrowRow, history: Sequence[Event], account: str) -> dict[str, Any]:
    """As it concerns an account: an heir is shown of its openings those that it asked for."""
    policy = EscrowPolicy.from_json(json.loads(row.message))
    sees_all = account == row.owner or account in policy.custodians
    asked = bank.escrows.openings_of(row.escrow_id)
    openings = [one.opening_id for one in asked]
    shown = [one.opening_id for one in asked if sees_all or one.requester == account]
    successor = next((to_hex(event.successor) for event in history if isinstance(event, EscrowReplaced)), None)
    if successor is not None:
        state = EscrowStanding.REPLACED
    elif bank.index.events_about_each(openings, EscrowOpened):
        state = EscrowStanding.OPENED
    else:
        state = EscrowStanding.ACTIVE if _has(history, EscrowActivated) else EscrowStanding.CREATED
    return {
        "escrow_id": row.escrow_id,
        "owner": row.owner,
        "title": row.title,
        "threshold": policy.threshold,
        "custodians": list(policy.custodians),
        "commitments_hash": to_hex(policy.commitments_hash),
        "document_hash": to_hex(policy.document_hash),
        "policy": json.loads(row.message),
        "state": state,
        "acknowledged": [event.custodian for event in history if isinstance(event, ShareAcknowledged)],
        "document_base64": base64.b64encode(row.document).decode(),
        "commitments_base64": base64.b64encode(row.commitments).decode(),
        "openings": shown,
        "heir": None if policy.heir == NOBODY else policy.heir,
        "replaces": None if policy.replaces == EMPTY_ID else to_hex(policy.replaces),
        "replaced_by": successor,
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
    row = check_concerned(bank, account, opening_id)
    history = bank.index.events_about(opening_id)
    requested = next((event for event in history if isinstance(event, OpeningRequested)), None)
    if requested is None:
        raise NotFoundError("opening", opening_id)
    person = bank.directory.person(row.requester)
    view = {
        "opening_id": opening_id,
        "escrow_id": row.escrow_id,
        "requester": row.requester,
        "requester_name": person.name if person else None,
        "reason": row.reason,
        "state": state_of(history, requested.not_before, bank.ledger_time()),
        "ready_at": requested.not_before,
        "recipient_key": row.recipient_key,
        "request": json.loads(row.message),
    }
    view["refusals"] = refusals(bank, account, row, history)
    if account == row.requester:
        view["contributions"] = _contributions(bank, opening_id, history)
    return view


def refusals(bank: Bank, account: str, row: OpeningRow, history: Sequence[Event]) -> list[dict[str, Any]]:
    """Who will not contribute; why, to the requester and to who said it. Who contributed later has not refused."""
    gave = {event.custodian for event in history if isinstance(event, Contributed)}
    kept = sorted(bank.escrows.refusals(row.opening_id), key=lambda one: (one.refused_at, one.custodian))
    return [
        {
            "custodian": one.custodian,
            "reason": one.reason if account in (row.requester, one.custodian) else None,
            "refused_at": one.refused_at,
        }
        for one in kept
        if one.custodian not in gave
    ]


def check_concerned(bank: Bank, account: str, opening_id: str) -> OpeningRow:
    """The opening, for its requester, the escrow's owner and its custodians."""
    row = opening_row(bank, opening_id)
    owner = escrow_row(bank, row.escrow_id).owner
    if account not in (row.requester, owner) and bank.escrows.share(row.escrow_id, account) is None:
        raise ForbiddenError(said("refusal-opening-of-others"))
    return row


def state_of(history: Sequence[Event], ready_at: int, now: int) -> OpeningStanding:
    """`history`: all events about an opening; `ready_at`: when contributions begin."""
    if _has(history, OpeningVetoed):
        return OpeningStanding.VETOED
    if _has(history, EscrowOpened):
        return OpeningStanding.OPENED
    return OpeningStanding.OPEN if now >= ready_at else OpeningStanding.WAITING


def _contributions(bank: Bank, opening_id: str, history: Sequence[Event]) -> list[dict[str, Any]]:
    """Only what the ledger recorded, byte for byte."""
    recorded = {
        (event.custodian, to_hex(event.contribution_hash)) for event in history if isinstance(event, Contributed)
    }
    return [
        {"custodian": row.custodian, "sealed_base64": base64.b64encode(row.sealed).decode()}
        for row in bank.escrows.contributions(opening_id)
        if (row.custodian, row.content_hash) in recorded
    ]


def _has(history: Sequence[Event], kind: type[Event]) -> bool:
    return any(isinstance(event, kind) for event in history)
