# pragma version 0.4.3
# pragma evm-version london
"""
@title Corrections: a new answer takes the place of the member's own, which stays on record by its event
@notice Coins are neither paid nor taken back, so neither window nor budget matters: a mistake may be found at any time.
"""
from ..shared import authority
from . import book as survey_book

uses: authority
uses: survey_book

struct Correction:
    correctionId: bytes32
    member: address
    surveyId: bytes32
    replaces: bytes32
    commitment: bytes32
    recipientsHash: bytes32
    items: uint256
    deadline: uint64

struct SignedCorrection:
    correction: Correction
    signature: authority.Signature

event Corrected:
    correctionId: indexed(bytes32)
    surveyId: indexed(bytes32)
    member: indexed(address)
    replaces: bytes32
    commitment: bytes32
    items: uint256

SCOPE: constant(uint256) = authority.SCOPE_SURVEY
CORRECTION_TYPE: constant(bytes32) = keccak256(
    "Correction(bytes32 correctionId,address member,string statement,bytes32 surveyId,string survey,bytes32 replaces,bytes32 commitment,bytes32 recipientsHash,uint256 items,uint64 deadline)"
)
STATEMENT: constant(bytes32) = keccak256("This answer takes the place of my earlier one")


@external
def correct(correction: Correction):
    """@notice Put an answer in the place of the one that stands; what is released from now on takes the new one."""
    hashed: bytes32 = self._hash(correction)
    if survey_book.digest[correction.correctionId] == hashed:
        log authority.Repeated(id=correction.correctionId)
        return
    refused: String[64] = self._refusal(correction, msg.sender)
    assert len(refused) == 0, refused
    self._record(correction, hashed)


@external
def correct_batch(items: DynArray[SignedCorrection, authority.BATCH]):
    for item: SignedCorrection in items:
        hashed: bytes32 = self._hash(item.correction)
        if survey_book.digest[item.correction.correctionId] == hashed:
            log authority.Repeated(id=item.correction.correctionId)
            continue
        key: address = authority.signer(hashed, item.signature)
        refused: String[64] = self._refusal(item.correction, key)
        if len(refused) != 0:
            log authority.Refused(id=item.correction.correctionId, reason=refused)
            continue
        self._record(item.correction, hashed)


# ---- Steps ----


@internal
@view
def _hash(correction: Correction) -> bytes32:
    return keccak256(
        abi_encode(
            CORRECTION_TYPE, correction.correctionId, correction.member, STATEMENT, correction.surveyId,
            survey_book.titleHash[correction.surveyId], correction.replaces, correction.commitment,
            correction.recipientsHash, correction.items, correction.deadline,
        )
    )


@internal
@view
def _refusal(correction: Correction, key: address) -> String[64]:
    if survey_book.digest[correction.correctionId] != empty(bytes32) or correction.correctionId == empty(bytes32):
        return "survey: id already used"
    survey: survey_book.Survey = survey_book.load(correction.surveyId)
    if survey.items == 0:
        return "survey: unknown survey"
    if not authority.may(key, correction.member, authority.MEMBER, SCOPE, correction.deadline):
        return authority.refusal(key, correction.member, authority.MEMBER, SCOPE, correction.deadline)
    if not survey_book.within(correction.items, survey.items):
        return "survey: items outside the survey"
    standing: bytes32 = survey_book.answerOf[correction.surveyId][correction.member]
    if standing == empty(bytes32) or standing != correction.replaces:
        return "survey: not the standing answer"
    return ""


@internal
def _record(correction: Correction, hashed: bytes32):
    survey_book.digest[correction.correctionId] = hashed
    survey_book.answerOf[correction.surveyId][correction.member] = correction.correctionId
    log Corrected(
        correctionId=correction.correctionId, surveyId=correction.surveyId, member=correction.member,
        replaces=correction.replaces, commitment=correction.commitment, items=correction.items,
    )
