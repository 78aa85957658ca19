"""A client that a generator made from nothing but the bank's OpenAPI document joins, logs in and answers.

Only signatures and sealing are ours: a stranger would take them from any Ethereum and libsodium library.
"""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from eth_account.messages import encode_defunct

from chaincode.ids import new_id, to_hex
from scripts.stage import survey as questionnaire
from scripts.stage.acts import Invitation
from wallet_cli.signing.answer import answer_survey
from wallet_cli.signing.member import join_bank

BUILD = Path(__file__).parent.parent.parent / ".build"
PACKAGE = "azukari_generated"


@pytest.fixture(scope="module")
def generated(stage, tmp_path_factory):
    """The generated package, importable; every module of it by its name after the package's."""
    generator = Path(os.environ.get("AZUKARI_OPENAPI_GENERATOR", BUILD / "openapi" / "bin" / "openapi-python-client"))
    if not generator.exists():
        pytest.skip(
            "no generator of clients here: python -m venv .build/openapi && "
            ".build/openapi/bin/pip install -r requirements/generator.txt"
        )
    place = tmp_path_factory.mktemp("generated")
    words = ["generate", "--url", f"{stage.bank.url}/openapi.json", "--meta", "none", "--output-path", PACKAGE]
    done = subprocess.run([generator, *words], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Skipping POST" not in done.stdout + done.stderr, done.stdout + done.stderr
    sys.path.insert(0, str(place))
    yield lambda name: importlib.import_module(f"{PACKAGE}.{name}")
    sys.path.remove(str(place))


def test_a_stranger_joins_logs_in_and_answers_with_a_generated_client(generated, company, story):
    person, code = company.newcomer("generated"), to_hex(new_id())
    company.operator.client.operator.invite([Invitation(code=code, name="generated")])
    models, address = generated("models"), company.operator.client.session.connection.base_url
    client = generated("client").Client(base_url=address)

    joining = join_bank(person.signer, company.bank, code)
    body = {"join": joining.signed.to_json()} | joining.parts.model_dump()
    receipt = generated("api.member.send_join").sync(client=client, body=models.JoinBody.from_dict(body))
    assert (receipt.account, receipt.accepted) == (person.account, True)

    asked = models.ChallengeBody(address=person.account)
    challenge = generated("api.public.challenge").sync(client=client, body=asked)
    signature = person.signer.key.sign_message(encode_defunct(text=challenge.message)).signature
    answer = models.SessionBody(message=challenge.message, signature=to_hex(signature))
    login = generated("api.public.session").sync(client=client, body=answer)
    member = generated("client").AuthenticatedClient(base_url=address, token=login.token)
    assert generated("api.member.me").sync(client=member).account == person.account

    survey_id, values = story.survey.survey_id, questionnaire.respondents(1)[0]
    made = answer_survey(person.signer, story.survey, values, company.bank.release_public_key)
    sent = models.AnswerBody.from_dict({"answer": made.signed.to_json()} | made.parts.model_dump())
    send = generated("api.member.send_answer")
    assert send.sync(survey_id, client=member, body=sent).coins == made.signed.struct.coins
    (kept,) = generated("api.member.my_answers").sync(client=member).answers
    assert kept.survey_id == survey_id

    other = answer_survey(person.signer, story.survey, values, company.bank.release_public_key)
    again = models.AnswerBody.from_dict({"answer": other.signed.to_json()} | other.parts.model_dump())
    problem = send.sync_detailed(survey_id, client=member, body=again)
    assert (problem.status_code, problem.parsed.code) == (409, "ledger-refused")
    assert problem.parsed.detail == "survey: already answered"
