"""Every message that people sign, one dataclass each: its fields are exactly the EIP-712 struct's, in order.

They are written so that a wallet shows a sentence a person can judge: who gets what for which purpose until when,
for how many coins. All but the ERC-20 permit end in a 64-bit `deadline`, after which no contract takes them.
"""

from dataclasses import dataclass
from typing import ClassVar

from chaincode.typed_data.eip712 import (
    Address,
    Addresses,
    Bytes32,
    Flag,
    Hashes,
    SignedStruct,
    Text,
    Texts,
    Uint8,
    Uint32,
    Uint64,
    Uint256,
)

CONSENT_GIVEN = "I consent"
CONSENT_REFUSED = "I refuse"
CONSENT_WITHDRAWN = "I withdraw my consent"
DELEGATION_STATEMENT = "I let this account act for me"
GUARDIANS_STATEMENT = "Together these may give my account a new key"
ACCEPTANCE_STATEMENT = "I accept the new terms"
DELETION_STATEMENT = "We have deleted this release and every copy of it"
CORRECTION_STATEMENT = "This answer takes the place of my earlier one"
REVOCATION_STATEMENT = "We take our approval of this request back"
RULE_STATEMENT = "Under these terms the bank may consent for me"
RULE_END_STATEMENT = "I end this standing rule"


@dataclass(frozen=True)
class Join(SignedStruct):
    """A person joins the bank under the terms whose hash is named."""

    CONTRACT: ClassVar[str] = "membership"
    join_id: Bytes32
    account: Address
    statement: Text
    terms_hash: Bytes32
    encryption_key_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class Acceptance(SignedStruct):
    """A member, or who may consent for it, accepts the terms whose hash is named: they were set after it joined."""

    CONTRACT: ClassVar[str] = "membership"
    acceptance_id: Bytes32
    account: Address
    statement: Text
    terms_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class KeyRotation(SignedStruct):
    """An account moves to a new key: the old key and the new key sign the same words."""

    CONTRACT: ClassVar[str] = "membership"
    rotation_id: Bytes32
    account: Address
    new_key: Address
    encryption_key_hash: Bytes32
    evidence_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class EncryptionKey(SignedStruct):
    """An account names, by its hash, the key that documents for it are sealed to."""

    CONTRACT: ClassVar[str] = "membership"
    key_id: Bytes32
    account: Address
    encryption_key_hash: Bytes32
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class Seat(SignedStruct):
    """The board takes somebody in as member of the board (16) or operator (8), or lets somebody go."""

    CONTRACT: ClassVar[str] = "membership"
    seat_id: Bytes32
    account: Address
    role: Uint256
    seated: Flag
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class Appointment(SignedStruct):
    """The board lets a guardian act for somebody who cannot sign, within a scope, until a date."""

    CONTRACT: ClassVar[str] = "membership"
    delegation_id: Bytes32
    account: Address
    guardian: Address
    scope: Uint64
    until: Uint64
    evidence_hash: Bytes32
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class Guardians(SignedStruct):
    """An account names who together may give it a new key, and how long that waits for its veto."""

    CONTRACT: ClassVar[str] = "recovery"
    ITEMS_MAXIMUM: ClassVar[int] = 8
    guardians_id: Bytes32
    account: Address
    statement: Text
    guardians: Addresses
    threshold: Uint8
    wait_seconds: Uint32
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class Recovery(SignedStruct):
    """An account whose key is lost gets a new one: the new key, and everybody who approves, sign the same words."""

    CONTRACT: ClassVar[str] = "recovery"
    recovery_id: Bytes32
    account: Address
    new_key: Address
    encryption_key_hash: Bytes32
    evidence_hash: Bytes32
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class RecoveryVeto(SignedStruct):
    """Whoever still has an account's key stops its recovery."""

    CONTRACT: ClassVar[str] = "recovery"
    recovery_id: Bytes32
    account: Address
    deadline: Uint64


@dataclass(frozen=True)
class Delegation(SignedStruct):
    """An account lets another act for it, within a scope, until a date; scope 0 ends it."""

    CONTRACT: ClassVar[str] = "membership"
    delegation_id: Bytes32
    account: Address
    statement: Text
    delegate: Address
    scope: Uint64
    until: Uint64
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class Quota(SignedStruct):
    """The board lets the operator bring so many coins into being in a period, by sales and budgets together."""

    CONTRACT: ClassVar[str] = "coin"
    quota_id: Bytes32
    coins: Uint64
    period_seconds: Uint32
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class CoinIssue(SignedStruct):
    """The board lets one sale to a partner, or (for the empty account) one survey's budget, go above the quota."""

    CONTRACT: ClassVar[str] = "coin"
    issue_id: Bytes32
    account: Address
    coins: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class CoinTransfer(SignedStruct):
    """An account gives coins to another."""

    CONTRACT: ClassVar[str] = "coin"
    transfer_id: Bytes32
    owner: Address
    receiver: Address
    amount: Uint256
    deadline: Uint64


