"""The words of a request as its partner signed them: board and members sign their digest, so they are checked first."""

from bank_api.protocol.documents.request import contract_text
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.requests import RequestView
from chaincode.ids import text_hash, to_hex
from chaincode.typed_data import DataRequest
from wallet_cli.errors import EvidenceError

SHOWN = (
    *("partner", "recipient", "purpose", "purpose_code", "legal_class", "k_minimum", "l_minimum", "t_percent"),
    *("persons_maximum", "coins_base", "coins_per_item", "valid_until", "retention_days"),
)
"""Fields that stand in the signed words under the names under which they are shown."""


def words_of(request: RequestView) -> DataRequest:
    """The signed words, held against everything that is shown of the request. Raises EvidenceError."""
    words = DataRequest.from_json(request.words)
    shown = {name: getattr(request, name) for name in SHOWN}
    signed = {name: getattr(words, name) for name in SHOWN}
    shown |= {"request_id": request.request_id, "survey_id": request.survey_id, "items": request.item_mask}
    signed |= {"request_id": to_hex(words.request_id), "survey_id": to_hex(words.survey_id), "items": words.items}
    contract = contract_text(
        request.items, request.purpose, request.description, request.retention_days, request.contract_salt
    )
    shown["description"], signed["description"] = to_hex(text_hash(contract)), to_hex(words.contract_hash)
    for name, value in shown.items():
        if value != signed[name]:
            raise EvidenceError(said("rule-words-differ", field=name))
    return words
