# pragma version 0.4.3
# pragma evm-version london
"""
@title The board: a majority of it signs the same words
@dev Signatures stand in ascending order of their accounts: each counts once.
"""
from . import authority

uses: authority

APPROVALS: constant(uint256) = 16


@internal
@view
def agrees(hashed: bytes32, approvals: DynArray[authority.Signature, APPROVALS]) -> bool:
    """@dev A majority of all who have a seat, suspended or not, so that nobody gains by keeping others away. One signature
         that is not of the board, or comes twice, spoils all. Without a board nothing is agreed to."""
    previous: uint256 = 0
    for signature: authority.Signature in approvals:
        key: address = authority.signer(hashed, signature)
        account: uint256 = convert(staticcall authority.membership.accountOf(key), uint256)
        if account <= previous or not staticcall authority.membership.holds(key, authority.BOARD):
            return False
        previous = account
    return len(approvals) * 2 > staticcall authority.membership.boardSize()
