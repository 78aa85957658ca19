"""The SQL tables. Three kinds: the directory (people and organizations), documents that the ledger knows only by hash,
and an index of ledger events that `azukari-bank reindex` rebuilds from the chain at any time.

Table rows are never request bodies or domain values (SQLModel does not validate `table=True` classes).
Ids are 0x-hex of 32 bytes, accounts are checksummed addresses, times are unix seconds.
"""

from sqlmodel import Field, Index, SQLModel

from bank_api.store.columns import Uint256, widen


class PersonRow(SQLModel, table=True):
    """A member, partner, shop, board member, custodian, auditor or operator."""

    __tablename__ = "person"
    account: str = Field(primary_key=True)
    key: str = Field(index=True, unique=True)
    """The wallet that may act now; equal to `account` until the key is rotated."""
    name: str
    email: str | None = None
    roles: str = Field(index=True)
    """Role names, comma separated."""
    parent: str | None = Field(default=None, index=True)
    """A shop's partner."""
    encryption_key: str | None = None
    """X25519 public key (hex) to which documents for this person are sealed."""
    enrolled_at: int

    def has_role(self, role: str) -> bool:
        return role in self.roles.split(",")

    @staticmethod
    def with_role(known: "PersonRow | None", role: str) -> str:
        """The roles of a person who gets one more; who held an office before keeps it."""
        return ",".join(sorted({*(known.roles.split(",") if known else ()), role}))

    @staticmethod
    def without_role(known: "PersonRow", role: str) -> str:
        """The roles of a person who leaves one office."""
        return ",".join(sorted({*known.roles.split(",")} - {role}))


class InvitationRow(SQLModel, table=True):
    __tablename__ = "invitation"
    code_digest: str = Field(primary_key=True)
    name: str
    email: str | None = None
    account: str | None = None
    """Who used it."""


class RegistrationRow(SQLModel, table=True):
    """Somebody who asked to become a member, and the answer; kept until they are one."""

    __tablename__ = "registration"
    account: str = Field(primary_key=True)
    name: str
    email: str | None = None
    words: str
    at: int
    signature: str
    state: str = Field(index=True)
    asked_at: int
    reason: str | None = None
    decided_at: int | None = None
    told_at: int | None = None
    """When the mail server took the answer."""
    tries: int = 0
    next_at: int = 0


class UsedChallengeRow(SQLModel, table=True):
    """A challenge that was answered; those that never are leave no trace."""

    __tablename__ = "used_challenge"
    message_digest: str = Field(primary_key=True)
    expires_at: int


class SecretRow(SQLModel, table=True):
    """A random value that all processes of the bank share. It opens nothing by itself."""

    __tablename__ = "secret"
    name: str = Field(primary_key=True)
    value: bytes = Field(repr=False)


class SessionRow(SQLModel, table=True):
    __tablename__ = "session"
    token_digest: str = Field(primary_key=True)
    key: str
    expires_at: int


class ErasureRow(SQLModel, table=True):
    """A member's signed word to erase everything, kept to show who asked."""

    __tablename__ = "erasure"
    account: str = Field(primary_key=True)
    until: int
    signature: str
    erased_at: int | None = None
    """None until everything was destroyed."""


class RightRow(SQLModel, table=True):
    """What somebody asked of the bank concerning themselves, and the answer."""

    __tablename__ = "right_request"
    request_id: str = Field(primary_key=True)
    account: str = Field(index=True)
    kind: str
    words: str
    asked_at: int
    due_at: int
    outcome: str | None = None
    answer: str | None = None
    answered_at: int | None = None


class PreferenceRow(SQLModel, table=True):
    """A member's latest signed word about what one company may have."""

    __tablename__ = "preference"
    account: str = Field(primary_key=True)
    partner: str = Field(primary_key=True, index=True)
    forms: str
    """JSON list."""
    items: str
    """JSON list."""
    at: int
    signature: str


class TermsRow(SQLModel, table=True):
    """One version of the terms of membership; the ledger has its hash. None is ever taken away."""

    __tablename__ = "terms"
    terms_hash: str = Field(primary_key=True)
    statement: str
    text: str
    language: str


class InboxReadRow(SQLModel, table=True):
    """How far somebody has read an inbox; what is in it is derived each time."""

    __tablename__ = "inbox_read"
    account: str = Field(primary_key=True)
    through: int
    """Unix seconds: everything up to then was seen."""


