"""What the bank's documents call the things that the ledger knows by id.

The ledger may know things that came to it past the bank; they have no words here, and the ledger's own facts do.
"""

from functools import lru_cache
from typing import NamedTuple

from bank_api.bank import Bank
from bank_api.errors import NotFoundError
from bank_api.store.catalog import Catalog
from bank_api.views.kept import READ_ONCE, class_message, request_message, survey_from, survey_of
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


def asked_for_good(bank: Bank, request_id: str) -> Asked:
    """The same of a request that an event of the ledger names: its words are the ledger's, and never other ones."""
    try:
        return _asked_in(bank.catalog, request_id)
    except NotFoundError:
        return asked(bank, request_id)


def title_for_good(bank: Bank, survey_id: str) -> str | None:
    """The title of a survey that an event of the ledger names."""
    try:
        return _title_in(bank.catalog, survey_id)
    except NotFoundError:
        return None


@lru_cache(maxsize=READ_ONCE)
def _asked_in(catalog: Catalog, request_id: str) -> Asked:
    row = catalog.request(request_id)
    if row is None:  # it may come: what is raised is not remembered
        raise NotFoundError("request", request_id)
    message = request_message(row)
    return Asked(message.recipient, message.purpose)


@lru_cache(maxsize=READ_ONCE)
def _title_in(catalog: Catalog, survey_id: str) -> str:
    row = catalog.survey(survey_id)
    if row is None:
        raise NotFoundError("survey", survey_id)
    return survey_from(row.document).title


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
