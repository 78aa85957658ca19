# pragma version 0.4.3
# pragma evm-version london
"""
@title Agreement: the bank's terms, who has accepted them, and until when the others may
@notice New terms come with a time by which to accept them. Until then whoever accepted the terms before goes on;
        afterwards nothing new is done with what is theirs until they accept: no answer, no consent, no release. To
        take back, to veto, to end, to spend what is one's own is never refused for it.
@dev terms: number | floor << 32 | acceptBy << 64. Who accepted less than the floor let an earlier time pass, and is
     not carried on by the time that later terms give.
"""
from ..shared import authority
from . import roster

uses: authority
uses: roster

struct Acceptance:
    acceptanceId: bytes32
    account: address
    termsHash: bytes32
    deadline: uint64

struct SignedAcceptance:
    acceptance: Acceptance
    signature: authority.Signature

struct TermsView:
    accepted: uint256
    number: uint256
    floor: uint256
    acceptBy: uint256

event TermsSet:
    termsHash: indexed(bytes32)
    statementHash: bytes32
    acceptBy: uint64

event TermsAccepted:
    acceptanceId: indexed(bytes32)
    account: indexed(address)
    termsHash: bytes32

SCOPE: constant(uint256) = authority.SCOPE_CONSENT
STATEMENT: constant(String[22]) = "I accept the new terms"
ACCEPTANCE_TYPE: constant(bytes32) = keccak256(
    "Acceptance(bytes32 acceptanceId,address account,string statement,bytes32 termsHash,uint64 deadline)"
)

hashOf: public(HashMap[uint256, bytes32])
statementHash: public(bytes32)
terms: uint256


@external
def set_terms(termsHash: bytes32, statementHash: bytes32, acceptBy: uint64):
    """
    @notice The terms every new member signs, the sentence in which they sign them, and until when those who are
            members already may accept them. A time once told stands: only other terms bring another.
    """
    roster.only_operator()
    assert termsHash != empty(bytes32), "membership: terms unknown"
    number: uint256 = self.number()
    if termsHash == self.hashOf[number]:
        is_same: bool = statementHash == self.statementHash and convert(acceptBy, uint256) == self._accept_by()
        assert is_same, "membership: terms stand already"
        log authority.Repeated(id=termsHash)
        return
    assert block.timestamp <= convert(acceptBy, uint256), "membership: time to accept is past"
    least: uint256 = self._floor()
    if block.timestamp > self._accept_by():
        least = number
    self.terms = (number + 1) | (least << 32) | (convert(acceptBy, uint256) << 64)
    self.hashOf[number + 1] = termsHash
    self.statementHash = statementHash
    roster.departures += 1
    log TermsSet(termsHash=termsHash, statementHash=statementHash, acceptBy=acceptBy)


@external
def accept(acceptance: Acceptance):
    """@notice A member, or who may consent for it, accepts the present terms."""
    refused: String[64] = self._accept(acceptance, self._hash(acceptance), msg.sender)
    assert len(refused) == 0, refused


@external
def accept_batch(items: DynArray[SignedAcceptance, authority.BATCH]):
    for item: SignedAcceptance in items:
        hashed: bytes32 = self._hash(item.acceptance)
        refused: String[64] = self._accept(item.acceptance, hashed, authority.signer(hashed, item.signature))
        if len(refused) != 0:
            log authority.Refused(id=item.acceptance.acceptanceId, reason=refused)


# ---- Questions ----


@external
@view
def termsHash() -> bytes32:
    """@notice Of the present terms; `hashOf` has those of before too, by their number."""
    return self.present()


@external
@view
def termsOf(account: address) -> TermsView:
    """@notice Which terms an account accepted last, 0 if it never joined; which stand, from which on others may still
            accept them, and until when."""
    return TermsView(
        accepted=roster.accepted_terms(account), number=self.number(), floor=self._floor(), acceptBy=self._accept_by()
    )


@external
@view
def agreesUntil(account: address, until: uint256) -> bool:
    """@notice Has this account accepted the present terms, or may it still, until then?"""
    accepted: uint256 = roster.accepted_terms(account)
    if accepted == self.number():
        return True
    return accepted >= self._floor() and until <= self._accept_by()


# ---- Steps ----


@internal
def _accept(acceptance: Acceptance, hashed: bytes32, key: address) -> String[64]:
    if roster.repeats(acceptance.acceptanceId, hashed):
        return ""
    refused: String[64] = roster.words_refusal(acceptance.acceptanceId, acceptance.deadline, key)
    if len(refused) != 0:
        return refused
    refused = roster.refusal(key, acceptance.account, authority.MEMBER, SCOPE)
    if len(refused) != 0:
        return refused
    if acceptance.termsHash != self.present():
        return "membership: terms unknown"
    if roster.accepted_terms(acceptance.account) == self.number():
        return "membership: terms already accepted"
    roster.digest[acceptance.acceptanceId] = hashed
    roster.accept(acceptance.account, self.number())
    log TermsAccepted(
        acceptanceId=acceptance.acceptanceId, account=acceptance.account, termsHash=acceptance.termsHash
    )
    return ""


@internal
@view
def number() -> uint256:
    return self.terms & authority.BITS_32


@internal
@view
def present() -> bytes32:
    return self.hashOf[self.number()]


@internal
@view
def _floor() -> uint256:
    return (self.terms >> 32) & authority.BITS_32


@internal
@view
def _accept_by() -> uint256:
    return self.terms >> 64


@internal
@pure
def _hash(acceptance: Acceptance) -> bytes32:
    return keccak256(
        abi_encode(
            ACCEPTANCE_TYPE, acceptance.acceptanceId, acceptance.account, keccak256(STATEMENT),
            acceptance.termsHash, acceptance.deadline,
        )
    )