class NoticeRow(SQLModel, table=True):
    """What somebody chose to be told of how. The address itself stands in the directory, once it is confirmed."""

    __tablename__ = "notice"
    account: str = Field(primary_key=True)
    language: str = "ja"
    kinds: str = "{}"
    """JSON: channels by kind, where they are not the usual ones."""
    confirmed_at: int | None = None
    asked_email: str | None = None
    """An address to which a code was sent; it goes into the directory when the code comes back."""
    code_digest: str | None = None
    code_until: int = 0
    code_tries: int = 0


class WebhookRow(SQLModel, table=True):
    """Where an organization is told of what awaits it."""

    __tablename__ = "webhook"
    account: str = Field(primary_key=True)
    url: str
    set_at: int
    stopped_at: int | None = None


class ToldRow(SQLModel, table=True):
    """An item that was told by a channel, or is being tried; what is in the inbox and not here is to be told."""

    __tablename__ = "told"
    account: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    tries: int = 0
    next_at: int = 0
    """When to try again; of no meaning once it was told or given up."""
    told_at: int | None = None
    given_up: bool = False


class LeaseRow(SQLModel, table=True):
    """Which process does what only one may do at a time."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    holder: str
    until: int


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


class EscrowRow(SQLModel, table=True):
    __tablename__ = "escrow"
    escrow_id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    title: str
    message: str
    document: bytes
    commitments: bytes


class HeirRow(SQLModel, table=True):
    """Who may ask for an escrow's opening besides its owner and custodians."""

    __tablename__ = "escrow_heir"
    escrow_id: str = Field(primary_key=True)
    heir: str = Field(index=True)


class ShareRow(SQLModel, table=True):
    __tablename__ = "escrow_share"
    escrow_id: str = Field(primary_key=True)
    custodian: str = Field(primary_key=True, index=True)
    sealed: bytes


class OpeningRow(SQLModel, table=True):
    __tablename__ = "opening"
    opening_id: str = Field(primary_key=True)
    escrow_id: str = Field(index=True)
    requester: str
    message: str
    """The words that were signed, as canonical JSON."""
    recipient_key: str
    reason: str


class ContributionRow(SQLModel, table=True):
    """A contribution as it came in; it counts only if the ledger recorded this custodian with this hash."""

    __tablename__ = "contribution"
    opening_id: str = Field(primary_key=True)
    custodian: str = Field(primary_key=True)
    content_hash: str = Field(primary_key=True)
    sealed: bytes


class OpeningRefusalRow(SQLModel, table=True):
    """A custodian's word to whoever asked for an opening: no share of mine. The ledger knows nothing of it."""

    __tablename__ = "opening_refusal"
    opening_id: str = Field(primary_key=True)
    custodian: str = Field(primary_key=True)
    requester: str = Field(index=True)
    reason: str
    refused_at: int


class CursorRow(SQLModel, table=True):
    """How far the index has read the ledger."""

    __tablename__ = "ledger_cursor"
    name: str = Field(primary_key=True)
    block_number: int


class IndexedBlockRow(SQLModel, table=True):
    """A mark of the index: the last block of a reading, and what the rows were before (`bank_api.index.undoing`)."""

    __tablename__ = "indexed_block"
    number: int = Field(primary_key=True)
    first: int
    """The first block of the reading."""
    hash: str
    undo: str | None = None
    """Rows by their keys as JSON; nothing where the blocks were too deep to be undone."""


class LeaderRow(SQLModel, table=True):
    """Where the process that leads takes what the others hand over; there is none where one process does all."""

    __tablename__ = "leader"
    name: str = Field(primary_key=True)
    address: str


class AskedRow(SQLModel, table=True):
    """When all requests of a caller so far would have come had they come evenly; there is none of who is quiet."""

    __tablename__ = "asked"
    caller: str = Field(primary_key=True)
    due_ms: int = Field(index=True)
    """Milliseconds since 1970."""


