"""Statistics: consumed as any release is, told with error bars, and never beyond anybody's budget, crash or not."""

import json
from contextlib import contextmanager

import pytest

from bank_api.domain.statistics import Variable, noise, plan_of
from bank_api.flows import privacy_budget
from bank_api.protocol.documents.open_results import OPEN_WORDS, opened
from bank_api.protocol.documents.statistics import read_statistics
from bank_api.protocol.shapes.releases import ReleasePayload, ReleaseView
from bank_api.protocol.shapes.results import ResultDetail
from bank_api.store import statements
from bank_api.store.tables import PrivacySpentRow
from chaincode.ids import to_hex
from wallet_cli.errors import EvidenceError
from wallet_cli.open_results import checked
from wallet_cli.release import open_release
from wallet_cli.signing import partner as asking

STATISTICAL = 2
DAY = 86_400


class Asked:
    """An approved request for statistics on age and vote, and members who answered and consented."""

    def __init__(self, town, people=6, uses=9, partner=None, members=None, **changes):
        self.town = town
        self.partner = partner or town.organization("partner")
        self.members = members or [town.member() for _ in range(people)]
        self.survey = survey = town.survey()
        for index, person in enumerate(self.members):
            town.answer(person, survey, age=20 + index, vote=index % 2)
        town.fund(self.partner, 5000)
        terms = {"legal_class": STATISTICAL, "k_minimum": 4} | changes
        self.request_id = town.request(self.partner, survey, ["age", "vote"], **terms)
        town.decide(town.organization("board"), self.request_id)
        self.consents = [town.consent(one, self.request_id, uses_maximum=uses) for one in self.members]

    def release(self, release_id=None, **statistics):
        body = {"release_id": release_id or to_hex(self.town.new_id()), "request_id": self.request_id}
        return self.town.operator.post("/v1/releases", body | ({"statistics": statistics} if statistics else {}))

    def opened(self, release_id):
        view = ReleaseView.model_validate(self.partner.get(f"/v1/releases/{release_id}"))
        payload = ReleasePayload.model_validate(self.partner.get(f"/v1/releases/{release_id}/payload"))
        return open_release(self.partner.signer.encryption, payload, view)


def budget(person, partner=None):
    return person.get("/v1/me/budget" + ("" if partner is None else f"?partner={partner.account}"))["left"]


def test_figures_are_recorded_paid_delivered_and_shown_to_whoever_gave_the_answers(town):
    asked = Asked(town)
    before = [one.get("/v1/me")["coins"] for one in asked.members]
    made = asked.release(epsilon=2, crossed=[["age", "vote"]])
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["rows"], body["suppressed"], body["k"], body["legal_class"]) == (6, 0, 4, STATISTICAL)
    assert [one.get("/v1/me")["coins"] for one in asked.members] == [had + 5 + 2 * 2 for had in before]
    opened = asked.opened(body["id"])
    assert (opened.statistics.people, opened.statistics.epsilon_thousandths) == (6, 2000)
    assert {one.of for one in opened.statistics.figures} == {("age",), ("vote",), ("age", "vote")}
    told = asked.members[0].get(f"/v1/me/releases/{body['id']}/statistics")
    assert read_statistics(told["document"]) == opened.statistics
    assert opened.to_csv().startswith("figure,of,at,value,low,high")
    assert budget(asked.members[0], asked.partner) == 1
    assert budget(asked.members[0]) == 8


def test_strangers_answers_are_not_shown(town, refusal):
    asked = Asked(town)
    made = asked.release().json()
    stranger = town.member()
    answer = town.client.get(f"/v1/me/releases/{made['id']}/statistics", headers=stranger.headers)
    assert refusal(answer) == (404, "not-found")


def test_what_the_ledger_refuses_costs_no_budget(town, refusal):
    asked = Asked(town, persons_maximum=2)
    assert refusal(asked.release()) == (409, "ledger-refused")
    assert budget_of(town, asked) == 3


def test_nobody_has_a_row_in_figures(town, refusal):
    asked = Asked(town)
    made = asked.release().json()
    answer = town.client.get(f"/v1/proofs/releases/{made['id']}/row", headers=asked.members[0].headers)
    assert refusal(answer) == (409, "conflict")
    assert "nobody has a row in it" in answer.json()["detail"]


