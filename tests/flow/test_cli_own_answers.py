"""One's own answers by the `azukari` command: drafts, corrections, series of surveys, what each company may have."""

import json

import pytest

from tests.flow.cli_story import SURVEY, Story, decide, take_in

PEOPLE, OFFICES = ("alice", "bob"), ("acme", "board", "till", "chair")
MOOD = {
    "title": "気分 {wave}/{waves}", "description": "Weekly", "language": "ja", "base_coins": 1, "budget_coins": 50,
    "opens_at": "+0s", "closes_at": "+2d", "series": {"every": "week", "waves": 3},
    "questions": [{"key": "mood", "label": "気分", "kind": "number", "minimum": 0, "maximum": 10, "role": "harmless",
                   "required": True, "coins": 1}],
}  # fmt: skip


@pytest.fixture(scope="module")
def story(stage, tmp_path_factory):
    """Two members, a partner, a board of one, and a survey."""
    story = Story(stage, tmp_path_factory.mktemp("answers"))
    story.run("operator", "wallet", "import", "--private-key-file", stage.operator_file, "--kdf", "scrypt-light")
    for name in (*PEOPLE, *OFFICES):
        story.run(name, "wallet", "new", "--kdf", "scrypt-light")
        story.file(f"{name}.json", story.run(name, "wallet", "export-address", "--json").stdout)
        story.ids[name] = json.loads((story.folder / f"{name}.json").read_text())["account"]
    for role, name in (("partner", "acme"), ("board", "board")):
        story.run("operator", "operator", "enroll", role, f"The {name}", "--from", story.folder / f"{name}.json")
    till = ("The till", "--from", story.folder / "till.json", "--parent", story.ids["acme"])
    story.run("operator", "operator", "enroll", "shop", *till)
    names, codes = story.file("names.csv", "\n".join(("name", *PEOPLE)) + "\n"), story.folder / "codes.csv"
    story.json("operator", "operator", "invite", names, "--out", codes)
    for name, line in zip(PEOPLE, codes.read_text().splitlines()[1:], strict=True):
        story.json(name, "member", "join", line.split(",")[2], "--yes")
    story.json("operator", "operator", "sell-coins", story.ids["acme"], "5000")
    file = story.file("survey.json", json.dumps(SURVEY))
    story.ids["survey"] = story.json("operator", "operator", "survey", "publish", file)["id"]
    return story


def test_where_nothing_was_begun_it_says_so(story):
    assert story.json("alice", "member", "drafts") == {"drafts": []}
    assert "書きかけの回答はありません" in story.run("alice", "member", "drafts", language="ja").stdout
    assert story.json("alice", "member", "answer", story.ids["survey"], "--discard")["discarded"] is False
    assert story.refusal("alice", "member", "correct", "--set", "age=40", code=2)["field"] == "SURVEY"


def test_a_draft_is_kept_sealed_on_this_machine_taken_up_and_sent(story):
    draft = ("member", "answer", story.ids["survey"], "--draft")
    assert story.json("alice", *draft, "--set", "age=41") | {"title": ""} == {
        "survey_id": story.ids["survey"], "title": "", "answered": 1, "questions": 3,
    }  # fmt: skip
    assert story.refusal("alice", *draft, "--set", "age=5", code=2)["field"] == "values.age"
    [kept] = story.json("alice", "member", "drafts")["drafts"]
    assert (kept["survey_id"], kept["answered"]) == (story.ids["survey"], 1)
    assert "1/3" in story.run("alice", "member", "drafts").stdout
    [file] = (story.folder / "home" / "drafts").rglob("*.sealed")
    assert (b"41" in file.read_bytes(), file.stat().st_mode & 0o777) == (False, 0o600)
    assert story.json("bob", "member", "drafts") == {"drafts": []}
    story.refusal("alice", "member", "answer", story.ids["survey"], code=2)  # the vote is still missing
    [open_one] = story.json("alice", "member", "surveys", "--unanswered")["surveys"]
    assert story.json("alice", "member", "answer", story.ids["survey"], "--set", "vote=1")["coins"] == 17
    assert story.json("alice", "member", "drafts") == {"drafts": []}
    left = [one["survey_id"] for one in story.json("alice", "member", "surveys", "--unanswered")["surveys"]]
    assert (open_one["survey_id"], left) == (story.ids["survey"], [])
    assert story.json("alice", "member", "passbook")["coins"] == 17


