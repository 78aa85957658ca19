"""Releases: only live consents, paid as they are recorded, made anew when consents change, safe after any crash."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest

from bank_api.domain.attacked import observed
from bank_api.domain.attacks import attack_all
from bank_api.flows import ask as filing
from bank_api.flows import disclose as disclosing
from bank_api.flows import expect
from bank_api.flows.release_history import history_of
from bank_api.protocol.documents.answer import answer_context
from bank_api.protocol.documents.release import release_context
from bank_api.protocol.shapes.rows import RowProof
from bank_api.store.tables import ReleaseHistoryRow
from chaincode.bindings import Release, disclosure
from chaincode.errors import LedgerUnavailableError
from chaincode.ids import id_from_hex, to_hex
from chaincode.merkle import leaf_hash, merkle_root
from pds_adapter.sealing.canonical import canonical_json, parse_canonical_json
from pds_adapter.sealing.envelope import SealedDocument, open_sealed, seal
from wallet_cli.errors import EvidenceError
from wallet_cli.own_row import checked, covers
from wallet_cli.signing import member as asking_member
from wallet_cli.signing import partner as asking

PER_CONSENT = 5 + 2 * 2


@dataclass
class Asked:
    """An approved request for age and vote, and members who answered and consented."""

    partner: object
    board: object
    request_id: str
    members: list
    consents: list[str]
    survey: object


def ask(town, people=4, uses=3, **changes) -> Asked:
    survey, partner = town.survey(), town.organization("partner")
    board = town.boards[0] if town.boards else town.organization("board")  # each more would be a signature more
    members = [town.member() for _ in range(people)]
    for index, person in enumerate(members):
        town.answer(person, survey, age=20 + 10 * index % 80, vote=index % 2)
    town.fund(partner, 2000)
    request_id = town.request(partner, survey, ["age", "vote"], **changes)
    town.decide(board, request_id)
    consents = [town.consent(person, request_id, uses_maximum=uses) for person in members]
    return Asked(partner, board, request_id, members, consents, survey)


def opened(town, asked, release_id, from_base64):
    payload = asked.partner.get(f"/v1/releases/{release_id}/payload")
    sealed = SealedDocument.from_bytes(from_base64(payload["sealed_base64"]))
    document = open_sealed(sealed, asked.partner.signer.encryption, release_context(release_id))
    return payload, parse_canonical_json(document.content)


def coins(people):
    return [person.get("/v1/me")["coins"] for person in people]


def test_a_release_is_recorded_paid_and_delivered(town, from_base64):
    asked = ask(town)
    before = coins(asked.members)
    made = town.release(asked.request_id).json()
    assert (made["accepted"], made["repeated"], made["rows"] + made["suppressed"]) == (True, False, 4)
    assert coins(asked.members) == [had + PER_CONSENT for had in before]
    payload, body = opened(town, asked, made["id"], from_base64)
    rows, salts = body["release"]["rows"], [bytes.fromhex(salt) for salt in body["salts"]]
    leaves = [leaf_hash(salt, canonical_json(row)) for row, salt in zip(rows, salts, strict=True)]
    assert to_hex(merkle_root(leaves)) == payload["payload_root"] == made["payload_root"]
    record = town.bank.contracts.disclosure.release_of(id_from_hex(made["id"]))
    assert to_hex(record.payload_root) == made["payload_root"]
    assert [person.get("/v1/me/releases")["releases"][0]["release_id"] for person in asked.members] == [made["id"]] * 4
    assert not any(person.account in json.dumps(body) for person in asked.members)


def test_the_same_release_again_changes_nothing(town):
    asked = ask(town)
    first = town.release(asked.request_id).json()
    before = coins(asked.members)
    second = town.release(asked.request_id, first["id"]).json()
    assert (second["repeated"], second["payload_root"]) == (True, first["payload_root"])
    assert coins(asked.members) == before


def test_withdrawn_refused_expired_and_used_up_consents_stay_out(town):
    asked = ask(town, people=7, uses=1)
    town.withdraw(asked.members[0], asked.consents[0])
    refusing, soon = town.member(), asked.members[1]
    town.consent(refusing, asked.request_id, given=False)
    town.consent(soon, asked.request_id, valid_until=town.now + 30)
    town.chain.advance(60)
    first = town.release(asked.request_id).json()
    assert first["rows"] + first["suppressed"] == 5
    answer = town.release(asked.request_id)
    assert (answer.status_code, answer.json()["reached"]) == (409, 0)


def test_a_consent_to_fewer_items_does_not_cover_the_request(town):
    asked = ask(town, people=5)
    narrow = asked.members[0]
    whole = asking_member.decide_consent(narrow.signer, town.open_request(narrow, asked.request_id), given=True).struct
    signed = narrow.signer.sign(replace(whole, item_mask=1, items=("Your age",), coins=7))
    town.bank.contracts.consent.record_batch(town.bank.transactor, [signed])  # past the bank, which would refuse it
    made = town.release(asked.request_id).json()
    assert made["rows"] + made["suppressed"] == 4
    assert narrow.get("/v1/me/releases")["releases"] == []


def test_who_consented_without_an_answer_is_left_out(town):
    asked = ask(town, people=4)
    silent = town.member()
    town.consent(silent, asked.request_id)
    made = town.release(asked.request_id).json()
    assert made["rows"] + made["suppressed"] == 4
    assert coins([silent]) == [0]


def test_a_second_release_tells_nothing_more_than_the_first(town):
    """To the same partner or another: one history of all releases over the survey, sealed to the bank."""
    asked = ask(town, people=12)
    assert town.release(asked.request_id).json()["rows"] == 12
    row = town.bank.catalog.release_history(asked.survey.survey_id)
    assert asked.members[0].account.encode() not in row.sealed
    town.withdraw(asked.members[0], asked.consents[0])
    second = town.release(asked.request_id, suppression_limit=0.6).json()
    assert second["rows"] + second["suppressed"] == 11
    history = history_of(town.bank, asked.survey.survey_id)
    report = attack_all(observed(history, "vote"), 2, insiders=0)
    assert (report.releases, report.movers >= 1, report.movers_computed) == (2, True, 0)
    assert (report.below_l_by_intersection, report.below_l_by_counting) == (0, 0)


def test_a_history_that_cannot_be_read_makes_no_release(town, refusal):
    asked = ask(town, people=4)
    assert town.release(asked.request_id).status_code == 201
    survey_id = asked.survey.survey_id
    row = town.bank.catalog.release_history(survey_id)
    damaged = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
    town.bank.catalog.save(ReleaseHistoryRow(survey_id=survey_id, sealed=damaged))
    answer = town.release(asked.request_id)
    assert (refusal(answer), "cannot be read" in answer.json()["detail"]) == ((409, "release-not-possible"), True)


# ---- refusals: nothing kept, nothing recorded, nobody paid ----


def nothing_happened(town, asked, release_id, before):
    assert town.bank.catalog.release(release_id) is None
    assert town.bank.contracts.disclosure.release_of(id_from_hex(release_id)) is None
    assert coins(asked.members) == before


def test_too_few_people_are_refused_naming_how_many_are_missing(town, refusal):
    asked = ask(town, people=4)
    before, release_id = coins(asked.members), to_hex(town.new_id())
    answer = town.release(asked.request_id, release_id, k=5)
    assert refusal(answer) == (409, "release-not-possible")
    body = answer.json()
    assert (body["rule"], body["required"], body["reached"], body["missing"]) == ("k", 5, 4, 1)
    nothing_happened(town, asked, release_id, before)


def test_less_anonymity_than_the_request_promises_is_refused(town, refusal):
    asked = ask(town, people=4, k_minimum=3)
    before, release_id = coins(asked.members), to_hex(town.new_id())
    answer = town.release(asked.request_id, release_id, k=2)
    assert (refusal(answer), answer.json()["rule"]) == ((409, "release-not-possible"), "k")
    nothing_happened(town, asked, release_id, before)


def test_only_anonymized_releases_are_made(town, refusal, monkeypatch):
    with monkeypatch.context() as formerly:  # a bank that still took what it could not serve
        for module in (filing, asking):
            formerly.setattr(module, "SERVED_CLASSES", frozenset({3}))
        asked = ask(town, people=4, legal_class=3)
    assert refusal(town.release(asked.request_id)) == (409, "conflict")


def test_an_id_of_another_requests_release_is_refused(town, refusal):
    one, other = ask(town, people=4), ask(town, people=4)
    made = town.release(one.request_id).json()
    assert refusal(town.release(other.request_id, made["id"])) == (409, "id-already-used")


def test_a_recorded_release_is_not_passed_off_as_a_more_anonymous_one(town, refusal):
    asked = ask(town, people=4)
    made = town.release(asked.request_id, k=2).json()
    assert refusal(town.release(asked.request_id, made["id"], k=made["k"] + 1)) == (409, "id-already-used")


def test_an_unknown_request_is_not_found(town, refusal):
    assert refusal(town.release(to_hex(town.new_id()))) == (404, "not-found")


def test_a_contracts_refusal_keeps_no_payload(town, refusal):
    asked = ask(town, people=4, persons_maximum=2)
    before, release_id = coins(asked.members), to_hex(town.new_id())
    answer = town.release(asked.request_id, release_id)
    assert (refusal(answer), answer.json()["rule"]) == ((409, "ledger-refused"), "persons maximum reached")
    nothing_happened(town, asked, release_id, before)


def test_an_answer_missing_from_the_store_stops_the_release(town, refusal):
    asked = ask(town, people=4)
    victim = asked.members[0]
    [document] = victim.get("/v1/me/documents")["documents"]
    town.bank.pds.delete(victim.account, "answers", document["name"])
    answer = town.release(asked.request_id)
    assert refusal(answer) == (409, "conflict")
    assert "on the ledger but not in the store" in answer.json()["detail"]


def test_a_stored_answer_other_than_the_ledgers_is_never_released(town, refusal):
    asked = ask(town, people=4)
    victim, release_id = asked.members[0], to_hex(town.new_id())
    [document] = victim.get("/v1/me/documents")["documents"]
    survey_id = victim.get("/v1/me/answers")["answers"][0]["survey_id"]
    body = {"survey_id": survey_id, "member": victim.account, "salt": "05" * 32, "values": {"age": 99, "vote": 0}}
    keys = [victim.signer.encryption.public, town.bank.release_key.public]
    forged = seal(canonical_json(body), keys, answer_context(survey_id, victim.account))
    town.bank.pds.put(victim.account, "answers", document["name"], forged, if_match=document["etag"])
    before = coins(asked.members)
    answer = town.release(asked.request_id, release_id)
    assert refusal(answer) == (409, "conflict")
    assert "is not the one the ledger commits to" in answer.json()["detail"]
    nothing_happened(town, asked, release_id, before)


# ---- who may read ----


def test_a_payload_is_for_its_partner_alone(town, refusal):
    asked, other = ask(town, people=4), town.organization("partner")
    made = town.release(asked.request_id).json()
    path = f"/v1/releases/{made['id']}/payload"
    assert refusal(town.client.get(path, headers=other.headers)) == (403, "forbidden")
    assert refusal(town.client.get(path, headers=asked.members[0].headers)) == (403, "forbidden")
    assert refusal(town.client.get(path)) == (401, "not-authenticated")
    view = f"/v1/releases/{made['id']}"
    assert refusal(town.client.get(view, headers=other.headers)) == (403, "forbidden")
    assert asked.board.get(view)["release_id"] == made["id"]
    assert other.get("/v1/releases")["releases"] == []


def test_a_partner_acknowledges_what_it_received(town, refusal):
    asked = ask(town, people=4)
    made = town.release(asked.request_id).json()
    path = f"/v1/releases/{made['id']}/acknowledgement"
    wrong = asking.acknowledge_release(asked.partner.signer, made["id"], b"\x01" * 32).to_json()
    assert refusal(asked.partner.post(path, {"acknowledgement": wrong}))[1] == "ledger-refused"
    right = asking.acknowledge_release(asked.partner.signer, made["id"], id_from_hex(made["payload_root"])).to_json()
    other = f"/v1/releases/{to_hex(town.new_id())}/acknowledgement"
    assert refusal(asked.partner.post(other, {"acknowledgement": right})) == (422, "invalid-input")
    assert asked.partner.done(path, {"acknowledgement": right})["repeated"] is False
    assert asked.partner.done(path, {"acknowledgement": right})["repeated"] is True
    assert asked.partner.get(f"/v1/releases/{made['id']}")["acknowledged"] is True


# ---- crashes ----


def died_before_the_ledger(town, refusal, asked, **policy) -> str:
    release_id = to_hex(town.new_id())
    town.line.cut_before = "eth_sendRawTransaction"
    assert refusal(town.release(asked.request_id, release_id, **policy)) == (503, "ledger-unreachable")
    town.line.mend()
    return release_id


def test_kept_but_not_recorded_is_never_handed_out(mended, refusal):
    town, asked = mended, ask(mended)
    release_id = died_before_the_ledger(town, refusal, asked)
    assert town.bank.catalog.release(release_id) is not None
    answer = town.client.get(f"/v1/releases/{release_id}/payload", headers=asked.partner.headers)
    assert refusal(answer) == (404, "not-found")
    assert asked.partner.get("/v1/releases")["releases"] == []


def test_kept_but_not_recorded_then_sent_again_is_the_same_payload(mended, refusal):
    town, asked = mended, ask(mended)
    silent = town.member()
    town.consent(silent, asked.request_id)
    release_id = died_before_the_ledger(town, refusal, asked)
    kept = town.bank.catalog.release(release_id)
    made = town.release(asked.request_id, release_id).json()
    assert (made["repeated"], made["payload_root"]) == (False, kept.payload_root)


def test_consents_withdrawn_in_between_make_the_payload_anew_without_them(mended, refusal):
    """Whoever withdrew leaves a seat empty: who would be read by comparing both makings stays out of the second."""
    town, asked = mended, ask(mended, people=12)
    release_id = died_before_the_ledger(town, refusal, asked)
    kept = town.bank.catalog.release(release_id)
    town.withdraw(asked.members[1], asked.consents[1])
    refused = town.release(asked.request_id, release_id)
    assert (refusal(refused), "earlier releases" in refused.json()["detail"]) == ((409, "release-not-possible"), True)
    made = town.release(asked.request_id, release_id, suppression_limit=0.6).json()
    assert made["payload_root"] != kept.payload_root
    assert (made["rows"] + made["suppressed"], made["suppressed"] >= 3) == (11, True)
    now = town.bank.catalog.release(release_id)
    assert asked.consents[1] in json.loads(kept.consent_ids)
    assert json.loads(now.consent_ids) == sorted(set(asked.consents) - {asked.consents[1]})
    assert asked.members[1].get("/v1/me/releases")["releases"] == []


def test_an_earlier_making_that_is_sealed_after_all_is_the_release(mended, refusal, from_base64, monkeypatch):
    """The first transaction was on its way; the release was made anew with one more consent; the first was sealed."""
    town, asked = mended, ask(mended)
    release_id = died_before_the_ledger(town, refusal, asked)
    first = town.bank.catalog.release(release_id)
    newcomer = town.member()
    town.answer(newcomer, asked.survey, age=44, vote=1)
    town.consent(newcomer, asked.request_id)
    record = disclosing.record

    def seal_the_first(bank, row, items, consent_ids):
        ids = [id_from_hex(consent_id) for consent_id in json.loads(first.consent_ids)]
        record(bank, first, items, ids)
        return record(bank, row, items, consent_ids)

    monkeypatch.setattr(disclosing, "record", seal_the_first)
    made = town.release(asked.request_id, release_id, suppression_limit=0.5).json()
    assert (made["repeated"], made["payload_root"]) == (True, first.payload_root)
    payload, _ = opened(town, asked, release_id, from_base64)
    assert payload["payload_root"] == first.payload_root
    assert newcomer.get("/v1/me/releases")["releases"] == []


def test_a_kept_payload_is_not_reused_for_a_stricter_policy(mended, refusal):
    town, asked = mended, ask(mended)
    release_id = died_before_the_ledger(town, refusal, asked, k=2)
    kept = town.bank.catalog.release(release_id)
    town.bank.catalog.save(type(kept)(**(kept.model_dump() | {"k": 2})))  # made, whatever it reached, for k = 2
    made = town.release(asked.request_id, release_id, k=4).json()
    assert (made["k"], made["payload_root"] != kept.payload_root) == (4, True)


def test_recorded_but_nobody_heard_then_sent_again_is_the_same_release(mended, refusal, from_base64):
    town, asked = mended, ask(mended)
    before, release_id = coins(asked.members), to_hex(town.new_id())
    town.line.cut_after = "eth_sendRawTransaction"
    assert refusal(town.release(asked.request_id, release_id)) == (503, "ledger-unreachable")
    town.line.mend()
    assert town.release(asked.request_id, release_id).json()["repeated"] is True
    assert coins(asked.members) == [had + PER_CONSENT for had in before]
    payload, _ = opened(town, asked, release_id, from_base64)
    assert payload["release_id"] == release_id


def test_withdrawn_between_reading_and_recording_reverts_whole(town, refusal, monkeypatch):
    """The race of step 1 against step 5, played by an index that is a moment behind."""
    asked = ask(town)
    before, release_id = coins(asked.members), to_hex(town.new_id())
    body = {"release_id": release_id, "request_id": asked.request_id}
    known = town.bank.index._head()
    monkeypatch.setattr(town.bank.index, "_head", lambda: known)
    town.withdraw(asked.members[2], asked.consents[2])
    answer = town.operator.post("/v1/releases", body)
    monkeypatch.undo()
    assert (refusal(answer), answer.json()["detail"]) == ((409, "ledger-refused"), "consent: not in force")
    nothing_happened(town, asked, release_id, before)


def test_withdrawn_while_it_was_made_is_not_in_it_and_is_not_counted(town, refusal, monkeypatch):
    """A release of many takes its time; that somebody leaves meanwhile ends it for nobody else. Where people never stop
    leaving, the ledger refuses in the end."""
    asked = ask(town, people=6)
    anonymized, seen = disclosing.anonymized, []
    leaving = [(asked.members[place], asked.consents[place]) for place in (2, 3)]

    def slow(bank, survey, request, cohort, *more):
        made = anonymized(bank, survey, request, cohort, *more)
        seen.append(len(cohort.consent_ids))
        if seen != [6, 5]:
            town.withdraw(*leaving.pop())
        return made

    monkeypatch.setattr(disclosing, "anonymized", slow)
    release_id = to_hex(town.new_id())
    made = town.release(asked.request_id, release_id).json()
    assert (seen, made["rows"], made["suppressed"]) == ([6, 5], 5, 0)
    kept = town.bank.catalog.release(release_id)
    assert json.loads(kept.consent_ids) == sorted(set(asked.consents) - {asked.consents[3]})
    assert asked.members[3].get("/v1/me/releases")["releases"] == []
    monkeypatch.setattr(disclosing, "MAKINGS_MAX", 1)
    refused = town.release(asked.request_id, to_hex(town.new_id()), suppression_limit=0.9)
    assert (refusal(refused), refused.json()["detail"]) == ((409, "ledger-refused"), "consent: not in force")


def test_a_release_recorded_outside_the_bank_is_shown_as_such(town, refusal):
    """The operator's key wrote it on the ledger by itself: the bank has neither rows nor payload, and says so."""
    asked = ask(town)
    outside = Release(
        release_id=town.new_id(),
        request_id=id_from_hex(asked.request_id),
        items=3,
        payload_root=b"\x01" * 32,
        method_hash=b"\x02" * 32,
        rows=len(asked.members),
        suppressed=0,
        k=2,
    )
    consents = sorted(id_from_hex(one) for one in asked.consents)
    town.bank.contracts.disclosure.disclose(town.bank.transactor, outside, consents)
    release_id = to_hex(outside.release_id)
    [mine] = asked.members[0].get("/v1/me/releases")["releases"]
    assert (mine["release_id"], mine["recorded_outside"], mine["loss"]) == (release_id, True, None)
    [theirs] = [one for one in asked.partner.get("/v1/releases")["releases"] if one["release_id"] == release_id]
    assert theirs == asked.partner.get(f"/v1/releases/{release_id}")
    assert mine["answer_id"] is not None
    assert mine | {"answer_id": None} == theirs, "whose answer it was is the member's alone"
    assert (mine["rows"], mine["k"], mine["payload_root"]) == (len(asked.members), 2, "0x" + "01" * 32)
    line = asked.members[0].get("/v1/me/passbook")["entries"][-1]
    assert (line["kind"], line["release_id"], line["k"]) == ("disclosure", release_id, 2)
    answer = town.client.get(f"/v1/releases/{release_id}/payload", headers=asked.partner.headers)
    assert refusal(answer) == (404, "not-found")


