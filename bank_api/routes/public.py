"""What anybody may read, and logging in."""

from functools import partial
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from pydantic import Field

from bank_api import auth
from bank_api.errors import LedgerUnreachableError
from bank_api.flows import join
from bank_api.flows.flow import looked_up
from bank_api.protocol.fields import Address, Body, Id, Short, Text
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.bank import BankInfo, Health, Login, LoginChallenge, Ready
from bank_api.protocol.shapes.coupons import CouponClasses
from bank_api.protocol.shapes.draws import Draws
from bank_api.protocol.shapes.policies import SpendingPolicies
from bank_api.protocol.shapes.surveys import Surveys, SurveyView
from bank_api.routes.access import TheBank, Token, of_one_moment
from bank_api.routes.paging import in_pages
from bank_api.routes.reads import ReadRoute
from bank_api.routes.sending import ActRoute, ShortWay
from bank_api.views import catalogue, draws, policies
from bank_api.views.erasure import living_account
from chaincode.ids import parse_address, to_hex

router = APIRouter(prefix="/v1", tags=["public"], route_class=ReadRoute)


READY_SECONDS = 10
"""A bank whose ledger was silent for so long says things that may be old: others should be asked."""


LOOKING = CapacityLimiter(4)
"""Strangers who look whether the ledger answers, which may take half a minute, leave the other threads to everybody."""


class ChallengeBody(Body):
    address: Address


class InvitationBody(Body):
    invitation: Annotated[Short, Field(repr=False)]


class SessionBody(Body):
    message: Text
    signature: str = Field(examples=["0x" + "5a" * 64 + "1b"])


@router.get("/health", response_model=Health)
async def health(bank: TheBank) -> Any:
    """Whether the bank can reach its ledger."""
    head = await to_thread.run_sync(bank.head, limiter=LOOKING)
    return {"status": "ok", "ledger": {"reachable": True, "block_number": head}, "time": bank.clock()}


@router.get("/ready", response_model=Ready)
async def ready(bank: TheBank) -> Any:
    """Whether the bank takes part: it has read the ledger, and has heard from it lately. 503 if not."""
    if bank.follower.reached < 0 or bank.follower.silent_seconds > READY_SECONDS:
        raise LedgerUnreachableError(said("error-not-ready", seconds=int(bank.follower.silent_seconds)))
    return {"status": "ok", "block_number": bank.follower.reached}


@router.get("/bank", response_model=BankInfo)
@of_one_moment
def about(bank: TheBank) -> Any:
    """Name, terms, keys and contract addresses: all that a wallet needs to sign."""
    return {
        "name": bank.settings.name,
        "chain_id": bank.deployment.chain_id,
        "genesis_header": bank.genesis_header,
        "deployment": bank.deployment.to_json(),
        "operator": bank.deployment.operator,
        "terms": {
            "statement": bank.terms.statement,
            "text": bank.terms.text,
            "language": bank.terms.language,
            "hash": to_hex(bank.terms.hash),
        },
        "release_public_key": bank.release_key.public.to_hex(),
        "time": bank.ledger_time(),
        "limits": {"sealed_bytes_max": bank.settings.sealed_bytes_max},
    }


async def challenge(bank: TheBank, body: ChallengeBody) -> Any:
    """A message (EIP-4361) to sign with your wallet; it moves nothing."""
    wallet = parse_address(body.address, "address")
    here, chain_id, seconds = bank.here, bank.deployment.chain_id, bank.settings.challenge_seconds
    message, expires = auth.make_challenge(here.secret, here.url, wallet, chain_id, bank.clock(), seconds)
    return {"message": message, "expires_at": expires}


async def session(bank: TheBank, body: SessionBody) -> Any:
    """Exchange the signed message for a bearer token."""
    asked = body.message, body.signature, bank.clock(), bank.settings.session_seconds
    who = await looked_up(bank, auth.signed_in, bank.directory, partial(living_account, bank), bank.here, *asked)
    await auth.open_session(bank.directory, who, bank.clock())
    told = {"token": who.token, "account": who.caller.account, "roles": sorted(who.caller.roles)}
    return told | {"expires_at": who.expires_at}


challenge.short_way = ShortWay(ChallengeBody)  # type: ignore[attr-defined]  # `ActRoute` looks for it
session.short_way = ShortWay(SessionBody)  # type: ignore[attr-defined]
for _path, _take, _told in (("/session/challenge", challenge, LoginChallenge), ("/session", session, Login)):
    router.add_api_route(_path, _take, methods=["POST"], response_model=_told, route_class_override=ActRoute)


@router.post("/invitations/check", status_code=204)
def check_invitation(bank: TheBank, body: InvitationBody) -> None:
    """Whether somebody may join with this code; 403 where nobody was given it, 409 where somebody came with it."""
    join.check_invitation(bank, body.invitation)


@router.delete("/session", status_code=204)
def end_session(bank: TheBank, token: Token, everywhere: bool = False) -> None:
    """Log out: the token is worthless from now on; with `everywhere` so is every other that its key has opened."""
    auth.close_session(bank.directory, token, everywhere)


@router.get("/surveys", response_model=Surveys)
@of_one_moment
@in_pages("surveys", "survey_id")
def surveys(bank: TheBank) -> Any:
    """Surveys on the ledger, with their questions, rewards and state."""
    return {"surveys": catalogue.surveys(bank)}


@router.get("/surveys/{survey_id}", response_model=SurveyView)
@of_one_moment
def survey(bank: TheBank, survey_id: Id) -> Any:
    """One survey with its questions, rewards and state."""
    return catalogue.survey_view(bank, survey_id)


@router.get("/coupon-classes", response_model=CouponClasses)
@of_one_moment
@in_pages("coupon_classes", "class_id")
def coupon_classes(bank: TheBank) -> Any:
    """Coupons on offer, their price and stock, and the shops that take them."""
    return {"coupon_classes": catalogue.coupon_classes(bank)}


@router.get("/draws", response_model=Draws)
@of_one_moment
@in_pages("draws", "draw_id")
def prize_draws(bank: TheBank) -> Any:
    """Prize draws: what there is to win, what an entry costs, and until when."""
    return {"draws": draws.draws(bank)}


@router.get("/spending-policies", response_model=SpendingPolicies)
@of_one_moment
def spending_policies(bank: TheBank) -> Any:
    """Spending policies: with whom coins that are bound by one may be spent."""
    return {"policies": policies.policies(bank)}