@dataclass(frozen=True)
class BoundTransfer(SignedStruct):
    """An account gives coins that the receiver can spend only as a policy says."""

    CONTRACT: ClassVar[str] = "coin"
    transfer_id: Bytes32
    owner: Address
    receiver: Address
    amount: Uint256
    policy_id: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class Permit(SignedStruct):
    """ERC-20 permit (EIP-2612): the owner lets the spender move up to `value` coins."""

    CONTRACT: ClassVar[str] = "coin"
    owner: Address
    spender: Address
    value: Uint256
    nonce: Uint256
    deadline: Uint256


@dataclass(frozen=True)
class Answer(SignedStruct):
    """A member answers a survey; the answer stays in the PDS, its salted commitment goes on the ledger.

    `recipients_hash` says which keys it is sealed to, so that nobody puts another in between.
    """

    CONTRACT: ClassVar[str] = "survey"
    answer_id: Bytes32
    member: Address
    survey_id: Bytes32
    survey: Text
    commitment: Bytes32
    recipients_hash: Bytes32
    items: Uint256
    coins: Uint256
    deadline: Uint64


@dataclass(frozen=True)
class Correction(SignedStruct):
    """A member puts an answer in the place of the one that stands; `replaces` is that one's id. No coins move."""

    CONTRACT: ClassVar[str] = "survey"
    correction_id: Bytes32
    member: Address
    statement: Text
    survey_id: Bytes32
    survey: Text
    replaces: Bytes32
    commitment: Bytes32
    recipients_hash: Bytes32
    items: Uint256
    deadline: Uint64


@dataclass(frozen=True)
class DataRequest(SignedStruct):
    """A partner asks for data with a purpose and says what it pays. `t_percent` is how far answers may stand out."""

    CONTRACT: ClassVar[str] = "request"
    request_id: Bytes32
    partner: Address
    survey_id: Bytes32
    recipient: Text
    purpose: Text
    items: Uint256
    purpose_code: Uint32
    legal_class: Uint8
    k_minimum: Uint32
    l_minimum: Uint8
    t_percent: Uint8
    persons_maximum: Uint32
    coins_base: Uint32
    coins_per_item: Uint32
    valid_until: Uint64
    retention_days: Uint32
    contract_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class Decision(SignedStruct):
    """The board approves or refuses a request, by the digest of the very words that the partner signed."""

    CONTRACT: ClassVar[str] = "request"
    request_id: Bytes32
    board: Address
    request_digest: Bytes32
    approved: Flag
    decision_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class ApprovalRevocation(SignedStruct):
    """The board takes its approval of a request back, by the digest of the very words that it approved."""

    CONTRACT: ClassVar[str] = "request"
    request_id: Bytes32
    board: Address
    request_digest: Bytes32
    statement: Text
    reason_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class Closing(SignedStruct):
    """A partner ends its request and gets back what is still locked."""

    CONTRACT: ClassVar[str] = "request"
    request_id: Bytes32
    partner: Address
    deadline: Uint64


@dataclass(frozen=True)
class Consent(SignedStruct):
    """A member gives or refuses consent to one request, item by item."""

    CONTRACT: ClassVar[str] = "consent"
    consent_id: Bytes32
    member: Address
    request_id: Bytes32
    request_digest: Bytes32
    decision: Text
    recipient: Text
    purpose: Text
    items: Texts
    item_mask: Uint256
    valid_from: Uint64
    valid_until: Uint64
    uses_maximum: Uint32
    coins: Uint32
    notice_hash: Bytes32
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class Withdrawal(SignedStruct):
    """A member takes a consent back."""

    CONTRACT: ClassVar[str] = "consent"
    consent_id: Bytes32
    member: Address
    decision: Text
    reason_hash: Bytes32
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class StandingRule(SignedStruct):
    """A member lets the bank consent on its behalf, to these items, recipients, purposes and processing."""

    CONTRACT: ClassVar[str] = "rule"
    rule_id: Bytes32
    member: Address
    statement: Text
    survey_id: Bytes32
    items: Texts
    item_mask: Uint256
    recipients: Texts
    recipient_mask: Uint256
    purposes: Texts
    purpose_mask: Uint256
    processing: Texts
    processing_mask: Uint256
    k_minimum: Uint32
    coins_minimum: Uint32
    uses_maximum: Uint32
    valid_until: Uint64
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class RuleEnd(SignedStruct):
    """A member ends a standing rule."""

    CONTRACT: ClassVar[str] = "rule"
    rule_id: Bytes32
    member: Address
    statement: Text
    sequence: Uint64
    deadline: Uint64


