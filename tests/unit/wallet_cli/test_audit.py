"""The audit of a small real chain: true as it is, and every kind of falsehood found and named."""

import io
import json
import shutil
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from eth_account import Account
from eth_keys.datatypes import PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from bank_api.flows.pulse import GAS
from chaincode.bindings import Contracts, Role, Signed
from chaincode.build import CONTRACTS
from chaincode.deploy import deploy
from chaincode.deployment import Deployment
from chaincode.events import Granted, Joined, TermsSet
from chaincode.ids import NOBODY, new_id, text_hash, to_hex
from chaincode.invariants import fold
from chaincode.powers import Power, UseOfPower
from chaincode.storage.compare import UNEXPLAINED
from chaincode.transactor import Transactor
from chaincode.typed_data import Join, sign
from ledger.checkpoint import checkpoint_of, sign_checkpoint
from ledger.comparison import NOT_COMPARED, Comparison, StampFacts
from ledger.export import export_chain
from ledger.replay import replay
from ledger.testing import local_chain
from wallet_cli.audit import REPLAYING, Record, audit_chain
from wallet_cli.cli import app
from wallet_cli.errors import InputError
from wallet_cli.final_state import COMPARING, COMPARING_SLOTS, check_state
from wallet_cli.messages import Messages
from wallet_cli.pins import Pins
from wallet_cli.recorded_events import recorded_events
from wallet_cli.views import audit as audit_view
from wallet_cli.views.powers import sentence

