"""By the `azukari` command alone: consent in advance, acting for another, gifts, bound coins, the operator's offices.

In Japanese and English, without ids to copy where only one fits; the tests follow each other through one story.
"""

import json
import os
import re
import signal
import subprocess
import sys
from subprocess import PIPE

import pytest
from typer.testing import CliRunner

from scripts.stage import acts, survey
from scripts.stage.cast import PASSPHRASE, save_wallets
from wallet_cli.bank_client.connection import _EachThreadsOwn
from wallet_cli.cli import app
from wallet_cli.signing.promotion import is_shown_all

KANA = re.compile("[぀-ヿ]")


@pytest.fixture(scope="module")
def azukari(stage, company, story, tmp_path_factory):
    """Runs a command as somebody of the cast."""
    home = tmp_path_factory.mktemp("home")
    acts.ask(company, story)
    for person in company.members[:8]:
        shown = next(one for one in person.client.member.requests() if one.request_id == story.request_id)
        person.client.send(acts.signing.decide_consent(person.signer, shown, given=True, uses_maximum=3))
    save_wallets(home, company)

    def environment(who, language):
        return {
            "AZUKARI_HOME": str(home), "AZUKARI_BANK": stage.bank.url, "AZUKARI_WALLET": who,
            "AZUKARI_PASSPHRASE": PASSPHRASE, "AZUKARI_LANGUAGE": language,
        }  # fmt: skip

    def run(who, *words, language="en", code=0):
        done = CliRunner().invoke(app, [str(word) for word in words], env=environment(who, language))
        assert code is None or done.exit_code == code, (
            f"{words}: {done.exit_code}\n{done.stdout}\n{done.stderr}\n{done.exception}"
        )
        return done

    run.environment = environment
    return run


def read(done):
    return json.loads(done.stdout)


def test_everything_begins_empty_and_says_so(azukari):
    for language, nothing in (("en", "nothing here"), ("ja", "何もありません")):
        for who, *words in (
            ("member-002", "member", "rules"),
            ("member-002", "member", "delegations"),
            ("cafe", "partner", "gift-orders"),
            ("cafe", "partner", "policies"),
        ):
            assert nothing in azukari(who, *words, language=language).stdout


def test_a_standing_rule_is_set_speaks_and_is_ended(azukari, company):
    for kind, place, name in (("recipients", 0, "Media"), ("purposes", 0, "Research"), ("processing", 1, "Anonymized")):
        azukari("operator", "operator", "category", kind, place, name)
    azukari("operator", "operator", "categorize", company.others["media"].account, 0)
    azukari("operator", "operator", "category", "moods", 0, "Good", code=2)
    wrong = azukari("member-009", "member", "allow", "--item", "vote", "--yes", code=2)
    assert "sensitive" in wrong.stderr
    azukari("member-009", "member", "allow", "--recipient", "Friends", "--yes", code=2)
    told = azukari("member-009", "member", "allow", "--item", "age", "--item", "educ", "--yes", language="ja")
    assert "Media" in told.stderr
    assert KANA.search(told.stdout)
    asked = ("--item", "age", "--purpose", "Pages", "--why", "To plan", "--persons", 5)
    request = read(azukari("media", "partner", "request", *asked, "--json"))["id"]
    azukari("board", "board", "approve", "--note", "One item", "--yes")
    assert read(azukari("operator", "operator", "apply-rules", request, "--json"))["consented"] == 1
    (rule,) = read(azukari("member-009", "member", "rules", "--json"))["rules"]
    assert [one["purpose"] for one in rule["consents"]] == ["Pages"]
    screen = azukari("member-009", "member", "rules").stdout
    assert "age, educ" in screen
    assert "あなたの包括ルール" in azukari("member-009", "member", "rules", language="ja").stdout
    assert "sorry" not in azukari("member-009", "member", "end-rule", "--yes", language="ja").stdout
    azukari("member-009", "member", "end-rule", "--yes", code=2)
    azukari("media", "partner", "close", request, "--yes")


def test_a_guardian_acts_with_for_and_the_ward_sees_it(azukari, company):
    ward, guardian = company.members[5].account, company.members[6].account
    told = azukari("member-006", "member", "delegate", guardian, "--may", "consent", "--yes", language="ja")
    assert "同意" in told.stdout
    azukari("member-006", "member", "delegate", guardian, "--may", "everything", "--yes", code=2)
    assert read(azukari("member-007", "member", "consents", "--for", ward, "--json"))["consents"][0]["state"] == "given"
    azukari("member-007", "member", "withdraw", "--for", ward, "--yes")
    assert read(azukari("member-006", "member", "consents", "--json"))["consents"][0]["state"] == "withdrawn"
    refused = azukari("member-007", "member", "passbook", "--for", ward, "--json", code=1)
    assert read(refused)["error"]["code"] == "forbidden"
    azukari("member-008", "member", "consents", "--for", ward, code=1)
    shown = read(azukari("member-006", "member", "delegations", "--json"))
    assert [(one["act"], one["delegate"]) for one in shown["acts"]] == [("withdrawal", guardian)]
    assert "同意の撤回" in azukari("member-006", "member", "delegations", language="ja").stdout
    azukari("member-006", "member", "end-delegation", "--yes")
    azukari("member-007", "member", "consents", "--for", ward, code=1)


