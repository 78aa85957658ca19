"""The main job by the `azukari` command alone, against real ledger and bank processes: every role, then the auditor.

The tests of this module follow each other through one story, as its people would.
"""

import csv
import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from eth_keys.datatypes import PrivateKey
from typer.testing import CliRunner

from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.sealed_header import read_header
from pds_adapter.stores.embedded import EmbeddedStore
from tests.flow.cli_story import SURVEY, Story, decide, take_back, take_in
from wallet_cli.cli import app

MEMBERS = ("alice", "bob", "carol", "dan", "eve", "finn")
DRAWERS = ("board", "board-two", "board-three")
OFFICES = ("acme", "shop", *DRAWERS, "guardian", "lawyer", "notary")


@pytest.fixture(scope="module")
def story(stage, tmp_path_factory):
    story = Story(stage, tmp_path_factory.mktemp("cli"))
    story.run("operator", "wallet", "import", "--private-key-file", stage.operator_file, "--kdf", "scrypt-light")
    for name in (*MEMBERS, *OFFICES, "alice-new"):
        story.run(name, "wallet", "new", "--kdf", "scrypt-light")
        story.file(f"{name}.json", story.run(name, "wallet", "export-address", "--json").stdout)
        story.ids[name] = json.loads((story.folder / f"{name}.json").read_text())["account"]
    return story


def test_the_bank_shows_itself_to_anybody(story):
    shown = story.json("nobody", "bank")
    assert shown["chain_id"] == 20170714
    assert shown["deployment"]["contracts"]
    assert shown["health"]["ledger"]["reachable"]


def test_the_operator_enrolls_organizations(story):
    enroll = ("operator", "operator", "enroll")
    story.run(*enroll, "partner", "Acme Research", "--from", story.folder / "acme.json")
    parent = ("--parent", story.ids["acme"])
    story.run(*enroll, "shop", "Acme Ginza", "--from", story.folder / "shop.json", *parent)
    story.run(*enroll, "board", "Ethics board", "--from", story.folder / "board.json")
    for place, name in enumerate(DRAWERS[1:], 1):
        by_operator = (*enroll, "board", f"Ethics {name}", "--from", story.folder / f"{name}.json")
        assert "the board decides" in story.refusal(*by_operator)["message"]
        take_in(story, name, DRAWERS[:place])
    story.run(*enroll, "custodian", "Guardian", "--from", story.folder / "guardian.json")
    story.run(*enroll, "custodian", "Lawyer", "--from", story.folder / "lawyer.json")
    story.run("acme", "partner", "publish-key")
    story.run("guardian", "custodian", "publish-key")
    sold = story.json("operator", "operator", "sell-coins", story.ids["acme"], "5000", "--invoice", "0x" + "11" * 32)
    again = story.json("operator", "operator", "sell-coins", story.ids["acme"], "5000", "--invoice", "0x" + "11" * 32)
    assert (sold["repeated"], again["repeated"]) == (False, True)
    assert story.json("acme", "partner", "summary")["coins"] == 5000


def test_invited_people_join_and_others_do_not(story):
    names = story.file("names.csv", "name,email\n" + "".join(f"{name},{name}@example.org\n" for name in MEMBERS))
    codes = story.folder / "codes.csv"
    assert story.json("operator", "operator", "invite", names, "--out", codes)["created"] == len(MEMBERS)
    again = story.json("operator", "operator", "invite", codes, "--out", story.folder / "again.csv")
    assert (again["created"], again["existing"]) == (0, len(MEMBERS))
    with codes.open() as file:
        for row in csv.DictReader(file):
            joined = story.json(row["name"], "member", "join", row["code"], "--yes")
            assert joined["account"] == story.ids[row["name"]]
    assert story.refusal("alice-new", "member", "join", "NOPE-NOPE-NOPE-NOPE", "--yes")["code"] == "forbidden"


def test_a_survey_is_published_and_answered(story):
    draft = story.file("survey.json", json.dumps(SURVEY))
    story.ids["survey"] = survey = story.json("operator", "operator", "survey", "publish", draft)["id"]
    assert "選挙調査" in story.run("alice", "member", "surveys", language="ja").stdout
    assert len(story.json("alice", "member", "surveys", survey[:10])["questions"]) == 3

    more = ("operator", "operator", "top-up", survey[:10], "40", "--top-up-id", "0x" + "22" * 32)
    left = story.json("alice", "member", "surveys", survey[:10])["budget_left"]
    assert [story.json(*more)["repeated"] for _ in range(2)] == [False, True]
    assert story.json("alice", "member", "surveys", survey[:10])["budget_left"] == left + 40

    values = story.file("values.json", '{"age": 41, "vote": 1, "tv": 3}')
    assert story.json("alice", "member", "answer", survey[:10], "--values", values)["coins"] == 18
    for place, name in enumerate(MEMBERS[1:]):
        given = ("--set", f"age={25 + place}", "--set", f"vote={place % 2}")
        assert story.json(name, "member", "answer", survey, *given)["coins"] == 17


def test_an_answer_outside_the_schema_is_refused_before_anything_is_sent(story):
    error = story.refusal(
        "alice", "member", "answer", story.ids["survey"], "--set", "age=17", "--set", "vote=1", code=2
    )
    assert (error["field"], error["rule"]) == ("values.age", "must be from 18 to 99")
    error = story.refusal("alice", "member", "answer", story.ids["survey"], "--set", "shoe=43", code=2)
    assert error["field"] == "values.shoe"


def test_a_second_answer_and_an_unknown_survey_are_refused(story):
    error = story.refusal("alice", "member", "answer", story.ids["survey"], "--set", "age=40", "--set", "vote=1")
    assert "already answered" in error["message"]
    story.refusal("alice", "member", "answer", "0xffffffff", "--set", "age=40", code=2)


def test_a_partner_asks_and_the_board_decides(story):
    ask = (
        "acme", "partner", "request", story.ids["survey"], "--item", "age", "--item", "vote", "--persons", "50",
        "--k", "5", "--coins", "2", "--coins-per-item", "1", "--why", "We want to know who votes",
    )  # fmt: skip
    good = story.json(*ask, "--purpose", "Study of turnout")["id"]
    wide = story.json(*ask, "--purpose", "Anything we may think of")["id"]
    assert story.json("alice", "member", "requests")["requests"] == []
    story.refusal("alice", "member", "consent", good, "--yes", code=2)

    alone = story.refusal("board", "board", "approve", good, "--note", "Specific", "--yes", code=2)
    assert "2 of the board have to sign the same words" in alone["message"]
    decide(story, "approve", good, "Specific")
    decide(story, "refuse", wide, "Too wide")
    shown = story.run("board-three", "board", "requests", good).stdout
    assert all(name in shown for name in ("Ethics board ", "Ethics board-two ")), shown
    assert shown.count("Your vote") == 2, "what is sensitive has the name that the items have"
    states = {one["request_id"]: one["state"] for one in story.json("acme", "partner", "requests")["requests"]}
    assert states == {good: "approved", wide: "refused"}
    assert [one["request_id"] for one in story.json("alice", "member", "requests")["requests"]] == [good]
    story.ids["request"] = good


