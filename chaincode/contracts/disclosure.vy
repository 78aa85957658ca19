# pragma version 0.4.3
# pragma evm-version london
"""
@title Disclosure: a release to a partner, made only from live consents, paid as it is made
@notice Reverts unless every consent is live for that request and its items at this block.
@dev A release too large for one transaction is opened, filled and closed: it takes effect at the close.
     release: partner | state << 160 | disclosedAt << 168 | acknowledged << 208 | deleted << 209
     | hold << 216
"""
from interfaces import ICoin
from interfaces import IConsent
from interfaces import IRequest

from . import authority
from . import item_bits

initializes: authority
exports: authority.DOMAIN_SEPARATOR

struct Acknowledgement:
    releaseId: bytes32
    partner: address
    payloadRoot: bytes32
    deadline: uint64

struct SignedAcknowledgement:
    acknowledgement: Acknowledgement
    signature: authority.Signature

struct Deletion:
    releaseId: bytes32
    partner: address
    evidenceHash: bytes32
    deadline: uint64

struct SignedDeletion:
    deletion: Deletion
    signature: authority.Signature

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

event Acknowledged:
    releaseId: indexed(bytes32)
    partner: indexed(address)

event DeletionAttested:
    releaseId: indexed(bytes32)
    partner: indexed(address)
    evidenceHash: bytes32
    dueAt: uint64
    late: bool

SCOPE: constant(uint256) = 64
LARGEST: constant(uint256) = 1000
APPROVED: constant(uint8) = 2
OPEN: constant(uint256) = 1
DISCLOSED: constant(uint256) = 2
ABANDONED: constant(uint256) = 3
ACKNOWLEDGED: constant(uint256) = 1 << 208
ACKNOWLEDGEMENT_TYPE: constant(bytes32) = keccak256(
    "Acknowledgement(bytes32 releaseId,address partner,bytes32 payloadRoot,uint64 deadline)"
)

DELETED: constant(uint256) = 1 << 209
SECONDS_PER_DAY: constant(uint256) = 86400
DELETION_TYPE: constant(bytes32) = keccak256(
    "Deletion(bytes32 releaseId,address partner,string statement,bytes32 evidenceHash,uint64 deadline)"
)

coin: immutable(ICoin)
request: immutable(IRequest)
consent: immutable(IConsent)
release: HashMap[bytes32, uint256]
request_of: HashMap[bytes32, bytes32]
items_of: HashMap[bytes32, uint256]
closes_by: HashMap[bytes32, uint64]
payload_root: HashMap[bytes32, bytes32]
opened_digest: HashMap[bytes32, bytes32]
disclosed_digest: HashMap[bytes32, bytes32]


@deploy
def __init__(membership: address, coins: address, requests: address, consents: address):
    authority.__init__("disclosure", membership)
    coin = ICoin(coins)
    request = IRequest(requests)
    consent = IConsent(consents)


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
    self.request_of[releaseId] = requestId
    self.items_of[releaseId] = items
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
    self.request_of[releaseId] = requestId
    self.items_of[releaseId] = items
    self.closes_by[releaseId] = closesBy
    self.release[releaseId] = convert(terms.partner, uint256) | (OPEN << 160) | (hold << 216)
    log ReleaseOpened(releaseId=releaseId, requestId=requestId, hold=hold, items=items, closesBy=closesBy)


@external
def add_consents(releaseId: bytes32, consentIds: DynArray[bytes32, LARGEST]):
    """@notice Gather live consents; one withdrawn before the close leaves the release by itself."""
    authority.only_operator()
    self._only_open(releaseId)
    extcall consent.hold_batch(self._hold(releaseId), consentIds)


