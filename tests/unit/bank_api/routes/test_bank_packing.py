"""Long answers travel packed; short ones, streams and what is packed already pass as they are."""

import gzip

import pytest
from fastapi import FastAPI, Response
from fastapi.testclient import TestClient
from starlette.responses import StreamingResponse

from bank_api.routes import packing
from bank_api.routes.packing import PACKED_FROM_BYTES, Packing

LONG = b'{"word":"' + b"consent " * 2000 + b'"}'


@pytest.fixture
def client():
    app = FastAPI()

    @app.get("/long")
    def long():
        return Response(LONG, media_type="application/json", headers={"Vary": "Origin"})

    @app.get("/short")
    def short():
        return Response(LONG[: PACKED_FROM_BYTES - 1], media_type="application/json")

    @app.get("/stream")
    def stream():
        return StreamingResponse(iter([LONG, LONG]), media_type="text/event-stream")

    @app.get("/packed")
    def packed():
        content = gzip.compress(LONG * 40, 0)
        return Response(content, media_type="application/json", headers={"Content-Encoding": "gzip"})

    @app.get("/picture")
    def picture():
        return Response(LONG, media_type="image/png")

    @app.get("/sealed")
    def sealed():
        return Response(LONG, media_type="application/json", headers={"Cache-Control": "no-transform"})

    app.add_middleware(Packing)
    return TestClient(app)


def test_a_long_answer_is_packed_and_says_so(client):
    answer = client.get("/long")
    assert answer.content == LONG
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) < len(LONG) / 10
    assert answer.headers["Vary"] == "Origin, Accept-Encoding"


def test_who_cannot_unpack_gets_it_plain(client):
    answer = client.get("/long", headers={"Accept-Encoding": "identity"})
    assert answer.content == LONG
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/short", "/sealed", "/stream", "/picture"])
def test_what_is_short_flows_or_is_a_picture_passes_as_it_is(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def test_nothing_is_packed_twice(client):
    assert client.get("/packed").content == LONG * 40


def test_what_everybody_may_read_is_packed_once_and_what_is_somebody_s_is_kept_nowhere(client):
    packing._packed_once.cache_clear()
    for _ in range(3):
        client.get("/long")
    assert packing._packed_once.cache_info().misses == 1
    client.get("/long", headers={"Authorization": "Bearer x"})
    assert (packing._packed_once.cache_info().hits, packing._packed_once.cache_info().misses) == (2, 1)


def test_the_bank_s_own_description_travels_packed(town):
    answer = town.client.get("/v1/bank")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) < 20_000
    assert "Content-Encoding" not in town.client.get("/v1/health").headers