# ---- people who come and go (ADR 80) ----


def began(town, asked):
    """What the series began with, by the history, by what the operator reads and by what the board reads."""
    history = history_of(town.bank, asked.survey.survey_id)
    told = {one.get(f"/v1/requests/{asked.request_id}")["come_and_go"] for one in (town.operator, asked.board)}
    return None if history is None else history.seats[0].homes is not None, *told


def own_rows_hold(town, asked, made):
    """In homes a member is shown a row with their answers, and its description only where it fits; lies are named."""
    described = 0
    for index, person in enumerate(asked.members[:5]):
        own = {"age": 20 + 10 * index % 80, "vote": index % 2}
        proof = RowProof.model_validate(person.get(f"/v1/proofs/releases/{made['id']}/row"))
        if proof.left_out:
            continue
        assert (proof.answers_together, len(proof.places), proof.counted) == (made["rows"], 1, False)
        found = checked(person.proven, proof, made["id"], own, ["vote"], in_homes=True)
        assert (found.row["vote"], found.together, found.counted) == (str(own["vote"]), made["rows"], None)
        assert ("age" in found.row) == covers(proof.row["age"], own["age"])  # such a row is chosen where there is one
        described += "age" in found.row
        with pytest.raises(EvidenceError, match="is not what you answered"):
            checked(person.proven, proof, made["id"], own | {"vote": 1 - own["vote"]}, ["vote"], in_homes=True)
        with pytest.raises(EvidenceError, match="does not stand under the root"):
            checked(person.proven, proof, made["id"], own, in_homes=True)  # which are sensitive the survey says
        with pytest.raises(EvidenceError, match="said to be otherwise"):
            checked(person.proven, proof, made["id"], own, ["vote"])
    assert described > 0
    seen = asked.members[0].get(f"/v1/me/requests/{asked.request_id}/preview")
    if seen["row"]:  # whether a class takes the member is chance's
        assert seen["answers_together"] >= seen["people"] >= seen["k"]
        assert covers(seen["row"]["age"], 20)


