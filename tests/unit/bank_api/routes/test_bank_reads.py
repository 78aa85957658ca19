"""The short way of a read: the same answers, refusals and words as by FastAPI's own."""

from fastapi.routing import APIRoute

from bank_api.routes import escrow, member, operator, organization, public
from bank_api.routes.reads import ReadRoute, _plan_of

ROUTES = [
    route
    for module in (public, member, organization, operator, escrow)
    for route in module.router.routes
    if isinstance(route, APIRoute) and getattr(route.endpoint, "at_once", None) is not None
]
OFTEN = {
    *("/v1/me", "/v1/me/passbook", "/v1/me/requests", "/v1/me/consents", "/v1/me/answers", "/v1/me/releases"),
    *("/v1/me/coupons", "/v1/surveys", "/v1/surveys/{survey_id}", "/v1/coupon-classes", "/v1/bank"),
    *("/v1/requests", "/v1/requests/{request_id}", "/v1/releases", "/v1/releases/{release_id}"),
}


def test_what_is_read_often_goes_the_short_way():
    """Reads with parameters that only FastAPI knows how to find take the usual way."""
    short = {one.path for one in ROUTES if isinstance(one, ReadRoute) and _plan_of(one.endpoint.at_once) is not None}
    assert OFTEN - short == set()


PATHS = [
    "/v1/me",
    "/v1/me/passbook",
    "/v1/me/requests",
    "/v1/me/requests?language=en",
    "/v1/me/consents",
    "/v1/me/coupons",
    "/v1/requests",
    "/v1/releases",
    "/v1/releases/{unknown}",
    "/v1/releases/no-id",
    "/v1/openings/{unknown}",
    "/v1/surveys",
    "/v1/surveys/0x12",
    "/v1/bank",
    "/v1/partner/summary",
    "/v1/operator/summary",
    "/v1/shop/redemptions",
    "/v1/custodians",
]


def told(answer):
    return answer.status_code, answer.json(), answer.headers["content-type"]


def test_both_ways_say_the_same_to_everybody(town, monkeypatch):
    member, partner, survey = town.member(), town.organization("partner"), town.survey()
    town.answer(member, survey)
    headers = [member.headers, partner.headers, town.operator.headers, {}, {"Authorization": "Bearer invented"}]
    headers += [{"Authorization": "Basic abc"}, {"Authorization": "Bearer"}, {"Authorization": "bearer invented"}]
    asked = [(path.format(unknown="0x" + "ab" * 32), one) for path in PATHS for one in headers]
    short = [told(town.client.get(path, headers=one)) for path, one in asked]
    monkeypatch.setattr(town.bank.database, "is_file", False)
    usual = [told(town.client.get(path, headers=one)) for path, one in asked]
    for (path, one), here, there in zip(asked, short, usual, strict=True):
        here[1].pop("time", None), there[1].pop("time", None)
        assert here == there, (path, one)
    assert {status for status, *_ in short} == {200, 401, 403, 404, 422}
