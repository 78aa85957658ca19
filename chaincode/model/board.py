"""When a board has decided: whose approvals count, and how many are a majority."""

from collections.abc import Sequence

from chaincode.ids import NOBODY
from chaincode.model.ground import BOARD
from chaincode.model.membership.roster import MemberBook


def count_approvals(
    members: MemberBook, approvers: Sequence[str | None], role: int, among: frozenset[str] | None = None
) -> int:
    """Return how many approve; 0 as soon as one may not, or comes out of the ascending order of accounts."""
    previous = 0
    for key in approvers:
        account = members.account_of(key) if key is not None else NOBODY
        if key is None or int(account, 16) <= previous or not members.holds(key, role):
            return 0
        if among is not None and account not in among:
            return 0
        previous = int(account, 16)
    return len(approvers)


def board_agrees(members: MemberBook, approvers: Sequence[str | None]) -> bool:
    """Tell whether a majority of all who have a seat approves."""
    return members.board_size != 0 and count_approvals(members, approvers, BOARD) * 2 > members.board_size
