"""The bank's operator: invitations, organizations, surveys, coins for partners, releases."""

from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Query
from pydantic import Field
from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.errors import InvalidInputError
from bank_api.flows import disclose, draws, enroll, join, privacy_budget, publish, release_history, statistics
from bank_api.protocol.documents.draw import Draw
from bank_api.protocol.documents.release import SUPPRESSION_LIMIT
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.fields import Address, Body, EncryptionKey, Id, Short
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.bank import Invited
from bank_api.protocol.shapes.health import OperatorHealth
from bank_api.protocol.shapes.people import People
from bank_api.protocol.shapes.receipts import Receipt, SurveyReceipt
from bank_api.protocol.shapes.releases import Rehearsal, ReleaseEvidence, ReleaseReceipt
from bank_api.protocol.shapes.summaries import OperatorSummary
from bank_api.routes.access import Auditing, Operator, Ordered, TheBank, of_one_moment
from bank_api.routes.paging import Page
from bank_api.routes.public import LOOKING
from bank_api.routes.reads import ReadRoute
from bank_api.views import health, releases, summaries
from bank_api.views import people as people_views
from bank_api.views.kept import request_message, request_row
from chaincode.events.request import LegalClass
from chaincode.ids import id_from_hex, parse_address

router = APIRouter(prefix="/v1", tags=["operator"], route_class=ReadRoute)


Sought = Annotated[str, Query(max_length=200)]
RoleName = Literal["member", "partner", "shop", "operator", "board", "custodian", "auditor"]


class Invitation(Body):
    code: Annotated[str, Field(min_length=12, max_length=200, repr=False, examples=["3fd91c0a7b5e"])]
    name: Short
    email: Short | None = None


class InvitationsBody(Body):
    invitations: Annotated[list[Invitation], Field(min_length=1, max_length=5000)]


class OrganizationBody(Body):
    account: Address
    role: Annotated[Short, Field(examples=["partner", "shop", "board", "custodian", "auditor", "operator"])]
    name: Short
    parent: Address | None = None
    encryption_key: EncryptionKey | None = None


class SaleBody(Body):
    invoice_id: Id
    coins: Annotated[int, Field(ge=1, le=2**53)]


class TopUpBody(Body):
    top_up_id: Id
    coins: Annotated[int, Field(ge=1, le=2**53)]


class PolicyBody(Body):
    k: Annotated[int, Field(ge=2)] | None = None
    suppression_limit: Annotated[float, Field(ge=0, lt=1)] = SUPPRESSION_LIMIT
    come_and_go: bool | None = None
    """At the first release of a series of sensitive answers: homes, in which few people are left out, also where others
    are away each time (true), or seats (false). What a series began with holds; not said, it goes on so, and a new one
    begins with homes (ADR 87)."""


class StatisticsBody(Body):
    """Only for requests of statistics."""

    epsilon: Annotated[float, Field(gt=0, le=100)] = 1
    crossed: list[Annotated[list[Short], Field(min_length=2, max_length=2)]] = Field(
        default_factory=list, max_length=20, examples=[[["age", "vote"]]]
    )
    rows: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Of made-up rows: how many; as many as there are people, unless told."""


class RehearsalBody(Body):
    request_id: Id
    policy: PolicyBody = PolicyBody()
    statistics: StatisticsBody | None = None


class ReleaseBody(Body):
    release_id: Id
    request_id: Id
    policy: PolicyBody = PolicyBody()
    statistics: StatisticsBody | None = None


@router.post("/invitations", status_code=201, response_model=Invited)
def invite(bank: TheBank, _caller: Ordered, body: InvitationsBody) -> Any:
    """Invite employees: one code each, made by you; the bank keeps digests only."""
    return join.invite(bank, [(one.code, one.name, one.email) for one in body.invitations])


@router.post("/organizations", status_code=201, response_model=Receipt)
async def enroll_organization(bank: TheBank, _caller: Ordered, body: OrganizationBody) -> Any:
    """Enter a partner, shop, board member, custodian, auditor or operator on the ledger and in the directory."""
    parent = parse_address(body.parent, "parent") if body.parent is not None else None
    account = parse_address(body.account, "account")
    return await enroll.enroll(bank, account, body.role, body.name, parent, body.encryption_key)


@router.post("/surveys", status_code=201, response_model=SurveyReceipt)
async def publish_survey(bank: TheBank, _caller: Ordered, body: Survey) -> Any:
    """Publish a survey: its words here, its hashes, rewards and budget on the ledger."""
    return await in_thread(publish.publish_survey, bank, body)


@router.post("/draws", status_code=201, response_model=Receipt)
async def open_draw(bank: TheBank, _caller: Ordered, body: Draw) -> Any:
    """Open a prize draw: its words here, its hashes, price, times and drawers on the ledger."""
    return await in_thread(draws.open_draw, bank, body)


@router.post("/surveys/{survey_id}/closure", status_code=201, response_model=Receipt)
async def close_survey(bank: TheBank, _caller: Ordered, survey_id: Id) -> Any:
    """Take no more answers to a survey."""
    return await in_thread(publish.close_survey, bank, survey_id)


@router.post("/surveys/{survey_id}/budget", status_code=201, response_model=Receipt)
async def top_up(bank: TheBank, _caller: Ordered, survey_id: Id, body: TopUpBody) -> Any:
    """Add coins to what a survey may still pay; the top-up's id makes it safe to repeat."""
    top_up_id = id_from_hex(body.top_up_id, "top_up_id")
    return await in_thread(publish.top_up, bank, survey_id, top_up_id, body.coins)


