"""A member's key is replaced and the bank is killed with -9 while it wraps the answers anew: nothing is lost by it."""

import os
import signal
import sys
from pathlib import Path

import pytest
from eth_account import Account

from bank_api.protocol.documents.answer import answer_context
from chaincode.ids import new_id, to_hex
from pds_adapter.errors import EnvelopeForgedError, NotARecipientError
from pds_adapter.sealing.envelope import SealedDocument, open_sealed
from scripts.stage import acts, survey
from wallet_cli.errors import BankUnreachableError
from wallet_cli.signing.signer import from_base64

ANSWERS = 3


@pytest.fixture(scope="module")
def answered(stage, company):
    """Surveys that everybody has answered; the contexts of the answers."""
    stage.bank.stop()
    stage.start_bank("Test bank")  # its command names its port now, so that it can be found again
    stories = [acts.Story() for _ in range(ANSWERS)]
    for story in stories:
        acts.publish_survey(company, story)
        acts.answer(company, story, survey.respondents(len(company.members)), lambda: None)
    return {answer_context(story.survey.survey_id, person.account) for story in stories for person in company.members}


def replace_key(company, person, renewed, evidence):
    return company.operator.client.operator.rotate_key(
        person.account, str(renewed.key.address), renewed.signer.encryption.public.to_hex(), evidence
    )


@pytest.mark.parametrize("writes", range(ANSWERS))
def test_a_bank_killed_while_it_wraps_finishes_when_the_member_comes(stage, company, answered, writes):
    person = company.members[writes]
    renewed = company.actor(person.name, Account.from_key(os.urandom(32)), account=person.account)
    evidence = to_hex(new_id())
    before = sealed(person)

    stage.bank.stop()
    usual = stage.bank.command
    stage.bank.command = [sys.executable, str(Path(__file__).with_name("dying_bank.py")), str(writes), *usual[3:]]
    stage.bank.start()
    with pytest.raises(BankUnreachableError):
        replace_key(company, person, renewed, evidence)
    assert stage.bank.wait() == -signal.SIGKILL
    stage.bank.command = usual
    stage.bank.start()

    after = sealed(renewed)
    assert len(after) == len(before) == ANSWERS
    for document in after:
        assert opens(document, renewed, answered)
        assert not opens(document, person, answered)
    assert len(renewed.client.member.answers()) == ANSWERS
    again = replace_key(company, person, renewed, evidence)
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
