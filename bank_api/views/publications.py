"""What the bank publishes of the anonymized information it made (APPI, article 43(3) and (4)), from the record alone.

Items of information about people, and the method of provision; not to whom. It stands as long as the ledger does, and
cannot differ from it: the words are made anew each time.
"""

from datetime import UTC, datetime
from typing import Any

from bank_api.bank import Bank
from bank_api.index.rows import position_of
from bank_api.protocol.messages import LANGUAGES, Catalogue, Language
from bank_api.views.kept import request_message, survey_of
from chaincode.bindings import LegalClass
from chaincode.events import Disclosed
from chaincode.ids import to_hex


def publications(bank: Bank) -> list[dict[str, Any]]:
    """One for each release of anonymized information, in the ledger's order. Of statistics the Act asks for none."""
    made = (event for event in bank.index.events(Disclosed) if event.legal_class == LegalClass.ANONYMIZED)
    return [one for event in made if (one := _publication(bank, event)) is not None]


def _publication(bank: Bank, event: Disclosed) -> dict[str, Any] | None:
    """None where the bank knows nothing of the request, as of what another wrote to the ledger."""
    row, place = bank.catalog.request(to_hex(event.request_id)), position_of(event)
    if row is None:
        return None
    labels = list(survey_of(bank, row.survey_id).labels(request_message(row).items))
    return {
        "release_id": to_hex(event.release_id),
        "block_number": place.block_number,
        "time": place.timestamp,
        "item_labels": labels,
        "texts": {language: _text(bank, language, labels, place.timestamp) for language in LANGUAGES},
    }


def _text(bank: Bank, language: Language, labels: list[str], time: int) -> str:
    say = Catalogue(language)
    items = say("notice-between").join(labels)
    moment = datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return say("statutory-publication", bank=bank.settings.name, items=items, time=moment)
