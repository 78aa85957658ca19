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
        state=convert((packed >> 160) & authority.BITS_8, uint8),
        price=convert(packed & authority.BITS_32, uint32),
        prizes=convert((packed >> 32) & authority.BITS_32, uint32),
        entriesMaximum=convert((packed >> 64) & authority.BITS_32, uint32),
        entries=convert((packed >> 96) & authority.BITS_32, uint32),
        counted=convert((packed >> 128) & authority.BITS_32, uint32),
        opensAt=convert(window & authority.BITS_64, uint64),
        closesAt=convert((window >> 64) & authority.BITS_64, uint64),
        noncesUntil=convert((window >> 128) & authority.BITS_64, uint64),
        revealUntil=convert(window >> 192, uint64),
        commitment=self.commitment[drawId],
    )


@external
@view
def entryOf(entryId: bytes32) -> EntryView:
    packed: uint256 = self.entry[entryId]
    return EntryView(
        member=convert(packed & authority.BITS_160, address),
        drawId=self.drawAt[packed >> 168],
        state=convert((packed >> 160) & authority.BITS_8, uint8),
        nonceHash=self.nonce_hash[entryId],
    )


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
    self.entryAt[drawId][(packed >> 96) & authority.BITS_32] = entryId
    self.draw[drawId] = packed + (1 << 96)
    self.nonce_hash[entryId] = nonceHash
    self.entry[entryId] = convert(member, uint256) | (ENTERED << 160) | ((packed >> 168) << 168)


@internal
def set_state(entryId: bytes32, state: uint256):
    self.entry[entryId] = (self.entry[entryId] & ~(authority.BITS_8 << 160)) | (state << 160)
