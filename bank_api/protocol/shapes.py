"""The bank's JSON answers as frozen values.

Fields the wallet relies on are required, so an answer that lacks one is refused at the door (BankAnswerError);
fields it does not know are kept, so `--json` shows everything the bank said.
bytes32 values and addresses stay the hex strings of the API; `signing` parses the ones it signs.
"""

from typing import Any

from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.fields import Shape


class Problem(Shape):
    """An error, as RFC 9457 has it. `code` is stable and meant for programs."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    rule: str | None = None
    hint: str | None = None
    message: dict[str, Any] | None = None
    """What `detail` says, as a message of the catalogue: `{"id": …, "values": {…}}`."""
    advice: dict[str, Any] | None = None
    """What `hint` says, as a message of the catalogue."""


class Receipt(Shape):
    """Answer to every write, sent only after the block is sealed."""

    id: str
    accepted: bool = True
    repeated: bool = False
    block_number: int
    transaction_hash: str


class KeyReceipt(Receipt):
    """A key was rotated, and what is kept for the account was wrapped for the new one."""

    documents_wrapped: int = 0
    documents_closed: int = 0
    """Documents that are sealed to the old key alone: nobody but its holder opens them."""


class JoinReceipt(Receipt):
    account: str


class AnswerReceipt(Receipt):
    coins: int


class SurveyReceipt(Receipt):
    content_hash: str


class Health(Shape):
    status: str
    ledger: dict[str, Any]
    time: int


class Terms(Shape):
    statement: str
    text: str
    language: str
    hash: str


class BankInfo(Shape):
    name: str
    chain_id: int
    deployment: dict[str, Any]
    operator: str
    terms: Terms
    release_public_key: str
    time: int
    limits: dict[str, Any]


class LedgerAnswer(Shape):
    """A JSON-RPC 2.0 answer of the ledger: a result, or an error with the node's code."""

    jsonrpc: str
    id: int
    result: dict[str, Any] | list[Any] | str | bool | None = None
    error: dict[str, Any] | None = None


class LoginChallenge(Shape):
    message: str
    expires_at: int


class Login(Shape):
    token: str
    account: str
    roles: list[str]
    expires_at: int


class SurveyView(Survey):
    """A survey with what the ledger says of it."""

    model_config = Shape.model_config

    content_hash: str
    state: str
    budget_left: int
    """Coins that the ledger still has for answers to it."""


class NamedAccount(Shape):
    account: str
    name: str


class CouponOffer(Shape):
    """A coupon class as the public catalogue shows it."""

    class_id: str
    issuer: str
    issuer_name: str
    title: str
    description: str = ""
    price_coins: int
    stock: int
    issued: int
    opens_at: int
    closes_at: int
    redeem_until: int
    premium_request: str | None = None
    shops: list[NamedAccount]


class Me(Shape):
    account: str
    key: str
    roles: list[str]
    name: str | None = None
    coins: int
    encryption_key: str | None = None


class StoredAnswer(Shape):
    answer_id: str
    survey_id: str
    title: str | None
    commitment: str
    coins: int
    block_number: int
    time: int


class StoredDocument(Shape):
    box: str
    name: str
    etag: str
    sealed_base64: str
    stored_at: int | None = None


class RequestView(Shape):
    """A partner's request for data, as partner, board and auditor see it."""

    request_id: str
    partner: str
    recipient: str
    survey_id: str
    purpose: str
    purpose_code: int
    items: list[str]
    item_labels: list[str]
    item_mask: int
    legal_class: int
    k_minimum: int
    persons_maximum: int
    coins_base: int
    coins_per_item: int
    coins_locked: int | None = None
    valid_until: int
    retention_days: int
    contract_hash: str
    description: str = ""
    state: str
    decision_note: str | None = None
    consents: dict[str, int] | None = None


class Notice(Shape):
    text: str
    hash: str
    language: str


class ConsentState(Shape):
    state: str
    block_number: int
    time: int


class ConsentView(Shape):
    consent_id: str
    request_id: str
    recipient: str | None
    purpose: str | None
    items: list[str]
    state: str
    valid_from: int
    valid_until: int
    uses: int
    uses_maximum: int
    coins: int
    history: list[ConsentState]


class OwnConsent(Shape):
    """A member's decision on a request as it stands."""

    consent_id: str
    state: str
    valid_until: int
    uses: int
    uses_maximum: int


class OpenRequest(RequestView):
    """An approved request as one member sees it: with the notice to read and the coins it would earn."""

    consent: OwnConsent | None = None
    notice: Notice
    coins_offered: int
    answered: bool