def test_a_budget_that_is_used_up_refuses_and_comes_back_with_time(town, refusal):
    asked = Asked(town)
    assert asked.release(epsilon=2).status_code == 201
    answer = asked.release(epsilon=1.5)
    assert refusal(answer) == (409, "release-not-possible")
    assert (answer.json()["rule"], answer.json()["required"], answer.json()["reached"]) == ("budget", 4, 0)
    assert "0 of 6 people have budget left" in answer.json()["detail"]
    assert asked.release(epsilon=1).status_code == 201
    assert budget(asked.members[0], asked.partner) == 0


def test_who_has_no_budget_left_is_left_out_and_the_others_are_not(town):
    first = Asked(town)
    assert first.release(epsilon=3).status_code == 201
    both = Asked(town, partner=first.partner, members=first.members[:2] + [town.member() for _ in range(4)])
    made = both.release(epsilon=1).json()
    assert made["rows"] == 4
    assert budget(first.members[0], first.partner) == 0
    assert budget(both.members[2], first.partner) == 2


def test_all_partners_together_have_a_budget_too(town, monkeypatch):
    settings = town.bank.settings.model_copy(update={"epsilon_per_person": 4})
    monkeypatch.setattr(town.bank, "settings", settings)
    first = Asked(town)
    assert first.release(epsilon=3).status_code == 201
    second = Asked(town, members=first.members)
    answer = second.release(epsilon=2)
    assert answer.json()["rule"] == "budget"
    assert second.release(epsilon=1).status_code == 201
    assert budget(first.members[0]) == 0


def test_budget_is_spent_before_the_ledger_is_asked_and_once_for_one_release(mended):
    town, asked = mended, Asked(mended)
    release_id = to_hex(town.new_id())
    town.line.cut_before = "eth_sendRawTransaction"
    assert asked.release(release_id, epsilon=2).status_code == 503
    assert budget_of(town, asked) == 1  # before anything could leave
    town.line.mend()
    kept = town.bank.catalog.release(release_id)
    made = asked.release(release_id, epsilon=2).json()
    assert made["payload_root"] == kept.payload_root  # the same figures: nobody is told twice
    assert budget_of(town, asked) == 1
    again = asked.release(release_id, epsilon=2).json()
    assert (again["repeated"], again["payload_root"]) == (True, kept.payload_root)
    assert budget_of(town, asked) == 1


def budget_of(town, asked):
    return privacy_budget.budget_left(town.bank, asked.members[0].account, asked.partner.account)


def test_withdrawn_in_between_the_figures_are_made_anew_for_new_budget(mended):
    town, asked = mended, Asked(mended)
    release_id = to_hex(town.new_id())
    town.line.cut_before = "eth_sendRawTransaction"
    asked.release(release_id)
    town.line.mend()
    town.withdraw(asked.members[5], asked.consents[5])
    made = asked.release(release_id).json()
    assert made["rows"] == 5
    assert budget_of(town, asked) == 1


def test_what_costs_too_much_or_crosses_what_was_not_asked_is_refused(town, refusal):
    asked = Asked(town)
    for wrong, rule in (({"epsilon": 3.5}, "epsilon"), ({"crossed": [["age", "tea"]]}, "crossed")):
        answer = asked.release(**wrong)
        assert refusal(answer) == (409, "release-not-possible")
        assert answer.json()["rule"] == rule
    assert budget_of(town, asked) == 3


def test_too_few_people_spend_nothing(town):
    asked = Asked(town, people=3)
    answer = asked.release()
    assert (answer.status_code, answer.json()["rule"], answer.json()["reached"]) == (409, "k", 3)
    assert budget_of(town, asked) == 3


def test_rows_are_not_told_by_a_request_for_statistics_nor_figures_by_one_for_rows(town, refusal):
    asked = Asked(town, legal_class=1, k_minimum=2)
    assert refusal(asked.release(epsilon=1)) == (409, "conflict")


def test_a_partner_believes_no_figures_that_do_not_add_up(town):
    asked = Asked(town)
    made = asked.release().json()
    view = ReleaseView.model_validate(asked.partner.get(f"/v1/releases/{made['id']}"))
    payload = ReleasePayload.model_validate(asked.partner.get(f"/v1/releases/{made['id']}/payload"))
    with pytest.raises(EvidenceError, match="about 6 people"):
        open_release(asked.partner.signer.encryption, payload, view.model_copy(update={"rows": 7}))


def test_an_auditor_sees_how_they_were_made(town):
    asked = Asked(town)
    made = asked.release().json()
    evidence = town.organization("auditor").get(f"/v1/releases/{made['id']}/evidence")
    assert '"epsilon_thousandths":1000' in evidence["method"]
    assert evidence["evidence"] == {}


