"""Prize draws by commit and reveal."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.events.base import Event
from chaincode.typed_data.eip712 import Address, Bytes32, Uint32, Uint64, Uint256


@dataclass(frozen=True)
class DrawOpened(Event):
    """The operator opened a prize draw, committed to a secret."""

    CONTRACT: ClassVar[str] = "draw"
    draw_id: Bytes32
    title_hash: Bytes32
    prize_hash: Bytes32
    commitment: Bytes32
    price: Uint32
    prizes: Uint32
    entries_maximum: Uint32
    opens_at: Uint64
    closes_at: Uint64
    nonces_until: Uint64
    reveal_until: Uint64


@dataclass(frozen=True)
class DrawEntered(Event):
    """A member entered, committed to a nonce."""

    CONTRACT: ClassVar[str] = "draw"
    entry_id: Bytes32
    draw_id: Bytes32
    member: Address
    nonce_hash: Bytes32
    coins: Uint32


@dataclass(frozen=True)
class NonceShown(Event):
    """An entry's nonce was shown: it counts."""

    CONTRACT: ClassVar[str] = "draw"
    entry_id: Bytes32
    draw_id: Bytes32
    nonce: Bytes32


@dataclass(frozen=True)
class SecretShown(Event):
    """The secret was shown; the seed picks the winners."""

    CONTRACT: ClassVar[str] = "draw"
    draw_id: Bytes32
    secret: Bytes32
    seed: Bytes32


@dataclass(frozen=True)
class DrawWon(Event):
    """An entry won."""

    CONTRACT: ClassVar[str] = "draw"
    draw_id: Bytes32
    entry_id: Bytes32
    member: Address
    place: Uint256


@dataclass(frozen=True)
class EntryRefunded(Event):
    """The secret was never shown, so an entry's coins went back."""

    CONTRACT: ClassVar[str] = "draw"
    entry_id: Bytes32
    draw_id: Bytes32
    member: Address
    coins: Uint256
