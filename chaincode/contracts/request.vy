# pragma version 0.4.3
# pragma evm-version london
"""
@title Request: what a partner asks for, and the coins that stand behind it
@notice No member is asked before the board approves; the most a request can cost is locked when it is filed.
@dev head: partner | legalClass << 160 | state << 168 | kMinimum << 176 | purposeCode << 208
     limits: coinsBase | coinsPerItem << 32 | personsMaximum << 64 | personsUsed << 96 | validUntil << 128
             | retentionDays << 192 | items << 224
     purse: locked coins | number << 128
"""
from interfaces import ICoin
from interfaces import IRequest
from interfaces import ISurvey

from . import authority
from . import item_bits

implements: IRequest
initializes: authority
exports: authority.DOMAIN_SEPARATOR

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
    personsMaximum: uint32
    coinsBase: uint32
    coinsPerItem: uint32
    validUntil: uint64
    retentionDays: uint32
    contractHash: bytes32
    deadline: uint64

struct SignedRequest:
    request: DataRequest
    signature: authority.Signature

struct Decision:
    requestId: bytes32
    board: address
    approved: bool
    decisionHash: bytes32
    deadline: uint64

struct SignedDecision:
    decision: Decision
    signature: authority.Signature

struct Closing:
    requestId: bytes32
    partner: address
    deadline: uint64

struct SignedClosing:
    closing: Closing
    signature: authority.Signature

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
    personsMaximum: uint32
    coinsBase: uint32
    coinsPerItem: uint32
    validUntil: uint64
    retentionDays: uint32
    contractHash: bytes32

event RequestDecided:
    requestId: indexed(bytes32)
    board: indexed(address)
    approved: bool
    decisionHash: bytes32

event RequestConsumed:
    requestId: indexed(bytes32)
    persons: uint256
    coins: uint256

event RequestClosed:
    requestId: indexed(bytes32)
    unlocked: uint256

SCOPE: constant(uint256) = 32
FILED: constant(uint256) = 1
APPROVED: constant(uint256) = 2
REFUSED: constant(uint256) = 3
CLOSED: constant(uint256) = 4
REQUEST_TYPE: constant(bytes32) = keccak256(
    "DataRequest(bytes32 requestId,address partner,bytes32 surveyId,string recipient,string purpose,uint256 items,uint32 purposeCode,uint8 legalClass,uint32 kMinimum,uint32 personsMaximum,uint32 coinsBase,uint32 coinsPerItem,uint64 validUntil,uint32 retentionDays,bytes32 contractHash,uint64 deadline)"
)
DECISION_TYPE: constant(bytes32) = keccak256(
    "Decision(bytes32 requestId,address board,bool approved,bytes32 decisionHash,uint64 deadline)"
)
CLOSING_TYPE: constant(bytes32) = keccak256("Closing(bytes32 requestId,address partner,uint64 deadline)")

coin: immutable(ICoin)
survey: immutable(ISurvey)
disclosure: public(address)
filed: public(uint256)
requestAt: public(HashMap[uint256, bytes32])
head: HashMap[bytes32, uint256]
limits: HashMap[bytes32, uint256]
purse: HashMap[bytes32, uint256]
texts: HashMap[bytes32, bytes32[3]]
digest: HashMap[bytes32, bytes32]
decision_digest: HashMap[bytes32, bytes32]


@deploy
def __init__(membership: address, coins: address, surveys: address):
    authority.__init__("request", membership)
    coin = ICoin(coins)
    survey = ISurvey(surveys)


@external
def set_disclosure(disclosure: address):
    """@notice Name, once, the contract that may use up a request."""
    authority.only_operator()
    assert self.disclosure == empty(address) or self.disclosure == disclosure, "request: id already used"
    self.disclosure = disclosure


# ---- The partner ----


@external
def file(request: DataRequest):
    """@notice Ask for data; locks the coins for as many persons as are asked for."""
    hashed: bytes32 = self._request_hash(request)
    if self.digest[request.requestId] == hashed:
        log authority.Repeated(id=request.requestId)
        return
    refused: String[64] = self._file(request, hashed, msg.sender)
    assert len(refused) == 0, refused


@external
def file_batch(requests: DynArray[SignedRequest, authority.BATCH]):
    for item: SignedRequest in requests:
        hashed: bytes32 = self._request_hash(item.request)
        if self.digest[item.request.requestId] == hashed:
            log authority.Repeated(id=item.request.requestId)
            continue
        refused: String[64] = self._file(item.request, hashed, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.request.requestId, reason=refused)


