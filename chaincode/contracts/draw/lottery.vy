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
    packed: uint256 = draw_book.draw[drawId]
    window: uint256 = draw_book.window[drawId]
    assert packed != 0, "draw: unknown draw"
    assert (packed >> 160) & authority.BITS_8 == draw_book.OPEN, "draw: already drawn"
    assert block.timestamp > (window >> 128) & authority.BITS_64, "draw: nonces may still come"
    assert block.timestamp <= window >> 192, "draw: too late"
    assert keccak256(abi_encode(drawId, secret)) == draw_book.commitment[drawId], "draw: another secret"
    counted: uint256 = (packed >> 128) & authority.BITS_32
    assert counted != 0, "draw: nobody to draw from"
    draw_book.draw[drawId] = packed ^ ((draw_book.OPEN ^ draw_book.DRAWN) << 160)
    seed: bytes32 = keccak256(abi_encode(secret, self.mix[drawId]))
    log SecretShown(drawId=drawId, secret=secret, seed=seed)
    entries: uint256 = (packed >> 96) & authority.BITS_32
    for place: uint256 in range(min((packed >> 32) & authority.BITS_32, counted), bound=draw_book.PRIZES):
        start: uint256 = convert(keccak256(abi_encode(seed, place)), uint256) % entries
        self._win(drawId, start, entries, place)
    coins: uint256 = (packed & authority.BITS_32) * entries
    if coins != 0:
        assert extcall coin.burn(self, coins, drawId), "draw: coins missing"


@external
def refund(drawId: bytes32, entryIds: DynArray[bytes32, authority.BATCH]):
    """@notice Anybody may bring coins back to their entrants when the secret was not shown in time."""
    packed: uint256 = draw_book.draw[drawId]
    assert packed != 0, "draw: unknown draw"
    assert (packed >> 160) & authority.BITS_8 == draw_book.OPEN, "draw: already drawn"
    assert block.timestamp > draw_book.window[drawId] >> 192, "draw: secret may still come"
    price: uint256 = packed & authority.BITS_32
    for entryId: bytes32 in entryIds:
        entry: uint256 = draw_book.entry[entryId]
        state: uint256 = (entry >> 160) & authority.BITS_8
        if entry >> 168 != packed >> 168:
            log authority.Refused(id=entryId, reason="draw: unknown entry")
        elif state == draw_book.REFUNDED:
            log authority.Repeated(id=entryId)
        else:
            draw_book.set_state(entryId, draw_book.REFUNDED)
            member: address = convert(entry & authority.BITS_160, address)
            if price != 0:
                assert extcall coin.move(self, member, price, entryId), "draw: coins missing"
            log EntryRefunded(entryId=entryId, drawId=drawId, member=member, coins=price)


# ---- Steps ----


@internal
def _show_nonce(drawId: bytes32, item: Nonce) -> String[64]:
    packed: uint256 = draw_book.draw[drawId]
    entry: uint256 = draw_book.entry[item.entryId]
    if packed == 0:
        return "draw: unknown draw"
    if entry >> 168 != packed >> 168:
        return "draw: unknown entry"
    if keccak256(abi_encode(item.entryId, item.nonce)) != draw_book.nonce_hash[item.entryId]:
        return "draw: another nonce"
    if (entry >> 160) & authority.BITS_8 != draw_book.ENTERED:
        log authority.Repeated(id=item.entryId)
        return ""
    window: uint256 = draw_book.window[drawId]
    if block.timestamp <= (window >> 64) & authority.BITS_64:
        return "draw: entries may still come"
    if block.timestamp > (window >> 128) & authority.BITS_64:
        return "draw: too late"
    share: bytes32 = keccak256(abi_encode(item.entryId, item.nonce, drawId))
    self.mix[drawId] = convert(
        convert(self.mix[drawId], uint256) ^ convert(share, uint256), bytes32
    )
    draw_book.draw[drawId] = packed + (1 << 128)
    draw_book.set_state(item.entryId, draw_book.COUNTED)
    log NonceShown(entryId=item.entryId, drawId=drawId, nonce=item.nonce)
    return ""


@internal
def _win(drawId: bytes32, start: uint256, entries: uint256, place: uint256):
    """@dev From a place picked by the seed on, the first entry that counts and has not won yet."""
    for step: uint256 in range(entries, bound=draw_book.ENTRIES):
        entryId: bytes32 = draw_book.entryAt[drawId][(start + step) % entries]
        entry: uint256 = draw_book.entry[entryId]
        if (entry >> 160) & authority.BITS_8 == draw_book.COUNTED:
            draw_book.set_state(entryId, draw_book.WON)
            log DrawWon(
                drawId=drawId, entryId=entryId,
                member=convert(entry & authority.BITS_160, address), place=place,
            )
            return