def test_a_release_below_k_is_not_made_and_says_how_many_are_missing(story):
    for name in ("alice", "bob", "carol", "dan"):
        story.run(name, "member", "consent", story.ids["request"][:10], "--yes", "--uses", "2")
    story.run("finn", "member", "refuse", story.ids["request"])
    error = story.refusal("operator", "operator", "release", story.ids["request"], "--yes")
    assert error["code"] == "release-not-possible"
    assert "1 missing" in error["message"]
    assert story.json("acme", "partner", "releases")["releases"] == []


def test_a_release_reaches_its_partner_checked_row_by_row(story):
    shown = story.run("eve", "member", "consent", story.ids["request"], "--yes", "--uses", "2")
    assert "Study of turnout" in shown.stderr
    making = ("operator", "release", story.ids["request"], "--suppression-limit", "0", "--yes")
    rehearsed = story.json("operator", *making, "--dry-run")
    assert (rehearsed["consents"], rehearsed["rows"], rehearsed["k"], rehearsed["suppressed"]) == (5, 5, 5, 0)
    assert story.json("acme", "partner", "releases")["releases"] == []
    release = story.json("operator", *making)
    assert (release["rows"], release["k"]) == (5, 5)

    out = story.folder / "release.csv"
    named = {name: story.folder / f"release.{name}" for name in ("json", "parquet", "package.json", "notice.txt")}
    receive = ("partner", "receive", release["release_id"][:12], "--out", out, "--out", named["json"], "--out",
               named["parquet"], "--dictionary", named["package.json"], "--notice", named["notice.txt"])  # fmt: skip
    received = story.json("acme", *receive, "--ledger", story.stage.ledger.url)
    assert (received["rows"], received["k"], received["payload_root"]) == (5, 5, release["payload_root"])
    with out.open() as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["vote"] for row in rows) == ["0", "0", "1", "1", "1"]
    assert {row["age"] for row in rows} == {"25-44"}
    resources = json.loads(named["package.json"].read_text())["resources"]
    assert [one["path"] for one in resources] == ["release.csv", "release.json", "release.parquet"]
    assert "Acme Research 御中" in named["notice.txt"].read_text()
    assert not out.with_name("release.csv.part").exists()
    found = story.json("acme", "partner", "statement", "--verify")
    assert found["verified"]["how"] == "walked"
    assert [(one["first_byte"], one["reader"]) for one in found["accesses"]] == [(0, found["account"])]
    assert release["release_id"] in {
        one["release_id"] for one in story.json("nobody", "results", "publications")["publications"]
    }
    assert "is not overwritten" in story.refusal("acme", *receive, code=2)["message"]
    assert story.json("acme", "partner", "releases")["releases"][0]["acknowledged"]


def test_the_passbook_tells_every_coin_and_every_disclosure(story):
    book = story.json("alice", "member", "passbook")
    assert book["coins"] == 18 + 4 == book["entries"][-1]["balance"]
    disclosed = [entry for entry in book["entries"] if entry["kind"] == "disclosure"]
    assert [(entry["k"], entry["purpose"]) for entry in disclosed] == [(5, "Study of turnout")]
    assert "残高 22" in story.run("alice", "member", "passbook", language="ja").stdout
    assert len(story.json("alice", "member", "releases")["releases"]) == 1


def test_everybody_is_told_what_awaits_them(story):
    kinds = [one["kind"] for one in story.json("alice", "inbox")["items"]]
    assert "release-made" in kinds
    assert "Your data went to Acme Research" in story.run("alice", "inbox").stdout
    assert "Acme Research に渡りました" in story.run("alice", "inbox", language="ja").stdout
    assert "Nothing awaits you." in story.run("finn", "inbox").stdout
    assert "いま、することはありません" in story.run("finn", "inbox", language="ja").stdout
    assert story.json("acme", "inbox", "--mark-read")["unread"] > 0
    assert story.json("acme", "inbox", "--unread") == {"items": [], "unread": 0}


def test_a_key_is_logged_out_everywhere(story):
    assert "on all devices" in story.run("alice", "logout", "--everywhere").stdout
    assert story.json("alice", "logout", "--everywhere")["account"].startswith("0x")


def test_a_member_finds_their_own_row_in_the_release(story):
    [release] = story.json("alice", "member", "releases", "--check")["releases"]
    assert release["row"]["row"]["age"] == "25-44"
    assert not release["row"]["left_out"]
    assert "正しい" in story.run("alice", "member", "releases", "--check", language="ja").stdout


def test_a_receipt_is_checked_offline_and_against_what_a_witness_saw(story):
    out, nowhere = story.folder / "receipt.json", ("--bank", "http://127.0.0.1:9")
    story.json("alice", "receipt", "get", "--out", out)
    verified = story.json("nobody", "receipt", "verify", out, *nowhere)
    assert (verified["holds"], verified["witness"]) == (True, None)
    assert verified["receipt"]["event"]["uses"] == {"used": 1, "maximum": 2}
    document = json.loads(out.read_text())
    raw = bytes.fromhex(document["evidence"]["proof"]["header"][2:])
    header, genesis = read_header(raw), bytes.fromhex(document["evidence"]["genesis_hash"][2:])
    seen = Checkpoint(document["evidence"]["chain_id"], genesis, header.number, header.hash, header.state_root)
    witness = PrivateKey(b"\x11" * 32)
    checkpoint = story.file("checkpoint.json", sign_checkpoint(seen, witness).to_json())
    told = story.json("nobody", "receipt", "verify", out, "--checkpoint", checkpoint, *nowhere)
    assert told["witness"] == witness.public_key.to_checksum_address()
    others = replace(seen, block_hash=b"\x12" * 32)
    lying = story.file("other.json", sign_checkpoint(others, witness).to_json())
    assert (
        "saw another block"
        in story.refusal("nobody", "receipt", "verify", out, "--checkpoint", lying, code=5)["message"]
    )
    later = story.file("later.json", sign_checkpoint(replace(seen, number=header.number + 1), witness).to_json())
    story.refusal("nobody", "receipt", "verify", out, "--checkpoint", later, code=2)
    kept, given_on = story.folder / "consent.sdjwt", story.folder / "consent-shown.sdjwt"
    made = story.json("alice", "receipt", "credential", "--out", kept)
    to = ("--audience", "https://clinic.example", "--nonce", "8c2f")
    story.json("alice", "credential", "show", kept, "--claim", "recipient", "--claim", "state", *to, "--out", given_on)
    seen = story.json("nobody", "credential", "verify", given_on, "--issuer", made["issuer"], *to, *nowhere)
    recipient = document["receipt"]["party_identification"][2]["party_name"]
    assert seen["claims"] == {"recipient": recipient, "state": "given"}
    document["receipt"]["processing"]["azukari:coins"] = 99
    changed = story.file("changed.json", json.dumps(document))
    assert "azukari:coins" in story.refusal("nobody", "receipt", "verify", changed, code=5)["message"]
    stranger = ("--home", story.folder / "stranger")
    assert "does not know" in story.refusal("nobody", "receipt", "verify", out, *stranger, code=5)["message"]
    assert "受領書は正しいものです" in story.run("nobody", "receipt", "verify", out, language="ja").stdout


