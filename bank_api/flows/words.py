"""The words of a signed act, kept beside the ledger, which has their hashes."""

from collections.abc import Callable
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.errors import IdAlreadyUsedError
from bank_api.flows.flow import Sent
from bank_api.flows.signatures import check_own_signature
from bank_api.index.follower import fresh
from bank_api.store.tables import CouponClassRow, RequestRow
from chaincode.acts import item_id
from chaincode.ids import to_hex

Row = TypeVar("Row", RequestRow, CouponClassRow)


async def keep_words(
    bank: Bank, sent: Sent[Any, Any], row: Row, known: Row | None, is_recorded: Callable[[Bank, str], bool]
) -> None:
    """Keep `row` for the act that its sender signed; until the ledger has the act, other words may take their place.

    Raises IdAlreadyUsedError for other words under the id of a recorded act, InvalidInputError for another's signature.
    """
    changed = known is None or known.message != row.message
    if known is not None and changed:
        await fresh(bank.follower)
        if await in_thread(is_recorded, bank, to_hex(item_id(sent.words))):
            raise IdAlreadyUsedError
    check_own_signature(bank, sent.caller, sent.signed)
    if changed:
        await in_thread(bank.catalog.save, row)
