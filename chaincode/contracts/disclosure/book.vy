# pragma version 0.4.3
# pragma evm-version london
"""
@title The book of releases: what was disclosed to whom, and what has been done about it since
@dev release: partner | state << 160 | disclosedAt << 168 | acknowledged << 208 | deleted << 209 | hold << 216
     opened: closesBy | departures by then << 64
"""
from ..shared import authority

OPEN: constant(uint256) = 1
DISCLOSED: constant(uint256) = 2
ABANDONED: constant(uint256) = 3
ACKNOWLEDGED: constant(uint256) = 1 << 208
DELETED: constant(uint256) = 1 << 209

release: HashMap[bytes32, uint256]
request_of: HashMap[bytes32, bytes32]
items_of: HashMap[bytes32, uint256]
opened: HashMap[bytes32, uint256]
payload_root: HashMap[bytes32, bytes32]


@internal
@view
def state(releaseId: bytes32) -> uint256:
    return (self.release[releaseId] >> 160) & authority.BITS_8


@internal
@view
def partner(releaseId: bytes32) -> address:
    return convert(self.release[releaseId] & authority.BITS_160, address)


@internal
@view
def hold(releaseId: bytes32) -> uint256:
    return (self.release[releaseId] >> 216) & authority.BITS_32


@internal
@view
def closes_by(releaseId: bytes32) -> uint256:
    return self.opened[releaseId] & authority.BITS_64


@internal
@view
def is_known(releaseId: bytes32) -> bool:
    return self.release[releaseId] != 0


@internal
@view
def disclosed_at(releaseId: bytes32) -> uint256:
    return (self.release[releaseId] >> 168) & authority.BITS_40


@internal
@view
def is_acknowledged(releaseId: bytes32) -> bool:
    return self.release[releaseId] & ACKNOWLEDGED != 0


@internal
@view
def is_deleted(releaseId: bytes32) -> bool:
    return self.release[releaseId] & DELETED != 0


@internal
@view
def departures(releaseId: bytes32) -> uint256:
    """@dev How often anybody had left the bank by the time the release was opened."""
    return self.opened[releaseId] >> 64


# ---- Steps ----


@internal
def name(releaseId: bytes32, requestId: bytes32, items: uint256):
    """@dev What it releases; whether it is open or disclosed is written after."""
    self.request_of[releaseId] = requestId
    self.items_of[releaseId] = items


@internal
def open(releaseId: bytes32, partner: address, hold: uint256, closesBy: uint64, departures: uint256):
    self.opened[releaseId] = convert(closesBy, uint256) | (departures << 64)
    self.release[releaseId] = convert(partner, uint256) | (OPEN << 160) | (hold << 216)


@internal
def disclose(releaseId: bytes32, partner: address, hold: uint256, root: bytes32):
    self.payload_root[releaseId] = root
    self.release[releaseId] = (
        convert(partner, uint256) | (DISCLOSED << 160) | (block.timestamp << 168) | (hold << 216)
    )


@internal
def acknowledge(releaseId: bytes32):
    self.release[releaseId] |= ACKNOWLEDGED


@internal
def delete(releaseId: bytes32):
    self.release[releaseId] |= DELETED


@internal
def abandon(releaseId: bytes32):
    self.release[releaseId] ^= (OPEN ^ ABANDONED) << 160
