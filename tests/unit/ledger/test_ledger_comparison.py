"""What a replay is compared with: checkpoints, followers, receipts, time stamps - or nobody, and then it says so."""

import importlib.util
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from eth_keys.datatypes import PrivateKey
from typer.testing import CliRunner

from ledger.checkpoint import CheckpointError, RewrittenHistoryError, checkpoint_of, sign_checkpoint
from ledger.cli import app
from ledger.comparison import NOT_COMPARED, Witnesses, compare, read_checkpoints, read_receipts
from ledger.datadir import DataDirectory
from ledger.errors import LedgerError
from ledger.export import export_chain
from ledger.follow import Follower
from ledger.integrity import verify_directory
from ledger.node import Node
from ledger.provider import ChainProvider
from ledger.replay import replay
from ledger.stamps import StampError, load_roots, read_stamp, request_stamp
from ledger.words import sentence_in_japanese
from scripts.bench.damage_trials import flip_bit, make_directory

_specification = importlib.util.spec_from_file_location(
    "time_stamping_authority", Path(__file__).with_name("time_stamping_authority.py")
)
tsa = importlib.util.module_from_spec(_specification)
_specification.loader.exec_module(tsa)

WITNESS = PrivateKey(b"\x77" * 32)
needs_openssl = pytest.mark.skipif(not tsa.is_available(), reason="openssl, the real authority here, is not installed")


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def asking(node):
    provider = ChainProvider(node)

    def ask(calls):
        return [provider.make_request(method, params)["result"] for method, params in calls]

    return ask


@pytest.fixture
def stories(new_chain, genesis, seal, sign, alice, tmp_path):
    """The operator's two stories of one genesis, and the export of the second, true in itself."""
    honest, forged = new_chain("honest", genesis), new_chain("forged", genesis)
    for number in (1, 2, 3):
        seal(honest, number * 10, [sign(alice, number - 1)])
        seal(forged, number * 10, [sign(alice, number - 1, data=b"another story")])
    export_chain(forged, tmp_path / "story")
    report = replay(tmp_path / "story")
    yield honest, forged, report.state, tmp_path / "story"
    report.state.close()


def test_without_a_witness_the_verdict_says_that_nobody_was_asked(stories, tmp_path):
    assert compare(stories[2], stories[3], Witnesses()).statement() == NOT_COMPARED
    done = run("replay", stories[3])
    assert done.exit_code == 0
    assert "true for this copy; not compared with anybody" in done.stdout
    facts = json.loads(run("replay", stories[3], "--json").stdout)
    assert (facts["verdict"], facts["statement"]) == ("true", NOT_COMPARED)


