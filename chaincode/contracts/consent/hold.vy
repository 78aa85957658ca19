# pragma version 0.4.3
# pragma evm-version london
"""
@title Holds: the consents that a large release gathers before it is sealed
@notice A hold binds its consents only from the moment it is sealed; dropped, or not closed in time, it binds nobody.
@dev hold: consents | coins << 32 | state << 96 | closesBy << 104 | items << 168 | request number << 200
"""
from interfaces import IConsent

from ..shared import authority

OPEN: constant(uint256) = 1
SEALED: constant(uint256) = 2
DROPPED: constant(uint256) = 3

holds: uint256
hold: HashMap[uint256, uint256]
release_of: HashMap[uint256, bytes32]


@external
@view
def holdOf(hold: uint256) -> IConsent.Hold:
    packed: uint256 = self.hold[hold]
    return IConsent.Hold(
        count=packed & authority.BITS_32,
        coins=(packed >> 32) & authority.BITS_64,
        state=convert(self.state(packed), uint8),
    )


# ---- What the word of a hold says ----


@internal
@pure
def state(hold: uint256) -> uint256:
    return (hold >> 96) & authority.BITS_8


@internal
@pure
def closes_by(hold: uint256) -> uint256:
    return (hold >> 104) & authority.BITS_64


@internal
@pure
def items(hold: uint256) -> uint256:
    return (hold >> 168) & authority.BITS_32


@internal
@pure
def request_number(hold: uint256) -> uint256:
    return (hold >> 200) & authority.BITS_32


# ---- Steps ----


@internal
def open(releaseId: bytes32, number: uint256, items: uint256, closesBy: uint64) -> uint256:
    """@dev For `items` of request `number`; returns the hold's own number."""
    self.holds += 1
    self.release_of[self.holds] = releaseId
    self.hold[self.holds] = (
        (OPEN << 96) | (convert(closesBy, uint256) << 104) | (items << 168) | (number << 200)
    )
    return self.holds


@internal
def set_state(hold_number: uint256, state: uint256):
    self.hold[hold_number] = (self.hold[hold_number] & ~(authority.BITS_8 << 96)) | (state << 96)


@internal
@view
def state_of(hold_number: uint256) -> uint256:
    return self.state(self.hold[hold_number])


@internal
def take_in(hold_number: uint256, coins: uint256):
    """@dev One more consent."""
    self.hold[hold_number] += 1 + (coins << 32)


@internal
def let_go(hold_number: uint256, coins: uint256):
    """@dev One consent less."""
    self.hold[hold_number] -= 1 + (coins << 32)


@internal
@view
def binds(hold_number: uint256) -> bool:
    """@dev Sealed, or open and still in time."""
    hold: uint256 = self.hold[hold_number]
    state: uint256 = self.state(hold)
    return state == SEALED or (state == OPEN and block.timestamp <= self.closes_by(hold))
