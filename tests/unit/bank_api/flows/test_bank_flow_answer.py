"""Answers: stored sealed, rewarded once, refused without a trace, safe to send again after a crash anywhere."""

import base64
from dataclasses import replace

import pytest

from bank_api.flows.answer import BOX, SealedAnswer, store_and_record
from bank_api.protocol.documents.answer import answer_context, recipients_hash
from chaincode.bindings import Signed
from chaincode.ids import id_from_hex
from chaincode.typed_data import Answer, sign
from pds_adapter.errors import AccountErasedError
from pds_adapter.sealing.canonical import canonical_json, commit
from pds_adapter.sealing.envelope import SealedDocument, seal
from wallet_cli.signing.signer import to_base64

VALUES = {"age": 40, "vote": 1, "tea": 3}


def documents(town, person):
    return [entry.name for entry in town.bank.pds.entries(person.account, BOX)]


def send(person, survey, body):
    return person.post(f"/v1/surveys/{survey.survey_id}/answers", body)


def made_by_hand(town, person, survey, content=None, recipients=None, context=None, values=VALUES, changes=None):
    """An answer body whose every part can be bent."""
    salt = b"\x05" * 32
    core = {"survey_id": survey.survey_id, "member": person.account, "values": values}
    body = canonical_json(core | {"salt": salt.hex()}) if content is None else content
    keys = [person.signer.encryption.public, town.bank.release_key.public] if recipients is None else recipients
    sealed = seal(body, keys, context or answer_context(survey.survey_id, person.account))
    fields = {
        "answer_id": town.new_id(),
        "member": person.account,
        "survey_id": id_from_hex(survey.survey_id),
        "survey": survey.title,
        "commitment": commit(salt, canonical_json(core)),
        "recipients_hash": recipients_hash(key.to_hex() for key in keys),
        "items": 7,
        "coins": 19,
        "deadline": town.now + 600,
    }
    return {
        "answer": person.signer.sign(Answer(**(fields | (changes or {})))).to_json(),
        "sealed_base64": to_base64(sealed.to_bytes()),
    }


def test_an_answer_is_stored_rewarded_and_listed(town):
    person, survey = town.member(), town.survey()
    receipt = town.answer(person, survey)
    assert (receipt["accepted"], receipt["repeated"], receipt["coins"]) == (True, False, 19)
    [listed] = person.get("/v1/me/answers")["answers"]
    assert (listed["answer_id"], listed["survey_id"], listed["coins"]) == (receipt["id"], survey.survey_id, 19)
    [document] = person.get("/v1/me/documents")["documents"]
    assert (document["box"], "0x" + document["name"]) == ("answers", receipt["id"])
    assert person.get("/v1/me")["coins"] == 19


def test_an_optional_question_left_out_earns_less(town):
    person, survey = town.member(), town.survey()
    assert town.answer(person, survey, age=33, vote=0)["coins"] == 18


def test_the_same_answer_again_is_the_same_success(town):
    person, survey = town.member(), town.survey()
    body = town.answer_body(person, survey)
    first, second = send(person, survey, body).json(), send(person, survey, body).json()
    assert (first["id"], first["repeated"], second["repeated"]) == (second["id"], False, True)
    assert len(documents(town, person)) == 1
    assert person.get("/v1/me")["coins"] == 19


# ---- refusals, none of which leaves a document behind ----


def refused_for(town, refusal, person, survey, body, field):
    answer = send(person, survey, body)
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["field"] == field
    assert documents(town, person) == []
    return answer.json()["rule"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"items": 3}, "answer.message.items"),
        ({"coins": 20}, "answer.message.coins"),
        ({"survey": "Another title"}, "answer.message.survey"),
        ({"commitment": b"\x01" * 32}, "answer.message.commitment"),
        ({"recipients_hash": b"\x01" * 32}, "answer.message.recipients_hash"),
        ({"survey_id": b"\x02" * 32}, "answer.message.survey_id"),
    ],
)
def test_words_that_do_not_fit_the_sealed_answer_are_refused(town, refusal, changes, field):
    person, survey = town.member(), town.survey()
    refused_for(town, refusal, person, survey, made_by_hand(town, person, survey, changes=changes), field)


def test_a_document_for_others_is_refused(town, refusal):
    person, survey, other = town.member(), town.survey(), town.newcomer()
    mine, bank, foreign = person.signer.encryption.public, town.bank.release_key.public, other.signer.encryption.public
    for recipients in ([mine], [bank], [mine, bank, foreign], [foreign, bank]):
        body = made_by_hand(town, person, survey, recipients=recipients)
        rule = refused_for(town, refusal, person, survey, body, "sealed_base64")
        assert rule == "must be sealed to the member's own key and the bank's, and no other"


