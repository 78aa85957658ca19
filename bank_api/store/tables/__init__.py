"""The SQL tables. Three kinds: the directory (people and organizations), documents that the ledger knows only by hash,
and an index of ledger events that `azukari-bank reindex` rebuilds from the chain at any time.

Table rows are never request bodies or domain values (SQLModel does not validate `table=True` classes).
Ids are 0x-hex of 32 bytes, accounts are checksummed addresses, times are unix seconds.
"""

from sqlmodel import SQLModel

from bank_api.store.columns import widen
from bank_api.store.tables.boxes import (
    AppRow,
    BoxGrantRow,
    BoxReadingRow,
    RecordRow,
    RecordTokenRow,
)
from bank_api.store.tables.documents import (
    ApprovalRevocationRow,
    CancelledOfferRow,
    CategoryRow,
    CouponClassRow,
    DrawerRow,
    DrawRow,
    ExpectationRow,
    OpenResultRow,
    PolicyRow,
    PrivacySpentRow,
    ReasonRow,
    RedemptionRow,
    ReleaseHistoryRow,
    ReleaseReadingRow,
    ReleaseRow,
    RequestRow,
    SurveyRow,
)
from bank_api.store.tables.escrows import (
    ContributionRow,
    EscrowRow,
    HeirRow,
    OpeningRefusalRow,
    OpeningRow,
    ShareRow,
)
from bank_api.store.tables.files import (
    FileGrantRow,
    FileGrantWordRow,
    FileReadingRow,
    FileVersionRow,
)
from bank_api.store.tables.kept_keys import EntrustedKeyRow, FormerKeyRow, KeyShareRow
from bank_api.store.tables.ledger_index import (
    CursorRow,
    IndexedAccountRow,
    IndexedAnswerRow,
    IndexedBlockRow,
    IndexedConsentRow,
    IndexedDecisionRow,
    IndexedRevocationRow,
    IndexedTallyRow,
    LedgerEventRow,
)
from bank_api.store.tables.notices import (
    InboxReadRow,
    NoticeRow,
    ToldRow,
    WebhookRow,
)
from bank_api.store.tables.people import (
    DelegatedActRow,
    ErasureRow,
    InvitationRow,
    PersonRow,
    PreferenceRow,
    RegistrationRow,
    RightRow,
    SecretRow,
    SessionRow,
    TermsRow,
    UsedChallengeRow,
)
from bank_api.store.tables.processes import (
    AskedRow,
    LeaderRow,
    LeaseRow,
)
from bank_api.store.tables.promotions import PromotionRow
from bank_api.store.tables.shared_keys import (
    AnswersOpeningRow,
    KeyConfirmedRow,
    KeyDealRow,
    OpeningOrderRow,
    OpeningPartRow,
    OwedForgettingRow,
    SharedKeyRow,
)

__all__ = [
    "AnswersOpeningRow",
    "AppRow",
    "ApprovalRevocationRow",
    "AskedRow",
    "BoxGrantRow",
    "BoxReadingRow",
    "CancelledOfferRow",
    "CategoryRow",
    "ContributionRow",
    "CouponClassRow",
    "CursorRow",
    "DelegatedActRow",
    "DrawRow",
    "DrawerRow",
    "EntrustedKeyRow",
    "ErasureRow",
    "EscrowRow",
    "ExpectationRow",
    "FileGrantRow",
    "FileGrantWordRow",
    "FileReadingRow",
    "FileVersionRow",
    "FormerKeyRow",
    "HeirRow",
    "InboxReadRow",
    "IndexedAccountRow",
    "IndexedAnswerRow",
    "IndexedBlockRow",
    "IndexedConsentRow",
    "IndexedDecisionRow",
    "IndexedRevocationRow",
    "IndexedTallyRow",
    "InvitationRow",
    "KeyConfirmedRow",
    "KeyDealRow",
    "KeyShareRow",
    "LeaderRow",
    "LeaseRow",
    "LedgerEventRow",
    "NoticeRow",
    "OpenResultRow",
    "OpeningOrderRow",
    "OpeningPartRow",
    "OpeningRefusalRow",
    "OpeningRow",
    "OwedForgettingRow",
    "PersonRow",
    "PolicyRow",
    "PreferenceRow",
    "PrivacySpentRow",
    "PromotionRow",
    "ReasonRow",
    "RecordRow",
    "RecordTokenRow",
    "RedemptionRow",
    "RegistrationRow",
    "ReleaseHistoryRow",
    "ReleaseReadingRow",
    "ReleaseRow",
    "RequestRow",
    "RightRow",
    "SecretRow",
    "SessionRow",
    "ShareRow",
    "SharedKeyRow",
    "SurveyRow",
    "TermsRow",
    "ToldRow",
    "UsedChallengeRow",
    "WebhookRow",
]

widen(SQLModel.metadata)
