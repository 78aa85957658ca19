# pragma version 0.4.3
# pragma evm-version london
"""
@title The lottery: once every part of the secret is shown the winners are picked; until then coins may go back
@dev What picks the winners is settled before the first entry (the parts) and at the last one (the entries): whoever
     shows the parts, when and in which order, changes nothing. There is no last moment for showing them, so keeping
     one back does not spoil a result that somebody dislikes; it only delays it. Nobody's coins wait for that: from
     `refundsFrom` on they go back, and whoever got them back may win all the same.
"""
from interfaces import ICoin

from ..shared import authority
from . import book as draw_book
from . import drawers as draw_drawers

uses: draw_book
uses: draw_drawers

event Drawn:
    drawId: indexed(bytes32)
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

coin: immutable(ICoin)


@deploy
def __init__(coins: address):
    coin = ICoin(coins)


@external
def show_parts(
    drawId: bytes32,
    parts: DynArray[uint256, draw_drawers.PARTS],
    secrets: DynArray[bytes32, draw_drawers.PARTS],
):
    """@notice Anybody may bring parts once the entries are closed: a secret proves by itself that it is the right one.
               The last of them draws the winners, and what coins the entries still hold are burnt."""
    draw: uint256 = draw_book.draw[drawId]
    assert draw != 0, "draw: unknown draw"
    assert draw_book.state(draw) != draw_book.FORMING, "draw: drawers missing"
    assert draw_book.state(draw) == draw_book.OPEN, "draw: already drawn"
    assert block.timestamp > draw_book.closes_at(draw_book.window[drawId]), "draw: entries may still come"
    if draw_drawers.show(drawId, parts, secrets):
        self._draw(drawId, draw)


@external
def refund(drawId: bytes32, entryIds: DynArray[bytes32, authority.BATCH]):
    """@notice Anybody may bring coins back to their entrants while parts stay away for too long."""
    draw: uint256 = draw_book.draw[drawId]
    assert draw != 0, "draw: unknown draw"
    assert draw_book.state(draw) != draw_book.DRAWN, "draw: already drawn"
    assert block.timestamp > draw_book.refunds_from(draw_book.window[drawId]), "draw: parts may still come"
    price: uint256 = draw_book.price(draw)
    for entryId: bytes32 in entryIds:
        entry: uint256 = draw_book.entry[entryId]
        if not draw_book.is_of(entry, draw):
            log authority.Refused(id=entryId, reason="draw: unknown entry")
        elif draw_book.is_refunded(entry):
            log authority.Repeated(id=entryId)
        else:
            draw_book.pay_back(drawId, entryId)
            member: address = draw_book.member(entry)
            if price != 0:
                assert extcall coin.move(self, member, price, entryId), "draw: coins missing"
            log EntryRefunded(entryId=entryId, drawId=drawId, member=member, coins=price)


# ---- Steps ----


@internal
def _draw(drawId: bytes32, draw: uint256):
    draw_book.close(drawId)
    seed: bytes32 = keccak256(abi_encode(drawId, draw_drawers.mix[drawId], draw_book.entropy[drawId]))
    log Drawn(drawId=drawId, seed=seed)
    entries: uint256 = draw_book.entries(draw)
    for place: uint256 in range(min(draw_book.prizes(draw), entries), bound=draw_book.PRIZES):
        start: uint256 = convert(keccak256(abi_encode(seed, place)), uint256) % entries
        self._win(drawId, start, entries, place)
    coins: uint256 = draw_book.price(draw) * (entries - draw_book.refunded(draw))
    if coins != 0:
        assert extcall coin.burn(self, coins, drawId), "draw: coins missing"


@internal
def _win(drawId: bytes32, start: uint256, entries: uint256, place: uint256):
    """@dev From a place picked by the seed on, the first entry that has not won yet."""
    for step: uint256 in range(entries, bound=draw_book.ENTRIES):
        entryId: bytes32 = draw_book.entryAt[drawId][(start + step) % entries]
        entry: uint256 = draw_book.entry[entryId]
        if not draw_book.has_won(entry):
            draw_book.mark(entryId, draw_book.WON)
            log DrawWon(
                drawId=drawId, entryId=entryId, member=draw_book.member(entry), place=place,
            )
            return
