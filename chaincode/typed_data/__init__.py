"""Typed data (EIP-712): what members, partners, shops, the board and custodians sign.

`eip712` encodes and checks flat structs, `structs` lists them, `signatures` signs and recovers.
"""

from chaincode.typed_data.eip712 import Deployed, SignedStruct, domain_separator
from chaincode.typed_data.signatures import SIGNATURE_BYTES, parse_signature, recover, sign
from chaincode.typed_data.structs import (
    CONSENT_GIVEN,
    CONSENT_REFUSED,
    CONSENT_WITHDRAWN,
    Acknowledgement,
    Answer,
    CoinTransfer,
    Consent,
    Contribution,
    CouponClass,
    DataRequest,
    Decision,
    EscrowPolicy,
    Join,
    KeyRotation,
    OpeningRequest,
    Permit,
    Purchase,
    Redemption,
    ShareReceipt,
    Veto,
    Withdrawal,
)

STRUCTS: tuple[type[SignedStruct], ...] = (
    Join,
    KeyRotation,
    CoinTransfer,
    Permit,
    Answer,
    DataRequest,
    Decision,
    Consent,
    Withdrawal,
    Acknowledgement,
    CouponClass,
    Purchase,
    Redemption,
    EscrowPolicy,
    ShareReceipt,
    OpeningRequest,
    Veto,
    Contribution,
)
"""Every signed struct."""

__all__ = [
    "CONSENT_GIVEN",
    "CONSENT_REFUSED",
    "CONSENT_WITHDRAWN",
    "SIGNATURE_BYTES",
    "STRUCTS",
    "Acknowledgement",
    "Answer",
    "CoinTransfer",
    "Consent",
    "Contribution",
    "CouponClass",
    "DataRequest",
    "Decision",
    "Deployed",
    "EscrowPolicy",
    "Join",
    "KeyRotation",
    "OpeningRequest",
    "Permit",
    "Purchase",
    "Redemption",
    "ShareReceipt",
    "SignedStruct",
    "Veto",
    "Withdrawal",
    "domain_separator",
    "parse_signature",
    "recover",
    "sign",
]
