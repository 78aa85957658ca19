"""What the bank's documents call the things that the ledger knows by id.

The ledger may know things that came to it past the bank; they have no words here, and the ledger's own facts do.
"""

from typing import NamedTuple

from bank_api.bank import Bank
from bank_api.errors import NotFoundError
from bank_api.views.kept import class_message, request_message, survey_of
from chaincode.events import RequestFiled


class Asked(NamedTuple):
    """Who asked for data, and what for; None where nothing here says so."""

    recipient: str | None
    purpose: str | None


def asked(bank: Bank, request_id: str) -> Asked:
    row = bank.catalog.request(request_id)
    if row is not None:
        message = request_message(row)
        return Asked(message.recipient, message.purpose)
    filed = bank.index.events_about(request_id, RequestFiled)
    return Asked(bank.directory.names().get(filed[0].partner) if filed else None, None)


def survey_title(bank: Bank, survey_id: str) -> str | None:
    try:
        return survey_of(bank, survey_id).title
    except NotFoundError:
        return None


def coupon_title(bank: Bank, class_id: str) -> str | None:
    try:
        return class_message(bank, class_id).title
    except NotFoundError:
        return None
