"""Everybody answers while processes are killed; then each answer stands on the ledger exactly once."""

import time

from chaincode.bindings import Contracts
from chaincode.deployment import Deployment
from chaincode.events import Answered
from chaincode.ids import id_from_hex
from scripts.stage import acts, survey
from scripts.stage.cast import Company
from scripts.stage.networks import NetworkStage
from wallet_cli.errors import BankProblemError, BankUnreachableError
from wallet_cli.signing import answer as answering

PATIENCE_SECONDS = 240


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


def everybody_answers(stage, members, done):
    """The company, and the receipt of each; `done` is told of every answer, and kills what it likes."""
    company = stage.company() if isinstance(stage, NetworkStage) else Company(stage.bank.url, stage.operator)
    story = acts.Story()
    acts.join(company, members, lambda: None)
    acts.publish_survey(company, story)
    key, rows = company.bank.release_public_key, survey.respondents(members)

    def one(pair):
        person, values = pair
        assert person.client.account == person.account, "logged in before anything dies, or by whichever process lives"
        signed = answering.answer_survey(person.signer, story.survey, values, key)
        return until_taken(lambda: person.client.send(signed))

    return company, company.everybody(list(zip(company.members, rows, strict=True)), one, done)


def answered_once(stage, company, receipts):
    """The answers on the ledger and the coins of each member: one answer each, that of the receipt, paid once."""
    contracts = Contracts(stage.w3(), Deployment.load(stage.deployment_file))
    answered = [event for event in contracts.events() if isinstance(event, Answered)]
    assert sorted(event.member for event in answered) == sorted(person.account for person in company.members)
    assert {event.answer_id for event in answered} == {id_from_hex(receipt.id) for receipt in receipts}
    coins = {event.member: event.coins for event in answered}
    assert contracts.coin.supply().granted == sum(coins.values())
    return answered, coins