def test_homes_are_chosen_at_a_series_first_release_and_hold_for_all_of_it(town, from_base64, refusal, monkeypatch):
    monkeypatch.setattr(expect, "SUPPRESSION_LIMIT", 0.6)
    asked = ask(town, people=12, uses=4)
    assert began(town, asked) == (None, None)
    tried = rehearse(town, asked.request_id, come_and_go=True).json()
    assert (tried["come_and_go"], tried["answers_together"]) == (True, tried["rows"])  # one home of all
    assert rehearse(town, asked.request_id).json()["come_and_go"] is True, "homes, where nobody asks for anything"
    seats = rehearse(town, asked.request_id, come_and_go=False).json()
    assert (seats["come_and_go"], seats["answers_together"]) == (False, None)
    assert began(town, asked) == (None, None)  # trying out begins nothing
    expected = f"/v1/requests/{asked.request_id}/expectation"
    seen = town.client.get(expected, headers=asked.partner.headers).json()
    made = town.release(asked.request_id, come_and_go=True, suppression_limit=0.6).json()
    assert (made["come_and_go"], *began(town, asked)) == (True, True, True)
    document = json.loads(opened(town, asked, made["id"], from_base64)[1]["release"]["document"])
    assert (document["format"], document["come_and_go"]) == ("azukari-release-3", True)
    assert set(document["table"]["classes"]) == {0}
    assert len(document["table"]["boxes"]) > 1
    own_rows_hold(town, asked, made)
    assert document["answers_together"] == {"mean": made["rows"], "most": made["rows"]}
    assert asked.members[0].get("/v1/me/releases")["releases"][0]["come_and_go"] is True
    assert asked.partner.get(f"/v1/releases/{made['id']}")["come_and_go"] is True
    anew = town.client.get(expected, headers=asked.partner.headers).json()
    assert town.client.get(expected, headers=asked.partner.headers).json() == anew
    assert json.loads(town.bank.catalog.expectation(asked.request_id).told)["come_and_go"] is True
    assert {anew["answers_together"], seen["answers_together"]} <= {10, 20}  # whole tens; told before it begins, too
    for answer in (
        town.release(asked.request_id, come_and_go=False),
        rehearse(town, asked.request_id, come_and_go=False),
    ):
        body = answer.json()
        assert (refusal(answer), body["rule"]) == ((409, "release-not-possible"), "come_and_go")
        assert ("began with homes" in body["detail"], "goes on as it began" in body["hint"]) == (True, True)
    assert refusal(town.release(asked.request_id, made["id"], come_and_go=False)) == (409, "id-already-used")
    assert town.release(asked.request_id, made["id"], come_and_go=True).json()["repeated"] is True
    again = town.release(asked.request_id, suppression_limit=0.6)
    assert again.json()["come_and_go"] is True  # not said again
    assert len(history_of(town.bank, asked.survey.survey_id).releases) == 2


