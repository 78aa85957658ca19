"""New terms: published with time to accept them, accepted by signature, and what the bank does no more without."""

from dataclasses import replace
from pathlib import Path

import pytest

from bank_api.errors import ConflictError
from bank_api.flows.opening import open_bank
from bank_api.index.agreement import agreement
from bank_api.protocol.documents import terms
from bank_api.protocol.terms import SectionChange, changed_sections
from bank_api.store import statements
from bank_api.store.tables import TermsRow
from chaincode.bindings import Role
from chaincode.ids import text_hash, to_hex
from chaincode.typed_data import Delegation
from wallet_cli.errors import EvidenceError
from wallet_cli.signing.terms import accept_terms

DAY = 86_400
NOT_ACCEPTED = "new terms not accepted"


def terms_body(town, **changes):
    text = f"1. Be kind.\n2. Terms {town.new_id().hex()}.\n"
    body = {"statement": "I join", "text": text, "language": "en", "accept_by": town.now + 20 * DAY}
    return body | changes


@pytest.fixture
def new_terms(town):
    """Terms that the bank has just set."""
    body = terms_body(town)
    town.operator.done("/v1/terms", body)
    return body


def accept(town, person, text=None):
    words = accept_terms(person.signer, text_hash(text if text is not None else town.about().terms.text))
    return person.post("/v1/acceptances", {"acceptance": words.to_json()})


def pass_the_time(town, *people):
    """Sessions end meanwhile."""
    town.chain.advance(21 * DAY)
    for one in (town.operator, *people):
        one.log_in()


def test_a_bank_begins_with_its_first_terms(town):
    [first, *_] = town.client.get("/v1/terms").json()["versions"]
    assert (first["number"], first["hash"]) == (1, to_hex(text_hash(first["text"])))
    assert "第3版" in first["text"]


def test_a_bank_that_has_terms_reads_no_file_of_first_ones(town, tmp_path):
    stands = town.bank.contracts.membership.terms_hash()
    settings = town.bank.settings
    town.bank.settings = settings.model_copy(update={"terms_file": tmp_path / "nowhere.txt"})
    try:
        open_bank(town.bank)
    finally:
        town.bank.settings = settings
    assert town.bank.contracts.membership.terms_hash() == stands


def test_what_the_terms_say_of_what_companies_receive_is_what_is_released():
    for form in ("匿名加工情報", "統計情報", "anonymized releases", "statistics"):
        assert form in terms.TEXT
    second = (Path("scripts") / "demo_data" / "terms-2.txt").read_text(encoding="utf-8")
    changed = [one.after[:2] for one in changed_sections(second, terms.TEXT)]
    assert [one for one in changed if one[0].isdigit()] == ["2.", "3.", "4.", "5.", "7.", "8."] * 2


def test_new_terms_are_shown_and_who_joins_accepts_them(town, new_terms):
    latest = town.client.get("/v1/terms").json()["versions"][-1]
    assert (latest["text"], latest["accept_by"]) == (new_terms["text"], new_terms["accept_by"])
    assert town.about().terms.hash == latest["hash"] == to_hex(town.bank.contracts.membership.terms_hash())
    joined = town.member().get("/v1/me/terms")
    assert (joined["accepted"], joined["agrees"]) == (latest["number"], True)


def test_a_member_accepts_and_the_operator_sees_who_has_not(town):
    aoi, ren = town.member(), town.member()
    town.operator.done("/v1/terms", terms_body(town))
    before = aoi.get("/v1/me/terms")
    assert (before["accepted"], before["agrees"]) == (before["present"] - 1, True)
    missing = {one["account"]: one for one in town.operator.get("/v1/operator/terms")["missing"]}
    assert {aoi.account, ren.account} <= set(missing)
    assert (missing[aoi.account]["name"], missing[aoi.account]["is_late"]) == (f"Member {aoi.account[-4:]}", False)
    first = accept(town, aoi)
    assert first.status_code == 201, first.text
    assert aoi.get("/v1/me/terms")["accepted"] == before["present"]
    left = [one["account"] for one in town.operator.get("/v1/operator/terms")["missing"]]
    assert ren.account in left
    assert aoi.account not in left
    pass_the_time(town)
    assert town.operator.get("/v1/operator/terms")["missing"][0]["is_late"]


