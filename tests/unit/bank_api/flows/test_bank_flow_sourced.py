"""Answers that a source signed: kept with who signed, refused where it is false, and nothing of it in a release."""

import json
from dataclasses import replace

from bank_api.flows.answer import BOX, open_answer, survey_of
from bank_api.protocol import sd_jwt
from bank_api.protocol.documents.answer import AnswerDocument, answer_context
from bank_api.protocol.documents.release import release_context
from bank_api.protocol.documents.sourced import Source
from bank_api.protocol.sd_jwt import KeyInHand
from chaincode.jws import public_jwk
from chaincode.keys import SigningKey
from pds_adapter.sealing.envelope import SealedDocument, open_sealed, seal
from tests.unit.bank_api.flows.test_bank_flow_answer import documents, made_by_hand, send
from tests.unit.bank_api.flows.test_bank_flow_disclose import ask
from wallet_cli import answer_sources
from wallet_cli.signing.answer import answer_survey, correct_answer

SOURCE, THIEF = SigningKey(b"\x51" * 32), SigningKey(b"\x52" * 32)
FACTS = {"age": 40, "vote": {"of": "B"}, "secret": "nobody's to know"}
VALUES = {"age": 40, "vote": 1, "tea": 3}
PATHS = {"age": "age", "vote": "vote.of"}


def credential(person, now, claims=FACTS, until=None, source=SOURCE, holder=None):
    jwk = public_jwk(holder or person.signer.key)
    return sd_jwt.issue(claims, "payslip", KeyInHand(source), jwk, now, until, lambda count: b"s" * count)


def sourced(person, now, paths=PATHS, **more):
    """The source as a wallet keeps it."""
    made = credential(person, now, **more)
    return answer_sources.source_of(made, sd_jwt.verify(made, None, None), paths)


def body(town, person, survey, sources, values=VALUES):
    draft = answer_survey(person.signer, survey, values, town.bank.release_key.public.to_hex(), None, sources)
    return {"answer": draft.signed.to_json(), **draft.parts.model_dump()}


def opened(town, person, survey):
    [name] = documents(town, person)
    kept = town.bank.pds.get(person.account, BOX, name).content
    return open_answer(town.bank, survey_of(town.bank, survey.survey_id), person.account, kept)


def refused(town, person, survey, sources, values=VALUES):
    answer = send(person, survey, body(town, person, survey, sources, values))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input"), answer.json()
    assert documents(town, person) == []
    return answer.json()["field"], answer.json()["rule"]


def test_an_answer_says_who_signed_what_it_says_and_shows_nothing_else_of_it(town):
    person, survey = town.member(), town.survey()
    sources = sourced(person, town.now)
    assert send(person, survey, body(town, person, survey, sources)).json()["accepted"]
    kept = opened(town, person, survey)
    assert kept.sources == sources
    found = answer_sources.told(json.loads(kept.to_bytes()), survey)
    assert {key: (one.issuer, one.kind, one.claim) for key, one in found.items()} == {
        "age": (SOURCE.address, "payslip", "age"), "vote": (SOURCE.address, "payslip", "vote.of"),
    }  # fmt: skip
    claims = sd_jwt.verify(sd_jwt.Credential.from_text(sources[0].credential), None, None).claims
    assert "secret" not in claims
    assert "Source" not in repr(kept)
    typed = AnswerDocument(kept.survey_id, kept.member, kept.values, kept.salt)
    assert kept.commitment != typed.commitment


def test_a_check_is_all_that_the_bank_learns(town):
    person, survey = town.member(), town.survey()
    claims = {"income": 4_200_000, "income<5000000": True}
    sources = sourced(person, town.now, {"vote": "income<5000000"}, claims=claims)
    assert send(person, survey, body(town, person, survey, sources)).json()["accepted"]
    [source] = opened(town, person, survey).sources
    shown = sd_jwt.verify(sd_jwt.Credential.from_text(source.credential), SOURCE.address, town.now)
    assert shown.claims == {"income<5000000": True}


