# pragma version 0.4.3
# pragma evm-version london
"""
@title Escrow: who together may open a document, and every step of an opening
@notice Active only after all custodians acknowledged a verified share. Shares and keys never come here.
@dev escrow: owner | state << 160 | threshold << 168 | count << 176 | delay << 184 | acknowledged << 216
     opening: state | notBefore << 8 | contributed << 72
"""
from . import authority
from . import item_bits

initializes: authority
exports: authority.DOMAIN_SEPARATOR

struct EscrowPolicy:
    escrowId: bytes32
    owner: address
    threshold: uint8
    custodians: DynArray[address, CUSTODIANS]
    commitmentsHash: bytes32
    documentHash: bytes32
    openingDelaySeconds: uint32
    deadline: uint64

struct SignedPolicy:
    policy: EscrowPolicy
    signature: authority.Signature

struct ShareReceipt:
    escrowId: bytes32
    custodian: address
    commitmentsHash: bytes32
    deadline: uint64

struct SignedReceipt:
    receipt: ShareReceipt
    signature: authority.Signature

struct OpeningRequest:
    openingId: bytes32
    escrowId: bytes32
    requester: address
    recipientKeyHash: bytes32
    reasonHash: bytes32
    deadline: uint64

struct SignedOpening:
    opening: OpeningRequest
    signature: authority.Signature

struct Veto:
    openingId: bytes32
    owner: address
    deadline: uint64

struct SignedVeto:
    veto: Veto
    signature: authority.Signature

struct Contribution:
    openingId: bytes32
    custodian: address
    contributionHash: bytes32
    deadline: uint64

struct SignedContribution:
    contribution: Contribution
    signature: authority.Signature

struct EscrowView:
    owner: address
    state: uint8
    threshold: uint8
    count: uint8
    openingDelaySeconds: uint32
    acknowledged: uint16

struct OpeningView:
    escrowId: bytes32
    state: uint8
    notBefore: uint64
    contributed: uint16

event EscrowCreated:
    escrowId: indexed(bytes32)
    owner: indexed(address)
    threshold: uint8
    custodians: DynArray[address, CUSTODIANS]
    commitmentsHash: bytes32
    documentHash: bytes32
    openingDelaySeconds: uint32

event ShareAcknowledged:
    escrowId: indexed(bytes32)
    custodian: indexed(address)

event EscrowActivated:
    escrowId: indexed(bytes32)

event OpeningRequested:
    openingId: indexed(bytes32)
    escrowId: indexed(bytes32)
    requester: indexed(address)
    recipientKeyHash: bytes32
    reasonHash: bytes32
    notBefore: uint64

event OpeningVetoed:
    openingId: indexed(bytes32)
    owner: indexed(address)

event Contributed:
    openingId: indexed(bytes32)
    custodian: indexed(address)
    contributionHash: bytes32

event EscrowOpened:
    openingId: indexed(bytes32)
    escrowId: indexed(bytes32)

CUSTODIANS: constant(uint256) = 16
SCOPE: constant(uint256) = 16
CREATED: constant(uint256) = 1
ACTIVE: constant(uint256) = 2
REQUESTED: constant(uint256) = 1
VETOED: constant(uint256) = 2
OPENED: constant(uint256) = 3
POLICY_TYPE: constant(bytes32) = keccak256(
    "EscrowPolicy(bytes32 escrowId,address owner,uint8 threshold,address[] custodians,bytes32 commitmentsHash,bytes32 documentHash,uint32 openingDelaySeconds,uint64 deadline)"
)
RECEIPT_TYPE: constant(bytes32) = keccak256(
    "ShareReceipt(bytes32 escrowId,address custodian,bytes32 commitmentsHash,uint64 deadline)"
)
OPENING_TYPE: constant(bytes32) = keccak256(
    "OpeningRequest(bytes32 openingId,bytes32 escrowId,address requester,bytes32 recipientKeyHash,bytes32 reasonHash,uint64 deadline)"
)
VETO_TYPE: constant(bytes32) = keccak256("Veto(bytes32 openingId,address owner,uint64 deadline)")
CONTRIBUTION_TYPE: constant(bytes32) = keccak256(
    "Contribution(bytes32 openingId,address custodian,bytes32 contributionHash,uint64 deadline)"
)

