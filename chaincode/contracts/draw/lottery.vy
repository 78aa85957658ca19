# pragma version 0.4.3
# pragma evm-version london
"""
@title The lottery: nonces are shown, then the secret, and winners are picked; or the coins go back
@dev Who does not show its nonce cannot win: holding back costs the entry. Nonces are joined by XOR and places are
     those of entering, so the order in which nonces are relayed changes nothing.
"""
from interfaces import ICoin

from ..shared import authority
from . import book as draw_book

uses: draw_book

struct Nonce:
    entryId: bytes32
    nonce: bytes32

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

coin: immutable(ICoin)
mix: HashMap[bytes32, bytes32]


@deploy
def __init__(coins: address):
    coin = ICoin(coins)


@external
def show_nonces(drawId: bytes32, nonces: DynArray[Nonce, authority.BATCH]):
    """@notice Anybody may bring a nonce: only the entrant can have known it."""
    for item: Nonce in nonces:
        refused: String[64] = self._show_nonce(drawId, item)
        if len(refused) != 0:
            log authority.Refused(id=item.entryId, reason=refused)


@external
def show_secret(drawId: bytes32, secret: bytes32):
    """@notice Draw the winners; the coins of the entries are burnt."""
    draw: uint256 = draw_book.draw[drawId]
    window: uint256 = draw_book.window[drawId]
    assert draw != 0, "draw: unknown draw"
    assert draw_book.state(draw) == draw_book.OPEN, "draw: already drawn"
    assert block.timestamp > draw_book.nonces_until(window), "draw: nonces may still come"
    assert block.timestamp <= draw_book.reveal_until(window), "draw: too late"
    assert keccak256(abi_encode(drawId, secret)) == draw_book.commitment[drawId], "draw: another secret"
    counted: uint256 = draw_book.counted(draw)
    assert counted != 0, "draw: nobody to draw from"
    draw_book.close(drawId)
    seed: bytes32 = keccak256(abi_encode(secret, self.mix[drawId]))
    log SecretShown(drawId=drawId, secret=secret, seed=seed)
    entries: uint256 = draw_book.entries(draw)
    for place: uint256 in range(min(draw_book.prizes(draw), counted), bound=draw_book.PRIZES):
        start: uint256 = convert(keccak256(abi_encode(seed, place)), uint256) % entries
        self._win(drawId, start, entries, place)
    coins: uint256 = draw_book.price(draw) * entries
    if coins != 0:
        assert extcall coin.burn(self, coins, drawId), "draw: coins missing"


@external
def refund(drawId: bytes32, entryIds: DynArray[bytes32, authority.BATCH]):
    """@notice Anybody may bring coins back to their entrants when the secret was not shown in time."""
    draw: uint256 = draw_book.draw[drawId]
    assert draw != 0, "draw: unknown draw"
    assert draw_book.state(draw) == draw_book.OPEN, "draw: already drawn"
    assert block.timestamp > draw_book.reveal_until(draw_book.window[drawId]), "draw: secret may still come"
    price: uint256 = draw_book.price(draw)
    for entryId: bytes32 in entryIds:
        entry: uint256 = draw_book.entry[entryId]
        if not draw_book.is_of(entry, draw):
            log authority.Refused(id=entryId, reason="draw: unknown entry")
        elif draw_book.state(entry) == draw_book.REFUNDED:
            log authority.Repeated(id=entryId)
        else:
            draw_book.set_state(entryId, draw_book.REFUNDED)
            member: address = draw_book.member(entry)
            if price != 0:
                assert extcall coin.move(self, member, price, entryId), "draw: coins missing"
            log EntryRefunded(entryId=entryId, drawId=drawId, member=member, coins=price)


# ---- Steps ----


@internal
def _show_nonce(drawId: bytes32, item: Nonce) -> String[64]:
    draw: uint256 = draw_book.draw[drawId]
    entry: uint256 = draw_book.entry[item.entryId]
    if draw == 0:
        return "draw: unknown draw"
    if not draw_book.is_of(entry, draw):
        return "draw: unknown entry"
    if keccak256(abi_encode(item.entryId, item.nonce)) != draw_book.nonce_hash[item.entryId]:
        return "draw: another nonce"
    if draw_book.state(entry) != draw_book.ENTERED:
        log authority.Repeated(id=item.entryId)
        return ""
    window: uint256 = draw_book.window[drawId]
    if block.timestamp <= draw_book.closes_at(window):
        return "draw: entries may still come"
    if block.timestamp > draw_book.nonces_until(window):
        return "draw: too late"
    share: bytes32 = keccak256(abi_encode(item.entryId, item.nonce, drawId))
    self.mix[drawId] = convert(
        convert(self.mix[drawId], uint256) ^ convert(share, uint256), bytes32
    )
    draw_book.count(drawId, item.entryId)
    log NonceShown(entryId=item.entryId, drawId=drawId, nonce=item.nonce)
    return ""


@internal
def _win(drawId: bytes32, start: uint256, entries: uint256, place: uint256):
    """@dev From a place picked by the seed on, the first entry that counts and has not won yet."""
    for step: uint256 in range(entries, bound=draw_book.ENTRIES):
        entryId: bytes32 = draw_book.entryAt[drawId][(start + step) % entries]
        entry: uint256 = draw_book.entry[entryId]
        if draw_book.state(entry) == draw_book.COUNTED:
            draw_book.set_state(entryId, draw_book.WON)
            log DrawWon(
                drawId=drawId, entryId=entryId, member=draw_book.member(entry), place=place,
            )
            return
