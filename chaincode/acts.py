"""Every act that somebody signs, declared once: the struct, where it goes, what it costs, and what shows it was taken.

From these follow the list of signed structs, what travels in calldata, the batched and the direct calls of
`chaincode.bindings`, and whatever a bank or a wallet needs to relay an act. An act of `CONTRACT` is refused by the
contract's `Refused` event, and known from before by `Repeated`; both carry its id, which is its first field.

Not derived from here, on purpose: the contracts, `model`, `storage`, `invariants` and the type strings of the tests.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chaincode.events import (
    Acknowledged,
    Answered,
    Approval,
    ApprovalRevoked,
    ConsentChanged,
    Contributed,
    Corrected,
    CouponClassPublished,
    CouponIssued,
    CouponMoved,
    CouponRedeemed,
    Delegated,
    DeletionAttested,
    DrawEntered,
    DrawerBound,
    EncryptionKeySet,
    EscrowCreated,
    GiftsOrdered,
    GuardiansNamed,
    IssueApproved,
    Joined,
    KeyRotated,
    Moved,
    OpeningRequested,
    OpeningVetoed,
    QuotaSet,
    RecoveryBegun,
    RecoveryVetoed,
    RequestClosed,
    RequestDecided,
    RequestFiled,
    RuleEnded,
    RuleSet,
    Seated,
    ShareAcknowledged,
    Sign,
    TermsAccepted,
)
from chaincode.events.consent import RECORDED, ConsentState
from chaincode.typed_data import eip712, structs
from chaincode.typed_data.eip712 import SignedStruct, layout
from chaincode.typed_data.signed import Signed, SignedRedemption, SignedRotation

S = TypeVar("S", bound=SignedStruct)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Act(Generic[Item]):
    """One signed act; `Item` is the struct with all that travels beside it."""

    struct: type[SignedStruct]
    item: type[Any]
    """The class of `Item`: `Signed`, or one with more than a signature."""
    batch: str | None
    """The function that takes many, relayed by whoever may write."""
    direct: str | None
    """The function that takes one from its signer's own transaction."""
    gas: int
    """What one item of a batch uses, so measured that a batch is cut in time."""
    taken: Sign
    """The event that the contract writes once for each item that it takes, and where the act's id stands in it."""
    known: frozenset[str] = frozenset()
    """The fields that do not travel: the contract fills them in when it rebuilds the struct's hash."""

    @property
    def name(self) -> str:
        """The struct's name in the form of a field: `coupon_class`."""
        return eip712.snake_case(self.struct.__name__)

    @property
    def contract(self) -> str:
        return self.struct.CONTRACT


def item_id(struct: SignedStruct) -> bytes:
    """Return a struct's id: always its first field."""
    name, _, _ = layout(type(struct)).fields[0]
    return bytes(getattr(struct, name))


def _signed(
    struct: type[S],
    batch: str | None,
    direct: str | None,
    *,
    gas: int,
    taken: Sign,
    known: frozenset[str] = frozenset(),
) -> Act[Signed[S]]:
    """An act beside whose struct nothing but its signer's signature travels."""
    return Act(struct, Signed, batch, direct, gas, taken, known)


_STATEMENT, _TITLE = frozenset({"statement"}), frozenset({"title"})

# ---- membership ----

JOIN = _signed(structs.Join, "join_batch", None, gas=80_000, taken=Sign(Joined, "join_id"), known=_STATEMENT)
KEY_ROTATION: Act[SignedRotation] = Act(
    structs.KeyRotation, SignedRotation, "rotate_batch", "rotate", gas=120_000, taken=Sign(KeyRotated, "rotation_id")
)
DELEGATION = _signed(
    structs.Delegation, "delegate_batch", "delegate",
    gas=100_000, taken=Sign(Delegated, "delegation_id"), known=_STATEMENT,
)  # fmt: skip

