"""The ledger as the bank passes it on: the node's own answers, to the questions that anybody may ask and no others."""

import gzip
import json

import pytest
import rlp

from chaincode.keccak import keccak


@pytest.fixture(scope="module")
def ask(town):
    def ask(method, *params):
        question = {"jsonrpc": "2.0", "id": 7, "method": method, "params": list(params)}
        answer = town.client.post("/v1/ledger", json=question)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


def test_a_header_comes_as_it_was_sealed(town, ask):
    encoded = ask("debug_getRawHeader", "0x1")
    assert encoded["id"] == 7
    block = town.chain.w3.eth.get_block(1)
    assert keccak(bytes.fromhex(encoded["result"][2:])) == bytes(block["hash"])


def test_a_proof_leads_from_the_head_to_the_coins(town, ask):
    coin = town.deployment.address("coin")
    proof = ask("eth_getProof", coin, ["0x" + "00" * 32], "latest")["result"]
    account = rlp.decode(bytes.fromhex(proof["accountProof"][-1][2:]))
    assert proof["storageHash"][2:] in rlp.encode(account).hex()


def test_what_the_node_refuses_is_its_own_answer(ask):
    assert ask("debug_getRawHeader", "0xffffff")["error"]["code"] == -32000
    assert ask("eth_getBlockByNumber")["error"]["code"] == -32602


@pytest.mark.parametrize(
    "method", ["eth_sendRawTransaction", "eth_call", "debug_traceTransaction", "clique_propose", ""]
)
def test_no_other_question_is_passed_on(town, method):
    question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": []}
    answer = town.client.post("/v1/ledger", json=question)
    assert (answer.status_code, answer.json()["field"]) == (422, "method")


def test_a_long_answer_is_packed_for_whoever_can_unpack_it(town):
    proof = [town.deployment.address("coin"), ["0x" + "00" * 32], "latest"]
    question = {"jsonrpc": "2.0", "id": 1, "method": "eth_getProof", "params": proof}
    with town.client.stream("POST", "/v1/ledger", json=question) as answer:
        content = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    plain = town.client.post("/v1/ledger", json=question, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert json.loads(gzip.decompress(content)) == plain.json()
