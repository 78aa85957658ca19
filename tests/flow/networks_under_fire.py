"""What must hold of a bank of five processes on a network of validators and PostgreSQL, whichever of them die."""

from contextlib import ExitStack, contextmanager

import pytest

from bank_api.flows.answer import BOX, answer_name
from bank_api.index.ledger_index import TABLES, LedgerIndex
from bank_api.store.database import Database
from bank_api.store.tables import CursorRow, IndexedBlockRow
from chaincode.bindings import Contracts
from chaincode.deployment import Deployment
from chaincode.events import BudgetAdded
from chaincode.ids import new_id, to_hex
from pds_adapter.stores.embedded import EmbeddedStore
from scripts.engines.nodes import EngineMissingError
from scripts.stage.networks import Killing, network_stage
from scripts.stage.postgres import PostgresMissingError
from tests.flow.answers_under_fire import answered_once, everybody_answers, until_taken
from wallet_cli.bank_client import BankClient, BankConnection, RetryPolicy
from wallet_cli.errors import BankProblemError

MEMBERS = 40
TIMEOUT_SECONDS = 20


@contextmanager
def network_of(name, folder):
    """A bank that runs on such a network; skips in words where something is missing for it."""
    with ExitStack() as resources:
        try:
            made = network_stage(name, folder, resources, ledger_timeout_seconds=TIMEOUT_SECONDS)
        except (EngineMissingError, PostgresMissingError) as missing:
            pytest.skip(str(missing))
        resources.callback(made.stop)
        made.start_ledger()
        made.deploy()
        made.start_bank("Test bank")
        yield made


def index_of(address):
    """All that an index holds, but for its own marks and sums of nothing."""
    database = Database(address)
    kept = [database.all(table) for table in TABLES if table not in (CursorRow, IndexedBlockRow)]
    database.close()
    return [sorted(repr(row) for row in rows if getattr(row, "amount", "") != "0") for rows in kept]


def read_anew(stage, contracts):
    address = f"sqlite:///{stage.folder / 'anew.sqlite3'}"
    database = Database(address)
    LedgerIndex(database, contracts, contracts.node.newest_header).catch_up()
    database.close()
    return index_of(address)


def nothing_is_lost_whatever_dies(stage):
    """The bank's own validator, a process that serves and the one that leads die while everybody answers; then so many
    validators that nothing can be sealed, until they are back. The contracts."""
    killing = Killing(stage, MEMBERS, lambda: None, [])
    company, receipts = everybody_answers(stage, MEMBERS, killing)
    assert sorted(killing.killed) == ["leader", "validator", "worker"]
    answered, coins = answered_once(stage, company, receipts)
    summary = until_taken(company.operator.client.operator.summary)
    assert summary.answers == MEMBERS
    assert {one.account: until_taken(one.client.member.passbook).coins for one in company.members} == coins

    survey_id, top_up_id = to_hex(answered[0].survey_id), to_hex(new_id())
    with BankConnection(stage.bank.url, timeout_seconds=120, retry=RetryPolicy(attempts=1)) as connection:
        operator = BankClient(connection, stage.operator).operator
        stage.network.kill(stage.network.living()[0])
        with pytest.raises(BankProblemError, match="no receipt came within") as refused:
            operator.top_up(survey_id, top_up_id, 5)
        assert refused.value.status == 503
        assert company.members[0].client.member.passbook().coins == coins[company.members[0].account], "reads go on"
        for node in stage.network.nodes:
            if not node.is_alive():
                stage.network.restart(node)
        until_taken(lambda: operator.top_up(survey_id, top_up_id, 5))
    contracts = Contracts(stage.w3(), Deployment.load(stage.deployment_file))
    added = [event.coins for event in contracts.events() if isinstance(event, BudgetAdded)]
    assert added == [5], f"once, and not {added}"
    company.close()
    assert index_of(stage.database) == read_anew(stage, contracts), "the index is that of the chain, whatever forked"

    kept = EmbeddedStore(stage.bank_data / "pds.sqlite3", stage.database)
    for event in answered:
        assert [entry.name for entry in kept.entries(event.member, BOX)] == [answer_name(event.answer_id)]
    kept.close()
    return contracts
