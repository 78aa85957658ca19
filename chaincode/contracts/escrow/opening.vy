# pragma version 0.4.3
# pragma evm-version london
"""
@title Opening: asked for by the owner, the heir or a custodian, delayed, vetoed by the owner or carried by k contributions
@dev opening: state | notBefore << 8 | contributed << 72
"""
from ..shared import authority
from ..shared import item_bits
from . import book as escrow_book

uses: authority
uses: escrow_book

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
    requestHash: bytes32
    contributionHash: bytes32
    deadline: uint64

struct SignedContribution:
    contribution: Contribution
    signature: authority.Signature

struct OpeningView:
    escrowId: bytes32
    state: uint8
    notBefore: uint64
    contributed: uint16

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

SCOPE: constant(uint256) = authority.SCOPE_ESCROW
REQUESTED: constant(uint256) = 1
VETOED: constant(uint256) = 2
OPENED: constant(uint256) = 3
OPENING_TYPE: constant(bytes32) = keccak256(
    "OpeningRequest(bytes32 openingId,bytes32 escrowId,address requester,bytes32 recipientKeyHash,bytes32 reasonHash,uint64 deadline)"
)
VETO_TYPE: constant(bytes32) = keccak256("Veto(bytes32 openingId,address owner,uint64 deadline)")
CONTRIBUTION_TYPE: constant(bytes32) = keccak256(
    "Contribution(bytes32 openingId,address custodian,bytes32 requestHash,bytes32 contributionHash,uint64 deadline)"
)

opening: HashMap[bytes32, uint256]
escrow_of: HashMap[bytes32, bytes32]
contributionOf: public(HashMap[bytes32, HashMap[address, bytes32]])


@external
def request_opening(opening: OpeningRequest):
    """@notice The owner, the heir or a custodian asks for the document; the delay begins."""
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
    """@notice The owner stops an opening, at any time before it is open; nothing suspends this right."""
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
    """@notice A custodian records its part in an opening, and signs the words that asked for it; the k-th opens it."""
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
def _request_opening(opening: OpeningRequest, hashed: bytes32, key: address) -> String[64]:
    if escrow_book.digest[opening.openingId] == hashed:
        log authority.Repeated(id=opening.openingId)
        return ""
    if escrow_book.digest[opening.openingId] != empty(bytes32) or opening.openingId == empty(bytes32):
        return "escrow: id already used"
    escrow: uint256 = escrow_book.escrow[opening.escrowId]
    if escrow == 0:
        return "escrow: unknown escrow"
    refused: String[64] = authority.refusal(
        key, opening.requester, authority.ANY_ROLE, SCOPE, opening.deadline
    )
    if len(refused) != 0:
        return refused
    if not self._may_ask(opening.escrowId, escrow_book.owner(escrow), opening.requester):
        return "escrow: neither owner, heir nor custodian"
    if escrow_book.state(escrow) != escrow_book.ACTIVE:
        return "escrow: not active"
    not_before: uint256 = block.timestamp + escrow_book.delay_seconds(escrow)
    escrow_book.digest[opening.openingId] = hashed
    self.escrow_of[opening.openingId] = opening.escrowId
    self.opening[opening.openingId] = REQUESTED | (not_before << 8)
    log OpeningRequested(
        openingId=opening.openingId, escrowId=opening.escrowId, requester=opening.requester,
        recipientKeyHash=opening.recipientKeyHash, reasonHash=opening.reasonHash,
        notBefore=convert(not_before, uint64),
    )
    return ""


@internal
@view
def _may_ask(escrowId: bytes32, owner: address, requester: address) -> bool:
    if requester == owner or requester == escrow_book.heirOf[escrowId]:
        return True
    return escrow_book.place[escrowId][requester] != 0


@internal
def _veto(veto: Veto, key: address) -> String[64]:
    packed: uint256 = self.opening[veto.openingId]
    if packed == 0:
        return "escrow: unknown opening"
    refused: String[64] = authority.right_refusal(key, veto.owner, SCOPE, veto.deadline)
    if len(refused) != 0:
        return refused
    if veto.owner != escrow_book.owner(escrow_book.escrow[self.escrow_of[veto.openingId]]):
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
    place: uint256 = escrow_book.place[escrowId][contribution.custodian]
    if place == 0:
        return "escrow: not a custodian"
    if contribution.requestHash != escrow_book.digest[contribution.openingId]:
        return "escrow: other request"
    seat: uint256 = 1 << (71 + place)
    if packed & seat != 0:
        known: bytes32 = self.contributionOf[contribution.openingId][contribution.custodian]
        if known != contribution.contributionHash:
            return "escrow: already contributed"
        log authority.Repeated(id=contribution.openingId)
        return ""
    if packed & authority.BITS_8 == VETOED:
        return "escrow: vetoed"
    if escrow_book.state(escrow_book.escrow[escrowId]) == escrow_book.REPLACED:
        return "escrow: already replaced"
    if block.timestamp < (packed >> 8) & authority.BITS_64:
        return "escrow: delay still runs"
    packed |= seat
    self.contributionOf[contribution.openingId][contribution.custodian] = contribution.contributionHash
    log Contributed(
        openingId=contribution.openingId, custodian=contribution.custodian,
        contributionHash=contribution.contributionHash,
    )
    if item_bits.count(packed >> 72) == escrow_book.threshold(escrow_book.escrow[escrowId]):
        packed ^= REQUESTED ^ OPENED
        log EscrowOpened(openingId=contribution.openingId, escrowId=escrowId)
    self.opening[contribution.openingId] = packed
    return ""
