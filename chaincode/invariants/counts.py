"""What there is, in numbers."""

from collections import Counter

from chaincode.model import State
from chaincode.model.consents import (
    EXPIRED,
    GIVEN,
    REFUSED,
    RENEWED,
    REQUESTED,
    REVOKED,
    SUPERSEDED,
    WITHDRAWN,
)
from chaincode.model.escrows import OPENED
from chaincode.model.ground import BOARD, CUSTODIAN, MEMBER, PARTNER, SHOP
from chaincode.model.releases import DISCLOSED

CONSENT_STATES = {
    REQUESTED: "requested",
    GIVEN: "given",
    REFUSED: "refused",
    RENEWED: "renewed",
    WITHDRAWN: "withdrawn",
    EXPIRED: "expired",
    REVOKED: "revoked",
    SUPERSEDED: "superseded",
}
REQUEST_STATES = {1: "filed", 2: "approved", 3: "refused", 4: "closed", 5: "revoked"}
ROLES = {"members": MEMBER, "partners": PARTNER, "shops": SHOP, "board": BOARD, "custodians": CUSTODIAN}


def count(state: State, kinds: Counter[str]) -> dict[str, int]:
    """Return every count an auditor reports; consents and requests by the state they are in now."""
    accounts = state.members.accounts.values()
    consents = Counter(record.state for record in state.consents.consents.values())
    requests = Counter(record.state for record in state.requests.requests.values())
    return {
        **{name: sum(bool(account.roles & role) for account in accounts) for name, role in ROLES.items()},
        "coins_granted": state.coins.granted,
        "coins_burnt": state.coins.burnt,
        "coins_supply": state.coins.supply,
        "surveys": len(state.surveys.surveys),
        "answers": len(state.surveys.answers),
        "corrections": len(state.surveys.corrections),
        **{f"requests_{name}": requests[number] for number, name in REQUEST_STATES.items()},
        **{f"consents_{name}": consents[number] for number, name in CONSENT_STATES.items()},
        "disclosures": sum(one.state == DISCLOSED for one in state.releases.releases.values()),
        "consents_used": kinds["ConsentUsed"],
        "consents_by_rule": kinds["ConsentByRule"],
        "deletions_attested": kinds["DeletionAttested"],
        "acknowledgements": kinds["Acknowledged"],
        "coupon_classes": len(state.coupons.classes),
        "coupons_issued": sum(record.sold for record in state.coupons.classes.values()),
        "coupons_redeemed": len(state.coupons.redeemed),
        "escrows": len(state.escrows.escrows),
        "escrow_openings": len(state.escrows.openings),
        "escrows_opened": sum(one.state == OPENED for one in state.escrows.openings.values()),
        "refusals": kinds["Refused"],
        "repetitions": kinds["Repeated"],
    }
