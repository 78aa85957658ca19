"""Spending policies: the operator names, for good, with which issuers bound coins may be spent."""

from collections.abc import Sequence

from bank_api.bank import Bank
from bank_api.errors import IdAlreadyUsedError, InvalidInputError
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from bank_api.store.tables import PolicyRow
from chaincode.ids import id_from_hex, parse_address


def set_policy(bank: Bank, policy_id: str, name: str, issuers: Sequence[str]) -> Receipt:
    """Keep the policy's name here, put its issuers on the ledger; the same again changes nothing."""
    accounts = [parse_address(one, f"issuers[{place}]") for place, one in enumerate(issuers)]
    for place, account in enumerate(accounts):
        person = bank.directory.person(account)
        if person is None or not person.has_role("partner"):
            raise InvalidInputError(f"issuers[{place}]", said("rule-no-partner"))
    known = bank.catalog.policy(policy_id)
    if known is not None and known.name != name:
        raise IdAlreadyUsedError
    if known is None:
        bank.catalog.save(PolicyRow(policy_id=policy_id, name=name))
    return receipt(bank.contracts.coin.set_policy(bank.transactor, id_from_hex(policy_id), accounts))
