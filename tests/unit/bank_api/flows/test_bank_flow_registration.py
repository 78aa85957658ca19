"""Who has no invitation asks by a signed word; the operator lets in, or refuses with a reason that is told."""

from bank_api.flows.opening import open_bank
from bank_api.flows.registration import KEPT_SECONDS, forget_old
from bank_api.flows.telling import Telling
from bank_api.protocol.registration import registered_code
from bank_api.store import statements
from bank_api.store.tables import PersonRow
from wallet_cli.signing.registration import register

PATH = "/v1/registrations"


def body(town, person, **changes):
    words = {"name": "Alice Sato", "email": None, "words": "Sales, Osaka; no. 4711"} | changes
    return register(person.signer, str(town.client.base_url).rstrip("/"), **words).model_dump()


def asked(town, person, **changes):
    answer = town.post(PATH, body(town, person, **changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


def waiting(town, query=""):
    return [one["account"] for one in town.operator.get(f"/v1/operator/registrations{query}")["registrations"]]


def decide(town, person, what, **words):
    return town.operator.post(f"/v1/operator/registrations/{person.account}/{what}", words)


def test_asked_seen_approved_told_and_joined(town, refusal):
    person, other = town.newcomer(), town.newcomer()
    first = asked(town, person)
    assert (first["state"], first["name"], first["reason"]) == ("waiting", "Alice Sato", None)
    [task] = [one for one in town.operator.get("/v1/inbox")["items"] if one["subject"] == person.account]
    assert (task["kind"], task["name"]) == ("registration-asked", "Alice Sato")
    early = town.post("/v1/members", town.join_body(person, registered_code(person.account)))
    assert refusal(early) == (403, "forbidden")

    assert decide(town, person, "approval").json()["state"] == "approved"
    assert decide(town, person, "approval").status_code == 201
    assert asked(town, person)["state"] == "approved"
    assert refusal(decide(town, person, "refusal", reason="too late")) == (409, "conflict")
    stolen = town.post("/v1/members", town.join_body(other, registered_code(person.account)))
    assert refusal(stolen) == (403, "forbidden")
    assert person.account not in waiting(town)
    assert person.account in waiting(town, "?decided=true")
    words = town.join_body(person, registered_code(person.account))
    for _ in range(2):
        joined = town.post("/v1/members", words)
        assert joined.status_code == 201, joined.text
    assert town.bank.directory.person(person.account).name == "Alice Sato"
    assert town.bank.registrations.of(person.account) is None, "what was said is kept no longer than it is needed"
    assert refusal(town.post(PATH, body(town, person))) == (409, "conflict")


def test_refused_with_a_reason_and_let_in_after_all(town):
    person = town.newcomer()
    asked(town, person)
    assert decide(town, person, "refusal", reason="Nobody of this name works here").status_code == 201
    told = asked(town, person, name="Another name")
    assert (told["state"], told["reason"], told["name"]) == ("refused", "Nobody of this name works here", "Alice Sato")
    assert person.account not in waiting(town)
    assert decide(town, person, "approval").json()["state"] == "approved"


def test_words_are_the_accounts_own_and_of_now(town, refusal):
    person, other = town.newcomer(), town.newcomer()
    sent = body(town, person)
    for bent in (sent | {"account": other.account}, sent | {"name": "Bob"}, sent | {"signature": "0x00"}):
        assert refusal(town.post(PATH, bent)) == (422, "invalid-input"), bent
    town.chain.advance(10)
    later = body(town, person, words="Sales, Kyoto")
    assert asked(town, person, words="Sales, Kyoto")["words"] == "Sales, Kyoto"
    assert town.post(PATH, sent).json()["words"] == later["words"], "an older word does not come back"
    assert refusal(town.post(PATH, sent | {"at": sent["at"] + 10_000})) == (422, "invalid-input")
    assert refusal(town.member().post(f"/v1/operator/registrations/{person.account}/approval")) == (403, "forbidden")
    unknown = town.newcomer()
    assert refusal(decide(town, unknown, "approval")) == (404, "not-found")


def test_no_more_wait_than_the_bank_can_look_at(town, refusal, monkeypatch):
    asked(town, town.newcomer())
    monkeypatch.setattr(town.bank.settings, "registrations_max", 1)
    assert refusal(town.post(PATH, body(town, town.newcomer()))) == (409, "conflict")


def test_the_answer_is_mailed_once_and_forgotten_in_time(town, monkeypatch):
    sent, person = [], town.newcomer()
    asked(town, person, email="alice@example.org")
    asked(town, town.newcomer())
    monkeypatch.setattr(town.bank.settings, "smtp_host", "mail.example.org")
    telling = Telling(town.bank)
    monkeypatch.setattr("bank_api.flows.mail.send", lambda _settings, message: sent.append(message))
    assert telling._tell_applicants() == 0
    decide(town, person, "refusal", reason="Nobody of this name works here")
    monkeypatch.setattr("bank_api.flows.mail.send", lambda *_: (_ for _ in ()).throw(OSError("down")))
    assert telling._tell_applicants() == 0
    monkeypatch.setattr("bank_api.flows.mail.send", lambda _settings, message: sent.append(message))
    assert telling._tell_applicants() == 0, "not before the wait is over"
    town.chain.advance(10)
    assert [telling._tell_applicants() for _ in range(2)] == [1, 0]
    assert sent[0]["To"] == "alice@example.org"
    assert "Nobody of this name" not in sent[0].get_content()
    town.chain.advance(KEPT_SECONDS + 10)
    telling.tell()
    assert town.bank.registrations.of(person.account) is None


def test_an_approval_ends_in_time_though_nobody_else_asks_and_one_may_ask_again(town, refusal):
    person, joined = town.newcomer(), town.newcomer()
    town.operator.log_in()
    for one in (person, joined):
        asked(town, one)
        decide(town, one, "approval")
    told = asked(town, person)
    assert told["join_by"] == told["decided_at"] + KEPT_SECONDS
    assert asked(town, town.newcomer())["join_by"] is None
    assert town.post("/v1/members", town.join_body(joined, registered_code(joined.account))).status_code == 201
    assert forget_old(town.bank) == 0
    town.chain.advance(KEPT_SECONDS + 10)
    open_bank(town.bank)
    assert town.bank.registrations.of(person.account) is None
    assert refusal(town.post("/v1/members", town.join_body(person, registered_code(person.account)))) == (
        403,
        "forbidden",
    )
    assert town.bank.directory.person(joined.account) is not None
    town.operator.log_in()
    assert asked(town, person)["state"] == "waiting"
    decide(town, person, "approval")
    assert town.post("/v1/members", town.join_body(person, registered_code(person.account))).status_code == 201


def test_a_joining_that_died_before_the_directory_knew_of_it_keeps_its_way_in(town):
    person = town.newcomer()
    town.operator.log_in()
    asked(town, person)
    decide(town, person, "approval")
    kept = town.bank.registrations.of(person.account)
    words = town.join_body(person, registered_code(person.account))
    assert town.post("/v1/members", words).status_code == 201
    town.bank.registrations.save(kept)  # as a bank that died in between leaves it
    gone = [{"account": person.account}]
    town.bank.database.write(lambda moment: statements.drop(moment, PersonRow, gone))
    town.chain.advance(KEPT_SECONDS + 10)
    assert forget_old(town.bank) == 1
    assert town.post("/v1/members", words).status_code == 201


def test_a_word_of_long_ago_registers_nobody_again(town, refusal):
    """Who was answered and forgotten is not brought back by a word that somebody kept; a word of today is taken."""
    person = town.newcomer()
    kept = body(town, person)
    assert town.post(PATH, kept).json()["state"] == "waiting"
    town.operator.log_in()
    assert decide(town, person, "refusal", reason="Nobody of this name").status_code == 201
    town.chain.advance(2 * 86_400)
    assert town.post(PATH, kept).json()["state"] == "refused", "asking how it stands needs no word of today"
    town.chain.advance(KEPT_SECONDS)
    answer = town.post(PATH, kept)
    assert (refusal(answer), answer.json()["field"]) == ((422, "invalid-input"), "at")
    town.operator.log_in()
    assert person.account not in waiting(town, "?decided=true")
    assert asked(town, person)["state"] == "waiting"