def test_who_has_not_accepted_comes_in_pages_and_is_counted_by_hand(town):
    """Three who fell behind once, twice, or not at all; counted over everybody, one by one, beside the database."""
    first, second, third = town.member(), town.member(), town.member()
    town.operator.done("/v1/terms", terms_body(town))
    assert accept(town, second).status_code == 201
    pass_the_time(town, third)
    town.operator.done("/v1/terms", terms_body(town))
    assert accept(town, third).status_code == 201
    for _ in ("in time", "too late"):
        stands = agreement(town.bank.index)
        everybody = town.bank.index.accounts_with(Role.MEMBER)
        behind = [one for one in everybody if stands.accepted(one) < len(stands.terms)]
        late = {one.account for one in behind if not stands.agrees(one, town.bank.ledger_time())}
        told = town.operator.get("/v1/operator/terms?limit=1")
        assert (told["accepted"], told["not_accepted"]) == (len(everybody) - len(behind), len(behind))
        assert told["late"] == len(late)
        pages = [told]
        while pages[-1]["next"]:
            pages.append(town.operator.get(f"/v1/operator/terms?limit=1&cursor={pages[-1]['next']}"))
        missing = [one for page in pages for one in page["missing"]]
        assert [one["account"] for one in missing] == [
            one.account for one in sorted(behind, key=lambda one: (one.agreed_at, one.account))
        ]
        assert {one["account"] for one in missing if one["is_late"]} == late
        assert {first.account, second.account} <= {one["account"] for one in missing}
        pass_the_time(town)
    order = [one["account"] for one in missing]
    upto = order.index(first.account) + 1
    page = town.operator.get(f"/v1/operator/terms?limit={upto}")
    first.log_in()
    assert accept(town, first).status_code == 201
    rest = town.operator.get(f"/v1/operator/terms?cursor={page['next']}")
    assert [one["account"] for one in rest["missing"]] == order[upto:], (
        "who was shown accepts meanwhile; nobody is lost"
    )
    unknown = town.client.get("/v1/operator/terms?cursor=0x00", headers=town.operator.headers)
    assert (unknown.status_code, unknown.json()["field"]) == (422, "cursor")


def test_the_same_acceptance_again_is_success_and_another_is_refused_by_name(town, refusal):
    person = town.member()
    town.operator.done("/v1/terms", terms_body(town))
    words = accept_terms(person.signer, text_hash(town.about().terms.text))
    person.done("/v1/acceptances", {"acceptance": words.to_json()})
    assert person.done("/v1/acceptances", {"acceptance": words.to_json()})["repeated"]
    again = accept(town, person)
    assert (again.status_code, "terms already accepted" in again.text) == (409, True)
    other = accept(town, town.member(), "Another text")
    assert (other.status_code, "terms unknown" in other.text) == (409, True)
    assert refusal(town.operator.post("/v1/acceptances", {"acceptance": words.to_json()})) == (403, "forbidden")


def test_terms_are_published_by_the_operator_with_time_enough_and_once(town, new_terms, refusal):
    assert town.operator.done("/v1/terms", new_terms)["repeated"]
    later = town.operator.post("/v1/terms", new_terms | {"accept_by": new_terms["accept_by"] + 1})
    assert (later.status_code, "terms stand already" in later.text) == (409, True)
    short = town.operator.post("/v1/terms", terms_body(town, accept_by=town.now + 13 * DAY))
    assert (short.status_code, short.json()["field"]) == (422, "accept_by")
    reworded = town.operator.post("/v1/terms", new_terms | {"statement": "I join otherwise"})
    assert (reworded.status_code, reworded.json()["field"]) == (422, "statement")
    assert refusal(town.member().post("/v1/terms", terms_body(town))) == (403, "forbidden")
    assert refusal(town.member().post("/v1/acceptances", {})) == (422, "invalid-input")


