# pragma version 0.4.3
# pragma evm-version london
"""
@title Draw: prize draws that nobody can steer
@notice Members of the board are bound to the parts of a secret before the first entry, and show them after the last.
        Nobody knows the secret before that, no single one of them can keep it back, and no choice is left to anybody.
@dev What a draw is, and who is in it, is in book.vy; who holds its secret in drawers.vy; how winners are picked, or
     coins go back, in lottery.vy.
"""
from interfaces import ICoin

from ..shared import authority
from . import book as draw_book
from . import drawers as draw_drawers
from . import lottery

initializes: authority
initializes: draw_book
initializes: draw_drawers[authority := authority, draw_book := draw_book]
initializes: lottery[draw_book := draw_book, draw_drawers := draw_drawers]
exports: (
    authority.DOMAIN_SEPARATOR,
    draw_book.drawAt,
    draw_book.drawOf,
    draw_book.entryAt,
    draw_book.entryOf,
    draw_book.opened,
    draw_drawers.commitmentOf,
    draw_drawers.drawerAt,
    draw_drawers.drawersOf,
    lottery.refund,
    lottery.show_parts,
)

struct Entry:
    entryId: bytes32
    member: address
    drawId: bytes32
    nonce: bytes32
    coins: uint32
    deadline: uint64

struct SignedEntry:
    entry: Entry
    signature: authority.Signature

struct SignedBinding:
    binding: draw_drawers.Binding
    signature: authority.Signature

event DrawEntered:
    entryId: indexed(bytes32)
    drawId: indexed(bytes32)
    member: indexed(address)
    nonce: bytes32
    coins: uint32

SCOPE: constant(uint256) = authority.SCOPE_DRAW
ENTRY_TYPE: constant(bytes32) = keccak256(
    "Entry(bytes32 entryId,address member,bytes32 drawId,string title,bytes32 nonce,uint32 coins,uint64 deadline)"
)

coin: immutable(ICoin)
digest: HashMap[bytes32, bytes32]


@deploy
def __init__(membership: address, coins: address):
    authority.__init__("draw", membership)
    coin = ICoin(coins)
    lottery.__init__(coins)


# ---- The operator opens, drawers bind themselves ----


@external
def open_draw(terms: draw_book.Terms, drawers: DynArray[address, draw_drawers.MOST]):
    """@notice The drawers are at least three of the board, in ascending order; entries begin when all are bound."""
    authority.only_operator()
    hashed: bytes32 = keccak256(abi_encode(terms, drawers))
    if self.digest[terms.drawId] == hashed:
        log authority.Repeated(id=terms.drawId)
        return
    assert self._is_new(terms.drawId), "draw: id already used"
    assert terms.prizes != 0 and convert(terms.prizes, uint256) <= draw_book.PRIZES, "draw: prizes out of range"
    assert terms.entriesMaximum >= terms.prizes, "draw: entries out of range"
    assert convert(terms.entriesMaximum, uint256) <= draw_book.ENTRIES, "draw: entries out of range"
    assert block.timestamp <= convert(terms.closesAt, uint256), "draw: window is empty"
    assert terms.opensAt <= terms.closesAt, "draw: window is empty"
    assert terms.closesAt < terms.refundsFrom, "draw: window is empty"
    self.digest[terms.drawId] = hashed
    draw_drawers.name(terms.drawId, drawers)
    draw_book.write(terms, drawers)


@external
def bind(binding: draw_drawers.Binding):
    """@notice A drawer commits to the parts it shares: one for each other drawer, in their order, its own place empty.
               A commitment is keccak256(abi.encode(drawId, secret))."""
    refused: String[64] = self._bind(binding, draw_drawers.binding_hash(binding), msg.sender)
    assert len(refused) == 0, refused


@external
def bind_batch(bindings: DynArray[SignedBinding, authority.BATCH]):
    for item: SignedBinding in bindings:
        hashed: bytes32 = draw_drawers.binding_hash(item.binding)
        refused: String[64] = self._bind(item.binding, hashed, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.binding.bindingId, reason=refused)


# ---- Members enter ----


@external
def enter(entry: Entry):
    """@notice The nonce is any 32 bytes: it goes into what picks the winners."""
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
def _bind(binding: draw_drawers.Binding, hashed: bytes32, key: address) -> String[64]:
    if self.digest[binding.bindingId] == hashed:
        log authority.Repeated(id=binding.bindingId)
        return ""
    if not self._is_new(binding.bindingId):
        return "draw: id already used"
    refused: String[64] = draw_drawers.binding_refusal(binding, key)
    if len(refused) != 0:
        return refused
    self.digest[binding.bindingId] = hashed
    draw_drawers.bind(binding)
    return ""


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
    draw_book.add(entry.entryId, entry.drawId, entry.member, entry.nonce)
    self.digest[entry.entryId] = hashed
    log DrawEntered(
        entryId=entry.entryId, drawId=entry.drawId, member=entry.member,
        nonce=entry.nonce, coins=entry.coins,
    )
    return ""


@internal
@view
def _entry_refusal(entry: Entry, draw: uint256, window: uint256) -> String[64]:
    if block.timestamp < draw_book.opens_at(window):
        return "draw: not open yet"
    if block.timestamp > draw_book.closes_at(window):
        return "draw: closed"
    if draw_book.state(draw) == draw_book.FORMING:
        return "draw: drawers missing"
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
            entry.nonce, entry.coins, entry.deadline,
        )
    )
