# pragma version 0.4.3
# pragma evm-version london
"""
@title Quorum: what takes the board, and never one key alone
@notice The board is its own master: a majority of it seats and unseats members of the board and operators. Of its words
        about an account the later stands, by a sequence; words that change nothing count too: they outdate earlier
        ones that somebody holds back.
@dev Everybody who approves signs the same words. Signatures stand in ascending order of their accounts: each once.
"""
from ..shared import authority
from . import roster

uses: authority
uses: roster

struct Seat:
    seatId: bytes32
    account: address
    role: uint256
    seated: bool
    sequence: uint64
    deadline: uint64

event Seated:
    seatId: indexed(bytes32)
    account: indexed(address)
    role: uint256
    seated: bool
    sequence: uint64

APPROVALS: constant(uint256) = 16
SEAT_TYPE: constant(bytes32) = keccak256(
    "Seat(bytes32 seatId,address account,uint256 role,bool seated,uint64 sequence,uint64 deadline)"
)

seat_sequence: HashMap[address, uint256]


@external
def seat(seat: Seat, approvals: DynArray[authority.Signature, APPROVALS]):
    """@notice A majority of the board takes somebody in as member of the board or operator, or lets somebody go."""
    hashed: bytes32 = keccak256(abi_encode(SEAT_TYPE, seat))
    if roster.is_repeated(seat.seatId, hashed):
        return
    assert block.timestamp <= convert(seat.deadline, uint256), "membership: deadline passed"
    assert self.board_agrees(hashed, approvals), "membership: approvals too few"
    assert seat.role == authority.BOARD or seat.role == authority.OPERATOR, "membership: unknown role"
    assert convert(seat.sequence, uint256) > self.seat_sequence[seat.account], "membership: a later word stands"
    assert not authority.is_of_the_future(seat.sequence), "membership: sequence is of the future"
    self.seat_sequence[seat.account] = convert(seat.sequence, uint256)
    roster.digest[seat.seatId] = hashed
    log Seated(
        seatId=seat.seatId, account=seat.account, role=seat.role, seated=seat.seated, sequence=seat.sequence
    )
    has_it: bool = roster.roles(seat.account) & seat.role != 0
    if seat.seated:
        refused: String[64] = roster.role_refusal(seat.account, seat.role)
        assert len(refused) == 0, refused
        if not has_it:
            roster.give(seat.account, seat.role)
            log roster.Enrolled(account=seat.account, role=seat.role, parent=empty(address))
        return
    if not has_it:
        return
    assert seat.role != authority.BOARD or roster.board_size > 1, "membership: board would be empty"
    roster.take(seat.account, seat.role)
    log roster.Dismissed(account=seat.account, role=seat.role, reasonHash=seat.seatId)


# ---- Counting ----


@internal
@view
def board_agrees(hashed: bytes32, approvals: DynArray[authority.Signature, APPROVALS]) -> bool:
    """@dev A majority of all who have a seat, suspended or not, so that nobody gains by keeping others away. One signature
         that is not of the board, or comes twice, spoils all."""
    if roster.board_size == 0:
        return False
    previous: uint256 = 0
    for signature: authority.Signature in approvals:
        key: address = authority.signer(hashed, signature)
        account: address = roster.account_of(key)
        if key == empty(address) or convert(account, uint256) <= previous or not roster.holds(key, authority.BOARD):
            return False
        previous = convert(account, uint256)
    return len(approvals) * 2 > roster.board_size
