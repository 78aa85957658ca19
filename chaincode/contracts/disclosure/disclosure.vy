# pragma version 0.4.3
# pragma evm-version london
"""
@title Disclosure: a release to a partner, made only from live consents, paid as it is made
@notice Reverts unless every consent is live for that request and its items at this block.
@dev A release too large for one transaction is opened, filled and closed: it takes effect at the close.
     What the partner owes afterwards is in partner_duty.vy.
"""
from interfaces import ICoin
from interfaces import IConsent
from interfaces import IRequest

from ..shared import authority
from ..shared import item_bits
from . import partner_duty
from . import book as release_book

initializes: authority
initializes: release_book
initializes: partner_duty[authority := authority, release_book := release_book]
exports: (
    authority.DOMAIN_SEPARATOR,
    partner_duty.acknowledge,
    partner_duty.acknowledge_batch,
    partner_duty.attest_deletion,
    partner_duty.attest_deletion_batch,
    partner_duty.deletionDue,
    partner_duty.isDeleted,
)

struct Payload:
    root: bytes32
    method_hash: bytes32
    rows: uint32
    suppressed: uint32
    k: uint32

struct Release:
    partner: address
    requestId: bytes32
    state: uint8
    disclosedAt: uint64
    payloadRoot: bytes32
    acknowledged: bool
    hold: uint256
    items: uint256

event ReleaseOpened:
    releaseId: indexed(bytes32)
    requestId: indexed(bytes32)
    hold: indexed(uint256)
    items: uint256
    closesBy: uint64

event ReleaseAbandoned:
    releaseId: indexed(bytes32)

event Disclosed:
    releaseId: indexed(bytes32)
    requestId: indexed(bytes32)
    partner: indexed(address)
    payloadRoot: bytes32
    methodHash: bytes32
    items: uint256
    rows: uint32
    suppressed: uint32
    k: uint32
    legalClass: uint8

LARGEST: constant(uint256) = 1000
APPROVED: constant(uint8) = 2
coin: immutable(ICoin)
request: immutable(IRequest)
consent: immutable(IConsent)
opened_digest: HashMap[bytes32, bytes32]
disclosed_digest: HashMap[bytes32, bytes32]


@deploy
def __init__(membership: address, coins: address, requests: address, consents: address):
    authority.__init__("disclosure", membership)
    coin = ICoin(coins)
    request = IRequest(requests)
    consent = IConsent(consents)
    partner_duty.__init__(requests)


# ---- A release in one transaction ----


@external
def disclose(
    releaseId: bytes32,
    requestId: bytes32,
    items: uint256,
    payloadRoot: bytes32,
    methodHash: bytes32,
    rows: uint32,
    suppressed: uint32,
    k: uint32,
    consentIds: DynArray[bytes32, LARGEST],
):
    """@notice Record a release and pay every member in it, or do neither."""
    authority.only_operator()
    hashed: bytes32 = keccak256(
        abi_encode(requestId, items, payloadRoot, methodHash, rows, suppressed, k, consentIds)
    )
    if self.disclosed_digest[releaseId] == hashed:
        log authority.Repeated(id=releaseId)
        return
    assert self._is_new(releaseId), "disclosure: id already used"
    terms: IRequest.Terms = self._approved(requestId, items)
    payload: Payload = Payload(
        root=payloadRoot, method_hash=methodHash, rows=rows, suppressed=suppressed, k=k
    )
    self._check(payload, terms.kMinimum, len(consentIds))
    release_book.name(releaseId, requestId, items)
    payments: DynArray[ICoin.Payment, LARGEST] = extcall consent.use_batch(
        releaseId, requestId, items, consentIds
    )
    extcall request.consume(requestId, len(consentIds), self._sum(payments))
    extcall coin.move_batch(request.address, payments)
    self._disclose(releaseId, payload, terms, hashed, 0)


# ---- A release in chunks ----


@external
def open_release(releaseId: bytes32, requestId: bytes32, items: uint256, closesBy: uint64):
    """@notice Begin a large release, to be closed until `closesBy`."""
    authority.only_operator()
    hashed: bytes32 = keccak256(abi_encode(requestId, items, closesBy))
    if self.opened_digest[releaseId] == hashed:
        log authority.Repeated(id=releaseId)
        return
    assert self._is_new(releaseId), "disclosure: id already used"
    terms: IRequest.Terms = self._approved(requestId, items)
    assert block.timestamp <= convert(closesBy, uint256), "disclosure: closing time is past"
    hold: uint256 = extcall consent.open_hold(releaseId, requestId, items, closesBy)
    self.opened_digest[releaseId] = hashed
    release_book.name(releaseId, requestId, items)
    departures: uint256 = staticcall authority.membership.departures()
    release_book.open(releaseId, terms.partner, hold, closesBy, departures)
    log ReleaseOpened(releaseId=releaseId, requestId=requestId, hold=hold, items=items, closesBy=closesBy)


@external
def add_consents(releaseId: bytes32, consentIds: DynArray[bytes32, LARGEST]):
    """@notice Gather live consents; one withdrawn before the close leaves the release by itself."""
    authority.only_operator()
    self._only_open(releaseId)
    extcall consent.hold_batch(release_book.hold(releaseId), consentIds)


