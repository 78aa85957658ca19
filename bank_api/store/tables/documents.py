"""Documents that the ledger knows only by hash: surveys, requests, releases, coupons, draws, reasons."""

from sqlmodel import Field, SQLModel


class SurveyRow(SQLModel, table=True):
    __tablename__ = "survey"
    survey_id: str = Field(primary_key=True)
    document: str
    content_hash: str


class RequestRow(SQLModel, table=True):
    """What a partner asked, in words. `message` is the signed DataRequest as JSON."""

    __tablename__ = "data_request"
    request_id: str = Field(primary_key=True)
    partner: str = Field(index=True)
    survey_id: str
    message: str
    description: str
    contract_salt: str = ""
    decision_note: str | None = None
    decision_salt: str | None = None


class ApprovalRevocationRow(SQLModel, table=True):
    """Why the board took its approval of a request back, in words whose salted hash was signed."""

    __tablename__ = "approval_revocation"
    request_id: str = Field(primary_key=True)
    note: str
    salt: str


class OpenResultRow(SQLModel, table=True):
    """The payload of a release of statistics that everybody may read, of the making with this root."""

    __tablename__ = "open_result"
    release_id: str = Field(primary_key=True)
    payload_root: str = Field(primary_key=True)
    payload: str


class ReleaseRow(SQLModel, table=True):
    """An anonymized release, sealed to its partner. It counts as made only once the ledger recorded its root.

    A release may be made more than once before it is recorded (consents changed meanwhile); each making is kept until
    it is refused, because the ledger may yet seal an earlier one.
    """

    __tablename__ = "data_release"
    release_id: str = Field(primary_key=True)
    payload_root: str = Field(primary_key=True)
    making: int = 0
    """0 for the first making of a release, then 1, 2, …"""
    request_id: str = Field(index=True)
    partner: str = Field(index=True)
    sealed: bytes
    method_hash: str
    method: str = Field(repr=False)
    """The anonymization method in clear, kept secret here (APPI rule 35)."""
    rows: int
    suppressed: int
    k: int
    loss: float
    consent_ids: str
    """JSON list, ledger order."""


class ExpectationRow(SQLModel, table=True):
    """What a partner was told last of a release that its request would bring, and whose consents it was reckoned of."""

    __tablename__ = "expectation"
    request_id: str = Field(primary_key=True)
    consent_ids: str
    """JSON list."""
    told: str
    """JSON; null where a release was not possible."""
    made_at: int


class ReleaseReadingRow(SQLModel, table=True):
    """One handing over of a sealed release, or of a part of it: written before a byte of it leaves."""

    __tablename__ = "release_reading"
    id: int | None = Field(default=None, primary_key=True)
    release_id: str
    partner: str = Field(index=True)
    reader: str
    """The account that asked: the partner's own, or one of its team."""
    first_byte: int
    sent_bytes: int
    at: int


class ReleaseHistoryRow(SQLModel, table=True):
    """What all releases over one survey told so far (`bank_api.flows.release_history`), sealed to the release key."""

    __tablename__ = "release_history"
    survey_id: str = Field(primary_key=True)
    sealed: bytes


class PrivacySpentRow(SQLModel, table=True):
    """What one making of statistics took of one person's budget; written with the payload, dropped with it."""

    __tablename__ = "privacy_spent"
    release_id: str = Field(primary_key=True)
    making: int = Field(primary_key=True)
    account: str = Field(primary_key=True)
    partner: str
    epsilon_thousandths: int
    delta_billionths: int = 0
    """Of made-up rows: the chance with which epsilon may not hold."""
    spent_at: int = Field(index=True)


class CouponClassRow(SQLModel, table=True):
    __tablename__ = "coupon_class"
    class_id: str = Field(primary_key=True)
    issuer: str = Field(index=True)
    message: str
    description: str


class RedemptionRow(SQLModel, table=True):
    """A shop's signed offer to take a coupon, waiting for the member's signature."""

    __tablename__ = "redemption"
    redemption_id: str = Field(primary_key=True)
    class_id: str
    shop: str = Field(index=True)
    message: str
    signature: str
    offered_at: int


class CancelledOfferRow(SQLModel, table=True):
    """A shop's offer that it took back before a member signed it."""

    __tablename__ = "cancelled_offer"
    redemption_id: str = Field(primary_key=True)
    cancelled_at: int


class DrawRow(SQLModel, table=True):
    """The words of a prize draw; the ledger has their hashes, and everything else."""

    __tablename__ = "draw"
    draw_id: str = Field(primary_key=True)
    title: str
    prize: str


class DrawerRow(SQLModel, table=True):
    """The key that a drawer's parts are agreed with, as it was when the draw was opened."""

    __tablename__ = "drawer"
    draw_id: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    encryption_key: str


class ReasonRow(SQLModel, table=True):
    """Why the operator suspended, dismissed or revoked; the ledger has the hash."""

    __tablename__ = "reason"
    reason_hash: str = Field(primary_key=True)
    salt: str
    reason: str


class PolicyRow(SQLModel, table=True):
    """What a spending policy is called; with whom its coins are spent, the ledger says."""

    __tablename__ = "spending_policy"
    policy_id: str = Field(primary_key=True)
    name: str


class CategoryRow(SQLModel, table=True):
    """The name of a category that standing rules speak of; the ledger has its hash."""

    __tablename__ = "rule_category"
    kind: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    name: str
