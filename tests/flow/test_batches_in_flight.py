"""Batches in flight are not queued anywhere: what dies with a process is sent again, counts once, and is kept once."""

import threading
import time
from pathlib import Path

import pytest
from web3 import HTTPProvider, Web3

from bank_api.flows.answer import BOX, answer_name
from chaincode.bindings import Contracts
from chaincode.deployment import Deployment
from chaincode.events import Answered
from chaincode.ids import id_from_hex
from pds_adapter.stores.embedded import EmbeddedStore
from scripts.stage import acts, survey
from scripts.stage.cast import Company
from scripts.stage.processes import Stage
from wallet_cli.errors import BankProblemError, BankUnreachableError
from wallet_cli.signing import answer as answering

MEMBERS, ITEMS_MAX = 40, 4
PATIENCE_SECONDS = 240


@pytest.fixture
def stage(tmp_path: Path, monkeypatch):
    """A bank whose batches are so small that several must be in flight at once."""
    monkeypatch.setenv("AZUKARI_BANK_BATCH_ITEMS_MAX", str(ITEMS_MAX))
    monkeypatch.setenv("AZUKARI_BANK_BATCHES_IN_FLIGHT_MAX", "6")
    made = Stage(tmp_path)
    try:
        made.start_ledger()
        made.deploy()
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


def until_taken(send):
    """Send the same bytes until there is a receipt, as somebody would whose answer was lost."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return send()
        except (BankUnreachableError, BankProblemError) as error:
            if isinstance(error, BankProblemError) and error.status != 503:
                raise
            if time.monotonic() > until:
                raise
        time.sleep(0.2)


def test_batches_that_die_with_ledger_or_bank_lose_nothing_and_double_nothing(stage):
    company, story, done = Company(stage.bank.url, stage.operator), acts.Story(), Killing(stage)
    acts.join(company, MEMBERS, lambda: None)
    acts.publish_survey(company, story)
    key, rows = company.bank.release_public_key, survey.respondents(MEMBERS)

    def one(pair):
        person, values = pair
        assert person.client.account == person.account, "logged in before anything dies"
        signed = answering.answer_survey(person.signer, story.survey, values, key)
        return until_taken(lambda: person.client.send(signed))

    receipts = company.everybody(list(zip(company.members, rows, strict=True)), one, done)
    contracts = Contracts(
        Web3(HTTPProvider(stage.ledger.url, request_kwargs={"timeout": 30})), Deployment.load(stage.deployment_file)
    )
    answered = [event for event in contracts.events() if isinstance(event, Answered)]
    assert sorted(event.member for event in answered) == sorted(person.account for person in company.members)
    assert {event.answer_id for event in answered} == {id_from_hex(receipt.id) for receipt in receipts}
    coins = {event.member: event.coins for event in answered}
    assert contracts.coin.supply().granted == sum(coins.values())
    assert company.operator.client.operator.summary().answers == MEMBERS
    assert {person.account: person.client.member.passbook().coins for person in company.members} == coins
    company.close()
    stage.bank.stop()
    kept = EmbeddedStore(stage.bank_data / "pds.sqlite3")
    for event in answered:
        assert [entry.name for entry in kept.entries(event.member, BOX)] == [answer_name(event.answer_id)]
    kept.close()
