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
def abandon(releaseId: bytes32):
    self.release[releaseId] ^= (OPEN ^ ABANDONED) << 160
