"""Checkpoints, followers, offline proofs: what those hold who trust nobody."""

import json

import pytest
from eth_keys.datatypes import PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.asking import LeaderUnreachableError, ask_over_http
from ledger.blocks import decode_header
from ledger.checkpoint import (
    Checkpoint,
    CheckpointError,
    RewrittenHistoryError,
    checkpoint_of,
    compare_with_export,
    parse_checkpoint,
    parse_signed_checkpoint,
    sign_checkpoint,
)
from ledger.errors import LedgerError
from ledger.export import export_chain
from ledger.follow import (
    CHECKPOINT_BLOCKS,
    CHECKPOINT_SECONDS,
    FalseLeaderError,
    Follower,
)
from ledger.genesis import new_clique_document, parse_genesis
from ledger.node import Node
from ledger.offline import check_offline
from ledger.provider import ChainProvider
from ledger.seal import header_signer

WITNESS = PrivateKey(b"\x77" * 32)
HASHES = st.binary(min_size=32, max_size=32)


@given(st.integers(0, 2**64), HASHES, st.integers(0, 2**64), HASHES, HASHES)
def test_a_checkpoints_text_is_read_back(chain_id, genesis_hash, number, block_hash, state_root):
    checkpoint = Checkpoint(chain_id, genesis_hash, number, block_hash, state_root)
    assert parse_checkpoint(checkpoint.text()) == checkpoint


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "\n",
        lambda text: text.upper(),
        lambda text: text.replace("block 1", "block 01"),
        lambda text: text.replace("chain", " chain"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "",
    ],
)
def test_another_form_of_the_text_is_refused(chain, seal, change):
    seal(chain, 10)
    with pytest.raises(CheckpointError, match="one form"):
        parse_checkpoint(change(checkpoint_of(chain).text()))


def test_a_signed_checkpoint_is_read_back_with_its_witness(chain, seal):
    seal(chain, 10)
    signed = sign_checkpoint(checkpoint_of(chain), WITNESS)
    assert parse_signed_checkpoint(signed.to_json()) == signed
    assert signed.witness == WITNESS.public_key.to_checksum_address()


def test_a_checkpoint_that_the_witness_did_not_sign_is_refused(chain, seal):
    seal(chain, 10)
    fields = json.loads(sign_checkpoint(checkpoint_of(chain), WITNESS).to_json())
    altered = {**fields, "checkpoint": fields["checkpoint"].replace("block 1", "block 2")}
    other = {**fields, "witness": "0x" + "11" * 20}
    for document in (altered, other):
        with pytest.raises(CheckpointError, match="did not sign"):
            parse_signed_checkpoint(json.dumps(document))
    for document in ({}, {**fields, "more": "x"}, {**fields, "signature": "0xzz"}, {**fields, "signature": "0x12"}):
        with pytest.raises(CheckpointError):
            parse_signed_checkpoint(json.dumps(document))
    with pytest.raises(CheckpointError):
        parse_signed_checkpoint("no json")


@pytest.fixture
def rewritten(new_chain, genesis, seal, sign, alice, tmp_path):
    """The operator's two stories: the same first two blocks, then different ones, both well sealed."""
    honest, forged = new_chain("honest", genesis), new_chain("forged", genesis)
    for number in (1, 2):
        raw = seal(honest, number * 10, [sign(alice, number - 1)]).block.raw
        forged.import_block(raw)
    for number in (3, 4):
        seal(honest, number * 10, [sign(alice, number - 1)])
        seal(forged, number * 10 + 1, [sign(alice, number - 1, data=b"another story")])
    export_chain(forged, tmp_path / "forged")
    return honest, forged, tmp_path / "forged"


def test_a_rewritten_history_is_found_by_what_a_witness_holds(rewritten):
    honest, forged, directory = rewritten
    genesis_hash = honest.history.header(0).hash
    seen = [sign_checkpoint(checkpoint_of(honest, number), WITNESS) for number in (0, 2, 3, 4)]
    with pytest.raises(RewrittenHistoryError, match="history was rewritten after block 2") as found:
        compare_with_export(directory, seen, genesis_hash, honest.chain_id)
    assert found.value.block_number == 3
    assert found.value.witness == WITNESS.public_key.to_checksum_address()
    agreeing = [sign_checkpoint(checkpoint_of(forged, number), WITNESS) for number in (0, 1, 4)]
    assert compare_with_export(directory, agreeing, genesis_hash, honest.chain_id) == 3


def test_a_shortened_chain_and_another_genesis_are_found(rewritten, tmp_path):
    honest, _, directory = rewritten
    genesis_hash = honest.history.header(0).hash
    late = Checkpoint(honest.chain_id, genesis_hash, 9, b"\x01" * 32, b"\x02" * 32)
    with pytest.raises(RewrittenHistoryError, match="ends before this block"):
        compare_with_export(directory, [sign_checkpoint(late, WITNESS)], genesis_hash, honest.chain_id)
    with pytest.raises(RewrittenHistoryError, match="the genesis was"):
        compare_with_export(directory, [sign_checkpoint(late, WITNESS)], b"\x09" * 32, honest.chain_id)
    with pytest.raises(RewrittenHistoryError, match="the chain id was"):
        compare_with_export(directory, [sign_checkpoint(late, WITNESS)], genesis_hash, 5)
    with pytest.raises(CheckpointError, match="there is no file"):
        compare_with_export(tmp_path / "absent", [], genesis_hash, honest.chain_id)


