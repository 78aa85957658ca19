"""The transport: content types, sizes, tokens, WebSocket, health."""

import json

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from ledger.node import Node
from ledger.rpc.dispatcher import REQUEST_BYTES_MAX, Access
from ledger.server import build_app
from ledger.tokens import TokenFileError, Tokens, load_tokens

READER = "r" * 20
ADMIN = "a" * 20


@pytest.fixture
def client(chain):
    with TestClient(build_app(Node(chain), Tokens())) as opened:
        yield opened


def body(method, *params):
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}


def test_a_post_is_answered(client):
    answer = client.post("/", json=body("eth_blockNumber"))
    assert (answer.status_code, answer.json()["result"]) == (200, "0x0")
    assert answer.headers["content-type"] == "application/json"


def test_a_batch_is_answered(client):
    answers = client.post("/", json=[body("eth_blockNumber"), body("net_version")]).json()
    assert len(answers) == 2


def test_malformed_json_is_a_parse_error(client):
    answer = client.post("/", content=b"{", headers={"content-type": "application/json"})
    assert answer.json()["error"]["code"] == -32700


def test_another_content_type_is_refused(client):
    answer = client.post("/", content=json.dumps(body("eth_blockNumber")), headers={"content-type": "text/plain"})
    assert answer.status_code == 415


def test_too_large_a_body_is_refused_before_it_is_read(client):
    headers = {"content-type": "application/json", "content-length": str(REQUEST_BYTES_MAX + 1)}
    answer = client.post("/", content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, -32005)


def test_without_tokens_everything_but_administration_is_open(client):
    assert client.post("/", json=body("clique_propose", "0x" + "11" * 20, True)).json()["error"]["code"] == -32604


def test_tokens_open_their_level(chain):
    tokens = Tokens([(READER, Access.READ), (ADMIN, Access.ADMIN)])
    with TestClient(build_app(Node(chain), tokens)) as client:
        request = body("clique_propose", "0x" + "11" * 20, True)
        assert client.post("/", json=request).status_code == 401
        wrong = client.post("/", json=request, headers={"Authorization": "Bearer wrong"})
        assert wrong.status_code == 401
        reader = client.post("/", json=request, headers={"Authorization": f"Bearer {READER}"})
        assert reader.json()["error"]["code"] == -32604
        admin = client.post("/", json=request, headers={"Authorization": f"Bearer {ADMIN}"})
        assert "result" in admin.json()


def test_a_page_that_renamed_itself_is_refused(chain):
    with TestClient(build_app(Node(chain), Tokens(), hosts=["127.0.0.1"])) as client:
        assert client.post("/", json=body("eth_blockNumber")).status_code == 400
        answer = client.post("/", json=body("eth_blockNumber"), headers={"host": "127.0.0.1:8545"})
        assert answer.json()["result"] == "0x0"


def test_health_tells_the_height_and_the_trouble(client):
    assert client.get("/health").json() == {"height": 0, "waiting": 0, "error": None}


def test_the_sealer_seals_and_subscribers_hear_of_it(client, sign, alice):
    with client.websocket_connect("/") as socket:
        socket.send_json(body("eth_subscribe", "newHeads"))
        subscription = socket.receive_json()["result"]
        socket.send_json(body("eth_sendRawTransaction", "0x" + sign(alice, 0).hex()))
        messages = [socket.receive_json(), socket.receive_json()]
        heads = [message for message in messages if message.get("method") == "eth_subscription"]
        assert [head["params"]["subscription"] for head in heads] == [subscription]
        assert heads[0]["params"]["result"]["number"] == "0x1"
        socket.send_json(body("eth_unsubscribe", subscription))
        assert socket.receive_json()["result"] is True


def test_a_websocket_answers_junk_with_an_error(client):
    with client.websocket_connect("/") as socket:
        socket.send_text("{")
        assert socket.receive_json()["error"]["code"] == -32700


def test_a_foreign_page_may_not_open_a_websocket(client):
    elsewhere = client.websocket_connect("/", headers={"origin": "http://elsewhere.example"})
    with pytest.raises(WebSocketDisconnect), elsewhere:
        pass
    with client.websocket_connect("/", headers={"origin": "http://testserver"}) as socket:
        socket.send_json(body("eth_blockNumber"))
        assert socket.receive_json()["result"] == "0x0"


def test_a_token_file_is_read(tmp_path):
    path = tmp_path / "tokens"
    path.write_text(f"# who may what\nread {READER}\n\nadmin {ADMIN}  # the operator\n")
    tokens = load_tokens(path)
    assert tokens.access(f"Bearer {READER}") is Access.READ
    assert tokens.access(f"bearer {ADMIN}") is Access.ADMIN
    assert tokens.access("Basic abc") is None
    assert tokens.access(None) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no token"),
        ("read", "expected `read|write|admin TOKEN`"),
        (f"own {READER}", "expected"),
        ("read short", "at least 16"),
    ],
)
def test_a_bad_token_file_is_refused(tmp_path, text, words):
    path = tmp_path / "tokens"
    path.write_text(text)
    with pytest.raises(TokenFileError) as refused:
        load_tokens(path)
    assert words in refused.value.reason


def test_a_missing_token_file_is_refused(tmp_path):
    with pytest.raises(TokenFileError, match="No such file"):
        load_tokens(tmp_path / "absent")
