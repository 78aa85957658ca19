"""Publish: an account says, under its own signature, which key documents for it are sealed to."""

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.domain.encryption_key import check_encryption_key
from bank_api.flows.flow import Sent, Submit
from bank_api.flows.rewrap import wrap_for_present_key
from bank_api.protocol.acts import EncryptionKeyParts
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from chaincode.typed_data import EncryptionKey


async def publish(bank: Bank, sent: Sent[EncryptionKey, EncryptionKeyParts], submit: Submit) -> Receipt:
    """Its hash goes on the ledger; then the directory has the key, and what is kept for a member is wrapped for it."""
    key = sent.parts.public_key
    check_encryption_key(key, sent.words.encryption_key_hash, "encryption_key.message.encryption_key_hash")
    answer = receipt(await submit(sent.signed))
    await in_thread(bank.directory.set_encryption_key, sent.words.account, key)
    await in_thread(wrap_for_present_key, bank, sent.words.account)
    return answer
