"""Escrow: an owner entrusts a document key to custodians; k of them open it after a recorded request and a delay.

The bank keeps the sealed document, each custodian's sealed share and the sealed contributions. It can open none.
"""

import hashlib
import json

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.domain.encryption_key import check_encryption_key
from bank_api.errors import ConflictError, ForbiddenError, IdAlreadyUsedError, InvalidInputError, LedgerRefusedError
from bank_api.flows.flow import Sent, Submit
from bank_api.flows.signatures import check_own_signature
from bank_api.protocol.acts import ContributionParts, EscrowPolicyParts, OpeningRequestParts, Parts
from bank_api.protocol.fields import from_base64
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from bank_api.store.tables import ContributionRow, EscrowRow, HeirRow, OpeningRow, ShareRow
from bank_api.views.kept import escrow_row, opening_row
from chaincode.ids import NOBODY, parse_address, to_hex
from chaincode.typed_data import Contribution, EscrowPolicy, OpeningRequest, ShareReceipt

ESCROWS_MAX = 100
"""Of one owner, those that were dealt anew or refused too: no quota counts their documents, and whoever keeps a share
reads all of them at each look."""


async def create(bank: Bank, sent: Sent[EscrowPolicy, EscrowPolicyParts], submit: Submit) -> Receipt:
    """Keep document, commitments and one sealed share per custodian, then write the policy on the ledger."""
    message, parts = sent.words, sent.parts
    most, share_most = bank.settings.sealed_bytes_max, bank.settings.share_bytes_max
    shares = {
        parse_address(one.custodian, f"shares[{i}].custodian"): from_base64(
            one.sealed_base64, f"shares[{i}].sealed_base64", bank.settings.dealt_bytes_max
        )
        for i, one in enumerate(parts.shares)
    }
    if set(shares) != set(message.custodians):
        raise InvalidInputError("shares", said("rule-one-share-each"))
    row = EscrowRow(
        escrow_id=to_hex(message.escrow_id),
        owner=message.owner,
        title=parts.title,
        message=json.dumps(message.to_json(), ensure_ascii=False),
        document=from_base64(parts.document_base64, "document_base64", most),
        commitments=from_base64(parts.commitments_base64, "commitments_base64", share_most),
    )
    known = await in_thread(bank.escrows.escrow, row.escrow_id)
    if known is not None and (known.message, known.document) != (row.message, row.document):
        raise IdAlreadyUsedError
    rows = [ShareRow(escrow_id=row.escrow_id, custodian=account, sealed=sealed) for account, sealed in shares.items()]
    heirs = [HeirRow(escrow_id=row.escrow_id, heir=message.heir)] if message.heir != NOBODY else []
    check_own_signature(bank, sent.caller, sent.signed)
    if known is None and await in_thread(bank.escrows.owned_count, row.owner) >= ESCROWS_MAX:
        raise ConflictError(said("refusal-no-more-kept", most=str(ESCROWS_MAX)))
    if known is None:
        await in_thread(bank.escrows.save_escrow, row, rows, heirs)
    return receipt(await submit(sent.signed))


async def acknowledge(bank: Bank, sent: Sent[ShareReceipt, Parts], submit: Submit) -> Receipt:
    """A custodian confirms a verified share; the escrow is active when all have."""
    await in_thread(escrow_row, bank, to_hex(sent.words.escrow_id))
    return receipt(await submit(sent.signed))


async def request_opening(bank: Bank, sent: Sent[OpeningRequest, OpeningRequestParts], submit: Submit) -> Receipt:
    """Owner, heir or custodian asks for an opening to `recipient_key`; the delay starts when the ledger has it."""
    message, parts, escrow_id = sent.words, sent.parts, to_hex(sent.words.escrow_id)
    await in_thread(escrow_row, bank, escrow_id)
    field = "opening_request.message.recipient_key_hash"
    check_encryption_key(parts.recipient_key, message.recipient_key_hash, field)
    row = OpeningRow(
        opening_id=to_hex(message.opening_id),
        escrow_id=escrow_id,
        requester=message.requester,
        message=json.dumps(message.to_json(), ensure_ascii=False),
        recipient_key=parts.recipient_key,
        reason=parts.reason,
    )
    known = await in_thread(bank.escrows.opening, row.opening_id)
    if known is not None and (known.message, known.recipient_key) != (row.message, parts.recipient_key):
        raise IdAlreadyUsedError
    check_own_signature(bank, sent.caller, sent.signed)
    if known is None:
        await in_thread(bank.escrows.save_opening, row)
    return receipt(await submit(sent.signed))


async def contribute(bank: Bank, sent: Sent[Contribution, ContributionParts], submit: Submit) -> Receipt:
    """A custodian's contribution, sealed to the requester; its hash goes on the ledger.

    Its signature was checked before; what the ledger refuses is not kept.
    """
    message = sent.words
    sealed = from_base64(sent.parts.sealed_base64, "sealed_base64", bank.settings.share_bytes_max)
    if message.contribution_hash != hashlib.sha256(sealed).digest():
        raise InvalidInputError("contribution.message.contribution_hash", said("rule-hash-of", what="sealed_base64"))
    row = ContributionRow(
        opening_id=to_hex(message.opening_id),
        custodian=message.custodian,
        content_hash=to_hex(message.contribution_hash),
        sealed=sealed,
    )
    opening = await in_thread(opening_row, bank, row.opening_id)
    if await in_thread(bank.escrows.share, opening.escrow_id, message.custodian) is None:
        raise ForbiddenError(said("refusal-only-custodians"))
    check_own_signature(bank, sent.caller, sent.signed)
    await in_thread(bank.escrows.save_contribution, row)
    try:
        return receipt(await submit(sent.signed))
    except LedgerRefusedError:
        await in_thread(bank.escrows.drop_contribution, row)
        raise