def test_a_series_that_began_with_seats_takes_no_homes_nor_does_what_has_no_series(town, refusal, monkeypatch):
    asked = ask(town, people=8)
    assert town.release(asked.request_id, come_and_go=False).json()["come_and_go"] is False
    assert began(town, asked) == (False, False)
    with monkeypatch.context() as before_series:
        before_series.setattr(town.bank.catalog, "surveys_with_history", lambda: [])
        assert asked.board.get(f"/v1/requests/{asked.request_id}")["come_and_go"] is None, "a release began no series"
    answer = town.release(asked.request_id, come_and_go=True)
    assert (refusal(answer), answer.json()["rule"]) == ((409, "release-not-possible"), "come_and_go")
    assert "began with seats" in answer.json()["detail"]
    plain = town.request(asked.partner, asked.survey, ["age"])
    town.decide(asked.board, plain)
    for person in asked.members:
        town.consent(person, plain)
    answer = town.release(plain, come_and_go=True)
    assert (refusal(answer), answer.json()["rule"]) == ((409, "release-not-possible"), "come_and_go")
    assert asked.partner.get(f"/v1/requests/{plain}")["come_and_go"] is None
    figures = town.request(asked.partner, asked.survey, ["age", "vote"], legal_class=2)
    answer = town.release(figures, come_and_go=True)
    assert (refusal(answer), answer.json()["field"]) == ((422, "invalid-input"), "policy.come_and_go")