class PassbookEntry(Shape):
    time: int
    block_number: int
    transaction_hash: str
    kind: str
    """One of the bank's `LineKind`; the fields below belong to some kinds and not to others."""
    coins: int
    balance: int
    title: str | None = None
    """Of the survey, the coupon or the escrowed document."""
    count: int | None = None
    """How many coupons."""
    state: str | None = None
    """What a consent became."""
    consent_id: str | None = None
    partner: str | None = None
    purpose: str | None = None
    release_id: str | None = None
    k: int | None = None
    counterparty: str | None = None
    """The account on the other side, and its name if it is an organization's."""
    counterparty_name: str | None = None


class Passbook(Shape):
    coins: int
    entries: list[PassbookEntry]


class Coupon(Shape):
    """Coupons a member holds."""

    class_id: str
    title: str
    issuer_name: str
    count: int
    redeem_until: int
    shops: list[NamedAccount]


class RedemptionView(Shape):
    redemption_id: str
    class_id: str
    title: str
    shop: str
    shop_name: str
    deadline: int
    state: str
    block_number: int | None = None
    time: int | None = None


class RedemptionOffered(Shape):
    redemption_id: str
    state: str


class ShopRedemption(Shape):
    redemption_id: str
    class_id: str
    title: str
    deadline: int
    state: str
    block_number: int | None = None
    time: int | None = None


class ReleaseView(Shape):
    release_id: str
    request_id: str
    partner: str
    recipient: str | None
    purpose: str | None
    """Both are None where the bank knows nothing of the request."""
    rows: int
    suppressed: int
    k: int
    loss: float | None = None
    recorded_outside: bool = False
    """The ledger has this release, but it was not made by the bank: there is no payload of it here."""
    legal_class: int
    payload_root: str
    method_hash: str
    block_number: int
    time: int
    acknowledged: bool = False


class ReleaseReceipt(ReleaseView, Receipt):
    """Answer to the making of a release: the receipt, and the release as the ledger has it."""


class ReleasePayload(Shape):
    release_id: str
    sealed_base64: str
    payload_root: str


class Invited(Shape):
    created: int
    existing: int


class Custodian(Shape):
    account: str
    name: str
    encryption_key: str


class EscrowView(Shape):
    escrow_id: str
    owner: str
    title: str
    threshold: int
    custodians: list[str]
    state: str
    commitments_hash: str | None = None
    """From the owner's signed policy, if the bank shows it; the contract compares it in any case."""
    document_hash: str | None = None
    acknowledged: list[str | None]
    document_base64: str
    commitments_base64: str
    openings: list[str]
    """Ids of the openings asked for so far."""


class SealedShare(Shape):
    sealed_base64: str
    commitments_base64: str


class SealedContribution(Shape):
    custodian: str
    sealed_base64: str


class OpeningView(Shape):
    opening_id: str
    escrow_id: str
    requester: str
    state: str
    reason: str = ""
    ready_at: int
    recipient_key: str
    contributions: list[SealedContribution] | None = None


class DrawView(Shape):
    """A prize draw: its words, and what the ledger has of it."""

    draw_id: str
    title: str
    prize: str
    price_coins: int
    prizes: int
    entries: int
    entries_maximum: int
    opens_at: int
    closes_at: int
    state: str


class Draws(Shape):
    draws: list[DrawView]


class PartnerSummary(Shape):
    coins: int
    locked: int
    releases: int
    redemptions: dict[str, int]
    """How many coupons of each title were used at the partner's shops."""


class OperatorSummary(Shape):
    members: int
    answers: int
    requests: int
    releases: int
    coupons_issued: int
    coupons_redeemed: int
    escrows: int
    escrows_opened: int
    consents: dict[str, int]
    """By state."""
    coins: dict[str, int]
    """granted, burnt, supply."""


# ---- lists ----


class Surveys(Shape):
    surveys: list[SurveyView]


class CouponClasses(Shape):
    coupon_classes: list[CouponOffer]


class StoredAnswers(Shape):
    answers: list[StoredAnswer]


class StoredDocuments(Shape):
    documents: list[StoredDocument]


class Requests(Shape):
    requests: list[RequestView]


class OpenRequests(Shape):
    requests: list[OpenRequest]


class Consents(Shape):
    consents: list[ConsentView]


class Releases(Shape):
    releases: list[ReleaseView]


class Coupons(Shape):
    coupons: list[Coupon]


class ShopRedemptions(Shape):
    redemptions: list[ShopRedemption]


class Custodians(Shape):
    custodians: list[Custodian]


class Escrows(Shape):
    escrows: list[EscrowView]
