# pragma version 0.4.3
# pragma evm-version london
"""
@title Request: what a partner asks for, and the coins that stand behind it
@notice No member is asked before a majority of the board approves, and none any more once a majority takes that back; the
        most a request can cost is locked when it is filed.
@dev What a request says, and how it is kept, is in book.vy.
"""
from interfaces import ICoin
from interfaces import IRequest
from interfaces import ISurvey

from ..shared import authority
from ..shared import board
from ..shared import item_bits
from . import book as request_book

implements: IRequest
initializes: authority
initializes: board[authority := authority]
initializes: request_book
exports: (
    authority.DOMAIN_SEPARATOR,
    request_book.digestOf,
    request_book.filed,
    request_book.locked,
    request_book.requestAt,
    request_book.stateOf,
    request_book.terms,
)

struct SignedRequest:
    request: request_book.DataRequest
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

struct ApprovalRevocation:
    requestId: bytes32
    board: address
    reasonHash: bytes32
    deadline: uint64

struct SignedApprovalRevocation:
    revocation: ApprovalRevocation
    signature: authority.Signature

struct Closing:
    requestId: bytes32
    partner: address
    deadline: uint64

struct SignedClosing:
    closing: Closing
    signature: authority.Signature

event RequestDecided:
    requestId: indexed(bytes32)
    board: indexed(address)
    approved: bool
    decisionHash: bytes32

event ApprovalRevoked:
    requestId: indexed(bytes32)
    board: indexed(address)
    reasonHash: bytes32

event RequestClosed:
    requestId: indexed(bytes32)
    unlocked: uint256

SCOPE: constant(uint256) = authority.SCOPE_REQUEST
REQUEST_TYPE: constant(bytes32) = keccak256(
    "DataRequest(bytes32 requestId,address partner,bytes32 surveyId,string recipient,string purpose,uint256 items,uint32 purposeCode,uint8 legalClass,uint32 kMinimum,uint8 lMinimum,uint8 tPercent,uint32 personsMaximum,uint32 coinsBase,uint32 coinsPerItem,uint64 validUntil,uint32 retentionDays,bytes32 contractHash,uint64 deadline)"
)
DECISION_TYPE: constant(bytes32) = keccak256(
    "Decision(bytes32 requestId,address board,bytes32 requestDigest,bool approved,bytes32 decisionHash,uint64 deadline)"
)
REVOCATION_TYPE: constant(bytes32) = keccak256(
    "ApprovalRevocation(bytes32 requestId,address board,bytes32 requestDigest,string statement,bytes32 reasonHash,uint64 deadline)"
)
CLOSING_TYPE: constant(bytes32) = keccak256("Closing(bytes32 requestId,address partner,uint64 deadline)")

coin: immutable(ICoin)
survey: immutable(ISurvey)
disclosure: public(address)
decision_digest: HashMap[bytes32, bytes32]
revocation_digest: HashMap[bytes32, bytes32]


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
def file(request: request_book.DataRequest):
    """@notice Ask for data; locks the coins for as many persons as are asked for."""
    hashed: bytes32 = self._request_hash(request)
    if request_book.digestOf[request.requestId] == hashed:
        log authority.Repeated(id=request.requestId)
        return
    refused: String[64] = self._file(request, hashed, msg.sender)
    assert len(refused) == 0, refused


@external
def file_batch(requests: DynArray[SignedRequest, authority.BATCH]):
    for item: SignedRequest in requests:
        hashed: bytes32 = self._request_hash(item.request)
        if request_book.digestOf[item.request.requestId] == hashed:
            log authority.Repeated(id=item.request.requestId)
            continue
        refused: String[64] = self._file(item.request, hashed, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.request.requestId, reason=refused)


@external
def close(requestId: bytes32):
    """@notice The partner or the operator ends a request; what is still locked goes back."""
    partner: address = request_book.partner(requestId)
    assert partner != empty(address), "request: unknown request"
    if not staticcall authority.membership.mayActAs(msg.sender, partner, authority.PARTNER, SCOPE):
        assert staticcall authority.membership.holds(
            msg.sender, authority.OPERATOR
        ), "request: neither partner nor operator"
    assert request_book.state(requestId) <= request_book.APPROVED, "request: already closed"
    self._end(requestId, request_book.CLOSED)