def asking(chain):
    """A leader in this process, asked through its real RPC."""
    provider = ChainProvider(Node(chain))

    def ask(calls):
        return [provider.make_request(method, params)["result"] for method, params in calls]

    return ask


@pytest.fixture
def follow(new_chain, genesis, tmp_path):
    def make(leader):
        chain = new_chain("follower", genesis, None)
        chain.clock = lambda: 10**6
        return Follower(chain, asking(leader), WITNESS, tmp_path / "checkpoints"), chain

    return make


def test_a_follower_reaches_the_leaders_head_and_signs_what_it_saw(chain, follow, seal, sign, alice, tmp_path):
    for number in range(CHECKPOINT_BLOCKS + 3):
        seal(chain, number + 1, [sign(alice, number)])
    follower, copy = follow(chain)
    follower.check_genesis()
    while follower.step():
        pass
    assert copy.head == chain.head
    written = sorted((tmp_path / "checkpoints").iterdir())
    assert [path.name for path in written] == [f"{CHECKPOINT_BLOCKS:012d}.json"]
    signed = parse_signed_checkpoint(written[0].read_text())
    assert signed.checkpoint == checkpoint_of(chain, CHECKPOINT_BLOCKS)


def test_a_follower_refuses_a_rewritten_history_and_keeps_its_own(rewritten, follow):
    honest, forged, _ = rewritten
    follower, copy = follow(honest)
    follower.step()
    with forged.draft(100) as draft:
        draft.seal()
    follower._ask = asking(forged)
    with pytest.raises(FalseLeaderError, match="history was rewritten: block 4"):
        follower.step()
    assert copy.head == honest.head


def test_a_rewrite_of_equal_height_is_noticed_at_once_and_both_sealed_headers_are_kept(rewritten, follow, tmp_path):
    honest, forged, _ = rewritten
    follower, copy = follow(honest)
    follower.step()
    assert forged.head.number == copy.head.number
    follower._ask = asking(forged)
    with pytest.raises(FalseLeaderError, match="history was rewritten: block 4 was 0x"):
        follower.step()
    (evidence,) = (tmp_path / "checkpoints" / "evidence").iterdir()
    headers = [decode_header(bytes.fromhex(raw[2:])) for raw in json.loads(evidence.read_text())["headers"]]
    assert [header.hash for header in headers] == [honest.head.header.hash, forged.head.header.hash]
    assert {header_signer(header) for header in headers} == set(honest.head.snapshot.signers)


def test_a_young_chain_has_a_checkpoint_and_a_slow_one_gets_one_a_minute(chain, follow, seal, tmp_path):
    follower, copy = follow(chain)
    seal(chain, 10)
    follower.step()
    seal(chain, 20)
    copy.clock = lambda: 10**6 + CHECKPOINT_SECONDS - 1
    follower.step()
    names = [path.name for path in sorted((tmp_path / "checkpoints").glob("*.json"))]
    assert names == ["000000000001.json"]
    copy.clock = lambda: 10**6 + CHECKPOINT_SECONDS
    follower.step()
    follower.step()
    names = [path.name for path in sorted((tmp_path / "checkpoints").glob("*.json"))]
    assert names == ["000000000001.json", "000000000002.json"]


def test_a_follower_refuses_a_shortened_history_and_another_genesis(rewritten, follow, new_chain, signer_key):
    honest, _, _ = rewritten
    follower, _ = follow(honest)
    follower.step()
    shorter = parse_genesis(new_clique_document([signer_key.public_key.to_canonical_address()], chain_id=5))
    follower._ask = asking(new_chain("other", shorter))
    with pytest.raises(FalseLeaderError, match="now says it has 0"):
        follower.step()
    with pytest.raises(FalseLeaderError, match="genesis is not this chain's"):
        follower.check_genesis()


def test_an_unreachable_leader_is_told_apart():
    with pytest.raises(LeaderUnreachableError):
        ask_over_http("http://127.0.0.1:1", "0x" + "11" * 20)([("eth_blockNumber", [])])


def test_a_following_node_takes_no_transactions(chain, sign, alice):
    node = Node(chain)
    node.leader = "http://leader:8545"
    with pytest.raises(Exception, match="only follows; send transactions to http://leader:8545"):
        node.submit(sign(alice, 0))


def test_a_stranger_checks_a_proof_with_the_genesis_alone(rpc, deployed, local):
    proof = rpc("eth_getProof", deployed.address, ["0x1"], "latest")["result"]
    header = rpc("debug_getRawHeader", "latest")["result"]
    facts = check_offline(proof, header, local.chain.genesis)
    assert (facts["block"], facts["nonce"]) == (1, 1)
    other = parse_genesis(new_clique_document([b"\x11" * 20]))
    with pytest.raises(LedgerError, match="whom the genesis does not name"):
        check_offline(proof, header, other)
    altered = bytearray(bytes.fromhex(header[2:]))
    altered[100] ^= 1
    with pytest.raises(LedgerError):
        check_offline(proof, "0x" + altered.hex(), local.chain.genesis)
    for broken in ({}, {**proof, "balance": "x"}):
        with pytest.raises(LedgerError, match="malformed"):
            check_offline(broken, header, local.chain.genesis)
    with pytest.raises(LedgerError, match="malformed"):
        check_offline(proof, "0x1234", local.chain.genesis)
