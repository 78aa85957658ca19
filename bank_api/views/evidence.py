"""What shows a member's consent to third parties: signed words from the transaction that carried them, and proofs.

Nothing is kept for it: the words travelled to the ledger, all but the texts that the request and the survey hold.
"""

from typing import Any

from bank_api.bank import Bank
from bank_api.errors import ConflictError, InvalidInputError, NotFoundError
from bank_api.index.rows import position_of
from bank_api.protocol.documents.notice import WORDINGS, Notice
from bank_api.protocol.messages.said import said
from bank_api.views.kept import notice_of, request_message, request_row, survey_of
from bank_api.views.proofs import proof_at
from chaincode import acts, places
from chaincode.bindings import CategoryKind
from chaincode.events import CategoryNamed, ConsentChanged, ConsentUsed
from chaincode.events.consent import RECORDED
from chaincode.ids import id_from_hex, text_hash, to_hex
from chaincode.keccak import keccak
from chaincode.relayed import relayed_item
from chaincode.typed_data import CONSENT_GIVEN, CONSENT_REFUSED, Consent


def consent_evidence(bank: Bank, account: str, consent_id: str, block: int | None) -> dict[str, Any]:
    """As of a block, else of now.

    Raises NotFoundError, InvalidInputError for a block that has not come, ConflictError where the member signed no
    words of it.
    """
    row = bank.index.consent(consent_id)
    if row is None or row.member != account:
        raise NotFoundError("consent", consent_id)
    words, signature = signed_words(bank, consent_id)
    asked = request_row(bank, row.request_id)
    survey = survey_of(bank, asked.survey_id)
    language, notice = _read(notice_of(bank, asked, survey), words.notice_hash)
    if block is not None and bank.transactor.node.header(block) is None:
        raise InvalidInputError("block", said("rule-from-to", low="0", high=str(bank.head())))
    number = bank.head() if block is None else block
    used = [
        to_hex(event.release_id) for event in bank.index.events_of(account, ConsentUsed) if _is_of(event, consent_id)
    ]
    return {
        "bank": bank.settings.name,
        "chain_id": bank.deployment.chain_id,
        "genesis_hash": genesis_hash(bank),
        "consent": words.to_json(),
        "signature": to_hex(signature),
        "request": request_message(asked).to_json(),
        "notice": {"text": notice, "hash": to_hex(words.notice_hash), "language": language},
        "proof": proof_at(bank, "consent", places.consent_slots(id_from_hex(consent_id)), number),
        "purpose": _purpose(bank, request_message(asked).purpose_code, number),
        "disclosures": [
            {
                "release_id": release_id,
                "proof": proof_at(bank, "disclosure", places.release_slots(id_from_hex(release_id)), number)["proof"],
            }
            for release_id in used
        ],
    }


def genesis_hash(bank: Bank) -> str:
    """Which ledger it is, in hex."""
    return to_hex(keccak(bytes.fromhex(bank.genesis_header.removeprefix("0x"))))


def _read(notice: Notice, signed: bytes) -> tuple[str, str]:
    """In which language and words the member read the notice: those of today, or of when it was signed."""
    for wording in WORDINGS:
        for language in ("ja", "en"):
            text = notice.text(language, wording)
            if text_hash(text) == signed:
                return language, text
    raise ConflictError(said("refusal-receipt-notice"))


def _purpose(bank: Bank, code: int, number: int) -> dict[str, Any] | None:
    """The name of a code of purpose as of a block, with what shows that the ledger has its hash."""
    named = [one for one in bank.index.events(CategoryNamed) if (one.kind, one.place) == (CategoryKind.PURPOSES, code)]
    row = bank.catalog.category(CategoryKind.PURPOSES, code)
    if row is None or not any(position_of(one).block_number <= number for one in named):
        return None
    return {"name": row.name, "proof": proof_at(bank, "rule", [places.purpose_slot(code)], number)["proof"]}


def _is_of(event: ConsentUsed, consent_id: str) -> bool:
    return to_hex(event.consent_id) == consent_id


def signed_words(bank: Bank, consent_id: str) -> tuple[Consent, bytes]:
    """The words and the member's signature, from the transaction that brought them."""
    told = [event for event in bank.index.events_about(consent_id, ConsentChanged) if event.state in RECORDED]
    if not told:
        raise NotFoundError("consent", consent_id)
    transaction = to_hex(position_of(told[0]).transaction_hash)
    sent = bank.transactor.node.request("eth_getTransactionByHash", transaction)
    data = bytes.fromhex(str(sent["input"]).removeprefix("0x"))
    found = relayed_item(bank.deployment, acts.CONSENT, data, id_from_hex(consent_id))
    if found is None:
        raise ConflictError(said("refusal-receipt-unsigned"))
    item, signature = found
    asked = request_message(request_row(bank, to_hex(told[0].request_id)))
    survey = survey_of(bank, to_hex(asked.survey_id))
    given, mask = bool(item[3]), int(item[4])
    words = Consent(
        consent_id=bytes(item[0]),
        member=told[0].member,
        request_id=asked.request_id,
        request_digest=asked.struct_hash(),
        decision=CONSENT_GIVEN if given else CONSENT_REFUSED,
        recipient=asked.recipient,
        purpose=asked.purpose,
        items=survey.labels(mask),
        item_mask=mask,
        valid_from=int(item[5]),
        valid_until=int(item[6]),
        uses_maximum=int(item[7]),
        coins=int(item[8]),
        notice_hash=bytes(item[9]),
        sequence=int(item[10]),
        deadline=int(item[11]),
    )
    return words, signature
