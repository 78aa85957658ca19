"""What the ledger says, with a proof that a wallet checks against the ledger's seal: nobody need believe the bank."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from bank_api.flows import receipt_credential, row_proof
from bank_api.protocol.fields import Address, Id
from bank_api.protocol.shapes.evidence import ConsentEvidence, ReceiptCredential, ReceiptCredentialBody
from bank_api.protocol.shapes.proofs import LedgerProof
from bank_api.protocol.shapes.rows import RowProof
from bank_api.routes.access import Holder, TheBank
from bank_api.views import evidence, proofs
from chaincode.ids import parse_address

router = APIRouter(prefix="/v1/proofs", tags=["public"])


@router.get("/accounts/{account}", response_model=LedgerProof)
def account_proof(bank: TheBank, caller: Holder, account: Address) -> Any:
    """An account in office, or your own: whose key it is, its roles, and the hash of the key to seal to."""
    return proofs.account(bank, caller.account, parse_address(account, "account"))


@router.get("/escrows/{escrow_id}", response_model=LedgerProof)
def escrow_proof(bank: TheBank, caller: Holder, escrow_id: Id) -> Any:
    """An escrow of yours, or whose share you hold: the hash of the policy that its owner signed."""
    return proofs.escrow(bank, caller.account, escrow_id)


@router.get("/openings/{opening_id}", response_model=LedgerProof)
def opening_proof(bank: TheBank, caller: Holder, opening_id: Id) -> Any:
    """An opening that concerns you: its state, when contributions begin, and the hash of the words that asked."""
    return proofs.opening(bank, caller.account, opening_id)


@router.get("/consents/{consent_id}", response_model=ConsentEvidence)
def consent_evidence(
    bank: TheBank, caller: Holder, consent_id: Id, block: Annotated[int | None, Query(ge=0, le=2**53)] = None
) -> Any:
    """A consent of yours: the words you signed, the notice you read, and the ledger's proof of both and of each use."""
    return evidence.consent_evidence(bank, caller.account, consent_id, block)


@router.post("/consents/{consent_id}/credential", response_model=ReceiptCredential)
def receipt_as_credential(bank: TheBank, caller: Holder, consent_id: Id, body: ReceiptCredentialBody) -> Any:
    """The receipt of a consent of yours as a credential, to be shown elsewhere claim by claim; bound to your key."""
    return {"credential": receipt_credential.credential_of(bank, caller, consent_id, body.holder)}


@router.get("/releases/{release_id}/row", response_model=RowProof)
def own_row(bank: TheBank, caller: Holder, release_id: Id) -> Any:
    """Your own row in a release that you are in, with its place under the root that the ledger has."""
    return row_proof.row_of(bank, caller.account, release_id)
