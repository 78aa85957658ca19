"""What the running node refuses at its own door."""

import socket
from urllib.parse import urlsplit

import httpx
import pytest
from eth_account import Account


@pytest.fixture
def rpc(stage):
    def call(body, **options):
        content = {"json": body} if not isinstance(body, bytes) else {"content": body}
        headers = {"content-type": "application/json"}
        return httpx.post(stage.ledger.url, **content, **options, headers=headers, timeout=60).json()

    return call


def test_a_stranger_may_not_write(rpc):
    stranger = Account.from_key(b"\x07" * 32)
    chain_id = int(rpc({"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []})["result"], 16)
    signed = stranger.sign_transaction(
        {"nonce": 0, "gasPrice": 0, "gas": 21000, "to": stranger.address, "value": 0, "data": b"", "chainId": chain_id}
    )
    raw = "0x" + bytes(signed.raw_transaction).hex()
    answer = rpc({"jsonrpc": "2.0", "id": 2, "method": "eth_sendRawTransaction", "params": [raw]})
    assert answer["error"]["code"] == -32007
    assert answer["error"]["message"] == "Sender account not authorized to send transactions"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{not json", -32700),
        (b"[]", -32600),
        ({"jsonrpc": "2.0", "id": 1}, -32600),
        ({"jsonrpc": "2.0", "id": 1, "method": "eth_makeCoffee", "params": []}, -32601),
        ({"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByNumber", "params": ["yesterday", False]}, -32602),
    ],
)
def test_malformed_requests_have_their_codes(rpc, body, code):
    assert rpc(body)["error"]["code"] == code


def nested_list(depth):
    """RLP of a list in a list in a list …"""
    encoded = b"\xc0"
    for _ in range(depth):
        size = len(encoded)
        length = size.to_bytes((size.bit_length() + 7) // 8, "big")
        encoded = (bytes([0xC0 + size]) if size < 56 else bytes([0xF7 + len(length)]) + length) + encoded
    return encoded


@pytest.mark.parametrize("body", [b"[" * 300_000, b'{"a":' * 300_000])
def test_what_nests_too_deep_does_not_kill_the_node(rpc, body):
    assert rpc(body)["error"]["code"] == -32700
    raw = "0x" + nested_list(20_000).hex()
    refused = rpc({"jsonrpc": "2.0", "id": 3, "method": "eth_sendRawTransaction", "params": [raw]})
    assert refused["error"]["code"] == -32000
    assert "result" in rpc({"jsonrpc": "2.0", "id": 4, "method": "eth_blockNumber", "params": []})


def test_what_nests_too_deep_does_not_kill_the_bank(stage):
    header = {"content-type": "application/json"}
    answer = httpx.post(
        f"{stage.bank.url}/v1/session/challenge", content=b'{"address":' * 50_000, headers=header, timeout=60
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid-input"
    assert httpx.get(f"{stage.bank.url}/v1/health", timeout=60).status_code == 200


def test_a_client_that_hangs_up_half_way_leaves_no_traceback(stage, rpc):
    where = urlsplit(stage.ledger.url)
    with socket.create_connection((where.hostname, where.port)) as caller:
        head = (
            f"POST / HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n"
        )
        caller.sendall(head.encode() + b'{"jsonrpc"')
        assert "result" in rpc({"jsonrpc": "2.0", "id": 5, "method": "eth_blockNumber", "params": []})
    for number in range(6, 30):
        assert "result" in rpc({"jsonrpc": "2.0", "id": number, "method": "eth_blockNumber", "params": []})
    assert "Traceback" not in stage.ledger.log.read_text()
