"""Corrections over HTTP: the new answer stands, the earlier one stays; releases take what stands; no lost document."""

import json
from threading import Thread

import pytest

from bank_api.flows.answer import BOX
from bank_api.flows.release_history import history_of
from bank_api.flows.rewrap import wrap_for_present_key
from bank_api.protocol.shapes.rows import RowProof
from bank_api.store.tables import PersonRow
from chaincode.ids import id_from_hex
from chaincode.typed_data import Answer, Correction, sign
from pds_adapter.sealing.keys import KeyPair
from wallet_cli.own_row import checked
from wallet_cli.signing import answer as answering

ANSWERS = [{"age": 20 + 3 * place, "vote": place % 2, "tea": place} for place in range(8)]


def documents(town, person):
    return [entry.name for entry in town.bank.pds.entries(person.account, BOX)]


def correction(town, person, survey, replaces, signer=None, **values):
    release_key = town.bank.release_key.public.to_hex()
    made = answering.correct_answer(signer or person.signer, survey, replaces, values, release_key)
    return {"correction": made.signed.to_json(), "sealed_base64": made.parts.sealed_base64}


def send(person, survey, body):
    return person.post(f"/v1/surveys/{survey.survey_id}/corrections", body)


def corrected(town, person, survey, replaces, **values):
    answer = send(person, survey, correction(town, person, survey, replaces, **values))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def answers(person):
    return person.get("/v1/me/answers")["answers"]


def test_the_new_answer_stands_the_first_stays_on_record_and_no_coins_move(town):
    person, survey = town.member(), town.survey()
    first = town.answer(person, survey)["id"]
    second = corrected(town, person, survey, first, age=41, vote=0)
    third = corrected(town, person, survey, second, age=42, vote=0, tea=1)
    told = [(one["answer_id"], one["replaces"], one["stands"], one["coins"]) for one in answers(person)]
    assert told == [(first, None, False, 19), (second, first, False, 0), (third, second, True, 0)]
    assert sorted(documents(town, person)) == sorted(one[2:] for one in (first, second, third))
    assert person.get("/v1/me")["coins"] == 19
    kinds = [(one["kind"], one["title"]) for one in person.get("/v1/me/passbook")["entries"]]
    assert kinds.count(("correction", survey.title)) == 2


def test_the_same_correction_again_is_the_same_success_also_after_a_later_one(town):
    person, survey = town.member(), town.survey()
    first = town.answer(person, survey)["id"]
    body = correction(town, person, survey, first, age=41, vote=0)
    once, again = send(person, survey, body).json(), send(person, survey, body).json()
    corrected(town, person, survey, once["id"], age=42, vote=0)
    later = send(person, survey, body).json()
    assert [one["repeated"] for one in (once, again, later)] == [False, True, True]
    assert len(documents(town, person)) == 3


def test_an_answer_sent_again_in_other_words_after_its_correction_keeps_its_document(town, refusal):
    person, survey = town.member(), town.survey()
    body = town.answer_body(person, survey)
    first = person.done(f"/v1/surveys/{survey.survey_id}/answers", body)["id"]
    corrected(town, person, survey, first, age=41, vote=0)
    other = dict(body["answer"]["message"]) | {"deadline": body["answer"]["message"]["deadline"] + 1}
    struct = Answer.from_json(other)
    body["answer"] = {"message": other, "signature": "0x" + sign(struct, town.deployment, person.signer.key).hex()}
    answer = person.post(f"/v1/surveys/{survey.survey_id}/answers", body)
    assert refusal(answer) == (409, "id-already-used")
    assert first[2:] in documents(town, person)


def test_only_the_answer_that_stands_is_corrected(town, refusal):
    person, survey = town.member(), town.survey()
    first = town.answer(person, survey)["id"]
    second = corrected(town, person, survey, first, age=41, vote=0)
    answer = send(person, survey, correction(town, person, survey, first, age=50, vote=0))
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "not the standing answer")
    assert answer.json()["hint"].startswith("look at your answers again")
    none = town.member()
    assert refusal(send(none, survey, correction(town, none, survey, first, age=50, vote=0)))[1] == "ledger-refused"
    assert (len(documents(town, person)), documents(town, none)) == (2, [])
    assert [one["answer_id"] for one in answers(person) if one["stands"]] == [second]


