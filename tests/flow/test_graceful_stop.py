"""A bank that is told to stop takes no more, and answers everybody from whom it took something."""

import signal
import subprocess
import sys
import threading

from web3 import HTTPProvider, Web3

from chaincode.bindings import Contracts
from chaincode.deployment import Deployment
from chaincode.events import Answered
from chaincode.ids import to_hex
from scripts.stage import acts, survey
from scripts.stage.cast import Company
from wallet_cli.errors import BankUnreachableError
from wallet_cli.signing import answer as answering

MEMBERS = 30


def on_the_ledger(stage):
    w3 = Web3(HTTPProvider(stage.ledger.url, request_kwargs={"timeout": 30}))
    found = Contracts(w3, Deployment.load(stage.deployment_file)).events()
    return {to_hex(event.answer_id) for event in found if isinstance(event, Answered)}


def test_whoever_is_on_the_ledger_after_a_stop_has_a_receipt(stage, monkeypatch):
    monkeypatch.setenv("AZUKARI_BANK_BATCH_ITEMS_MAX", "4")
    stage.bank.stop()
    stage.start_bank("Test bank")
    company, story, stopped = Company(stage.bank.url, stage.operator), acts.Story(), threading.Event()
    acts.join(company, MEMBERS, lambda: None)
    acts.publish_survey(company, story)
    key, rows, count, lock = company.bank.release_public_key, survey.respondents(MEMBERS), [0], threading.Lock()
    for person in company.members:
        assert person.client.account == person.account

    def one(pair):
        person, values = pair
        try:
            return person.client.send(answering.answer_survey(person.signer, story.survey, values, key)).id
        except BankUnreachableError:
            assert stopped.is_set(), "nobody was turned away before the stop"
            return None

    def done():
        with lock:
            count[0] += 1
            if count[0] == 1:
                stopped.set()
                threading.Thread(target=stage.bank.stop).start()

    receipts = set(company.everybody(list(zip(company.members, rows, strict=True)), one, done)) - {None}
    stage.bank.stop()
    assert stage.bank._child.returncode == -signal.SIGTERM, "it ended by itself, and tells by what"
    assert receipts
    assert receipts == on_the_ledger(stage)
    company.close()
    copy = stage.folder / "copy"
    done = subprocess.run(
        [sys.executable, "-m", "bank_api", "backup", "--data", str(stage.bank_data), "--out", str(copy)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    restored = [
        *(sys.executable, "-m", "bank_api", "restore", "--from", str(copy), "--data", str(stage.folder / "new")),
        *("--ledger-url", stage.ledger.url, "--deployment", str(stage.deployment_file)),
        *("--operator-key-file", str(stage.operator_file)),
    ]
    done = subprocess.run(restored, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "restored; read " in done.stdout
    stage.bank_data = stage.folder / "new"
    again = Company(stage.start_bank("Test bank"), stage.operator)
    assert again.operator.client.operator.summary().answers == len(receipts)
    again.close()
