"""Delegations as the ledger has them: the last word about each pair of accounts, while the key that gave it stands."""

from typing import Any

from bank_api.bank import Bank
from bank_api.index.rows import position_of
from bank_api.protocol.kinds import DelegationStanding, word_of
from chaincode.bindings import DelegationRecord, Scope
from chaincode.events import Delegated, KeyRotated
from chaincode.ids import EMPTY_ID, to_hex


def standing(bank: Bank, account: str, delegate: str) -> DelegationRecord | None:
    """What a delegate may do for an account now; None if nothing."""
    last = _last(bank, account).get((account, delegate))
    if last is None or _state(bank, last) is not DelegationStanding.ACTIVE:
        return None
    return DelegationRecord(Scope(last.scope), last.until, last.since, None)


def delegations(bank: Bank, account: str) -> dict[str, Any]:
    """Who may act for an account, for whom it may, and what others did in its name."""
    names = bank.directory.names()
    found = list(_last(bank, account).values())
    received = [one for one in found if one.delegate == account]
    own = {one.account: bank.directory.person(one.account) for one in received}
    acts = sorted(bank.catalog.delegated_acts(account), key=lambda row: -row.sent_at)
    return {
        "given": [_view(bank, one, names.get(one.delegate)) for one in found if one.account == account],
        "received": [_view(bank, one, person.name if (person := own[one.account]) else None) for one in received],
        "acts": [row.model_dump(exclude={"account"}) for row in acts],
    }


def _last(bank: Bank, account: str) -> dict[tuple[str, str], Delegated]:
    """The last word about each pair of accounts that this one is part of."""
    return {(one.account, one.delegate): one for one in bank.index.events_of(account, Delegated)}


def _view(bank: Bank, event: Delegated, name: str | None) -> dict[str, Any]:
    return {
        "delegation_id": to_hex(event.delegation_id),
        "account": event.account,
        "delegate": event.delegate,
        "name": name,
        "scopes": [word_of(one) for one in Scope if event.scope & one],
        "since": event.since,
        "until": event.until,
        "by_board": _is_by_board(event),
        "state": _state(bank, event),
    }


def _state(bank: Bank, event: Delegated) -> DelegationStanding:
    if event.scope == 0:
        return DelegationStanding.ENDED
    now = bank.ledger_time()
    if now > event.until:
        return DelegationStanding.EXPIRED
    if not _is_by_board(event) and _has_rotated(bank, event):
        return DelegationStanding.ENDED
    return DelegationStanding.ACTIVE if now >= event.since else DelegationStanding.WAITING


def _is_by_board(event: Delegated) -> bool:
    return event.evidence_hash != EMPTY_ID


def _has_rotated(bank: Bank, event: Delegated) -> bool:
    """Whether the account has another key since: what the earlier one gave has ended."""
    at = position_of(event)
    changes = bank.index.events_of(event.account, KeyRotated)
    return any(
        (position_of(one).block_number, position_of(one).log_index) > (at.block_number, at.log_index) for one in changes
    )
