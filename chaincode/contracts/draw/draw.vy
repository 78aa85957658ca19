# pragma version 0.4.3
# pragma evm-version london
"""
@title Draw: prize draws that nobody can steer
@notice The operator commits to a secret before the first entry, every entrant to a nonce when entering. Nonces are
        shown after the entries close, the secret last; no secret in time, and everybody gets the coins back.
@dev What a draw is, and who is in it, is in book.vy; how winners are picked, or coins go back, in lottery.vy.
"""
from interfaces import ICoin

from ..shared import authority
from . import book as draw_book
from . import lottery

initializes: authority
initializes: draw_book
initializes: lottery[draw_book := draw_book]
exports: (
    authority.DOMAIN_SEPARATOR,
    draw_book.drawAt,
    draw_book.drawOf,
    draw_book.entryAt,
    draw_book.entryOf,
    draw_book.opened,
    lottery.refund,
    lottery.show_nonces,
    lottery.show_secret,
)

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

event DrawEntered:
    entryId: indexed(bytes32)
    drawId: indexed(bytes32)
    member: indexed(address)
    nonceHash: bytes32
    coins: uint32

SCOPE: constant(uint256) = authority.SCOPE_DRAW
ENTRY_TYPE: constant(bytes32) = keccak256(
    "Entry(bytes32 entryId,address member,bytes32 drawId,string title,bytes32 nonceHash,uint32 coins,uint64 deadline)"
)

coin: immutable(ICoin)
digest: HashMap[bytes32, bytes32]


@deploy
def __init__(membership: address, coins: address):
    authority.__init__("draw", membership)
    coin = ICoin(coins)
    lottery.__init__(coins)


# ---- The operator opens, committed to a secret ----


@external
def open_draw(terms: draw_book.Terms):
    """@notice commitment = keccak256(abi.encode(drawId, secret))."""
    authority.only_operator()
    hashed: bytes32 = keccak256(abi_encode(terms))
    if self.digest[terms.drawId] == hashed:
        log authority.Repeated(id=terms.drawId)
        return
    assert self._is_new(terms.drawId), "draw: id already used"
    assert terms.commitment != empty(bytes32), "draw: no commitment"
    assert terms.prizes != 0 and convert(terms.prizes, uint256) <= draw_book.PRIZES, "draw: prizes out of range"
    assert terms.entriesMaximum >= terms.prizes, "draw: entries out of range"
    assert convert(terms.entriesMaximum, uint256) <= draw_book.ENTRIES, "draw: entries out of range"
    assert block.timestamp <= convert(terms.closesAt, uint256), "draw: window is empty"
    assert terms.opensAt <= terms.closesAt, "draw: window is empty"
    assert terms.closesAt < terms.noncesUntil, "draw: window is empty"
    assert terms.noncesUntil < terms.revealUntil, "draw: window is empty"
    self.digest[terms.drawId] = hashed
    draw_book.write(terms)


# ---- Members enter, each committed to a nonce ----


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
    draw: uint256 = draw_book.draw[entry.drawId]
    if draw == 0:
        return "draw: unknown draw"
    refused: String[64] = authority.refusal(key, entry.member, authority.MEMBER, SCOPE, entry.deadline)
    if len(refused) != 0:
        return refused
    refused = self._entry_refusal(entry, draw, draw_book.window[entry.drawId])
    if len(refused) != 0:
        return refused
    price: uint256 = draw_book.price(draw)
    if price != 0:
        if not extcall coin.move(entry.member, self, price, entry.entryId):
            return "draw: not enough coins"
    draw_book.add(entry.entryId, entry.drawId, entry.member, entry.nonceHash)
    self.digest[entry.entryId] = hashed
    log DrawEntered(
        entryId=entry.entryId, drawId=entry.drawId, member=entry.member,
        nonceHash=entry.nonceHash, coins=entry.coins,
    )
    return ""


@internal
@view
def _entry_refusal(entry: Entry, draw: uint256, window: uint256) -> String[64]:
    if block.timestamp < draw_book.opens_at(window):
        return "draw: not open yet"
    if block.timestamp > draw_book.closes_at(window):
        return "draw: closed"
    if convert(entry.coins, uint256) != draw_book.price(draw):
        return "draw: wrong price"
    if draw_book.entries(draw) >= draw_book.entries_maximum(draw):
        return "draw: full"
    return ""


@internal
@view
def _entry_hash(entry: Entry) -> bytes32:
    return keccak256(
        abi_encode(
            ENTRY_TYPE, entry.entryId, entry.member, entry.drawId, draw_book.title_hash[entry.drawId],
            entry.nonceHash, entry.coins, entry.deadline,
        )
    )