def test_a_withdrawn_consent_is_left_out_of_the_next_release(story):
    consent = story.json("bob", "member", "consents")["consents"][0]["consent_id"]
    story.run("bob", "member", "withdraw", consent[:10], "--yes")
    assert story.json("bob", "member", "consents")["consents"][0]["state"] == "withdrawn"
    assert "1 missing" in story.refusal("operator", "operator", "release", story.ids["request"], "--yes")["message"]


def test_coupons_are_bought_with_coins_and_redeemed_once(story):
    publish = ("partner", "coupon", "publish", "One coffee", "--price", "10", "--stock", "3", "--description", "Ginza")
    coupon = story.json("acme", *publish)["id"]
    story.run("alice", "member", "buy", coupon[:10], "--count", "2")
    assert story.refusal("alice", "member", "buy", coupon)["message"].endswith("not enough coins")
    offer = story.json("shop", "shop", "offer", coupon[:10])
    story.refusal("bob", "member", "redeem", offer["uri"], "--yes", code=2)
    assert not story.json("alice", "member", "redeem", offer["uri"], "--yes")["repeated"]
    assert "nothing more was taken" in story.run("alice", "member", "redeem", offer["uri"], "--yes").stdout
    assert story.json("alice", "member", "coupons")["coupons"][0]["count"] == 1
    redeemed = story.json("shop", "shop", "redemptions")["redemptions"]
    assert [one["state"] for one in redeemed] == ["redeemed"]
    assert story.ids["alice"] not in json.dumps(redeemed)


def test_the_till_shows_a_qr_code(story):
    coupon = story.json("alice", "member", "coupons")["coupon_classes"][0]["class_id"]
    shown = story.run("shop", "shop", "offer", coupon).stdout
    assert "█" in shown
    assert "azukari:redemption:0x" in shown


def open_draw(story, seconds):
    """A draw that takes entries for a while, its drawers bound."""
    drawers = [word for name in DRAWERS for word in ("--drawer", story.ids[name])]
    words = ("open-draw", "春の抽選 / Spring draw", "--prize", "茶器 / A tea set", "--price", 3, "--entries", 10)
    draw_id = story.json("operator", "operator", *words, *drawers, "--closes", f"+{seconds}s")["id"]
    for name in DRAWERS:
        story.run(name, "board", "bind-draw", draw_id[:8], "--yes")
    return draw_id[:10]


def test_a_draw_is_opened_bound_and_entered(story):
    drawers = [word for name in DRAWERS[:2] for word in ("--drawer", story.ids[name])]
    words = ("open-draw", "A draw", "--prize", "A tea set", "--price", 3, "--entries", 10)
    assert story.refusal("operator", "operator", *words, *drawers, code=2)["message"]
    draw_id = open_draw(story, 10**6)
    shown = story.json("bob", "member", "draws", draw_id)
    assert (shown["state"], [one["is_bound"] for one in shown["drawers"]]) == ("open", [True] * 3)
    assert (shown["price_coins"], shown["entries"]) == (3, 0)
    told = story.run("bob", "member", "enter", draw_id, "--yes", language="ja").stdout
    assert "3 コインで応募しました" in told
    assert story.refusal("bob", "member", "enter", "0x99", "--yes", code=2)["message"]
    early = story.refusal(DRAWERS[0], "board", "show-draw", draw_id, code=2)
    assert "would give it away" in early["message"]
    for role, name in (("member", "bob"), ("operator", "operator")):
        assert "parts may still come" in story.refusal(name, role, "refund-draw", draw_id)["message"]


def test_two_of_three_drawers_are_enough_for_the_draw(story):
    for seconds in (8, 16, 32, 64, 128):
        opened = time.monotonic()
        try:
            draw_id = open_draw(story, seconds)
            story.run("bob", "member", "enter", draw_id, "--yes")
            break
        except AssertionError:
            assert time.monotonic() - opened > seconds / 2, "it cannot have closed yet"
    shown = story.json("bob", "member", "draws", draw_id)
    while time.time() <= shown["closes_at"] + 2:
        time.sleep(0.1)
    story.run(DRAWERS[2], "board", "show-draw", draw_id)
    half = story.run("bob", "member", "draws", draw_id, language="ja").stdout
    assert "示されていないかけら" in half
    story.run(DRAWERS[0], "board", "show-draw", draw_id)
    drawn = story.json("bob", "member", "draws", draw_id)
    assert (drawn["state"], len(drawn["winners"]), drawn["parts_missing"]) == ("drawn", 1, [])
    lines = story.json("bob", "member", "passbook")["entries"]
    assert "draw-won" in [line["kind"] for line in lines]


