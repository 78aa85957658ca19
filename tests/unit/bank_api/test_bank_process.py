"""A bank that starts: on its own deployment only, with its own keys, and again after it was killed."""

import stat

import pytest
from typer.testing import CliRunner

from bank_api import release_keys
from bank_api.bank import Bank
from bank_api.cli import cli
from bank_api.flows.opening import open_bank
from chaincode.deployment import Deployment
from chaincode.errors import ChaincodeError
from chaincode.ids import text_hash


def test_opening_puts_the_terms_on_the_ledger_once(town):
    membership = town.bank.contracts.membership
    assert membership.terms_hash() == town.bank.terms.hash
    assert membership.statement_hash() == text_hash(town.bank.terms.statement)
    before = town.bank.head()
    open_bank(town.bank)
    assert town.bank.head() == before


def test_the_operator_keeps_its_row_when_the_bank_opens_again(town):
    row = town.bank.directory.person(town.operator.account)
    town.bank.directory.save_person(type(row)(**(row.model_dump() | {"roles": "auditor,operator"})))
    open_bank(town.bank)
    assert town.bank.directory.person(town.operator.account).roles == "auditor,operator"


def test_a_bank_that_was_killed_starts_again_on_its_files(town):
    person, survey = town.member(), town.survey()
    town.answer(person, survey)
    again = town.open_bank(town.bank.transactor.account)
    assert again.directory.person(person.account).name.startswith("Member")
    assert len(again.index.answers_of(person.account)) == 1
    assert len(again.pds.entries(person.account)) == 1
    again.close()


def test_a_deployment_of_another_chain_is_refused(town):
    body = town.deployment.to_json()
    name = next(iter(body["contracts"]))
    body["contracts"][name]["address"] = town.newcomer().account
    other = Deployment.from_json(body)
    bank = Bank(
        town.bank.settings, town.bank.database, town.bank.pds, town.bank.w3, other, town.bank.transactor,
        town.bank.release_key, town.chain.clock,
    )  # fmt: skip
    with pytest.raises(ChaincodeError):
        open_bank(bank)


def test_the_ledgers_time_never_lies_behind_its_newest_block(town):
    assert town.bank.ledger_time() >= town.bank.transactor.node.block_timestamp()
    town.chain.advance(500)
    assert town.bank.ledger_time() == town.chain.clock()


# ---- the command line ----


def test_the_release_key_is_made_once_and_for_the_bank_alone(tmp_path):
    path = tmp_path / "release.key"
    first = release_keys.load(tmp_path)
    assert release_keys.load(tmp_path) == first
    assert first.former is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["release.key"]
    (tmp_path / "other").mkdir()
    assert release_keys.load(tmp_path / "other") != first


def test_a_release_key_half_written_is_made_anew_and_a_broken_one_is_refused(tmp_path):
    (tmp_path / "release.key.tmp").write_text("half")
    (tmp_path / "release.key.tmp").chmod(0o644)
    assert release_keys.load(tmp_path)
    assert stat.S_IMODE((tmp_path / "release.key").stat().st_mode) == 0o600
    (tmp_path / "release.key").write_text("12")
    with pytest.raises(Exception, match="seed"):
        release_keys.load(tmp_path)


@pytest.fixture
def options(tmp_path):
    key = tmp_path / "operator.key"
    key.write_text("0x" + "01" * 32)
    return [
        "--data", str(tmp_path / "bank"),
        "--deployment", str(tmp_path / "deployment.json"),
        "--operator-key-file", str(key),
        "--ledger-url", "http://127.0.0.1:1",
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["serve", "reindex"])
def test_without_a_deployment_it_says_so_and_ends(options, command):
    result = CliRunner().invoke(cli, [command, *options])
    assert result.exit_code == 2
    assert result.output.startswith("azukari-bank: ")
    assert "deployment" in result.output
    assert "Traceback" not in result.output


def test_a_broken_operator_key_is_named_and_not_shown(options, tmp_path):
    (tmp_path / "operator.key").write_text("0x" + "zz" * 32)
    result = CliRunner().invoke(cli, ["serve", *options])
    assert result.exit_code == 2
    assert "zzzz" not in result.output
    assert "01" * 32 not in result.output
