"""Every message that people sign, as a type string and as what of it goes to the contract."""

from __future__ import annotations

from functools import cache
from typing import Any

from web3 import Web3

TYPES = (
    "Join(bytes32 joinId,address account,string statement,bytes32 termsHash,bytes32 encryptionKeyHash,uint64 deadline)",
    "Acceptance(bytes32 acceptanceId,address account,string statement,bytes32 termsHash,uint64 deadline)",
    "KeyRotation(bytes32 rotationId,address account,address newKey,bytes32 encryptionKeyHash,bytes32 evidenceHash,"
    "uint64 deadline)",
    "EncryptionKey(bytes32 keyId,address account,bytes32 encryptionKeyHash,uint64 sequence,uint64 deadline)",
    "Seat(bytes32 seatId,address account,uint256 role,bool seated,uint64 sequence,uint64 deadline)",
    "Appointment(bytes32 delegationId,address account,address guardian,uint64 scope,uint64 until,"
    "bytes32 evidenceHash,uint64 sequence,uint64 deadline)",
    "Guardians(bytes32 guardiansId,address account,string statement,address[] guardians,uint8 threshold,"
    "uint32 waitSeconds,uint64 sequence,uint64 deadline)",
    "Recovery(bytes32 recoveryId,address account,address newKey,bytes32 encryptionKeyHash,bytes32 evidenceHash,"
    "uint64 sequence,uint64 deadline)",
    "RecoveryVeto(bytes32 recoveryId,address account,uint64 deadline)",
    "Delegation(bytes32 delegationId,address account,string statement,address delegate,uint64 scope,uint64 until,"
    "uint64 sequence,uint64 deadline)",
    "Quota(bytes32 quotaId,uint64 coins,uint32 periodSeconds,uint64 sequence,uint64 deadline)",
    "CoinIssue(bytes32 issueId,address account,uint64 coins,uint64 deadline)",
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)",
    "CoinTransfer(bytes32 transferId,address owner,address receiver,uint256 amount,uint64 deadline)",
    "BoundTransfer(bytes32 transferId,address owner,address receiver,uint256 amount,bytes32 policyId,uint64 deadline)",
    "Answer(bytes32 answerId,address member,bytes32 surveyId,string survey,bytes32 commitment,"
    "bytes32 recipientsHash,uint256 items,uint256 coins,uint64 deadline)",
    "Correction(bytes32 correctionId,address member,string statement,bytes32 surveyId,string survey,bytes32 replaces,"
    "bytes32 commitment,bytes32 recipientsHash,uint256 items,uint64 deadline)",
    "DataRequest(bytes32 requestId,address partner,bytes32 surveyId,string recipient,string purpose,"
    "uint256 items,uint32 purposeCode,uint8 legalClass,uint32 kMinimum,uint8 lMinimum,uint8 tPercent,"
    "uint32 personsMaximum,uint32 coinsBase,"
    "uint32 coinsPerItem,uint64 validUntil,uint32 retentionDays,bytes32 contractHash,uint64 deadline)",
    "Decision(bytes32 requestId,address board,bytes32 requestDigest,bool approved,bytes32 decisionHash,"
    "uint64 deadline)",
    "ApprovalRevocation(bytes32 requestId,address board,bytes32 requestDigest,string statement,bytes32 reasonHash,"
    "uint64 deadline)",
    "Closing(bytes32 requestId,address partner,uint64 deadline)",
    "Consent(bytes32 consentId,address member,bytes32 requestId,bytes32 requestDigest,string decision,"
    "string recipient,string purpose,"
    "string[] items,uint256 itemMask,uint64 validFrom,uint64 validUntil,uint32 usesMaximum,uint32 coins,"
    "bytes32 noticeHash,uint64 sequence,uint64 deadline)",
    "Withdrawal(bytes32 consentId,address member,string decision,bytes32 reasonHash,uint64 sequence,uint64 deadline)",
    "StandingRule(bytes32 ruleId,address member,string statement,bytes32 surveyId,string[] items,"
    "uint256 itemMask,string[] recipients,uint256 recipientMask,string[] purposes,uint256 purposeMask,"
    "string[] processing,uint256 processingMask,uint32 kMinimum,uint32 coinsMinimum,uint32 usesMaximum,"
    "uint64 validUntil,uint64 sequence,uint64 deadline)",
    "RuleEnd(bytes32 ruleId,address member,string statement,uint64 sequence,uint64 deadline)",
    "Acknowledgement(bytes32 releaseId,address partner,bytes32 payloadRoot,uint64 deadline)",
    "Deletion(bytes32 releaseId,address partner,string statement,bytes32 evidenceHash,uint64 deadline)",
    "CouponClass(bytes32 classId,address issuer,string title,uint32 price,uint32 stock,uint64 opensAt,"
    "uint64 closesAt,uint64 redeemUntil,bytes32 premiumRequest,bytes32 contentHash,uint64 deadline)",
    "GiftOrder(bytes32 orderId,address issuer,bytes32 classId,string title,uint32 countEach,uint32 persons,"
    "uint64 deadline)",
    "Purchase(bytes32 purchaseId,address member,bytes32 classId,string title,uint32 count,uint32 coins,"
    "uint64 deadline)",
    "CouponTransfer(bytes32 transferId,address owner,bytes32 classId,string title,address receiver,uint32 count,"
    "uint64 deadline)",
    "Redemption(bytes32 redemptionId,bytes32 classId,string title,address shop,bytes32 memberHash,uint64 deadline)",
    "DrawBinding(bytes32 bindingId,address drawer,bytes32 drawId,string title,bytes32[] commitments,uint64 deadline)",
    "Entry(bytes32 entryId,address member,bytes32 drawId,string title,bytes32 nonce,uint32 coins,uint64 deadline)",
    "EscrowPolicy(bytes32 escrowId,address owner,uint8 threshold,address[] custodians,bytes32 commitmentsHash,"
    "bytes32 documentHash,uint32 openingDelaySeconds,address heir,bytes32 replaces,uint64 deadline)",
    "ShareReceipt(bytes32 escrowId,address custodian,bytes32 commitmentsHash,uint64 deadline)",
    "OpeningRequest(bytes32 openingId,bytes32 escrowId,address requester,bytes32 recipientKeyHash,"
    "bytes32 reasonHash,uint64 deadline)",
    "Veto(bytes32 openingId,address owner,uint64 deadline)",
    "Contribution(bytes32 openingId,address custodian,bytes32 requestHash,bytes32 contributionHash,uint64 deadline)",
)

