"""Every event of the contracts, one frozen dataclass each, with the ABI's fields in the ABI's order.

The events are the ledger's whole story: `model` rebuilds the contracts' state from them and from nothing else.
Equality looks at what happened, not at where in the chain it stands.
"""

from chaincode.events.base import ANY_CONTRACT, Event, Refused, Repeated
from chaincode.events.coin import Approval, Burnt, Granted, MinterSet, MintersSealed, Moved, Transfer
from chaincode.events.consent import ConsentChanged, ConsentHeld, ConsentUsed
from chaincode.events.coupon import (
    ApprovalForAll,
    CouponClassPublished,
    CouponIssued,
    CouponRedeemed,
    TransferBatch,
    TransferSingle,
)
from chaincode.events.disclosure import Acknowledged, Disclosed, ReleaseAbandoned, ReleaseOpened
from chaincode.events.escrow import (
    Contributed,
    EscrowActivated,
    EscrowCreated,
    EscrowOpened,
    OpeningRequested,
    OpeningVetoed,
    ShareAcknowledged,
)
from chaincode.events.membership import Enrolled, Joined, KeyRotated, Reinstated, Suspended, TermsSet
from chaincode.events.request import RequestClosed, RequestConsumed, RequestDecided, RequestFiled
from chaincode.events.survey import Answered, SurveyClosed, SurveyPublished

EVENTS: tuple[type[Event], ...] = (
    Refused,
    Repeated,
    TermsSet,
    Joined,
    Enrolled,
    Suspended,
    Reinstated,
    KeyRotated,
    Transfer,
    Approval,
    Granted,
    Burnt,
    Moved,
    MinterSet,
    MintersSealed,
    SurveyPublished,
    SurveyClosed,
    Answered,
    RequestFiled,
    RequestDecided,
    RequestConsumed,
    RequestClosed,
    ConsentChanged,
    ConsentUsed,
    ConsentHeld,
    ReleaseOpened,
    ReleaseAbandoned,
    Disclosed,
    Acknowledged,
    CouponClassPublished,
    CouponIssued,
    CouponRedeemed,
    TransferSingle,
    TransferBatch,
    ApprovalForAll,
    EscrowCreated,
    ShareAcknowledged,
    EscrowActivated,
    OpeningRequested,
    OpeningVetoed,
    Contributed,
    EscrowOpened,
)
"""Every kind of event."""

__all__ = [
    "ANY_CONTRACT",
    "EVENTS",
    "Acknowledged",
    "Answered",
    "Approval",
    "ApprovalForAll",
    "Burnt",
    "ConsentChanged",
    "ConsentHeld",
    "ConsentUsed",
    "Contributed",
    "CouponClassPublished",
    "CouponIssued",
    "CouponRedeemed",
    "Disclosed",
    "Enrolled",
    "EscrowActivated",
    "EscrowCreated",
    "EscrowOpened",
    "Event",
    "Granted",
    "Joined",
    "KeyRotated",
    "MinterSet",
    "MintersSealed",
    "Moved",
    "OpeningRequested",
    "OpeningVetoed",
    "Refused",
    "Reinstated",
    "ReleaseAbandoned",
    "ReleaseOpened",
    "Repeated",
    "RequestClosed",
    "RequestConsumed",
    "RequestDecided",
    "RequestFiled",
    "ShareAcknowledged",
    "SurveyClosed",
    "SurveyPublished",
    "Suspended",
    "TermsSet",
    "Transfer",
    "TransferBatch",
    "TransferSingle",
]