def test_a_checkpoint_that_was_kept_finds_a_rewritten_history(stories, tmp_path):
    honest, forged, _, export = stories
    for name, chain in (("kept", honest), ("agreeing", forged)):
        (tmp_path / f"{name}.json").write_text(sign_checkpoint(checkpoint_of(chain, 2), WITNESS).to_json())
    done = run("replay", export, "--checkpoint", tmp_path / "kept.json", "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["verdict"] == "rewritten"
    assert json.loads(done.stdout)["block"] == 2
    done = run("replay", export, "--checkpoint", tmp_path / "agreeing.json")
    assert done.exit_code == 0
    assert "true; agrees with 1 checkpoints of 1 witnesses" in done.stdout


def test_a_directory_of_checkpoints_is_read_as_followers_keep_it(stories, tmp_path):
    honest, _, state, export = stories
    (tmp_path / "kept").mkdir()
    for number in (1, 3):
        document = sign_checkpoint(checkpoint_of(honest, number), WITNESS).to_json()
        (tmp_path / "kept" / f"{number:012d}.json").write_text(document)
    with pytest.raises(RewrittenHistoryError, match="block 1"):
        compare(state, export, Witnesses(checkpoints=read_checkpoints([tmp_path / "kept"])))
    (tmp_path / "no-text.json").write_bytes(b"\xff")
    (tmp_path / "other-form.json").write_text("{}")
    told = {}
    for name in ("absent", "no-text", "other-form"):
        with pytest.raises(CheckpointError) as found:
            read_checkpoints([tmp_path / "kept", tmp_path / f"{name}.json"])
        told[name] = sentence_in_japanese(found.value.reason)
    assert told == {
        "absent": f"{tmp_path}/absent.json というファイルはありません",
        "no-text": f"{tmp_path}/no-text.json は文字のファイルではありません",
        "other-form": f"{tmp_path}/other-form.json は使えるチェックポイントではありません。"
        "checkpoint、witness、signature のある JSON のオブジェクトが必要です",
    }
    for receipts in ([tmp_path / "absent.json"], [tmp_path / "no-text.json"]):
        with pytest.raises(LedgerError) as found:
            read_receipts(receipts)
        assert sentence_in_japanese(found.value.reason)


def test_a_follower_of_the_other_story_finds_it(stories, tmp_path):
    honest, forged, state, export = stories
    with pytest.raises(RewrittenHistoryError, match="block 1, seen by honest"):
        compare(state, export, Witnesses(followers={"honest": asking(Node(honest))}))
    found = compare(state, export, Witnesses(followers={"forged": asking(Node(forged))}))
    assert found.statement() == "true; agrees with 1 followers"


def test_a_follower_tells_what_it_signed_too(stories, new_chain, genesis, tmp_path):
    _, forged, state, export = stories
    copy = new_chain("copy", genesis, None)
    follower = Follower(copy, asking(Node(forged)), WITNESS, tmp_path / "checkpoints")
    copy.clock = lambda: 10**6
    follower.step()
    node = Node(copy)
    node.gossip = follower.gossip
    found = compare(state, export, Witnesses(followers={"copy": asking(node)}))
    assert found.statement() == "true; agrees with 1 checkpoints of 1 witnesses, 1 followers"


def test_a_follower_of_another_chain_and_a_malformed_one_are_told_apart(stories, new_chain):
    from ledger.genesis import new_clique_document, parse_genesis

    _, forged, state, export = stories
    signer = forged._signer.public_key.to_canonical_address()
    other = new_chain("other", parse_genesis(new_clique_document([signer], chain_id=5)))
    with pytest.raises(RewrittenHistoryError, match="the chain id is 5"):
        compare(state, export, Witnesses(followers={"other": asking(Node(other))}))

    def liar(calls):
        return ["0x0", hex(forged.chain_id)] if len(calls) == 2 else ["0x00"] * len(calls)

    with pytest.raises(LedgerError, match="malformed header of block 0"):
        compare(state, export, Witnesses(followers={"liar": liar}))


def test_a_members_receipts_are_compared(stories, tmp_path):
    honest, forged, state, export = stories
    for name, chain in (("honest", honest), ("forged", forged)):
        block = chain.history.block(2)
        ask = ChainProvider(Node(chain)).make_request
        answer = ask("eth_getTransactionReceipt", ["0x" + block.transactions[0].hash.hex()])
        (tmp_path / f"{name}.json").write_text(json.dumps(answer))
    done = run("replay", export, "--receipt", tmp_path / "honest.json", "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["witness"].startswith("the receipt of 0x")
    agreed = run("replay", export, "--receipt", tmp_path / "forged.json")
    assert "true; agrees with 1 receipts" in agreed.stdout
    receipt = dict(read_receipts([tmp_path / "forged.json"])[0])
    with pytest.raises(RewrittenHistoryError, match="the transaction is not in this block"):
        compare(state, export, Witnesses(receipts=[{**receipt, "transactionHash": "0x" + "11" * 32}]))
    with pytest.raises(RewrittenHistoryError, match="the chain ends before this block"):
        compare(state, export, Witnesses(receipts=[{**receipt, "blockNumber": "0x99"}]))
    with pytest.raises(LedgerError, match="needs blockNumber"):
        compare(state, export, Witnesses(receipts=[{"blockNumber": 5}]))
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(LedgerError, match="holds no receipt"):
        read_receipts([tmp_path / "broken.json"])


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    with tsa.running_authority(tmp_path_factory.mktemp("tsa") / "authority") as running:
        yield running


@pytest.fixture
def anchored(authority, tmp_path):
    make_directory(tmp_path / "d", blocks=3, grants=2)
    done = run("anchor", "--data", tmp_path / "d", "--tsa", authority.url, "--tsa-root", authority.root, "--json")
    assert done.exit_code == 0, done.exception
    assert json.loads(done.stdout)["checked"] is True
    run("export", "--data", tmp_path / "d", "--out", tmp_path / "x")
    return tmp_path / "d", tmp_path / "x"


@needs_openssl
def test_a_stamp_is_kept_with_the_export_and_checked_in_replay(anchored, authority):
    done = run("replay", anchored[1], "--tsa-root", authority.root, "--json")
    assert done.exit_code == 0, done.exception
    facts = json.loads(done.stdout)
    (stamp,) = facts["compared_with"]["stamps"]
    late = f"{stamp['seconds_after_block']:,} s after the time that their blocks claim"
    assert facts["statement"] == f"true; agrees with 1 time stamps, made up to {late}"
    assert stamp["block"] == facts["blocks"]
    assert stamp["authority"] == "CN=test authority stamper"
    assert abs(datetime.fromisoformat(stamp["time"]).astimezone(UTC).timestamp() - datetime.now(UTC).timestamp()) < 300
    assert (
        stamp["seconds_after_block"] > 10**9
    )  # these blocks claim the year 1970: a stamp shows that they do not stem from it


@needs_openssl
def test_without_a_root_a_stamp_in_the_copy_counts_for_nothing(anchored):
    facts = json.loads(run("replay", anchored[1], "--json").stdout)
    assert facts["statement"] == NOT_COMPARED
    assert facts["compared_with"]["stamps_not_checked"] == 1
    assert "name an authority with --tsa-root" in facts["hint"]


@needs_openssl
def test_another_authoritys_root_does_not_vouch_for_a_stamp(anchored, tmp_path):
    with tsa.running_authority(tmp_path / "stranger", "stranger") as stranger:
        done = run("replay", anchored[1], "--tsa-root", stranger.root)
    assert isinstance(done.exception, StampError)


@needs_openssl
def test_a_rewritten_history_cannot_take_an_old_stamp_along(anchored, stories, tmp_path):
    shutil.copytree(anchored[1] / "anchors", stories[3] / "anchors")
    done = run("replay", stories[3], "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["verdict"] == "rewritten"


@needs_openssl
def test_an_altered_stamp_does_not_hold_and_verify_names_it(anchored, authority):
    (stamp,) = (anchored[0] / "checkpoints").glob("*.tsr")
    flip_bit(stamp, stamp.stat().st_size // 2, 0)
    assert [damage.file for damage in verify_directory(anchored[0]).places] == [f"checkpoints/{stamp.name}"]
    (copied,) = (anchored[1] / "anchors").glob("*.tsr")
    found = 0
    roots = load_roots([authority.root])
    document = read_checkpoints([anchored[1] / "anchors"])[0].checkpoint
    raw = copied.read_bytes()
    for position in range(0, len(raw), 97):
        altered = bytearray(raw)
        altered[position] ^= 0x10
        try:
            stamp_found = read_stamp(bytes(altered), document, roots)
        except StampError:
            found += 1
        else:  # a bit that no signature covers may be another, but it says nothing else
            assert stamp_found == read_stamp(raw, document, roots)
    assert found > 5


@needs_openssl
def test_a_stamp_over_another_checkpoint_is_refused(anchored, authority):
    chain = DataDirectory(anchored[0]).open_chain(lambda: 0, read_only=True)
    try:
        raw = request_stamp(authority.url, checkpoint_of(chain, 1))
        with pytest.raises(StampError, match="not over the checkpoint of block 2"):
            read_stamp(raw, checkpoint_of(chain, 2), load_roots([authority.root]))
    finally:
        chain.store.close()


def test_an_authority_that_is_away_or_talks_nonsense_leaves_nothing_behind(tmp_path):
    make_directory(tmp_path / "d", blocks=1, grants=1)
    done = run("anchor", "--data", tmp_path / "d", "--tsa", "http://127.0.0.1:1/")
    assert isinstance(done.exception, StampError)
    assert not list((tmp_path / "d").glob("checkpoints/*"))
    with pytest.raises(StampError, match="holds no certificate"):
        load_roots([tmp_path / "d" / "genesis.json"])
    with pytest.raises(StampError, match="no time stamp"):
        read_stamp(b"nonsense", None, ())
