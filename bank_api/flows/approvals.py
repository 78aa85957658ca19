"""Signatures of the same words by several people, in the order in which the contracts want them."""

from collections.abc import Sequence

from bank_api.bank import Bank
from bank_api.errors import InvalidInputError
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import Sentence
from bank_api.protocol.signed import signature_from
from chaincode.errors import MessageError
from chaincode.typed_data import SignedStruct, recover


def in_order(bank: Bank, words: SignedStruct, approvals: Sequence[str]) -> list[bytes]:
    """The approvals in ascending order of their accounts, each account once.

    Raises FieldError or InvalidInputError naming the first that is no signature of these words by anybody of this bank.
    """
    found: dict[int, bytes] = {}
    for number, approval in enumerate(approvals):
        field = f"approvals[{number}]"
        signature = signature_from(approval, field)
        try:
            account = bank.index.account_by_key(recover(words, bank.deployment, signature))
        except MessageError as error:
            raise InvalidInputError(field, Sentence(error.rule)) from error
        if account is None:
            raise InvalidInputError(field, said("rule-approves-nobody"))
        found[int(account.account, 16)] = signature
    return [found[account] for account in sorted(found)]
