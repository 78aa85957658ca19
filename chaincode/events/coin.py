"""Coins: where they come from, where they go."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.events.base import Event
from chaincode.typed_data.eip712 import Address, Addresses, Bytes32, Uint256


@dataclass(frozen=True)
class Transfer(Event):
    """Coins moved (ERC-20)."""

    CONTRACT: ClassVar[str] = "coin"
    sender: Address
    receiver: Address
    value: Uint256


@dataclass(frozen=True)
class Approval(Event):
    """An owner lets a spender move coins (ERC-20)."""

    CONTRACT: ClassVar[str] = "coin"
    owner: Address
    spender: Address
    value: Uint256


@dataclass(frozen=True)
class PermitUsed(Event):
    """An owner's permit (ERC-2612) was taken, and the nonce in it used up; the allowance that it gave comes next."""

    CONTRACT: ClassVar[str] = "coin"
    owner: Address
    nonce: Uint256


@dataclass(frozen=True)
class Granted(Event):
    """Coins came into being, for a recorded reason."""

    CONTRACT: ClassVar[str] = "coin"
    account: Address
    amount: Uint256
    reason: Bytes32


@dataclass(frozen=True)
class Burnt(Event):
    """Coins were spent for good, for a recorded reason."""

    CONTRACT: ClassVar[str] = "coin"
    account: Address
    amount: Uint256
    reason: Bytes32


@dataclass(frozen=True)
class Moved(Event):
    """Coins changed accounts for a recorded reason: a lock, an unlock, a reward, a relayed transfer."""

    CONTRACT: ClassVar[str] = "coin"
    sender: Address
    receiver: Address
    amount: Uint256
    reason: Bytes32


@dataclass(frozen=True)
class MinterSet(Event):
    """A contract may grant (1), burn (2) or move (4) coins."""

    CONTRACT: ClassVar[str] = "coin"
    minter: Address
    rights: Uint256


@dataclass(frozen=True)
class MintersSealed(Event):
    """No further contract can ever be let near the coins."""

    CONTRACT: ClassVar[str] = "coin"


@dataclass(frozen=True)
class PolicySet(Event):
    """Coins under this policy may be spent with these issuers only."""

    CONTRACT: ClassVar[str] = "coin"
    policy_id: Bytes32
    issuers: Addresses


@dataclass(frozen=True)
class Bound(Event):
    """Coins came under a policy."""

    CONTRACT: ClassVar[str] = "coin"
    account: Address
    policy_id: Bytes32
    amount: Uint256


@dataclass(frozen=True)
class BoundSpent(Event):
    """Coins under a policy were spent."""

    CONTRACT: ClassVar[str] = "coin"
    account: Address
    policy_id: Bytes32
    amount: Uint256
