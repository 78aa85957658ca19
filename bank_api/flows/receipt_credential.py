"""A consent's receipt as a credential: signed by the bank's operator, bound to the member's key, shown part by part.

It says what the ledger has; the member's wallet holds it against the ledger's proof before it keeps it (ADR 52).
"""

import secrets
from collections.abc import Mapping

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import InvalidInputError, NotFoundError
from bank_api.protocol import sd_jwt
from bank_api.protocol.documents.consent_receipt import KIND, VALID_SECONDS, receipt_claims
from bank_api.protocol.errors import CredentialError
from bank_api.protocol.messages.said import said
from bank_api.views.evidence import genesis_hash, signed_words
from bank_api.views.kept import request_message, request_row


def credential_of(bank: Bank, caller: Caller, consent_id: str, holder: Mapping[str, str]) -> str:
    """The credential as text. `holder` is the public JWK of the caller's present key.

    Raises NotFoundError for another's consent, InvalidInputError for another's key.
    """
    with bank.database.reading():  # the state and its block of one moment: the ledger may be ahead of both
        row, block = bank.index.consent(consent_id), bank.index.next_block() - 1
    if row is None or row.member != caller.account:
        raise NotFoundError("consent", consent_id)
    try:
        is_own = sd_jwt.address_of(holder) == caller.key
    except CredentialError:
        is_own = False
    if not is_own:
        raise InvalidInputError("holder", said("rule-own-jwk"))
    words, _signature = signed_words(bank, consent_id)
    asked = request_message(request_row(bank, row.request_id))
    terms = (bank.settings.name, genesis_hash(bank), block)
    claims = receipt_claims(words, asked, row.state, row.uses, *terms)
    now = bank.clock()
    made = sd_jwt.issue(claims, KIND, bank.transactor, holder, now, now + VALID_SECONDS, secrets.token_bytes)
    return made.to_text()