def test_a_death_after_a_series_began_with_homes_leaves_what_was_chosen(mended, refusal):
    town, asked = mended, ask(mended, people=8)
    release_id = died_before_the_ledger(town, refusal, asked, come_and_go=True, suppression_limit=0.6)
    kept = town.bank.catalog.release(release_id)
    assert began(town, asked) == (True, True)
    other = town.release(asked.request_id, release_id, come_and_go=False)
    assert (refusal(other), other.json()["rule"]) == ((409, "release-not-possible"), "come_and_go")
    made = town.release(asked.request_id, release_id, suppression_limit=0.6).json()
    assert (made["repeated"], made["payload_root"], made["come_and_go"]) == (False, kept.payload_root, True)


def test_of_two_first_releases_at_once_that_ask_differently_one_chooses(town):
    asked = ask(town, people=6)
    with ThreadPoolExecutor(2) as threads:
        chosen = {True: "homes", False: "seats"}
        answers = list(
            threads.map(lambda one: town.release(asked.request_id, come_and_go=one, suppression_limit=0.6), chosen)
        )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    made, refused = sorted((answer.json() for answer in answers), key=lambda one: "rows" not in one)
    assert refused["rule"] == "come_and_go"
    assert f"began with {chosen[made['come_and_go']]}" in refused["detail"]
    assert began(town, asked) == (made["come_and_go"],) * 2


