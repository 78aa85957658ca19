"""Reading methods: what they answer, and what they say to parameters that are wrong."""

import pytest
from eth_abi import encode
from eth_utils import keccak

from ledger.errors import LedgerError
from ledger.proofs import ProofError, check_account_proof
from ledger.rlp_codec import decode

LABEL = b"\x07" * 32
NOWHERE = "0x" + "12" * 32


@pytest.fixture
def busy(local, deployed, alice, sign, rpc):
    """Blocks 2 and 3 count under LABEL; block 4 reverts."""
    for nonce, amount in ((1, 5), (2, 6), (3, 5000)):
        data = deployed.encode_abi("count", args=[LABEL, amount])
        rpc("eth_sendRawTransaction", "0x" + sign(alice, nonce, to=deployed.address, data=data).hex())
    return deployed


def test_blocks_by_number_tag_and_hash_agree(rpc, busy):
    latest = rpc("eth_getBlockByNumber", "latest", False)["result"]
    assert latest["number"] == "0x4"
    for tag in ("0x4", "safe", "finalized"):
        assert rpc("eth_getBlockByNumber", tag, False)["result"] == latest
    assert rpc("eth_getBlockByHash", latest["hash"], False)["result"] == latest
    assert rpc("eth_getBlockByNumber", "earliest", False)["result"]["number"] == "0x0"
    full = rpc("eth_getBlockByNumber", "latest", True)["result"]
    assert [entry["hash"] for entry in full["transactions"]] == latest["transactions"]


def test_the_header_hash_is_the_hash_of_the_raw_header(rpc, busy):
    raw = rpc("debug_getRawHeader", "latest")["result"]
    assert "0x" + keccak(hexstr=raw).hex() == rpc("eth_getHeaderByNumber", "latest")["result"]["hash"]
    block = decode(bytes.fromhex(rpc("debug_getRawBlock", "latest")["result"][2:]))
    assert len(block[1]) == 1


def test_unknown_blocks_are_null(rpc):
    assert rpc("eth_getBlockByNumber", "0x99", False)["result"] is None
    assert rpc("eth_getBlockByHash", NOWHERE, False)["result"] is None
    assert rpc("eth_getBlockTransactionCountByNumber", "0x99")["result"] is None
    assert rpc("eth_getBlockReceipts", "0x99")["result"] is None
    assert rpc("eth_getTransactionByHash", NOWHERE)["result"] is None
    assert rpc("eth_getTransactionReceipt", NOWHERE)["result"] is None


def test_receipts_by_block_number_tag_and_hash_agree_with_single_ones(rpc, busy):
    block = rpc("eth_getBlockByNumber", "0x2", False)["result"]
    receipts = rpc("eth_getBlockReceipts", "0x2")["result"]
    assert receipts == rpc("eth_getBlockReceipts", block["hash"])["result"]
    assert receipts == [rpc("eth_getTransactionReceipt", block["transactions"][0])["result"]]
    assert receipts[0]["status"] == "0x1"
    assert rpc("eth_getBlockReceipts", "latest")["result"][0]["status"] == "0x0"
    assert len(rpc("debug_getRawReceipts", "0x2")["result"]) == 1


def test_a_transaction_is_found_in_every_way(rpc, busy):
    block = rpc("eth_getBlockByNumber", "0x2", True)["result"]
    transaction = block["transactions"][0]
    assert rpc("eth_getTransactionByHash", transaction["hash"])["result"] == transaction
    assert rpc("eth_getTransactionByBlockNumberAndIndex", "0x2", "0x0")["result"] == transaction
    assert rpc("eth_getTransactionByBlockHashAndIndex", block["hash"], "0x0")["result"] == transaction
    assert rpc("eth_getTransactionByBlockNumberAndIndex", "0x2", "0x1")["result"] is None
    assert (
        "0x" + keccak(hexstr=rpc("debug_getRawTransaction", transaction["hash"])["result"]).hex() == transaction["hash"]
    )


