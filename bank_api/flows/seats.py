"""Seats: a majority of the board takes somebody in as its member or as operator, or lets somebody go."""

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.domain.encryption_key import check_encryption_key
from bank_api.errors import InvalidInputError
from bank_api.flows.approvals import in_order
from bank_api.protocol.messages.said import said
from bank_api.protocol.seat import SeatBody
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.signed import read_signed
from bank_api.receipts import receipt
from bank_api.store.tables import PersonRow
from chaincode.bindings import Role
from chaincode.ids import text_hash
from chaincode.typed_data import Seat

ROLES = {Role.BOARD: "board", Role.OPERATOR: "operator"}


async def decide(bank: Bank, body: SeatBody) -> Receipt:
    """Carry a seat to the ledger, which counts the approvals; then keep who it is. Sent again it changes nothing."""
    words = read_signed(Seat, body.seat, "seat").struct
    if words.role not in ROLES:
        raise InvalidInputError("seat.message.role", said("rule-one-of", names=", ".join(map(str, map(int, ROLES)))))
    if body.encryption_key is not None:
        check_encryption_key(body.encryption_key, text_hash(body.encryption_key), "encryption_key")
    approvals = await in_thread(in_order, bank, words, [body.seat.signature, *body.approvals])
    answer = receipt(await in_thread(bank.contracts.membership.seat, bank.transactor, words, approvals))
    await in_thread(_keep, bank, words, body)
    return answer


def _keep(bank: Bank, words: Seat, body: SeatBody) -> None:
    known, role = bank.directory.person(words.account), ROLES[Role(words.role)]
    if not words.seated:
        if known is not None:
            bank.directory.save_person(PersonRow(**known.model_dump() | {"roles": PersonRow.without_role(known, role)}))
        return
    row = {
        "account": words.account,
        "key": words.account,
        "name": body.name,
        "encryption_key": body.encryption_key,
        "enrolled_at": bank.clock(),
    }
    kept = known.model_dump(exclude_none=True) if known is not None else {}
    bank.directory.save_person(PersonRow(**row | kept | {"roles": PersonRow.with_role(known, role)}))
