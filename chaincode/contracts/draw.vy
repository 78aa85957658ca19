# pragma version 0.4.3
# pragma evm-version london
"""
@title Draw: prize draws that nobody can steer
@notice The operator commits to a secret before the first entry, every entrant to a nonce when entering. Nonces are
        shown after the entries close, the secret last; no secret in time, and everybody gets the coins back.
@dev Who does not show its nonce cannot win: holding back costs the entry. Nonces are joined by XOR and places are
     those of entering, so the order in which nonces are relayed changes nothing.
     draw: price | prizes << 32 | entriesMaximum << 64 | entries << 96 | counted << 128 | state << 160 | number << 168
     window: opensAt | closesAt << 64 | noncesUntil << 128 | revealUntil << 192
     entry: member | state << 160 | draw number << 168
"""
from interfaces import ICoin

from . import authority

initializes: authority
exports: authority.DOMAIN_SEPARATOR

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

struct Entry:
    entryId: bytes32
    member: address
    drawId: bytes32
    nonceHash: bytes32
    coins: uint32
    deadline: uint64

struct SignedEntry:
    entry: Entry
    signature: authority.Signature

struct Nonce:
    entryId: bytes32
    nonce: bytes32

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

event DrawEntered:
    entryId: indexed(bytes32)
    drawId: indexed(bytes32)
    member: indexed(address)
    nonceHash: bytes32
    coins: uint32

event NonceShown:
    entryId: indexed(bytes32)
    drawId: indexed(bytes32)
    nonce: bytes32

event SecretShown:
    drawId: indexed(bytes32)
    secret: bytes32
    seed: bytes32

event DrawWon:
    drawId: indexed(bytes32)
    entryId: indexed(bytes32)
    member: indexed(address)
    place: uint256

event EntryRefunded:
    entryId: indexed(bytes32)
    drawId: indexed(bytes32)
    member: indexed(address)
    coins: uint256

SCOPE: constant(uint256) = 128
PRIZES: constant(uint256) = 16
ENTRIES: constant(uint256) = 2048
OPEN: constant(uint256) = 1
DRAWN: constant(uint256) = 2
ENTERED: constant(uint256) = 1
COUNTED: constant(uint256) = 2
WON: constant(uint256) = 3
REFUNDED: constant(uint256) = 4
ENTRY_TYPE: constant(bytes32) = keccak256(
    "Entry(bytes32 entryId,address member,bytes32 drawId,string title,bytes32 nonceHash,uint32 coins,uint64 deadline)"
)

coin: immutable(ICoin)
opened: public(uint256)
drawAt: public(HashMap[uint256, bytes32])
entryAt: public(HashMap[bytes32, HashMap[uint256, bytes32]])
draw: HashMap[bytes32, uint256]
window: HashMap[bytes32, uint256]
title_hash: HashMap[bytes32, bytes32]
commitment: HashMap[bytes32, bytes32]
mix: HashMap[bytes32, bytes32]
entry: HashMap[bytes32, uint256]
nonce_hash: HashMap[bytes32, bytes32]
digest: HashMap[bytes32, bytes32]


@deploy
def __init__(membership: address, coins: address):
    authority.__init__("draw", membership)
    coin = ICoin(coins)


# ---- 1. The operator opens, committed to a secret ----


@external
def open_draw(terms: Terms):
    """@notice commitment = keccak256(abi.encode(drawId, secret))."""
    authority.only_operator()
    hashed: bytes32 = keccak256(abi_encode(terms))
    if self.digest[terms.drawId] == hashed:
        log authority.Repeated(id=terms.drawId)
        return
    assert self._is_new(terms.drawId), "draw: id already used"
    assert terms.commitment != empty(bytes32), "draw: no commitment"
    assert terms.prizes != 0 and convert(terms.prizes, uint256) <= PRIZES, "draw: prizes out of range"
    assert terms.entriesMaximum >= terms.prizes, "draw: entries out of range"
    assert convert(terms.entriesMaximum, uint256) <= ENTRIES, "draw: entries out of range"
    assert block.timestamp <= convert(terms.closesAt, uint256), "draw: window is empty"
    assert terms.opensAt <= terms.closesAt, "draw: window is empty"
    assert terms.closesAt < terms.noncesUntil, "draw: window is empty"
    assert terms.noncesUntil < terms.revealUntil, "draw: window is empty"
    self.digest[terms.drawId] = hashed
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


