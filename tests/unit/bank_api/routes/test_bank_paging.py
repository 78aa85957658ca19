"""Lists come in pages, everywhere alike; whoever follows the cursors has the whole list once."""

import inspect

import pytest
from fastapi.routing import APIRoute

from bank_api.app import ROUTES
from bank_api.errors import InvalidInputError
from bank_api.protocol.fields import Paged
from bank_api.routes.paging import LIMIT_MAX, Paging, plain_paging

LISTS = [
    route
    for module in ROUTES
    for route in module.router.routes
    if isinstance(route, APIRoute)
    and isinstance(route.response_model, type)
    and issubclass(route.response_model, Paged)
]
ITEMS = [{"id": letter} for letter in "abcdefg"]


def test_there_are_lists_and_each_takes_a_limit_and_a_cursor():
    assert len(LISTS) >= 18
    for route in LISTS:
        query = {one.name for dependant in _every(route.dependant) for one in dependant.query_params}
        assert {"limit", "cursor"} <= query, route.path
        assert "next" in route.response_model.model_fields


def _every(dependant):
    yield dependant
    for one in dependant.dependencies:
        yield from _every(one)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_who_follows_the_cursors_has_everything_once(limit):
    seen, cursor = [], None
    while True:
        part, cursor = Paging(limit, cursor).cut(ITEMS, "id")
        assert 0 < len(part) <= limit
        seen += part
        if cursor is None:
            break
    assert seen == ITEMS


def test_a_list_comes_whole_unless_a_page_is_asked_for():
    assert Paging().cut(ITEMS, "id") == (ITEMS, None)
    assert Paging(cursor="g").cut(ITEMS, "id") == ([], None)
    assert Paging(limit=3).cut([], "id") == ([], None)
    with pytest.raises(InvalidInputError):
        Paging(cursor="z").cut(ITEMS, "id")


@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "", "x", str(LIMIT_MAX + 1), "9" * 30, "١", "00001" + "0" * 5000])
def test_a_limit_that_is_none_is_left_to_who_can_say_why(limit):
    assert plain_paging({"limit": limit}) is None
    assert plain_paging({"limit": "5", "cursor": "c" * 201}) is None
    assert plain_paging({"limit": "5", "cursor": "c"}) == Paging(5, "c")


def test_a_bank_hands_its_lists_out_in_pages(town, refusal):
    partner, survey = town.organization("partner"), town.survey()
    town.fund(partner, 10_000)
    ids = [town.request(partner, survey, ["tea"], persons_maximum=2) for _ in range(3)]
    whole = partner.get("/v1/requests")
    assert ([one["request_id"] for one in whole["requests"]], whole["next"]) == (ids, None)
    first = partner.get("/v1/requests?limit=2")
    assert ([one["request_id"] for one in first["requests"]], first["next"]) == (ids[:2], ids[1])
    last = partner.get(f"/v1/requests?limit=2&cursor={first['next']}")
    assert ([one["request_id"] for one in last["requests"]], last["next"]) == (ids[2:], None)
    for query in ("limit=0", "limit=1001", "limit=x", "cursor=0x00"):
        answer = town.client.get(f"/v1/requests?{query}", headers=partner.headers)
        assert refusal(answer) == (422, "invalid-input"), query
    members = [town.member().account for _ in range(3)]
    found, cursor = [], ""
    for _ in range(50):
        page = town.operator.get(f"/v1/operator/people?role=member&limit=2{cursor}")
        found += [one["account"] for one in page["people"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(found) == len(set(found)) == page["found"]
    assert set(members) <= set(found)
    book = town.client.get("/v1/operator/people?cursor=0x00", headers=town.operator.headers)
    assert refusal(book) == (422, "invalid-input")


def test_the_short_way_finds_the_page_that_the_usual_way_finds():
    route = next(one for one in LISTS if one.path == "/v1/me/consents")
    assert list(inspect.signature(route.endpoint.at_once).parameters)[-1] == "page"
