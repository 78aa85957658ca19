"""Who may act for an account now: what each contract asks of the roster before it takes signed words."""

from chaincode.model.ground import SCOPES, require
from chaincode.model.membership.roster import NAME, MemberBook


def check_signed(
    members: MemberBook, contract: str, key: str | None, account: str, role: int, deadline: int, now: int
) -> None:
    """Refuse unless a key may act for an account now, by a signature that is well formed and in time.

    A delegate may act too, if it was let act in the contract's scope.
    """
    require(now <= deadline, contract, "deadline passed")
    require(key is not None, contract, "signature malformed")
    if refusal := members.refusal(key, account, role, SCOPES[contract], now):
        raise refusal


def check_agrees(members: MemberBook, account: str, until: int) -> None:
    """Refuse what is new for whoever let the time to accept the bank's present terms pass, or will by then."""
    require(members.agrees_until(account, until), NAME, "new terms not accepted")


def check_right(members: MemberBook, contract: str, key: str | None, account: str, deadline: int, now: int) -> None:
    """Refuse what nobody may suspend - to take back, to veto, to end - only for a false or late signature."""
    require(now <= deadline, contract, "deadline passed")
    require(key is not None, contract, "signature malformed")
    if refusal := members.right_refusal(key, account, SCOPES[contract], now):
        raise refusal
