# pragma version 0.4.3
# pragma evm-version london
"""
@title Gifts: premium coupons for who was in a release, ordered by the issuer, handed out by the bank
@notice The issuer says how many persons; which persons they are it never learns.
@dev order: countEach | persons << 32 | given << 64
"""
from interfaces import IConsent

from ..shared import authority
from . import coupon_class

uses: authority
uses: coupon_class

struct GiftOrder:
    orderId: bytes32
    issuer: address
    classId: bytes32
    countEach: uint32
    persons: uint32
    deadline: uint64

struct SignedOrder:
    order: GiftOrder
    signature: authority.Signature

struct Gift:
    giftId: bytes32
    member: address

struct OrderView:
    classId: bytes32
    countEach: uint32
    persons: uint32
    given: uint32

event GiftsOrdered:
    orderId: indexed(bytes32)
    classId: indexed(bytes32)
    issuer: indexed(address)
    countEach: uint32
    persons: uint32

event GiftGiven:
    orderId: indexed(bytes32)
    giftId: indexed(bytes32)

SCOPE: constant(uint256) = authority.SCOPE_COUPON
ORDER_TYPE: constant(bytes32) = keccak256(
    "GiftOrder(bytes32 orderId,address issuer,bytes32 classId,string title,uint32 countEach,uint32 persons,uint64 deadline)"
)

consent: immutable(IConsent)
order: HashMap[bytes32, uint256]
order_class: HashMap[bytes32, bytes32]
gift_of: HashMap[bytes32, HashMap[address, bytes32]]


@deploy
def __init__(consents: address):
    consent = IConsent(consents)


@external
def order_gifts(order: GiftOrder):
    """@notice Let the bank give premium coupons to members whose data the issuer has received."""
    refused: String[64] = self._order(order, self._order_hash(order), msg.sender)
    assert len(refused) == 0, refused


@external
def order_gifts_batch(orders: DynArray[SignedOrder, authority.BATCH]):
    for item: SignedOrder in orders:
        hashed: bytes32 = self._order_hash(item.order)
        refused: String[64] = self._order(item.order, hashed, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.order.orderId, reason=refused)


@external
@nonreentrant
def give_batch(orderId: bytes32, gifts: DynArray[Gift, authority.BATCH]):
    """@notice The bank carries out an order: each member once, only members of a release."""
    authority.only_operator()
    for gift: Gift in gifts:
        refused: String[64] = self._give(orderId, gift)
        if len(refused) != 0:
            log authority.Refused(id=gift.giftId, reason=refused)


@external
@view
def orderOf(orderId: bytes32) -> OrderView:
    packed: uint256 = self.order[orderId]
    return OrderView(
        classId=self.order_class[orderId],
        countEach=convert(packed & authority.BITS_32, uint32),
        persons=convert((packed >> 32) & authority.BITS_32, uint32),
        given=convert(packed >> 64, uint32),
    )


# ---- Steps ----


@internal
def _order(order: GiftOrder, hashed: bytes32, key: address) -> String[64]:
    if coupon_class.digest[order.orderId] == hashed:
        log authority.Repeated(id=order.orderId)
        return ""
    if coupon_class.digest[order.orderId] != empty(bytes32) or order.orderId == empty(bytes32):
        return "coupon: id already used"
    sold_as: uint256 = coupon_class.class_of[order.classId]
    if sold_as == 0:
        return "coupon: unknown class"
    refused: String[64] = authority.refusal(key, order.issuer, authority.PARTNER, SCOPE, order.deadline)
    if len(refused) != 0:
        return refused
    if order.issuer != coupon_class.issuer(sold_as):
        return "coupon: not the issuer's class"
    if coupon_class.premium_request[order.classId] == empty(bytes32):
        return "coupon: class is not premium"
    if order.countEach == 0 or order.persons == 0:
        return "coupon: count is zero"
    coupon_class.digest[order.orderId] = hashed
    self.order_class[order.orderId] = order.classId
    self.order[order.orderId] = (
        convert(order.countEach, uint256) | (convert(order.persons, uint256) << 32)
    )
    log GiftsOrdered(
        orderId=order.orderId, classId=order.classId, issuer=order.issuer,
        countEach=order.countEach, persons=order.persons,
    )
    return ""


@internal
def _give(orderId: bytes32, gift: Gift) -> String[64]:
    packed: uint256 = self.order[orderId]
    if packed == 0:
        return "coupon: unknown order"
    if gift.giftId != empty(bytes32) and self.gift_of[orderId][gift.member] == gift.giftId:
        log authority.Repeated(id=gift.giftId)
        return ""
    if coupon_class.digest[gift.giftId] != empty(bytes32) or gift.giftId == empty(bytes32):
        return "coupon: id already used"
    classId: bytes32 = self.order_class[orderId]
    count: uint256 = packed & authority.BITS_32
    refused: String[64] = self._gift_refusal(orderId, gift.member, packed, classId, count)
    if len(refused) != 0:
        return refused
    self.order[orderId] = packed + (1 << 64)
    self.gift_of[orderId][gift.member] = gift.giftId
    log GiftGiven(orderId=orderId, giftId=gift.giftId)
    coupon_class.issue(gift.giftId, orderId, classId, gift.member, count, 0)
    return ""


@internal
@view
def _gift_refusal(
    orderId: bytes32, member: address, packed: uint256, classId: bytes32, count: uint256
) -> String[64]:
    if self.gift_of[orderId][member] != empty(bytes32):
        return "coupon: already given"
    if not staticcall consent.everUsed(coupon_class.premium_request[classId], member):
        return "coupon: premium only"
    if packed >> 64 >= (packed >> 32) & authority.BITS_32:
        return "coupon: order is fulfilled"
    if block.timestamp > coupon_class.closes_at(coupon_class.window_of[classId]):
        return "coupon: sale is over"
    if not coupon_class.is_in_stock(classId, count):
        return "coupon: sold out"
    if member.is_contract:
        return "coupon: member is a contract"
    return ""


@internal
@view
def _order_hash(order: GiftOrder) -> bytes32:
    return keccak256(
        abi_encode(
            ORDER_TYPE, order.orderId, order.issuer, order.classId,
            coupon_class.title_hash[order.classId], order.countEach, order.persons, order.deadline,
        )
    )