TEXTS_LEFT_OUT = {
    "Join": ("statement",),
    "Acceptance": ("statement",),
    "Delegation": ("statement",),
    "Guardians": ("statement",),
    "Answer": ("survey",),
    "Correction": ("statement", "survey"),
    "Decision": ("requestDigest",),
    "ApprovalRevocation": ("requestDigest", "statement"),
    "Consent": ("requestDigest", "recipient", "purpose", "items"),
    "Withdrawal": ("decision",),
    "Deletion": ("statement",),
    "StandingRule": ("statement", "items", "recipients", "purposes", "processing"),
    "RuleEnd": ("statement",),
    "Purchase": ("title",),
    "GiftOrder": ("title",),
    "Entry": ("title",),
    "DrawBinding": ("title",),
    "Redemption": ("title",),
    "CouponTransfer": ("title",),
}
"""Text the contract already knows by its hash; any other text goes as its hash."""


@cache
def fields_of(struct: str) -> list[dict[str, str]]:
    text = next(text for text in TYPES if text.startswith(struct + "("))
    inside = text[len(struct) + 1 : -1]
    return [{"type": part.split()[0], "name": part.split()[1]} for part in inside.split(",")]


def text_hash(text: str) -> bytes:
    return bytes(Web3.keccak(text=text))


def calldata(struct: str, message: dict[str, Any]) -> tuple[Any, ...]:
    values: list[Any] = []
    for part in fields_of(struct):
        name, value = part["name"], message[part["name"]]
        if name in TEXTS_LEFT_OUT.get(struct, ()):
            continue
        if struct == "Consent" and name == "decision":
            value = value == "I consent"
        elif part["type"] == "string":
            value = text_hash(value)
        values.append(value)
    return tuple(values)
