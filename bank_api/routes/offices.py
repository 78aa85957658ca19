"""What the operator does about accounts, consents and requests of others; each by its own signed order."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.flows import consent_office, gifts, policies, publish, standing
from bank_api.protocol.fields import Address, Body, Coins, Id, Short, Text
from bank_api.protocol.shapes.gifts import Gifts
from bank_api.protocol.shapes.offices import Asked, Expired, Revoked
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.routes.access import Ordered, TheBank
from chaincode.ids import parse_address

router = APIRouter(prefix="/v1", tags=["operator"])


class ReasonBody(Body):
    reason: Text


class DismissalBody(ReasonBody):
    role: Annotated[Short, Field(examples=["member", "partner", "shop", "custodian", "auditor"])]


class PartnerRewardBody(Body):
    coins: Coins
    partners_maximum: Annotated[int, Field(ge=1, le=255)]


class PolicyBody(Body):
    policy_id: Id
    name: Short
    issuers: Annotated[list[Address], Field(min_length=1, max_length=16)]


@router.post("/accounts/{account}/suspension", status_code=201, response_model=Receipt)
async def suspend(bank: TheBank, _caller: Ordered, account: Address, body: ReasonBody) -> Any:
    """Suspend an account: it may only read, withdraw and veto until it is reinstated."""
    return await in_thread(standing.suspend, bank, parse_address(account, "account"), body.reason)


@router.post("/accounts/{account}/reinstatement", status_code=201, response_model=Receipt)
async def reinstate(bank: TheBank, _caller: Ordered, account: Address, body: ReasonBody) -> Any:
    """Let a suspended account act again."""
    return await in_thread(standing.reinstate, bank, parse_address(account, "account"), body.reason)


@router.post("/accounts/{account}/dismissal", status_code=201, response_model=Receipt)
async def dismiss(bank: TheBank, _caller: Ordered, account: Address, body: DismissalBody) -> Any:
    """Take one role away; what the account owns stays its own, and it may be enrolled again."""
    return await in_thread(standing.dismiss, bank, parse_address(account, "account"), body.role, body.reason)


@router.post("/operator/requests/{request_id}/questions", status_code=201, response_model=Asked)
async def ask_members(bank: TheBank, _caller: Ordered, request_id: Id) -> Any:
    """Ask all who answered the survey and said nothing yet for their consent to an approved request."""
    return await in_thread(consent_office.ask_members, bank, request_id)


@router.post("/operator/requests/{request_id}/revocations", status_code=201, response_model=Revoked)
async def revoke_consents(bank: TheBank, _caller: Ordered, request_id: Id, body: ReasonBody) -> Any:
    """Take the consents to a request out of force, where its partner broke the contract; some with each call."""
    return await in_thread(consent_office.revoke_consents, bank, request_id, body.reason)


@router.post("/operator/requests/{request_id}/closing", status_code=201, response_model=Receipt)
async def close_request(bank: TheBank, _caller: Ordered, request_id: Id) -> Any:
    """End a request in its partner's place: coins that are still locked go back, nothing more is released for it."""
    return await in_thread(consent_office.close_request, bank, request_id)


@router.post("/operator/expiries", status_code=201, response_model=Expired)
async def expire_consents(bank: TheBank, _caller: Ordered) -> Any:
    """Record on the ledger which consents have run out."""
    return await in_thread(consent_office.expire_consents, bank)


@router.post("/releases/{release_id}/abandonment", status_code=201, response_model=Receipt)
async def abandon_release(bank: TheBank, _caller: Ordered, release_id: Id) -> Any:
    """Give up a large release that was opened and never closed; its consents are free again."""
    return await in_thread(consent_office.abandon_release, bank, release_id)


@router.post("/surveys/{survey_id}/partner-reward", status_code=201, response_model=Receipt)
async def set_partner_reward(bank: TheBank, _caller: Ordered, survey_id: Id, body: PartnerRewardBody) -> Any:
    """Promise, once, coins for every partner whose request a member consents to, out of the survey's budget."""
    return await in_thread(publish.set_partner_reward, bank, survey_id, body.coins, body.partners_maximum)


@router.post("/spending-policies", status_code=201, response_model=Receipt)
async def set_policy(bank: TheBank, _caller: Ordered, body: PolicyBody) -> Any:
    """Name, for good, the issuers with whom coins under a policy may be spent."""
    return await in_thread(policies.set_policy, bank, body.policy_id, body.name, body.issuers)


@router.post("/gift-orders/{order_id}/gifts", status_code=201, response_model=Gifts)
async def give_gifts(bank: TheBank, _caller: Ordered, order_id: Id) -> Any:
    """Carry out an issuer's order: each member of its releases once, by lot where there are more than it is for."""
    return await in_thread(gifts.give, bank, order_id)
