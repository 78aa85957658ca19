"""From a contract's outcome to a receipt, or to the error that says why not."""

from bank_api.errors import IdAlreadyUsedError, LedgerRefusedError
from bank_api.protocol.shapes.receipts import Receipt
from chaincode.bindings import Outcome
from chaincode.ids import to_hex


def receipt(outcome: Outcome) -> Receipt:
    """The receipt of an accepted (or repeated) action. Raises LedgerRefusedError or IdAlreadyUsedError."""
    if not outcome.accepted:
        reason = outcome.reason or "ledger: refused without a reason"
        if reason.endswith("id already used"):
            raise IdAlreadyUsedError(reason)
        raise LedgerRefusedError(reason)
    return Receipt(
        id=to_hex(outcome.id),
        accepted=True,
        repeated=outcome.repeated,
        block_number=outcome.block_number,
        transaction_hash=to_hex(outcome.transaction_hash),
    )


def receipt_of_before(item: str, block_number: int, transaction_hash: bytes, *, repeated: bool = True) -> Receipt:
    """The receipt of what the ledger has from an earlier sending, whose own receipt was lost."""
    return Receipt(
        id=item,
        accepted=True,
        repeated=repeated,
        block_number=block_number,
        transaction_hash=to_hex(transaction_hash),
    )
