# pragma version 0.4.3
# pragma evm-version london
"""
@title The book of draws: what was promised, who entered, and how far each draw and entry has come
@dev draw: price | prizes << 32 | entriesMaximum << 64 | entries << 96 | counted << 128 | state << 160 | number << 168
     window: opensAt | closesAt << 64 | noncesUntil << 128 | revealUntil << 192
     entry: member | state << 160 | draw number << 168
"""
from ..shared import authority

struct Terms:
    drawId: bytes32
    titleHash: bytes32
    prizeHash: bytes32
    commitment: bytes32
    price: uint32
    prizes: uint32
    entriesMaximum: uint32
    opensAt: uint64
    closesAt: uint64
    noncesUntil: uint64
    revealUntil: uint64

struct DrawView:
    state: uint8
    price: uint32
    prizes: uint32
    entriesMaximum: uint32
    entries: uint32
    counted: uint32
    opensAt: uint64
    closesAt: uint64
    noncesUntil: uint64
    revealUntil: uint64
    commitment: bytes32

struct EntryView:
    member: address
    drawId: bytes32
    state: uint8
    nonceHash: bytes32

event DrawOpened:
    drawId: indexed(bytes32)
    titleHash: bytes32
    prizeHash: bytes32
    commitment: bytes32
    price: uint32
    prizes: uint32
    entriesMaximum: uint32
    opensAt: uint64
    closesAt: uint64
    noncesUntil: uint64
    revealUntil: uint64

PRIZES: constant(uint256) = 16
ENTRIES: constant(uint256) = 2048
OPEN: constant(uint256) = 1
DRAWN: constant(uint256) = 2
ENTERED: constant(uint256) = 1
COUNTED: constant(uint256) = 2
WON: constant(uint256) = 3
REFUNDED: constant(uint256) = 4

opened: public(uint256)
drawAt: public(HashMap[uint256, bytes32])
entryAt: public(HashMap[bytes32, HashMap[uint256, bytes32]])
draw: HashMap[bytes32, uint256]
window: HashMap[bytes32, uint256]
title_hash: HashMap[bytes32, bytes32]
commitment: HashMap[bytes32, bytes32]
entry: HashMap[bytes32, uint256]
nonce_hash: HashMap[bytes32, bytes32]


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
        counted=convert(self.counted(packed), uint32),
        opensAt=convert(self.opens_at(window), uint64),
        closesAt=convert(self.closes_at(window), uint64),
        noncesUntil=convert(self.nonces_until(window), uint64),
        revealUntil=convert(self.reveal_until(window), uint64),
        commitment=self.commitment[drawId],
    )


@external
@view
def entryOf(entryId: bytes32) -> EntryView:
    packed: uint256 = self.entry[entryId]
    return EntryView(
        member=self.member(packed),
        drawId=self.drawAt[packed >> 168],
        state=convert(self.state(packed), uint8),
        nonceHash=self.nonce_hash[entryId],
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
def counted(draw: uint256) -> uint256:
    return (draw >> 128) & authority.BITS_32


@internal
@pure
def is_of(entry: uint256, draw: uint256) -> bool:
    return entry >> 168 == draw >> 168


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
def nonces_until(window: uint256) -> uint256:
    return (window >> 128) & authority.BITS_64


@internal
@pure
def reveal_until(window: uint256) -> uint256:
    return window >> 192


# ---- Steps ----


@internal
def write(terms: Terms):
    """@dev Number a draw and open it."""
    self.opened += 1
    self.drawAt[self.opened] = terms.drawId
    self.title_hash[terms.drawId] = terms.titleHash
    self.commitment[terms.drawId] = terms.commitment
    self.draw[terms.drawId] = (
        convert(terms.price, uint256)
        | (convert(terms.prizes, uint256) << 32)
        | (convert(terms.entriesMaximum, uint256) << 64)
        | (OPEN << 160)
        | (self.opened << 168)
    )
    self.window[terms.drawId] = (
        convert(terms.opensAt, uint256)
        | (convert(terms.closesAt, uint256) << 64)
        | (convert(terms.noncesUntil, uint256) << 128)
        | (convert(terms.revealUntil, uint256) << 192)
    )
    log DrawOpened(
        drawId=terms.drawId, titleHash=terms.titleHash, prizeHash=terms.prizeHash,
        commitment=terms.commitment, price=terms.price, prizes=terms.prizes,
        entriesMaximum=terms.entriesMaximum, opensAt=terms.opensAt, closesAt=terms.closesAt,
        noncesUntil=terms.noncesUntil, revealUntil=terms.revealUntil,
    )


@internal
def add(entryId: bytes32, drawId: bytes32, member: address, nonceHash: bytes32):
    """@dev The entry takes the next place in the draw."""
    packed: uint256 = self.draw[drawId]
    self.entryAt[drawId][self.entries(packed)] = entryId
    self.draw[drawId] = packed + (1 << 96)
    self.nonce_hash[entryId] = nonceHash
    self.entry[entryId] = convert(member, uint256) | (ENTERED << 160) | ((packed >> 168) << 168)


@internal
def close(drawId: bytes32):
    """@dev Its winners are drawn."""
    self.draw[drawId] ^= (OPEN ^ DRAWN) << 160


@internal
def count(drawId: bytes32, entryId: bytes32):
    """@dev The nonce of an entry was shown: it may win."""
    self.draw[drawId] += 1 << 128
    self.set_state(entryId, COUNTED)


@internal
def set_state(entryId: bytes32, state: uint256):
    self.entry[entryId] = (self.entry[entryId] & ~(authority.BITS_8 << 160)) | (state << 160)
