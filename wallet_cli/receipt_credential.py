"""A consent's receipt as the bank signed it, held against the ledger's own proof before it is kept.

1. It is bound to this wallet's key and signed by the key that the ledger has of the operator, 2. the evidence of the
same block holds, 3. every claim is what the evidence shows, and none is missing.
"""

from bank_api.protocol import sd_jwt
from bank_api.protocol.documents.consent_receipt import KIND, receipt_claims
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.evidence import ConsentEvidence
from chaincode.events.consent import ConsentState
from chaincode.ids import to_hex
from wallet_cli import receipt
from wallet_cli.errors import EvidenceError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.pins import Pins


@translated_errors()
def opened(text: str, holder: str, operator_key: str, now: int) -> tuple[sd_jwt.Credential, sd_jwt.Verified]:
    """Step 1. `holder` and `operator_key` are addresses. Raises EvidenceError."""
    credential = sd_jwt.Credential.from_text(text)
    found = sd_jwt.verify(credential, operator_key, now)
    if found.holder != holder or found.kind != KIND or type(found.claims.get("as_of_block")) is not int:
        raise EvidenceError(said("rule-source-holder"))
    return credential, found


def check_claims(found: sd_jwt.Verified, evidence: ConsentEvidence, pins: Pins, consent_id: str) -> None:
    """Steps 2 and 3. Raises EvidenceError naming the claim that is not so."""
    proven = receipt.checked(evidence, pins)
    state, terms = ConsentState(proven.consent.state), (evidence.bank, evidence.genesis_hash, proven.header.number)
    true = receipt_claims(proven.words, proven.request, state, proven.consent.used, *terms)
    if to_hex(proven.words.consent_id) != consent_id:
        raise EvidenceError(said("error-receipt-differs", where="consent"))
    for name in sorted({*true, *found.claims}):
        if found.claims.get(name) != true.get(name):
            raise EvidenceError(said("error-receipt-differs", where=name))
