"""Escrow of document keys: owner, custodians, openings."""

from typing import Annotated, Any

from fastapi import APIRouter

from bank_api.flows import recover
from bank_api.protocol.fields import Address, Body, EncryptionKey, Id, Short, Text
from bank_api.routes.access import Anyone, TheBank
from bank_api.routes.bodies import SignedBody, address, from_base64, schema_of, signed
from bank_api.views import escrows as views
from chaincode.typed_data import Contribution, EscrowPolicy, OpeningRequest, ShareReceipt, Veto

router = APIRouter(prefix="/v1", tags=["escrow"])


class ShareBody(Body):
    custodian: Address
    sealed_base64: str


class EscrowBody(Body):
    policy: Annotated[SignedBody, schema_of(EscrowPolicy)]
    title: Short
    document_base64: str
    commitments_base64: str
    shares: list[ShareBody]


class ReceiptBody(Body):
    receipt: Annotated[SignedBody, schema_of(ShareReceipt)]


class OpeningBody(Body):
    opening: Annotated[SignedBody, schema_of(OpeningRequest)]
    recipient_key: EncryptionKey
    reason: Text


class ContributionBody(Body):
    contribution: Annotated[SignedBody, schema_of(Contribution)]
    sealed_base64: str


class VetoBody(Body):
    veto: Annotated[SignedBody, schema_of(Veto)]


@router.get("/custodians")
def custodians(bank: TheBank) -> dict[str, Any]:
    """Who keeps shares of document keys, and the key that a share is sealed to."""
    return {"custodians": views.custodians(bank)}


@router.post("/escrows", status_code=201)
async def create(bank: TheBank, caller: Anyone, body: EscrowBody) -> dict[str, Any]:
    """Entrust a sealed document's key to custodians: one sealed share each, and the policy you signed."""
    most = bank.settings.sealed_bytes_max
    shares = {
        address(one.custodian, f"shares[{i}].custodian"): from_base64(
            one.sealed_base64, f"shares[{i}].sealed_base64", most
        )
        for i, one in enumerate(body.shares)
    }
    document = from_base64(body.document_base64, "document_base64", most)
    commitments = from_base64(body.commitments_base64, "commitments_base64", most)
    policy = signed(EscrowPolicy, body.policy, "policy")
    return await recover.create(bank, caller, policy, body.title, document, commitments, shares)


@router.get("/escrows")
def escrows(bank: TheBank, caller: Anyone) -> dict[str, Any]:
    """Escrows that I own or hold a share of."""
    return {"escrows": views.escrows(bank, caller.account)}


@router.get("/escrows/{escrow_id}/share")
def share(bank: TheBank, caller: Anyone, escrow_id: Id) -> dict[str, Any]:
    """My own sealed share, and the commitments to verify it with; nobody else's."""
    return views.share(bank, caller.account, escrow_id)


@router.post("/escrows/{escrow_id}/acknowledgement", status_code=201)
async def acknowledge(bank: TheBank, _caller: Anyone, escrow_id: Id, body: ReceiptBody) -> dict[str, Any]:
    """A custodian confirms a verified share; the escrow is active once all have."""
    return await recover.acknowledge(bank, escrow_id, signed(ShareReceipt, body.receipt, "receipt"))


@router.post("/escrows/{escrow_id}/openings", status_code=201)
async def request_opening(bank: TheBank, caller: Anyone, escrow_id: Id, body: OpeningBody) -> dict[str, Any]:
    """Ask that an escrow be opened to a key of mine; the owner has until `ready_at` to veto."""
    action = signed(OpeningRequest, body.opening, "opening")
    return await recover.request_opening(bank, caller, escrow_id, action, body.recipient_key, body.reason)


@router.get("/openings/{opening_id}")
def opening(bank: TheBank, caller: Anyone, opening_id: Id) -> dict[str, Any]:
    """How far an opening is; its sealed contributions are shown to its requester alone."""
    return views.opening(bank, caller.account, opening_id)


@router.post("/openings/{opening_id}/contributions", status_code=201)
async def contribute(bank: TheBank, caller: Anyone, opening_id: Id, body: ContributionBody) -> dict[str, Any]:
    """A custodian's contribution to an opening, sealed to its requester."""
    sealed = from_base64(body.sealed_base64, "sealed_base64", bank.settings.sealed_bytes_max)
    return await recover.contribute(
        bank, caller, opening_id, signed(Contribution, body.contribution, "contribution"), sealed
    )


@router.post("/openings/{opening_id}/veto", status_code=201)
async def veto(bank: TheBank, _caller: Anyone, opening_id: Id, body: VetoBody) -> dict[str, Any]:
    """The owner stops an opening that has not happened yet."""
    return await recover.veto(bank, opening_id, signed(Veto, body.veto, "veto"))
