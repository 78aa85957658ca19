"""A member's own doings."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.flows import answer, consent, join, redeem
from bank_api.protocol.fields import Body, EncryptionKey, Id, Short
from bank_api.routes.access import Anyone, Member, TheBank
from bank_api.routes.bodies import SignedBody, from_base64, schema_of, signed
from bank_api.views import catalogue, holdings, passbook, releases, requests
from chaincode.typed_data import Answer, Consent, Join, Purchase, Redemption, Withdrawal

router = APIRouter(prefix="/v1", tags=["member"])


class JoinBody(Body):
    join: Annotated[SignedBody, schema_of(Join)]
    invitation: Annotated[Short, Field(repr=False)]
    encryption_key: EncryptionKey


class AnswerBody(Body):
    answer: Annotated[SignedBody, schema_of(Answer)]
    sealed_base64: str


class ConsentBody(Body):
    consent: Annotated[SignedBody, schema_of(Consent)]


class WithdrawalBody(Body):
    withdrawal: Annotated[SignedBody, schema_of(Withdrawal)]


class PurchaseBody(Body):
    purchase: Annotated[SignedBody, schema_of(Purchase)]


class RedemptionBody(Body):
    redemption: Annotated[SignedBody, schema_of(Redemption)]


@router.post("/members", status_code=201)
async def join_bank(bank: TheBank, body: JoinBody) -> dict[str, Any]:
    """Join with an invitation, by signing the terms."""
    return await join.join(bank, signed(Join, body.join, "join"), body.invitation, body.encryption_key)


@router.get("/me")
def me(bank: TheBank, caller: Anyone) -> dict[str, Any]:
    """Who I am to the bank: account, key, roles, name and coins."""
    return join.profile(bank, caller)


@router.post("/surveys/{survey_id}/answers", status_code=201)
async def give_answer(bank: TheBank, caller: Member, survey_id: Id, body: AnswerBody) -> dict[str, Any]:
    """Answer a survey: the sealed answer goes to your PDS, the commitment and the coins to the ledger."""
    sealed = from_base64(body.sealed_base64, "sealed_base64", bank.settings.sealed_bytes_max)
    return await answer.answer(bank, survey_id, signed(Answer, body.answer, "answer"), sealed)


@router.get("/me/answers")
def my_answers(bank: TheBank, caller: Member) -> dict[str, Any]:
    """My answers as the ledger has them: survey, commitment and coins, never the values."""
    return {"answers": holdings.answers(bank, caller.account)}


@router.get("/me/documents")
def my_documents(bank: TheBank, caller: Member) -> dict[str, Any]:
    """Everything kept for you, sealed: only your wallet (and, for answers, the bank's release key) opens it."""
    return {"documents": catalogue.documents(bank, caller.account)}


@router.get("/me/requests")
def my_requests(bank: TheBank, caller: Member, language: str = "ja") -> dict[str, Any]:
    """Approved requests, each with the notice to read and what you answered so far."""
    return {"requests": requests.requests_for_member(bank, caller.account, language)}


@router.post("/consents", status_code=201)
async def give_consent(bank: TheBank, _caller: Member, body: ConsentBody) -> dict[str, Any]:
    """Consent or refuse, by your own signature."""
    return await consent.consent(bank, signed(Consent, body.consent, "consent"))


@router.post("/consents/{consent_id}/withdrawal", status_code=201)
async def withdraw_consent(bank: TheBank, _caller: Member, consent_id: Id, body: WithdrawalBody) -> dict[str, Any]:
    """Take a consent back; releases made from now on leave you out."""
    return await consent.withdraw(bank, consent_id, signed(Withdrawal, body.withdrawal, "withdrawal"))


@router.get("/me/consents")
def my_consents(bank: TheBank, caller: Member) -> dict[str, Any]:
    """My consents as they stand, each with its history."""
    return {"consents": holdings.consents(bank, caller.account)}


@router.get("/me/passbook")
def my_passbook(bank: TheBank, caller: Anyone) -> dict[str, Any]:
    """Every movement of my coins and every use of my data, with the running balance."""
    return passbook.passbook(bank, caller.account)


@router.get("/me/releases")
def my_releases(bank: TheBank, caller: Member) -> dict[str, Any]:
    """Releases my consents went into."""
    return {"releases": releases.releases_with(bank, caller.account)}


@router.post("/purchases", status_code=201)
async def buy(bank: TheBank, _caller: Member, body: PurchaseBody) -> dict[str, Any]:
    """Buy coupons with coins."""
    return await redeem.purchase(bank, signed(Purchase, body.purchase, "purchase"))


@router.get("/me/coupons")
def my_coupons(bank: TheBank, caller: Member) -> dict[str, Any]:
    """Coupons I hold, and the shops that take them."""
    return {"coupons": holdings.coupons(bank, caller.account)}


@router.get("/redemptions/{redemption_id}")
async def redemption(bank: TheBank, _caller: Anyone, redemption_id: Id) -> dict[str, Any]:
    """A shop's offer to take a coupon: the words to sign, and whether it was used."""
    return await in_thread(catalogue.redemption, bank, redemption_id)


@router.post("/redemptions/{redemption_id}/confirmation", status_code=201)
async def confirm(bank: TheBank, caller: Member, redemption_id: Id, body: RedemptionBody) -> dict[str, Any]:
    """Sign the shop's offer: the coupon is used, once."""
    return await redeem.confirm(bank, caller, redemption_id, signed(Redemption, body.redemption, "redemption"))