ACCEPTANCE = _signed(
    structs.Acceptance, "accept_batch", "accept",
    gas=80_000, taken=Sign(TermsAccepted, "acceptance_id"), known=_STATEMENT,
)  # fmt: skip
ENCRYPTION_KEY = _signed(
    structs.EncryptionKey, "set_encryption_key_batch", "set_encryption_key",
    gas=80_000, taken=Sign(EncryptionKeySet, "key_id"),
)  # fmt: skip
SEAT = _signed(structs.Seat, None, None, gas=0, taken=Sign(Seated, "seat_id"))
"""Goes in by `seat`, with the signatures of a majority of the board."""
APPOINTMENT = _signed(structs.Appointment, None, None, gas=0, taken=Sign(Delegated, "delegation_id"))
"""Goes in by `appoint` from the operator, with the signatures of a majority of the board."""

# ---- recovery ----

GUARDIANS = _signed(
    structs.Guardians, "name_guardians_batch", "name_guardians",
    gas=300_000, taken=Sign(GuardiansNamed, "guardians_id"), known=_STATEMENT,
)  # fmt: skip
RECOVERY = _signed(structs.Recovery, None, None, gas=0, taken=Sign(RecoveryBegun, "recovery_id"))
"""Goes in by `recover`, with the signatures of the new key and of everybody who approves."""
RECOVERY_VETO = _signed(
    structs.RecoveryVeto, "veto_recovery_batch", "veto_recovery",
    gas=80_000, taken=Sign(RecoveryVetoed, "recovery_id"),
)  # fmt: skip

# ---- coin ----

COIN_TRANSFER = _signed(structs.CoinTransfer, "transfer_batch", None, gas=100_000, taken=Sign(Moved, "reason"))
BOUND_TRANSFER = _signed(
    structs.BoundTransfer, "transfer_bound_batch", "transfer_bound", gas=200_000, taken=Sign(Moved, "reason")
)
PERMIT = _signed(structs.Permit, None, None, gas=0, taken=Sign(Approval))
"""Goes in by `permit` in the form that EIP-2612 fixes, from anybody; it has a nonce in place of an id."""

QUOTA = _signed(structs.Quota, None, None, gas=0, taken=Sign(QuotaSet, "quota_id"))
"""Goes in by `set_quota`, with the signatures of a majority of the board."""
COIN_ISSUE = _signed(structs.CoinIssue, None, None, gas=0, taken=Sign(IssueApproved, "issue_id"))
"""Goes in by `approve_issue`, with the signatures of a majority of the board."""

# ---- survey ----

ANSWER = _signed(
    structs.Answer, "answer_batch", "answer",
    gas=110_000, taken=Sign(Answered, "answer_id"), known=frozenset({"survey"}),
)  # fmt: skip

CORRECTION = _signed(
    structs.Correction, "correct_batch", "correct",
    gas=80_000, taken=Sign(Corrected, "correction_id"), known=frozenset({"statement", "survey"}),
)  # fmt: skip

# ---- request ----

DATA_REQUEST = _signed(structs.DataRequest, "file_batch", "file", gas=400_000, taken=Sign(RequestFiled, "request_id"))
DECISION = _signed(
    structs.Decision, "decide_batch", "decide",
    gas=130_000, taken=Sign(RequestDecided, "request_id"), known=frozenset({"request_digest"}),
)  # fmt: skip
APPROVAL_REVOCATION = _signed(
    structs.ApprovalRevocation, "revoke_batch", "revoke",
    gas=130_000, taken=Sign(ApprovalRevoked, "request_id"), known=frozenset({"request_digest", "statement"}),
)  # fmt: skip
CLOSING = _signed(structs.Closing, "close_batch", None, gas=100_000, taken=Sign(RequestClosed, "request_id"))

# ---- consent and rule ----

