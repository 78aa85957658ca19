# pragma version 0.4.3
# pragma evm-version london
"""
@title Delegations: one account acts for another, within a scope, until a date
@notice Given by the account itself, or for who cannot sign (a child, an elder) by the operator and a majority of the
        board: then it begins after a week, in which whoever does have the account's key may end it.
        Which of the words about a delegate, the account's and the board's, is the later a sequence says (milliseconds
        since 1970); an end is never refused for it, and outdates what was signed before.
"""
from ..shared import authority
from . import quorum
from . import roster

uses: authority
uses: quorum
uses: roster

struct Delegation:
    delegationId: bytes32
    account: address
    delegate: address
    scope: uint64
    until: uint64
    sequence: uint64
    deadline: uint64

struct SignedDelegation:
    delegation: Delegation
    signature: authority.Signature

struct Appointment:
    delegationId: bytes32
    account: address
    guardian: address
    scope: uint64
    until: uint64
    evidenceHash: bytes32
    sequence: uint64
    deadline: uint64

struct DelegationView:
    scope: uint64
    until: uint64
    since: uint64
    epoch: uint32

event Delegated:
    delegationId: indexed(bytes32)
    account: indexed(address)
    delegate: indexed(address)
    scope: uint64
    until: uint64
    since: uint64
    evidenceHash: bytes32
    sequence: uint64

DELEGATION_TYPE: constant(bytes32) = keccak256(
    "Delegation(bytes32 delegationId,address account,string statement,address delegate,uint64 scope,uint64 until,uint64 sequence,uint64 deadline)"
)
STATEMENT: constant(String[29]) = "I let this account act for me"
SCOPES: constant(uint256) = authority.EVERY_SCOPE
WAIT: constant(uint256) = 7 * 86400
APPOINTMENT_TYPE: constant(bytes32) = keccak256(
    "Appointment(bytes32 delegationId,address account,address guardian,uint64 scope,uint64 until,bytes32 evidenceHash,uint64 sequence,uint64 deadline)"
)

digest: HashMap[bytes32, bytes32]
sequenceOf: public(HashMap[address, HashMap[address, uint256]])


@external
def delegate(delegation: Delegation):
    """@notice Let another account act for one's own, within a scope, until a date; scope 0 ends it."""
    refused: String[64] = self._delegate(delegation, self._delegation_hash(delegation), msg.sender)
    assert len(refused) == 0, refused


@external
def delegate_batch(items: DynArray[SignedDelegation, authority.BATCH]):
    for item: SignedDelegation in items:
        hashed: bytes32 = self._delegation_hash(item.delegation)
        key: address = authority.signer(hashed, item.signature)
        refused: String[64] = self._delegate(item.delegation, hashed, key)
        if len(refused) != 0:
            log authority.Refused(id=item.delegation.delegationId, reason=refused)


@external
def appoint(appointment: Appointment, approvals: DynArray[authority.Signature, quorum.APPROVALS]):
    """@notice Operator and board appoint a guardian of somebody who cannot sign; the court's paper is the evidence."""
    roster.only_operator()
    hashed: bytes32 = keccak256(abi_encode(APPOINTMENT_TYPE, appointment))
    if self.digest[appointment.delegationId] == hashed:
        log authority.Repeated(id=appointment.delegationId)
        return
    assert self._is_new(appointment.delegationId), "membership: id already used"
    assert block.timestamp <= convert(appointment.deadline, uint256), "membership: deadline passed"
    assert quorum.board_agrees(hashed, approvals), "membership: approvals too few"
    assert roster.roles(appointment.account) != 0, "membership: account not enrolled"
    since: uint256 = block.timestamp + WAIT
    refused: String[64] = self._delegation_refusal(
        appointment.account, appointment.guardian, appointment.scope, appointment.until, since
    )
    assert len(refused) == 0, refused
    sequence: uint64 = 0
    refused, sequence = self._place_in_order(
        appointment.account, appointment.guardian, appointment.scope, appointment.sequence
    )
    assert len(refused) == 0, refused
    self.digest[appointment.delegationId] = hashed
    roster.delegate(
        appointment.account, appointment.guardian, appointment.scope, appointment.until, since, roster.NO_EPOCH
    )
    log Delegated(
        delegationId=appointment.delegationId, account=appointment.account, delegate=appointment.guardian,
        scope=appointment.scope, until=appointment.until, since=convert(since, uint64),
        evidenceHash=appointment.evidenceHash, sequence=sequence,
    )


