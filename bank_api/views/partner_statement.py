"""A partner's statement: the passbook's lines of a stretch of time, what was locked and paid, what became of its
coupons, held against the ledger; and who fetched which release, as the bank noted it.

All sums are made from events, one by one; the ledger's own sums are only compared with.
"""

from typing import Any

from bank_api.bank import Bank
from bank_api.errors import InvalidInputError
from bank_api.index.rows import position_of
from bank_api.index.tallies import Tally
from bank_api.protocol.documents.request import release_coins
from bank_api.protocol.messages.said import said
from bank_api.store.tables import RequestRow
from bank_api.views.coupon_sales import coupon_sales
from bank_api.views.kept import is_filed, request_message
from bank_api.views.passbook import passbook
from chaincode.events import ConsentUsed, Disclosed, Event, RequestClosed, RequestFiled
from chaincode.ids import to_hex


def statement(bank: Bank, account: str, since: int, until: int) -> dict[str, Any]:
    """From `since` (included) to `until` (not), unix seconds. Raises InvalidInputError for an empty stretch."""
    if since >= until:
        raise InvalidInputError("until", said("rule-after-since"))
    lines = [line for line in passbook(bank, account)["entries"] if line["coins"]]
    before = [line for line in lines if line["time"] < since]
    within = [line for line in lines if since <= line["time"] < until]
    opening = before[-1]["balance"] if before else 0
    rows = [row for row in bank.catalog.requests(account) if is_filed(bank, row.request_id)]
    ever = [_of_request(bank, row, 0, 2**63) for row in rows]
    coins = bank.index.tally(Tally.COINS, account=account)
    locked = sum(bank.index.tally(Tally.LOCKED, row.request_id) for row in rows)
    told = [_of_request(bank, row, since, until) for row in rows]
    coupons, counted = coupon_sales(bank, account, since, until)
    is_whole = sum(line["coins"] for line in lines) == coins and sum(one["left"] for one in ever) == locked
    return {
        "account": account,
        "since": since,
        "until": until,
        "opening": opening,
        "closing": within[-1]["balance"] if within else opening,
        "lines": within,
        "requests": [one for one in told if one["locked"] or one["paid"] or one["returned"]],
        "coupons": coupons,
        "accesses": _accesses(bank, account, since, until),
        "ledger_coins": coins,
        "ledger_locked": locked,
        "reconciled": is_whole and counted,
    }


def _accesses(bank: Bank, account: str, since: int, until: int) -> list[dict[str, Any]]:
    within = [row for row in bank.catalog.readings_of(account) if since <= row.at < until]
    people = {reader: bank.directory.person(reader) for reader in {row.reader for row in within}}
    return [
        {
            "time": row.at,
            "release_id": row.release_id,
            "reader": row.reader,
            "reader_name": person.name if (person := people[row.reader]) else None,
            "first_byte": row.first_byte,
            "sent_bytes": row.sent_bytes,
        }
        for row in within
    ]


def _of_request(bank: Bank, row: RequestRow, since: int, until: int) -> dict[str, Any]:
    filed = bank.index.events_about(row.request_id, RequestFiled)
    closed = bank.index.events_about(row.request_id, RequestClosed)
    mine = [
        event for event in bank.index.events_of(row.partner, Disclosed) if to_hex(event.request_id) == row.request_id
    ]
    used = bank.index.events_about_each((to_hex(event.release_id) for event in mine), ConsentUsed)
    paid = [event for events in used.values() for event in events]
    message = request_message(row)
    whole = release_coins(message.coins_base, message.coins_per_item, message.items) * message.persons_maximum
    locked = whole if any(_time(event) < until for event in filed) else 0
    gone = sum(event.coins for event in paid if _time(event) < until)
    back = sum(event.unlocked for event in closed if _time(event) < until)
    return {
        "request_id": row.request_id,
        "purpose": message.purpose,
        "locked": whole if any(since <= _time(event) < until for event in filed) else 0,
        "paid": sum(event.coins for event in paid if since <= _time(event) < until),
        "returned": sum(event.unlocked for event in closed if since <= _time(event) < until),
        "left": locked - gone - back,
    }


def _time(event: Event) -> int:
    return position_of(event).timestamp
