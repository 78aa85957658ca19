"""Orders of gifts, and how far they are carried out."""

from collections import Counter
from typing import Any

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.index.rows import position_of
from bank_api.views.kept import class_message
from bank_api.views.named import asked
from chaincode.events import GiftGiven, GiftsOrdered
from chaincode.ids import to_hex


def gift_orders(bank: Bank, caller: Caller) -> list[dict[str, Any]]:
    """An issuer's own, or all of them for the operator."""
    given, names = Counter(one.order_id for one in bank.index.events(GiftGiven)), bank.directory.names()
    found = bank.index.events(GiftsOrdered)
    return [
        _order(bank, one, given[one.order_id], names)
        for one in found
        if "operator" in caller.roles or one.issuer == caller.account
    ]


def _order(bank: Bank, event: GiftsOrdered, given: int, names: dict[str, str]) -> dict[str, Any]:
    sold = class_message(bank, to_hex(event.class_id))
    request_id = to_hex(sold.premium_request)
    return {
        "order_id": to_hex(event.order_id),
        "class_id": to_hex(event.class_id),
        "title": sold.title,
        "issuer": event.issuer,
        "issuer_name": names.get(event.issuer, event.issuer),
        "request_id": request_id,
        "purpose": asked(bank, request_id).purpose,
        "count_each": event.count_each,
        "persons": event.persons,
        "given": given,
        "time": position_of(event).timestamp,
    }
