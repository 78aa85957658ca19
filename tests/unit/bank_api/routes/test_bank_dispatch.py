"""A request is taken by the route that FastAPI's own router would give it to."""

import asyncio
import re

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from bank_api.app import ROUTES
from bank_api.routes.dispatch import Dispatch
from bank_api.routes.short_way import ShortRoute

EVERY = [route for routes in ROUTES for route in routes.router.routes]


class Took(Exception):  # noqa: N818  what is asked for
    """By whom a request was taken."""


def taken(router, method, path, **more):
    """The route that a router calls, what it finds in the path; or the status with which it is refused."""
    scope = {"type": "http", "method": method, "path": path, "headers": [], "app": None, "query_string": b""} | more

    async def stop(route, scope, *_):
        raise Took(route.name, route.path, scope["path_params"])

    with pytest.MonkeyPatch.context() as patched:
        for kind in (APIRoute, ShortRoute):
            patched.setattr(kind, "handle", lambda *words: stop(*words))
        try:
            asyncio.run(router(scope, None, None))
        except (Took, HTTPException) as found:
            return getattr(found, "status_code", found.args)


def test_every_route_takes_what_the_router_would_give_it():
    """Each route of the bank by its own path, and a path that several could take."""
    app = FastAPI()
    for routes in ROUTES:
        app.include_router(routes.router)
    dispatch = Dispatch(nobody, EVERY)
    for route in filter(lambda one: isinstance(one, APIRoute), EVERY):
        path = re.sub(r"{\w+}", "0x" + "ab" * 32, route.path)
        for method in route.methods:
            assert taken(dispatch, method, path) == taken(app.router, method, path), path


async def nobody(*_):
    raise Took("nobody")


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("PUT", "/v1/surveys", {}),
        ("GET", "/v1/surveys/", {}),
        ("GET", "/v1", {}),
        ("GET", "/bank/v1/surveys", {"root_path": "/bank"}),
        ("HEAD", "/v1/surveys", {}),
    ],
)
def test_what_no_route_takes_goes_the_routers_way(method, path, more):
    assert taken(Dispatch(nobody, EVERY), method, path, **more) == ("nobody",)


def test_the_first_route_of_several_is_taken_wherever_the_places_are():
    router = APIRouter()

    def added(path):
        router.add_api_route(path, lambda: None, name=path)

    for path in ("/a/{one}", "/a/b", "/{one}/c", "/b/c"):
        added(path)
    dispatch = Dispatch(nobody, router.routes)
    assert taken(dispatch, "GET", "/a/b") == ("/a/{one}", "/a/{one}", {"one": "b"})
    assert taken(dispatch, "GET", "/b/c") == ("/{one}/c", "/{one}/c", {"one": "b"})


def test_routes_that_could_not_be_found_so_are_refused():
    with pytest.raises(ValueError, match="no route of an API"):
        Dispatch(nobody, [Mount("/files", nobody)])
    with pytest.raises(ValueError, match="several parts"):
        Dispatch(nobody, [APIRoute("/files/{rest:path}", lambda: None)])


def test_who_asks_otherwise_is_told_so(town):
    client: TestClient = town.client
    assert client.put("/v1/surveys").status_code == 405
    assert client.get("/v1/nowhere").status_code == 404
    assert client.get("/v1/surveys").status_code == 200
