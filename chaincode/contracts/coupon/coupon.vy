# pragma version 0.4.3
# pragma evm-version london
"""
@title Coupon: published by partners, bought with coins, redeemed once at the issuer's shops
@dev Classes are in coupon_class.vy, gifts to members of a release in gift.vy, balances in tokens.vy,
     transfers relayed by the bank in transfer.vy.
@custom:follows ERC-1155 (in tokens.vy)
"""
from interfaces import ICoin
from interfaces import IConsent

from ..shared import authority
from . import coupon_class
from . import transfer as coupon_transfer
from . import gift
from . import tokens

initializes: authority
initializes: tokens[authority := authority]
initializes: coupon_class[authority := authority, tokens := tokens]
initializes: coupon_transfer[authority := authority, coupon_class := coupon_class, tokens := tokens]
initializes: gift[authority := authority, coupon_class := coupon_class]
exports: (
    authority.DOMAIN_SEPARATOR,
    coupon_class.classOf,
    coupon_class.publish,
    coupon_class.publish_batch,
    coupon_transfer.transfer_batch,
    gift.give_batch,
    gift.order_gifts,
    gift.order_gifts_batch,
    gift.orderOf,
    tokens.balanceOf,
    tokens.balanceOfBatch,
    tokens.isApprovedForAll,
    tokens.safeBatchTransferFrom,
    tokens.safeTransferFrom,
    tokens.setApprovalForAll,
    tokens.supportsInterface,
    tokens.uri,
)

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
    memberHash: bytes32
    deadline: uint64

struct SignedRedemption:
    redemption: Redemption
    member: address
    salt: bytes32
    memberSignature: authority.Signature
    shopSignature: authority.Signature

event CouponRedeemed:
    redemptionId: indexed(bytes32)
    classId: indexed(bytes32)
    member: indexed(address)
    shop: address

SCOPE: constant(uint256) = authority.SCOPE_COUPON
PURCHASE_TYPE: constant(bytes32) = keccak256(
    "Purchase(bytes32 purchaseId,address member,bytes32 classId,string title,uint32 count,uint32 coins,uint64 deadline)"
)
REDEMPTION_TYPE: constant(bytes32) = keccak256(
    "Redemption(bytes32 redemptionId,bytes32 classId,string title,address shop,bytes32 memberHash,uint64 deadline)"
)

coin: immutable(ICoin)
consent: immutable(IConsent)


@deploy
def __init__(membership: address, coins: address, consents: address):
    authority.__init__("coupon", membership)
    coin = ICoin(coins)
    consent = IConsent(consents)
    gift.__init__(consents)


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
def redeem(redemption: Redemption, member: address, salt: bytes32, shopSignature: authority.Signature):
    """@notice A member hands in one coupon of its own: memberHash = keccak256(abi.encode(member, salt)). The shop has signed
               the same words with an empty memberHash, before it could know whose coupon comes."""
    hashed: bytes32 = self._redemption_hash(redemption, redemption.memberHash)
    shop_key: address = authority.signer(self._redemption_hash(redemption, empty(bytes32)), shopSignature)
    refused: String[64] = self._redeem(redemption, member, salt, hashed, msg.sender, shop_key)
    assert len(refused) == 0, refused


@external
@nonreentrant
def redeem_batch(redemptions: DynArray[SignedRedemption, authority.BATCH]):
    for item: SignedRedemption in redemptions:
        hashed: bytes32 = self._redemption_hash(item.redemption, item.redemption.memberHash)
        offered: bytes32 = self._redemption_hash(item.redemption, empty(bytes32))
        key: address = authority.signer(hashed, item.memberSignature)
        shop_key: address = authority.signer(offered, item.shopSignature)
        refused: String[64] = self._redeem(item.redemption, item.member, item.salt, hashed, key, shop_key)
        if len(refused) != 0:
            log authority.Refused(id=item.redemption.redemptionId, reason=refused)


# ---- Steps ----


@internal
def _buy(purchase: Purchase, hashed: bytes32, key: address) -> String[64]:
    if coupon_class.digest[purchase.purchaseId] == hashed:
        log authority.Repeated(id=purchase.purchaseId)
        return ""
    refused: String[64] = self._buy_refusal(purchase, key)
    if len(refused) != 0:
        return refused
    coins: uint256 = convert(purchase.coins, uint256)
    issuer: address = coupon_class.issuer(coupon_class.class_of[purchase.classId])
    if not extcall coin.spend(purchase.member, coins, issuer, purchase.purchaseId):
        return "coupon: not enough coins"
    coupon_class.issue(
        purchase.purchaseId, hashed, purchase.classId, purchase.member,
        convert(purchase.count, uint256), coins,
    )
    return ""


