"""Made-up rows: asked for in words that board and members sign, charged and recorded like any statistics, made once."""

import json
import sys

import pytest

from bank_api.flows import privacy_budget
from bank_api.protocol.documents.open_results import OPEN_WORDS
from bank_api.protocol.documents.synthetic import MADE_UP_WORDS, for_made_up, read_synthetic
from bank_api.protocol.shapes.releases import ReleasePayload, ReleaseView
from bank_api.store import statements
from bank_api.store.tables import PrivacySpentRow
from chaincode.ids import to_hex
from wallet_cli.delivery import dictionary
from wallet_cli.errors import EvidenceError
from wallet_cli.messages import Messages
from wallet_cli.release import open_release

STATISTICAL = 2
PURPOSE = for_made_up("Turnout by age")
NEEDED = "made-up rows need their libraries: python -m pip install --require-hashes -r requirements/synthetic.txt"


class Asked:
    """An approved request for made-up rows of age and vote, and members who answered and consented."""

    def __init__(self, town, purpose=PURPOSE, people=6):
        self.town, self.partner = town, town.organization("partner")
        self.members = [town.member() for _ in range(people)]
        survey = town.survey()
        for index, person in enumerate(self.members):
            town.answer(person, survey, age=20 + index, vote=index % 2)
        town.fund(self.partner, 5000)
        self.request_id = town.request(
            self.partner, survey, ["age", "vote"], legal_class=STATISTICAL, k_minimum=4, purpose=purpose
        )
        town.decide(town.organization("board"), self.request_id)
        for one in self.members:
            town.consent(one, self.request_id, uses_maximum=9)

    def release(self, release_id=None, path="/v1/releases", **statistics):
        body = {"release_id": release_id or to_hex(self.town.new_id())} if path == "/v1/releases" else {}
        return self.town.operator.post(path, body | {"request_id": self.request_id, "statistics": statistics})

    def rehearsed(self, **statistics):
        return self.release(path="/v1/releases/rehearsal", **statistics)


def test_rows_are_made_once_recorded_charged_delivered_and_told_to_members(mended, monkeypatch):
    pytest.importorskip("mbi", reason=NEEDED)
    town, asked = mended, Asked(mended)
    expected = asked.rehearsed(epsilon=2).json()
    assert (expected["rows"], expected["told_from"]) == (6, None)
    assert expected["count_error"] > 6  # so few people are told nothing of, and the operator sees it before
    release_id = to_hex(town.new_id())
    town.line.cut_before = "eth_sendRawTransaction"
    assert asked.release(release_id, epsilon=2, rows=50).status_code == 503
    town.line.mend()
    kept = town.bank.catalog.release(release_id)
    monkeypatch.setitem(sys.modules, "mbi", None)  # what was made goes out also where nothing can be made any more
    made = asked.release(release_id, epsilon=2, rows=50).json()
    assert made["payload_root"] == kept.payload_root  # noise was drawn once for one budget
    assert (made["rows"], made["suppressed"], made["k"], made["legal_class"]) == (6, 0, 4, STATISTICAL)
    spent = privacy_budget.spent_lately(town.bank)
    member = asked.members[0].account
    assert spent.of_pair[member, asked.partner.account] == 2000
    assert spent.deltas[member] == 1000  # 1e-6, in billionths
    view = ReleaseView.model_validate(asked.partner.get(f"/v1/releases/{release_id}"))
    payload = ReleasePayload.model_validate(asked.partner.get(f"/v1/releases/{release_id}/payload"))
    opened = open_release(asked.partner.signer.encryption, payload, view)
    assert len(opened.rows) == 50
    assert opened.columns == ("age", "vote")
    assert (opened.made_up.people, opened.made_up.epsilon, opened.made_up.delta) == (6, "2", 1e-6)
    told = json.loads(dictionary(Messages("ja"), opened, {"age": "年齢", "vote": "投票"}))
    assert "だれの回答を写したものでもなく" in told["method"]
    assert told["made_up"] is True
    document = asked.members[0].get(f"/v1/me/releases/{release_id}/statistics")["document"]
    assert read_synthetic(document) == opened.made_up
    with pytest.raises(EvidenceError):
        open_release(asked.partner.signer.encryption, payload, view.model_copy(update={"rows": 7}))


def test_without_the_libraries_it_is_refused_with_the_way_to_them(town, monkeypatch, refusal):
    asked = Asked(town)
    monkeypatch.setitem(sys.modules, "mbi", None)
    for answer in (asked.rehearsed(epsilon=1), asked.release(epsilon=1)):
        assert refusal(answer) == (409, "release-not-possible")
        assert "requirements/synthetic.txt" in answer.json()["detail"]
    assert not {one.account for one in asked.members} & set(privacy_budget.spent_lately(town.bank).of_person)


@pytest.mark.parametrize(
    ("told", "rule"),
    [({"crossed": [["age", "vote"]]}, "crossed"), ({"epsilon": 0.005}, "synthetic"), ({"epsilon": 3.5}, "epsilon")],
)
def test_what_made_up_rows_are_not_is_refused(town, refusal, told, rule):
    answer = Asked(town).rehearsed(**told)
    assert refusal(answer) == (409, "release-not-possible")
    assert answer.json()["rule"] == rule


def test_figures_were_asked_for_and_no_rows(town, refusal):
    answer = Asked(town, purpose="Turnout").rehearsed(rows=10)
    assert refusal(answer) == (409, "release-not-possible")
    assert answer.json()["rule"] == "rows"


def test_who_has_no_delta_left_is_left_out(town):
    pytest.importorskip("mbi", reason=NEEDED)
    asked = Asked(town)
    spent = [
        {"release_id": to_hex(town.new_id()), "making": 0, "account": asked.members[0].account, "partner": "0xother",
         "epsilon_thousandths": 10, "delta_billionths": 1000, "spent_at": town.bank.clock()}
        for _ in range(10)
    ]  # fmt: skip
    assert asked.members[0].get("/v1/me/budget")["delta_left"] == 1e-5
    town.bank.database.write(lambda moment: statements.add(moment, PrivacySpentRow, spent))
    assert asked.rehearsed(epsilon=1).json()["rows"] == 5
    assert privacy_budget.budget_left(town.bank, asked.members[0].account, asked.partner.account) == 3  # of figures
    assert asked.members[0].get("/v1/me/budget")["delta_left"] == 0
    others = [row | {"account": one.account} for row in spent for one in asked.members[1:]]
    town.bank.database.write(lambda moment: statements.add(moment, PrivacySpentRow, others))
    assert "0 of 6 people have delta left" in asked.rehearsed(epsilon=0.01).json()["detail"]


def test_no_standing_rule_consents_to_them(town, refusal):
    """A rule for statistics was read as one for counts."""
    asked = Asked(town, people=2)
    answer = town.operator.post(f"/v1/operator/requests/{asked.request_id}/ruled-consents")
    assert refusal(answer) == (409, "conflict")
    assert "rules for statistics speak of counts" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("purpose", "legal_class"),
    [(PURPOSE, 1), (f"{MADE_UP_WORDS} and more", STATISTICAL), (f"{OPEN_WORDS} {MADE_UP_WORDS}", STATISTICAL)],
)
def test_words_that_say_something_else_are_refused(town, purpose, legal_class):
    partner, survey = town.organization("partner"), town.survey()
    town.fund(partner, 5000)
    terms = {"legal_class": legal_class, "k_minimum": 4, "purpose": purpose}
    answer = partner.post("/v1/requests", town.request_body(partner, survey, ["age", "vote"], **terms))
    assert (answer.status_code, answer.json()["field"]) == (422, "data_request.message.purpose")
