# pragma version 0.4.3
# pragma evm-version london
"""
@title Withdrawals: the member takes a consent back, in words the member signs
@notice What has not been released yet never will be; what has been stays recorded. Nothing suspends this right, and no
        sequence is too low or too high for it; consents signed before it come too late.
"""
from ..shared import authority
from . import book as consent_book
from . import terms as consent_terms

uses: authority
uses: consent_book
uses: consent_terms

struct Withdrawal:
    consentId: bytes32
    member: address
    reasonHash: bytes32
    sequence: uint64
    deadline: uint64

struct SignedWithdrawal:
    withdrawal: Withdrawal
    signature: authority.Signature

SCOPE: constant(uint256) = authority.SCOPE_CONSENT
WITHDRAWAL_TYPE: constant(bytes32) = keccak256(
    "Withdrawal(bytes32 consentId,address member,string decision,bytes32 reasonHash,uint64 sequence,uint64 deadline)"
)

digest: HashMap[bytes32, bytes32]


@external
def withdraw(withdrawal: Withdrawal):
    """@notice Withdraw a consent; what has not been released yet never will be."""
    refused: String[64] = self._withdraw(withdrawal, self._withdrawal_hash(withdrawal), msg.sender)
    assert len(refused) == 0, refused


@external
def withdraw_batch(withdrawals: DynArray[SignedWithdrawal, authority.BATCH]):
    for item: SignedWithdrawal in withdrawals:
        hashed: bytes32 = self._withdrawal_hash(item.withdrawal)
        key: address = authority.signer(hashed, item.signature)
        refused: String[64] = self._withdraw(item.withdrawal, hashed, key)
        if len(refused) != 0:
            log authority.Refused(id=item.withdrawal.consentId, reason=refused)


# ---- Steps ----


@internal
def _withdraw(withdrawal: Withdrawal, hashed: bytes32, key: address) -> String[64]:
    if self.digest[withdrawal.consentId] == hashed:
        log authority.Repeated(id=withdrawal.consentId)
        return ""
    if not consent_book.is_known(withdrawal.consentId):
        return "consent: unknown consent"
    refused: String[64] = authority.right_refusal(key, withdrawal.member, SCOPE, withdrawal.deadline)
    if len(refused) != 0:
        return refused
    if consent_book.member_of(withdrawal.consentId) != withdrawal.member:
        return "consent: not the member's"
    if consent_book.state_of(withdrawal.consentId) == consent_book.WITHDRAWN:
        return "consent: already withdrawn"
    if not consent_book.is_in_force(withdrawal.consentId):
        return "consent: not in force"
    self.digest[withdrawal.consentId] = hashed
    requestId: bytes32 = consent_terms.request_of(withdrawal.consentId)
    sequence: uint64 = consent_book.outdate(requestId, withdrawal.member, withdrawal.sequence)
    consent_book.end(withdrawal.consentId, requestId, consent_book.WITHDRAWN, withdrawal.reasonHash, sequence)
    return ""


@internal
@pure
def _withdrawal_hash(withdrawal: Withdrawal) -> bytes32:
    return keccak256(
        abi_encode(
            WITHDRAWAL_TYPE, withdrawal.consentId, withdrawal.member,
            keccak256("I withdraw my consent"), withdrawal.reasonHash, withdrawal.sequence, withdrawal.deadline,
        )
    )
