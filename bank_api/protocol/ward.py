"""Acting for another account: the header that names it, and what a delegate may do and read by which scope.

Whoever sends the header is heard as that account, as far as a delegation that stands on the ledger reaches; the
contracts judge the signature of every act besides.
"""

from chaincode.bindings import Scope

HEADER = "Azukari-For"

_ANY = Scope.SURVEY | Scope.CONSENT | Scope.COIN | Scope.COUPON | Scope.DRAW
READS: dict[str, Scope] = {
    "/v1/me": _ANY,
    "/v1/me/answers": Scope.SURVEY,
    "/v1/me/requests": Scope.CONSENT,
    "/v1/me/consents": Scope.CONSENT,
    "/v1/me/releases": Scope.CONSENT,
    "/v1/me/rules": Scope.CONSENT,
    "/v1/me/passbook": Scope.COIN,
    "/v1/me/coupons": Scope.COUPON,
    "/v1/redemptions/{redemption_id}": Scope.COUPON,
    "/v1/proofs/accounts/{account}": _ANY,
}
"""What may be read for a ward, by the path; any one of the scopes named is enough. Nothing else is."""
