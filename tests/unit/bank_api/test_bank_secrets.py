"""A secret never shows in the repr, the log or the error of any type that holds one."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bank_api.flows.answer import BOX, SealedAnswer, open_answer, survey_of
from bank_api.flows.cohort import Cohort
from bank_api.protocol.acts import SUBMISSION_OF
from bank_api.protocol.documents.release import ReleasePayload
from bank_api.routes import operator
from bank_api.routes.access import find_caller
from bank_api.settings import Settings
from bank_api.store.tables import ReleaseRow
from chaincode.bindings import Signed
from chaincode.typed_data import Answer, Join
from pds_adapter.sealing.envelope import SealedDocument

SECRET_AGE = 73


@pytest.fixture(scope="module")
def answered(town):
    """A member whose age nobody may read, with everything the bank makes of the answer."""
    person, survey = town.member(), town.survey()
    body = town.answer_body(person, survey, age=SECRET_AGE, vote=1)
    person.done(f"/v1/surveys/{survey.survey_id}/answers", body)
    [entry] = town.bank.pds.entries(person.account, BOX)
    document = town.bank.pds.get(person.account, BOX, entry.name)
    opened = open_answer(town.bank, survey_of(town.bank, survey.survey_id), person.account, document.content)
    return person, survey, body, document, opened


def test_an_opened_answer_hides_its_values(answered):
    *_, opened = answered
    assert opened.values["age"] == SECRET_AGE
    for holder in (opened, Cohort(("0x1",), (opened.member,), (opened,), ("0x2",)), [opened], {"a": opened}):
        for shown in (repr(holder), str(holder), f"{holder}"):
            assert str(SECRET_AGE) not in shown
            assert "hidden" in shown


def test_two_opened_answers_that_differ_do_not_show_how(answered):
    *_, opened = answered
    other = replace(opened, values=opened.values | {"age": 74})
    assert opened != other
    assert repr(opened) == repr(other)


def test_a_sealed_answer_and_its_document_hide_their_content(town, answered):
    _, _, body, document, _ = answered
    signed = Signed(Answer.from_json(body["answer"]["message"]), bytes.fromhex(body["answer"]["signature"][2:]))
    sealed = SealedDocument.from_bytes(document.content.to_bytes())
    for shown in (repr(SealedAnswer(signed, sealed)), repr(document)):
        assert repr(sealed.ciphertext)[2:40] not in shown
        assert "values" not in shown
        assert town.bank.release_key.secret.hex() not in shown


def test_settings_show_no_database_password(tmp_path):
    settings = Settings(
        data=tmp_path, deployment=tmp_path, operator_key_file=tmp_path, database_url="postgresql://bank:hunter2@db/bank"
    )
    assert "hunter2" not in repr(settings) + str(settings)
    assert settings.database == "postgresql://bank:hunter2@db/bank"


def test_settings_refuse_what_they_do_not_know(tmp_path):
    with pytest.raises(ValueError, match="operator_key"):
        Settings(data=tmp_path, deployment=tmp_path, operator_key_file=tmp_path, operator_key="0x12")


def test_the_method_of_a_release_is_kept_out_of_its_row_and_the_content_out_of_its_payload():
    row = ReleaseRow(
        release_id="0x1", request_id="0x2", partner="0x3", sealed=b"", payload_root="0x4", method_hash="0x5",
        method="salt and method", rows=1, suppressed=0, k=1, loss=0.0, consent_ids="[]",
    )  # fmt: skip
    assert "salt and method" not in repr(row) + str(row)
    assert "rows of people" not in repr(ReleasePayload([{"a": "rows of people"}], [], 1, 0, "rows of people"))


def test_bodies_hide_invitation_codes(town):
    code = "a-code-that-opens-the-door"
    invitation = operator.Invitation(code=code, name="Hanako")
    person = town.newcomer()
    body = SUBMISSION_OF[Join].body.model_validate(town.join_body(person, code))
    for holder in (invitation, operator.InvitationsBody(invitations=[invitation]), body):
        assert code not in repr(holder) + str(holder)


def test_a_caller_holds_no_token(town, answered):
    person = answered[0]
    token = person.headers["Authorization"].removeprefix("Bearer ")
    assert token not in repr(find_caller(town.bank, token))


def test_the_bank_shows_no_key(town):
    bank = town.bank
    shown = repr(bank) + repr(vars(bank)) + str(bank.release_key) + repr(bank.transactor)
    assert bank.release_key.secret.hex() not in shown
    assert repr(bank.release_key.secret) not in shown
    assert bytes(bank.transactor.account.key).hex() not in shown


def test_nothing_secret_is_logged_on_the_whole_way(town, caplog):
    with caplog.at_level(logging.DEBUG):
        person, survey = town.newcomer(), town.survey()
        code = town.invite("Hanako")
        town.post("/v1/members", town.join_body(person, code))
        person.log_in()
        town.answer(person, survey, age=SECRET_AGE, vote=1)
        wrong = town.answer_body(person, survey, age=SECRET_AGE, vote=0)
        refused = person.post(f"/v1/surveys/{survey.survey_id}/answers", wrong)
    written = caplog.text + refused.text
    token = person.headers["Authorization"].removeprefix("Bearer ")
    for secret in (code, token, f'"age":{SECRET_AGE}', f'"age": {SECRET_AGE}', bytes(person.signer.key.key).hex()):
        assert secret not in written


def test_no_secret_rests_in_the_banks_files_in_clear(town, answered):
    person, survey, *_ = answered
    code = town.invite("Hanako")
    town.post("/v1/members", town.join_body(town.newcomer(), code))
    kept = b"".join(path.read_bytes() for path in Path(town.folder).iterdir() if path.is_file())
    token = person.headers["Authorization"].removeprefix("Bearer ")
    assert survey.survey_id.encode() in kept, "the files are read"
    for secret in (code, token, f'"age":{SECRET_AGE}'):
        assert secret.encode() not in kept