@external
def close(requestId: bytes32):
    """@notice The partner or the operator ends a request; what is still locked goes back."""
    partner: address = self._partner(requestId)
    assert partner != empty(address), "request: unknown request"
    if not staticcall authority.membership.mayActAs(msg.sender, partner, authority.PARTNER, SCOPE):
        assert staticcall authority.membership.holds(
            msg.sender, authority.OPERATOR
        ), "request: neither partner nor operator"
    assert self._state(requestId) <= APPROVED, "request: already closed"
    self._end(requestId, CLOSED)


@external
def close_batch(closings: DynArray[SignedClosing, authority.BATCH]):
    for item: SignedClosing in closings:
        key: address = authority.signer(keccak256(abi_encode(CLOSING_TYPE, item.closing)), item.signature)
        refused: String[64] = self._close_refusal(item.closing, key)
        if len(refused) != 0:
            log authority.Refused(id=item.closing.requestId, reason=refused)
        elif self._state(item.closing.requestId) == CLOSED:
            log authority.Repeated(id=item.closing.requestId)
        else:
            self._end(item.closing.requestId, CLOSED)


# ---- The board ----


@external
def decide(decision: Decision):
    """@notice Approve or refuse a request, once; a refusal unlocks its coins."""
    refused: String[64] = self._decide(decision, keccak256(abi_encode(DECISION_TYPE, decision)), msg.sender)
    assert len(refused) == 0, refused


@external
def decide_batch(decisions: DynArray[SignedDecision, authority.BATCH]):
    for item: SignedDecision in decisions:
        hashed: bytes32 = keccak256(abi_encode(DECISION_TYPE, item.decision))
        refused: String[64] = self._decide(item.decision, hashed, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.decision.requestId, reason=refused)


# ---- The disclosure contract ----


@external
def consume(requestId: bytes32, persons: uint256, coins: uint256):
    """@notice Use up persons and coins of a request; the caller pays the coins out in the same transaction."""
    assert msg.sender == self.disclosure, "request: not the disclosure contract"
    assert self._state(requestId) == APPROVED, "request: not approved"
    limits: uint256 = self.limits[requestId]
    assert block.timestamp <= (limits >> 128) & authority.BITS_64, "request: no longer valid"
    used: uint256 = ((limits >> 96) & authority.BITS_32) + persons
    assert used <= (limits >> 64) & authority.BITS_32, "request: persons maximum reached"
    self.limits[requestId] = limits + (persons << 96)
    self.purse[requestId] -= coins
    log RequestConsumed(requestId=requestId, persons=persons, coins=coins)


# ---- Questions ----


@external
@view
def stateOf(requestId: bytes32) -> uint256:
    return self._state(requestId)


@external
@view
def locked(requestId: bytes32) -> uint256:
    return self.purse[requestId] & (2**128 - 1)


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
    )


# ---- Steps ----


@internal
def _file(request: DataRequest, hashed: bytes32, key: address) -> String[64]:
    refused: String[64] = self._file_refusal(request, key)
    if len(refused) != 0:
        return refused
    total: uint256 = self._per_person(request) * convert(request.personsMaximum, uint256)
    if total != 0:
        if not extcall coin.move(request.partner, self, total, request.requestId):
            return "request: not enough coins"
    self._store(request, hashed, total)
    return ""


@internal
@view
def _file_refusal(request: DataRequest, key: address) -> String[64]:
    if self.head[request.requestId] != 0 or request.requestId == empty(bytes32):
        return "request: id already used"
    refused: String[64] = authority.refusal(
        key, request.partner, authority.PARTNER, SCOPE, request.deadline
    )
    if len(refused) != 0:
        return refused
    count: uint256 = staticcall survey.itemCount(request.surveyId)
    if count == 0:
        return "request: unknown survey"
    if not item_bits.within(request.items, (1 << count) - 1):
        return "request: items outside the survey"
    if request.legalClass == 0 or request.legalClass > 3:
        return "request: legal class unknown"
    if request.kMinimum < 2:
        return "request: k minimum below two"
    if request.personsMaximum == 0:
        return "request: no persons"
    if self._per_person(request) > authority.BITS_32:
        return "request: reward too large"
    if block.timestamp > convert(request.validUntil, uint256):
        return "request: valid until is past"
    if convert(request.validUntil, uint256) > authority.BITS_40:
        return "request: valid until too far"
    return ""


