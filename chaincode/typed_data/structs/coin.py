"""Coins that move, and how many the operator may bring into being."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.typed_data.eip712 import Address, Bytes32, SignedStruct, Uint32, Uint64, Uint256


@dataclass(frozen=True)
class Quota(SignedStruct):
    """The board lets the operator bring so many coins into being in a period, by sales and budgets together."""

    CONTRACT: ClassVar[str] = "coin"
    quota_id: Bytes32
    coins: Uint64
    period_seconds: Uint32
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class CoinIssue(SignedStruct):
    """The board lets one sale to a partner, or (for the empty account) one survey's budget, go above the quota."""

    CONTRACT: ClassVar[str] = "coin"
    issue_id: Bytes32
    account: Address
    coins: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class CoinTransfer(SignedStruct):
    """An account gives coins to another."""

    CONTRACT: ClassVar[str] = "coin"
    transfer_id: Bytes32
    owner: Address
    receiver: Address
    amount: Uint256
    deadline: Uint64


@dataclass(frozen=True)
class BoundTransfer(SignedStruct):
    """An account gives coins that the receiver can spend only as a policy says."""

    CONTRACT: ClassVar[str] = "coin"
    transfer_id: Bytes32
    owner: Address
    receiver: Address
    amount: Uint256
    policy_id: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class Permit(SignedStruct):
    """ERC-20 permit (EIP-2612): the owner lets the spender move up to `value` coins."""

    CONTRACT: ClassVar[str] = "coin"
    owner: Address
    spender: Address
    value: Uint256
    nonce: Uint256
    deadline: Uint256
