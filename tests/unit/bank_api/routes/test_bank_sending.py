"""The short way of an act: the same answers, refusals and words as by FastAPI's own, and strangers turned away."""

import asyncio
import copy
import json

import pytest
from fastapi.routing import APIRoute

from bank_api.protocol.acts import SUBMISSIONS, Sender
from bank_api.routes import acts

SHORT, USUAL = "application/json", "application/json; charset=utf-8"


def test_every_act_but_the_operators_goes_the_short_way():
    """What the operator does is signed besides, request by request: FastAPI's dependencies see to that."""
    routes = {one.path: one.endpoint for one in acts.router.routes if isinstance(one, APIRoute)}
    short = {path for path, endpoint in routes.items() if endpoint.short_way is not None}
    assert {one.path for one in SUBMISSIONS if one.sender is not Sender.OPERATOR} == short
    assert short


def sent(town, path, body, kind, headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = town.client.post(path, content=content, headers=headers | {"Content-Type": kind})
    return answer.status_code, answer.json(), answer.headers["content-type"]


def test_both_ways_say_the_same_to_everybody(town):
    member, partner, survey = town.member(), town.organization("partner"), town.survey()
    path, body = f"/v1/surveys/{survey.survey_id}/answers", town.answer_body(member, survey)
    wrong = []
    for change in ("signature", "coins", "extra", "sealed", "number"):
        one = copy.deepcopy(body)
        if change == "signature":
            one["answer"]["signature"] = "0x12"
        elif change == "coins":
            one["answer"]["message"]["coins"] = 7
        elif change == "extra":
            one["more"] = 1
        elif change == "sealed":
            del one["sealed_base64"]
        else:
            one["answer"]["message"]["items"] = "many"
        wrong.append((path, one, member.headers))
    others = [{}, partner.headers, town.operator.headers, {"Authorization": "Basic abc"}]
    asked = [
        *wrong,
        *((path, body, headers) for headers in others),
        (path.replace(survey.survey_id, "0x12"), body, member.headers),
        (path.replace(survey.survey_id, "0x" + "ab" * 32), body, member.headers),
        *((path, text, member.headers) for text in (b"{", b"[]", b"", b'{"answer":"\xff"}', b"[" * 400_000)),
    ]
    for one in asked:
        here, there = sent(town, *one[:2], SHORT, one[2]), sent(town, *one[:2], USUAL, one[2])
        assert here == there, one
        assert here[0] in (401, 403, 413, 422)
    here, there = sent(town, path, body, SHORT, member.headers), sent(town, path, body, USUAL, member.headers)
    assert here[0] == there[0] == 201
    assert (here[1]["repeated"], there[1]["repeated"]) == (False, True)
    assert (here[1]["id"], here[1].keys(), here[2]) == (there[1]["id"], there[1].keys(), there[2])


def test_who_is_not_let_in_is_told_so_before_the_body_is_read(town):
    answer = sent(town, "/v1/consents", b"{" * 1_000, SHORT, {"Authorization": "Bearer invented"})
    assert (answer[0], answer[1]["code"]) == (401, "not-authenticated")


def test_of_a_stranger_who_may_send_the_body_is_all_that_is_asked(town):
    person, code = town.newcomer(), town.invite()
    body = town.join_body(person, code)
    assert sent(town, "/v1/members", body | {"invitation": "x" * 32}, SHORT, {})[0] == 403
    status, told, _ = sent(town, "/v1/members", body, SHORT, {})
    assert (status, told["account"]) == (201, person.account)


@pytest.mark.parametrize("kind", [SHORT, USUAL])
def test_who_hangs_up_while_sending_is_no_fault_of_ours(town, kind):
    """A stranger could fill the log with tracebacks, and the figures with faults."""
    headers = [(b"content-type", kind.encode()), (b"host", b"testserver")]
    scope = {"type": "http", "http_version": "1.1", "method": "POST", "path": "/v1/members", "raw_path": b"/v1/members"}
    scope |= {"root_path": "", "query_string": b"", "headers": headers, "scheme": "http", "server": ("testserver", 80)}
    pieces = [{"type": "http.request", "body": b'{"join', "more_body": True}, {"type": "http.disconnect"}]
    answered = []

    async def receive():
        return pieces.pop(0)

    async def send(message):
        answered.append(message)

    asyncio.run(town.client.app(scope, receive, send))
    assert answered[0]["status"] == 400