def test_gifts_and_bound_coins_reach_members_who_see_what_they_are(azukari, company, story):
    azukari("operator", "operator", "release", story.request_id, "--suppression-limit", "0.9", "--yes")
    coupon = ("coupon", "publish", "Thank you", "--price", 99, "--stock", 9, "--description", "Thanks")
    azukari("media", "partner", *coupon, "--premium", story.request_id)
    azukari("media", "partner", "order-gifts", "--persons", 2, "--yes", language="ja")
    told = read(azukari("operator", "operator", "give-gifts", "--json"))
    assert (told["given"], told["persons"], told["refused"]) == (2, 2, [])
    assert "Thank you" in azukari("media", "partner", "gift-orders").stdout
    cafe = company.others["cafe"].account
    policy = read(azukari("operator", "operator", "policy", "Coffee", "--issuer", cafe, "--json"))["id"]
    azukari("operator", "operator", "sell-coins", company.others["media"].account, 10)
    person = company.members[1].account
    sent = ("send-coins", person, 4, "--policy", policy[:10], "--yes")
    azukari("media", "partner", *sent, language="ja")
    shown = read(azukari("member-002", "member", "coins", "--json"))
    assert [(one["name"], one["coins"]) for one in shown["bound"]] == [("Coffee", 4)]
    assert "だけ" in azukari("member-002", "member", "coins", language="ja").stdout
    [policies] = read(azukari("media", "partner", "policies", "--json"))["policies"]
    assert (policies["name"], policies["coins"], policies["issuers"][0]["account"]) == ("Coffee", 0, cafe)
    told = read(azukari("media", "partner", "coupon", "list", "--json"))["coupons"]
    [thanks] = [one for one in told if one["title"] == "Thank you"]
    assert (thanks["sold"], thanks["given"], thanks["left"], thanks["unused"]) == (0, 2, 7, 2)
    assert "未使用" in azukari("media", "partner", "coupon", "list", language="ja").stdout


def test_a_till_takes_an_offer_back_and_counts_its_day(azukari):
    coupon = ("coupon", "publish", "Cup", "--price", 3, "--stock", 9, "--description", "One cup")
    azukari("cafe", "partner", *coupon)
    azukari("member-002", "member", "buy")
    azukari("shop", "shop", "offer")
    azukari("shop", "shop", "cancel", language="ja")
    assert read(azukari("shop", "shop", "redemptions", "--json"))["redemptions"][0]["state"] == "cancelled"
    uri = read(azukari("shop", "shop", "offer", "--json"))["uri"]
    azukari("member-002", "member", "redeem", uri, "--yes")
    totals = read(azukari("shop", "shop", "totals", "--json"))
    assert (totals["coupons"], totals["coins"]) == ({"Cup": 1}, 0)
    assert "合計" in azukari("shop", "shop", "totals", language="ja").stdout


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_till_is_told_of_a_redemption_at_once_and_not_of_those_before(azukari, language):
    azukari("member-002", "member", "buy")
    uri = read(azukari("shop", "shop", "offer", "--json"))["uri"]
    command = [sys.executable, "-m", "wallet_cli", "shop", "watch", "--count", "1"]
    environment = os.environ | azukari.environment("shop", language)
    with subprocess.Popen(command, env=environment, stdout=PIPE, stderr=PIPE, text=True) as till:
        assert "Ctrl+C" in till.stderr.readline()
        azukari("member-002", "member", "redeem", uri, "--yes")
        told = till.stdout.read()
    assert till.returncode == 0
    redeemed = uri.rpartition(":")[2]
    assert told.count("\n") == 1
    assert redeemed[:12] in told
    assert ("使われました" if language == "ja" else "redeemed") in told


def test_a_till_that_was_away_is_told_what_came_meanwhile(azukari, company):
    shop = company.others["shop"].client
    used = [one for one in shop.shop.redemptions() if one.state == "redeemed"]
    first, *others = sorted(used, key=lambda one: (one.block_number, one.redemption_id))
    path, token = "/v1/shop/redemptions/stream", shop.session.login().token
    told = shop.session.connection.listen(path, token, first.redemption_id)
    assert [next(told)[0] for _ in others] == [one.redemption_id for one in others]
    told.close()


