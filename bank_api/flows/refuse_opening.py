"""A custodian says no to an opening, and why: kept for whoever asked. It binds nobody, and the ledger is not told."""

from typing import Any

from bank_api.bank import Bank
from bank_api.errors import ConflictError, ForbiddenError
from bank_api.protocol.kinds import OpeningStanding
from bank_api.protocol.messages.said import said
from bank_api.store.tables import OpeningRefusalRow
from bank_api.views import escrows as views
from bank_api.views.kept import opening_row
from chaincode.events import Contributed

UNDECIDED = (OpeningStanding.WAITING, OpeningStanding.OPEN)


def refuse(bank: Bank, account: str, opening_id: str, reason: str) -> dict[str, Any]:
    """Take a custodian's refusal; the same again changes nothing, another reason takes its place.

    Raises NotFoundError, ForbiddenError for who holds no share of it, ConflictError where it is too late.
    """
    row = opening_row(bank, opening_id)
    if bank.escrows.share(row.escrow_id, account) is None:
        raise ForbiddenError(said("refusal-no-custodian-of-this"))
    view = views.opening(bank, account, opening_id)
    told = bank.index.events_about(opening_id, Contributed)
    if view["state"] not in UNDECIDED or any(event.custodian == account for event in told):
        raise ConflictError(said("refusal-opening-decided"))
    known = bank.escrows.refusal(opening_id, account)
    if known is None or known.reason != reason:
        bank.escrows.save_refusal(
            OpeningRefusalRow(
                opening_id=opening_id,
                custodian=account,
                requester=row.requester,
                reason=reason,
                refused_at=bank.clock(),
            )
        )
    return views.opening(bank, account, opening_id)
