# pragma version 0.4.3
# pragma evm-version london
"""
@title Coupon: classes published by partners, bought with coins, redeemed once at the issuer's shops
@dev Token id = uint256(classId). class: issuer | price << 160 | stock << 192 | sold << 224;
     window: opensAt | closesAt << 64 | redeemUntil << 128.
@custom:follows ERC-1155 (in tokens.vy)
"""
from interfaces import ICoin
from interfaces import IConsent

from . import authority
from . import tokens

initializes: authority
initializes: tokens[authority := authority]
exports: (
    authority.DOMAIN_SEPARATOR,
    tokens.balanceOf,
    tokens.balanceOfBatch,
    tokens.isApprovedForAll,
    tokens.safeBatchTransferFrom,
    tokens.safeTransferFrom,
    tokens.setApprovalForAll,
    tokens.supportsInterface,
    tokens.uri,
)

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

struct Purchase:
    purchaseId: bytes32
    member: address
    classId: bytes32
    count: uint32
    coins: uint32
    deadline: uint64

struct SignedPurchase:
    purchase: Purchase
    signature: authority.Signature

struct Redemption:
    redemptionId: bytes32
    classId: bytes32
    shop: address
    deadline: uint64

struct SignedRedemption:
    redemption: Redemption
    member: address
    memberSignature: authority.Signature
    shopSignature: authority.Signature

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

event CouponRedeemed:
    redemptionId: indexed(bytes32)
    classId: indexed(bytes32)
    member: indexed(address)
    shop: address

SCOPE: constant(uint256) = 8
CLASS_TYPE: constant(bytes32) = keccak256(
    "CouponClass(bytes32 classId,address issuer,string title,uint32 price,uint32 stock,uint64 opensAt,uint64 closesAt,uint64 redeemUntil,bytes32 premiumRequest,bytes32 contentHash,uint64 deadline)"
)
PURCHASE_TYPE: constant(bytes32) = keccak256(
    "Purchase(bytes32 purchaseId,address member,bytes32 classId,string title,uint32 count,uint32 coins,uint64 deadline)"
)
REDEMPTION_TYPE: constant(bytes32) = keccak256(
    "Redemption(bytes32 redemptionId,bytes32 classId,string title,address shop,uint64 deadline)"
)

coin: immutable(ICoin)
consent: immutable(IConsent)
class_of: HashMap[bytes32, uint256]
window_of: HashMap[bytes32, uint256]
title_hash: HashMap[bytes32, bytes32]
premium_request: HashMap[bytes32, bytes32]
digest: HashMap[bytes32, bytes32]


@deploy
def __init__(membership: address, coins: address, consents: address):
    authority.__init__("coupon", membership)
    coin = ICoin(coins)
    consent = IConsent(consents)


# ---- Partners publish ----


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


# ---- Members buy ----


@external
@nonreentrant
def buy(purchase: Purchase):
    """@notice Spend coins on coupons."""
    refused: String[64] = self._buy(purchase, self._purchase_hash(purchase), msg.sender)
    assert len(refused) == 0, refused


@external
@nonreentrant
def buy_batch(purchases: DynArray[SignedPurchase, authority.BATCH]):
    for item: SignedPurchase in purchases:
        hashed: bytes32 = self._purchase_hash(item.purchase)
        refused: String[64] = self._buy(item.purchase, hashed, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.purchase.purchaseId, reason=refused)


# ---- Shops redeem ----


@external
@nonreentrant
def redeem(redemption: Redemption, member: address, shopSignature: authority.Signature):
    """@notice A member hands in one coupon; the shop has signed the same message."""
    hashed: bytes32 = self._redemption_hash(redemption)
    refused: String[64] = self._redeem(
        redemption, member, hashed, msg.sender, authority.signer(hashed, shopSignature)
    )
    assert len(refused) == 0, refused


@external
@nonreentrant
def redeem_batch(redemptions: DynArray[SignedRedemption, authority.BATCH]):
    for item: SignedRedemption in redemptions:
        hashed: bytes32 = self._redemption_hash(item.redemption)
        key: address = authority.signer(hashed, item.memberSignature)
        shop_key: address = authority.signer(hashed, item.shopSignature)
        refused: String[64] = self._redeem(item.redemption, item.member, hashed, key, shop_key)
        if len(refused) != 0:
            log authority.Refused(id=item.redemption.redemptionId, reason=refused)


# ---- Questions ----


@external
@view
def classOf(classId: bytes32) -> ClassView:
    packed: uint256 = self.class_of[classId]
    window: uint256 = self.window_of[classId]
    return ClassView(
        issuer=convert(packed & authority.BITS_160, address),
        price=convert((packed >> 160) & authority.BITS_32, uint32),
        stock=convert((packed >> 192) & authority.BITS_32, uint32),
        sold=convert(packed >> 224, uint32),
        opensAt=convert(window & authority.BITS_64, uint64),
        closesAt=convert((window >> 64) & authority.BITS_64, uint64),
        redeemUntil=convert((window >> 128) & authority.BITS_64, uint64),
        titleHash=self.title_hash[classId],
        premiumRequest=self.premium_request[classId],
    )


