"""What a person sees of the ledger: passbook, consents with their history, coupons, releases.

Coins come from the coin contract's own events; the texts around them from the events and documents they name.
"""

import json
from typing import Any

from bank_api.bank import Bank
from bank_api.flows.answer import survey_of
from bank_api.flows.consent import request_message, request_row
from bank_api.flows.disclose import recorded_release
from bank_api.flows.redeem import class_message
from bank_api.tables import LedgerEventRow

STATES = {
    1: "requested",
    2: "given",
    3: "refused",
    4: "renewed",
    5: "withdrawn",
    6: "expired",
    7: "revoked",
    8: "superseded",
}


def passbook(bank: Bank, account: str) -> dict[str, Any]:
    """Every line of an account, oldest first, with the running balance; the last balance is the ledger's."""
    bank.catch_up()
    rows = bank.index.events_of(account)
    lines, balance = [], 0
    for row in rows:
        line = _line(bank, account, row, json.loads(row.data))
        if line is None:
            continue
        balance += line["coins"]
        lines.append(
            {"time": row.time, "block_number": row.block_number, "transaction_hash": row.transaction_hash}
            | line
            | {"balance": balance}
        )
    return {"coins": bank.contracts.coin.balance_of(account), "entries": lines}


def _line(bank: Bank, account: str, row: LedgerEventRow, data: dict[str, Any]) -> dict[str, Any] | None:
    match row.name:
        case "Granted":
            return _granted(bank, data)
        case "Burnt":
            return {"kind": "purchase", "text": _what_bought(bank, data["reason"]), "coins": -data["amount"]}
        case "Moved":
            return _moved(bank, account, row, data)
        case "ConsentChanged":
            recipient, purpose = _words(bank, data["request_id"])
            text = f"consent {STATES.get(data['state'], '?')}: {recipient}"
            return {"kind": "consent", "text": text, "coins": 0, "partner": recipient, "purpose": purpose}
        case "CouponMoved":
            title = class_message(bank, data["class_id"]).title
            text = "coupons received" if data["receiver"] == account else "coupons handed on"
            return {"kind": "transfer", "text": f"{text}: {title}", "coins": 0}
        case "CouponRedeemed":
            title = class_message(bank, data["class_id"]).title
            return {"kind": "redemption", "text": f"coupon used: {title}", "coins": 0}
        case "Joined":
            return {"kind": "membership", "text": "joined the information bank", "coins": 0}
        case "KeyRotated":
            return {"kind": "membership", "text": "wallet key replaced", "coins": 0}
        case "EscrowCreated":
            return {"kind": "escrow", "text": "document key entrusted to custodians", "coins": 0}
        case _:
            return None


def _moved(bank: Bank, account: str, row: LedgerEventRow, data: dict[str, Any]) -> dict[str, Any]:
    if data["receiver"] == data["sender"]:
        return {"kind": "transfer", "text": "coins sent to oneself", "coins": 0}
    received = data["receiver"] == account
    coins = data["amount"] if received else -data["amount"]
    consent = bank.index.consent(data["reason"])
    if received and consent is not None:
        used = bank.index.events_in(row.transaction_hash, "ConsentUsed", account)
        release_id = next((e.subject for e in used if json.loads(e.data)["consent_id"] == data["reason"]), None)
        recipient, purpose = _words(bank, consent.request_id)
        line = {"kind": "disclosure", "text": f"anonymized release to {recipient}", "coins": coins}
        found = recorded_release(bank, release_id) if release_id else None
        extra = {
            "partner": recipient,
            "purpose": purpose,
            "release_id": release_id,
            "k": found[0].k if found else None,
        }
        return line | extra
    text = "coins received" if received else "coins set aside or sent"
    return {"kind": "transfer", "text": text, "coins": coins}


def _granted(bank: Bank, data: dict[str, Any]) -> dict[str, Any]:
    answer = bank.index.answer(data["reason"])
    if answer is None:
        return {"kind": "sale", "text": "coins bought from the bank", "coins": data["amount"]}
    return {"kind": "answer", "text": f"answered: {survey_of(bank, answer.survey_id).title}", "coins": data["amount"]}


def _what_bought(bank: Bank, reason: str) -> str:
    issued = bank.index.events_about(reason, "CouponIssued")
    return f"coupon bought: {class_message(bank, json.loads(issued[0].data)['class_id']).title}" if issued else "spent"


def _words(bank: Bank, request_id: str) -> tuple[str, str]:
    message = request_message(request_row(bank, request_id))
    return message.recipient, message.purpose


def consents(bank: Bank, account: str) -> list[dict[str, Any]]:
    """A member's consents, newest state first told, each with the whole history."""
    bank.catch_up()
    now = bank.ledger_time()
    found = []
    for row in bank.index.consents_of(account):
        request = request_row(bank, row.request_id)
        message, survey = request_message(request), survey_of(bank, request.survey_id)
        history = [
            {"state": STATES[json.loads(e.data)["state"]], "block_number": e.block_number, "time": e.time}
            for e in bank.index.events_about(row.consent_id, "ConsentChanged")
        ]
        state = STATES[row.state]
        if row.state in (2, 4) and row.valid_until < now:
            state = "expired"
        found.append(
            {
                "consent_id": row.consent_id,
                "request_id": row.request_id,
                "recipient": message.recipient,
                "purpose": message.purpose,
                "items": list(survey.labels(row.items)),
                "item_mask": row.items,
                "state": state,
                "valid_from": row.valid_from,
                "valid_until": row.valid_until,
                "uses": row.uses,
                "uses_maximum": row.uses_maximum,
                "coins": row.coins,
                "history": history,
            }
        )
    return found


def answers(bank: Bank, account: str) -> list[dict[str, Any]]:
    bank.catch_up()
    return [
        {
            "answer_id": row.answer_id,
            "survey_id": row.survey_id,
            "title": survey_of(bank, row.survey_id).title,
            "commitment": row.commitment,
            "coins": row.coins,
            "block_number": row.block_number,
            "time": row.time,
        }
        for row in bank.index.answers_of(account)
    ]


def coupons(bank: Bank, account: str) -> list[dict[str, Any]]:
    """Unused coupons by class; the counts are the ledger's."""
    bank.catch_up()
    rows = [row for row in bank.index.events_of(account) if row.name in ("CouponIssued", "CouponMoved")]
    known = {json.loads(row.data)["class_id"] for row in rows}
    names = bank.directory.names()
    found = []
    for class_id in sorted(known):
        message = class_message(bank, class_id)
        count = bank.contracts.coupon.balance_of(account, message.class_id)
        found.append(
            {
                "class_id": class_id,
                "title": message.title,
                "issuer_name": names.get(message.issuer, message.issuer),
                "count": count,
                "redeem_until": message.redeem_until,
                "shops": [{"account": s.account, "name": s.name} for s in bank.directory.shops_of(message.issuer)],
            }
        )
    return found
