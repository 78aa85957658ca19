"""What awaits somebody comes as it happens, over a line that stays open; a bank that stops lets go of the line."""

import json
import signal
import threading

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bank_api.protocol.kinds import RightKind, RightOutcome
from bank_api.protocol.rights import RightAnswerBody, RightBody
from chaincode.ids import new_id, to_hex


def items(lines):
    for line in lines:
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def test_the_same_comes_over_a_web_socket_to_who_says_a_token(stage, company):
    person, operator = company.members[1], company.operator
    address = stage.bank.url.replace("http", "ws", 1) + "/v1/inbox/socket"
    with connect(address) as line:
        line.send(json.dumps({"token": person.client.session.login().token}))
        assert json.loads(line.recv(timeout=60)) == {"event": "open"}
        body = RightBody(request_id=to_hex(new_id()), kind=RightKind.ACCESS, words="everything")
        asked = person.client.rights.ask(body)
        operator.client.rights.answer(asked.request_id, RightAnswerBody(outcome=RightOutcome.DONE, words="sent"))
        told = json.loads(line.recv(timeout=60))
        assert (told["event"], told["data"]["kind"], told["data"]["subject"]) == (
            "item", "right-answered", asked.request_id,
        )  # fmt: skip
    for said, code in ((json.dumps({"token": "nobody's"}), 4401), ("not JSON", 1007), (json.dumps(["token"]), 1007)):
        with connect(address) as line:
            line.send(said)
            with pytest.raises(ConnectionClosed) as closed:
                line.recv(timeout=60)
            assert closed.value.rcvd.code == code


def test_an_answer_is_told_as_it_comes_and_a_stop_ends_the_stream(stage, company):
    person, operator = company.members[0], company.operator
    headers = {"Authorization": f"Bearer {person.client.session.login().token}"}
    ended = threading.Event()
    with httpx.stream("GET", f"{stage.bank.url}/v1/inbox/stream", headers=headers, timeout=60) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        assert next(lines).startswith(":"), "the line is open before anything happens"
        body = RightBody(request_id=to_hex(new_id()), kind=RightKind.ACCESS, words="everything")
        asked = person.client.rights.ask(body)
        operator.client.rights.answer(asked.request_id, RightAnswerBody(outcome=RightOutcome.DONE, words="sent"))
        told = next(items(lines))
        assert (told["kind"], told["subject"]) == ("right-answered", asked.request_id)

        def stop():
            stage.bank.stop()
            ended.set()

        stopping = threading.Thread(target=stop)
        stopping.start()
        for _ in lines:
            pass
        stopping.join()
    assert ended.is_set()
    assert stage.bank._child.returncode == -signal.SIGTERM, "it ended by itself, with a line open"
