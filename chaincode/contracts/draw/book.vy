# pragma version 0.4.3
# pragma evm-version london
"""
@title The book of draws: what was promised, who entered, and how far each draw and entry has come
@dev draw: price | prizes << 32 | entriesMaximum << 64 | entries << 96 | refunded << 128 | state << 160 | number << 168
     window: opensAt | closesAt << 64 | refundsFrom << 128
     entry: member | state << 160 | draw number << 168
"""
from ..shared import authority

struct Terms:
    drawId: bytes32
    titleHash: bytes32
    prizeHash: bytes32
    price: uint32
    prizes: uint32
    entriesMaximum: uint32
    opensAt: uint64
    closesAt: uint64
    refundsFrom: uint64

struct DrawView:
    state: uint8
    price: uint32
    prizes: uint32
    entriesMaximum: uint32
    entries: uint32
    refunded: uint32
    opensAt: uint64
    closesAt: uint64
    refundsFrom: uint64

struct EntryView:
    member: address
    drawId: bytes32
    state: uint8
    nonce: bytes32

event DrawOpened:
    drawId: indexed(bytes32)
    titleHash: bytes32
    prizeHash: bytes32
    price: uint32
    prizes: uint32
    entriesMaximum: uint32
    opensAt: uint64
    closesAt: uint64
    refundsFrom: uint64
    drawers: DynArray[address, 8]

PRIZES: constant(uint256) = 16
ENTRIES: constant(uint256) = 2048
FORMING: constant(uint256) = 1
OPEN: constant(uint256) = 2
DRAWN: constant(uint256) = 3
ENTERED: constant(uint256) = 1
WON: constant(uint256) = 2
REFUNDED: constant(uint256) = 4

opened: public(uint256)
drawAt: public(HashMap[uint256, bytes32])
entryAt: public(HashMap[bytes32, HashMap[uint256, bytes32]])
draw: HashMap[bytes32, uint256]
window: HashMap[bytes32, uint256]
title_hash: HashMap[bytes32, bytes32]
entry: HashMap[bytes32, uint256]
nonce: HashMap[bytes32, bytes32]
entropy: HashMap[bytes32, bytes32]


@external
@view
def drawOf(drawId: bytes32) -> DrawView:
    packed: uint256 = self.draw[drawId]
    window: uint256 = self.window[drawId]
    return DrawView(
        state=convert(self.state(packed), uint8),
        price=convert(self.price(packed), uint32),
        prizes=convert(self.prizes(packed), uint32),
        entriesMaximum=convert(self.entries_maximum(packed), uint32),
        entries=convert(self.entries(packed), uint32),
        refunded=convert(self.refunded(packed), uint32),
        opensAt=convert(self.opens_at(window), uint64),
        closesAt=convert(self.closes_at(window), uint64),
        refundsFrom=convert(self.refunds_from(window), uint64),
    )


@external
@view
def entryOf(entryId: bytes32) -> EntryView:
    packed: uint256 = self.entry[entryId]
    return EntryView(
        member=self.member(packed),
        drawId=self.drawAt[packed >> 168],
        state=convert(self.state(packed), uint8),
        nonce=self.nonce[entryId],
    )


# ---- What the words of a draw, its window and its entries say ----


@internal
@pure
def state(packed: uint256) -> uint256:
    """@dev Of a draw or of an entry."""
    return (packed >> 160) & authority.BITS_8


@internal
@pure
def price(draw: uint256) -> uint256:
    return draw & authority.BITS_32


@internal
@pure
def prizes(draw: uint256) -> uint256:
    return (draw >> 32) & authority.BITS_32


@internal
@pure
def entries_maximum(draw: uint256) -> uint256:
    return (draw >> 64) & authority.BITS_32


@internal
@pure
def entries(draw: uint256) -> uint256:
    return (draw >> 96) & authority.BITS_32


@internal
@pure
def refunded(draw: uint256) -> uint256:
    return (draw >> 128) & authority.BITS_32


@internal
@pure
def is_of(entry: uint256, draw: uint256) -> bool:
    return entry >> 168 == draw >> 168


@internal
@pure
def has_won(entry: uint256) -> bool:
    return (entry >> 160) & WON != 0


@internal
@pure
def is_refunded(entry: uint256) -> bool:
    return (entry >> 160) & REFUNDED != 0


@internal
@pure
def member(entry: uint256) -> address:
    return convert(entry & authority.BITS_160, address)


@internal
@pure
def opens_at(window: uint256) -> uint256:
    return window & authority.BITS_64


@internal
@pure
def closes_at(window: uint256) -> uint256:
    return (window >> 64) & authority.BITS_64


@internal
@pure
def refunds_from(window: uint256) -> uint256:
    return window >> 128


# ---- Steps ----


@internal
def write(terms: Terms, drawers: DynArray[address, 8]):
    """@dev Number a draw; it takes entries once its drawers are bound."""
    self.opened += 1
    self.drawAt[self.opened] = terms.drawId
    self.title_hash[terms.drawId] = terms.titleHash
    self.draw[terms.drawId] = (
        convert(terms.price, uint256)
        | (convert(terms.prizes, uint256) << 32)
        | (convert(terms.entriesMaximum, uint256) << 64)
        | (FORMING << 160)
        | (self.opened << 168)
    )
    self.window[terms.drawId] = (
        convert(terms.opensAt, uint256)
        | (convert(terms.closesAt, uint256) << 64)
        | (convert(terms.refundsFrom, uint256) << 128)
    )
    log DrawOpened(
        drawId=terms.drawId, titleHash=terms.titleHash, prizeHash=terms.prizeHash,
        price=terms.price, prizes=terms.prizes, entriesMaximum=terms.entriesMaximum,
        opensAt=terms.opensAt, closesAt=terms.closesAt, refundsFrom=terms.refundsFrom,
        drawers=drawers,
    )


@internal
def begin(drawId: bytes32):
    """@dev All its drawers are bound: from here on its result is settled, and nobody knows it."""
    self.draw[drawId] ^= (FORMING ^ OPEN) << 160


@internal
def add(entryId: bytes32, drawId: bytes32, member: address, nonce: bytes32):
    """@dev The entry takes the next place in the draw, and its nonce goes into the seed."""
    packed: uint256 = self.draw[drawId]
    self.entryAt[drawId][self.entries(packed)] = entryId
    self.draw[drawId] = packed + (1 << 96)
    self.nonce[entryId] = nonce
    self.entropy[drawId] = keccak256(abi_encode(self.entropy[drawId], entryId, nonce))
    self.entry[entryId] = convert(member, uint256) | (ENTERED << 160) | ((packed >> 168) << 168)


@internal
def close(drawId: bytes32):
    """@dev Its winners are drawn."""
    self.draw[drawId] ^= (OPEN ^ DRAWN) << 160


@internal
def pay_back(drawId: bytes32, entryId: bytes32):
    self.draw[drawId] += 1 << 128
    self.mark(entryId, REFUNDED)


@internal
def mark(entryId: bytes32, bit: uint256):
    """@dev An entry that was paid back may still win."""
    self.entry[entryId] |= bit << 160
