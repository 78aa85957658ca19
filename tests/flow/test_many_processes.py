"""Three processes that serve, one that leads and one that stands by, on a real PostgreSQL: whichever is killed with -9,
nothing is lost, nothing counts twice, and the auditor finds the ledger true."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlmodel import SQLModel
from web3 import HTTPProvider, Web3

from bank_api.flows.answer import BOX, answer_name
from bank_api.store.database import Database
from bank_api.store.tables import AskedRow, IndexedAnswerRow, IndexedBlockRow, LeaderRow
from pds_adapter.stores.embedded import EmbeddedStore
from scripts.stage.audit import replay
from scripts.stage.processes import StageError
from tests.flow.answers_under_fire import PATIENCE_SECONDS, answered_once, everybody_answers, until_taken
from tests.postgres import NEEDS_SERVER, server

pytestmark = NEEDS_SERVER
MEMBERS, WORKERS, ITEMS_MAX = 40, 3, 4


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, deployed):
    made = deployed(Path(tmp_path_factory.mktemp("many")), database=server().new_database(), workers=WORKERS)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AZUKARI_BANK_BATCH_ITEMS_MAX", str(ITEMS_MAX))  # many batches: some are always in flight
        try:
            made.start_ledger()
            made.start_bank("Test bank")
            yield made
        finally:
            made.stop()


class Killing:
    """Counts what was answered; at the eighth kills the leader, at the twentieth a process that serves."""

    def __init__(self, stage):
        self._stage, self._count, self._lock = stage, 0, threading.Lock()
        self.killed = []

    def __call__(self):
        with self._lock:
            self._count += 1
            if self._count == 8:
                self._kill(self._stage.leader_pid())
            if self._count == 20:
                self._kill(self._stage.worker_pids()[0])

    def _kill(self, pid):
        os.kill(pid, signal.SIGKILL)
        self.killed.append(pid)


def until_leading(stage):
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return stage.leader_pid()
        except (StageError, OSError):
            if time.monotonic() > until:
                raise
        time.sleep(0.1)


def test_a_leader_and_a_worker_that_are_killed_lose_nothing_and_double_nothing(stage):
    done = Killing(stage)
    company, receipts = everybody_answers(stage, MEMBERS, done)
    assert len(done.killed) == 2
    assert until_leading(stage) not in done.killed
    answered, coins = answered_once(stage, company, receipts)
    summary = until_taken(company.operator.client.operator.summary)
    assert summary.answers == MEMBERS
    assert {one.account: until_taken(one.client.member.passbook).coins for one in company.members} == coins
    company.close()
    kept = EmbeddedStore(stage.bank_data / "pds.sqlite3", stage.database)
    for event in answered:
        assert [entry.name for entry in kept.entries(event.member, BOX)] == [answer_name(event.answer_id)]
    kept.close()
    stage.export(stage.folder / "chain")
    assert replay(stage.folder / "chain")["verdict"] == "true"


def serve(stage, *options):
    """A bank that is told to start on this database, and does not; what it says."""
    command = [
        *(sys.executable, "-m", "bank_api", "serve", "--port", "0", "--data", str(stage.folder / "second")),
        *("--ledger-url", stage.ledger.url, "--deployment", str(stage.deployment_file)),
        *("--operator-key-file", str(stage.operator_file), *options),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2, done.stdout + done.stderr
    return done.stderr


def test_a_second_bank_on_one_database_and_workers_without_a_server_are_refused(stage):
    node = Web3(HTTPProvider(stage.ledger.url, request_kwargs={"timeout": 30})).eth
    nonce = node.get_transaction_count(stage.operator.address)
    assert "another process of this bank is running" in serve(stage, "--database", stage.database)
    assert "several processes need a PostgreSQL server" in serve(stage, "--workers", "2")
    assert node.get_transaction_count(stage.operator.address) == nonce, "and it wrote nothing before it was refused"


def keeping(command, *options, code=0):
    """`azukari-bank COMMAND`; what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "bank_api", command, *options], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def rows_of(address):
    """All that a bank's database holds, but for who leads."""
    database = Database(address)
    found = {table: sorted(map(repr, database.all(table))) for table in SQLModel.__subclasses__() if is_kept(table)}
    database.close()
    return found


def is_kept(table):
    return (
        hasattr(table, "__table__")
        and table.metadata is SQLModel.metadata
        and table not in (LeaderRow, AskedRow, IndexedBlockRow)
    )


def test_a_copy_made_while_it_runs_is_a_whole_bank_in_another_database(stage, tmp_path):
    until_leading(stage)
    copy, other = tmp_path / "copy", server().new_database()
    assert "name it with --database" in keeping("backup", "--data", str(stage.bank_data), "--out", str(copy), code=2)
    keeping("backup", "--data", str(stage.bank_data), "--out", str(copy), "--database", stage.database)
    ours = ("--ledger-url", stage.ledger.url, "--deployment", str(stage.deployment_file))
    ours = (*ours, "--operator-key-file", str(stage.operator_file), "--database", other)
    words = ("restore", "--from", str(copy), "--data", str(tmp_path / "bank"), *ours)
    assert keeping(*words), "exit code 0: nothing came after the copy"
    assert rows_of(other) == rows_of(stage.database)
    pds = [EmbeddedStore(tmp_path / "pds.sqlite3", address) for address in (other, stage.database)]
    database = Database(other)
    members = {row.member for row in database.all(IndexedAnswerRow)}
    database.close()
    assert len(members) == MEMBERS
    for member in members:
        assert list(pds[0].export(member)) == list(pds[1].export(member)) != []
    for one in pds:
        one.close()
    words = ("restore", "--from", str(copy), "--data", str(tmp_path / "again"), *ours)
    assert "is not empty" in keeping(*words, code=2)


def test_all_processes_end_with_the_one_that_started_them(stage):  # the last: it leaves no bank
    children = [*stage.worker_pids(), until_leading(stage)]
    stage.bank.kill()
    until = time.monotonic() + PATIENCE_SECONDS
    while any(_is_alive(pid) for pid in children):
        assert time.monotonic() < until
        time.sleep(0.1)


def _is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