@external
@view
def delegationOf(account: address, delegate: address) -> DelegationView:
    scope: uint64 = 0
    until: uint64 = 0
    since: uint64 = 0
    epoch: uint32 = 0
    scope, until, since, epoch = roster.given(account, delegate)
    return DelegationView(scope=scope, until=until, since=since, epoch=epoch)


@internal
def _delegate(delegation: Delegation, hashed: bytes32, key: address) -> String[64]:
    if self.digest[delegation.delegationId] == hashed:
        log authority.Repeated(id=delegation.delegationId)
        return ""
    if not self._is_new(delegation.delegationId):
        return "membership: id already used"
    if block.timestamp > convert(delegation.deadline, uint256):
        return "membership: deadline passed"
    if key == empty(address):
        return "membership: signature malformed"
    if delegation.scope == 0:
        if not roster.keeps_right(key, delegation.account, authority.HOLDER_ALONE):
            return "membership: signer may not act"
    else:
        unfit: String[64] = roster.refusal(key, delegation.account, authority.ANY_ROLE, authority.HOLDER_ALONE)
        if len(unfit) != 0:
            return unfit
    refused: String[64] = self._delegation_refusal(
        delegation.account, delegation.delegate, delegation.scope, delegation.until, block.timestamp
    )
    if len(refused) != 0:
        return refused
    sequence: uint64 = 0
    refused, sequence = self._place_in_order(
        delegation.account, delegation.delegate, delegation.scope, delegation.sequence
    )
    if len(refused) != 0:
        return refused
    self.digest[delegation.delegationId] = hashed
    roster.delegate(
        delegation.account, delegation.delegate, delegation.scope, delegation.until,
        block.timestamp, roster.epoch_of(delegation.account),
    )
    log Delegated(
        delegationId=delegation.delegationId, account=delegation.account, delegate=delegation.delegate,
        scope=delegation.scope, until=delegation.until, since=convert(block.timestamp, uint64),
        evidenceHash=empty(bytes32), sequence=sequence,
    )
    return ""


@internal
def _place_in_order(account: address, delegate: address, scope: uint64, said: uint64) -> (String[64], uint64):
    """@return Why a word about a delegate comes too late or too early, and up to where it outdates others."""
    last: uint256 = self.sequenceOf[account][delegate]
    sequence: uint256 = convert(said, uint256)
    if scope == 0:
        sequence = authority.outdating(said)
    else:
        if sequence <= last:
            return "membership: a later word stands", 0
        if authority.is_of_the_future(said):
            return "membership: sequence is of the future", 0
    if sequence > last:
        self.sequenceOf[account][delegate] = sequence
    return "", convert(sequence, uint64)


@internal
@view
def _delegation_refusal(
    account: address, delegate: address, scope: uint64, until: uint64, since: uint256
) -> String[64]:
    if delegate == account:
        return "membership: cannot delegate to oneself"
    if roster.roles(delegate) == 0:
        return "membership: delegate not enrolled"
    if convert(scope, uint256) > SCOPES:
        return "membership: unknown scope"
    if scope != 0 and since > convert(until, uint256):
        return "membership: until is past"
    return ""


@internal
@view
def _is_new(id: bytes32) -> bool:
    return id != empty(bytes32) and self.digest[id] == empty(bytes32)


@internal
@pure
def _delegation_hash(delegation: Delegation) -> bytes32:
    return keccak256(
        abi_encode(
            DELEGATION_TYPE, delegation.delegationId, delegation.account, keccak256(STATEMENT),
            delegation.delegate, delegation.scope, delegation.until, delegation.sequence,
            delegation.deadline,
        )
    )
