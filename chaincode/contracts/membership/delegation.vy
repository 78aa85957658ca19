# pragma version 0.4.3
# pragma evm-version london
"""
@title Delegations: one account acts for another, within a scope, until a date
@notice Given by the account itself, or recorded by the operator for who cannot sign (a child, an elder).
"""
from ..shared import authority
from . import roster

uses: authority
uses: roster

struct Delegation:
    delegationId: bytes32
    account: address
    delegate: address
    scope: uint64
    until: uint64
    deadline: uint64

struct SignedDelegation:
    delegation: Delegation
    signature: authority.Signature

struct DelegationView:
    scope: uint64
    until: uint64

event Delegated:
    delegationId: indexed(bytes32)
    account: indexed(address)
    delegate: indexed(address)
    scope: uint64
    until: uint64
    evidenceHash: bytes32

DELEGATION_TYPE: constant(bytes32) = keccak256(
    "Delegation(bytes32 delegationId,address account,string statement,address delegate,uint64 scope,uint64 until,uint64 deadline)"
)
STATEMENT: constant(String[29]) = "I let this account act for me"
SCOPES: constant(uint256) = authority.EVERY_SCOPE

digest: HashMap[bytes32, bytes32]


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
def appoint(
    delegationId: bytes32, account: address, guardian: address, scope: uint64, until: uint64, evidenceHash: bytes32
):
    """@notice The operator records a guardian of somebody who cannot sign; the court's paper is the evidence."""
    roster.only_operator()
    hashed: bytes32 = keccak256(abi_encode(account, guardian, scope, until, evidenceHash))
    if self.digest[delegationId] == hashed:
        log authority.Repeated(id=delegationId)
        return
    assert self._is_new(delegationId), "membership: id already used"
    assert roster.roles(account) != 0, "membership: account not enrolled"
    refused: String[64] = self._delegation_refusal(account, guardian, scope, until)
    assert len(refused) == 0, refused
    self._set_delegation(delegationId, hashed, account, guardian, scope, until, evidenceHash)


@external
@view
def delegationOf(account: address, delegate: address) -> DelegationView:
    given: uint256 = roster.delegation[account][delegate]
    return DelegationView(scope=convert(given & authority.BITS_64, uint64), until=convert(given >> 64, uint64))


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
    refused: String[64] = roster.refusal(key, delegation.account, authority.ANY_ROLE, 0)
    if len(refused) != 0:
        return refused
    refused = self._delegation_refusal(
        delegation.account, delegation.delegate, delegation.scope, delegation.until
    )
    if len(refused) != 0:
        return refused
    self._set_delegation(
        delegation.delegationId, hashed, delegation.account, delegation.delegate,
        delegation.scope, delegation.until, empty(bytes32),
    )
    return ""


@internal
@view
def _delegation_refusal(account: address, delegate: address, scope: uint64, until: uint64) -> String[64]:
    if delegate == account:
        return "membership: cannot delegate to oneself"
    if roster.roles(delegate) == 0:
        return "membership: delegate not enrolled"
    if convert(scope, uint256) > SCOPES:
        return "membership: unknown scope"
    if scope != 0 and block.timestamp > convert(until, uint256):
        return "membership: until is past"
    return ""


@internal
def _set_delegation(
    delegationId: bytes32,
    hashed: bytes32,
    account: address,
    delegate: address,
    scope: uint64,
    until: uint64,
    evidenceHash: bytes32,
):
    self.digest[delegationId] = hashed
    roster.delegate(account, delegate, scope, until)
    log Delegated(
        delegationId=delegationId, account=account, delegate=delegate,
        scope=scope, until=until, evidenceHash=evidenceHash,
    )


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
            delegation.delegate, delegation.scope, delegation.until, delegation.deadline,
        )
    )
