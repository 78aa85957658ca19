"""Reading the ledger into the index: each event once, in order, and rebuildable by reading again from block 0.

The index answers questions quickly (my passbook, the live consents of a request); the ledger answers whether they
are true.
"""

import json
from typing import Any

from bank_api.store.ledger_index import LedgerIndex
from bank_api.tables import IndexedAnswerRow, IndexedConsentRow, LedgerEventRow
from chaincode import events
from chaincode.bindings import Contracts
from chaincode.decode import event_fields
from chaincode.ids import to_hex

OWNERS: dict[type[events.Event], tuple[str | None, str | None, str | None]] = {
    # event: (field of the account, field of the counterparty, field of the subject)
    events.Joined: ("account", None, "join_id"),
    events.Enrolled: ("account", None, None),
    events.Suspended: ("account", None, None),
    events.Reinstated: ("account", None, None),
    events.KeyRotated: ("account", None, None),
    events.Granted: ("account", None, "reason"),
    events.Burnt: ("account", None, "reason"),
    events.Moved: ("receiver", "sender", "reason"),
    events.SurveyPublished: (None, None, "survey_id"),
    events.SurveyClosed: (None, None, "survey_id"),
    events.Answered: ("member", None, "answer_id"),
    events.RequestFiled: ("partner", None, "request_id"),
    events.RequestDecided: (None, None, "request_id"),
    events.RequestClosed: (None, None, "request_id"),
    events.ConsentChanged: ("member", None, "consent_id"),
    events.ConsentUsed: (None, None, "release_id"),
    events.Disclosed: ("partner", None, "release_id"),
    events.Acknowledged: ("partner", None, "release_id"),
    events.CouponClassPublished: ("issuer", None, "class_id"),
    events.CouponIssued: ("member", None, "purchase_id"),
    events.CouponMoved: ("receiver", "owner", "transfer_id"),
    events.CouponRedeemed: ("member", None, "redemption_id"),
    events.EscrowCreated: ("owner", None, "escrow_id"),
    events.ShareAcknowledged: ("custodian", None, "escrow_id"),
    events.EscrowActivated: (None, None, "escrow_id"),
    events.OpeningRequested: ("requester", None, "opening_id"),
    events.OpeningVetoed: ("owner", None, "opening_id"),
    events.Contributed: ("custodian", None, "opening_id"),
    events.EscrowOpened: (None, None, "opening_id"),
}
"""Events that people or flows ask for; the others stay on the ledger."""

BLOCKS_AT_ONCE = 500


def catch_up(index: LedgerIndex, contracts: Contracts, head: int) -> int:
    """Read all blocks up to `head` that were not read yet; how many events were added."""
    added = 0
    first = max(index.next_block(), contracts.deployment.start_block)
    while first <= head:
        last = min(first + BLOCKS_AT_ONCE - 1, head)
        added += _read(index, contracts, first, last)
        first = last + 1
    return added


def _read(index: LedgerIndex, contracts: Contracts, first: int, last: int) -> int:
    found = [event for event in contracts.events(first, last) if type(event) in OWNERS]
    answers = [_answer(event) for event in found if isinstance(event, events.Answered)]
    consents = {
        to_hex(event.consent_id): _consent(event) for event in found if isinstance(event, events.ConsentChanged)
    }
    uses = {_place(e)[0::3]: to_hex(e.consent_id) for e in found if isinstance(e, events.ConsentUsed)}
    index.add([_row(event) for event in found], answers, list(consents.values()), uses, last)
    return len(found)


def _row(event: events.Event) -> LedgerEventRow:
    account, counterparty, subject = OWNERS[type(event)]
    values = {name: _plain(getattr(event, name)) for name, _ in event_fields(type(event))}
    block_number, time, transaction_hash, log_index = _place(event)
    return LedgerEventRow(
        block_number=block_number,
        log_index=log_index,
        time=time,
        transaction_hash=transaction_hash,
        contract=event.CONTRACT,
        name=type(event).__name__,
        account=values[account] if account else None,
        counterparty=values[counterparty] if counterparty else None,
        subject=values[subject] if subject else None,
        data=json.dumps(values),
    )


def _answer(event: events.Answered) -> IndexedAnswerRow:
    block_number, time, _, _ = _place(event)
    return IndexedAnswerRow(
        answer_id=to_hex(event.answer_id),
        survey_id=to_hex(event.survey_id),
        member=event.member,
        commitment=to_hex(event.commitment),
        items=event.items,
        coins=event.coins,
        block_number=block_number,
        time=time,
    )


def _consent(event: events.ConsentChanged) -> IndexedConsentRow:
    block_number, time, _, _ = _place(event)
    return IndexedConsentRow(
        consent_id=to_hex(event.consent_id),
        request_id=to_hex(event.request_id),
        member=event.member,
        state=event.state,
        items=event.items,
        valid_from=event.valid_from,
        valid_until=event.valid_until,
        uses=0,
        uses_maximum=event.uses_maximum,
        coins=event.coins,
        block_number=block_number,
        time=time,
    )


def _place(event: events.Event) -> tuple[int, int, str, int]:
    """Block number, unix seconds, transaction hash and log index of an event read from the chain."""
    position = event.position
    if position is None or position.timestamp is None:
        raise RuntimeError(f"{type(event).__name__} came without its place in the chain")
    return position.block_number, position.timestamp, to_hex(position.transaction_hash), position.log_index


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return to_hex(value)
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value