def test_after_the_survey_has_closed_a_mistake_is_still_corrected(town):
    person, survey = town.member(), town.survey()
    first = town.answer(person, survey)["id"]
    town.operator.done(f"/v1/surveys/{survey.survey_id}/closure")
    corrected(town, person, survey, first, age=41, vote=0)


@pytest.mark.parametrize(
    ("values", "field"),
    [({"age": 41}, "values.vote"), ({"age": 5, "vote": 0}, "values.age"), ({"age": 41, "vote": 0, "x": 1}, "values.x")],
)
def test_values_that_break_the_survey_are_refused_by_the_wallet_first(town, values, field):
    person, survey = town.member(), town.survey()
    first = town.answer(person, survey)["id"]
    with pytest.raises(Exception, match=field.replace(".", r"\.")):
        correction(town, person, survey, first, **values)


def test_words_that_do_not_fit_the_sealed_answer_are_refused(town, refusal):
    person, survey = town.member(), town.survey()
    first = town.answer(person, survey)["id"]
    for name, bent in (("items", 1), ("survey", "Another"), ("commitment", "0x" + "01" * 32)):
        body = correction(town, person, survey, first, age=41, vote=0)
        message = dict(body["correction"]["message"]) | {name: bent}
        signature = sign(Correction.from_json(message), town.deployment, person.signer.key)
        body["correction"] = {"message": message, "signature": "0x" + signature.hex()}
        answer = send(person, survey, body)
        assert refusal(answer) == (422, "invalid-input")
        assert answer.json()["field"] == f"correction.message.{name}"
    assert documents(town, person) == [first[2:]]


def test_nobody_corrects_for_another(town, refusal):
    person, thief, survey = town.member(), town.member(), town.survey()
    first = town.answer(person, survey)["id"]
    body = correction(town, person, survey, first, age=41, vote=0)
    message = Correction.from_json(body["correction"]["message"])
    body["correction"]["signature"] = "0x" + sign(message, town.deployment, thief.signer.key).hex()
    assert refusal(send(thief, survey, body)) == (403, "ledger-refused")
    partner = town.organization("partner")
    assert refusal(send(partner, survey, body)) == (403, "forbidden")
    assert documents(town, person) == [first[2:]]


def test_stored_but_not_recorded_then_sent_again_is_one_success(mended, refusal):
    town = mended
    person, survey = town.member(), town.survey()
    first = town.answer(person, survey)["id"]
    body = correction(town, person, survey, first, age=41, vote=0)
    town.line.cut_before = "eth_sendRawTransaction"
    assert refusal(send(person, survey, body)) == (503, "ledger-unreachable")
    town.line.mend()
    assert [one["answer_id"] for one in answers(person) if one["stands"]] == [first]
    assert send(person, survey, body).json()["repeated"] is False
    assert len(documents(town, person)) == 2


def test_recorded_but_nobody_heard_then_sent_again_is_one_success(mended, refusal):
    town = mended
    person, survey = town.member(), town.survey()
    first = town.answer(person, survey)["id"]
    body = correction(town, person, survey, first, age=41, vote=0)
    town.line.cut_after = "eth_sendRawTransaction"
    assert refusal(send(person, survey, body)) == (503, "ledger-unreachable")
    town.line.mend()
    assert send(person, survey, body).json()["repeated"] is True
    assert [one["answer_id"] for one in answers(person) if one["stands"]] == [body_id(body)]


def body_id(body):
    return body["correction"]["message"]["correction_id"]


# ---- releases ----