def test_a_draft_is_thrown_away(story):
    story.json("bob", "member", "answer", story.ids["survey"], "--draft", "--set", "age=30")
    assert story.json("bob", "member", "answer", story.ids["survey"], "--discard")["discarded"] is True
    assert story.json("bob", "member", "drafts") == {"drafts": []}
    story.json("bob", "member", "answer", story.ids["survey"], "--set", "age=30", "--set", "vote=0", "--set", "tv=2")


def test_an_answer_is_corrected_where_it_was_wrong(story):
    correct = ("member", "correct", story.ids["survey"][:10])
    assert story.refusal("bob", *correct, "--set", "age=30", code=2)["rule"] == "says what your answer says already"
    assert story.refusal("bob", *correct, "--set", "age=130", code=2)["field"] == "values.age"
    told = story.run("bob", *correct, "--set", "age=31", "--set", "tv=", language="ja").stdout
    assert "訂正しました" in told
    assert "Days of TV news" in told
    story.run("bob", *correct, "--set", "vote=1")
    answers = story.json("bob", "member", "export", story.folder / "bob")["files"]
    kept = json.loads((story.folder / "bob" / "answers.json").read_text())
    assert [one["stands"] for one in kept] == [False, False, True]
    standing = next(one for one in answers if kept[-1]["answer_id"][2:] in one)
    assert json.loads((story.folder / "bob" / standing).read_text())["values"] == {"age": 31, "vote": 1}
    book = story.json("bob", "member", "passbook")
    assert (book["coins"], [one["kind"] for one in book["entries"]].count("correction")) == (18, 2)


def test_a_company_may_have_at_most_what_a_member_prefers(story):
    assert "The acme" in story.run("alice", "member", "preferences").stdout
    ask = ("acme", "partner", "request", story.ids["survey"], "--persons", "5", "--k", "2", "--coins", "1")
    request = story.json(*ask, "--item", "age", "--item", "vote", "--why", "To know", "--purpose", "Turnout")["id"]
    story.run("board", "board", "approve", request, "--note", "Fair", "--yes")
    prefer = ("member", "prefer")
    told = story.run("alice", *prefer, "1", "--form", "statistical", "--item", "age", language="ja").stdout
    assert "The acme に認めるのは 統計(age)まで" in told
    [mine] = story.json("alice", "member", "preferences")["preferences"]
    assert (mine["forms"], mine["items"]) == (["statistical"], ["age"])
    refused = story.refusal("alice", "member", "consent", request, "--yes")
    assert "you let The acme have at most: statistics (age)" in refused["message"]
    story.run("alice", "member", "consent", request, "--yes", "--beyond")
    story.run("alice", *prefer, "acme", "--nothing")
    assert "一切認めない" in story.run("alice", "member", "preferences", language="ja").stdout
    story.refusal("alice", *prefer, "acme", "--nothing", "--everything", code=2)
    story.refusal("alice", *prefer, "acme", "--item", "shoe", code=2)
    story.refusal("alice", *prefer, "Nobody", "--nothing", code=2)
    story.run("alice", *prefer, story.ids["acme"][:10], "--everything")
    story.run("bob", "member", "consent", request, "--yes")


