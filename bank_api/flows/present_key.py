"""The keys that the directory has of an account, after the ledger took new ones."""

from bank_api.bank import Bank
from chaincode.ids import text_hash


def keep_present_key(bank: Bank, account: str, key: str, encryption_key: str) -> None:
    """The ledger took these keys, now or earlier: words that come again put no former key in a later one's place."""
    members = bank.contracts.membership
    if (members.key_of(account), members.encryption_key_of(account)) == (key, text_hash(encryption_key)):
        bank.directory.rotate_key(account, key, encryption_key)