def test_the_operators_offices(azukari, company, story):
    person = company.members[7].account
    found = read(azukari("operator", "operator", "people", "Member 008", "--role", "member", "--json"))
    assert [one["account"] for one in found["people"]] == [person]
    assert "会員" in azukari("operator", "operator", "people", language="ja").stdout
    azukari("operator", "operator", "people", "--role", "king", code=2)
    azukari("operator", "operator", "suspend", "Member", "--reason", "x", "--yes", code=2)
    azukari("operator", "operator", "suspend", "Member 008", "--reason", "Two people use it", "--yes", language="ja")
    azukari("member-008", "member", "requests", code=1)
    assert "Two people use it" in azukari("member-008", "member", "passbook").stdout
    azukari("operator", "operator", "reinstate", person, "--reason", "Cleared up")
    azukari("operator", "operator", "dismiss", person, "king", "--reason", "x", "--yes", code=2)
    auditor = company.others["auditor"].account
    azukari("operator", "operator", "dismiss", auditor, "auditor", "--reason", "Left", "--yes")
    assert read(azukari("operator", "operator", "ask", story.request_id, "--yes", "--json"))["asked"] > 0
    assert read(azukari("operator", "operator", "expire", "--json"))["expired"] == 0
    azukari("operator", "operator", "partner-reward", story.survey.survey_id, 2, "--partners", 3, language="ja")
    assert read(azukari("operator", "operator", "revoke", story.request_id, "--reason", "It leaked", "--yes", "--json"))
    assert "It leaked" in azukari("member-002", "member", "passbook").stdout
    azukari("operator", "operator", "close-request", story.request_id, "--yes")
    unknown = azukari("operator", "operator", "abandon", "0x" + "77" * 32, "--json", code=1)
    assert read(unknown)["error"]["code"] == "not-found"


def test_the_board_appoints_a_guardian(azukari, company, tmp_path):
    ward, guardian = company.members[2].account, company.members[3].account
    (tmp_path / "order.pdf").write_text("by order of the court")
    files = [tmp_path / name for name in ("one.json", "two.json")]
    proposed = (ward, guardian, "--may", "survey", "--evidence", tmp_path / "order.pdf", "--out", files[0], "--yes")
    azukari("board", "board", "propose-guardian", *proposed, language="ja")
    azukari("operator", "operator", "appoint", files[0])
    assert "waiting" in azukari("member-003", "member", "delegations").stdout
    azukari("operator", "operator", "appoint", tmp_path / "order.pdf", code=2)


def test_a_holder_moves_to_a_new_key_and_documents_and_records_follow_though_the_wallet_is_killed(azukari, tmp_path):
    """With kill -9 before the ledger's word, before each document and record, and before the end."""
    (tmp_path / "letter.txt").write_text("to be read in ten years")
    azukari("member-012", "pds", "put", tmp_path / "letter.txt")
    for name in ("first", "second"):
        azukari("member-012", "box", "put", "diary", name, "--field", f"which={name}")
    azukari("member-012", "wallet", "new", "renewed", "--kdf", "scrypt-light")
    (tmp_path / "friend.json").write_text(azukari("member-011", "wallet", "export-address", "--json").stdout)
    azukari("member-012", "box", "grant", "diary", "--to", tmp_path / "friend.json", "--until", "+7d", "--yes")
    dying = [sys.executable, os.path.join(os.path.dirname(__file__), "dying_wallet.py")]
    friend, asked = json.loads((tmp_path / "friend.json").read_text())["account"], 0
    for left in (1, 2, 1, 2, 3):
        command = [*dying, str(left), "recovery", "rotate", "renewed", "--keep-grants", "--yes"]
        done = subprocess.run(command, env=os.environ | azukari.environment("member-012", "ja"), capture_output=True)
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()
        said = (done.stdout + done.stderr).decode()
        asked += friend in said and "続きます" in said
    assert asked == 2, "before each word to the ledger, whom the old key let read"
    told = read(azukari("member-012", "recovery", "rotate", "renewed", "--yes", "--json", language="ja"))
    assert (told["records"], told["closed"]) == (2, [])
    azukari("member-012", "member", "passbook", code=1)
    assert "key" in azukari("renewed", "member", "passbook").stdout


class Sent:
    """What a wallet puts on the line, byte by byte, without its credentials and what it logs in with."""

    def __init__(self, monkeypatch):
        self.requests, real = [], _EachThreadsOwn.handle_request

        def handle(transport, request):
            if not request.url.path.startswith("/v1/session"):
                headers = {name: value for name, value in request.headers.items() if name != "authorization"}
                self.requests.append((request.method, str(request.url), headers, request.read()))
            return real(transport, request)

        monkeypatch.setattr(_EachThreadsOwn, "handle_request", handle)