def test_without_agreement_nothing_new_is_done_and_what_is_theirs_stays(town):
    survey, other = town.survey(), town.survey(closes_at=town.now + 90 * DAY)
    partner, board = town.organization("partner"), town.organization("board")
    town.fund(partner, 10_000)
    people = [town.member() for _ in range(4)]
    for person in people:
        town.answer(person, survey)
    request_id = town.request(partner, survey, ["age"], valid_until=town.now + 80 * DAY)
    town.decide(board, request_id)
    consents = [town.consent(person, request_id) for person in people]
    later_request = town.request(partner, survey, ["tea"], valid_until=town.now + 80 * DAY)
    town.decide(board, later_request)
    town.operator.done("/v1/terms", terms_body(town))
    late, *others = people
    for person in others:
        assert accept(town, person).status_code == 201
    [item] = [one for one in late.get("/v1/inbox")["items"] if one["kind"] == "terms-changed"]
    assert (item["due_at"], item["overdue"]) == (town.operator.get("/v1/operator/terms")["accept_by"], False)
    assert not [one for one in others[0].get("/v1/inbox")["items"] if one["kind"] == "terms-changed"]
    pass_the_time(town, late)
    for path, body in (
        (f"/v1/surveys/{other.survey_id}/answers", town.answer_body(late, other)),
        ("/v1/consents", town.consent_body(late, later_request)),
    ):
        answer = late.post(path, body)
        assert (answer.status_code, NOT_ACCEPTED in answer.text) == (409, True), answer.text
    made = town.release(request_id)
    assert made.status_code == 201, made.text
    assert made.json()["rows"] + made.json()["suppressed"] == 3, "the release goes out without the one"
    coins = late.get("/v1/me")["coins"]
    town.consent(late, later_request, given=False)
    town.withdraw(late, consents[0])
    assert late.get("/v1/me")["coins"] == coins
    assert accept(town, late).status_code == 201
    town.answer(late, other)


def test_the_ledger_proves_which_terms_stand_and_which_were_accepted(town):
    person, before = town.member(), text_hash(town.about().terms.text)
    body = terms_body(town)
    town.operator.done("/v1/terms", body)
    mine = person.get("/v1/me/terms")
    proven = person.proven.terms(person.account, mine["present"], mine["accepted"])
    assert (proven.present_hash, proven.accepted_hash) == (text_hash(body["text"]), before)
    assert (proven.word.accept_by, proven.agrees) == (body["accept_by"], True)
    for present, accepted in ((mine["present"] - 1, mine["accepted"]), (mine["present"], mine["present"])):
        with pytest.raises(EvidenceError, match="of other slots than were asked for"):
            person.proven.terms(person.account, present, accepted)


def test_a_guardian_who_may_consent_accepts_for_the_ward(town):
    ward, guardian = town.member(), town.member()
    words = Delegation(
        town.new_id(), ward.account, "I let this account act for me", guardian.account, 2, town.now + 40 * DAY,
        ward.signer.sequence(), town.now + DAY,
    )  # fmt: skip
    ward.done("/v1/delegations", {"delegation": ward.signer.sign(words).to_json()})
    town.operator.done("/v1/terms", terms_body(town))
    guardian.headers |= {"Azukari-For": ward.account}
    assert guardian.get("/v1/me/terms")["accepted"] < guardian.get("/v1/me/terms")["present"]
    guardian.signer = replace(guardian.signer, account=ward.account)
    assert accept(town, guardian).status_code == 201
    assert ward.get("/v1/me/terms")["agrees"]


def test_a_bank_that_starts_again_keeps_the_terms_of_the_ledger_and_needs_their_text(town, new_terms):
    open_bank(town.bank)
    assert town.about().terms.text == new_terms["text"]
    kept = town.bank.terms_texts.find(town.about().terms.hash)
    town.bank.database.write(lambda m: statements.drop(m, TermsRow, [{"terms_hash": kept.terms_hash}]))
    with pytest.raises(ConflictError, match="whose text is not in this database"):
        open_bank(town.bank)
    town.bank.terms_texts.save(kept)
    open_bank(town.bank)


def test_sections_are_compared_by_their_numbers():
    before = "Rules\n\n1. Be kind.\n   Always.\n2. Pay.\n3. Go.\n"
    after = "Rules\n\n1. Be kind.\n   Always.\n2. Pay twice.\n3. Go.\n4. Come back.\n"
    assert changed_sections(before, after) == [
        SectionChange("2. Pay.", "2. Pay twice."), SectionChange("", "4. Come back."),
    ]  # fmt: skip
    assert changed_sections(after, before)[1] == SectionChange("4. Come back.", "")
    assert changed_sections(before, before) == []
