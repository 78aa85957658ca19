# pragma version 0.4.3
# pragma evm-version london
"""
@title The book of requests: what each asks for, how far it has come, and the coins locked behind it
@dev head: partner | legalClass << 160 | state << 168 | kMinimum << 176 | purposeCode << 208 | lMinimum << 240
           | tPercent << 248
     limits: coinsBase | coinsPerItem << 32 | personsMaximum << 64 | personsUsed << 96 | validUntil << 128
             | retentionDays << 192 | items << 224
     purse: locked coins | number << 128
"""
from interfaces import IRequest

from ..shared import authority

struct DataRequest:
    requestId: bytes32
    partner: address
    surveyId: bytes32
    recipientHash: bytes32
    purposeHash: bytes32
    items: uint256
    purposeCode: uint32
    legalClass: uint8
    kMinimum: uint32
    lMinimum: uint8
    tPercent: uint8
    personsMaximum: uint32
    coinsBase: uint32
    coinsPerItem: uint32
    validUntil: uint64
    retentionDays: uint32
    contractHash: bytes32
    deadline: uint64

event RequestFiled:
    requestId: indexed(bytes32)
    partner: indexed(address)
    surveyId: indexed(bytes32)
    number: uint32
    recipientHash: bytes32
    purposeHash: bytes32
    items: uint256
    purposeCode: uint32
    legalClass: uint8
    kMinimum: uint32
    lMinimum: uint8
    tPercent: uint8
    personsMaximum: uint32
    coinsBase: uint32
    coinsPerItem: uint32
    validUntil: uint64
    retentionDays: uint32
    contractHash: bytes32
    digest: bytes32

event RequestConsumed:
    requestId: indexed(bytes32)
    persons: uint256
    coins: uint256

FILED: constant(uint256) = 1
APPROVED: constant(uint256) = 2
REFUSED: constant(uint256) = 3
CLOSED: constant(uint256) = 4
REVOKED: constant(uint256) = 5
COINS: constant(uint256) = 2**128 - 1

filed: public(uint256)
requestAt: public(HashMap[uint256, bytes32])
head: HashMap[bytes32, uint256]
limits: HashMap[bytes32, uint256]
purse: HashMap[bytes32, uint256]
texts: HashMap[bytes32, bytes32[3]]
digestOf: public(HashMap[bytes32, bytes32])


@external
@view
def stateOf(requestId: bytes32) -> uint256:
    return self.state(requestId)


@external
@view
def locked(requestId: bytes32) -> uint256:
    return self.purse[requestId] & COINS


@external
@view
def terms(requestId: bytes32) -> IRequest.Terms:
    head: uint256 = self.head[requestId]
    limits: uint256 = self.limits[requestId]
    texts: bytes32[3] = self.texts[requestId]
    return IRequest.Terms(
        number=convert(self.purse[requestId] >> 128, uint32),
        partner=convert(head & authority.BITS_160, address),
        surveyId=texts[0],
        recipientHash=texts[1],
        purposeHash=texts[2],
        items=limits >> 224,
        purposeCode=convert((head >> 208) & authority.BITS_32, uint32),
        legalClass=convert((head >> 160) & authority.BITS_8, uint8),
        state=convert((head >> 168) & authority.BITS_8, uint8),
        kMinimum=convert((head >> 176) & authority.BITS_32, uint32),
        personsMaximum=convert((limits >> 64) & authority.BITS_32, uint32),
        personsUsed=convert((limits >> 96) & authority.BITS_32, uint32),
        coinsBase=convert(limits & authority.BITS_32, uint32),
        coinsPerItem=convert((limits >> 32) & authority.BITS_32, uint32),
        validUntil=convert((limits >> 128) & authority.BITS_64, uint64),
        retentionDays=convert((limits >> 192) & authority.BITS_32, uint32),
        lMinimum=convert((head >> 240) & authority.BITS_8, uint8),
        tPercent=convert(head >> 248, uint8),
        digest=self.digestOf[requestId],
    )


# ---- Steps ----


@internal
@view
def is_new(requestId: bytes32) -> bool:
    return self.head[requestId] == 0 and requestId != empty(bytes32)


@internal
@view
def state(requestId: bytes32) -> uint256:
    """@dev 0 for a request nobody has filed."""
    return (self.head[requestId] >> 168) & authority.BITS_8


@internal
@view
def partner(requestId: bytes32) -> address:
    return convert(self.head[requestId] & authority.BITS_160, address)


@internal
def set_state(requestId: bytes32, state: uint256):
    self.head[requestId] = (self.head[requestId] & ~(authority.BITS_8 << 168)) | (state << 168)


@internal
def write(request: DataRequest, hashed: bytes32, coins: uint256):
    """@dev Number a request and keep its terms; `coins` are those already locked for it."""
    number: uint256 = self.filed + 1
    self.filed = number
    self.requestAt[number] = request.requestId
    self.head[request.requestId] = (
        convert(request.partner, uint256)
        | (convert(request.legalClass, uint256) << 160)
        | (FILED << 168)
        | (convert(request.kMinimum, uint256) << 176)
        | (convert(request.purposeCode, uint256) << 208)
        | (convert(request.lMinimum, uint256) << 240)
        | (convert(request.tPercent, uint256) << 248)
    )
    self.digestOf[request.requestId] = hashed
    self.limits[request.requestId] = (
        convert(request.coinsBase, uint256)
        | (convert(request.coinsPerItem, uint256) << 32)
        | (convert(request.personsMaximum, uint256) << 64)
        | (convert(request.validUntil, uint256) << 128)
        | (convert(request.retentionDays, uint256) << 192)
        | (request.items << 224)
    )
    self.purse[request.requestId] = coins | (number << 128)
    self.texts[request.requestId] = [request.surveyId, request.recipientHash, request.purposeHash]
    log RequestFiled(
        requestId=request.requestId, partner=request.partner, surveyId=request.surveyId,
        number=convert(number, uint32), recipientHash=request.recipientHash,
        purposeHash=request.purposeHash, items=request.items, purposeCode=request.purposeCode,
        legalClass=request.legalClass, kMinimum=request.kMinimum, lMinimum=request.lMinimum,
        tPercent=request.tPercent, personsMaximum=request.personsMaximum,
        coinsBase=request.coinsBase, coinsPerItem=request.coinsPerItem, validUntil=request.validUntil,
        retentionDays=request.retentionDays, contractHash=request.contractHash, digest=hashed,
    )


@internal
def use_up(requestId: bytes32, persons: uint256, coins: uint256):
    """@dev Only while approved and valid, and for no more persons than were asked for."""
    assert self.state(requestId) == APPROVED, "request: not approved"
    limits: uint256 = self.limits[requestId]
    assert block.timestamp <= (limits >> 128) & authority.BITS_64, "request: no longer valid"
    used: uint256 = ((limits >> 96) & authority.BITS_32) + persons
    assert used <= (limits >> 64) & authority.BITS_32, "request: persons maximum reached"
    self.limits[requestId] = limits + (persons << 96)
    self.purse[requestId] -= coins
    log RequestConsumed(requestId=requestId, persons=persons, coins=coins)


@internal
def unlock(requestId: bytes32) -> uint256:
    """@return The coins that were still locked, and are no longer."""
    purse: uint256 = self.purse[requestId]
    coins: uint256 = purse & COINS
    if coins != 0:
        self.purse[requestId] = purse - coins
    return coins