def promotion_file(folder):
    file = folder / "readers.json"
    schools = {"item": "educ", "one_of": [3, 4, 5, 6]}
    condition = {"all_of": [{"item": "age", "low": 30, "high": 100}, schools]}
    words = [{"language": "ja", "title": "本の会", "text": "お茶を一杯。"}]
    words += [{"language": "en", "title": "Readers", "text": "A cup of tea."}]
    file.write_text(json.dumps({"words": words, "condition": condition}))
    return file


def test_a_promotion_is_found_by_members_own_wallets_which_ask_for_nothing_that_tells(
    azukari, company, story, tmp_path, monkeypatch
):
    tea = ("Tea", "--price", "3", "--stock", "9", "--description", "One cup", "--json")
    class_id = read(azukari("cafe", "partner", "coupon", "publish", *tea))["id"]
    made = ("partner", "promotion", "file", promotion_file(tmp_path), "--survey", story.survey.survey_id)
    azukari("cafe", *made, "--coupon", class_id, "--until", "+1d", "--yes")
    waiting = read(azukari("operator", "operator", "promotion", "list", "--json"))["promotions"]
    assert [(one["state"], one["sold"]) for one in waiting] == [("waiting", 0)]
    assert read(azukari("member-001", "member", "promotion", "list", "--json"))["promotions"] == []
    azukari("operator", "operator", "promotion", "approve")

    asked, fitting, shown_to = {}, [], []
    for number, row in enumerate(survey.respondents(11), 1):  # the twelfth has another key by now
        if number > 6 and shown_to != list(asked):
            break  # chance may show it to all of the first six: one in 256
        who, fits = f"member-{number:03}", row["age"] >= 30 and row["educ"] in (3, 4, 5, 6)
        azukari(who, "bank")  # it pins the ledger the first time
        with monkeypatch.context() as patched:
            sent = Sent(patched)
            shown = read(azukari(who, "member", "promotion", "list", "--json"))["promotions"]
        by_chance = is_shown_all(company.members[number - 1].signer)
        assert [one["by_chance"] for one in shown] == ([False] if fits else [True] if by_chance else []), who
        asked[who] = sent.requests
        fitting += [who] if fits else []
        shown_to += [who] if shown else []
    assert 0 < len(fitting) < len(asked), "some fit and some do not"
    assert all(one == asked["member-001"] for one in asked.values()), "what is asked says nothing of what fits"
    assert any("/v1/me/documents" in url for _, url, _, _ in asked["member-001"])

    one, nobody = fitting[0], next(who for who in asked if who not in shown_to)
    used = {}
    for who in (one, nobody):
        with monkeypatch.context() as patched:
            sent = Sent(patched)
            azukari(who, "member", "promotion", "use", code=None)  # nobody is there to say yes
        used[who] = sent.requests
    assert used[one] == used[nobody], "nor is it told that there was something to say no to"
    because = azukari(one, "member", "promotion", "list", language="ja").stdout
    assert "あなたの回答によります" in re.sub(r"[\s│┃]", "", because)
    told = azukari(one, "member", "promotion", "use", "--yes")
    assert "whoever stands at the till sees you" in " ".join((told.stdout + told.stderr).split())
    assert "Bought 1: Tea" in told.stdout
    [mine] = read(azukari("cafe", "partner", "promotion", "list", "--json"))["promotions"]
    assert (mine["state"], mine["sold"], mine["used"]) == ("approved", 1, 0)

    def titles():
        return [
            each["coupon_title"] for each in read(azukari(one, "member", "promotion", "list", "--json"))["promotions"]
        ]

    azukari(one, "member", "promotion", "mute", company.others["cafe"].name)
    assert titles() == []
    azukari(one, "member", "promotion", "unmute", company.others["cafe"].account)
    assert titles() == ["Tea"]
    azukari(one, "member", "promotion", "off")
    with monkeypatch.context() as patched:
        sent = Sent(patched)
        assert (titles(), sent.requests) == ([], []), "nothing is even asked"
    azukari(one, "member", "promotion", "on")
    assert titles() == ["Tea"]
    azukari("operator", "operator", "promotion", "refuse", "--reason", "Over")
    assert titles() == []
    again = azukari("cafe", "partner", "promotion", "withdraw", mine["promotion_id"], code=1)
    assert "refused or withdrawn" in again.stderr
    azukari("renewed", "pds", "get", "--out", tmp_path / "back.txt", language="ja")
    assert (tmp_path / "back.txt").read_text() == "to be read in ten years"
    assert [
        one["name"]
        for one in read(azukari("renewed", "box", "find", "diary", "--field", "which=second", "--json"))["records"]
    ] == ["second"]
    assert [one["is_live"] for one in read(azukari("renewed", "box", "grants", "--json"))["given"]] == [True]
    assert "ありません" in azukari("renewed", "recovery", "rewrap", language="ja").stdout