def test_state_is_read_as_of_any_block(rpc, busy, alice):
    assert [rpc("eth_getTransactionCount", alice.address, hex(n))["result"] for n in range(5)] == [
        "0x0",
        "0x1",
        "0x2",
        "0x3",
        "0x4",
    ]
    assert rpc("eth_getCode", busy.address, "0x0")["result"] == "0x"
    assert len(rpc("eth_getCode", busy.address, "latest")["result"]) > 2
    assert rpc("eth_getBalance", alice.address, {"blockNumber": "0x1"})["result"] == "0x0"
    assert rpc("eth_getStorageAt", busy.address, "0x0", "latest")["result"] == "0x" + "00" * 32


def test_state_of_an_unknown_block_is_refused(rpc, alice):
    assert rpc("eth_getBalance", alice.address, "0x99")["error"]["message"] == "header not found"
    assert rpc("eth_getBalance", alice.address, {"blockHash": NOWHERE})["error"]["message"] == "header not found"


@pytest.mark.parametrize(
    ("method", "params", "message"),
    [
        ("eth_getBalance", [], "missing value for required argument 0"),
        ("eth_getBalance", ["0x12"], "invalid argument 0: hex string has length 2, want 40"),
        ("eth_getBalance", ["12" * 20], "invalid argument 0: hex string without 0x prefix"),
        ("eth_getBalance", ["0x" + "zz" * 20], "invalid argument 0: invalid hex string"),
        ("eth_getBalance", ["0x" + "11" * 20, "newest"], "invalid argument 1: hex string without 0x prefix"),
        ("eth_getBalance", ["0x" + "11" * 20, "0x01"], "invalid argument 1: hex number with leading zero digits"),
        ("eth_getBalance", ["0x" + "11" * 20, "0x"], 'invalid argument 1: hex string "0x"'),
        ("eth_getBlockByNumber", ["latest", "yes"], "invalid argument 1: must be true or false"),
        ("eth_getBlockByNumber", ["latest"], "missing value for required argument 1"),
        ("eth_getBlockByHash", ["0x12", False], "invalid argument 0: hex string has length 2, want 64"),
        ("eth_blockNumber", ["latest"], "too many arguments, want at most 0"),
        ("eth_getTransactionByHash", [5], "invalid argument 0: must be a hex string"),
        ("eth_getStorageAt", ["0x" + "11" * 20, "0x" + "0" * 65], None),
        ("eth_getBalance", ["0x" + "11" * 20, {"blockHash": NOWHERE, "blockNumber": "0x1"}], None),
        ("eth_getBlockByNumber", ["0x1ffffffffffffffff", False], "invalid argument 0: hex number > 64 bits"),
    ],
)
def test_wrong_parameters_are_told_apart(rpc, method, params, message):
    error = rpc(method, *params)["error"]
    assert error["code"] == -32602
    assert message is None or error["message"] == message


def test_a_proof_holds_for_a_stranger_who_has_only_the_header(rpc, busy):
    header = rpc("eth_getHeaderByNumber", "latest")["result"]
    root = bytes.fromhex(header["stateRoot"][2:])
    slots = ["0x" + "00" * 32, "0x1"]
    proof = rpc("eth_getProof", busy.address, slots, "latest")["result"]
    account = check_account_proof(proof, root)
    assert "0x" + account.code_hash.hex() == "0x" + keccak(hexstr=rpc("eth_getCode", busy.address)["result"]).hex()
    assert [entry["value"] for entry in proof["storageProof"]] == ["0x0", "0x0"]


def test_a_proof_of_a_written_slot_holds(rpc, busy, local):
    root = bytes.fromhex(rpc("eth_getHeaderByNumber", "latest")["result"]["stateRoot"][2:])
    slot = "0x" + keccak(encode(["uint256", "bytes32"], [1, LABEL])).hex()
    proof = rpc("eth_getProof", busy.address, [slot], "latest")["result"]
    assert proof["storageProof"][0]["value"] == hex(11)
    check_account_proof(proof, root)
    proof["storageProof"][0]["value"] = hex(12)
    with pytest.raises(ProofError, match="not the one that was proven"):
        check_account_proof(proof, root)


