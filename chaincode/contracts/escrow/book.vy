# pragma version 0.4.3
# pragma evm-version london
"""
@title The book of escrows: their owners and custodians
@dev escrow: owner | state << 160 | threshold << 168 | count << 176 | delay << 184 | acknowledged << 216
"""
from ..shared import authority

CREATED: constant(uint256) = 1
ACTIVE: constant(uint256) = 2

escrow: HashMap[bytes32, uint256]
commitments: HashMap[bytes32, bytes32]
custodianAt: public(HashMap[bytes32, HashMap[uint256, address]])
place: HashMap[bytes32, HashMap[address, uint256]]
digest: HashMap[bytes32, bytes32]


@internal
@pure
def owner(packed: uint256) -> address:
    return convert(packed & authority.BITS_160, address)