def test_coins_and_coupons_change_hands(story):
    """In words of the receiver's address, or of what a shop's QR code says."""
    bob = story.ids["bob"]
    before = story.json("bob", "member", "passbook")["entries"][-1]["balance"]
    assert story.json("alice", "member", "send-coins", bob, 2, "--yes")["repeated"] is False
    asked = story.json("shop", "shop", "ask-coins", 3)
    assert "█" in story.run("shop", "shop", "ask-coins", 3).stdout
    told = story.run("bob", "member", "pay", asked["uri"], "--yes", language="ja").stdout
    assert "Acme Ginza" in told
    assert "3 コインを送りました" in told
    assert story.json("bob", "member", "passbook")["entries"][-1]["balance"] == before - 1
    coupon = story.json("alice", "member", "coupons")["coupon_classes"][0]["class_id"]
    story.run("eve", "member", "buy", coupon)
    assert story.json("eve", "member", "send-coupons", bob, coupon[:10], "--yes")["repeated"] is False
    assert [one["count"] for one in story.json("bob", "member", "coupons")["coupons"]] == [1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("send-coins", "0x12", 2), "RECEIVER: must be 0x and 40 hex digits"),
        (("pay", "azukari:payment:0x12?coins=5"), "PAYMENT: must be what the shop's QR code says"),
    ],
)
def test_a_receiver_that_cannot_be_is_named(story, words, said):
    refused = story.refusal("alice", "member", *words, "--yes", code=2)
    assert f"{refused['field']}: {refused['message']}".startswith(said) or refused["message"].startswith(said)


def test_a_majority_of_the_board_lets_somebody_go_and_no_minority_does(story):
    leave, agreed = story.folder / "leave.json", story.folder / "leave-2.json"
    gone = ("--from", story.folder / "board-three.json", "--leave", "--out", leave, "--yes")
    story.json("board", "board", "propose-seat", "Ethics board-three", *gone)
    assert story.refusal("board", "board", "seat", leave)["message"] == "membership: approvals too few"
    told = story.run("board-two", "board", "approve-seat", leave, "--out", agreed, "--yes", language="ja").stdout
    assert "2 人が認めました" in told
    assert "席を離れました" in story.run("board-two", "board", "seat", agreed, language="ja").stdout
    assert story.refusal("board-three", "board", "requests")["code"] in ("forbidden", "not-authenticated")
    assert "is no seat" in story.refusal("board", "board", "seat", story.folder / "acme.json", code=2)["message"]


def test_a_partner_attests_a_deletion_and_ends_its_request(story):
    evidence = story.file("certificate.txt", "shredded on the first of December")
    assert story.json("acme", "partner", "attest-deletion", "--evidence", evidence, "--yes")["repeated"] is False
    assert story.json("acme", "partner", "releases")["releases"][0]["deleted_at"] > 0
    assert "に削除" in story.run("acme", "partner", "releases", language="ja").stdout.replace("\n", "")
    request = story.json("acme", "partner", "requests")["requests"][0]["request_id"]
    story.run("acme", "partner", "close", request[:10], "--yes")
    assert story.json("acme", "partner", "requests")["requests"][0]["state"] == "closed"


def test_a_partner_amends_a_request_before_it_is_decided_and_its_coins_come_back(story):
    def coins():
        return sum(one["coins_locked"] or 0 for one in story.json("acme", "partner", "requests")["requests"])

    ask = ("partner", "request", "--item", "age", "--item", "tv", "--persons", 9, "--k", 3, "--coins", 2)
    first = story.json("acme", *ask, "--purpose", "Late evenings", "--why", "Programmes")["id"]
    locked = coins()
    assert "changes nothing" in story.refusal("acme", "partner", "amend", "--yes", code=2)["message"]
    amend = ("partner", "amend", first[:10], "--item", "tv", "--persons", 4, "--yes")
    amended = story.json("acme", *amend)
    assert (amended["closed"], amended["repeated"]) == (first, False)
    assert story.json("acme", *amend) == amended | {"repeated": True}, "one that died in between goes on"
    mine = {one["request_id"]: one for one in story.json("acme", "partner", "requests")["requests"]}
    assert (mine[first]["state"], mine[amended["id"]]["state"]) == ("closed", "filed")
    assert mine[amended["id"]]["items"] == ["tv"]
    assert mine[amended["id"]]["purpose"] == "Late evenings"
    assert locked - coins() == 2 * (9 - 4)
    decide(story, "refuse", amended["id"], "No")
    decided = story.refusal("acme", "partner", "amend", amended["id"], "--persons", "5", "--yes", code=2)
    assert "is decided or over" in decided["message"]


def test_a_request_waits_as_a_draft_on_this_machine_until_it_is_filed(story):
    ask = ("partner", "request", "--item", "tv", "--persons", 5, "--purpose", "Mornings", "--why", "Programmes")
    assert "small letters" in story.refusal("acme", *ask, "--draft", "../mornings", code=2)["message"]
    story.run("acme", *ask, "--draft", "mornings")
    before = story.json("acme", "partner", "requests")["requests"]
    assert "Mornings" not in json.dumps(before)
    (kept,) = story.json("acme", "partner", "drafts")["drafts"]
    assert (kept["draft"], kept["items"], kept["terms"]["purpose"]) == ("mornings", ["tv"], "Mornings")
    assert "下書きの依頼" in story.run("acme", "partner", "drafts", language="ja").stdout
    filed = story.json("acme", "partner", "file", "mornings")
    assert filed["repeated"] is False
    assert story.json("acme", "partner", "drafts")["drafts"] == []
    assert "no draft mornings" in story.refusal("acme", "partner", "file", "mornings", code=2)["message"]
    story.run("acme", *ask, "--until", str(kept["terms"]["valid_until"]), "--draft", "again")
    assert story.json("acme", "partner", "file", "again") == filed | {"draft": "again", "repeated": True}
    story.run("acme", "partner", "close", filed["id"], "--yes")
    story.run("acme", *ask, "--draft", "never")
    assert story.json("acme", "partner", "file", "never", "--discard")["discarded"]
    assert story.json("acme", "partner", "drafts")["drafts"] == []


def test_a_request_that_would_be_of_no_use_is_warned_of(story):
    ask = ("partner", "request", "--item", "tv", "--persons", 5, "--why", "Programmes", "--purpose")
    first = story.json("acme", *ask, "Noon")["id"]
    decide(story, "approve", first, "Fine")
    warned = story.run("acme", *ask, "Noon and evening", "--item", "age")
    assert "may be of little use" in warned.stderr.replace("\n", " ")
    assert "役に立たない" in story.run("acme", *ask, "Noon again", language="ja").stderr
    take_back(story, first)
    for one in story.json("acme", "partner", "requests")["requests"]:
        if one["state"] in ("filed", "approved"):
            story.run("acme", "partner", "close", one["request_id"], "--yes")


def test_a_copy_of_everything_is_opened_and_checked(story):
    folder = story.folder / "copy"
    files = story.json("alice", "member", "export", folder)["files"]
    (document,) = (folder / name for name in files if name.startswith("documents"))
    assert json.loads(document.read_text())["values"] == {"age": 41, "vote": 1, "tv": 3}
    assert document.stat().st_mode & 0o077 == 0
    assert story.refusal("alice", "member", "export", folder, code=2)["field"] == "FOLDER"