escrow: HashMap[bytes32, uint256]
commitments: HashMap[bytes32, bytes32]
custodianAt: public(HashMap[bytes32, HashMap[uint256, address]])
place: HashMap[bytes32, HashMap[address, uint256]]
opening: HashMap[bytes32, uint256]
escrow_of: HashMap[bytes32, bytes32]
contributionOf: public(HashMap[bytes32, HashMap[address, bytes32]])
digest: HashMap[bytes32, bytes32]


@deploy
def __init__(membership: address):
    authority.__init__("escrow", membership)


# ---- Direct and relayed ----


@external
def create(policy: EscrowPolicy):
    """@notice Name the custodians of a document's key and how many of them it takes."""
    refused: String[64] = self._create(policy, self._policy_hash(policy), msg.sender)
    assert len(refused) == 0, refused


@external
def create_batch(policies: DynArray[SignedPolicy, authority.BATCH]):
    for item: SignedPolicy in policies:
        hashed: bytes32 = self._policy_hash(item.policy)
        refused: String[64] = self._create(item.policy, hashed, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.policy.escrowId, reason=refused)


@external
def acknowledge(receipt: ShareReceipt):
    """@notice A custodian holds a share that fits the commitments."""
    refused: String[64] = self._acknowledge(receipt, msg.sender)
    assert len(refused) == 0, refused


@external
def acknowledge_batch(receipts: DynArray[SignedReceipt, authority.BATCH]):
    for item: SignedReceipt in receipts:
        key: address = authority.signer(keccak256(abi_encode(RECEIPT_TYPE, item.receipt)), item.signature)
        refused: String[64] = self._acknowledge(item.receipt, key)
        if len(refused) != 0:
            log authority.Refused(id=item.receipt.escrowId, reason=refused)


@external
def request_opening(opening: OpeningRequest):
    """@notice The owner or a custodian asks for the document; the delay begins."""
    hashed: bytes32 = keccak256(abi_encode(OPENING_TYPE, opening))
    refused: String[64] = self._request_opening(opening, hashed, msg.sender)
    assert len(refused) == 0, refused


@external
def request_opening_batch(openings: DynArray[SignedOpening, authority.BATCH]):
    for item: SignedOpening in openings:
        hashed: bytes32 = keccak256(abi_encode(OPENING_TYPE, item.opening))
        key: address = authority.signer(hashed, item.signature)
        refused: String[64] = self._request_opening(item.opening, hashed, key)
        if len(refused) != 0:
            log authority.Refused(id=item.opening.openingId, reason=refused)


@external
def veto(veto: Veto):
    """@notice The owner stops an opening, at any time before it is open."""
    refused: String[64] = self._veto(veto, msg.sender)
    assert len(refused) == 0, refused


@external
def veto_batch(vetoes: DynArray[SignedVeto, authority.BATCH]):
    for item: SignedVeto in vetoes:
        key: address = authority.signer(keccak256(abi_encode(VETO_TYPE, item.veto)), item.signature)
        refused: String[64] = self._veto(item.veto, key)
        if len(refused) != 0:
            log authority.Refused(id=item.veto.openingId, reason=refused)


@external
def contribute(contribution: Contribution):
    """@notice A custodian records its part in an opening; the k-th opens it."""
    refused: String[64] = self._contribute(contribution, msg.sender)
    assert len(refused) == 0, refused


@external
def contribute_batch(contributions: DynArray[SignedContribution, authority.BATCH]):
    for item: SignedContribution in contributions:
        hashed: bytes32 = keccak256(abi_encode(CONTRIBUTION_TYPE, item.contribution))
        refused: String[64] = self._contribute(item.contribution, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.contribution.openingId, reason=refused)


# ---- Questions ----


@external
@view
def escrowOf(escrowId: bytes32) -> EscrowView:
    packed: uint256 = self.escrow[escrowId]
    return EscrowView(
        owner=self._owner(packed),
        state=convert((packed >> 160) & authority.BITS_8, uint8),
        threshold=convert((packed >> 168) & authority.BITS_8, uint8),
        count=convert((packed >> 176) & authority.BITS_8, uint8),
        openingDelaySeconds=convert((packed >> 184) & authority.BITS_32, uint32),
        acknowledged=convert((packed >> 216) & authority.BITS_16, uint16),
    )


