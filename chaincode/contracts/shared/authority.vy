# pragma version 0.4.3
# pragma evm-version london
"""
@title Who speaks: EIP-712 signatures and standing, shared by every contract
@custom:follows EIP-712, EIP-2 (low s)
@dev A refusal is returned as text, "" means yes: a batch reports it, a direct call reverts with it.
"""
from interfaces import IMembership

struct Signature:
    r: bytes32
    s: bytes32
    v: uint8

event Refused:
    id: indexed(bytes32)
    reason: String[64]

event Repeated:
    id: indexed(bytes32)

MEMBER: constant(uint256) = 1
PARTNER: constant(uint256) = 2
SHOP: constant(uint256) = 4
OPERATOR: constant(uint256) = 8
BOARD: constant(uint256) = 16
ANY_ROLE: constant(uint256) = 0
HOLDER_ALONE: constant(uint256) = 0
SCOPE_SURVEY: constant(uint256) = 1
SCOPE_CONSENT: constant(uint256) = 2
SCOPE_COIN: constant(uint256) = 4
SCOPE_COUPON: constant(uint256) = 8
SCOPE_ESCROW: constant(uint256) = 16
SCOPE_REQUEST: constant(uint256) = 32
SCOPE_DISCLOSURE: constant(uint256) = 64
SCOPE_DRAW: constant(uint256) = 128
EVERY_SCOPE: constant(uint256) = 255

BITS_8: constant(uint256) = 2**8 - 1
BITS_16: constant(uint256) = 2**16 - 1
BITS_32: constant(uint256) = 2**32 - 1
BITS_40: constant(uint256) = 2**40 - 1
BITS_64: constant(uint256) = 2**64 - 1
BITS_160: constant(uint256) = 2**160 - 1
BATCH: constant(uint256) = 256
AHEAD_SECONDS: constant(uint256) = 3600
NOT_ACCEPTED: constant(String[34]) = "membership: new terms not accepted"
HALF_CURVE_ORDER: constant(uint256) = 57896044618658097711785492504343953926418782139537452191302581570759080747168
DOMAIN_TYPE: constant(bytes32) = keccak256(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)

membership: immutable(IMembership)
NAME: immutable(String[16])
DOMAIN: immutable(bytes32)


@deploy
def __init__(name: String[16], members: address):
    membership = IMembership(members)
    NAME = name
    DOMAIN = keccak256(
        abi_encode(DOMAIN_TYPE, keccak256(concat("Azukari ", name)), keccak256("1"), chain.id, self)
    )


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    return DOMAIN


@internal
@view
def signer(struct_hash: bytes32, signature: Signature) -> address:
    """@dev The recovered key; empty for a malformed or malleable signature."""
    if signature.v != 27 and signature.v != 28:
        return empty(address)
    if convert(signature.s, uint256) > HALF_CURVE_ORDER:
        return empty(address)
    digest: bytes32 = keccak256(concat(b"\x19\x01", DOMAIN, struct_hash))
    return ecrecover(digest, signature.v, signature.r, signature.s)


@internal
@view
def may(key: address, account: address, role: uint256, scope: uint256, deadline: uint64) -> bool:
    """@dev The usual case of `refusal`, without its text."""
    if block.timestamp > convert(deadline, uint256) or key == empty(address):
        return False
    return staticcall membership.mayActAs(key, account, role, scope)


@internal
@view
def refusal(
    key: address, account: address, role: uint256, scope: uint256, deadline: uint64
) -> String[64]:
    """@dev Why `key` may not act now for `account` in `role`; "" if it may."""
    if block.timestamp > convert(deadline, uint256):
        return self.reason("deadline passed")
    if key == empty(address):
        return self.reason("signature malformed")
    if staticcall membership.mayActAs(key, account, role, scope):
        return ""
    return staticcall membership.refusal(key, account, role, scope)


@internal
@view
def right_refusal(key: address, account: address, scope: uint256, deadline: uint64) -> String[64]:
    """@dev Why `key` may not take back, veto or end now for `account`: neither suspension nor dismissal ends that."""
    if block.timestamp > convert(deadline, uint256):
        return self.reason("deadline passed")
    if key == empty(address):
        return self.reason("signature malformed")
    if not staticcall membership.mayAlways(key, account, scope):
        return "membership: signer may not act"
    return ""


@internal
@view
def is_of_the_future(sequence: uint64) -> bool:
    """@dev A sequence is the wallet's clock in milliseconds; a wrong clock shuts nobody out for more than an hour."""
    return convert(sequence, uint256) > (block.timestamp + AHEAD_SECONDS) * 1000


@internal
@view
def outdating(sequence: uint64) -> uint256:
    """@dev Up to where a word that ends something outdates others. One of the future counts as now."""
    return min(convert(sequence, uint256), block.timestamp * 1000 + 999)


@internal
@view
def agrees(account: address) -> bool:
    """@dev Has it accepted the bank's present terms, or still the time to?"""
    return staticcall membership.agreesUntil(account, block.timestamp)


@internal
@view
def reason(text: String[44]) -> String[64]:
    return concat(NAME, ": ", text)


@internal
@view
def only_operator():
    assert staticcall membership.holds(msg.sender, OPERATOR), self.reason("not the operator")


@internal
@view
def actor(scope: uint256) -> address:
    """@dev The account whose current key is calling."""
    account: address = staticcall membership.accountOf(msg.sender)
    refused: String[64] = self.refusal(msg.sender, account, ANY_ROLE, scope, max_value(uint64))
    assert len(refused) == 0, refused
    return account
