"""A bank's first act in every process: what it stands on is checked, and what the ledger lacks of it is put there."""

import logging
import time

from bank_api.bank import Bank
from bank_api.flows import registration
from bank_api.flows.terms import open_terms
from bank_api.store.tables import PersonRow
from chaincode.errors import LedgerRefusedError, LedgerUnavailableError
from chaincode.ids import new_id, text_hash
from chaincode.typed_data import EncryptionKey

LOG = logging.getLogger(__name__)
WORDS_SECONDS = 3600
LEADER_SECONDS = 240
"""How long a process that starts waits for one that leads."""
PAUSE_SECONDS = 0.1


def open_bank(bank: Bank) -> None:
    """Check the deployment against the chain, put the terms on the ledger, enter the operator."""
    _check_chain(bank)
    open_terms(bank)
    _name_release_key(bank)
    operator = bank.contracts.membership.account_of(bank.transactor.address) or bank.transactor.address
    bank.index.forget_older()
    bank.index.catch_up()
    registration.forget_old(bank)
    if bank.directory.person(operator) is None:
        row = PersonRow(
            account=operator,
            key=bank.transactor.address,
            name=bank.settings.name,
            roles="operator",
            enrolled_at=bank.clock(),
        )
        bank.directory.save_person(row)


def open_beside(bank: Bank) -> None:
    """The same for a process that does not lead: whoever does has put everything there."""
    _check_chain(bank)
    until = time.monotonic() + LEADER_SECONDS
    while True:
        try:
            bank.index.catch_up()
        except LedgerUnavailableError:  # whoever will lead is starting too
            if time.monotonic() > until:
                raise
        else:
            return
        time.sleep(PAUSE_SECONDS)


def _check_chain(bank: Bank) -> None:
    bank.deployment.verify(bank.w3)
    try:
        bank.genesis_header = str(bank.transactor.node.request("debug_getRawHeader", "0x0"))
    except LedgerRefusedError as refusal:  # an engine whose blocks are not Ethereum's
        LOG.warning("this ledger shows no sealed headers, so wallets have nothing to prove anything by: %s", refusal)


def _name_release_key(bank: Bank) -> None:
    """The key that answers are sealed to stands on the ledger as the operator's, where every wallet finds it proven."""
    account, wanted = bank.deployment.operator, text_hash(bank.release_key.public.to_hex())
    if bank.contracts.membership.encryption_key_of(account) != wanted:
        now, last = bank.ledger_time(), bank.contracts.membership.key_sequence_of(account)
        words = EncryptionKey(new_id(), account, wanted, max(now * 1000, last + 1), now + WORDS_SECONDS)
        bank.contracts.membership.set_encryption_key(bank.transactor, words)
