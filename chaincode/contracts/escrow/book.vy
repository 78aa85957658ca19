# pragma version 0.4.3
# pragma evm-version london
"""
@title The book of escrows: their owners and custodians
@dev escrow: owner | state << 160 | threshold << 168 | count << 176 | delay << 184 | acknowledged << 216
"""
from ..shared import authority

CREATED: constant(uint256) = 1
ACTIVE: constant(uint256) = 2
REPLACED: constant(uint256) = 3

escrow: HashMap[bytes32, uint256]
commitments: HashMap[bytes32, bytes32]
custodianAt: public(HashMap[bytes32, HashMap[uint256, address]])
place: HashMap[bytes32, HashMap[address, uint256]]
digest: HashMap[bytes32, bytes32]
heirOf: public(HashMap[bytes32, address])
replacedBy: public(HashMap[bytes32, bytes32])
replaces: public(HashMap[bytes32, bytes32])


# ---- What the word of an escrow says ----


@internal
@pure
def owner(escrow: uint256) -> address:
    return convert(escrow & authority.BITS_160, address)


@internal
@pure
def state(escrow: uint256) -> uint256:
    return (escrow >> 160) & authority.BITS_8


@internal
@pure
def threshold(escrow: uint256) -> uint256:
    return (escrow >> 168) & authority.BITS_8


@internal
@pure
def count(escrow: uint256) -> uint256:
    return (escrow >> 176) & authority.BITS_8


@internal
@pure
def delay_seconds(escrow: uint256) -> uint256:
    return (escrow >> 184) & authority.BITS_32


@internal
@pure
def acknowledged(escrow: uint256) -> uint256:
    """@dev A bit for each custodian, in their order."""
    return escrow >> 216


@internal
@pure
def has_acknowledged(escrow: uint256, place: uint256) -> bool:
    """@dev Places count from 1."""
    return self.acknowledged(escrow) & (1 << (place - 1)) != 0


# ---- Steps ----


@internal
def write(escrowId: bytes32, owner: address, threshold: uint256, count: uint256, delay_seconds: uint256):
    self.escrow[escrowId] = (
        convert(owner, uint256)
        | (CREATED << 160)
        | (threshold << 168)
        | (count << 176)
        | (delay_seconds << 184)
    )


@internal
def acknowledge(escrowId: bytes32, place: uint256) -> bool:
    """@dev One more custodian holds its share; true if now all do, which makes the escrow active."""
    escrow: uint256 = self.escrow[escrowId] | (1 << (215 + place))
    everybody: uint256 = (1 << self.count(escrow)) - 1
    is_complete: bool = self.acknowledged(escrow) == everybody
    if is_complete:
        escrow ^= (CREATED ^ ACTIVE) << 160
    self.escrow[escrowId] = escrow
    return is_complete


@internal
def replace(escrowId: bytes32, successor: bytes32) -> bool:
    """@dev False if something else took its place before."""
    escrow: uint256 = self.escrow[escrowId]
    if self.state(escrow) == REPLACED:
        return False
    self.escrow[escrowId] = escrow ^ ((self.state(escrow) ^ REPLACED) << 160)
    self.replacedBy[escrowId] = successor
    return True
