# pragma version 0.4.3
# pragma evm-version london
"""
@title Escrow: who together may open a document
@notice Active only after all custodians acknowledged a verified share. Shares and keys never come here.
        An escrow that takes the place of another ends it in the moment it becomes active, and not before.
@dev The steps of an opening are in opening.vy.
"""
from ..shared import authority
from . import book as escrow_book
from . import opening

initializes: authority
initializes: escrow_book
initializes: opening[authority := authority, escrow_book := escrow_book]
exports: (
    authority.DOMAIN_SEPARATOR,
    escrow_book.custodianAt,
    escrow_book.heirOf,
    escrow_book.replacedBy,
    escrow_book.replaces,
    opening.contribute,
    opening.contribute_batch,
    opening.contributionOf,
    opening.openingOf,
    opening.request_opening,
    opening.request_opening_batch,
    opening.veto,
    opening.veto_batch,
)

struct EscrowPolicy:
    escrowId: bytes32
    owner: address
    threshold: uint8
    custodians: DynArray[address, CUSTODIANS]
    commitmentsHash: bytes32
    documentHash: bytes32
    openingDelaySeconds: uint32
    heir: address
    replaces: bytes32
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

struct EscrowView:
    owner: address
    state: uint8
    threshold: uint8
    count: uint8
    openingDelaySeconds: uint32
    acknowledged: uint16

event EscrowCreated:
    escrowId: indexed(bytes32)
    owner: indexed(address)
    threshold: uint8
    custodians: DynArray[address, CUSTODIANS]
    commitmentsHash: bytes32
    documentHash: bytes32
    openingDelaySeconds: uint32
    heir: address
    replaces: bytes32

event ShareAcknowledged:
    escrowId: indexed(bytes32)
    custodian: indexed(address)

event EscrowActivated:
    escrowId: indexed(bytes32)

event EscrowReplaced:
    escrowId: indexed(bytes32)
    successor: indexed(bytes32)

CUSTODIANS: constant(uint256) = 16
SCOPE: constant(uint256) = authority.SCOPE_ESCROW
POLICY_TYPE: constant(bytes32) = keccak256(
    "EscrowPolicy(bytes32 escrowId,address owner,uint8 threshold,address[] custodians,bytes32 commitmentsHash,bytes32 documentHash,uint32 openingDelaySeconds,address heir,bytes32 replaces,uint64 deadline)"
)
RECEIPT_TYPE: constant(bytes32) = keccak256(
    "ShareReceipt(bytes32 escrowId,address custodian,bytes32 commitmentsHash,uint64 deadline)"
)


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


# ---- Questions ----


@external
@view
def escrowOf(escrowId: bytes32) -> EscrowView:
    escrow: uint256 = escrow_book.escrow[escrowId]
    return EscrowView(
        owner=escrow_book.owner(escrow),
        state=convert(escrow_book.state(escrow), uint8),
        threshold=convert(escrow_book.threshold(escrow), uint8),
        count=convert(escrow_book.count(escrow), uint8),
        openingDelaySeconds=convert(escrow_book.delay_seconds(escrow), uint32),
        acknowledged=convert(escrow_book.acknowledged(escrow), uint16),
    )


# ---- Steps ----


@internal
def _create(policy: EscrowPolicy, hashed: bytes32, key: address) -> String[64]:
    if escrow_book.digest[policy.escrowId] == hashed:
        log authority.Repeated(id=policy.escrowId)
        return ""
    if escrow_book.digest[policy.escrowId] != empty(bytes32) or policy.escrowId == empty(bytes32):
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
    refused = self._succession_refusal(policy)
    if len(refused) != 0:
        return refused
    escrow_book.digest[policy.escrowId] = hashed
    escrow_book.commitments[policy.escrowId] = policy.commitmentsHash
    escrow_book.write(
        policy.escrowId, policy.owner, threshold, count, convert(policy.openingDelaySeconds, uint256)
    )
    for i: uint256 in range(count, bound=CUSTODIANS):
        escrow_book.custodianAt[policy.escrowId][i] = policy.custodians[i]
        escrow_book.place[policy.escrowId][policy.custodians[i]] = i + 1
    if policy.heir != empty(address):
        escrow_book.heirOf[policy.escrowId] = policy.heir
    if policy.replaces != empty(bytes32):
        escrow_book.replaces[policy.escrowId] = policy.replaces
    log EscrowCreated(
        escrowId=policy.escrowId, owner=policy.owner, threshold=policy.threshold,
        custodians=policy.custodians, commitmentsHash=policy.commitmentsHash,
        documentHash=policy.documentHash, openingDelaySeconds=policy.openingDelaySeconds,
        heir=policy.heir, replaces=policy.replaces,
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
@view
def _succession_refusal(policy: EscrowPolicy) -> String[64]:
    """@dev The heir is somebody; what is replaced is the owner's own, and was not replaced before."""
    if policy.heir != empty(address):
        known: address = staticcall authority.membership.accountOf(policy.heir)
        if known != policy.heir:
            return "escrow: heir not enrolled"
    if policy.replaces == empty(bytes32):
        return ""
    replaced: uint256 = escrow_book.escrow[policy.replaces]
    if escrow_book.owner(replaced) != policy.owner:
        return "escrow: replaces another's"
    if escrow_book.state(replaced) == escrow_book.REPLACED:
        return "escrow: already replaced"
    return ""


@internal
def _acknowledge(receipt: ShareReceipt, key: address) -> String[64]:
    escrow: uint256 = escrow_book.escrow[receipt.escrowId]
    if escrow == 0:
        return "escrow: unknown escrow"
    refused: String[64] = authority.refusal(
        key, receipt.custodian, authority.ANY_ROLE, SCOPE, receipt.deadline
    )
    if len(refused) != 0:
        return refused
    place: uint256 = escrow_book.place[receipt.escrowId][receipt.custodian]
    if place == 0:
        return "escrow: not a custodian"
    if receipt.commitmentsHash != escrow_book.commitments[receipt.escrowId]:
        return "escrow: other commitments"
    if escrow_book.has_acknowledged(escrow, place):
        log authority.Repeated(id=receipt.escrowId)
        return ""
    if escrow_book.state(escrow) == escrow_book.REPLACED:
        return "escrow: already replaced"
    log ShareAcknowledged(escrowId=receipt.escrowId, custodian=receipt.custodian)
    if escrow_book.acknowledge(receipt.escrowId, place):
        log EscrowActivated(escrowId=receipt.escrowId)
        replaced: bytes32 = escrow_book.replaces[receipt.escrowId]
        if replaced != empty(bytes32) and escrow_book.replace(replaced, receipt.escrowId):
            log EscrowReplaced(escrowId=replaced, successor=receipt.escrowId)
    return ""


@internal
@pure
def _policy_hash(policy: EscrowPolicy) -> bytes32:
    custodians: Bytes[544] = abi_encode(policy.custodians, ensure_tuple=False)
    return keccak256(
        abi_encode(
            POLICY_TYPE, policy.escrowId, policy.owner, policy.threshold,
            keccak256(slice(custodians, 32, 32 * len(policy.custodians))),
            policy.commitmentsHash, policy.documentHash, policy.openingDelaySeconds, policy.heir,
            policy.replaces, policy.deadline,
        )
    )