@pytest.mark.parametrize("field", ["balance", "nonce", "codeHash", "storageHash"])
def test_an_altered_account_is_refused(rpc, busy, field):
    root = bytes.fromhex(rpc("eth_getHeaderByNumber", "latest")["result"]["stateRoot"][2:])
    proof = rpc("eth_getProof", busy.address, [], "latest")["result"]
    proof[field] = hex(int(proof[field], 16) + 1) if field in ("balance", "nonce") else "0x" + "00" * 32
    with pytest.raises(ProofError):
        check_account_proof(proof, root)


def test_an_altered_or_missing_node_is_refused(rpc, busy):
    root = bytes.fromhex(rpc("eth_getHeaderByNumber", "latest")["result"]["stateRoot"][2:])
    proof = rpc("eth_getProof", busy.address, [], "latest")["result"]
    nodes = proof["accountProof"]
    for altered in (nodes[:-1], [*nodes, "0xc0"], ["0x" + "ff" * 40, *nodes[1:]]):
        with pytest.raises(LedgerError):
            check_account_proof({**proof, "accountProof": altered}, root)


def test_absence_is_proven_too(rpc, busy):
    root = bytes.fromhex(rpc("eth_getHeaderByNumber", "latest")["result"]["stateRoot"][2:])
    proof = rpc("eth_getProof", "0x" + "77" * 20, ["0x0"], "latest")["result"]
    assert check_account_proof(proof, root).nonce == 0


def test_fee_history_of_a_free_chain_is_zeros(rpc, busy):
    history = rpc("eth_feeHistory", "0x3", "latest", [10, 90])["result"]
    assert history["oldestBlock"] == "0x2"
    assert history["baseFeePerGas"] == ["0x0"] * 4
    assert history["reward"] == [["0x0", "0x0"]] * 3
    assert all(0 < ratio < 1 for ratio in history["gasUsedRatio"])
    assert rpc("eth_gasPrice")["result"] == "0x0"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (["0x1", "0x99"], "request beyond head block"),
        (["0x1", "latest", [101]], "invalid reward percentile: 101"),
        (["0x1", "latest", [50, 50]], "invalid reward percentile"),
        (["0x1", "latest", "half"], "must be a list"),
    ],
)
def test_fee_history_refuses(rpc, params, words):
    assert words in rpc("eth_feeHistory", *params)["error"]["message"]


def test_facts_about_the_node(rpc, local):
    assert int(rpc("eth_chainId")["result"], 16) == int(rpc("net_version")["result"]) == local.chain.chain_id
    assert rpc("web3_clientVersion")["result"].startswith("azukari-ledger/")
    assert rpc("web3_sha3", "0x68656c6c6f")["result"] == "0x" + keccak(b"hello").hex()
    assert rpc("eth_syncing")["result"] is False
    assert rpc("eth_accounts")["result"] == []
    assert rpc("net_listening")["result"] is True
    assert rpc("net_peerCount")["result"] == "0x0"
    assert rpc("eth_capabilities")["result"]["logs"] == {"disabled": False, "oldestBlock": "0x0"}


def test_clique_methods_show_the_signers(rpc, busy, local):
    signer = "0x" + local.chain.signer_address.hex()
    assert rpc("clique_getSigners")["result"] == [signer]
    assert rpc("clique_getSigner", "0x2")["result"] == signer
    snapshot = rpc("clique_getSnapshot", "0x3")["result"]
    assert (snapshot["number"], list(snapshot["signers"]), snapshot["recents"]) == (3, [signer], {"3": signer})
    assert rpc("clique_status")["result"] == {
        "inturnPercent": 100.0,
        "numBlocks": 4,
        "sealerActivity": {signer: 4},
    }
    assert rpc("clique_getSigners", "0x99")["error"]["message"] == "unknown block"


def test_votes_are_proposed_and_discarded(rpc, local):
    other = "0x" + "44" * 20
    assert rpc("clique_propose", other, True)["result"] is None
    assert rpc("clique_proposals")["result"] == {other: True}
    assert rpc("clique_discard", other)["result"] is None
    assert rpc("clique_proposals")["result"] == {}
    signer = "0x" + local.chain.signer_address.hex()
    assert "nobody could seal any more" in rpc("clique_propose", signer, False)["error"]["message"]
