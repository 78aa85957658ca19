"""The quota of coins: what is left of it, what goes above it, and what a majority of the board says about it."""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.errors import QuotaExhaustedError
from bank_api.flows.approvals import in_order
from bank_api.protocol.messages.said import said
from bank_api.protocol.quota import IssueBody, QuotaBody, QuotaView
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.signed import read_signed
from bank_api.receipts import receipt
from chaincode.errors import ContractRefusedError
from chaincode.ids import to_hex
from chaincode.refusals import declared
from chaincode.typed_data import CoinIssue, Quota

_EXHAUSTED = declared("coin: quota exhausted")


async def set_quota(bank: Bank, body: QuotaBody) -> Receipt:
    """Carry a quota to the ledger, which counts the approvals. Sent again it changes nothing."""
    words = read_signed(Quota, body.quota, "quota").struct
    approvals = await in_thread(in_order, bank, words, [body.quota.signature, *body.approvals])
    return receipt(await in_thread(bank.contracts.coin.set_quota, bank.transactor, words, approvals))


async def approve_issue(bank: Bank, body: IssueBody) -> Receipt:
    """Carry the board's word for one sale or one budget to the ledger. Sent again it changes nothing."""
    words = read_signed(CoinIssue, body.issue, "issue").struct
    approvals = await in_thread(in_order, bank, words, [body.issue.signature, *body.approvals])
    return receipt(await in_thread(bank.contracts.coin.approve_issue, bank.transactor, words, approvals))


def quota_view(bank: Bank) -> QuotaView:
    """What may still come, by the ledger of this moment."""
    quota, now = bank.contracts.coin.quota(), bank.clock()
    left, runs = quota.left(now), now < quota.ends_at
    return QuotaView(
        coins=quota.coins,
        period_seconds=quota.period_seconds,
        used=quota.used if runs else 0,
        left=left,
        ends_at=quota.ends_at if runs else None,
    )


@contextmanager
def within_quota(bank: Bank, issue_id: bytes, coins: int) -> Iterator[None]:
    """Bring coins into being inside. Raises QuotaExhaustedError, which names what is left and what the board can do."""
    try:
        yield
    except ContractRefusedError as refusal:
        if f"{refusal.contract}: {refusal.reason}" != _EXHAUSTED:
            raise
        view = quota_view(bank)
        days = f"{view.period_seconds / 86400:g}"
        raise QuotaExhaustedError(
            said("refusal-quota", asked=coins, left=view.left, coins=view.coins, days=days),
            hint=said("hint-quota", id=to_hex(issue_id), coins=str(coins)),
            left=view.left,
            ends_at=view.ends_at,
        ) from refusal
