# pragma version 0.4.3
# pragma evm-version london
"""
@title The partner's duties after a release: to acknowledge it, and to attest its deletion in time
"""
from interfaces import IRequest

from ..shared import authority
from . import book as release_book

uses: authority
uses: release_book

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

event Acknowledged:
    releaseId: indexed(bytes32)
    partner: indexed(address)

event DeletionAttested:
    releaseId: indexed(bytes32)
    partner: indexed(address)
    evidenceHash: bytes32
    dueAt: uint64
    late: bool

SCOPE: constant(uint256) = authority.SCOPE_DISCLOSURE
ACKNOWLEDGEMENT_TYPE: constant(bytes32) = keccak256(
    "Acknowledgement(bytes32 releaseId,address partner,bytes32 payloadRoot,uint64 deadline)"
)

SECONDS_PER_DAY: constant(uint256) = 86400
DELETION_TYPE: constant(bytes32) = keccak256(
    "Deletion(bytes32 releaseId,address partner,string statement,bytes32 evidenceHash,uint64 deadline)"
)

request: immutable(IRequest)


@deploy
def __init__(requests: address):
    request = IRequest(requests)


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


@external
@view
def deletionDue(releaseId: bytes32) -> uint256:
    """@notice Until when the partner must have deleted the release; 0 before it is disclosed."""
    return self._deletion_due(releaseId)


@external
@view
def isDeleted(releaseId: bytes32) -> bool:
    return release_book.is_deleted(releaseId)


# ---- Steps ----


@internal
@view
def _partner_refusal(releaseId: bytes32, partner: address, key: address, deadline: uint64) -> String[64]:
    if not release_book.is_known(releaseId):
        return "disclosure: unknown release"
    refused: String[64] = authority.refusal(key, partner, authority.PARTNER, SCOPE, deadline)
    if len(refused) != 0:
        return refused
    if partner != release_book.partner(releaseId):
        return "disclosure: not the partner's"
    if release_book.state(releaseId) != release_book.DISCLOSED:
        return "disclosure: not disclosed"
    return ""


@internal
def _acknowledge(acknowledgement: Acknowledgement, key: address) -> String[64]:
    refused: String[64] = self._partner_refusal(
        acknowledgement.releaseId, acknowledgement.partner, key, acknowledgement.deadline
    )
    if len(refused) != 0:
        return refused
    if acknowledgement.payloadRoot != release_book.payload_root[acknowledgement.releaseId]:
        return "disclosure: another payload"
    if release_book.is_acknowledged(acknowledgement.releaseId):
        log authority.Repeated(id=acknowledgement.releaseId)
        return ""
    release_book.acknowledge(acknowledgement.releaseId)
    log Acknowledged(releaseId=acknowledgement.releaseId, partner=acknowledgement.partner)
    return ""


@internal
def _attest_deletion(deletion: Deletion, key: address) -> String[64]:
    refused: String[64] = self._partner_refusal(
        deletion.releaseId, deletion.partner, key, deletion.deadline
    )
    if len(refused) != 0:
        return refused
    if release_book.is_deleted(deletion.releaseId):
        log authority.Repeated(id=deletion.releaseId)
        return ""
    due: uint256 = self._deletion_due(deletion.releaseId)
    release_book.delete(deletion.releaseId)
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
    if release_book.state(releaseId) != release_book.DISCLOSED:
        return 0
    terms: IRequest.Terms = staticcall request.terms(release_book.request_of[releaseId])
    return release_book.disclosed_at(releaseId) + convert(terms.retentionDays, uint256) * SECONDS_PER_DAY