@external
def close_batch(closings: DynArray[SignedClosing, authority.BATCH]):
    for item: SignedClosing in closings:
        key: address = authority.signer(keccak256(abi_encode(CLOSING_TYPE, item.closing)), item.signature)
        refused: String[64] = self._close_refusal(item.closing, key)
        if len(refused) != 0:
            log authority.Refused(id=item.closing.requestId, reason=refused)
        elif request_book.state(item.closing.requestId) == request_book.CLOSED:
            log authority.Repeated(id=item.closing.requestId)
        else:
            self._end(item.closing.requestId, request_book.CLOSED)


# ---- The board ----


@external
def decide(decision: Decision):
    """@notice Approve or refuse a request, once, where the board has one seat; a refusal unlocks its coins."""
    refused: String[64] = self._decide(decision, self._decision_hash(decision), msg.sender, self._is_alone())
    assert len(refused) == 0, refused


@external
def decide_batch(decisions: DynArray[SignedDecision, authority.BATCH]):
    for item: SignedDecision in decisions:
        hashed: bytes32 = self._decision_hash(item.decision)
        key: address = authority.signer(hashed, item.signature)
        refused: String[64] = self._decide(item.decision, hashed, key, self._is_alone())
        if len(refused) != 0:
            log authority.Refused(id=item.decision.requestId, reason=refused)


@external
def decide_together(
    decision: Decision, signature: authority.Signature, approvals: DynArray[authority.Signature, board.APPROVALS]
):
    """@notice A majority of the board approves or refuses a request, once: all sign the words of the one who proposes,
            whose signature stands by itself and among theirs."""
    hashed: bytes32 = self._decision_hash(decision)
    key: address = authority.signer(hashed, signature)
    refused: String[64] = self._decide(decision, hashed, key, board.agrees(hashed, approvals))
    assert len(refused) == 0, refused


@external
def revoke(revocation: ApprovalRevocation):
    """@notice Take back an approval, for good, where the board has one seat; what is still locked goes back."""
    refused: String[64] = self._revoke(
        revocation, self._revocation_hash(revocation), msg.sender, self._is_alone()
    )
    assert len(refused) == 0, refused


@external
def revoke_batch(revocations: DynArray[SignedApprovalRevocation, authority.BATCH]):
    for item: SignedApprovalRevocation in revocations:
        hashed: bytes32 = self._revocation_hash(item.revocation)
        key: address = authority.signer(hashed, item.signature)
        refused: String[64] = self._revoke(item.revocation, hashed, key, self._is_alone())
        if len(refused) != 0:
            log authority.Refused(id=item.revocation.requestId, reason=refused)


@external
def revoke_together(
    revocation: ApprovalRevocation,
    signature: authority.Signature,
    approvals: DynArray[authority.Signature, board.APPROVALS],
):
    """@notice A majority of the board takes back an approval, for good, signing as it does to decide."""
    hashed: bytes32 = self._revocation_hash(revocation)
    key: address = authority.signer(hashed, signature)
    refused: String[64] = self._revoke(revocation, hashed, key, board.agrees(hashed, approvals))
    assert len(refused) == 0, refused


# ---- The disclosure contract ----


@external
def consume(requestId: bytes32, persons: uint256, coins: uint256):
    """@notice Use up persons and coins of a request; the caller pays the coins out in the same transaction."""
    assert msg.sender == self.disclosure, "request: not the disclosure contract"
    request_book.use_up(requestId, persons, coins)


# ---- Steps ----


@internal
def _file(request: request_book.DataRequest, hashed: bytes32, key: address) -> String[64]:
    refused: String[64] = self._file_refusal(request, key)
    if len(refused) != 0:
        return refused
    total: uint256 = self._per_person(request) * convert(request.personsMaximum, uint256)
    if total != 0:
        if not extcall coin.move(request.partner, self, total, request.requestId):
            return "request: not enough coins"
    request_book.write(request, hashed, total)
    return ""


@internal
@view
def _file_refusal(request: request_book.DataRequest, key: address) -> String[64]:
    if not request_book.is_new(request.requestId):
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
    if request.lMinimum < 2:
        return "request: l minimum below two"
    if request.tPercent == 0 or request.tPercent > 100:
        return "request: t is no percentage"
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
def _per_person(request: request_book.DataRequest) -> uint256:
    return convert(request.coinsBase, uint256) + (
        convert(request.coinsPerItem, uint256) * item_bits.count(request.items)
    )