@external
@view
def openingOf(openingId: bytes32) -> OpeningView:
    packed: uint256 = self.opening[openingId]
    return OpeningView(
        escrowId=self.escrow_of[openingId],
        state=convert(packed & authority.BITS_8, uint8),
        notBefore=convert((packed >> 8) & authority.BITS_64, uint64),
        contributed=convert((packed >> 72) & authority.BITS_16, uint16),
    )


# ---- Steps ----


@internal
def _create(policy: EscrowPolicy, hashed: bytes32, key: address) -> String[64]:
    if self.digest[policy.escrowId] == hashed:
        log authority.Repeated(id=policy.escrowId)
        return ""
    if self.digest[policy.escrowId] != empty(bytes32) or policy.escrowId == empty(bytes32):
        return "escrow: id already used"
    refused: String[64] = authority.refusal(
        key, policy.owner, authority.ANY_ROLE, SCOPE, policy.deadline
    )
    if len(refused) != 0:
        return refused
    count: uint256 = len(policy.custodians)
    threshold: uint256 = convert(policy.threshold, uint256)
    if count < 2:
        return "escrow: too few custodians"
    if threshold < 2 or threshold > count:
        return "escrow: threshold out of range"
    refused = self._custodians_refusal(policy)
    if len(refused) != 0:
        return refused
    self.digest[policy.escrowId] = hashed
    self.commitments[policy.escrowId] = policy.commitmentsHash
    self.escrow[policy.escrowId] = (
        convert(policy.owner, uint256)
        | (CREATED << 160)
        | (threshold << 168)
        | (count << 176)
        | (convert(policy.openingDelaySeconds, uint256) << 184)
    )
    for i: uint256 in range(count, bound=CUSTODIANS):
        self.custodianAt[policy.escrowId][i] = policy.custodians[i]
        self.place[policy.escrowId][policy.custodians[i]] = i + 1
    log EscrowCreated(
        escrowId=policy.escrowId, owner=policy.owner, threshold=policy.threshold,
        custodians=policy.custodians, commitmentsHash=policy.commitmentsHash,
        documentHash=policy.documentHash, openingDelaySeconds=policy.openingDelaySeconds,
    )
    return ""


@internal
@view
def _custodians_refusal(policy: EscrowPolicy) -> String[64]:
    for i: uint256 in range(len(policy.custodians), bound=CUSTODIANS):
        custodian: address = policy.custodians[i]
        known: address = staticcall authority.membership.accountOf(custodian)
        if custodian == empty(address) or known != custodian:
            return "escrow: custodian not enrolled"
        for j: uint256 in range(i, bound=CUSTODIANS):
            if policy.custodians[j] == custodian:
                return "escrow: custodian twice"
    return ""


@internal
def _acknowledge(receipt: ShareReceipt, key: address) -> String[64]:
    packed: uint256 = self.escrow[receipt.escrowId]
    if packed == 0:
        return "escrow: unknown escrow"
    refused: String[64] = authority.refusal(
        key, receipt.custodian, authority.ANY_ROLE, SCOPE, receipt.deadline
    )
    if len(refused) != 0:
        return refused
    place: uint256 = self.place[receipt.escrowId][receipt.custodian]
    if place == 0:
        return "escrow: not a custodian"
    if receipt.commitmentsHash != self.commitments[receipt.escrowId]:
        return "escrow: other commitments"
    seat: uint256 = 1 << (215 + place)
    if packed & seat != 0:
        log authority.Repeated(id=receipt.escrowId)
        return ""
    packed |= seat
    log ShareAcknowledged(escrowId=receipt.escrowId, custodian=receipt.custodian)
    everybody: uint256 = (1 << ((packed >> 176) & authority.BITS_8)) - 1
    if packed >> 216 == everybody:
        packed ^= (CREATED ^ ACTIVE) << 160
        log EscrowActivated(escrowId=receipt.escrowId)
    self.escrow[receipt.escrowId] = packed
    return ""


