"""Rotation: the holder of an account moves it to a new key, while the old one is still there to sign."""

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.domain.encryption_key import check_encryption_key
from bank_api.flows.flow import Sent, Submit
from bank_api.flows.present_key import keep_present_key
from bank_api.flows.rewrap import wrap_for_present_key
from bank_api.protocol.acts import KeyRotationParts
from bank_api.protocol.shapes.receipts import KeyReceipt
from bank_api.protocol.signed import signature_from
from bank_api.receipts import receipt
from chaincode.typed_data import KeyRotation, SignedRotation


async def rotate(bank: Bank, sent: Sent[KeyRotation, KeyRotationParts], submit: Submit) -> KeyReceipt:
    """Both keys signed: the ledger first, then the directory, then what is kept is wrapped for the new key."""
    words, parts = sent.words, sent.parts
    check_encryption_key(parts.encryption_key, words.encryption_key_hash, "key_rotation.message.encryption_key_hash")
    both = SignedRotation(words, sent.signed.signature, signature_from(parts.new_key_signature, "new_key_signature"))
    answer = receipt(await submit(both))
    await in_thread(keep_present_key, bank, words.account, words.new_key, parts.encryption_key)
    done = await in_thread(wrap_for_present_key, bank, words.account)
    return KeyReceipt(**answer.model_dump(), documents_wrapped=done.wrapped, documents_closed=done.closed)