@internal
def _decide(decision: Decision, hashed: bytes32, key: address, isAgreed: bool) -> String[64]:
    state: uint256 = request_book.state(decision.requestId)
    if state == 0:
        return "request: unknown request"
    if self.decision_digest[decision.requestId] == hashed:
        log authority.Repeated(id=decision.requestId)
        return ""
    refused: String[64] = authority.refusal(key, decision.board, authority.BOARD, SCOPE, decision.deadline)
    if len(refused) != 0:
        return refused
    if state != request_book.FILED:
        return "request: already decided"
    if not isAgreed:
        return "request: approvals too few"
    self.decision_digest[decision.requestId] = hashed
    log RequestDecided(
        requestId=decision.requestId, board=decision.board,
        approved=decision.approved, decisionHash=decision.decisionHash,
    )
    if decision.approved:
        request_book.set_state(decision.requestId, request_book.APPROVED)
    else:
        self._end(decision.requestId, request_book.REFUSED)
    return ""


@internal
def _revoke(revocation: ApprovalRevocation, hashed: bytes32, key: address, isAgreed: bool) -> String[64]:
    state: uint256 = request_book.state(revocation.requestId)
    if state == 0:
        return "request: unknown request"
    if self.revocation_digest[revocation.requestId] == hashed:
        log authority.Repeated(id=revocation.requestId)
        return ""
    refused: String[64] = authority.refusal(
        key, revocation.board, authority.BOARD, SCOPE, revocation.deadline
    )
    if len(refused) != 0:
        return refused
    if state != request_book.APPROVED:
        return "request: not approved"
    if not isAgreed:
        return "request: approvals too few"
    self.revocation_digest[revocation.requestId] = hashed
    log ApprovalRevoked(
        requestId=revocation.requestId, board=revocation.board, reasonHash=revocation.reasonHash
    )
    self._end(revocation.requestId, request_book.REVOKED)
    return ""


@internal
@view
def _is_alone() -> bool:
    """@dev Is one seat the whole board? Then its word is a majority's."""
    return staticcall authority.membership.boardSize() == 1


@internal
@view
def _close_refusal(closing: Closing, key: address) -> String[64]:
    partner: address = request_book.partner(closing.requestId)
    if partner == empty(address):
        return "request: unknown request"
    refused: String[64] = authority.refusal(key, closing.partner, authority.PARTNER, SCOPE, closing.deadline)
    if len(refused) != 0:
        return refused
    if closing.partner != partner:
        return "request: neither partner nor operator"
    state: uint256 = request_book.state(closing.requestId)
    if state == request_book.REFUSED or state == request_book.REVOKED:
        return "request: already closed"
    return ""


@internal
def _end(requestId: bytes32, state: uint256):
    """@dev Nothing stays locked behind a request that has ended."""
    request_book.set_state(requestId, state)
    unlocked: uint256 = request_book.unlock(requestId)
    if unlocked != 0:
        assert extcall coin.move(
            self, request_book.partner(requestId), unlocked, requestId
        ), "request: not enough coins"
    log RequestClosed(requestId=requestId, unlocked=unlocked)


@internal
@pure
def _request_hash(request: request_book.DataRequest) -> bytes32:
    return keccak256(abi_encode(REQUEST_TYPE, request))


@internal
@view
def _decision_hash(decision: Decision) -> bytes32:
    """@dev The board signs the digest of the very words that the partner signed: k, l, t, legal class, retention and all."""
    return keccak256(
        abi_encode(
            DECISION_TYPE, decision.requestId, decision.board, request_book.digestOf[decision.requestId],
            decision.approved, decision.decisionHash, decision.deadline,
        )
    )


@internal
@view
def _revocation_hash(revocation: ApprovalRevocation) -> bytes32:
    return keccak256(
        abi_encode(
            REVOCATION_TYPE, revocation.requestId, revocation.board, request_book.digestOf[revocation.requestId],
            keccak256("We take our approval of this request back"), revocation.reasonHash, revocation.deadline,
        )
    )
