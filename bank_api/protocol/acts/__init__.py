"""Every act that the bank takes, with its way in. An act that stands here is reachable: nothing else lists it."""

from bank_api.protocol.acts.parts import (
    AnswerParts,
    ApprovalRevocationParts,
    ContributionParts,
    CouponClassParts,
    DataRequestParts,
    DecisionParts,
    EncryptionKeyParts,
    EscrowPolicyParts,
    JoinParts,
    KeyRotationParts,
    OpeningRequestParts,
    RedemptionParts,
    SealedShareBody,
)
from bank_api.protocol.acts.submission import Parts, Sender, Submission
from bank_api.protocol.shapes.receipts import AnswerReceipt, JoinReceipt, KeyReceipt
from chaincode import acts
from chaincode.typed_data import SignedStruct

MEMBER, PARTNER, ESCROW, RECOVERY = "member", "partner, shop, board", "escrow", "recovery"

SUBMISSIONS: tuple[Submission, ...] = (
    Submission(
        acts.JOIN, "/v1/members", Sender.STRANGER, "Join with an invitation, by signing the terms.", MEMBER,
        JoinParts, JoinReceipt,
    ),
    Submission(
        acts.ANSWER, "/v1/surveys/{survey_id}/answers", Sender.MEMBER,
        "Answer a survey: the sealed answer goes to your PDS, the commitment and the coins to the ledger.", MEMBER,
        AnswerParts, AnswerReceipt, by_delegate=True,
    ),
    Submission(
        acts.CORRECTION, "/v1/surveys/{survey_id}/corrections", Sender.MEMBER,
        "Put a corrected answer in the place of your own: releases from now on take the new one, no coins move.",
        MEMBER, AnswerParts, by_delegate=True,
    ),
    Submission(
        acts.CONSENT, "/v1/consents", Sender.MEMBER, "Consent or refuse, by your own signature.", MEMBER,
        by_delegate=True,
    ),
    Submission(
        acts.WITHDRAWAL, "/v1/consents/{consent_id}/withdrawal", Sender.HOLDER,
        "Take a consent back; releases made from now on leave you out.", MEMBER, by_delegate=True,
    ),
    Submission(acts.PURCHASE, "/v1/purchases", Sender.MEMBER, "Buy coupons with coins.", MEMBER, by_delegate=True),
    Submission(
        acts.REDEMPTION, "/v1/redemptions/{redemption_id}/confirmation", Sender.MEMBER,
        "Sign the shop's offer: the coupon is used, once.", MEMBER, RedemptionParts, by_delegate=True,
    ),
    Submission(
        acts.DRAW_BINDING, "/v1/draws/{draw_id}/bindings", Sender.BOARD,
        "A drawer commits to the parts of a draw's secret that it shares with each other drawer.", PARTNER,
    ),
    Submission(
        acts.ENTRY, "/v1/draws/{draw_id}/entries", Sender.MEMBER, "Enter a prize draw.", MEMBER, by_delegate=True,
    ),
    Submission(
        acts.COIN_TRANSFER, "/v1/coin-transfers", Sender.ANYONE,
        "Give coins to another account of the bank: a member, or a shop that asked for them.", MEMBER, by_delegate=True,
    ),
    Submission(
        acts.COUPON_TRANSFER, "/v1/coupon-transfers", Sender.ANYONE, "Give coupons to another account of the bank.",
        MEMBER, by_delegate=True,
    ),
    Submission(
        acts.DATA_REQUEST, "/v1/requests", Sender.PARTNER,
        "Ask for data with a purpose; the coins it may cost are locked now.", PARTNER, DataRequestParts, own="partner",
        by_delegate=True,
    ),
    Submission(
        acts.CLOSING, "/v1/requests/{request_id}/closing", Sender.PARTNER,
        "End a request: coins that are still locked come back, and nothing more is released for it.", PARTNER,
        own="partner", by_delegate=True,
    ),
    Submission(
        acts.DECISION, "/v1/requests/{request_id}/decision", Sender.BOARD,
        "The board approves or refuses a request, with a note that everybody may read.", PARTNER, DecisionParts,
    ),
    Submission(
        acts.APPROVAL_REVOCATION, "/v1/requests/{request_id}/revocation", Sender.BOARD,
        "The board takes its approval back, for good: nobody consents any more, nothing more is released.", PARTNER,
        ApprovalRevocationParts,
    ),
    Submission(
        acts.ACKNOWLEDGEMENT, "/v1/releases/{release_id}/acknowledgement", Sender.PARTNER,
        "The partner confirms that what it received is what the ledger recorded.", PARTNER,
        by_delegate=True,
    ),
    Submission(
        acts.DELETION, "/v1/releases/{release_id}/deletion", Sender.PARTNER,
        "The partner declares that it has deleted a release and every copy; being late is recorded, not refused.",
        PARTNER, own="partner", by_delegate=True,
    ),
    Submission(
        acts.COUPON_CLASS, "/v1/coupon-classes", Sender.PARTNER, "Offer coupons that members buy with coins.", PARTNER,
        CouponClassParts, own="issuer", by_delegate=True,
    ),
    Submission(
        acts.ESCROW_POLICY, "/v1/escrows", Sender.ANYONE,
        "Entrust a sealed document's key to custodians: one sealed share each, and the policy you signed.", ESCROW,
        EscrowPolicyParts, own="owner",
    ),
    Submission(
        acts.SHARE_RECEIPT, "/v1/escrows/{escrow_id}/acknowledgement", Sender.ANYONE,
        "A custodian confirms a verified share; the escrow is active once all have.", ESCROW,
    ),
    Submission(
        acts.OPENING_REQUEST, "/v1/escrows/{escrow_id}/openings", Sender.ANYONE,
        "Ask that an escrow be opened to a key of mine; the owner has until `ready_at` to veto.", ESCROW,
        OpeningRequestParts, own="requester",
    ),
    Submission(
        acts.CONTRIBUTION, "/v1/openings/{opening_id}/contributions", Sender.ANYONE,
        "A custodian's contribution to an opening, sealed to its requester.", ESCROW, ContributionParts,
        own="custodian",
    ),
    Submission(
        acts.VETO, "/v1/openings/{opening_id}/veto", Sender.HOLDER,
        "The owner stops an opening that has not happened yet.", ESCROW,
    ),
    Submission(
        acts.GUARDIANS, "/v1/guardians", Sender.ANYONE,
        "Name who together may give your account a new key, and how long that waits for your veto.", RECOVERY,
        own="account",
    ),
    Submission(
        acts.RECOVERY_VETO, "/v1/recoveries/{recovery_id}/veto", Sender.HOLDER,
        "Whoever still has the old key stops a recovery.", RECOVERY,
    ),
    Submission(
        acts.ENCRYPTION_KEY, "/v1/encryption-keys", Sender.ANYONE,
        "Name, by its hash on the ledger, the key that documents for you are sealed to.", RECOVERY,
        EncryptionKeyParts, own="account",
    ),
    Submission(
        acts.BOUND_TRANSFER, "/v1/bound-transfers", Sender.ANYONE,
        "Give coins that can be spent only with the issuers whom a spending policy names.", MEMBER, by_delegate=True,
    ),
    Submission(
        acts.GIFT_ORDER, "/v1/gift-orders", Sender.PARTNER,
        "Order premium coupons for members of your releases; the bank gives them, you do not learn to whom.", PARTNER,
        own="issuer", by_delegate=True,
    ),
    Submission(
        acts.STANDING_RULE, "/v1/rules", Sender.MEMBER,
        "Let the bank consent for you within bounds; never to what is sensitive (要配慮).", MEMBER, by_delegate=True,
    ),
    Submission(
        acts.RULE_END, "/v1/rules/{rule_id}/end", Sender.HOLDER,
        "End a standing rule; what was consented under it you withdraw one by one.", MEMBER, by_delegate=True,
    ),
    Submission(
        acts.ACCEPTANCE, "/v1/acceptances", Sender.MEMBER,
        "Accept the bank's present terms, by the hash of the text that you read.", MEMBER, by_delegate=True,
    ),
    Submission(
        acts.KEY_ROTATION, "/v1/key-rotations", Sender.ANYONE,
        "Move your account to a new key; what is kept for you is wrapped for that one.", RECOVERY,
        KeyRotationParts, KeyReceipt, own="account",
    ),
    Submission(
        acts.DELEGATION, "/v1/delegations", Sender.HOLDER,
        "Let another account act for yours, within a scope, until a date; scope 0 ends it.", MEMBER, own="account",
    ),
)  # fmt: skip

SUBMISSION_OF: dict[type[SignedStruct], Submission] = {one.act.struct: one for one in SUBMISSIONS}
"""Every way in by the struct that is signed."""

__all__ = [
    "SUBMISSIONS",
    "SUBMISSION_OF",
    "AnswerParts",
    "ApprovalRevocationParts",
    "ContributionParts",
    "CouponClassParts",
    "DataRequestParts",
    "DecisionParts",
    "EncryptionKeyParts",
    "EscrowPolicyParts",
    "JoinParts",
    "KeyRotationParts",
    "OpeningRequestParts",
    "Parts",
    "RedemptionParts",
    "SealedShareBody",
    "Sender",
    "Submission",
]