def test_a_measurement_that_costs_more_than_it_may_is_not_made(monkeypatch):
    monkeypatch.setattr(noise, "ROUNDED_UP", 0.5)
    with pytest.raises(ArithmeticError):
        noise.counts([0, 1], 2, 1.0)


def test_a_bank_put_back_from_an_older_copy_takes_what_it_forgot_for_all_there_was(town):
    asked = Asked(town)
    made = asked.release(epsilon=0.5).json()
    assert budget(asked.members[0], asked.partner) == 2.5
    keys = [{"release_id": made["id"]}]
    town.bank.database.write(lambda moment: statements.drop(moment, PrivacySpentRow, keys))
    assert budget(asked.members[0], asked.partner) == 0
    assert budget(asked.members[0]) == 7
    assert asked.release(epsilon=0.5).json()["rule"] == "budget"


def test_partner_and_operator_learn_beforehand_how_exact_it_would_be(town, refusal):
    asked = Asked(town)
    path = f"/v1/requests/{asked.request_id}/expectation?epsilon=3&crossed=age,vote"
    told = asked.partner.get(path)
    assert (told["consents"], told["rows"], told["k"], told["coins"], told["loss"]) == (6, 6, 4, 54, None)
    plan = plan_of([Variable.number("age", 18, 100), Variable.choice("vote", [(0, "A"), (1, "B")])],
                   [("age", "vote")], 4, 3000)  # fmt: skip
    assert (told["count_error"], told["told_from"]) == (plan.expected_error(), plan.told_from())
    body = {"request_id": asked.request_id, "statistics": {"epsilon": 3, "crossed": [["age", "vote"]]}}
    rehearsed = town.operator.post("/v1/releases/rehearsal", body).json()
    assert (rehearsed["rows"], rehearsed["count_error"]) == (6, told["count_error"])
    assert budget(asked.members[0], asked.partner) == 3
    other = town.organization("partner")
    assert refusal(town.client.get(path, headers=other.headers)) == (403, "forbidden")


def test_what_a_partner_may_expect_of_rows_is_rounded(town, monkeypatch):
    asked, late = Asked(town, people=12, legal_class=1, k_minimum=2), town.member()
    town.answer(late, asked.survey, age=25, vote=1)
    released = town.bank.releasing

    @contextmanager
    def waits_for_a_release():
        """While which somebody more decides."""
        with released:
            town.consent(late, asked.request_id)
            yield

    monkeypatch.setattr(town.bank, "releasing", waits_for_a_release())
    told = asked.partner.get(f"/v1/requests/{asked.request_id}/expectation")
    assert (told["consents"], told["k"], told["rows"] % 10, told["count_error"]) == (13, 2, 0, None)
    assert len(json.loads(town.bank.catalog.expectation(asked.request_id).consent_ids)) == 13, "of whom it was reckoned"
    assert round(told["loss"] * 10) == pytest.approx(told["loss"] * 10)


def test_what_is_expected_of_rows_stands_until_k_people_have_decided(town):
    """Asked again after each consent, it would tell what the newest one answered: that nothing varies, or now does."""
    asked, people = Asked(town, people=0, legal_class=1, k_minimum=3, l_minimum=2), []
    path = f"/v1/requests/{asked.request_id}/expectation"

    def told_after(*votes):
        for vote in votes:
            person = town.member()
            town.answer(person, asked.survey, age=30, vote=vote)
            people.append((person, town.consent(person, asked.request_id)))
        return town.client.get(path, headers=asked.partner.headers).json()

    def reckoned_of():
        return len(json.loads(town.bank.catalog.expectation(asked.request_id).consent_ids))

    few = told_after(0, 0)
    assert (few["code"], few["rule"], few["missing"]) == ("release-not-possible", "k", 1)
    assert town.bank.catalog.expectation(asked.request_id) is None
    alike = told_after(0)
    assert (alike["code"], alike["rule"], reckoned_of()) == ("release-not-possible", "policy", 3)
    assert not {"required", "reached", "missing"} & set(alike)
    for vote in (1, 0):  # the first other answer: nothing is seen of it
        assert (told_after(vote), reckoned_of()) == (alike, 3)
    told_after(1)
    assert reckoned_of() == 6
    renewing, stranger = people[0], town.member()
    town.withdraw(*renewing)
    town.consent(renewing[0], asked.request_id)  # one person, of whom two consents differ
    town.answer(stranger, asked.survey, age=30, vote=1)
    consent_id = town.consent(stranger, asked.request_id)
    told_after()
    assert reckoned_of() == 6, "one person has decided since, not k"
    town.withdraw(stranger, consent_id)
    for person in people[1:4]:
        town.withdraw(*person)
    told_after()
    assert reckoned_of() == 3, "three are gone"


