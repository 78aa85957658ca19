"""A bank's first act in every process: what it stands on is checked, and what the ledger lacks of it is put there."""

from bank_api.bank import Bank
from bank_api.store.tables import PersonRow
from chaincode.ids import text_hash


def open_bank(bank: Bank) -> None:
    """Check the deployment against the chain, put the terms on the ledger, enter the operator."""
    bank.deployment.verify(bank.w3)
    if bank.contracts.membership.terms_hash() != bank.terms.hash:
        bank.contracts.membership.set_terms(bank.transactor, bank.terms.hash, text_hash(bank.terms.statement))
    operator = bank.transactor.address
    bank.index.forget_older()
    bank.index.catch_up()
    if bank.directory.person(operator) is None:
        row = PersonRow(
            account=operator, key=operator, name=bank.settings.name, roles="operator", enrolled_at=bank.clock()
        )
        bank.directory.save_person(row)