OPERATOR = Account.from_key(b"\x01" * 32)
PARTNER = Account.from_key(b"\x02" * 32)
MEMBER = Account.from_key(b"\x03" * 32)
STATEMENT = "I join"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An export: contracts deployed, a partner who bought coins, a member who joined, a pulse."""
    folder = tmp_path_factory.mktemp("export")
    with local_chain(writers=[OPERATOR.address]) as chain:
        deployment = deploy(chain.w3, OPERATOR)
        contracts, transactor = Contracts(chain.w3, deployment), Transactor(chain.w3, OPERATOR)
        contracts.membership.set_terms(transactor, text_hash("terms"), text_hash(STATEMENT), 2**40)
        contracts.membership.enroll(transactor, PARTNER.address, Role.PARTNER)
        contracts.coin.sell(transactor, PARTNER.address, 500, new_id())
        soon = chain.w3.eth.get_block("latest")["timestamp"] + 3600
        join = Join(new_id(), MEMBER.address, STATEMENT, text_hash("terms"), text_hash("key"), soon)
        contracts.membership.join_batch(transactor, [Signed(join, sign(join, deployment, MEMBER))])
        transactor.send(OPERATOR.address, b"", GAS)  # a pulse: it says nothing, and nothing is missed of it
        export_chain(chain.chain, folder)
        deployment.save(folder / "deployment.json")
    return folder


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copy")


def test_a_true_chain_is_true_with_its_counts(folder):
    steps = {}
    report = audit_chain(
        folder,
        progress=lambda phase, done, total: steps.update({phase: (done, total)}),
        stopwatch=iter([5.0, 7.5]).__next__,
    )
    assert report.is_true, report.violations
    counts = report.counts
    assert (counts["coins_granted"], counts["coins_burnt"], counts["coins_supply"]) == (500, 0, 500)
    assert (counts["members"], counts["partners"]) == (1, 1)
    assert report.events > report.counts["members"]
    assert report.values_compared > 10
    assert report.seconds == 2.5
    assert steps[REPLAYING] == (report.blocks, report.blocks)
    assert steps[COMPARING] == (report.values_compared, report.values_compared)
    assert steps[COMPARING_SLOTS] == (len(CONTRACTS), len(CONTRACTS))
    assert report.remarks == ()
    assert audit_chain(folder, own_code=True).is_true


def test_the_command_says_so_with_exit_code_0(folder):
    done = CliRunner().invoke(app, ["audit", "replay", str(folder)])
    assert done.exit_code == 0, done.output
    assert "The chain is true for this copy" in done.stdout
    assert "500 granted - 0 burnt = 500" in done.stdout
    assert "Contract storage" in done.stdout


@given(place=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_one_altered_byte_anywhere_is_found_and_located(folder, place, bit):
    with tempfile.TemporaryDirectory() as made:
        altered = Path(made)
        for name in ("genesis.json", "manifest.json", "deployment.json"):
            shutil.copy(folder / name, altered)
        data = bytearray((folder / "chain.rlp").read_bytes())
        data[place % len(data)] ^= 1 << bit
        (altered / "chain.rlp").write_bytes(bytes(data))
        report = audit_chain(altered)
    (falsehood,) = report.violations
    assert falsehood.block is not None
    assert falsehood.field
    assert falsehood.reason


def test_a_false_chain_is_exit_code_1_with_block_and_field(copy):
    file = copy / "chain.rlp"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    done = CliRunner().invoke(app, ["audit", "replay", str(copy), "--json"])
    assert done.exit_code == 1
    report = json.loads(done.stdout)
    assert report["verdict"] == "false"
    assert set(report["violations"][0]) == {"block", "field", "reason"}
    shown = CliRunner().invoke(app, ["audit", "replay", str(copy)]).stdout
    assert "The chain is FALSE." in shown


def test_a_chain_cut_short_is_found_by_its_manifest(copy):
    file = copy / "chain.rlp"
    file.write_bytes(file.read_bytes()[:-1])
    assert not audit_chain(copy).is_true


def test_an_altered_genesis_is_found(copy):
    file = copy / "genesis.json"
    genesis = json.loads(file.read_text())
    genesis["timestamp"] = "0x1"
    file.write_text(json.dumps(genesis))
    assert not audit_chain(copy).is_true


@pytest.mark.parametrize("name", ["genesis.json", "chain.rlp", "deployment.json"])
def test_a_missing_file_is_unusable_input(copy, name):
    (copy / name).unlink()
    with pytest.raises(InputError, match=name):
        audit_chain(copy)
    assert CliRunner().invoke(app, ["audit", "replay", str(copy)]).exit_code == 2


def test_a_malformed_deployment_is_unusable_input(copy):
    (copy / "deployment.json").write_text('{"format": "other"}')
    with pytest.raises(InputError, match=r"deployment\.json"):
        audit_chain(copy)


def with_deployment(copy, **changes):
    deployment = Deployment.load(copy / "deployment.json")
    replace(deployment, **changes).save(copy / "deployment.json")


def test_a_deployment_for_another_chain_is_found(copy):
    with_deployment(copy, chain_id=1)
    assert "the deployment is for 1" in str(audit_chain(copy).violations[0].reason)


def test_other_code_than_the_deployments_is_found(copy):
    contracts = dict(Deployment.load(copy / "deployment.json").contracts)
    contracts["coin"] = replace(contracts["coin"], code_hash=bytes(32))
    with_deployment(copy, contracts=contracts)
    assert [str(finding.field) for finding in audit_chain(copy).violations] == ["code of coin"]


def test_contracts_other_than_this_programs_are_remarked_and_refused_on_demand(copy, monkeypatch):
    from wallet_cli import final_state

    original = final_state.compile_contract
    monkeypatch.setattr(final_state, "compile_contract", lambda name: replace(original(name), runtime="0xfe"))
    lenient, strict = audit_chain(copy), audit_chain(copy, own_code=True)
    assert lenient.is_true
    assert "not what this program's sources compile to" in str(lenient.remarks[0].reason)
    assert strict.violations == lenient.remarks
    assert lenient.storage == ()


def test_a_log_the_deployment_does_not_know_is_found(copy):
    contracts = dict(Deployment.load(copy / "deployment.json").contracts)
    coin = contracts["coin"]
    abi = tuple(entry for entry in coin.abi if entry.get("name") != "Granted")
    contracts["coin"] = replace(coin, abi=abi)
    with_deployment(copy, contracts=contracts)
    logs = [finding for finding in audit_chain(copy).violations if str(finding.field) == "log"]
    assert "coin has no event with topic" in str(logs[0].reason)
    assert logs[0].block is not None


@pytest.mark.parametrize("command", ["powers", "books", "show"])
def test_events_that_a_deployment_leaves_out_are_missed_by_nobody(copy, command):
    """The export comes from whoever may have something to hide: an event without words would be in no list."""
    contracts = dict(Deployment.load(copy / "deployment.json").contracts)
    abi = tuple(entry for entry in contracts["coin"].abi if entry.get("name") != "Granted")
    with_deployment(copy, contracts=contracts | {"coin": replace(contracts["coin"], abi=abi)})
    with pytest.raises(InputError, match="coin has no event with topic"):
        recorded_events(copy, None, None)
    assert CliRunner().invoke(app, ["audit", command, str(copy)]).exit_code == 2


def test_a_state_that_holds_more_than_the_events_told_is_found(folder):
    record = Record(Deployment.load(folder / "deployment.json"))
    replayed = replay(folder, on_block=record.take_block)
    told = fold(event for event in record.events if not isinstance(event, Granted))
    assert any("coin" in str(one) for one in told.violations)
    state = check_state(record.kept(), replayed, told, lambda phase, done, total: None)
    found = {str(finding.field): str(finding.reason) for finding in state.false}
    assert found["coin.granted()"] == "the state holds 500, the events say 0"
    (slot,) = [reason for field, reason in found.items() if field.startswith("coin.") and field.endswith("granted")]
    assert slot.endswith("holds 0x1f4, the records say 0x0")


def test_a_slot_that_no_record_explains_is_found(folder):
    record = Record(Deployment.load(folder / "deployment.json"))
    replayed = replay(folder, on_block=record.take_block)
    verdict = fold(record.events)
    joined = next(event for event in record.events if isinstance(event, Joined))
    record.events.remove(joined)
    state = check_state(record.kept(), replayed, verdict, lambda phase, done, total: None)
    (finding,) = state.false
    assert finding.field == "membership.storage"
    assert str(finding.reason).endswith(f"the records say {UNEXPLAINED}")
    contracts = {one.contract: one for one in state.storage}
    assert [name for name, one in contracts.items() if one.violations or not one.root_rebuilt] == ["membership"]


def test_events_that_contradict_each_other_are_a_finding_not_a_crash(folder):
    record = Record(Deployment.load(folder / "deployment.json"))
    replayed = replay(folder, on_block=record.take_block)
    verdict = fold(record.events)
    verdict.state.coins.balances[PARTNER.address] = -1
    state = check_state(record.kept(), replayed, verdict, lambda phase, done, total: None)
    reasons = {str(finding.field): str(finding.reason) for finding in state.false}
    assert "cannot hold" in reasons["storage of coin"]
    assert "coin" not in {one.contract for one in state.storage}


def test_what_was_recorded_can_be_read(folder):
    events = list(recorded_events(folder, None, None))
    (granted,) = [event for event in events if event.name == "Granted"]
    assert (granted.values["account"], granted.values["amount"]) == (PARTNER.address, 500)
    assert granted.mentions(PARTNER.address.lower())
    assert granted.to_json()["transaction"].startswith("0x")
    shown = CliRunner().invoke(app, ["audit", "show", str(folder), "--event", "Granted", "--json"])
    assert [event["name"] for event in json.loads(shown.stdout)["events"]] == ["Granted"]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_uses_of_power_are_listed_in_sentences(folder, language):
    arguments = ["audit", "powers", str(folder), "--language", language]
    listed = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)["powers"]
    assert {"enrolled", "sale"} <= {one["power"] for one in listed}
    only = json.loads(CliRunner().invoke(app, [*arguments, "--kind", "sale", "--json"]).stdout)["powers"]
    assert only == [one for one in listed if one["power"] == "sale"]
    wrong = CliRunner().invoke(app, [*arguments, "--kind", "theft"])
    assert (wrong.exit_code, "request-approved" in wrong.stderr) == (2, True)
    assert [one["values"]["amount"] for one in listed if one["power"] == "sale"] == [500]
    shown = CliRunner().invoke(app, arguments, env={"COLUMNS": "250"})
    assert shown.exit_code == 0, shown.output
    assert {"en": "sold 500 coins", "ja": "500 コインを売りました"}[language] in shown.stdout
    few = json.loads(CliRunner().invoke(app, [*arguments, "--coins-at-least", "501", "--json"]).stdout)["powers"]
    assert "sale" not in {one["power"] for one in few}


@pytest.mark.parametrize("power", Power)
def test_every_power_has_its_sentence_in_both_languages(power):
    use = UseOfPower(power, TermsSet(bytes(32), bytes(32), 4), "0x1", NOBODY, 2, 3, 4)
    assert sentence(Messages("en"), use) != sentence(Messages("ja"), use)


def test_a_false_chain_is_not_read(copy):
    file = copy / "chain.rlp"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(InputError, match="false chain"):
        recorded_events(copy, None, None)


def test_a_true_chain_of_another_bank_is_not_taken_for_the_known_one(folder):
    """Anybody can make a chain that is true in itself."""
    deployment = Deployment.load(folder / "deployment.json")
    with closing(replay(folder).state) as state:
        genesis_hash = to_hex(state.block_hash(0))
    contracts = {name: one.address.lower() for name, one in deployment.contracts.items()}
    pins = Pins(deployment.chain_id, genesis_hash, (), deployment.operator, contracts)
    assert list(recorded_events(folder, None, None, pins)) == list(recorded_events(folder, None, None))
    for other in ({"genesis_hash": "0x" + "7" * 64}, {"contracts": contracts | {"coin": MEMBER.address}}):
        with pytest.raises(InputError, match="not the chain of the bank that this wallet knows"):
            recorded_events(folder, None, None, replace(pins, **other))


WITNESS = PrivateKey(b"\x77" * 32)


def replayed_by_command(*words):
    done = CliRunner().invoke(app, ["audit", "replay", *(str(word) for word in words)])
    return done.exit_code, done.stdout


@pytest.fixture(scope="module")
def other_story(tmp_path_factory):
    """A checkpoint, a receipt and a node of another history of the same genesis, which the operator no longer shows."""
    folder = tmp_path_factory.mktemp("other")
    with local_chain(writers=[OPERATOR.address]) as chain:
        sent = chain.w3.eth.send_raw_transaction(
            OPERATOR.sign_transaction(
                {"nonce": 0, "gas": 30_000, "gasPrice": 0, "to": MEMBER.address, "data": b"x", "chainId": 20170714}
            ).raw_transaction
        )
        signed = sign_checkpoint(checkpoint_of(chain.chain, 1), WITNESS)
        (folder / "checkpoint.json").write_text(signed.to_json())
        receipt = chain.w3.provider.make_request("eth_getTransactionReceipt", ["0x" + sent.hex()])
        (folder / "receipt.json").write_text(json.dumps(receipt))
    return folder


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The chain is true for this copy; not compared with anybody."),
        ("ja", "この写しとしては正しいものです。ほかの誰の記録とも照らし合わせていません。"),
    ],
)
def test_a_true_chain_that_nobody_vouches_for_is_called_true_for_this_copy(folder, language, said):
    code, shown = replayed_by_command(folder, "--language", language)
    assert (code, shown.strip().splitlines()[-1]) == (0, said)
    told = json.loads(replayed_by_command(folder, "--json")[1])
    assert (told["verdict"], told["statement"]) == ("true", NOT_COMPARED)
    assert told["compared_with"]["checkpoints"] == 0


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The chain is true; it agrees with 1 checkpoint, 1 receipt."),
        ("ja", "このチェーンは正しく、チェックポイント 1 件, 受領書 1 件 と一致します。"),
    ],
)
def test_what_others_kept_is_compared_and_named(folder, tmp_path, language, said):
    report = replay(folder)
    try:
        chain = report.state._chain
        (tmp_path / "c.json").write_text(sign_checkpoint(checkpoint_of(chain, 2), WITNESS).to_json())
        block = []
        replay(folder, on_block=block.append).state.close()
        sealed = block[1]
        receipt = {
            "blockNumber": hex(sealed.number),
            "blockHash": "0x" + sealed.hash.hex(),
            "transactionHash": "0x" + sealed.transactions[0].hash.hex(),
        }
        (tmp_path / "r.json").write_text(json.dumps(receipt))
    finally:
        report.state.close()
    kept = ("--checkpoint", tmp_path / "c.json", "--receipt", tmp_path / "r.json")
    code, shown = replayed_by_command(folder, *kept, "--language", language)
    assert (code, shown.strip().splitlines()[-1]) == (0, said)


@pytest.mark.parametrize(("language", "said"), [("en", "up to 86400 s after the time"), ("ja", "86400 秒後")])
def test_how_late_the_stamps_are_is_told(folder, language, said):
    """A history that was rewritten today has stamps, too: of today."""
    stamps = [StampFacts(1, "2026-11-29T00:00:00+00:00", "CN=it", late) for late in (5, 86_400)]
    stamped = replace(audit_chain(folder), compared_with=Comparison(stamps=stamps))
    console = Console(record=True, width=400, file=io.StringIO())
    console.print(audit_view.report(Messages(language), stamped))
    assert said in console.export_text()


@pytest.mark.parametrize(("language", "said"), [("en", "as 4 nodes tell it alike"), ("ja", "4 個のノードが一致して")])
def test_what_nodes_tell_alike_is_not_called_executed(folder, language, said):
    told = replace(audit_chain(folder), nodes_asked=4)
    assert audit_view.agreement(Messages(language), told).count(said) == 1
    assert told.to_json()["statement"] == "true as 4 nodes tell it alike; nothing was executed again"


@pytest.mark.parametrize(("option", "block"), [("checkpoint", 1), ("receipt", 1)])
def test_what_others_kept_finds_a_rewritten_history(folder, other_story, option, block):
    code, shown = replayed_by_command(folder, f"--{option}", other_story / f"{option}.json", "--json")
    told = json.loads(shown)
    assert (code, told["verdict"]) == (1, "false")
    (finding,) = told["violations"]
    assert finding["block"] == block
    assert " and is 0x" in finding["reason"]
    assert "statement" not in told


def test_a_witness_that_cannot_be_read_is_unusable_input_and_not_a_verdict(folder, tmp_path):
    (tmp_path / "c.json").write_text("{}")
    for words in (
        ("--checkpoint", tmp_path / "c.json"),
        ("--checkpoint", tmp_path / "absent.json"),
        ("--follower", "ftp://nowhere"),
        ("--follower", "http://127.0.0.1:9"),
        ("--tsa-root", tmp_path / "c.json"),
    ):
        assert replayed_by_command(folder, *words)[0] == 2, words


@pytest.mark.parametrize(("language", "heading"), [("en", "supply at the end"), ("ja", "期末の発行残高")])
def test_the_books_over_time_come_to_what_the_verdict_counts(folder, tmp_path, language, heading):
    def run(*words, code=0):
        done = CliRunner().invoke(app, ["audit", *map(str, words)])
        assert done.exit_code == code, done.output
        return done.stdout

    told = json.loads(run("books", folder, "--json", "--csv", tmp_path / "books"))
    [coins], [data] = told["coins"], told["data"]
    assert (coins["sold"], coins["earned"], coins["supply"], data["members_joined"]) == (500, 0, 500, 1)
    assert (told["consents"], told["releases"]) == ([], [])
    assert sorted(one.name for one in (tmp_path / "books").iterdir()) == [f"{name}.csv" for name in sorted(told)]
    assert heading in run("books", folder, "--language", language)
    run("books", folder, "--every", "year", code=2)
    run("books", folder, "--csv", tmp_path / "books", code=2)  # files are never written over