# ---- 2. Members enter, each committed to a nonce ----


@external
def enter(entry: Entry):
    """@notice nonceHash = keccak256(abi.encode(entryId, nonce)); keep the nonce until the entries are closed."""
    refused: String[64] = self._enter(entry, self._entry_hash(entry), msg.sender)
    assert len(refused) == 0, refused


@external
def enter_batch(entries: DynArray[SignedEntry, authority.BATCH]):
    for item: SignedEntry in entries:
        hashed: bytes32 = self._entry_hash(item.entry)
        refused: String[64] = self._enter(item.entry, hashed, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.entry.entryId, reason=refused)


# ---- 3. Nonces are shown ----


@external
def show_nonces(drawId: bytes32, nonces: DynArray[Nonce, authority.BATCH]):
    """@notice Anybody may bring a nonce: only the entrant can have known it."""
    for item: Nonce in nonces:
        refused: String[64] = self._show_nonce(drawId, item)
        if len(refused) != 0:
            log authority.Refused(id=item.entryId, reason=refused)


# ---- 4. The secret is shown and the winners are drawn, or the coins go back ----


@external
def show_secret(drawId: bytes32, secret: bytes32):
    """@notice Draw the winners; the coins of the entries are burnt."""
    packed: uint256 = self.draw[drawId]
    window: uint256 = self.window[drawId]
    assert packed != 0, "draw: unknown draw"
    assert (packed >> 160) & authority.BITS_8 == OPEN, "draw: already drawn"
    assert block.timestamp > (window >> 128) & authority.BITS_64, "draw: nonces may still come"
    assert block.timestamp <= window >> 192, "draw: too late"
    assert keccak256(abi_encode(drawId, secret)) == self.commitment[drawId], "draw: another secret"
    counted: uint256 = (packed >> 128) & authority.BITS_32
    assert counted != 0, "draw: nobody to draw from"
    self.draw[drawId] = packed ^ ((OPEN ^ DRAWN) << 160)
    seed: bytes32 = keccak256(abi_encode(secret, self.mix[drawId]))
    log SecretShown(drawId=drawId, secret=secret, seed=seed)
    entries: uint256 = (packed >> 96) & authority.BITS_32
    for place: uint256 in range(min((packed >> 32) & authority.BITS_32, counted), bound=PRIZES):
        start: uint256 = convert(keccak256(abi_encode(seed, place)), uint256) % entries
        self._win(drawId, start, entries, place)
    coins: uint256 = (packed & authority.BITS_32) * entries
    if coins != 0:
        assert extcall coin.burn(self, coins, drawId), "draw: coins missing"


@external
def refund(drawId: bytes32, entryIds: DynArray[bytes32, authority.BATCH]):
    """@notice Anybody may bring coins back to their entrants when the secret was not shown in time."""
    packed: uint256 = self.draw[drawId]
    assert packed != 0, "draw: unknown draw"
    assert (packed >> 160) & authority.BITS_8 == OPEN, "draw: already drawn"
    assert block.timestamp > self.window[drawId] >> 192, "draw: secret may still come"
    price: uint256 = packed & authority.BITS_32
    for entryId: bytes32 in entryIds:
        entry: uint256 = self.entry[entryId]
        state: uint256 = (entry >> 160) & authority.BITS_8
        if entry >> 168 != packed >> 168:
            log authority.Refused(id=entryId, reason="draw: unknown entry")
        elif state == REFUNDED:
            log authority.Repeated(id=entryId)
        else:
            self._set_state(entryId, REFUNDED)
            member: address = convert(entry & authority.BITS_160, address)
            if price != 0:
                assert extcall coin.move(self, member, price, entryId), "draw: coins missing"
            log EntryRefunded(entryId=entryId, drawId=drawId, member=member, coins=price)


# ---- Questions ----


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
@view
def _is_new(id: bytes32) -> bool:
    return id != empty(bytes32) and self.digest[id] == empty(bytes32)