# ---- releases too large for one transaction ----


@pytest.fixture
def small_transactions(monkeypatch):
    """Two consents fill a transaction, so that five people make a large release."""
    monkeypatch.setattr(disclosure, "CONSENTS_PER_TRANSACTION", 2)
    monkeypatch.setattr(disclosure, "CONSENTS_PER_RELEASE", 2)


@pytest.mark.usefixtures("small_transactions")
def test_a_large_release_pays_everybody(town):
    asked = ask(town, people=5)
    before = coins(asked.members)
    made = town.release(asked.request_id).json()
    assert made["rows"] + made["suppressed"] == 5
    assert coins(asked.members) == [had + PER_CONSENT for had in before]


@pytest.mark.usefixtures("small_transactions")
def test_a_large_release_that_died_before_everybody_was_paid_is_paid_when_sent_again(town, refusal, monkeypatch):
    asked = ask(town, people=5)
    before, release_id = coins(asked.members), to_hex(town.new_id())
    face = town.bank.contracts.disclosure
    settle = face.settle

    def dies_half_way(transactor, release, consent_ids):
        settle(transactor, release, consent_ids[:2])
        raise LedgerUnavailableError("killed")

    monkeypatch.setattr(face, "settle", dies_half_way)
    assert refusal(town.release(asked.request_id, release_id)) == (503, "ledger-unreachable")
    monkeypatch.setattr(face, "settle", settle)
    assert sum(coins(asked.members)) == sum(before) + 2 * PER_CONSENT
    assert town.release(asked.request_id, release_id).json()["repeated"] is True
    assert coins(asked.members) == [had + PER_CONSENT for had in before]
    assert town.release(asked.request_id, release_id).json()["repeated"] is True
    assert coins(asked.members) == [had + PER_CONSENT for had in before]


