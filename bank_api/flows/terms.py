"""New terms: their words here, their hash and the time to accept them on the ledger; nothing is ever taken away."""

from bank_api.bank import Bank, Terms
from bank_api.errors import ConflictError, InvalidInputError
from bank_api.index.agreement import agreement
from bank_api.protocol.documents import terms as first
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.terms import TermsBody
from bank_api.receipts import receipt
from bank_api.store.tables import TermsRow
from chaincode.ids import EMPTY_ID, text_hash, to_hex

DAY_SECONDS = 86_400
FIRST_SECONDS = 600
"""The first terms stand open so long at least, though nobody has to accept them: the block that they come into is made
later than they were sent, and by another clock."""


def open_terms(bank: Bank) -> None:
    """Put the first terms, those of the bank's settings or of this program, on an empty ledger.

    Raises ConflictError if the ledger has terms without a text.
    """
    present = bank.contracts.membership.terms_hash()
    if present != EMPTY_ID and bank.terms_texts.find(to_hex(present)) is not None:
        return
    file = bank.settings.terms_file
    text = first.TEXT if file is None else file.read_text(encoding="utf-8")
    terms = Terms(first.STATEMENT, text, first.LANGUAGE)
    if present not in (EMPTY_ID, terms.hash):
        raise ConflictError(said("refusal-terms-without-text", hash=to_hex(present)))
    _keep(bank, terms)
    if present == EMPTY_ID:
        accept_by = bank.ledger_time() + max(bank.settings.terms_notice_days * DAY_SECONDS, FIRST_SECONDS)
        bank.contracts.membership.set_terms(bank.transactor, terms.hash, text_hash(terms.statement), accept_by)


def publish(bank: Bank, body: TermsBody) -> Receipt:
    """Keep the words, then put them on the ledger with the time to accept; the same again is success.

    Raises InvalidInputError where people would have less time than the bank promises them.
    """
    terms = Terms(body.statement, body.text, body.language)
    present = agreement(bank.index).present
    is_same = present is not None and present.terms_hash == terms.hash
    least = bank.ledger_time() + bank.settings.terms_notice_days * DAY_SECONDS
    if not is_same and body.accept_by < least:
        raise InvalidInputError("accept_by", said("rule-terms-notice", days=bank.settings.terms_notice_days))
    _keep(bank, terms)
    statement = text_hash(terms.statement)
    return receipt(bank.contracts.membership.set_terms(bank.transactor, terms.hash, statement, body.accept_by))


def _keep(bank: Bank, terms: Terms) -> None:
    row = TermsRow(terms_hash=to_hex(terms.hash), statement=terms.statement, text=terms.text, language=terms.language)
    known = bank.terms_texts.find(row.terms_hash)
    if known is not None and known.statement != row.statement:
        raise InvalidInputError("statement", said("rule-terms-statement"))
    bank.terms_texts.save(row)