@internal
@view
def _buy_refusal(purchase: Purchase, key: address) -> String[64]:
    if coupon_class.digest[purchase.purchaseId] != empty(bytes32) or purchase.purchaseId == empty(bytes32):
        return "coupon: id already used"
    sold_as: uint256 = coupon_class.class_of[purchase.classId]
    if sold_as == 0:
        return "coupon: unknown class"
    if not authority.may(key, purchase.member, authority.MEMBER, SCOPE, purchase.deadline):
        return authority.refusal(key, purchase.member, authority.MEMBER, SCOPE, purchase.deadline)
    if purchase.member.is_contract:
        return "coupon: member is a contract"
    window: uint256 = coupon_class.window_of[purchase.classId]
    if block.timestamp < coupon_class.opens_at(window):
        return "coupon: not on sale yet"
    if block.timestamp > coupon_class.closes_at(window):
        return "coupon: sale is over"
    count: uint256 = convert(purchase.count, uint256)
    if count == 0:
        return "coupon: count is zero"
    if not coupon_class.is_in_stock(purchase.classId, count):
        return "coupon: sold out"
    if convert(purchase.coins, uint256) != coupon_class.price(sold_as) * count:
        return "coupon: wrong price"
    premium: bytes32 = coupon_class.premium_request[purchase.classId]
    if premium != empty(bytes32):
        if not staticcall consent.everUsed(premium, purchase.member):
            return "coupon: premium only"
    return ""


@internal
def _redeem(
    redemption: Redemption, member: address, salt: bytes32, hashed: bytes32, key: address, shop_key: address
) -> String[64]:
    bound: bytes32 = keccak256(abi_encode(hashed, member))
    if coupon_class.digest[redemption.redemptionId] == bound:
        log authority.Repeated(id=redemption.redemptionId)
        return ""
    refused: String[64] = self._redeem_refusal(redemption, member, salt, key, shop_key)
    if len(refused) != 0:
        return refused
    id: uint256 = convert(redemption.classId, uint256)
    coupon_class.digest[redemption.redemptionId] = bound
    tokens.burn_one(member, id)
    log CouponRedeemed(
        redemptionId=redemption.redemptionId, classId=redemption.classId,
        member=member, shop=redemption.shop,
    )
    return ""


@internal
@view
def _redeem_refusal(
    redemption: Redemption, member: address, salt: bytes32, key: address, shop_key: address
) -> String[64]:
    if coupon_class.digest[redemption.redemptionId] != empty(bytes32) or redemption.redemptionId == empty(bytes32):
        return "coupon: id already used"
    if redemption.memberHash != keccak256(abi_encode(member, salt)):
        return "coupon: words of another member"
    sold_as: uint256 = coupon_class.class_of[redemption.classId]
    if sold_as == 0:
        return "coupon: unknown class"
    if not authority.may(key, member, authority.MEMBER, SCOPE, redemption.deadline):
        return authority.refusal(key, member, authority.MEMBER, SCOPE, redemption.deadline)
    if not authority.may(shop_key, redemption.shop, authority.SHOP, SCOPE, redemption.deadline):
        return authority.refusal(shop_key, redemption.shop, authority.SHOP, SCOPE, redemption.deadline)
    issuer: address = staticcall authority.membership.partnerOf(redemption.shop)
    if issuer != coupon_class.issuer(sold_as):
        return "coupon: not the issuer's shop"
    if block.timestamp > coupon_class.redeem_until(coupon_class.window_of[redemption.classId]):
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
            coupon_class.title_hash[purchase.classId], purchase.count, purchase.coins, purchase.deadline,
        )
    )


@internal
@view
def _redemption_hash(redemption: Redemption, member_hash: bytes32) -> bytes32:
    return keccak256(
        abi_encode(
            REDEMPTION_TYPE, redemption.redemptionId, redemption.classId,
            coupon_class.title_hash[redemption.classId], redemption.shop, member_hash, redemption.deadline,
        )
    )