@external
def close_release(
    releaseId: bytes32, payloadRoot: bytes32, methodHash: bytes32, rows: uint32, suppressed: uint32, k: uint32
):
    """@notice The release takes effect: for exactly the consents still in it, whose coins are now owed.
    @dev Refused once any member was suspended or dismissed since it was opened: it might be one gathered here."""
    authority.only_operator()
    hashed: bytes32 = keccak256(abi_encode(payloadRoot, methodHash, rows, suppressed, k))
    if self.disclosed_digest[releaseId] == hashed:
        log authority.Repeated(id=releaseId)
        return
    self._only_open(releaseId)
    departures: uint256 = staticcall authority.membership.departures()
    assert departures == release_book.departures(releaseId), "disclosure: somebody left meanwhile"
    requestId: bytes32 = release_book.request_of[releaseId]
    terms: IRequest.Terms = self._approved(requestId, release_book.items_of[releaseId])
    payload: Payload = Payload(
        root=payloadRoot, method_hash=methodHash, rows=rows, suppressed=suppressed, k=k
    )
    hold: uint256 = release_book.hold(releaseId)
    held: IConsent.Hold = staticcall consent.holdOf(hold)
    self._check(payload, terms.kMinimum, held.count)
    extcall consent.seal_hold(hold)
    extcall request.consume(requestId, held.count, held.coins)
    self._disclose(releaseId, payload, terms, hashed, hold)


@external
def settle(releaseId: bytes32, consentIds: DynArray[bytes32, LARGEST]):
    """@notice Credit what a closed release owes; anybody may, each consent once."""
    assert release_book.state(releaseId) == release_book.DISCLOSED, "disclosure: not disclosed"
    hold: uint256 = release_book.hold(releaseId)
    assert hold != 0, "disclosure: nothing to settle"
    payments: DynArray[ICoin.Payment, LARGEST] = extcall consent.settle_batch(hold, consentIds)
    extcall coin.move_batch(request.address, payments)


@external
def abandon_release(releaseId: bytes32):
    """@notice Give up a release that was not closed; its consents are free again."""
    authority.only_operator()
    assert release_book.state(releaseId) == release_book.OPEN, "disclosure: not open"
    release_book.abandon(releaseId)
    extcall consent.drop_hold(release_book.hold(releaseId))
    log ReleaseAbandoned(releaseId=releaseId)


# ---- Questions ----


@external
@view
def stateOf(releaseId: bytes32) -> uint256:
    return release_book.state(releaseId)


@external
@view
def held(releaseId: bytes32) -> uint256:
    return (staticcall consent.holdOf(release_book.hold(releaseId))).count


@external
@view
def releaseOf(releaseId: bytes32) -> Release:
    return Release(
        partner=release_book.partner(releaseId),
        requestId=release_book.request_of[releaseId],
        state=convert(release_book.state(releaseId), uint8),
        disclosedAt=convert(release_book.disclosed_at(releaseId), uint64),
        payloadRoot=release_book.payload_root[releaseId],
        acknowledged=release_book.is_acknowledged(releaseId),
        hold=release_book.hold(releaseId),
        items=release_book.items_of[releaseId],
    )


# ---- Steps ----


@internal
@view
def _is_new(releaseId: bytes32) -> bool:
    return not release_book.is_known(releaseId) and releaseId != empty(bytes32)


@internal
@view
def _approved(requestId: bytes32, items: uint256) -> IRequest.Terms:
    terms: IRequest.Terms = staticcall request.terms(requestId)
    assert terms.state == APPROVED, "disclosure: request not approved"
    assert block.timestamp <= convert(terms.validUntil, uint256), "disclosure: request no longer valid"
    assert item_bits.within(items, terms.items), "disclosure: items outside the request"
    return terms


@internal
@pure
def _check(payload: Payload, k_minimum: uint32, consents: uint256):
    assert payload.k >= k_minimum, "disclosure: k below the request's minimum"
    assert payload.rows >= payload.k, "disclosure: fewer rows than k"
    rows: uint256 = convert(payload.rows, uint256) + convert(payload.suppressed, uint256)
    assert rows == consents, "disclosure: rows and consents differ"


@internal
def _disclose(
    releaseId: bytes32, payload: Payload, terms: IRequest.Terms, hashed: bytes32, hold: uint256
):
    self.disclosed_digest[releaseId] = hashed
    release_book.disclose(releaseId, terms.partner, hold, payload.root)
    log Disclosed(
        releaseId=releaseId, requestId=release_book.request_of[releaseId], partner=terms.partner,
        payloadRoot=payload.root, methodHash=payload.method_hash, items=release_book.items_of[releaseId],
        rows=payload.rows, suppressed=payload.suppressed, k=payload.k, legalClass=terms.legalClass,
    )


@internal
@pure
def _sum(payments: DynArray[ICoin.Payment, LARGEST]) -> uint256:
    total: uint256 = 0
    for payment: ICoin.Payment in payments:
        total += payment.amount
    return total


@internal
@view
def _only_open(releaseId: bytes32):
    assert release_book.state(releaseId) == release_book.OPEN, "disclosure: not open"
    assert block.timestamp <= release_book.closes_by(releaseId), "disclosure: past its closing time"