def test_a_document_of_another_context_is_refused(town, refusal):
    person, survey, other = town.member(), town.survey(), town.survey()
    body = made_by_hand(town, person, survey, context=answer_context(other.survey_id, person.account))
    assert "cannot be opened by the bank" in refused_for(town, refusal, person, survey, body, "sealed_base64")


def content(person, survey, **changes):
    whole = {"survey_id": survey.survey_id, "member": person.account, "salt": "05" * 32, "values": VALUES}
    return canonical_json({key: value for key, value in (whole | changes).items() if value is not ...})


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"salt": ...}, "must hold survey_id, member, salt, values"),
        ({"more": 1}, "must hold survey_id, member, salt, values"),
        ({"member": "0x" + "11" * 20}, "names another survey or another member"),
        ({"survey_id": "0x" + "11" * 32}, "names another survey or another member"),
        ({"salt": "not hex"}, "salt must be hex"),
        ({"salt": 5}, "salt must be hex"),
        ({"salt": "05" * 31}, "salt must be 32 bytes"),
    ],
)
def test_a_sealed_document_of_another_form_is_refused(town, refusal, changes, rule):
    person, survey = town.member(), town.survey()
    body = made_by_hand(town, person, survey, content=content(person, survey, **changes))
    assert refused_for(town, refusal, person, survey, body, "sealed_base64") == rule


def test_content_that_is_no_canonical_json_is_refused_and_not_quoted(town, refusal):
    person, survey = town.member(), town.survey()
    for secret in (b'{"age": 98765.4}', b'{ "age":98765}', b"\xff98765"):
        answer = send(person, survey, made_by_hand(town, person, survey, content=secret))
        assert refusal(answer) == (422, "invalid-input")
        assert answer.json()["rule"] == "holds no canonical JSON"
        assert "98765" not in answer.text
    assert documents(town, person) == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"age": 40}, "values.vote"),
        ({"age": 98765, "vote": 1}, "values.age"),
        ({"age": 40, "vote": 98765}, "values.vote"),
        ({"age": 40, "vote": True}, "values.vote"),
        ({"age": 40, "vote": 1, "coffee": 98765}, "values.coffee"),
        ([98765], "values"),
    ],
)
def test_values_that_break_the_survey_are_refused_and_not_quoted(town, refusal, values, field):
    person, survey = town.member(), town.survey()
    answer = send(person, survey, made_by_hand(town, person, survey, values=values))
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["field"] == field
    assert "98765" not in answer.text
    assert documents(town, person) == []


def test_bytes_that_are_no_sealed_document_are_refused(town, refusal):
    person, survey = town.member(), town.survey()
    body = made_by_hand(town, person, survey)
    refused_for(town, refusal, person, survey, body | {"sealed_base64": to_base64(b"AZSD?")}, "sealed_base64")
    refused_for(town, refusal, person, survey, body | {"sealed_base64": "%%%"}, "sealed_base64")
    huge = to_base64(bytes(town.bank.settings.sealed_bytes_max + 1))
    refused_for(town, refusal, person, survey, body | {"sealed_base64": huge}, "sealed_base64")


def test_an_unknown_survey_is_not_found(town, refusal):
    person, survey = town.member(), town.survey()
    body = made_by_hand(town, person, survey)
    unknown = survey.model_copy(update={"survey_id": "0x" + "31" * 32})
    answer = send(person, unknown, body)
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["detail"] == "answer.message.survey_id: names another survey than the address"
    assert refusal(send(person, unknown, made_by_hand(town, person, unknown))) == (404, "not-found")


def test_who_is_no_member_is_refused(town, refusal):
    member, survey, partner = town.member(), town.survey(), town.organization("partner")
    assert refusal(send(partner, survey, made_by_hand(town, partner, survey))) == (403, "forbidden")
    answer = send(member, survey, made_by_hand(town, partner, survey))
    assert refusal(answer) == (422, "invalid-input")
    assert answer.json()["field"] == "answer.message.member"


def test_an_answer_that_the_ledger_refuses_leaves_no_document(town, refusal):
    person, survey = town.member(), town.survey()
    late = made_by_hand(town, person, survey, changes={"deadline": town.now - 1})
    assert refusal(send(person, survey, late)) == (422, "ledger-refused")
    forged = made_by_hand(town, person, survey)
    forged["answer"]["signature"] = made_by_hand(town, town.member(), survey)["answer"]["signature"]
    assert refusal(send(person, survey, forged)) == (403, "ledger-refused")
    town.operator.done(f"/v1/surveys/{survey.survey_id}/closure")
    answer = send(person, survey, made_by_hand(town, person, survey))
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "closed")
    assert documents(town, person) == []


def test_a_second_answer_is_refused_and_the_first_stays(town, refusal):
    person, survey = town.member(), town.survey()
    first = town.answer(person, survey)
    answer = send(person, survey, town.answer_body(person, survey, age=41, vote=0))
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "already answered")
    assert answer.json()["hint"] == "each member answers a survey once"
    assert documents(town, person) == [first["id"][2:]]