CONSENT = _signed(
    structs.Consent, "record_batch", "record",
    gas=130_000, taken=Sign(ConsentChanged, "consent_id", RECORDED),
    known=frozenset({"request_digest", "recipient", "purpose", "items"}),
)  # fmt: skip
WITHDRAWAL = _signed(
    structs.Withdrawal, "withdraw_batch", "withdraw",
    gas=70_000, taken=Sign(ConsentChanged, "consent_id", (ConsentState.WITHDRAWN,)),
    known=frozenset({"decision"}),
)  # fmt: skip
STANDING_RULE = _signed(
    structs.StandingRule, "set_rule_batch", "set_rule",
    gas=200_000, taken=Sign(RuleSet, "rule_id"),
    known=frozenset({"statement", "items", "recipients", "purposes", "processing"}),
)  # fmt: skip
RULE_END = _signed(
    structs.RuleEnd, "end_rule_batch", "end_rule",
    gas=70_000, taken=Sign(RuleEnded, "rule_id"), known=_STATEMENT,
)  # fmt: skip

# ---- disclosure ----

ACKNOWLEDGEMENT = _signed(
    structs.Acknowledgement, "acknowledge_batch", "acknowledge",
    gas=70_000, taken=Sign(Acknowledged, "release_id"),
)  # fmt: skip
DELETION = _signed(
    structs.Deletion, "attest_deletion_batch", "attest_deletion",
    gas=80_000, taken=Sign(DeletionAttested, "release_id"), known=_STATEMENT,
)  # fmt: skip

# ---- coupon and draw ----

COUPON_CLASS = _signed(
    structs.CouponClass, "publish_batch", "publish", gas=200_000, taken=Sign(CouponClassPublished, "class_id")
)
GIFT_ORDER = _signed(
    structs.GiftOrder, "order_gifts_batch", "order_gifts",
    gas=150_000, taken=Sign(GiftsOrdered, "order_id"), known=_TITLE,
)  # fmt: skip
PURCHASE = _signed(
    structs.Purchase, "buy_batch", "buy", gas=110_000, taken=Sign(CouponIssued, "purchase_id"), known=_TITLE
)
REDEMPTION: Act[SignedRedemption] = Act(
    structs.Redemption, SignedRedemption, "redeem_batch", "redeem",
    gas=70_000, taken=Sign(CouponRedeemed, "redemption_id"), known=_TITLE,
)  # fmt: skip
COUPON_TRANSFER = _signed(
    structs.CouponTransfer, "transfer_batch", None,
    gas=120_000, taken=Sign(CouponMoved, "transfer_id"), known=_TITLE,
)  # fmt: skip
DRAW_BINDING = _signed(
    structs.DrawBinding, "bind_batch", "bind", gas=350_000, taken=Sign(DrawerBound, "binding_id"), known=_TITLE
)
ENTRY = _signed(structs.Entry, "enter_batch", "enter", gas=190_000, taken=Sign(DrawEntered, "entry_id"), known=_TITLE)

# ---- escrow ----

ESCROW_POLICY = _signed(
    structs.EscrowPolicy, "create_batch", "create", gas=300_000, taken=Sign(EscrowCreated, "escrow_id")
)
SHARE_RECEIPT = _signed(
    structs.ShareReceipt, "acknowledge_batch", "acknowledge",
    gas=70_000, taken=Sign(ShareAcknowledged, "escrow_id"),
)  # fmt: skip
OPENING_REQUEST = _signed(
    structs.OpeningRequest, "request_opening_batch", "request_opening",
    gas=120_000, taken=Sign(OpeningRequested, "opening_id"),
)  # fmt: skip
VETO = _signed(structs.Veto, "veto_batch", "veto", gas=70_000, taken=Sign(OpeningVetoed, "opening_id"))
CONTRIBUTION = _signed(
    structs.Contribution, "contribute_batch", "contribute", gas=100_000, taken=Sign(Contributed, "opening_id")
)

ACTS: tuple[Act[Any], ...] = tuple(value for value in list(vars().values()) if isinstance(value, Act))
"""Every act, in the order above."""
STRUCTS: tuple[type[SignedStruct], ...] = tuple(act.struct for act in ACTS)
"""Every signed struct."""
ACT_OF: dict[type[SignedStruct], Act[Any]] = {act.struct: act for act in ACTS}
"""Every act by its struct."""
