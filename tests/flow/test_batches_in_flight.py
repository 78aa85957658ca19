"""Batches in flight are not queued anywhere: what dies with a process is sent again, counts once, and is kept once."""

import threading
from pathlib import Path

import pytest

from bank_api.flows.answer import BOX, answer_name
from pds_adapter.stores.embedded import EmbeddedStore
from tests.flow.answers_under_fire import answered_once, everybody_answers

MEMBERS, ITEMS_MAX = 40, 4


@pytest.fixture
def stage(tmp_path: Path, monkeypatch, deployed):
    """A bank whose batches are so small that several must be in flight at once."""
    monkeypatch.setenv("AZUKARI_BANK_BATCH_ITEMS_MAX", str(ITEMS_MAX))
    monkeypatch.setenv("AZUKARI_BANK_BATCHES_IN_FLIGHT_MAX", "6")
    made = deployed(tmp_path)
    try:
        made.start_ledger()
        made.start_bank("Test bank")
        yield made
    finally:
        made.stop()


class Killing:
    """Counts what was answered; at the eighth kills the ledger, at the twentieth the bank, and starts them again."""

    def __init__(self, stage):
        self._stage, self._count, self._lock = stage, 0, threading.Lock()

    def __call__(self):
        with self._lock:
            self._count += 1
            if self._count == 8:
                self._stage.ledger.kill()
                self._stage.start_ledger()
            if self._count == 20:
                self._stage.bank.kill()
                self._stage.start_bank("Test bank")


def test_batches_that_die_with_ledger_or_bank_lose_nothing_and_double_nothing(stage):
    company, receipts = everybody_answers(stage, MEMBERS, Killing(stage))
    answered, coins = answered_once(stage, company, receipts)
    assert company.operator.client.operator.summary().answers == MEMBERS
    assert {person.account: person.client.member.passbook().coins for person in company.members} == coins
    company.close()
    stage.bank.stop()
    kept = EmbeddedStore(stage.bank_data / "pds.sqlite3")
    for event in answered:
        assert [entry.name for entry in kept.entries(event.member, BOX)] == [answer_name(event.answer_id)]
    kept.close()