@external
def close_release(
    releaseId: bytes32, payloadRoot: bytes32, methodHash: bytes32, rows: uint32, suppressed: uint32, k: uint32
):
    """@notice The release takes effect: for exactly the consents still in it, whose coins are now owed."""
    authority.only_operator()
    hashed: bytes32 = keccak256(abi_encode(payloadRoot, methodHash, rows, suppressed, k))
    if self.disclosed_digest[releaseId] == hashed:
        log authority.Repeated(id=releaseId)
        return
    self._only_open(releaseId)
    requestId: bytes32 = self.request_of[releaseId]
    terms: IRequest.Terms = self._approved(requestId, self.items_of[releaseId])
    payload: Payload = Payload(
        root=payloadRoot, method_hash=methodHash, rows=rows, suppressed=suppressed, k=k
    )
    hold: uint256 = self._hold(releaseId)
    held: IConsent.Hold = staticcall consent.holdOf(hold)
    self._check(payload, terms.kMinimum, held.count)
    extcall consent.seal_hold(hold)
    extcall request.consume(requestId, held.count, held.coins)
    self._disclose(releaseId, payload, terms, hashed, hold)


@external
def settle(releaseId: bytes32, consentIds: DynArray[bytes32, LARGEST]):
    """@notice Credit what a closed release owes; anybody may, each consent once."""
    assert self._state(releaseId) == DISCLOSED, "disclosure: not disclosed"
    hold: uint256 = self._hold(releaseId)
    assert hold != 0, "disclosure: nothing to settle"
    payments: DynArray[ICoin.Payment, LARGEST] = extcall consent.settle_batch(hold, consentIds)
    extcall coin.move_batch(request.address, payments)


@external
def abandon_release(releaseId: bytes32):
    """@notice Give up a release that was not closed; its consents are free again."""
    authority.only_operator()
    assert self._state(releaseId) == OPEN, "disclosure: not open"
    self.release[releaseId] = self.release[releaseId] ^ ((OPEN ^ ABANDONED) << 160)
    extcall consent.drop_hold(self._hold(releaseId))
    log ReleaseAbandoned(releaseId=releaseId)


# ---- The partner ----


@external
def acknowledge(acknowledgement: Acknowledgement):
    """@notice The partner confirms that it received this payload."""
    refused: String[64] = self._acknowledge(acknowledgement, msg.sender)
    assert len(refused) == 0, refused


@external
def acknowledge_batch(acknowledgements: DynArray[SignedAcknowledgement, authority.BATCH]):
    for item: SignedAcknowledgement in acknowledgements:
        hashed: bytes32 = keccak256(abi_encode(ACKNOWLEDGEMENT_TYPE, item.acknowledgement))
        key: address = authority.signer(hashed, item.signature)
        refused: String[64] = self._acknowledge(item.acknowledgement, key)
        if len(refused) != 0:
            log authority.Refused(id=item.acknowledgement.releaseId, reason=refused)


@external
def attest_deletion(deletion: Deletion):
    """@notice The partner declares that it has deleted the release; being late is recorded, not refused."""
    refused: String[64] = self._attest_deletion(deletion, msg.sender)
    assert len(refused) == 0, refused


@external
def attest_deletion_batch(deletions: DynArray[SignedDeletion, authority.BATCH]):
    for item: SignedDeletion in deletions:
        key: address = authority.signer(self._deletion_hash(item.deletion), item.signature)
        refused: String[64] = self._attest_deletion(item.deletion, key)
        if len(refused) != 0:
            log authority.Refused(id=item.deletion.releaseId, reason=refused)


# ---- Questions ----


@external
@view
def deletionDue(releaseId: bytes32) -> uint256:
    """@notice Until when the partner must have deleted the release; 0 before it is disclosed."""
    return self._deletion_due(releaseId)


@external
@view
def isDeleted(releaseId: bytes32) -> bool:
    return self.release[releaseId] & DELETED != 0


@external
@view
def stateOf(releaseId: bytes32) -> uint256:
    return self._state(releaseId)


@external
@view
def held(releaseId: bytes32) -> uint256:
    return (staticcall consent.holdOf(self._hold(releaseId))).count


@external
@view
def releaseOf(releaseId: bytes32) -> Release:
    release: uint256 = self.release[releaseId]
    return Release(
        partner=self._partner(releaseId),
        requestId=self.request_of[releaseId],
        state=convert(self._state(releaseId), uint8),
        disclosedAt=convert((release >> 168) & authority.BITS_40, uint64),
        payloadRoot=self.payload_root[releaseId],
        acknowledged=release & ACKNOWLEDGED != 0,
        hold=self._hold(releaseId),
        items=self.items_of[releaseId],
    )


