"""Coins that the operator lets come, within a quota or with the board's word."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.events.base import Event
from chaincode.typed_data.eip712 import Address, Bytes32, Flag, Uint32, Uint64


@dataclass(frozen=True)
class QuotaSet(Event):
    """So many coins may come into being in a period; the first quota has no id, the others are the board's."""

    CONTRACT: ClassVar[str] = "coin"
    quota_id: Bytes32
    coins: Uint64
    period_seconds: Uint32
    sequence: Uint64


@dataclass(frozen=True)
class IssueApproved(Event):
    """The board let coins come above the quota: for one sale, or, without an account, for one survey's budget."""

    CONTRACT: ClassVar[str] = "coin"
    issue_id: Bytes32
    account: Address
    coins: Uint64


@dataclass(frozen=True)
class Issued(Event):
    """Coins were sold, or promised as a budget (to no account): by the board's word, or out of the quota."""

    CONTRACT: ClassVar[str] = "coin"
    issue_id: Bytes32
    account: Address
    coins: Uint64
    is_approved: Flag
