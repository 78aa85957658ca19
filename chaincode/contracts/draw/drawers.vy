# pragma version 0.4.3
# pragma evm-version london
"""
@title The drawers: members of the board who together hold a draw's secret, in parts that two of them know each
@notice Each pair of drawers shares one part, which both can work out from their own key and the other's alone. Both
        commit to it, by themselves, before anybody enters; commitments that differ do not begin a draw. A part can
        be shown by either of its two: no single drawer can keep one back, nor know all of them before the end.
@dev drawers: count | bound << 8 | parts shown << 16 | which parts << 64; the part of drawers a < b has number 8a + b
"""
from ..shared import authority
from . import book as draw_book

uses: authority
uses: draw_book

struct Binding:
    bindingId: bytes32
    drawer: address
    drawId: bytes32
    commitments: DynArray[bytes32, 8]
    deadline: uint64

event DrawerBound:
    bindingId: indexed(bytes32)
    drawId: indexed(bytes32)
    drawer: indexed(address)
    commitments: DynArray[bytes32, 8]

event PartsShown:
    drawId: indexed(bytes32)
    parts: DynArray[uint256, 28]
    secrets: DynArray[bytes32, 28]

LEAST: constant(uint256) = 3
MOST: constant(uint256) = 8
PARTS: constant(uint256) = 28
BINDING_TYPE: constant(bytes32) = keccak256(
    "DrawBinding(bytes32 bindingId,address drawer,bytes32 drawId,string title,bytes32[] commitments,uint64 deadline)"
)

drawerAt: public(HashMap[bytes32, HashMap[uint256, address]])
commitmentOf: public(HashMap[bytes32, HashMap[uint256, bytes32]])
drawers: HashMap[bytes32, uint256]
mix: HashMap[bytes32, bytes32]


@external
@view
def drawersOf(drawId: bytes32) -> (uint256, uint256, uint256):
    """@return How many drawers, which of them are bound (a bit each), which parts are shown (a bit each)."""
    packed: uint256 = self.drawers[drawId]
    return packed & authority.BITS_8, (packed >> 8) & authority.BITS_8, packed >> 64


# ---- Steps ----


@internal
def name(drawId: bytes32, drawers: DynArray[address, 8]):
    """@dev In ascending order, so that nobody is named twice. Of the board, whom the operator does not appoint alone."""
    assert len(drawers) >= LEAST, "draw: drawers too few"
    previous: uint256 = 0
    place: uint256 = 0
    for drawer: address in drawers:
        assert convert(drawer, uint256) > previous, "draw: drawers not ascending"
        assert staticcall authority.membership.hasRole(drawer, authority.BOARD), "draw: drawer is not of the board"
        previous = convert(drawer, uint256)
        self.drawerAt[drawId][place] = drawer
        place += 1
    self.drawers[drawId] = len(drawers)


@internal
@view
def binding_hash(binding: Binding) -> bytes32:
    commitments: bytes32 = keccak256(
        slice(abi_encode(binding.commitments, ensure_tuple=False), 32, 32 * len(binding.commitments))
    )
    return keccak256(
        abi_encode(
            BINDING_TYPE, binding.bindingId, binding.drawer, binding.drawId,
            draw_book.title_hash[binding.drawId], commitments, binding.deadline,
        )
    )


@internal
@view
def binding_refusal(binding: Binding, key: address) -> String[64]:
    draw: uint256 = draw_book.draw[binding.drawId]
    if draw == 0:
        return "draw: unknown draw"
    refused: String[64] = authority.refusal(
        key, binding.drawer, authority.BOARD, authority.HOLDER_ALONE, binding.deadline
    )
    if len(refused) != 0:
        return refused
    packed: uint256 = self.drawers[binding.drawId]
    count: uint256 = packed & authority.BITS_8
    place: uint256 = self._place(binding.drawId, binding.drawer, count)
    if place == MOST:
        return "draw: not a drawer"
    if (packed >> (8 + place)) & 1 != 0:
        return "draw: already bound"
    if block.timestamp > draw_book.closes_at(draw_book.window[binding.drawId]):
        return "draw: closed"
    if len(binding.commitments) != count:
        return "draw: commitments missing"
    for other: uint256 in range(count, bound=MOST):
        commitment: bytes32 = binding.commitments[other]
        if (commitment == empty(bytes32)) != (other == place):
            return "draw: commitments missing"
        known: bytes32 = self.commitmentOf[binding.drawId][self._part(place, other)]
        if other != place and known != empty(bytes32) and known != commitment:
            return "draw: commitments differ"
    return ""


@internal
def bind(binding: Binding):
    packed: uint256 = self.drawers[binding.drawId]
    count: uint256 = packed & authority.BITS_8
    place: uint256 = self._place(binding.drawId, binding.drawer, count)
    for other: uint256 in range(count, bound=MOST):
        if other != place:
            self.commitmentOf[binding.drawId][self._part(place, other)] = binding.commitments[other]
    packed |= 1 << (8 + place)
    self.drawers[binding.drawId] = packed
    log DrawerBound(
        bindingId=binding.bindingId, drawId=binding.drawId, drawer=binding.drawer,
        commitments=binding.commitments,
    )
    if (packed >> 8) & authority.BITS_8 == (1 << count) - 1:
        draw_book.begin(binding.drawId)


@internal
def show(drawId: bytes32, parts: DynArray[uint256, PARTS], secrets: DynArray[bytes32, PARTS]) -> bool:
    """@dev Whether all are shown now. Parts are joined by XOR: in which order they come changes nothing."""
    assert len(parts) == len(secrets), "draw: parts and secrets differ in number"
    packed: uint256 = self.drawers[drawId]
    mix: uint256 = convert(self.mix[drawId], uint256)
    new: DynArray[uint256, PARTS] = []
    told: DynArray[bytes32, PARTS] = []
    for i: uint256 in range(len(parts), bound=PARTS):
        part: uint256 = parts[i]
        commitment: bytes32 = self.commitmentOf[drawId][part]
        assert commitment != empty(bytes32), "draw: unknown part"
        assert keccak256(abi_encode(drawId, secrets[i])) == commitment, "draw: another secret"
        if (packed >> (64 + part)) & 1 == 0:
            packed = (packed | (1 << (64 + part))) + (1 << 16)
            mix ^= convert(keccak256(abi_encode(part, secrets[i])), uint256)
            new.append(part)
            told.append(secrets[i])
    if len(new) == 0:
        log authority.Repeated(id=drawId)
        return False
    self.drawers[drawId] = packed
    self.mix[drawId] = convert(mix, bytes32)
    log PartsShown(drawId=drawId, parts=new, secrets=told)
    count: uint256 = packed & authority.BITS_8
    return (packed >> 16) & authority.BITS_8 == count * (count - 1) // 2


@internal
@view
def _place(drawId: bytes32, drawer: address, count: uint256) -> uint256:
    """@dev MOST if it is none of them."""
    for place: uint256 in range(count, bound=MOST):
        if self.drawerAt[drawId][place] == drawer:
            return place
    return MOST


@internal
@pure
def _part(one: uint256, other: uint256) -> uint256:
    return MOST * min(one, other) + max(one, other)