# ---- results that everybody may read ----


def published(town, path="/v1/results"):
    answer = town.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer


def test_an_open_result_is_read_by_strangers_and_held_against_the_ledger(town, refusal):
    asked = Asked(town, purpose=opened("Plan the tea room"), retention_days=2)
    closed = Asked(town)
    made, other = asked.release(epsilon=1), closed.release(epsilon=1)
    assert (made.status_code, other.status_code) == (201, 201), made.text
    release_id = made.json()["id"]
    listed = {one["release_id"]: one for one in published(town).json()["results"]}
    assert listed[release_id]["purpose"].endswith(OPEN_WORDS)
    assert (listed[release_id]["people"], other.json()["id"] in listed) == (6, False)
    assert refusal(town.client.get(f"/v1/results/{other.json()['id']}")) == (404, "not-found")
    found = ResultDetail.model_validate(published(town, f"/v1/results/{release_id}").json())
    document = checked(found, asked.partner.proven)
    assert document == asked.opened(release_id).statistics, "the very figures that the partner got"
    text = found.payload.replace('"value":', '"value":1', 1)
    for lie in ({"payload": text}, {"people": 7}, {"release_id": other.json()["id"]}, {"purpose": "Plan the tea room"}):
        with pytest.raises(EvidenceError):
            checked(found.model_copy(update=lie), asked.partner.proven)
    answer = published(town, f"/v1/results/{release_id}/entities")
    assert answer.headers["content-type"].startswith("application/ld+json")
    result, *figures = answer.json()
    assert (result["type"], result["people"]) == ("StatisticalResult", {"type": "Property", "value": 6})
    assert [one["estimate"]["value"] for one in figures] == [float(one.value) for one in document.figures]
    assert {one["partOf"]["object"] for one in figures} == {result["id"]}
    assert len({one["id"] for one in figures}) == len(document.figures)
    terms, core = result["@context"]
    assert core.startswith("https://uri.etsi.org/ngsi-ld/")
    assert set(result) | set(figures[0]) <= {*terms, "id", "type", "@context"}
    town.chain.advance(2 * DAY + 1)
    assert release_id not in [one["release_id"] for one in published(town).json()["results"]], "its time is over"
    assert refusal(town.client.get(f"/v1/results/{release_id}/entities")) == (404, "not-found")
    town.operator.log_in()


def test_an_open_result_counts_against_what_every_partner_may_learn(town, refusal):
    """The attack first: three epsilon for everybody, and three more for one of them."""
    asked = Asked(town, purpose=opened("Plan the tea room"))
    assert asked.release(epsilon=2).status_code == 201
    stranger = town.organization("partner")
    assert (budget(asked.members[0], stranger), budget(asked.members[0], asked.partner)) == (1, 1)
    other = Asked(town, partner=stranger, members=asked.members)
    assert refusal(other.release(epsilon=2)) == (409, "release-not-possible")
    assert other.release(epsilon=1).status_code == 201
    assert refusal(asked.release(epsilon=1)) == (409, "release-not-possible"), "one of everybody has no more to learn"


def test_only_statistics_are_open_and_by_no_rule(town, refusal):
    partner, survey = town.organization("partner"), town.survey()
    town.fund(partner, 500)
    body = town.request_body(partner, survey, ["age"], purpose=opened("Plan the tea room"), k_minimum=4)
    answer = partner.post("/v1/requests", body)
    assert (answer.status_code, answer.json()["field"]) == (422, "data_request.message.purpose")
    asked = Asked(town, purpose=opened("Plan the tea room"))
    answer = town.operator.post(f"/v1/operator/requests/{asked.request_id}/ruled-consents")
    assert refusal(answer) == (409, "conflict")
    assert "ask the members themselves" in answer.json()["detail"]


def test_what_its_partner_has_deleted_is_published_no_longer(town):
    asked = Asked(town, purpose=opened("Plan the tea room"))
    release_id = asked.release(epsilon=1).json()["id"]
    assert town.client.get(f"/v1/results/{release_id}").status_code == 200
    words = asking.attest_deletion(asked.partner.signer, release_id)
    asked.partner.done(f"/v1/releases/{release_id}/deletion", {"deletion": words.to_json()})
    assert town.client.get(f"/v1/results/{release_id}").status_code == 404
