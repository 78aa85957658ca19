# pragma version 0.4.3
# pragma evm-version london
"""
@title Classes of coupons: published by partners for good, never sold beyond their stock
@dev Token id = uint256(classId). class: issuer | price << 160 | stock << 192 | sold << 224;
     window: opensAt | closesAt << 64 | redeemUntil << 128.
"""
from ..shared import authority
from . import tokens

uses: authority
uses: tokens

struct CouponClass:
    classId: bytes32
    issuer: address
    titleHash: bytes32
    price: uint32
    stock: uint32
    opensAt: uint64
    closesAt: uint64
    redeemUntil: uint64
    premiumRequest: bytes32
    contentHash: bytes32
    deadline: uint64

struct SignedClass:
    coupons: CouponClass
    signature: authority.Signature

struct ClassView:
    issuer: address
    price: uint32
    stock: uint32
    sold: uint32
    opensAt: uint64
    closesAt: uint64
    redeemUntil: uint64
    titleHash: bytes32
    premiumRequest: bytes32

event CouponClassPublished:
    classId: indexed(bytes32)
    issuer: indexed(address)
    premiumRequest: indexed(bytes32)
    titleHash: bytes32
    price: uint32
    stock: uint32
    opensAt: uint64
    closesAt: uint64
    redeemUntil: uint64
    contentHash: bytes32

event CouponIssued:
    purchaseId: indexed(bytes32)
    classId: indexed(bytes32)
    member: indexed(address)
    count: uint32
    coins: uint32

SCOPE: constant(uint256) = authority.SCOPE_COUPON
CLASS_TYPE: constant(bytes32) = keccak256(
    "CouponClass(bytes32 classId,address issuer,string title,uint32 price,uint32 stock,uint64 opensAt,uint64 closesAt,uint64 redeemUntil,bytes32 premiumRequest,bytes32 contentHash,uint64 deadline)"
)

class_of: HashMap[bytes32, uint256]
window_of: HashMap[bytes32, uint256]
title_hash: HashMap[bytes32, bytes32]
premium_request: HashMap[bytes32, bytes32]
digest: HashMap[bytes32, bytes32]


@external
def publish(coupons: CouponClass):
    """@notice Publish a class of coupons: price, stock and dates never change."""
    refused: String[64] = self._publish(coupons, keccak256(abi_encode(CLASS_TYPE, coupons)), msg.sender)
    assert len(refused) == 0, refused


@external
def publish_batch(classes: DynArray[SignedClass, authority.BATCH]):
    for item: SignedClass in classes:
        hashed: bytes32 = keccak256(abi_encode(CLASS_TYPE, item.coupons))
        refused: String[64] = self._publish(item.coupons, hashed, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.coupons.classId, reason=refused)


@external
@view
def classOf(classId: bytes32) -> ClassView:
    packed: uint256 = self.class_of[classId]
    window: uint256 = self.window_of[classId]
    return ClassView(
        issuer=self.issuer(packed),
        price=convert(self.price(packed), uint32),
        stock=convert(self.stock(packed), uint32),
        sold=convert(self.sold(packed), uint32),
        opensAt=convert(self.opens_at(window), uint64),
        closesAt=convert(self.closes_at(window), uint64),
        redeemUntil=convert(self.redeem_until(window), uint64),
        titleHash=self.title_hash[classId],
        premiumRequest=self.premium_request[classId],
    )


# ---- What the words of a class and its window say ----


@internal
@pure
def issuer(sold_as: uint256) -> address:
    return convert(sold_as & authority.BITS_160, address)


@internal
@pure
def price(sold_as: uint256) -> uint256:
    return (sold_as >> 160) & authority.BITS_32


@internal
@pure
def stock(sold_as: uint256) -> uint256:
    return (sold_as >> 192) & authority.BITS_32


@internal
@pure
def sold(sold_as: uint256) -> uint256:
    return sold_as >> 224


@internal
@pure
def opens_at(window: uint256) -> uint256:
    return window & authority.BITS_64


@internal
@pure
def closes_at(window: uint256) -> uint256:
    return (window >> 64) & authority.BITS_64


@internal
@pure
def redeem_until(window: uint256) -> uint256:
    return (window >> 128) & authority.BITS_64


# ---- Steps ----


@internal
@view
def is_in_stock(classId: bytes32, count: uint256) -> bool:
    sold_as: uint256 = self.class_of[classId]
    return self.sold(sold_as) + count <= self.stock(sold_as)


@internal
def issue(
    id: bytes32, hashed: bytes32, classId: bytes32, member: address, count: uint256, coins: uint256
):
    self.digest[id] = hashed
    self.class_of[classId] += count << 224
    tokens.mint(member, convert(classId, uint256), count)
    log CouponIssued(
        purchaseId=id, classId=classId, member=member,
        count=convert(count, uint32), coins=convert(coins, uint32),
    )


@internal
def _publish(coupons: CouponClass, hashed: bytes32, key: address) -> String[64]:
    if self.digest[coupons.classId] == hashed:
        log authority.Repeated(id=coupons.classId)
        return ""
    if self.digest[coupons.classId] != empty(bytes32) or coupons.classId == empty(bytes32):
        return "coupon: id already used"
    refused: String[64] = authority.refusal(key, coupons.issuer, authority.PARTNER, SCOPE, coupons.deadline)
    if len(refused) != 0:
        return refused
    if coupons.stock == 0:
        return "coupon: no stock"
    if coupons.opensAt > coupons.closesAt or block.timestamp > convert(coupons.closesAt, uint256):
        return "coupon: window is empty"
    if coupons.redeemUntil < coupons.closesAt:
        return "coupon: window is empty"
    self.digest[coupons.classId] = hashed
    self.title_hash[coupons.classId] = coupons.titleHash
    self.premium_request[coupons.classId] = coupons.premiumRequest
    self.class_of[coupons.classId] = (
        convert(coupons.issuer, uint256)
        | (convert(coupons.price, uint256) << 160)
        | (convert(coupons.stock, uint256) << 192)
    )
    self.window_of[coupons.classId] = (
        convert(coupons.opensAt, uint256)
        | (convert(coupons.closesAt, uint256) << 64)
        | (convert(coupons.redeemUntil, uint256) << 128)
    )
    log CouponClassPublished(
        classId=coupons.classId, issuer=coupons.issuer, premiumRequest=coupons.premiumRequest,
        titleHash=coupons.titleHash, price=coupons.price, stock=coupons.stock,
        opensAt=coupons.opensAt, closesAt=coupons.closesAt, redeemUntil=coupons.redeemUntil,
        contentHash=coupons.contentHash,
    )
    return ""
