"""Correct: a sealed answer in the place of the one that stands; the earlier one stays sealed in its member's store.

Checked, stored and recorded as an answer is. Recording waits while a release is made: a release so holds the answers
that stood when the ledger recorded it (ADR 48).
"""

from collections.abc import Sequence

from bank_api.bank import Bank
from bank_api.flows.answer import SealedAnswer, check_sealed, off_the_loop, store_and_record, stored_and_submitted
from bank_api.flows.flow import Sent, Submit
from bank_api.protocol.acts import AnswerParts
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from chaincode import acts
from chaincode.bindings import Outcome
from chaincode.typed_data import Correction


async def correct(bank: Bank, sent: Sent[Correction, AnswerParts], submit: Submit) -> Receipt:
    """Whether the answer that it replaces is the one that stands, the ledger says."""
    return receipt(await stored_and_submitted(bank, await off_the_loop(_checked, bank, sent), submit))


def _checked(bank: Bank, sent: Sent[Correction, AnswerParts]) -> SealedAnswer:
    with bank.database.reading():
        sealed, _ = check_sealed(bank, sent, "correction")
    return sealed


def record(bank: Bank, corrections: Sequence[SealedAnswer]) -> list[Outcome | Exception]:
    """The lane's work."""
    with bank.releasing:
        return store_and_record(bank, corrections, acts.CORRECTION)