@internal
def _enter(entry: Entry, hashed: bytes32, key: address) -> String[64]:
    if self.digest[entry.entryId] == hashed:
        log authority.Repeated(id=entry.entryId)
        return ""
    if not self._is_new(entry.entryId):
        return "draw: id already used"
    packed: uint256 = self.draw[entry.drawId]
    if packed == 0:
        return "draw: unknown draw"
    refused: String[64] = authority.refusal(key, entry.member, authority.MEMBER, SCOPE, entry.deadline)
    if len(refused) != 0:
        return refused
    refused = self._entry_refusal(entry, packed, self.window[entry.drawId])
    if len(refused) != 0:
        return refused
    price: uint256 = packed & authority.BITS_32
    if price != 0:
        if not extcall coin.move(entry.member, self, price, entry.entryId):
            return "draw: not enough coins"
    self.entryAt[entry.drawId][(packed >> 96) & authority.BITS_32] = entry.entryId
    self.draw[entry.drawId] = packed + (1 << 96)
    self.digest[entry.entryId] = hashed
    self.nonce_hash[entry.entryId] = entry.nonceHash
    self.entry[entry.entryId] = (
        convert(entry.member, uint256) | (ENTERED << 160) | ((packed >> 168) << 168)
    )
    log DrawEntered(
        entryId=entry.entryId, drawId=entry.drawId, member=entry.member,
        nonceHash=entry.nonceHash, coins=entry.coins,
    )
    return ""


@internal
@view
def _entry_refusal(entry: Entry, packed: uint256, window: uint256) -> String[64]:
    if block.timestamp < window & authority.BITS_64:
        return "draw: not open yet"
    if block.timestamp > (window >> 64) & authority.BITS_64:
        return "draw: closed"
    if convert(entry.coins, uint256) != packed & authority.BITS_32:
        return "draw: wrong price"
    if (packed >> 96) & authority.BITS_32 >= (packed >> 64) & authority.BITS_32:
        return "draw: full"
    return ""


@internal
def _show_nonce(drawId: bytes32, item: Nonce) -> String[64]:
    packed: uint256 = self.draw[drawId]
    entry: uint256 = self.entry[item.entryId]
    if packed == 0:
        return "draw: unknown draw"
    if entry >> 168 != packed >> 168:
        return "draw: unknown entry"
    if keccak256(abi_encode(item.entryId, item.nonce)) != self.nonce_hash[item.entryId]:
        return "draw: another nonce"
    if (entry >> 160) & authority.BITS_8 != ENTERED:
        log authority.Repeated(id=item.entryId)
        return ""
    window: uint256 = self.window[drawId]
    if block.timestamp <= (window >> 64) & authority.BITS_64:
        return "draw: entries may still come"
    if block.timestamp > (window >> 128) & authority.BITS_64:
        return "draw: too late"
    share: bytes32 = keccak256(abi_encode(item.entryId, item.nonce, drawId))
    self.mix[drawId] = convert(
        convert(self.mix[drawId], uint256) ^ convert(share, uint256), bytes32
    )
    self.draw[drawId] = packed + (1 << 128)
    self._set_state(item.entryId, COUNTED)
    log NonceShown(entryId=item.entryId, drawId=drawId, nonce=item.nonce)
    return ""


@internal
def _win(drawId: bytes32, start: uint256, entries: uint256, place: uint256):
    """@dev From a place picked by the seed on, the first entry that counts and has not won yet."""
    for step: uint256 in range(entries, bound=ENTRIES):
        entryId: bytes32 = self.entryAt[drawId][(start + step) % entries]
        entry: uint256 = self.entry[entryId]
        if (entry >> 160) & authority.BITS_8 == COUNTED:
            self._set_state(entryId, WON)
            log DrawWon(
                drawId=drawId, entryId=entryId,
                member=convert(entry & authority.BITS_160, address), place=place,
            )
            return


@internal
def _set_state(entryId: bytes32, state: uint256):
    self.entry[entryId] = (self.entry[entryId] & ~(authority.BITS_8 << 160)) | (state << 160)


@internal
@view
def _entry_hash(entry: Entry) -> bytes32:
    return keccak256(
        abi_encode(
            ENTRY_TYPE, entry.entryId, entry.member, entry.drawId, self.title_hash[entry.drawId],
            entry.nonceHash, entry.coins, entry.deadline,
        )
    )
