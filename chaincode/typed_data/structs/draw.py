"""Prize draws: who enters, and who keeps the secret."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.typed_data.eip712 import Address, Bytes32, Hashes, SignedStruct, Text, Uint32, Uint64


@dataclass(frozen=True)
class Entry(SignedStruct):
    """A member enters a prize draw; the nonce goes into what picks the winners."""

    CONTRACT: ClassVar[str] = "draw"
    entry_id: Bytes32
    member: Address
    draw_id: Bytes32
    title: Text
    nonce: Bytes32
    coins: Uint32
    deadline: Uint64


@dataclass(frozen=True)
class DrawBinding(SignedStruct):
    """A drawer commits to the parts of a draw's secret that it shares with each other drawer."""

    CONTRACT: ClassVar[str] = "draw"
    ITEMS_MAXIMUM: ClassVar[int] = 8
    binding_id: Bytes32
    drawer: Address
    draw_id: Bytes32
    title: Text
    commitments: Hashes
    deadline: Uint64
