"""Prize draws."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.events.base import Event, Uint256s
from chaincode.typed_data.eip712 import Address, Addresses, Bytes32, Hashes, Uint32, Uint64, Uint256


@dataclass(frozen=True)
class DrawOpened(Event):
    """The operator opened a prize draw and named its drawers."""

    CONTRACT: ClassVar[str] = "draw"
    draw_id: Bytes32
    title_hash: Bytes32
    prize_hash: Bytes32
    price: Uint32
    prizes: Uint32
    entries_maximum: Uint32
    opens_at: Uint64
    closes_at: Uint64
    refunds_from: Uint64
    drawers: Addresses


@dataclass(frozen=True)
class DrawerBound(Event):
    """A drawer committed to the parts it shares, one for each other drawer; its own place is empty."""

    CONTRACT: ClassVar[str] = "draw"
    binding_id: Bytes32
    draw_id: Bytes32
    drawer: Address
    commitments: Hashes


@dataclass(frozen=True)
class DrawEntered(Event):
    """A member entered."""

    CONTRACT: ClassVar[str] = "draw"
    entry_id: Bytes32
    draw_id: Bytes32
    member: Address
    nonce: Bytes32
    coins: Uint32


@dataclass(frozen=True)
class PartsShown(Event):
    """Parts of a draw's secret were shown that were not shown before."""

    CONTRACT: ClassVar[str] = "draw"
    draw_id: Bytes32
    parts: Uint256s
    secrets: Hashes


@dataclass(frozen=True)
class Drawn(Event):
    """Every part was shown: the seed picks the winners."""

    CONTRACT: ClassVar[str] = "draw"
    draw_id: Bytes32
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
    """Parts stayed away for too long, so an entry's coins went back."""

    CONTRACT: ClassVar[str] = "draw"
    entry_id: Bytes32
    draw_id: Bytes32
    member: Address
    coins: Uint256