@internal
@pure
def _per_person(request: DataRequest) -> uint256:
    return convert(request.coinsBase, uint256) + (
        convert(request.coinsPerItem, uint256) * item_bits.count(request.items)
    )


@internal
def _store(request: DataRequest, hashed: bytes32, total: uint256):
    number: uint256 = self.filed + 1
    self.filed = number
    self.requestAt[number] = request.requestId
    self.digest[request.requestId] = hashed
    self.head[request.requestId] = (
        convert(request.partner, uint256)
        | (convert(request.legalClass, uint256) << 160)
        | (FILED << 168)
        | (convert(request.kMinimum, uint256) << 176)
        | (convert(request.purposeCode, uint256) << 208)
    )
    self.limits[request.requestId] = (
        convert(request.coinsBase, uint256)
        | (convert(request.coinsPerItem, uint256) << 32)
        | (convert(request.personsMaximum, uint256) << 64)
        | (convert(request.validUntil, uint256) << 128)
        | (convert(request.retentionDays, uint256) << 192)
        | (request.items << 224)
    )
    self.purse[request.requestId] = total | (number << 128)
    self.texts[request.requestId] = [request.surveyId, request.recipientHash, request.purposeHash]
    log RequestFiled(
        requestId=request.requestId, partner=request.partner, surveyId=request.surveyId,
        number=convert(number, uint32), recipientHash=request.recipientHash,
        purposeHash=request.purposeHash, items=request.items, purposeCode=request.purposeCode,
        legalClass=request.legalClass, kMinimum=request.kMinimum, personsMaximum=request.personsMaximum,
        coinsBase=request.coinsBase, coinsPerItem=request.coinsPerItem, validUntil=request.validUntil,
        retentionDays=request.retentionDays, contractHash=request.contractHash,
    )


@internal
def _decide(decision: Decision, hashed: bytes32, key: address) -> String[64]:
    state: uint256 = self._state(decision.requestId)
    if state == 0:
        return "request: unknown request"
    if self.decision_digest[decision.requestId] == hashed:
        log authority.Repeated(id=decision.requestId)
        return ""
    refused: String[64] = authority.refusal(key, decision.board, authority.BOARD, SCOPE, decision.deadline)
    if len(refused) != 0:
        return refused
    if state != FILED:
        return "request: already decided"
    self.decision_digest[decision.requestId] = hashed
    log RequestDecided(
        requestId=decision.requestId, board=decision.board,
        approved=decision.approved, decisionHash=decision.decisionHash,
    )
    if decision.approved:
        self._set_state(decision.requestId, APPROVED)
    else:
        self._end(decision.requestId, REFUSED)
    return ""


@internal
@view
def _close_refusal(closing: Closing, key: address) -> String[64]:
    partner: address = self._partner(closing.requestId)
    if partner == empty(address):
        return "request: unknown request"
    refused: String[64] = authority.refusal(key, closing.partner, authority.PARTNER, SCOPE, closing.deadline)
    if len(refused) != 0:
        return refused
    if closing.partner != partner:
        return "request: neither partner nor operator"
    if self._state(closing.requestId) == REFUSED:
        return "request: already closed"
    return ""


@internal
def _end(requestId: bytes32, state: uint256):
    """@dev Nothing stays locked behind a request that has ended."""
    self._set_state(requestId, state)
    purse: uint256 = self.purse[requestId]
    locked: uint256 = purse & (2**128 - 1)
    if locked != 0:
        self.purse[requestId] = purse - locked
        assert extcall coin.move(self, self._partner(requestId), locked, requestId), "request: not enough coins"
    log RequestClosed(requestId=requestId, unlocked=locked)


@internal
def _set_state(requestId: bytes32, state: uint256):
    self.head[requestId] = (self.head[requestId] & ~(authority.BITS_8 << 168)) | (state << 168)


@internal
@view
def _state(requestId: bytes32) -> uint256:
    return (self.head[requestId] >> 168) & authority.BITS_8


@internal
@view
def _partner(requestId: bytes32) -> address:
    return convert(self.head[requestId] & authority.BITS_160, address)


@internal
@pure
def _request_hash(request: DataRequest) -> bytes32:
    return keccak256(abi_encode(REQUEST_TYPE, request))
