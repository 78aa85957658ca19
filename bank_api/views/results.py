"""Results for everybody: releases of statistics whose request, in words that members signed, is open."""

from collections.abc import Iterator
from typing import Any

from bank_api.bank import Bank
from bank_api.errors import NotFoundError
from bank_api.index.rows import position_of
from bank_api.protocol.documents.open_results import ResultFacts, entities, is_open
from bank_api.protocol.documents.release import read_payload
from bank_api.protocol.documents.statistics import read_statistics
from bank_api.store.tables import OpenResultRow
from bank_api.views.kept import deletion_due, request_message, survey_of
from chaincode.bindings import LegalClass
from chaincode.events import DeletionAttested, Disclosed
from chaincode.ids import to_hex


def results(bank: Bank) -> list[dict[str, Any]]:
    """Those that are published now, in the ledger's order."""
    return [_result(bank, event, until) for event, until, _ in _published(bank, bank.index.events(Disclosed))]


def result(bank: Bank, release_id: str) -> dict[str, Any]:
    """One, with all its figures. Raises NotFoundError for what is not published, or no longer."""
    event, until, row = _one(bank, release_id)
    return _result(bank, event, until) | {"payload": row.payload}


def result_entities(bank: Bank, release_id: str) -> list[dict[str, Any]]:
    """The same as NGSI-LD entities."""
    event, until, row = _one(bank, release_id)
    shown = _result(bank, event, until)
    facts = ResultFacts(
        release_id=release_id,
        bank=bank.settings.name,
        recipient=shown["recipient"],
        purpose=shown["purpose"],
        survey=shown["survey_title"],
        payload_root=shown["payload_root"],
        block_number=shown["block_number"],
        time=shown["time"],
        until=until,
    )
    return entities(facts, read_statistics(read_payload(row.payload.encode()).document))


def _one(bank: Bank, release_id: str) -> tuple[Disclosed, int, OpenResultRow]:
    found = next(_published(bank, bank.index.events_about(release_id, Disclosed)), None)
    if found is None:
        raise NotFoundError("release", release_id)
    return found


def _published(bank: Bank, told: Any) -> Iterator[tuple[Disclosed, int, OpenResultRow]]:
    """With the time until which it is; the payload is that of the making which the ledger recorded."""
    now = bank.ledger_time()
    for event in told:
        if event.legal_class != LegalClass.STATISTICAL:
            continue
        release_id, row = to_hex(event.release_id), bank.catalog.request(to_hex(event.request_id))
        until = deletion_due(bank, event)
        if row is None or until is None or now > until or not is_open(request_message(row).purpose, event.legal_class):
            continue
        kept = bank.catalog.open_result(release_id, to_hex(event.payload_root))
        if kept is not None and not bank.index.has(release_id, DeletionAttested):
            yield event, until, kept


def _result(bank: Bank, event: Disclosed, until: int) -> dict[str, Any]:
    request_id, place = to_hex(event.request_id), position_of(event)
    row = bank.catalog.request(request_id)
    if row is None:
        raise NotFoundError("request", request_id)
    asked, survey = request_message(row), survey_of(bank, row.survey_id)
    return {
        "release_id": to_hex(event.release_id),
        "request_id": request_id,
        "recipient": asked.recipient,
        "purpose": asked.purpose,
        "survey_id": row.survey_id,
        "survey_title": survey.title,
        "item_labels": list(survey.labels(asked.items)),
        "people": event.rows,
        "k": event.k,
        "payload_root": to_hex(event.payload_root),
        "block_number": place.block_number,
        "time": place.timestamp,
        "until": until,
    }