def test_custodians_acknowledge_shares_they_have_verified(story):
    will = story.file("will.txt", "私の柿の木\n")
    create = ("escrow", "create", will, "--custodian", "Guardian", "--custodian", "lawyer", "--delay", "0s")
    create += ("--heir", story.ids["bob"])
    assert "no encryption key" in story.refusal("alice", *create, "--threshold", "2", code=5)["message"]
    story.run("lawyer", "custodian", "publish-key")
    assert story.refusal("alice", *create, "--threshold", "3", code=2)["field"] == "threshold"
    assert (
        story.refusal("alice", *create, "--custodian", "Nobody", "--threshold", "2", code=2)["field"] == "--custodian"
    )
    story.ids["escrow"] = escrow = story.json("alice", *create, "--threshold", "2")["id"]
    assert story.json("guardian", "custodian", "shares")["escrows"][0]["escrow_id"] == escrow
    for place, name in enumerate(("guardian", "lawyer"), 1):
        acknowledged = story.json(name, "custodian", "acknowledge", escrow[:10])
        assert (acknowledged["index"], acknowledged["verified"]) == (place, True)
    assert story.json("alice", "escrow", "status", escrow)["state"] == "active"
    story.run("alice", "escrow", "read", escrow, "--out", story.folder / "own.txt")
    assert (story.folder / "own.txt").read_text() == "私の柿の木\n"


def test_a_vetoed_opening_stays_shut(story):
    opening = story.json("guardian", "escrow", "open", story.ids["escrow"], "--reason", "curious")["opening_id"]
    story.run("alice", "escrow", "veto", opening, "--yes")
    refused = story.refusal("lawyer", "custodian", "contribute", opening, "--yes", code=5)
    assert "was vetoed" in refused["message"]
    states = [one["state"] for one in story.json("alice", "escrow", "status", story.ids["escrow"])["openings"]]
    assert states == ["vetoed"]


def test_a_lost_key_is_replaced_and_the_document_recovered(story):
    evidence, files = story.file("evidence.txt", "passport seen"), [story.folder / f"recovery-{i}.json" for i in "123"]
    story.run("alice", "pds", "put", story.file("letter.txt", "何年か後の私へ"))
    story.run("alice", "box", "put", "diary", "today", "--field", "mood=calm")
    people = [story.ids[name] for name in ("guardian", "lawyer", "bob")]
    named = ("recovery", "guardians", "--threshold", "2", "--wait", "1s")
    assert f"lost with it: of {story.ids['bob']}" in story.run("alice", *named, *people).stdout
    assert not story.json("alice", "recovery", "status")["entrusted"]
    people[2] = story.file("bob.json", story.run("bob", "wallet", "export-address", "--json").stdout)
    assert "3 guardians hold shares" in story.run("alice", *named, *people).stdout
    assert story.json("alice", "recovery", "status")["entrusted"]
    ask = ("recovery", "ask", story.ids["alice"], "--evidence", evidence, "--out", files[0])
    asked = story.json("alice-new", *ask)
    assert len(bytes.fromhex(asked["evidence_salt"])) == 32
    assert "approvals too few" in story.refusal("operator", "recovery", "begin", files[0], "--operator")["message"]
    story.run("guardian", "recovery", "approve", files[0], "--out", files[1], "--yes")
    assert "approvals too few" in story.refusal("guardian", "recovery", "begin", files[1])["message"]
    story.run("bob", "recovery", "approve", files[1], "--out", files[2], "--yes")
    begun = story.json("guardian", "recovery", "begin", files[2])
    assert begun["id"] == asked["recovery_id"]
    time.sleep(1.5)
    done = story.run("alice-new", "recovery", "complete", files[2], "--json")
    completed = json.loads(done.stdout)
    assert "Wrapped for the new key: 1 documents, 1 box records." in " ".join(done.stderr.split())
    story.run("alice-new", "pds", "get", "--out", story.folder / "letter-back.txt")
    assert (story.folder / "letter-back.txt").read_text() == "何年か後の私へ"
    assert story.json("alice-new", "box", "find", "diary", "--field", "mood=calm")["records"][0]["name"] == "today"
    assert story.refusal("alice", "member", "passbook")["code"] == "not-authenticated"
    assert story.json("alice-new", "member", "coupons")["coupons"][0]["count"] == 1

    assert completed["documents_wrapped"] == 1
    copied = story.json("alice-new", "member", "export", story.folder / "new-copy")
    (document,) = (
        story.folder / "new-copy" / name for name in copied["files"] if name.startswith("documents/answers-")
    )
    assert (json.loads(document.read_text())["values"]["age"], copied["closed"]) == (41, [])

    opening = story.json("alice-new", "escrow", "open", story.ids["escrow"], "--reason", "lost my key")["opening_id"]
    words = ("custodian", "refuse", opening, "--reason", "Is it you? Call me")
    assert story.json("lawyer", *words)["refusals"][0]["reason"] == "Is it you? Call me"
    assert "Is it you? Call me" in story.run("alice-new", "escrow", "status", story.ids["escrow"]).stdout
    assert "will not contribute" in story.run("alice-new", "inbox").stdout
    story.run("guardian", "custodian", "contribute", opening, "--yes")
    recover = ("escrow", "recover", opening[:10], "--out", story.folder / "recovered.txt")
    assert "1 more needed" in story.refusal("alice-new", *recover)["message"]
    story.run("lawyer", "custodian", "contribute", opening[:10], "--yes")
    assert story.json("alice-new", "escrow", "status", story.ids["escrow"])["openings"][-1]["refusals"] == []
    story.run("alice-new", *recover)
    assert (story.folder / "recovered.txt").read_text() == "私の柿の木\n"


