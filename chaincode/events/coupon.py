"""Coupons: published, issued, redeemed."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.events.base import Event, Uint256s
from chaincode.typed_data.eip712 import Address, Bytes32, Flag, Uint32, Uint64, Uint256


@dataclass(frozen=True)
class CouponClassPublished(Event):
    """A partner put coupons on sale."""

    CONTRACT: ClassVar[str] = "coupon"
    class_id: Bytes32
    issuer: Address
    premium_request: Bytes32
    title_hash: Bytes32
    price: Uint32
    stock: Uint32
    opens_at: Uint64
    closes_at: Uint64
    redeem_until: Uint64
    content_hash: Bytes32


@dataclass(frozen=True)
class CouponIssued(Event):
    """A member bought coupons."""

    CONTRACT: ClassVar[str] = "coupon"
    purchase_id: Bytes32
    class_id: Bytes32
    member: Address
    count: Uint32
    coins: Uint32


@dataclass(frozen=True)
class CouponRedeemed(Event):
    """A coupon was used at a shop."""

    CONTRACT: ClassVar[str] = "coupon"
    redemption_id: Bytes32
    class_id: Bytes32
    member: Address
    shop: Address


@dataclass(frozen=True)
class CouponMoved(Event):
    """An owner's signed words moved coupons to another account."""

    CONTRACT: ClassVar[str] = "coupon"
    transfer_id: Bytes32
    class_id: Bytes32
    owner: Address
    receiver: Address
    count: Uint32


@dataclass(frozen=True)
class GiftsOrdered(Event):
    """An issuer lets the bank give premium coupons to members of a release."""

    CONTRACT: ClassVar[str] = "coupon"
    order_id: Bytes32
    class_id: Bytes32
    issuer: Address
    count_each: Uint32
    persons: Uint32


@dataclass(frozen=True)
class GiftGiven(Event):
    """The bank gave coupons by an order."""

    CONTRACT: ClassVar[str] = "coupon"
    order_id: Bytes32
    gift_id: Bytes32


@dataclass(frozen=True)
class TransferSingle(Event):
    """Coupons moved (ERC-1155)."""

    CONTRACT: ClassVar[str] = "coupon"
    operator: Address
    owner: Address
    to: Address
    id: Uint256
    amount: Uint256


@dataclass(frozen=True)
class TransferBatch(Event):
    """Coupons of several classes moved (ERC-1155)."""

    CONTRACT: ClassVar[str] = "coupon"
    operator: Address
    owner: Address
    to: Address
    ids: Uint256s
    amounts: Uint256s


@dataclass(frozen=True)
class ApprovalForAll(Event):
    """An owner lets an operator move coupons (ERC-1155)."""

    CONTRACT: ClassVar[str] = "coupon"
    account: Address
    operator: Address
    approved: Flag