class LedgerEventRow(SQLModel, table=True):
    """One contract event, as the chain has it."""

    __tablename__ = "ledger_event"
    block_number: int = Field(primary_key=True)
    log_index: int = Field(primary_key=True)
    time: int
    transaction_hash: str = Field(index=True)
    contract: str
    name: str = Field(index=True)
    account: str | None = None
    """Whose passbook the event belongs to, where it belongs to one."""
    counterparty: str | None = None
    """The other side of a movement of coins."""
    subject: str | None = None
    """The id the event is about."""
    data: str
    """The event's fields as JSON."""
    __table_args__ = (
        Index("ledger_event_subject_name", "subject", "name"),
        Index("ledger_event_account_name", "account", "name"),
        Index("ledger_event_counterparty_name", "counterparty", "name"),
    )


class IndexedAccountRow(SQLModel, table=True):
    """An account as `membership` has it: who may act, in which roles, with which key."""

    __tablename__ = "indexed_account"
    account: str = Field(primary_key=True)
    key: str = Field(index=True, unique=True)
    roles: int = Field(default=0, index=True)
    """Bits, as the contract counts them."""
    is_suspended: bool = False
    is_resting: bool = False
    """Whether a recovery waits."""
    agreed_block: int = -1
    agreed_log_index: int = -1
    """Where it last accepted the terms of its time, by joining or since."""


class IndexedTallyRow(SQLModel, table=True):
    """A sum that a contract keeps (`bank_api.index.tallies`)."""

    __tablename__ = "indexed_tally"
    tally: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    amount: str
    """In decimal: the ledger's sums have up to 256 bits."""
    __table_args__ = (Index("indexed_tally_account", "tally", "account"),)


class IndexedAnswerRow(SQLModel, table=True):
    __tablename__ = "indexed_answer"
    answer_id: str = Field(primary_key=True)
    survey_id: str
    member: str
    commitment: str
    items: int = Field(sa_type=Uint256)
    coins: int = Field(sa_type=Uint256)
    replaces: str = ""
    block_number: int
    time: int
    __table_args__ = (
        Index("indexed_answer_survey_member", "survey_id", "member"),
        Index("indexed_answer_member", "member"),
    )


class IndexedConsentRow(SQLModel, table=True):
    __tablename__ = "indexed_consent"
    consent_id: str = Field(primary_key=True)
    request_id: str
    member: str = Field(index=True)
    state: int
    items: int = Field(sa_type=Uint256)
    valid_from: int
    valid_until: int
    uses: int
    uses_maximum: int
    coins: int
    block_number: int
    time: int
    __table_args__ = (Index("indexed_consent_request_state", "request_id", "state"),)


class IndexedDecisionRow(SQLModel, table=True):
    """Who signed a board's decision: words and signatures as JSON (`bank_api.index.decisions`)."""

    __tablename__ = "indexed_decision"
    request_id: str = Field(primary_key=True)
    block_number: int
    words: str
    signatures: str


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


class CancelledOfferRow(SQLModel, table=True):
    """A shop's offer that it took back before a member signed it."""

    __tablename__ = "cancelled_offer"
    redemption_id: str = Field(primary_key=True)
    cancelled_at: int


class DelegatedActRow(SQLModel, table=True):
    """What a delegate sent in the name of another account; the ledger has what became of it."""

    __tablename__ = "delegated_act"
    account: str = Field(primary_key=True)
    act: str = Field(primary_key=True)
    item_id: str = Field(primary_key=True)
    delegate: str
    sent_at: int
    block_number: int | None = None
    """Where the ledger took it; None if it did not, or the bank died before it knew."""


class CategoryRow(SQLModel, table=True):
    """The name of a category that standing rules speak of; the ledger has its hash."""

    __tablename__ = "rule_category"
    kind: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    name: str


class FileVersionRow(SQLModel, table=True):
    """A version of a document that a member keeps: what is reserved for it. The document itself is in the store."""

    __tablename__ = "file_version"
    account: str = Field(primary_key=True)
    document: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    upload: str
    size_bytes: int
    stored_bytes: int
    begun_at: int
    finished_at: int | None = None
    cover: bytes | None = None
    """Sealed to the member alone; until all chunks are there, then it rests in the store."""


class FileGrantRow(SQLModel, table=True):
    __tablename__ = "file_grant"
    grant_id: str = Field(primary_key=True)
    account: str = Field(index=True)
    document: str
    version: int
    recipient: str = Field(index=True)
    cover_digest: str
    granted_at: int
    until: int
    revoked_at: int | None = None


