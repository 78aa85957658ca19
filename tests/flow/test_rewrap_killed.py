"""A member's key is replaced and the bank is killed with -9 while it wraps the answers anew: nothing is lost by it."""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from eth_account import Account

from bank_api import release_keys
from bank_api.protocol.documents.answer import answer_context
from chaincode.ids import new_id
from pds_adapter.errors import EnvelopeForgedError, NotARecipientError
from pds_adapter.sealing.envelope import SealedDocument, open_sealed
from scripts.stage import acts, survey
from scripts.stage.processes import StageError
from scripts.stage.recovery import DELAY_SECONDS
from wallet_cli.errors import BankProblemError, BankUnreachableError
from wallet_cli.signing import recovery as recovering
from wallet_cli.signing.signer import from_base64

ANSWERS = 3


@pytest.fixture(scope="module")
def answered(stage, company):
    """Surveys that everybody has answered; the contexts of the answers."""
    stories = [acts.Story() for _ in range(ANSWERS)]
    for story in stories:
        acts.publish_survey(company, story)
        acts.answer(company, story, survey.respondents(len(company.members)), lambda: None)
    return {answer_context(story.survey.survey_id, person.account) for story in stories for person in company.members}


@pytest.fixture
def lost(company):
    """Begins the recovery of somebody's account by two of three guardians; answers the new wallet and what it asked."""

    def begin(person):
        renewed = company.actor(person.name, Account.from_key(os.urandom(32)), account=person.account)
        guardians = [company.others["guardian"], company.others["lawyer"], company.members[-1]]
        person.client.send(
            recovering.name_guardians(person.signer, [one.account for one in guardians], 2, DELAY_SECONDS)
        )
        asked = recovering.ask_recovery(renewed.signer, person.account, new_id())
        for guardian in guardians[:2]:
            asked = recovering.approve_recovery(guardian.signer, asked)
        return renewed, guardians[0].client.recovery.begin(asked).id, asked

    return begin


def complete(renewed, recovery_id, asked):
    """As soon as nobody can veto any more."""
    while True:
        try:
            return renewed.client.recovery.complete(recovery_id, asked)
        except BankProblemError as problem:
            if problem.rule != "delay still runs":
                raise
            time.sleep(0.2)


@pytest.mark.parametrize("writes", range(ANSWERS))
def test_a_bank_killed_while_it_wraps_finishes_when_the_member_comes(stage, company, answered, lost, writes):
    person = company.members[writes]
    before = sealed(person)
    renewed, recovery_id, asked = lost(person)
    company.members[writes] = renewed

    stage.bank.stop()
    usual = stage.bank.command
    stage.bank.command = [sys.executable, str(Path(__file__).with_name("dying_bank.py")), str(writes), *usual[3:]]
    stage.bank.start()
    with pytest.raises(BankUnreachableError):
        complete(renewed, recovery_id, asked)
    assert stage.bank.wait() == -signal.SIGKILL
    stage.bank.command = usual
    stage.bank.start()

    after = sealed(renewed)
    assert len(after) == len(before) == ANSWERS
    for document in after:
        assert opens(document, renewed, answered)
        assert not opens(document, person, answered)
    assert len(renewed.client.member.answers()) == ANSWERS
    again = complete(renewed, recovery_id, asked)
    assert (again.repeated, again.documents_wrapped) == (True, 0)
    assert [one.to_bytes() for one in sealed(renewed)] == [one.to_bytes() for one in after]


def sealed(person):
    documents = person.client.member.documents()
    return [SealedDocument.from_bytes(from_base64(one.sealed_base64, one.name)) for one in documents]


def opens(document, person, contexts):
    """Whether the person's key opens it, as one of the answers."""
    for context in contexts:
        try:
            return bool(open_sealed(document, person.signer.encryption, context).content)
        except NotARecipientError:
            return False
        except EnvelopeForgedError:  # another answer's context
            continue
    return False


def test_a_bank_killed_while_its_release_key_passes_goes_on_when_it_starts(stage, company, answered, monkeypatch):
    """Three deaths in the middle; in the end nothing is wrapped to the former key, which is gone."""
    monkeypatch.setenv("AZUKARI_BANK_ROTATION_SETTLE_SECONDS", "0")
    before = [sealed(person) for person in company.members]
    former = release_keys.load(stage.bank_data).present
    stage.bank.stop()
    keys = release_keys.rotate(stage.bank_data)
    usual = stage.bank.command
    for writes in (0, 2, 5):
        dying = str(Path(__file__).with_name("dying_bank.py"))
        stage.bank.command = [sys.executable, dying, str(writes), *usual[3:]]
        with contextlib.suppress(StageError):  # it may die before it says that it is ready
            stage.bank.start()
        assert stage.bank.wait() == -signal.SIGKILL
    stage.bank.command = usual
    stage.bank.start()
    while (stage.bank_data / release_keys.FORMER).exists():
        assert stage.bank.is_alive
        time.sleep(0.2)
    for person, was in zip(company.members, before, strict=True):
        now = sealed(person)
        assert len(now) == len(was)
        for document in now:
            assert keys.present.public in document.recipients
            assert former.public not in document.recipients
            assert opens(document, person, answered) or not opens(was[0], person, answered)
    assert release_keys.progress_of(stage.bank_data).is_finished
