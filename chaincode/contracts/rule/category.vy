# pragma version 0.4.3
# pragma evm-version london
"""
@title Categories: the names of recipients, purposes and kinds of processing that standing rules speak of
@notice A name is given for good; 32 places of each kind. Which category a partner belongs to, the operator says.
"""
from ..shared import authority

uses: authority

event CategoryNamed:
    kind: indexed(uint256)
    place: indexed(uint256)
    nameHash: bytes32

event PartnerCategorized:
    partner: indexed(address)
    place: uint256

RECIPIENT: constant(uint256) = 1
PURPOSE: constant(uint256) = 2
PROCESSING: constant(uint256) = 3
PLACES: constant(uint256) = 32

name: HashMap[uint256, HashMap[uint256, bytes32]]
place_of: HashMap[address, uint256]


@external
def name_category(kind: uint256, place: uint256, nameHash: bytes32):
    """@notice Name, for good, a category of recipients (1), purposes (2) or processing (3)."""
    authority.only_operator()
    assert kind >= RECIPIENT and kind <= PROCESSING and place < PLACES, "rule: unknown category"
    known: bytes32 = self.name[kind][place]
    assert known == empty(bytes32) or known == nameHash, "rule: id already used"
    self.name[kind][place] = nameHash
    log CategoryNamed(kind=kind, place=place, nameHash=nameHash)


@external
def categorize(partner: address, place: uint256):
    """@notice Say to which category of recipients a partner belongs."""
    authority.only_operator()
    assert self.name[RECIPIENT][place] != empty(bytes32), "rule: unknown category"
    assert staticcall authority.membership.hasRole(partner, authority.PARTNER), "membership: role missing"
    self.place_of[partner] = place + 1
    log PartnerCategorized(partner=partner, place=place)


@external
@view
def categoryOf(partner: address) -> uint256:
    """@notice The partner's category, counted from 1; 0 if it has none."""
    return self.place_of[partner]


# ---- Steps ----


@internal
@view
def are_named(kind: uint256, mask: uint256) -> bool:
    """@dev Is there at least one category in the mask, and none that nobody has named?"""
    if mask == 0 or mask >> PLACES != 0:
        return False
    for place: uint256 in range(PLACES):
        if (mask >> place) & 1 != 0 and self.name[kind][place] == empty(bytes32):
            return False
    return True


@internal
@view
def names_hash(kind: uint256, mask: uint256) -> bytes32:
    """@dev What EIP-712 hashes for the array of the names chosen by the mask."""
    hashes: DynArray[bytes32, PLACES] = []
    for place: uint256 in range(PLACES):
        if (mask >> place) & 1 != 0:
            hashes.append(self.name[kind][place])
    return keccak256(slice(abi_encode(hashes, ensure_tuple=False), 32, 32 * len(hashes)))