def test_the_same_id_for_another_answer_is_refused_and_the_first_stays(town, refusal):
    person, survey = town.member(), town.survey()
    first = town.answer(person, survey)
    before = town.bank.pds.get(person.account, BOX, first["id"][2:])
    other = made_by_hand(town, person, survey, changes={"answer_id": id_from_hex(first["id"])})
    assert refusal(send(person, survey, other)) == (409, "id-already-used")
    assert town.bank.pds.get(person.account, BOX, first["id"][2:]) == before


# ---- crashes ----


def test_stored_but_not_recorded_then_sent_again_is_one_success(mended, refusal):
    town = mended
    person, survey = town.member(), town.survey()
    body = town.answer_body(person, survey)
    town.line.cut_before = "eth_sendRawTransaction"
    assert refusal(send(person, survey, body)) == (503, "ledger-unreachable")
    assert len(documents(town, person)) == 1
    town.line.mend()
    assert send(person, survey, body).json()["repeated"] is False
    assert len(documents(town, person)) == 1
    assert person.get("/v1/me")["coins"] == 19


def test_recorded_but_nobody_heard_then_sent_again_is_one_success(mended, refusal):
    town = mended
    person, survey = town.member(), town.survey()
    body = town.answer_body(person, survey)
    town.line.cut_after = "eth_sendRawTransaction"
    assert refusal(send(person, survey, body)) == (503, "ledger-unreachable")
    town.line.mend()
    assert send(person, survey, body).json()["repeated"] is True
    assert len(documents(town, person)) == 1
    assert person.get("/v1/me")["coins"] == 19


def test_a_document_that_a_crash_left_goes_when_the_ledger_refuses_at_last(mended, refusal):
    town = mended
    person, survey = town.member(), town.survey()
    body = town.answer_body(person, survey)
    town.line.cut_before = "eth_sendRawTransaction"
    send(person, survey, body)
    town.line.mend()
    town.operator.done(f"/v1/surveys/{survey.survey_id}/closure")
    assert refusal(send(person, survey, body)) == (409, "ledger-refused")
    assert documents(town, person) == []


# ---- batches ----


def in_batch(town, person, survey, **changes) -> SealedAnswer:
    body = made_by_hand(town, person, survey, changes=changes)
    signed = Signed(Answer.from_json(body["answer"]["message"]), bytes.fromhex(body["answer"]["signature"][2:]))
    return SealedAnswer(signed, SealedDocument.from_bytes(base64.b64decode(body["sealed_base64"])))


def test_one_bad_answer_never_sinks_its_neighbours(town):
    survey, people = town.survey(), [town.member() for _ in range(4)]
    good, late, clash, erased = (in_batch(town, person, survey) for person in people)
    late = replace(late, signed=in_batch(town, people[1], survey, deadline=town.now - 1).signed)
    held = in_batch(town, people[2], survey).sealed
    town.bank.pds.put(people[2].account, BOX, clash.signed.struct.answer_id.hex(), held)
    town.bank.pds.erase(people[3].account, town.now)
    outcomes = store_and_record(town.bank, [late, erased, good, clash])
    assert outcomes[0].reason == "survey: deadline passed"
    assert isinstance(outcomes[1], AccountErasedError)
    assert outcomes[2].accepted
    assert type(outcomes[3]).__name__ == "ETagConflictError"
    assert [documents(town, people[i]) for i in (0, 1)] == [[good.signed.struct.answer_id.hex()], []]


def test_the_same_answer_twice_in_one_batch_first_with_a_bad_signature_keeps_its_document(town):
    person, survey = town.member(), town.survey()
    good = in_batch(town, person, survey)
    forged = sign(good.signed.struct, town.deployment, town.member().signer.key)
    bad = replace(good, signed=replace(good.signed, signature=forged))
    refused, taken = store_and_record(town.bank, [bad, good])
    assert (refused.reason, taken.accepted) == ("membership: signer may not act", True)
    assert documents(town, person) == [good.signed.struct.answer_id.hex()]


def test_an_erased_member_is_told_so(town, refusal):
    person, survey = town.member(), town.survey()
    body = town.answer_body(person, survey)
    town.bank.pds.erase(person.account, town.now)
    answer = send(person, survey, body)
    assert refusal(answer) == (409, "conflict")
    assert "erased" in answer.json()["detail"]


def test_an_answer_to_a_survey_the_ledger_does_not_know_is_refused_in_the_batch(town):
    person, survey = town.member(), town.survey()
    [outcome] = store_and_record(town.bank, [in_batch(town, person, survey, survey_id=b"\x09" * 32)])
    assert (outcome.accepted, outcome.reason) == (False, "survey: unknown survey")
    assert documents(town, person) == []