class FileReadingRow(SQLModel, table=True):
    """One reading under a grant, written before anything is handed over."""

    __tablename__ = "file_reading"
    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(index=True)
    grant_id: str
    recipient: str
    document: str
    version: int
    chunk: int | None = None
    at: int


class SharedKeyRow(SQLModel, table=True):
    """One epoch of a key that the board's members hold in shares: its ceremony, and afterwards the key."""

    __tablename__ = "shared_key"
    key_id: str = Field(primary_key=True)
    epoch: int = Field(primary_key=True)
    threshold: int
    keepers: str
    """JSON: account and encryption key of each, in the order of their shares."""
    dealers: str
    """JSON: the accounts that deal; all keepers at first, k keepers of the epoch before later."""
    begun_at: int
    terms: str | None = None
    """Canonical JSON of the public terms; once everybody dealt."""
    stands_at: int | None = None
    """Since when, every keeper having confirmed a share, answers are wrapped under it."""
    passed_at: int | None = None
    """Since when nothing is wrapped to the bank's own key any more."""


class KeyDealRow(SQLModel, table=True):
    """What a member of the board dealt, sealed to each keeper; public but for that."""

    __tablename__ = "shared_key_deal"
    key_id: str = Field(primary_key=True)
    epoch: int = Field(primary_key=True)
    account: str = Field(primary_key=True)
    deal: bytes
    signature: str


class KeyConfirmedRow(SQLModel, table=True):
    """A keeper's signed word that the share fits the terms."""

    __tablename__ = "shared_key_confirmed"
    key_id: str = Field(primary_key=True)
    epoch: int = Field(primary_key=True)
    account: str = Field(primary_key=True)
    signature: str


class AnswersOpeningRow(SQLModel, table=True):
    """Documents that the board is asked to open: this list and no other, for this release or this account."""

    __tablename__ = "answers_opening"
    opening_id: str = Field(primary_key=True)
    kind: str
    """`release` or `account`."""
    subject: str
    """The request, or the account whose documents are wrapped anew."""
    key_id: str
    epoch: int
    listed: bytes
    """JSON of the list, packed: owner, box, name and wrapped key of each."""
    public_key: str
    """What parts are sealed to; the bank has its secret as long as the opening lasts."""
    asked_at: int
    count: int


class OpeningPartRow(SQLModel, table=True):
    __tablename__ = "answers_opening_part"
    opening_id: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    position: int
    """Of the keeper's share, from one."""
    sealed: bytes
    given_at: int


class OwedForgettingRow(SQLModel, table=True):
    """Somebody erased whose name is still in a history that only the board opens: gone when it is opened next."""

    __tablename__ = "owed_forgetting"
    survey_id: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    owed_since: int


class AppRow(SQLModel, table=True):
    """A program of somebody else that members may let into their boxes."""

    __tablename__ = "app"
    app_id: str = Field(primary_key=True)
    name: str
    key: str
    """Address of the key that signs its calls."""
    encryption_key: str
    registered_at: int


class BoxGrantRow(SQLModel, table=True):
    """An app, or another account, that an owner lets into a box; one row, the last word, for each."""

    __tablename__ = "box_grant"
    owner: str = Field(primary_key=True)
    box: str = Field(primary_key=True)
    grantee: str = Field(primary_key=True, index=True)
    encryption_key: str
    may_write: bool
    granted_at: int
    until: int
    revoked_at: int | None = None
    box_key: bytes
    """Sealed to the grantee; emptied with the grant."""


class RecordRow(SQLModel, table=True):
    """That there is a record; its document is in the owner's store."""

    __tablename__ = "box_record"
    owner: str = Field(primary_key=True)
    box: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    stored_bytes: int
    writer: str
    written_at: int


class RecordTokenRow(SQLModel, table=True):
    """By what a record is found; the bank knows of no field or value."""

    __tablename__ = "box_record_token"
    __table_args__ = (Index("box_token", "owner", "box", "token"),)
    owner: str = Field(primary_key=True)
    box: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    token: str = Field(primary_key=True)
    position: int


class BoxReadingRow(SQLModel, table=True):
    """What somebody other than the owner did in a box, written before it is answered."""

    __tablename__ = "box_reading"
    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(index=True)
    reader: str
    box: str
    what: str
    name: str = ""
    at: int


widen(SQLModel.metadata)
