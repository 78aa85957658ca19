"""The documents that the bank keeps, found by the ids they have on the ledger; or NotFoundError."""

import json
from functools import lru_cache, partial
from typing import Any, TypeVar

from bank_api.bank import Bank
from bank_api.errors import NotFoundError
from bank_api.index.rows import position_of
from bank_api.protocol.documents.notice import Notice
from bank_api.protocol.documents.survey import Survey
from bank_api.store.tables import EscrowRow, OpeningRow, ReleaseRow, RequestRow
from chaincode.events import CouponClassPublished, Disclosed, RequestFiled
from chaincode.ids import text_hash, to_hex
from chaincode.typed_data import CouponClass, DataRequest, SignedStruct

S = TypeVar("S", bound=SignedStruct)
DAY_SECONDS = 86_400
READ_ONCE = 512
"""Documents that everybody asks for stay read: they never change, and whoever has the same words has the same value."""


@lru_cache(maxsize=READ_ONCE)
def survey_from(document: str) -> Survey:
    return Survey.from_json(json.loads(document))


@lru_cache(maxsize=READ_ONCE)
def _struct_from(kind: type[S], message: str) -> S:
    return kind.from_json(json.loads(message))


def survey_of(bank: Bank, survey_id: str) -> Survey:
    with bank.database.reading() as moment:
        return moment.once((survey_of, survey_id), partial(_survey, bank, survey_id))


def _survey(bank: Bank, survey_id: str) -> Survey:
    row = bank.catalog.survey(survey_id)
    if row is None:
        raise NotFoundError("survey", survey_id)
    return survey_from(row.document)


def request_row(bank: Bank, request_id: str) -> RequestRow:
    row = bank.catalog.request(request_id)
    if row is None:
        raise NotFoundError("request", request_id)
    return row


def request_message(row: RequestRow) -> DataRequest:
    found: DataRequest = _struct_from(DataRequest, row.message)
    return found


def is_filed(bank: Bank, request_id: str) -> bool:
    """Whether the ledger has the request (a row whose filing was refused or died is no request)."""
    return bank.index.has(request_id, RequestFiled)


def notice_of(bank: Bank, row: RequestRow, survey: Survey) -> Notice:
    message = request_message(row)
    return Notice(
        bank=bank.settings.name,
        recipient=message.recipient,
        purpose=message.purpose,
        description=row.description,
        items=tuple(survey.labels(message.items)),
        legal_class=message.legal_class,
        k_minimum=message.k_minimum,
        l_minimum=message.l_minimum,
        t_percent=message.t_percent,
        coins_base=message.coins_base,
        coins_per_item=message.coins_per_item,
        valid_until=message.valid_until,
        retention_days=message.retention_days,
        salt=row.contract_salt,
    )


@lru_cache(maxsize=READ_ONCE)
def written(notice: Notice, language: str) -> tuple[str, bytes]:
    """A notice in a language, and the hash of it that is signed."""
    text = notice.text(language)
    return text, text_hash(text)


def recorded_release(bank: Bank, release_id: str) -> tuple[ReleaseRow, Disclosed] | None:
    """The making of a release that the ledger recorded, and the event that says so; None before that."""
    for event in bank.index.events_about(release_id, Disclosed):
        row = bank.catalog.release(release_id, to_hex(event.payload_root))
        if row is not None:
            return row, event
    return None


def told_in_homes(method: str) -> bool:
    """Whether a release was told in homes, by its method as it is kept (ADR 80)."""
    return bool(_policy(method).get("come_and_go"))


def began_with_homes(bank: Bank, row: RequestRow) -> bool | None:
    """What the series of a request's sensitive answers began with: homes, or seats; None before its first release."""
    return _began_with_homes(bank, row, _sensitive_of(bank, row))


def is_told_in_homes(bank: Bank, row: RequestRow) -> bool:
    """What its next release would be told in, if nobody asks for seats where the series begins."""
    sensitive = _sensitive_of(bank, row)
    began = _began_with_homes(bank, row, sensitive)
    return bool(sensitive) if began is None else began


def _began_with_homes(bank: Bank, row: RequestRow, sensitive: set[str]) -> bool | None:
    if sensitive and row.survey_id in bank.catalog.surveys_with_history():
        for method in bank.catalog.methods_over(row.survey_id):
            if set(_policy(method).get("l", ())) == sensitive:
                return told_in_homes(method)
    return None


def _sensitive_of(bank: Bank, row: RequestRow) -> set[str]:
    survey = survey_of(bank, row.survey_id)
    return {one.key for one in survey.chosen(request_message(row).items) if one.role == "sensitive"}


def _policy(method: str) -> dict[str, Any]:
    """What was asked of a release of rows; nothing of statistics."""
    found: dict[str, Any] = json.loads(json.loads(method)["description"]).get("policy", {})
    return found


def class_message(bank: Bank, class_id: str) -> CouponClass:
    row = bank.catalog.coupon_class(class_id)
    if row is None:
        raise NotFoundError("coupon class", class_id)
    found: CouponClass = _struct_from(CouponClass, row.message)
    return found


def is_published(bank: Bank, class_id: str) -> bool:
    return bank.index.has(class_id, CouponClassPublished)


def escrow_row(bank: Bank, escrow_id: str) -> EscrowRow:
    row = bank.escrows.escrow(escrow_id)
    if row is None:
        raise NotFoundError("escrow", escrow_id)
    return row


def opening_row(bank: Bank, opening_id: str) -> OpeningRow:
    row = bank.escrows.opening(opening_id)
    if row is None:
        raise NotFoundError("opening", opening_id)
    return row


def deletion_due(bank: Bank, event: Disclosed) -> int | None:
    """Until when the partner may keep it: its request's retention, counted from the disclosure."""
    row = bank.catalog.request(to_hex(event.request_id))
    if row is None:
        return None
    return position_of(event).timestamp + request_message(row).retention_days * DAY_SECONDS