def test_shares_are_drilled_and_put_on_paper_which_opens_the_document_without_the_bank(story):
    escrow, folder = story.ids["escrow"], story.folder
    drill, answers = folder / "drill.json", [folder / f"answer-{name}.json" for name in ("guardian", "lawyer")]
    story.run("alice-new", "escrow", "drill", escrow, "--out", drill)
    story.run("guardian", "custodian", "answer-drill", drill, "--out", answers[0])
    check = ("escrow", "check-drill", drill)
    half = story.json("alice-new", *check, answers[0])["custodians"]
    assert [one["holds"] for one in half] == [True, None]
    story.run("lawyer", "custodian", "answer-drill", drill, "--out", answers[1])
    assert "分け鍵を持っています" in story.run("alice-new", *check, *answers, language="ja").stdout
    forged = json.loads(answers[0].read_text()) | {"index": 2}
    lie = story.file("lie.json", json.dumps(forged))
    assert [one["holds"] for one in story.json("alice-new", *check, lie, code=1)["custodians"]] == [None, False]
    other = folder / "other-drill.json"
    story.run("alice-new", "escrow", "drill", escrow, "--out", other)
    assert "another drill" in story.refusal("alice-new", "escrow", "check-drill", other, answers[0], code=2)["message"]

    public, card = folder / "escrow.json", folder / "card.html"
    lines = [story.json("guardian", "custodian", "paper", escrow, "--document", public, "--yes")["paper"]]
    lines.append(story.json("lawyer", "custodian", "paper", escrow, "--yes")["paper"])
    story.run("lawyer", "custodian", "paper", escrow, "--card", card, "--yes", language="ja")
    printed = card.read_text(encoding="utf-8")
    assert all(f"<li>{word}</li>" in printed for word in lines[1].split()[1:])
    assert "ウォレットの復元用の語ではありません" in printed
    assert card.stat().st_mode & 0o077 == 0

    def opened(code, *given):
        words = ["escrow", "open-papers", str(public), "--out", str(folder / "from-paper.txt"), "--json"]
        environment = {"AZUKARI_BANK": "http://127.0.0.1:9", "AZUKARI_LANGUAGE": "en"}
        done = CliRunner().invoke(app, words, input="\n".join(("# papers", *given)), env=environment)
        assert done.exit_code == code, done.stdout + done.stderr
        return done.stderr

    assert "1 papers; 2 are needed" in opened(2, lines[0])
    assert "of another share" in opened(5, lines[0], "1" + lines[1][1:])
    first, last = lines[1].rsplit(" ", 1)
    opened(5, lines[0], f"{first} {'zebra' if last != 'zebra' else 'zoo'}")
    opened(0, *lines)
    assert (folder / "from-paper.txt").read_text(encoding="utf-8") == "私の柿の木\n"


def test_a_custodian_takes_anothers_place_and_the_heir_reads_the_will(story):
    escrow, asked = story.ids["escrow"], story.folder / "round.json"
    story.run("operator", "operator", "enroll", "custodian", "Notary", "--from", story.folder / "notary.json")
    story.run("notary", "custodian", "publish-key")
    change = ("escrow", "reshare", escrow, "--leave", "Lawyer", "--join", "Notary", "--out", asked)
    assert story.refusal("guardian", *change, code=2)["field"] == "ESCROW"
    assert story.json("alice-new", *change)["dealers"] == [story.ids["guardian"], story.ids["lawyer"]]
    deals = [story.folder / f"deal-{name}.json" for name in ("guardian", "lawyer")]
    for name, file in zip(("guardian", "lawyer"), deals, strict=True):
        assert "Notary" in story.run(name, "custodian", "deal", asked, "--out", file, "--yes").stderr
    close = ("escrow", "close-reshare", asked)
    assert "deal" in story.refusal("alice-new", *close, deals[0], code=5)["message"]
    new = story.json("alice-new", *close, *deals)["id"]
    assert new in story.run("alice-new", *close, *deals, language="ja").stdout, "sent again it makes no second escrow"
    for name in ("guardian", "notary"):
        story.run(name, "custodian", "acknowledge", new)
    assert new in story.run("bob", "escrow", "status", escrow, language="ja").stdout
    assert story.json("alice-new", "escrow", "status", escrow)["state"] == "replaced"

    opening = story.json("bob", "escrow", "open", new, "--reason", "She died on Monday")["opening_id"]
    story.run("guardian", "custodian", "contribute", opening, "--yes")
    assert "the heir" in story.run("notary", "custodian", "contribute", opening, "--yes").stderr
    story.run("bob", "escrow", "recover", opening, "--out", story.folder / "inherited.txt")
    assert (story.folder / "inherited.txt").read_text() == "私の柿の木\n"


def test_the_operators_books_add_up(story):
    books = story.json("operator", "operator", "summary")
    assert books["members"] == books["answers"] == len(MEMBERS)
    assert books["coins"]["supply"] == books["coins"]["granted"] - books["coins"]["burnt"]


def test_a_role_one_does_not_have_is_refused(story):
    assert story.refusal("alice-new", "operator", "summary")["status"] == 403