def test_a_series_is_published_once_and_shows_this_wave_and_the_next(story):
    file = story.file("mood.json", json.dumps(MOOD))
    made = story.json("operator", "operator", "survey", "series", file)
    assert [one["title"] for one in made["waves"]] == ["気分 1/3", "気分 2/3", "気分 3/3"]
    again = MOOD | {"opens_at": "+1d", "closes_at": "+3d", "series": MOOD["series"] | {"id": made["series_id"]}}
    repeated = story.json("operator", "operator", "survey", "series", story.file("again.json", json.dumps(again)))
    assert [one["repeated"] for one in repeated["waves"]] == [True, True, True]
    listed = [one for one in story.json("alice", "member", "surveys")["surveys"] if one["wave"]]
    assert [(one["wave"]["number"], one["state"]) for one in listed] == [(1, "open"), (2, "upcoming")]
    everything = [one for one in story.json("alice", "member", "surveys", "--all")["surveys"] if one["wave"]]
    assert [one["wave"]["number"] for one in everything] == [1, 2, 3]
    assert "全 3 回の第 1 回、次は" in story.run("alice", "member", "surveys", language="ja").stdout
    first, second = made["waves"][0]["survey_id"], made["waves"][1]["survey_id"]
    assert story.json("alice", "member", "answer", first, "--set", "mood=7")["coins"] == 2
    assert "not open yet" in story.refusal("alice", "member", "answer", second, "--set", "mood=7")["message"]
    story.refusal("operator", "operator", "survey", "series", story.folder / "survey.json", code=2)


def test_what_is_asked_of_a_whole_series_is_filed_decided_and_consented_to_at_once(story):
    waves = [one for one in story.json("alice", "member", "surveys", "--all")["surveys"] if one["wave"]]
    ask = ("partner", "request", waves[0]["survey_id"], "--item", "mood", "--persons", "5", "--k", "2", "--series")
    ask += ("--why", "To know", "--purpose", "Moods")
    not_one = ("acme", "partner", "request", story.ids["survey"], *ask[3:])
    assert "not part of a series" in story.refusal(*not_one, code=2)["message"]
    made = story.json("acme", *ask)["requests"]
    assert [(one["survey_id"], one["repeated"]) for one in made] == [(one["survey_id"], False) for one in waves]
    again = story.json("acme", *ask)["requests"]
    assert [(one["id"], one["repeated"]) for one in again] == [(one["id"], True) for one in made]
    filed = {one["request_id"]: one for one in story.json("acme", "partner", "requests")["requests"]}
    ends = [filed[one["id"]]["valid_until"] - wave["opens_at"] for one, wave in zip(made, waves, strict=True)]
    assert ends[1] == ends[2] == 90 * 86_400

    approve = ("board", "approve", made[1]["id"], "--note", "Fair", "--series", "--yes")
    assert story.json("board", *approve)["requests"] == [one["id"] for one in made]
    assert story.json("board", *approve)["requests"] == []
    consented = story.json("alice", "member", "consent", made[0]["id"], "--series", "--yes")["consents"]
    assert [one["request_id"] for one in consented] == [one["id"] for one in made]
    given = {one["request_id"]: one["state"] for one in story.json("alice", "member", "consents")["consents"]}
    assert {given[one["id"]] for one in made} == {"given"}
    for kind, name in (("recipients", "Makers"), ("purposes", "dpv:CommercialResearch"), ("processing", "Anonymized")):
        story.run("operator", "operator", "category", kind, "1", name)
    allow = ("member", "allow", waves[0]["survey_id"], "--purpose", "商業的な研究", "--series", "--yes")
    assert [one["survey_id"] for one in story.json("bob", *allow)["rules"]] == [one["survey_id"] for one in waves]
    assert len([one for one in story.json("bob", "member", "rules")["rules"] if one["state"] == "active"]) == 3


