"""What a consent's receipt says as a credential: each part a claim of its own, to be shown alone (ADR 52)."""

from typing import Any, Final

from chaincode.events.consent import ConsentState
from chaincode.ids import to_hex
from chaincode.typed_data import CONSENT_GIVEN, Consent, DataRequest

KIND: Final = "urn:azukari:consent-receipt:1"
VALID_SECONDS: Final = 30 * 86_400
"""It says how the consent stood at its block; the member may have withdrawn it since."""


def receipt_claims(
    words: Consent, request: DataRequest, state: ConsentState, uses: int, bank: str, genesis_hash: str, block: int
) -> dict[str, Any]:
    """The claims, times in unix seconds; `state` and `uses` are the ledger's as of `block`."""
    return {
        "consent": to_hex(words.consent_id),
        "decision": "given" if words.decision == CONSENT_GIVEN else "refused",
        "state": state.name.lower(),
        "recipient": words.recipient,
        "recipient_account": request.partner,
        "purpose": words.purpose,
        "items": list(words.items),
        "valid_from": words.valid_from,
        "valid_until": words.valid_until,
        "uses": uses,
        "uses_maximum": words.uses_maximum,
        "coins": words.coins,
        "decided_at": words.sequence // 1000,
        "notice_hash": to_hex(words.notice_hash),
        "bank": bank,
        "ledger": genesis_hash,
        "as_of_block": block,
    }