@router.post("/partners/{account}/coins", status_code=201, response_model=Receipt)
async def sell_coins(bank: TheBank, _caller: Ordered, account: Address, body: SaleBody) -> Any:
    """Sell coins to a partner; the invoice id makes it safe to repeat."""
    buyer, invoice = parse_address(account, "account"), id_from_hex(body.invoice_id, "invoice_id")
    return await in_thread(publish.sell_coins, bank, buyer, invoice, body.coins)


@router.post("/releases", status_code=201, response_model=ReleaseReceipt)
async def make_release(bank: TheBank, _caller: Ordered, body: ReleaseBody) -> Any:
    """Anonymize what is consented now (or make statistics of it), verify it, record it on the ledger and pay for it."""

    def work() -> Any:
        policy, told = body.policy, body.statistics
        asked = request_message(request_row(bank, body.request_id))
        if told is not None or asked.legal_class == LegalClass.STATISTICAL:
            _no_series(policy)
            answer, row = statistics.release_statistics(bank, body.release_id, body.request_id, policy.k, _wanted(told))
        else:
            answer, row = disclose.release(
                bank, body.release_id, body.request_id, policy.k, policy.suppression_limit, policy.come_and_go
            )
        bank.index.catch_up()  # the view tells of what was recorded just now
        return answer.model_dump() | releases.release_view(bank, row.release_id)

    return await in_thread(work)


@router.get("/releases/{release_id}/evidence", response_model=ReleaseEvidence)
async def release_evidence(bank: TheBank, _caller: Auditing, release_id: Id) -> Any:
    """For an auditor: how a release was made, what the attacks on it found, and what it takes to run them again."""
    return await in_thread(release_history.evidence, bank, release_id)


@router.post("/releases/rehearsal", response_model=Rehearsal)
async def rehearse_release(bank: TheBank, _caller: Operator, body: RehearsalBody) -> Any:
    """What a release would be if it were made now: nothing is kept, sent, recorded or paid."""
    policy, told = body.policy, body.statistics
    asked = await in_thread(lambda: request_message(request_row(bank, body.request_id)))
    if told is not None or asked.legal_class == LegalClass.STATISTICAL:
        _no_series(policy)
        wanted = _wanted(told)
        return await in_thread(statistics.rehearse_statistics, bank, body.request_id, policy.k, wanted)
    return await in_thread(
        disclose.rehearse, bank, body.request_id, policy.k, policy.suppression_limit, None, policy.come_and_go
    )


def _no_series(policy: PolicyBody) -> None:
    """Raises InvalidInputError where statistics are asked to be told in homes."""
    if policy.come_and_go is not None:
        raise InvalidInputError("policy.come_and_go", said("rule-come-and-go-rows"))


def _wanted(told: StatisticsBody | None) -> statistics.Wanted:
    told = told or StatisticsBody()
    return statistics.Wanted(privacy_budget.thousandths(told.epsilon), tuple(map(tuple, told.crossed)), told.rows)


@router.get("/operator/people", response_model=People)
@of_one_moment
def people(bank: TheBank, _caller: Operator, page: Page, sought: Sought = "", role: RoleName | None = None) -> Any:
    """People and organizations whose name, address or account holds what is sought; the newest first, 200 at most."""
    return people_views.people(bank, sought, role, page.limit, page.cursor)


@router.get("/operator/summary", response_model=OperatorSummary)
@of_one_moment
def summary(bank: TheBank, _caller: Operator) -> Any:
    """The books: how many of everything, and the coins, as the ledger has them."""
    return summaries.operator_summary(bank)


@router.get("/operator/health", response_model=OperatorHealth)
async def health_of_bank(bank: TheBank, _caller: Operator) -> Any:
    """How the bank is: nodes, index, what it answered, disk, stores elsewhere, notices; and what is wrong."""
    return await to_thread.run_sync(health.operator_health, bank, limiter=LOOKING)