def test_where_several_sit_on_the_board_a_whole_series_goes_from_hand_to_hand(story):
    take_in(story, "chair", ["board"])
    waves = [one for one in story.json("alice", "member", "surveys", "--all")["surveys"] if one["wave"]]
    ask = ("partner", "request", waves[0]["survey_id"], "--item", "mood", "--persons", "5", "--k", "2", "--series")
    made = [one["id"] for one in story.json("acme", *ask, "--why", "To go on", "--purpose", "Tempers")["requests"]]
    proposed, agreed = story.folder / "tempers.json", story.folder / "tempers-2.json"
    approve = ("board", "approve", made[0], "--note", "Fair", "--series", "--yes")
    assert story.refusal("board", *approve, code=2)["field"] == "--out"
    assert story.json("board", *approve, "--out", proposed) == {"file": str(proposed), "approvals": 1}
    assert "approvals too few" in story.refusal("board", "board", "carry-decision", proposed)["message"]
    signed = json.loads(proposed.read_text())
    bent = {"decisions": [signed["decisions"][0], signed["decisions"][1] | {"note": "Foul"}]}
    bent = story.file("bent.json", json.dumps(bent))
    refused = story.refusal("chair", "board", "approve-decision", bent, "--out", agreed, "--yes", code=5)
    assert "note" in refused["message"]

    decide(story, "approve", made[2], "Fair", "chair")  # one of them alone, while the file is on its way
    approve = ("board", "approve-decision", proposed, "--out", agreed, "--yes")
    assert "2 人が認めました" in story.run("chair", *approve, language="ja").stdout
    twice = ("board", "approve-decision", agreed, "--out", story.folder / "tempers-3.json", "--yes")
    assert story.json("chair", *twice)["approvals"] == 2, "who has signed signs no second time"
    assert story.json("chair", "board", "carry-decision", agreed)["requests"] == made[:2]
    assert story.json("chair", "board", "carry-decision", agreed)["requests"] == []
    states = {one["request_id"]: one["state"] for one in story.json("acme", "partner", "requests")["requests"]}
    assert {states[one] for one in made} == {"approved"}


def test_a_list_is_numbered_paged_and_searched(story):
    shown = story.run("acme", "partner", "requests", "--find", "Moods", "--limit", "2")
    assert ("2 of 3 rows" in shown.stderr, "Turnout" in shown.stdout) == (True, False)
    second = story.json("acme", "partner", "requests", "--find", "Moods", "--limit", "1", "--page", "2")["requests"]
    story.run("acme", "partner", "requests", language="ja")
    every = story.json("acme", "partner", "requests")["requests"]
    place = [one["request_id"] for one in every].index(second[0]["request_id"]) + 1
    assert story.json("acme", "partner", "close", str(place), "--yes")["id"] == second[0]["request_id"]
    assert "number 99" in story.refusal("acme", "partner", "close", "99", "--yes", code=2)["message"]
    assert "nothing here" in story.run("acme", "partner", "releases").stdout


def test_a_partner_sees_what_may_be_asked_and_names_its_purpose(story):
    found = story.json("acme", "partner", "catalogue")
    assert {"age", "vote", "tv", "mood"} <= {one["key"] for survey in found["surveys"] for one in survey["questions"]}
    assert [one["place"] for one in found["purposes"]] == [1]
    unknown = story.refusal("operator", "operator", "category", "purposes", "3", "dpv:Curiosity", code=2)
    assert "dpv:AcademicResearch" in unknown["rule"]
    story.run("operator", "operator", "category", "purposes", "3", "dpv:AcademicResearch")
    shown = story.run("acme", "partner", "catalogue", language="ja").stdout
    assert "学術研究 / Academic research (dpv:AcademicResearch)" in shown
    assert "分類なし" in shown, "a company that is in no category is seen to be in none"
    ask = ("partner", "request", story.ids["survey"], "--item", "age", "--persons", "5", "--why", "To know")
    wrong = story.refusal("acme", *ask, "--purpose", "Turnout", "--purpose-code", "Marketing", code=2)
    assert (wrong["field"], "Academic research" in wrong["rule"]) == ("--purpose-code", True)
    made = story.json("acme", *ask, "--purpose", "Turnout", "--purpose-code", "dpv:AcademicResearch")
    filed = {one["request_id"]: one for one in story.json("acme", "partner", "requests")["requests"]}
    asked = filed[made["id"]]
    assert (asked["purpose_code"], asked["purpose_name"]) == (3, "学術研究 / Academic research (dpv:AcademicResearch)")


def test_a_shop_lists_the_coupons_it_takes(story):
    assert story.json("till", "shop", "coupons") == {"coupon_classes": []}
    assert "この店で使えるクーポンはまだありません" in story.run("till", "shop", "coupons", language="ja").stdout
    offer = ("Tea", "--price", "3", "--stock", "9", "--description", "One cup")
    story.run("acme", "partner", "coupon", "publish", *offer)
    [listed] = story.json("till", "shop", "coupons")["coupon_classes"]
    assert (listed["title"], listed["stock"], listed["issued"]) == ("Tea", 9, 0)
    assert "Tea" in story.run("till", "shop", "coupons").stdout