@internal
def _request_opening(opening: OpeningRequest, hashed: bytes32, key: address) -> String[64]:
    if self.digest[opening.openingId] == hashed:
        log authority.Repeated(id=opening.openingId)
        return ""
    if self.digest[opening.openingId] != empty(bytes32) or opening.openingId == empty(bytes32):
        return "escrow: id already used"
    packed: uint256 = self.escrow[opening.escrowId]
    if packed == 0:
        return "escrow: unknown escrow"
    refused: String[64] = authority.refusal(
        key, opening.requester, authority.ANY_ROLE, SCOPE, opening.deadline
    )
    if len(refused) != 0:
        return refused
    if opening.requester != self._owner(packed) and self.place[opening.escrowId][opening.requester] == 0:
        return "escrow: neither owner nor custodian"
    if (packed >> 160) & authority.BITS_8 != ACTIVE:
        return "escrow: not active"
    not_before: uint256 = block.timestamp + ((packed >> 184) & authority.BITS_32)
    self.digest[opening.openingId] = hashed
    self.escrow_of[opening.openingId] = opening.escrowId
    self.opening[opening.openingId] = REQUESTED | (not_before << 8)
    log OpeningRequested(
        openingId=opening.openingId, escrowId=opening.escrowId, requester=opening.requester,
        recipientKeyHash=opening.recipientKeyHash, reasonHash=opening.reasonHash,
        notBefore=convert(not_before, uint64),
    )
    return ""


@internal
def _veto(veto: Veto, key: address) -> String[64]:
    packed: uint256 = self.opening[veto.openingId]
    if packed == 0:
        return "escrow: unknown opening"
    refused: String[64] = authority.refusal(key, veto.owner, authority.ANY_ROLE, SCOPE, veto.deadline)
    if len(refused) != 0:
        return refused
    if veto.owner != self._owner(self.escrow[self.escrow_of[veto.openingId]]):
        return "escrow: not the owner"
    state: uint256 = packed & authority.BITS_8
    if state == OPENED:
        return "escrow: already opened"
    if state == VETOED:
        log authority.Repeated(id=veto.openingId)
        return ""
    self.opening[veto.openingId] = packed ^ (REQUESTED ^ VETOED)
    log OpeningVetoed(openingId=veto.openingId, owner=veto.owner)
    return ""


@internal
def _contribute(contribution: Contribution, key: address) -> String[64]:
    packed: uint256 = self.opening[contribution.openingId]
    if packed == 0:
        return "escrow: unknown opening"
    refused: String[64] = authority.refusal(
        key, contribution.custodian, authority.ANY_ROLE, SCOPE, contribution.deadline
    )
    if len(refused) != 0:
        return refused
    escrowId: bytes32 = self.escrow_of[contribution.openingId]
    place: uint256 = self.place[escrowId][contribution.custodian]
    if place == 0:
        return "escrow: not a custodian"
    seat: uint256 = 1 << (71 + place)
    if packed & seat != 0:
        known: bytes32 = self.contributionOf[contribution.openingId][contribution.custodian]
        if known != contribution.contributionHash:
            return "escrow: already contributed"
        log authority.Repeated(id=contribution.openingId)
        return ""
    if packed & authority.BITS_8 == VETOED:
        return "escrow: vetoed"
    if block.timestamp < (packed >> 8) & authority.BITS_64:
        return "escrow: delay still runs"
    packed |= seat
    self.contributionOf[contribution.openingId][contribution.custodian] = contribution.contributionHash
    log Contributed(
        openingId=contribution.openingId, custodian=contribution.custodian,
        contributionHash=contribution.contributionHash,
    )
    if item_bits.count(packed >> 72) == (self.escrow[escrowId] >> 168) & authority.BITS_8:
        packed ^= REQUESTED ^ OPENED
        log EscrowOpened(openingId=contribution.openingId, escrowId=escrowId)
    self.opening[contribution.openingId] = packed
    return ""


@internal
@pure
def _owner(packed: uint256) -> address:
    return convert(packed & authority.BITS_160, address)


@internal
@pure
def _policy_hash(policy: EscrowPolicy) -> bytes32:
    custodians: Bytes[544] = abi_encode(policy.custodians, ensure_tuple=False)
    return keccak256(
        abi_encode(
            POLICY_TYPE, policy.escrowId, policy.owner, policy.threshold,
            keccak256(slice(custodians, 32, 32 * len(policy.custodians))),
            policy.commitmentsHash, policy.documentHash, policy.openingDelaySeconds, policy.deadline,
        )
    )