# ---- tried out before ----


def rehearse(town, request_id, person=None, **policy):
    body = {"request_id": request_id, "policy": policy}
    return (person or town.operator).post("/v1/releases/rehearsal", body)


def test_a_rehearsal_says_what_would_come_out_and_changes_nothing(town):
    asked = ask(town)
    before, blocks = coins(asked.members), town.chain.w3.eth.block_number
    told = rehearse(town, asked.request_id, suppression_limit=0.5).json()
    assert sum(told.pop("left_out").values()) == told["suppressed"]
    assert told["rows"] + told["suppressed"] == told["consents"] == 4
    assert told["coins"] == 4 * PER_CONSENT
    assert (coins(asked.members), town.chain.w3.eth.block_number) == (before, blocks)
    assert asked.partner.get("/v1/releases")["releases"] == []
    made = town.release(asked.request_id, suppression_limit=0.5).json()
    assert made["rows"] + made["suppressed"] == 4
    assert coins(asked.members) == [had + PER_CONSENT for had in before]


def test_a_rehearsal_is_refused_as_the_release_would_be(town):
    asked = ask(town)
    answer = rehearse(town, asked.request_id, k=5)
    assert (answer.status_code, answer.json()["required"], answer.json()["reached"]) == (409, 5, 4)
    assert rehearse(town, asked.request_id, k=1).status_code == 422


def test_only_the_operator_rehearses(town):
    asked = ask(town)
    assert rehearse(town, asked.request_id, asked.partner).status_code == 403
