"""Coupons: offered, bought, used, given on."""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.typed_data.eip712 import Address, Bytes32, SignedStruct, Text, Uint32, Uint64


@dataclass(frozen=True)
class CouponClass(SignedStruct):
    """A partner publishes coupons: price, stock, window, last day of redemption."""

    CONTRACT: ClassVar[str] = "coupon"
    class_id: Bytes32
    issuer: Address
    title: Text
    price: Uint32
    stock: Uint32
    opens_at: Uint64
    closes_at: Uint64
    redeem_until: Uint64
    premium_request: Bytes32
    content_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class GiftOrder(SignedStruct):
    """An issuer lets the bank give premium coupons to members of a release, without learning who they are."""

    CONTRACT: ClassVar[str] = "coupon"
    order_id: Bytes32
    issuer: Address
    class_id: Bytes32
    title: Text
    count_each: Uint32
    persons: Uint32
    deadline: Uint64


@dataclass(frozen=True)
class Purchase(SignedStruct):
    """A member buys coupons with coins."""

    CONTRACT: ClassVar[str] = "coupon"
    purchase_id: Bytes32
    member: Address
    class_id: Bytes32
    title: Text
    count: Uint32
    coins: Uint32
    deadline: Uint64


@dataclass(frozen=True)
class Redemption(SignedStruct):
    """A coupon is used at a shop. The shop signs with an empty member hash; the member's is salted and names nobody."""

    CONTRACT: ClassVar[str] = "coupon"
    redemption_id: Bytes32
    class_id: Bytes32
    title: Text
    shop: Address
    member_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class CouponTransfer(SignedStruct):
    """An account gives coupons to another."""

    CONTRACT: ClassVar[str] = "coupon"
    transfer_id: Bytes32
    owner: Address
    class_id: Bytes32
    title: Text
    receiver: Address
    count: Uint32
    deadline: Uint64