@dataclass(frozen=True)
class Deletion(SignedStruct):
    """A partner declares that it has deleted a release."""

    CONTRACT: ClassVar[str] = "disclosure"
    release_id: Bytes32
    partner: Address
    statement: Text
    evidence_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class Acknowledgement(SignedStruct):
    """A partner acknowledges that a release with this root arrived."""

    CONTRACT: ClassVar[str] = "disclosure"
    release_id: Bytes32
    partner: Address
    payload_root: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class CouponClass(SignedStruct):
    """A partner publishes coupons: price, stock, window, last day of redemption."""

    CONTRACT: ClassVar[str] = "coupon"
    class_id: Bytes32
    issuer: Address
    title: Text
    price: Uint32
    stock: Uint32
    opens_at: Uint64
    closes_at: Uint64
    redeem_until: Uint64
    premium_request: Bytes32
    content_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class GiftOrder(SignedStruct):
    """An issuer lets the bank give premium coupons to members of a release, without learning who they are."""

    CONTRACT: ClassVar[str] = "coupon"
    order_id: Bytes32
    issuer: Address
    class_id: Bytes32
    title: Text
    count_each: Uint32
    persons: Uint32
    deadline: Uint64


@dataclass(frozen=True)
class Entry(SignedStruct):
    """A member enters a prize draw; the nonce goes into what picks the winners."""

    CONTRACT: ClassVar[str] = "draw"
    entry_id: Bytes32
    member: Address
    draw_id: Bytes32
    title: Text
    nonce: Bytes32
    coins: Uint32
    deadline: Uint64


@dataclass(frozen=True)
class DrawBinding(SignedStruct):
    """A drawer commits to the parts of a draw's secret that it shares with each other drawer."""

    CONTRACT: ClassVar[str] = "draw"
    ITEMS_MAXIMUM: ClassVar[int] = 8
    binding_id: Bytes32
    drawer: Address
    draw_id: Bytes32
    title: Text
    commitments: Hashes
    deadline: Uint64


@dataclass(frozen=True)
class Purchase(SignedStruct):
    """A member buys coupons with coins."""

    CONTRACT: ClassVar[str] = "coupon"
    purchase_id: Bytes32
    member: Address
    class_id: Bytes32
    title: Text
    count: Uint32
    coins: Uint32
    deadline: Uint64


@dataclass(frozen=True)
class Redemption(SignedStruct):
    """A coupon is used at a shop. The shop signs with an empty member hash; the member's is salted and names nobody."""

    CONTRACT: ClassVar[str] = "coupon"
    redemption_id: Bytes32
    class_id: Bytes32
    title: Text
    shop: Address
    member_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class CouponTransfer(SignedStruct):
    """An account gives coupons to another."""

    CONTRACT: ClassVar[str] = "coupon"
    transfer_id: Bytes32
    owner: Address
    class_id: Bytes32
    title: Text
    receiver: Address
    count: Uint32
    deadline: Uint64


@dataclass(frozen=True)
class EscrowPolicy(SignedStruct):
    """An owner entrusts a document key to custodians, `threshold` of whom can open it."""

    CONTRACT: ClassVar[str] = "escrow"
    ITEMS_MAXIMUM: ClassVar[int] = 16
    escrow_id: Bytes32
    owner: Address
    threshold: Uint8
    custodians: Addresses
    commitments_hash: Bytes32
    document_hash: Bytes32
    opening_delay_seconds: Uint32
    heir: Address
    """May ask for an opening as well, to a key of its own; the empty address for nobody."""
    replaces: Bytes32
    """The owner's escrow that this one ends when it becomes active; empty for none."""
    deadline: Uint64


@dataclass(frozen=True)
class ShareReceipt(SignedStruct):
    """A custodian has received and verified a share."""

    CONTRACT: ClassVar[str] = "escrow"
    escrow_id: Bytes32
    custodian: Address
    commitments_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class OpeningRequest(SignedStruct):
    """The owner or a custodian asks that an escrow be opened to the named recipient key."""

    CONTRACT: ClassVar[str] = "escrow"
    opening_id: Bytes32
    escrow_id: Bytes32
    requester: Address
    recipient_key_hash: Bytes32
    reason_hash: Bytes32
    deadline: Uint64


@dataclass(frozen=True)
class Veto(SignedStruct):
    """The owner stops an opening."""

    CONTRACT: ClassVar[str] = "escrow"
    opening_id: Bytes32
    owner: Address
    deadline: Uint64


@dataclass(frozen=True)
class Contribution(SignedStruct):
    """A custodian contributes a share to an opening that was asked for in the words whose hash is `request_hash`."""

    CONTRACT: ClassVar[str] = "escrow"
    opening_id: Bytes32
    custodian: Address
    request_hash: Bytes32
    contribution_hash: Bytes32
    deadline: Uint64