def asked(town, answers_given=ANSWERS, items=("age", "vote")):
    survey, partner, board = town.survey(), town.organization("partner"), town.organization("board")
    members = [town.member() for _ in answers_given]
    given = [town.answer(one, survey, **values)["id"] for one, values in zip(members, answers_given, strict=True)]
    town.fund(partner, 9_000)
    request_id = town.request(partner, survey, list(items))
    town.decide(board, request_id)
    for person in members:
        town.consent(person, request_id, uses_maximum=3)
    return survey, members, given, request_id


def row_of(person, release, own):
    proof = RowProof.model_validate(person.get(f"/v1/proofs/releases/{release['release_id']}/row"))
    return checked(person.proven, proof, release["release_id"], own)


def test_each_release_holds_the_answer_that_stood_and_the_member_sees_which(town):
    survey, members, given, request_id = asked(town)
    before = town.release(request_id, suppression_limit=0.9, come_and_go=False).json()
    person, wrong, right = members[0], ANSWERS[0], {"age": 60, "vote": 1}
    new = corrected(town, person, survey, given[0], **right)
    after = town.release(request_id, suppression_limit=0.9).json()
    told = {one["release_id"]: one for one in person.get("/v1/me/releases")["releases"]}
    shown = {name: (told[one["release_id"]]["answer_id"], told[one["release_id"]]["corrected_since"])
             for name, one in (("before", before), ("after", after))}  # fmt: skip
    assert shown == {"before": (given[0], True), "after": (new, False)}
    row_of(person, before, wrong)
    row_of(person, after, right)
    other = {one["release_id"]: one["corrected_since"] for one in members[1].get("/v1/me/releases")["releases"]}
    assert set(other.values()) == {False}
    assert history_of(town.bank, survey.survey_id) is not None


def test_who_answers_fewer_items_is_left_out_of_releases_that_need_them(town):
    survey, members, given, request_id = asked(town, items=("age", "tea"))
    corrected(town, members[0], survey, given[0], age=30, vote=0)
    made = town.release(request_id, suppression_limit=0.9).json()
    assert made["rows"] + made["suppressed"] == len(members) - 1


def test_a_kept_payload_with_an_answer_that_was_corrected_since_is_made_anew(mended, refusal):
    town = mended
    twelve = [{"age": 20 + 3 * place, "vote": place % 2, "tea": place % 8} for place in range(12)]
    survey, members, given, request_id = asked(town, twelve)
    release_id = "0x" + town.new_id().hex()
    town.line.cut_before = "eth_sendRawTransaction"
    assert refusal(town.release(request_id, release_id, suppression_limit=0.9)) == (503, "ledger-unreachable")
    kept = town.bank.catalog.release(release_id)
    town.line.mend()
    corrected(town, members[0], survey, given[0], age=60, vote=1)
    assert town.release(request_id, release_id, suppression_limit=0.9).status_code == 201
    made = town.bank.catalog.release(release_id)
    assert made.payload_root != kept.payload_root
    assert json.loads(made.method)["answers"] != json.loads(kept.method)["answers"]


def test_a_correction_waits_while_a_release_is_made(town):
    survey, members, given, _ = asked(town)
    body = correction(town, members[0], survey, given[0], age=60, vote=1)
    sent = []
    sending = Thread(target=lambda: sent.append(send(members[0], survey, body)))
    with town.bank.releasing:
        sending.start()
        sending.join(0.3)
        assert sending.is_alive()
        assert (
            town.bank.contracts.survey.answer_of(id_from_hex(survey.survey_id), members[0].account).hex()
            == given[0][2:]
        )
    sending.join()
    assert sent[0].status_code == 201


def test_a_corrected_answer_is_wrapped_for_a_new_key_as_the_one_that_stands_is(town):
    person, survey = town.member(), town.survey()
    first = town.answer(person, survey)["id"]
    corrected(town, person, survey, first, age=41, vote=0)
    fresh, row = KeyPair.from_wallet_key(b"\x07" * 32), town.bank.directory.person(person.account)
    town.bank.directory.save_person(PersonRow(**row.model_dump() | {"encryption_key": fresh.public.to_hex()}))
    assert wrap_for_present_key(town.bank, person.account).wrapped == 2
