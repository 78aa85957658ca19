"""Escrow: an owner entrusts a document key to custodians; k of them open it after a recorded request and a delay.

The bank keeps the sealed document, each custodian's sealed share and the sealed contributions. It can open none.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, IdAlreadyUsedError, InvalidInputError, NotFoundError
from bank_api.flows.join import check_encryption_key
from bank_api.flows.receipts import receipt
from bank_api.store.tables import ContributionRow, EscrowRow, OpeningRow, ShareRow
from chaincode.bindings import Signed
from chaincode.ids import to_hex
from chaincode.typed_data import Contribution, EscrowPolicy, OpeningRequest, ShareReceipt, Veto


async def create(
    bank: Bank,
    caller: Caller,
    signed: Signed[EscrowPolicy],
    title: str,
    document: bytes,
    commitments: bytes,
    shares: Mapping[str, bytes],
) -> dict[str, Any]:
    """Keep document, commitments and one sealed share per custodian, then write the policy on the ledger."""
    message = signed.struct
    if message.owner != caller.account:
        raise ForbiddenError("an escrow is made by its owner")
    if set(shares) != set(message.custodians):
        raise InvalidInputError("shares", "must hold exactly one share for each custodian of the policy")
    escrow_id = to_hex(message.escrow_id)
    row = EscrowRow(
        escrow_id=escrow_id,
        owner=message.owner,
        title=title,
        message=json.dumps(message.to_json(), ensure_ascii=False),
        document=document,
        commitments=commitments,
    )
    known = await in_thread(bank.escrows.escrow, escrow_id)
    if known is not None and (known.message, known.document) != (row.message, row.document):
        raise IdAlreadyUsedError
    share_rows = [ShareRow(escrow_id=escrow_id, custodian=account, sealed=sealed) for account, sealed in shares.items()]
    if known is None:
        await in_thread(bank.escrows.save_escrow, row, share_rows)
    return receipt(await bank.lanes.escrow.submit(signed))


async def acknowledge(bank: Bank, escrow_id: str, signed: Signed[ShareReceipt]) -> dict[str, Any]:
    """A custodian confirms a verified share; the escrow is active when all have."""
    if to_hex(signed.struct.escrow_id) != escrow_id:
        raise InvalidInputError("receipt.message.escrow_id", "names another escrow than the address")
    await in_thread(escrow_row, bank, escrow_id)
    return receipt(await bank.lanes.share_receipt.submit(signed))


async def request_opening(
    bank: Bank, caller: Caller, escrow_id: str, signed: Signed[OpeningRequest], recipient_key: str, reason: str
) -> dict[str, Any]:
    """Owner or custodian asks for an opening to `recipient_key`; the delay starts when the ledger has it."""
    message = signed.struct
    if to_hex(message.escrow_id) != escrow_id:
        raise InvalidInputError("opening.message.escrow_id", "names another escrow than the address")
    if message.requester != caller.account:
        raise ForbiddenError("an opening is requested in one's own name")
    await in_thread(escrow_row, bank, escrow_id)
    check_encryption_key(recipient_key, message.recipient_key_hash, "opening.message.recipient_key_hash")
    row = OpeningRow(
        opening_id=to_hex(message.opening_id),
        escrow_id=escrow_id,
        requester=message.requester,
        recipient_key=recipient_key,
        reason=reason,
    )
    known = await in_thread(bank.escrows.opening, row.opening_id)
    if known is not None and (known.escrow_id, known.recipient_key) != (escrow_id, recipient_key):
        raise IdAlreadyUsedError
    if known is None:
        await in_thread(bank.escrows.save_opening, row)
    return receipt(await bank.lanes.opening.submit(signed))


async def contribute(
    bank: Bank, caller: Caller, opening_id: str, signed: Signed[Contribution], sealed: bytes
) -> dict[str, Any]:
    """A custodian's contribution, sealed to the requester; its hash goes on the ledger."""
    message = signed.struct
    if to_hex(message.opening_id) != opening_id:
        raise InvalidInputError("contribution.message.opening_id", "names another opening than the address")
    if message.custodian != caller.account:
        raise ForbiddenError("a custodian contributes in its own name only")
    if message.contribution_hash != hashlib.sha256(sealed).digest():
        raise InvalidInputError("contribution.message.contribution_hash", "is not the SHA-256 of sealed_base64")
    await in_thread(opening_row, bank, opening_id)
    row = ContributionRow(
        opening_id=opening_id,
        custodian=message.custodian,
        content_hash=to_hex(message.contribution_hash),
        sealed=sealed,
    )
    await in_thread(bank.escrows.save_contribution, row)
    return receipt(await bank.lanes.contribution.submit(signed))


async def veto(bank: Bank, opening_id: str, signed: Signed[Veto]) -> dict[str, Any]:
    """The owner stops an opening."""
    if to_hex(signed.struct.opening_id) != opening_id:
        raise InvalidInputError("veto.message.opening_id", "names another opening than the address")
    return receipt(await bank.lanes.veto.submit(signed))


def escrow_row(bank: Bank, escrow_id: str) -> EscrowRow:
    row = bank.escrows.escrow(escrow_id)
    if row is None:
        raise NotFoundError("escrow", escrow_id)
    return row


def opening_row(bank: Bank, opening_id: str) -> OpeningRow:
    row = bank.escrows.opening(opening_id)
    if row is None:
        raise NotFoundError("opening", opening_id)
    return row