def test_an_auditor_replays_the_chain_without_the_bank(story):
    folder = story.folder / "audit"
    story.stage.export(folder)
    program = (
        "import json, sys\n"
        "from wallet_cli.cli import app\n"
        f"try: app(['audit', 'replay', {str(folder)!r}, '--json'])\n"
        "except SystemExit as done: code = done.code\n"
        "banned = ('bank_api', 'fastapi', 'uvicorn', 'sqlmodel', 'sqlalchemy')\n"
        "shared = ('bank_api', 'bank_api.protocol')\n"
        "loaded = [name for name in sys.modules if name.split('.')[0] in banned]\n"
        "loaded = [name for name in loaded if name not in shared and not name.startswith('bank_api.protocol.')]\n"
        "print(json.dumps({'code': code, 'loaded': loaded}), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stderr.splitlines()[-1]) == {"code": 0, "loaded": []}
    report = json.loads(done.stdout)
    assert (report["verdict"], report["violations"]) == ("true", [])
    counts = report["counts"]
    assert (counts["members"], counts["disclosures"], counts["coupons_redeemed"]) == (len(MEMBERS), 1, 1)
    assert (counts["escrows_opened"], counts["consents_used"]) == (2, 5)
    assert report["values_compared"] > 100


def test_the_auditor_reads_what_was_recorded(story):
    folder = story.folder / "audit"
    (disclosed,) = story.json("nobody", "audit", "show", folder, "--event", "Disclosed")["events"]
    told = story.folder / "told.json"
    told.write_text(json.dumps(story.json("acme", "partner", "statement")))
    month = datetime.now(UTC).strftime("%Y-%m")
    audited = ("audit", "statement", folder, story.ids["acme"], month, "--told", told)
    assert story.json("nobody", *audited)["differences"] == []
    replayed = story.json("acme", "partner", "statement", "--chain", folder)
    assert replayed["verified"]["how"] == "replayed"
    false = json.loads(told.read_text())
    told.write_text(json.dumps(false | {"closing": false["closing"] + 1}))
    assert "The bank told other figures" in story.run("nobody", *audited, code=1).stdout
    assert (disclosed["values"]["k"], disclosed["values"]["rows"]) == (5, 5)
    mine = story.json("nobody", "audit", "show", folder, "--account", story.ids["bob"], "--last", "3")["events"]
    assert len(mine) == 3


def test_one_command_copies_the_chain_with_the_evidence_of_every_release(story):
    folder = story.folder / "chain-copy"
    words = ("audit", "export", folder, "--data", story.stage.ledger_data, "--evidence")
    made = story.json("operator", *words)
    assert made["evidence"]
    for release in made["evidence"]:
        handed = folder / "evidence" / f"{release}.json"
        assert story.json("nobody", "audit", "release", handed, "--chain", folder)["true"]
    assert story.json("operator", *words)["evidence"] == made["evidence"], "safe to repeat"


def test_statistics_are_asked_for_told_with_error_bars_and_shown_to_who_answered(story):
    ask = (
        "acme", "partner", "request", story.ids["survey"], "--item", "age", "--item", "vote", "--persons", "20",
        "--k", "3", "--why", "A chart", "--purpose", "Turnout by age", "--open",
    )  # fmt: skip
    assert story.refusal(*ask, code=2)["field"] == "--open", "rows are nobody's to publish"
    ask = (*ask, "--legal-class", "statistical")
    story.ids["statistics"] = request = story.json(*ask)["id"]
    proposed, agreed = story.folder / "decision.json", story.folder / "decision-2.json"
    approve = ("board", "approve", request, "--note", "Figures only", "--yes")
    story.json("board", *approve, "--out", proposed)
    assert story.refusal("board", "board", "carry-decision", proposed)["message"] == "request: approvals too few"
    told = story.run("board-two", "board", "approve-decision", proposed, "--out", agreed, "--yes", language="ja").stdout
    assert "2 人が認めました" in told
    story.run("board-two", "board", "carry-decision", agreed)
    foreign = story.refusal("board", "board", "carry-decision", story.folder / "acme.json", code=2)
    assert "is no decision" in foreign["message"]
    counted = ("bob", "carol", "dan", "eve", "finn")
    for name in counted:
        assert "statistics" in story.run(name, "member", "consent", request, "--yes", "--uses", "3").stderr
    expected = story.json("acme", "partner", "expect", request, "--epsilon", "1", "--cross", "age,vote")
    assert (expected["rows"], expected["k"]) == (5, 3)
    payloads = []
    for wave in range(2):
        made = story.json("operator", "operator", "release", request, "--epsilon", "1", "--cross", "age,vote", "--yes")
        assert (made["rows"], made["legal_class"]) == (5, 2)
        files = [story.folder / f"figures-{wave}{ending}" for ending in (".json", ".payload", ".dictionary")]
        options = ("--out", files[0], "--payload", files[1], "--dictionary", files[2])
        received = story.json("acme", "partner", "receive", made["release_id"], *options)
        assert received["payload_root"] == made["payload_root"]
        rows = json.loads(files[0].read_text())["rows"]
        assert {row["figure"] for row in rows} >= {"mean", "quantile"}
        assert all(float(row["low"]) <= float(row["value"]) <= float(row["high"]) for row in rows)
        assert json.loads(files[2].read_text())["questions"][0] == {"name": "age", "question": "Your age"}
        payloads.append(files[1])
    assert len(story.json("nobody", "results", "list")["results"]) == 2
    shown = story.run("nobody", "results", "show", made["release_id"], language="ja").stdout.replace("\n", "")
    assert "台帳" in shown
    assert "平均" in shown
    told = story.json("bob", "member", "statistics", made["release_id"])
    assert (told["people"], told["epsilon_thousandths"]) == (5, 1000)
    assert "平均" in story.run("bob", "member", "statistics", made["release_id"], language="ja").stdout
    assert story.json("bob", "member", "budget", "--partner", story.ids["acme"])["left"] == 1
    changes = story.json("acme", "partner", "trend", *payloads)["trend"]
    assert {tuple(one["of"]) for one in changes} >= {("age",)}
    refused = story.refusal("operator", "operator", "release", request, "--epsilon", "1.5", "--yes")
    assert "0 of 5 people have budget left" in refused["message"]
    story.refusal("acme", "member", "statistics", code=2)


def test_made_up_rows_are_asked_for_in_words_delivered_and_told_to_who_answered(story):
    pytest.importorskip("mbi", reason="needs python -m pip install --require-hashes -r requirements/synthetic.txt")
    ask = (
        "acme", "partner", "request", story.ids["survey"], "--item", "age", "--item", "vote", "--persons", "20",
        "--k", "3", "--why", "To try a chart on", "--purpose", "Turnout by age, made up", "--synthetic",
    )  # fmt: skip
    assert story.refusal(*ask, code=2)["field"] == "--synthetic", "made-up rows are statistics"
    request = story.json(*ask, "--legal-class", "statistical")["id"]
    proposed, agreed = story.folder / "made-up.json", story.folder / "made-up-2.json"
    story.json("board", "board", "approve", request, "--note", "Nobody's", "--yes", "--out", proposed)
    story.run("board-two", "board", "approve-decision", proposed, "--out", agreed, "--yes")
    story.run("board-two", "board", "carry-decision", agreed)
    for name in ("bob", "carol", "dan", "eve", "finn"):
        assert "made-up rows" in story.run(name, "member", "consent", request, "--yes").stderr
    release = ("operator", "release", request, "--epsilon", "0.5", "--rows", "40")
    assert story.json("operator", *release, "--dry-run")["count_error"] > 5, "of five people, noise is all there is"
    made = story.json("operator", *release, "--yes")
    assert (made["rows"], made["legal_class"]) == (5, 2)
    files = [story.folder / f"made-up{ending}" for ending in (".csv", ".parquet", ".dictionary")]
    options = ("--out", files[0], "--out", files[1], "--dictionary", files[2])
    assert story.json("acme", "partner", "receive", made["release_id"], *options)["rows"] == 40
    assert files[0].read_text().splitlines()[0] == "age,vote"
    told = json.loads(files[2].read_text())
    assert (told["made_up"], told["people"], told["epsilon"], told["delta"]) == (True, 5, "0.5", "0.000001")
    shown = story.run("bob", "member", "statistics", made["release_id"], language="ja").stdout
    assert "だれの行でもありません" in shown.replace("\n", "")
    assert story.json("bob", "member", "budget", "--partner", story.ids["acme"])["left"] == 0.5


def test_a_bank_that_is_gone_is_named_with_a_way_out(story, monkeypatch):
    monkeypatch.setattr("wallet_cli.bank_client.connection.time.sleep", lambda _: None)
    done = story.run("alice-new", "member", "passbook", "--bank", "http://127.0.0.1:9", "--json", code=4)
    assert "127.0.0.1:9" in json.loads(done.stdout)["error"]["message"]
    assert "--bank" in done.stderr


def test_coins_above_the_quota_take_a_majority_of_the_board(story):
    left, invoice = story.json("operator", "operator", "quota")["left"], "0x" + "77" * 32
    sale = ("operator", "sell-coins", story.ids["acme"], left + 1, "--invoice", invoice)
    refused = story.refusal("operator", *sale)
    assert (refused["code"], f"leaves {left:,}" in refused["message"]) == ("quota-exhausted", True)
    proposed, agreed = story.folder / "issue.json", story.folder / "issue-2.json"
    named = ("--partner", story.ids["acme"], "--out", proposed, "--yes")
    story.json("board", "board", "propose-issue", invoice, left + 1, *named)
    assert story.refusal("board", "board", "allow-issue", proposed)["message"] == "coin: approvals too few"
    told = story.run("board-two", "board", "approve-issue", proposed, "--out", agreed, "--yes", language="ja").stdout
    assert "2 人が認めました" in told
    assert "一度だけ発行できます" in story.run("board", "board", "allow-issue", agreed, language="ja").stdout
    assert [story.json("operator", *sale)["repeated"] for _ in range(2)] == [False, True]
    assert story.json("operator", "operator", "quota")["left"] == left


def test_a_majority_of_the_board_sets_the_quota(story):
    proposed, agreed = story.folder / "quota.json", story.folder / "quota-2.json"
    story.json("board", "board", "propose-quota", 3_000_000, "--days", 7, "--out", proposed, "--yes")
    assert story.refusal("board-two", "board", "set-quota", proposed)["message"] == "coin: approvals too few"
    story.run("board-two", "board", "approve-quota", proposed, "--out", agreed, "--yes")
    assert "3,000,000" in story.run("board", "board", "set-quota", agreed).stdout
    found = story.json("operator", "operator", "quota")
    assert (found["coins"], found["period_seconds"]) == (3_000_000, 7 * 86400)
    assert "期間は 7 日" in story.run("operator", "operator", "quota", language="ja").stdout
    assert "is no quota" in story.refusal("board", "board", "set-quota", story.folder / "acme.json", code=2)["message"]
    assert "is no issue" in story.refusal("board", "board", "allow-issue", proposed, code=2)["message"]


def test_the_board_shares_the_release_key_and_opens_a_release_together(story):
    members = ("board", "board-two")
    share = ("operator", "share-release-key", "--threshold", 2)
    assert story.json("board", "board", "release-key")["held_by"] == "bank"
    for name in members:
        story.run(name, "board", "publish-key")
    story.json("operator", *share)
    story.json("board", "board", "deal-key", "--yes")
    assert "not everybody has dealt" in story.refusal("board", "board", "confirm-key", code=2)["message"]
    story.run("board-two", "board", "deal-key", "--yes", language="ja")
    for name in members:
        story.json(name, "board", "confirm-key")
    assert "2 名のうち 2 名" in story.run("board", "board", "release-key", language="ja").stdout
    kept = EmbeddedStore(story.stage.bank_data / "pds.sqlite3")
    while not all(one.content.shared for name in MEMBERS[1:] for one in kept.export(story.ids[name])):
        time.sleep(0.2)  # the older answers pass to it in the background
    kept.close()
    release = (
        "operator",
        "release",
        story.ids["statistics"],
        "--epsilon",
        "0.5",
        "--release-id",
        "0x" + "99" * 32,
        "--yes",
    )
    assert story.refusal("operator", *release)["code"] == "board-must-open"
    [opening] = story.json("board", "board", "openings")["openings"]
    assert opening["documents"] == 5
    assert len(story.json("board", "board", "open", "--yes")["given_by"]) == 1
    assert "1 contributed so far" in story.refusal("operator", *release)["message"]
    assert (
        "協力しました" in story.run("board-two", "board", "open", opening["opening_id"], "--yes", language="ja").stdout
    )
    assert story.json("operator", *release)["rows"] == 5
    assert story.json("board", "board", "openings")["openings"] == []
    assert story.json("operator", "operator", "open-answers", story.ids["bob"])["documents_wrapped"] == 0


def test_a_member_keeps_records_and_lets_others_in(story):
    record = ("diary", "first", "--field", "mood=calm", "--field", "cups=2", "--label", "tea")
    story.json("bob", "box", "put", *record)
    [found] = story.json("bob", "box", "find", "diary", "--field", "cups=2", "--label", "tea")["records"]
    assert (found["name"], found["fields"]) == ("first", {"mood": "calm", "cups": 2})
    assert story.json("bob", "box", "find", "diary", "--field", "mood=stormy")["records"] == []
    story.run("aunt", "wallet", "new", "--kdf", "scrypt-light")  # of another bank: no account here
    aunt = story.file("aunt.json", story.run("aunt", "wallet", "export-address", "--json").stdout)
    for file in (story.folder / "carol.json", aunt):
        grant = ("diary", "--to", file, "--until", "+7d", "--yes")
        assert story.json("bob", "box", "grant", *grant)["records_sealed"] == 1
    whose = ("diary", "first", "--owner", story.ids["bob"])
    assert story.json("carol", "box", "get", *whose)["labels"] == ["tea"]
    assert story.json("aunt", "box", "get", *whose, "--elsewhere")["fields"]["mood"] == "calm"
    assert "calm" in story.run("bob", "box", "get", "diary", "first", language="ja").stdout
    assert {one["what"] for one in story.json("bob", "box", "log")["readings"]} == {"read"}
    assert story.json("bob", "box", "revoke", "diary", "--to", story.ids["carol"])["is_live"] is False
    assert story.refusal("carol", "box", "get", *whose, code=2)["field"] == "--owner"
    states = [one["is_live"] for one in story.json("bob", "box", "grants")["given"]]
    assert sorted(states) == [False, True]
    assert story.json("bob", "box", "remove", "diary", "first")["removed"] is True
    app = ("tea-diary", "Tea diary", "--from", aunt)
    assert story.json("operator", "operator", "register-app", *app)["app_id"] == "tea-diary"
    assert "Tea diary" in story.run("carol", "box", "apps", language="ja").stdout
    other = ("tea-diary", "--from", story.folder / "carol.json", "--yes")
    assert story.json("operator", "operator", "replace-app-key", *other)["key"] == story.ids["carol"]
    gone = {"app_id": "tea-diary", "removed": True, "grants_ended": 0}
    assert story.json("operator", "operator", "remove-app", "tea-diary", "--yes") == gone
