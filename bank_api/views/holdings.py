"""What a person is to the bank and has here: profile, consents with their history, answers, unused coupons."""

from typing import Any

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import NotFoundError
from bank_api.index.rows import RecordedConsent, position_of, standing
from bank_api.index.tallies import Tally
from bank_api.protocol.kinds import word_of
from bank_api.views.kept import class_message, survey_of
from bank_api.views.named import asked, coupon_title, survey_title
from bank_api.views.policies import bound_coins
from bank_api.views.requests import request_states
from chaincode.bindings import IN_FORCE, ConsentState, RequestState
from chaincode.events import ConsentChanged, CouponIssued, CouponMoved, TransferBatch, TransferSingle
from chaincode.ids import to_hex

Got = CouponIssued | CouponMoved | TransferSingle | TransferBatch
"""How coupons come to somebody."""


def profile(bank: Bank, caller: Caller) -> dict[str, Any]:
    person = bank.directory.person(caller.account)
    if person is None:
        raise NotFoundError("account", caller.account)
    return {
        "account": person.account,
        "key": person.key,
        "name": person.name,
        "roles": sorted(caller.roles),
        "encryption_key": person.encryption_key,
        "coins": bank.index.tally(Tally.COINS, account=person.account),
        "bound": bound_coins(bank, person.account),
    }


def consents(bank: Bank, account: str) -> list[dict[str, Any]]:
    """A member's consents as they stand, each with the whole history."""
    histories: dict[str, list[ConsentChanged]] = {}
    for event in bank.index.events_of(account, ConsentChanged):
        histories.setdefault(to_hex(event.consent_id), []).append(event)
    now = bank.ledger_time()
    return [_consent(bank, row, histories.get(row.consent_id, []), now) for row in bank.index.consents_of(account)]


def _consent(bank: Bank, row: RecordedConsent, history: list[ConsentChanged], now: int) -> dict[str, Any]:
    recipient, purpose = asked(bank, row.request_id)
    request = bank.catalog.request(row.request_id)
    items = survey_of(bank, request.survey_id).labels(row.items) if request else ()
    ran_out = row.state in IN_FORCE and row.valid_until < now
    return {
        "consent_id": row.consent_id,
        "request_id": row.request_id,
        "recipient": recipient,
        "purpose": purpose,
        "items": list(items),
        "item_mask": row.items,
        "state": word_of(ConsentState.EXPIRED if ran_out else row.state),
        "request_state": word_of(request_states(bank).get(row.request_id, RequestState.UNKNOWN)),
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "uses": row.uses,
        "uses_maximum": row.uses_maximum,
        "coins": row.coins,
        "history": [_change(event) for event in history],
    }


def _change(event: ConsentChanged) -> dict[str, Any]:
    place = position_of(event)
    return {
        "state": word_of(ConsentState(event.state)),
        "block_number": place.block_number,
        "time": place.timestamp,
    }


def answers(bank: Bank, account: str) -> list[dict[str, Any]]:
    given = bank.index.answers_of(account)
    stands = {one.answer_id for one in standing(given)}
    return [
        {
            "answer_id": row.answer_id,
            "survey_id": row.survey_id,
            "title": survey_title(bank, row.survey_id),
            "commitment": row.commitment,
            "coins": row.coins,
            "replaces": row.replaces or None,
            "stands": row.answer_id in stands,
            "block_number": row.block_number,
            "time": row.time,
        }
        for row in given
    ]


def coupons(bank: Bank, account: str) -> list[dict[str, Any]]:
    """Coupons by class, with those that are used up or given away; the counts are the ledger's."""
    held, names = bank.index.tallies(Tally.COUPONS, account), bank.directory.names()
    return [_coupon(bank, one, held[one], names) for one in sorted(held) if coupon_title(bank, one)]


def classes_of(event: Got) -> tuple[bytes, ...]:
    """The coupon classes an event moved; the id of a token is the number of its class."""
    match event:
        case TransferSingle():
            return (event.id.to_bytes(32, "big"),)
        case TransferBatch():
            return tuple(number.to_bytes(32, "big") for number in event.ids)
        case _:
            return (event.class_id,)


def _coupon(bank: Bank, class_id: str, count: int, names: dict[str, str]) -> dict[str, Any]:
    message = class_message(bank, class_id)
    return {
        "class_id": class_id,
        "title": message.title,
        "issuer_name": names.get(message.issuer, message.issuer),
        "count": count,
        "redeem_until": message.redeem_until,
        "shops": [{"account": s.account, "name": s.name} for s in bank.directory.shops_of(message.issuer)],
    }