# ---- Steps ----


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


@internal
def _buy(purchase: Purchase, hashed: bytes32, key: address) -> String[64]:
    if self.digest[purchase.purchaseId] == hashed:
        log authority.Repeated(id=purchase.purchaseId)
        return ""
    refused: String[64] = self._buy_refusal(purchase, key)
    if len(refused) != 0:
        return refused
    coins: uint256 = convert(purchase.coins, uint256)
    if not extcall coin.burn(purchase.member, coins, purchase.purchaseId):
        return "coupon: not enough coins"
    count: uint256 = convert(purchase.count, uint256)
    id: uint256 = convert(purchase.classId, uint256)
    self.digest[purchase.purchaseId] = hashed
    self.class_of[purchase.classId] += count << 224
    tokens.mint(purchase.member, id, count)
    log CouponIssued(
        purchaseId=purchase.purchaseId, classId=purchase.classId, member=purchase.member,
        count=purchase.count, coins=purchase.coins,
    )
    return ""


@internal
@view
def _buy_refusal(purchase: Purchase, key: address) -> String[64]:
    if self.digest[purchase.purchaseId] != empty(bytes32) or purchase.purchaseId == empty(bytes32):
        return "coupon: id already used"
    sold_as: uint256 = self.class_of[purchase.classId]
    if sold_as == 0:
        return "coupon: unknown class"
    refused: String[64] = authority.refusal(
        key, purchase.member, authority.MEMBER, SCOPE, purchase.deadline
    )
    if len(refused) != 0:
        return refused
    if purchase.member.is_contract:
        return "coupon: member is a contract"
    window: uint256 = self.window_of[purchase.classId]
    if block.timestamp < window & authority.BITS_64:
        return "coupon: not on sale yet"
    if block.timestamp > (window >> 64) & authority.BITS_64:
        return "coupon: sale is over"
    count: uint256 = convert(purchase.count, uint256)
    if count == 0:
        return "coupon: count is zero"
    if (sold_as >> 224) + count > (sold_as >> 192) & authority.BITS_32:
        return "coupon: sold out"
    if convert(purchase.coins, uint256) != ((sold_as >> 160) & authority.BITS_32) * count:
        return "coupon: wrong price"
    premium: bytes32 = self.premium_request[purchase.classId]
    if premium != empty(bytes32):
        if not staticcall consent.everUsed(premium, purchase.member):
            return "coupon: premium only"
    return ""


@internal
def _redeem(
    redemption: Redemption, member: address, hashed: bytes32, key: address, shop_key: address
) -> String[64]:
    bound: bytes32 = keccak256(abi_encode(hashed, member))
    if self.digest[redemption.redemptionId] == bound:
        log authority.Repeated(id=redemption.redemptionId)
        return ""
    refused: String[64] = self._redeem_refusal(redemption, member, key, shop_key)
    if len(refused) != 0:
        return refused
    id: uint256 = convert(redemption.classId, uint256)
    self.digest[redemption.redemptionId] = bound
    tokens.burn_one(member, id)
    log CouponRedeemed(
        redemptionId=redemption.redemptionId, classId=redemption.classId,
        member=member, shop=redemption.shop,
    )
    return ""


@internal
@view
def _redeem_refusal(
    redemption: Redemption, member: address, key: address, shop_key: address
) -> String[64]:
    if self.digest[redemption.redemptionId] != empty(bytes32) or redemption.redemptionId == empty(bytes32):
        return "coupon: id already used"
    sold_as: uint256 = self.class_of[redemption.classId]
    if sold_as == 0:
        return "coupon: unknown class"
    refused: String[64] = authority.refusal(key, member, authority.MEMBER, SCOPE, redemption.deadline)
    if len(refused) != 0:
        return refused
    refused = authority.refusal(shop_key, redemption.shop, authority.SHOP, SCOPE, redemption.deadline)
    if len(refused) != 0:
        return refused
    issuer: address = staticcall authority.membership.partnerOf(redemption.shop)
    if issuer != convert(sold_as & authority.BITS_160, address):
        return "coupon: not the issuer's shop"
    if block.timestamp > (self.window_of[redemption.classId] >> 128) & authority.BITS_64:
        return "coupon: redemption is over"
    if tokens.balance_of[member][convert(redemption.classId, uint256)] == 0:
        return "coupon: no coupon left"
    return ""


@internal
@view
def _purchase_hash(purchase: Purchase) -> bytes32:
    return keccak256(
        abi_encode(
            PURCHASE_TYPE, purchase.purchaseId, purchase.member, purchase.classId,
            self.title_hash[purchase.classId], purchase.count, purchase.coins, purchase.deadline,
        )
    )


@internal
@view
def _redemption_hash(redemption: Redemption) -> bytes32:
    return keccak256(
        abi_encode(
            REDEMPTION_TYPE, redemption.redemptionId, redemption.classId,
            self.title_hash[redemption.classId], redemption.shop, redemption.deadline,
        )
    )
