"""What the running node refuses at its own door."""

import httpx
import pytest
from eth_account import Account


@pytest.fixture
def rpc(stage):
    def call(body, **options):
        content = {"json": body} if not isinstance(body, bytes) else {"content": body}
        return httpx.post(stage.ledger.url, **content, **options, headers={"content-type": "application/json"}).json()

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