def test_what_no_source_signed_of_this_member_is_refused_by_name_and_leaves_nothing(town):
    person, other, survey = town.member(), town.member(), town.survey()
    [good] = sourced(person, town.now)
    text = good.credential
    _header, _payload, signature = text.split("~")[0].split(".")
    bent = text.replace(signature, ("A" if signature[0] != "A" else "B") + signature[1:])
    shown = sd_jwt.show(sd_jwt.Credential.from_text(text), ["age", "vote"], person.signer.key, "x", "y", town.now)
    whole = credential(person, town.now).to_text()
    for sources, field in (
        ([Source(bent, PATHS)], "sources[0].credential"),
        ([Source("no credential", PATHS)], "sources[0].credential"),
        (sourced(other, town.now), "sources[0].credential"),
        (sourced(person, town.now, until=town.now - 60), "sources[0].credential"),
        (sourced(person, town.now + 3600), "sources[0].credential"),
        ([Source(shown.to_text(), PATHS)], "sources[0].credential"),
        ([Source(whole, PATHS)], "sources[0].credential"),  # shows more than answers
        ([good, Source(text, {"age": "age"})], "sources[1].credential"),
        ([good, good], "sources"),
        (sourced(person, town.now, claims=FACTS | {"age": 41}), "sources[0].answers"),
        ([Source(text, PATHS | {"tea": "age"})], "sources[0].answers"),
        ([Source(text, PATHS | {"cake": "age"})], "sources[0].answers"),
        ([Source(text, {"age": "age", "vote": "vote.nothing"})], "sources[0].answers"),
    ):
        told = refused(town, person, survey, sources)
        assert told[0] == field, told
        assert "40" not in told[1]
    unanswered = refused(town, person, survey, sourced(person, town.now, {"tea": "age"}), {"age": 40, "vote": 1})
    assert unanswered[0] == "sources[0].answers"


def test_a_document_bent_by_hand_is_no_answer(town):
    person, survey = town.member(), town.survey()
    core = {"survey_id": survey.survey_id, "member": person.account, "values": VALUES, "salt": "05" * 32}
    for sources in ([], {}, [{}], [{"credential": 1, "answers": {"age": "age"}}], [{"credential": "a", "answers": {}}]):
        content = json.dumps(core | {"sources": sources}, sort_keys=True, separators=(",", ":")).encode()
        answer = send(person, survey, made_by_hand(town, person, survey, content=content))
        assert answer.status_code == 422, answer.json()
        assert answer.json()["field"].startswith("sources")


def test_a_correction_keeps_the_sources_of_what_it_leaves_as_it_was(town):
    person, survey = town.member(), town.survey()
    sources = sourced(person, town.now)
    first = send(person, survey, body(town, person, survey, sources)).json()
    values, holders = VALUES | {"vote": 0}, {person.account}
    kept = answer_sources.still_true(sources, survey, values, holders, town.now)
    assert [dict(one.answers) for one in kept] == [{"age": "age"}]
    key = town.bank.release_key.public.to_hex()
    draft = correct_answer(person.signer, survey, first["id"], values, key, None, kept)
    corrected = {"correction": draft.signed.to_json(), **draft.parts.model_dump()}
    assert person.post(f"/v1/surveys/{survey.survey_id}/corrections", corrected).json()["accepted"]
    ended = sourced(person, town.now, until=town.now + 60)
    assert answer_sources.still_true(ended, survey, VALUES, holders, town.now + 60) == ()
    [whole] = sources
    names_more = [replace(whole, answers={**whole.answers, "nothing": "not.shown"})]
    assert answer_sources.still_true(names_more, survey, VALUES, holders, town.now) == answer_sources.still_true(
        sources, survey, VALUES, holders, town.now
    )


def test_a_release_checks_the_signatures_once_more_and_has_nothing_of_them(town, refusal):
    """Time and holder were right when an answer was taken; its source's signature must hold whenever it is opened."""
    asked = ask(town, people=4)
    person, survey = town.member(), asked.survey
    [source] = sourced(person, town.now, until=town.now + 60)
    assert send(person, survey, body(town, person, survey, [source])).json()["accepted"]
    town.consent(person, asked.request_id)
    town.chain.advance(61)
    town.operator.log_in()
    kept, [document] = opened(town, person, survey), documents(town, person)
    place = (person.account, BOX, document)
    good = town.bank.pds.get(*place)
    bent = replace(kept, sources=(Source(source.credential, {"age": "age", "vote": "age"}),))
    keys = [person.signer.encryption.public, town.bank.release_key.public]
    forged = seal(bent.to_bytes(), keys, answer_context(survey.survey_id, person.account))
    town.bank.pds.put(*place, forged)
    refused = town.release(asked.request_id)
    assert refusal(refused) == (409, "conflict")
    assert f"0x{document}" in refused.json()["detail"]
    assert "sources[0]" in refused.json()["detail"]
    town.bank.pds.put(*place, good.content)
    release = town.release(asked.request_id).json()
    assert (release["accepted"], release["rows"]) == (True, 5)
    kept_row = town.bank.catalog.release(release["id"])
    payload = open_sealed(
        SealedDocument.from_bytes(kept_row.sealed), town.bank.release_key, release_context(release["id"])
    )
    for word in (b"payslip", SOURCE.address.encode(), b"sources", b"credential"):
        assert word not in payload.content