# ---- Steps ----


@internal
@view
def _is_new(releaseId: bytes32) -> bool:
    return self.release[releaseId] == 0 and releaseId != empty(bytes32)


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
    self.payload_root[releaseId] = payload.root
    self.release[releaseId] = (
        convert(terms.partner, uint256) | (DISCLOSED << 160) | (block.timestamp << 168) | (hold << 216)
    )
    log Disclosed(
        releaseId=releaseId, requestId=self.request_of[releaseId], partner=terms.partner,
        payloadRoot=payload.root, methodHash=payload.method_hash, items=self.items_of[releaseId],
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
def _partner_refusal(releaseId: bytes32, partner: address, key: address, deadline: uint64) -> String[64]:
    if self.release[releaseId] == 0:
        return "disclosure: unknown release"
    refused: String[64] = authority.refusal(key, partner, authority.PARTNER, SCOPE, deadline)
    if len(refused) != 0:
        return refused
    if partner != self._partner(releaseId):
        return "disclosure: not the partner's"
    if self._state(releaseId) != DISCLOSED:
        return "disclosure: not disclosed"
    return ""


@internal
def _acknowledge(acknowledgement: Acknowledgement, key: address) -> String[64]:
    refused: String[64] = self._partner_refusal(
        acknowledgement.releaseId, acknowledgement.partner, key, acknowledgement.deadline
    )
    if len(refused) != 0:
        return refused
    if acknowledgement.payloadRoot != self.payload_root[acknowledgement.releaseId]:
        return "disclosure: another payload"
    release: uint256 = self.release[acknowledgement.releaseId]
    if release & ACKNOWLEDGED != 0:
        log authority.Repeated(id=acknowledgement.releaseId)
        return ""
    self.release[acknowledgement.releaseId] = release | ACKNOWLEDGED
    log Acknowledged(releaseId=acknowledgement.releaseId, partner=acknowledgement.partner)
    return ""


@internal
def _attest_deletion(deletion: Deletion, key: address) -> String[64]:
    refused: String[64] = self._partner_refusal(
        deletion.releaseId, deletion.partner, key, deletion.deadline
    )
    if len(refused) != 0:
        return refused
    release: uint256 = self.release[deletion.releaseId]
    if release & DELETED != 0:
        log authority.Repeated(id=deletion.releaseId)
        return ""
    due: uint256 = self._deletion_due(deletion.releaseId)
    self.release[deletion.releaseId] = release | DELETED
    log DeletionAttested(
        releaseId=deletion.releaseId, partner=deletion.partner, evidenceHash=deletion.evidenceHash,
        dueAt=convert(due, uint64), late=block.timestamp > due,
    )
    return ""


@internal
@pure
def _deletion_hash(deletion: Deletion) -> bytes32:
    return keccak256(
        abi_encode(
            DELETION_TYPE, deletion.releaseId, deletion.partner,
            keccak256("We have deleted this release and every copy of it"),
            deletion.evidenceHash, deletion.deadline,
        )
    )


@internal
@view
def _deletion_due(releaseId: bytes32) -> uint256:
    if self._state(releaseId) != DISCLOSED:
        return 0
    disclosed_at: uint256 = (self.release[releaseId] >> 168) & authority.BITS_40
    terms: IRequest.Terms = staticcall request.terms(self.request_of[releaseId])
    return disclosed_at + convert(terms.retentionDays, uint256) * SECONDS_PER_DAY


@internal
@view
def _only_open(releaseId: bytes32):
    assert self._state(releaseId) == OPEN, "disclosure: not open"
    assert block.timestamp <= convert(
        self.closes_by[releaseId], uint256
    ), "disclosure: past its closing time"


@internal
@view
def _state(releaseId: bytes32) -> uint256:
    return (self.release[releaseId] >> 160) & authority.BITS_8


@internal
@view
def _partner(releaseId: bytes32) -> address:
    return convert(self.release[releaseId] & authority.BITS_160, address)


@internal
@view
def _hold(releaseId: bytes32) -> uint256:
    return (self.release[releaseId] >> 216) & authority.BITS_32
