"""A lost key is replaced: by guardians whom the account named, or by the operator and the board. The bank carries it.

Whether enough have signed the contract decides; the new encryption key is known here once the ledger has the new key.
"""

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.domain.encryption_key import check_encryption_key
from bank_api.errors import ForbiddenError, InvalidInputError, NotFoundError
from bank_api.flows.approvals import in_order
from bank_api.flows.present_key import keep_present_key
from bank_api.flows.rewrap import wrap_for_present_key
from bank_api.protocol.messages.said import Named, said
from bank_api.protocol.recovery import RecoveryBody
from bank_api.protocol.shapes.receipts import KeyReceipt, Receipt
from bank_api.protocol.signed import read_signed
from bank_api.receipts import receipt
from chaincode.events import Recovered
from chaincode.ids import id_from_hex
from chaincode.typed_data import Recovery, Signed, recover


async def begin(bank: Bank, body: RecoveryBody, is_ordered: bool) -> KeyReceipt:
    """Begin a recovery. Without guardians it is the operator's to propose, by its own order."""
    signed = _read(bank, body)
    words = signed.struct
    if await in_thread(bank.directory.person, words.account) is None:
        raise NotFoundError("account", words.account)
    is_guarded = await in_thread(bank.contracts.recovery.guardians_of, words.account) is not None
    if not is_guarded and not is_ordered:
        raise ForbiddenError(said("refusal-no-guardians"))
    approvals = await in_thread(in_order, bank, words, body.approvals)
    outcome = await in_thread(bank.contracts.recovery.recover, bank.transactor, words, signed.signature, approvals)
    answer = receipt(outcome)
    if any(isinstance(event, Recovered) for event in outcome.events):
        return await in_thread(_moved, bank, words, body.encryption_key, answer)
    return KeyReceipt(**answer.model_dump())


async def complete(bank: Bank, recovery_id: str, body: RecoveryBody) -> KeyReceipt:
    """The waiting time is over: the account has its new key. Anybody may ask for it; sent again it changes nothing."""
    words = _read(bank, body).struct
    if words.recovery_id != id_from_hex(recovery_id):
        raise InvalidInputError(
            "recovery.message.recovery_id", said("rule-another-than-address", what=Named("thing", "recovery"))
        )
    answer = receipt(await in_thread(bank.contracts.recovery.complete, bank.transactor, words))
    return await in_thread(_moved, bank, words, body.encryption_key, answer)


def _moved(bank: Bank, words: Recovery, encryption_key: str, answer: Receipt) -> KeyReceipt:
    """The ledger has the new key: so has the directory, and what is kept for the account is wrapped for it."""
    keep_present_key(bank, words.account, words.new_key, encryption_key)
    done = wrap_for_present_key(bank, words.account)
    return KeyReceipt(**answer.model_dump(), documents_wrapped=done.wrapped, documents_closed=done.closed)


def _read(bank: Bank, body: RecoveryBody) -> Signed[Recovery]:
    signed = read_signed(Recovery, body.recovery, "recovery")
    field = "recovery.message.encryption_key_hash"
    check_encryption_key(body.encryption_key, signed.struct.encryption_key_hash, field)
    if recover(signed.struct, bank.deployment, signed.signature) != signed.struct.new_key:
        raise InvalidInputError("recovery.signature", said("rule-signed-by-new-key"))
    return signed
