"""A bank that lies is caught by the page, and what it shows is called false."""

import pytest

from scripts.stage import acts
from tests.pages.conftest import PASSPHRASE, lying
from wallet_cli.keystore import Keystore


@pytest.fixture
def member(reader, company, story, tmp_path):
    """A member of the story in the browser, wallet open: `member()`."""
    person = next(one for one in company.members if one.account in story.consent_ids)
    entry = Keystore(tmp_path).create("member", PASSPHRASE, "scrypt-light", person.key)
    one = reader("phone", "en")
    one.open("/member")
    one.page.locator("input[type=file]").set_input_files(entry.path)
    one.page.locator("input[autocomplete=current-password]").fill(PASSPHRASE)
    one.page.locator("button.main").click()
    one.page.locator("[data-coins]").wait_for()
    return one


def more_coins(book):
    line = next(line for line in book["entries"] if line["coins"] > 0)
    line["coins"] += 1
    rewrite_balances(book)


def line_left_out(book):
    place = next(place for place, line in enumerate(book["entries"]) if line["coins"] > 0)
    del book["entries"][place]
    rewrite_balances(book)


def block_left_out(book):
    last = [line["block_number"] for line in book["entries"] if line["coins"]][-1]
    book["entries"] = [line for line in book["entries"] if line["block_number"] != last]
    rewrite_balances(book)


def line_invented(book):
    book["entries"].append(book["entries"][0] | {"kind": "consent", "state": "given", "consent_id": "0x" + "12" * 32})
    rewrite_balances(book)


def line_of_no_coins(book):
    book["entries"].append(book["entries"][0] | {"kind": "guardians-named"})
    rewrite_balances(book)


def another_time(book):
    book["entries"][0]["time"] -= 3600


def wrong_sum(book):
    book["entries"][-1]["balance"] += 1


def rewrite_balances(book):
    balance = 0
    for line in book["entries"]:
        balance += line["coins"]
        line["balance"] = balance
    book["coins"] = balance


LIES = (more_coins, line_left_out, block_left_out, line_invented, line_of_no_coins, another_time, wrong_sum)


@pytest.mark.parametrize("lie", LIES)
def test_an_altered_passbook_is_called_false(member, lie):
    with lying(member.page, "**/v1/me/passbook", lie):
        member.follow("/member/passbook")
        member.see_mark("false")
        assert member.page.get_by_role("alert").count() == 1
        member.picture(f"lie-{lie.__name__}")


def still_refused(answer):
    for consent in answer["consents"]:
        consent["state"] = "refused" if consent["state"] == "given" else "given"


def lasting_longer(answer):
    for consent in answer["consents"]:
        consent["valid_until"] += 86400


def another_s(answer):
    for consent in answer["consents"]:
        consent["consent_id"] = "0x" + "34" * 32


@pytest.mark.parametrize("lie", [still_refused, lasting_longer, another_s])
def test_an_altered_consent_is_called_false(member, lie):
    with lying(member.page, "**/v1/me/consents", lie):
        member.follow("/member/disclosures")
        member.see_mark("false")


def another_s_commitment(answer):
    answer["answers"][0]["block_number"] -= 1


def no_such_answer(answer):
    answer["answers"][0]["answer_id"] = "0x" + "56" * 32


@pytest.mark.parametrize("lie", [another_s_commitment, no_such_answer])
def test_an_answer_that_was_never_committed_to_is_called_false(member, lie):
    member.follow("/member/mine")
    member.see_mark("true")
    with lying(member.page, "**/v1/me/answers", lie):
        member.follow("/member")
        member.follow("/member/mine")
        member.see_mark("false")


def bend_last_byte(answer):
    result = answer.get("result")
    if isinstance(result, str) and len(result) > 200:  # a header: a bit of its state root
        answer["result"] = result[:220] + ("0" if result[220] != "0" else "1") + result[221:]
    elif isinstance(result, list) and result and isinstance(result[0], str):  # receipts
        answer["result"][0] = result[0][:-2] + ("00" if result[0][-2:] != "00" else "01")
    elif isinstance(result, dict) and "storageProof" in result:
        for proof in result["storageProof"]:
            proof["proof"] = proof["proof"][:-1]


@pytest.mark.parametrize("kind", ["header", "receipts", "proof"])
def test_altered_evidence_proves_nothing(member, kind):
    def lie(answer):
        result = answer.get("result")
        is_kind = {"header": isinstance(result, str) and len(result) > 200, "receipts": isinstance(result, list)}
        if is_kind.get(kind, isinstance(result, dict)):
            bend_last_byte(answer)

    with lying(member.page, "**/v1/ledger", lie):
        member.follow("/member/passbook")
        member.see_mark("false")
    member.forgive()  # the page says in its console what was no proof


@pytest.mark.parametrize("where", ["contract", "chain"])
def test_another_contract_or_chain_than_at_the_first_visit_stops_everything(member, where):
    def lie(about):
        if where == "chain":
            about["chain_id"] += 1
        else:
            about["deployment"]["contracts"]["consent"]["address"] = about["deployment"]["contracts"]["coin"]["address"]

    with lying(member.page, "**/v1/bank", lie):
        member.page.reload()
        member.page.get_by_role("alert").wait_for()
        assert member.page.locator("input[type=password]").count() == 0
        member.picture(f"lie-{where}")


def test_other_terms_than_their_hash_are_not_signed(reader, story):
    one = reader("phone", "en")

    def lie(about):
        about["terms"]["text"] += "7. And a clause that nobody hashed.\n"

    with lying(one.page, "**/v1/bank", lie):
        one.open(f"/member/join#{one.invited()}")
        one.page.locator("button.main").click()
        one.page.locator("input[type=password]").first.wait_for()
        for entry in one.page.locator("input[type=password]").all():
            entry.fill(PASSPHRASE)
        one.page.locator("button.main").click()
        one.page.get_by_role("alert").wait_for()
        assert one.page.locator("[data-confirm]").count() == 0


def test_a_login_for_another_place_is_not_signed(reader, company, story, tmp_path):
    entry = Keystore(tmp_path).create("member", PASSPHRASE, "scrypt-light", company.members[1].key)
    one = reader("phone", "en")
    one.open("/member")
    one.page.locator("input[type=file]").set_input_files(entry.path)

    def lie(challenge):
        challenge["message"] = challenge["message"].replace("localhost", "evil.example")

    with lying(one.page, "**/v1/session/challenge", lie):
        one.page.locator("input[autocomplete=current-password]").fill(PASSPHRASE)
        one.page.locator("button.main").click()
        assert "evil.example" in one.page.get_by_role("alert").inner_text()


@pytest.mark.parametrize("field", ["k_minimum", "retention_days", "description", "coins_base"])
def test_a_request_that_is_not_what_the_partner_signed_is_not_consented_to(reader, story, field):
    one = reader("phone", "en")
    one.join()

    def lie(answer):
        for request in answer["requests"]:
            request["answered"] = True
            request[field] = request[field] + (1 if isinstance(request[field], int) else " And more.")
            request["coins_offered"] = request["coins_base"] + request["coins_per_item"] * len(request["items"])

    with lying(one.page, "**/v1/me/requests*", lie):
        one.page.get_by_role("link", name="Surveys").click()
        one.page.get_by_role("link", name="Home").click()
        one.follow(f"/member/requests/{story.request_id}")
        one.page.locator("[data-accept]").click()
        one.page.get_by_role("alert").wait_for()
        assert field in one.page.get_by_role("alert").inner_text()
        assert one.page.locator("[data-confirm]").count() == 0


def another_key(about):
    about["release_public_key"] = "0x" + "07" * 32


def another_question(survey):
    survey["questions"][-1]["label"] = "May the bank sell what you answered?"


def five_blocks_ago(answer):
    if isinstance(answer["result"], str) and len(answer["result"]) < 20:  # a number, no header
        answer["result"] = hex(int(answer["result"], 16) - 5)


def test_answers_are_sealed_to_no_other_key_and_for_no_other_questions_than_the_record_s(reader, story):
    one = reader("phone", "en")
    survey = f"/member/surveys/{story.survey.survey_id}"
    with lying(one.page, "**/v1/bank", another_key):
        one.join()
        with lying(one.page, f"**/v1{survey.removeprefix('/member')}", another_question):
            one.follow(survey)
            one.page.locator("a.button.main").click()
            for question in story.survey.questions:
                one.page.locator("progress").wait_for()
                if question.kind == "choice":
                    one.page.locator("input[type=radio]").first.check()
                else:
                    one.page.locator("input[inputmode=numeric]").fill(str(question.minimum))
                one.page.locator("button.main").click()
            assert "are not those on the record" in refusal_to_seal(one)
        one.follow("/member")
        one.follow(survey)
        one.page.locator("[data-draft] ~ div a.button.main").click()
        assert "not the one on the record" in refusal_to_seal(one)
        with lying(one.page, "**/v1/ledger", five_blocks_ago):
            one.page.locator("button.main").click()
            one.page.get_by_text("was seen on this device before").wait_for()
        one.picture("lie-older")
        assert one.page.locator("[data-confirm]").count() == 0


def refusal_to_seal(one):
    one.page.locator("dl.facts").wait_for()
    one.page.locator("button.main").click()
    said = one.page.get_by_role("alert").inner_text()
    assert one.page.locator("[data-confirm]").count() == 0
    return said


def harmless_questions(request):
    request["item_labels"] = ["Do you like tea?"] * len(request["item_labels"])


def nothing_sensitive(request):
    request["sensitive"] = []


def test_a_request_for_other_questions_is_not_shown_to_the_board(reader, company, story):
    one, key = reader("desktop", "en"), bytes(company.others["board"].key.key).hex()
    one.open(f"/board#demo={key}")
    request = f"/board/requests/{story.request_id}"
    one.follow("/board/decided")
    for pattern, lie in (
        ("**/v1/requests/*", harmless_questions),
        ("**/v1/requests/*", nothing_sensitive),
        ("**/v1/surveys/*", another_question),
    ):
        with lying(one.page, pattern, lie):
            one.follow(request)
            one.page.get_by_role("alert").wait_for()
            assert one.page.locator("[data-state], [data-accept]").count() == 0
        one.page.go_back()
        one.page.locator("table").wait_for()
    one.follow(request)
    one.page.locator("[data-decided-by]").wait_for()


def test_a_row_that_is_not_under_the_record_s_root_is_called_false(reader, company, story, tmp_path):
    if not story.releases:
        acts.release(company, story)
    person = next(each for each in company.members if each.account in story.consent_ids)
    one = reader("desktop", "en")
    one.open("/member")
    entry = Keystore(tmp_path / "row").create("member", PASSPHRASE, "scrypt-light", person.key)
    one.page.locator("input[type=file]").set_input_files(entry.path)
    one.page.locator("input[autocomplete=current-password]").fill(PASSPHRASE)
    one.page.locator("button.main").click()
    one.follow("/member/disclosures")
    one.page.locator("[data-look]").first.click()
    one.page.locator("[data-own-row] [data-mark=true]").wait_for()
    one.picture("own-row")

    def lie(proof):
        if proof["left_out"]:
            proof["suppressed"] = 0
        else:
            proof["row"]["age"] = "1-2"

    with lying(one.page, "**/v1/proofs/releases/*/row", lie):
        one.follow("/member")
        one.follow("/member/disclosures")
        one.page.locator("[data-look]").first.click()
        one.page.locator("[data-own-row] [data-mark=false]").wait_for()
    one.forgive()


def test_a_lie_that_ends_early_fails_nobody(member):
    """The liar itself: its last answers are in hand while a page has seen enough of the first."""
    bent = []
    with lying(member.page, "**/v1/bank", bent.append):
        asking = "window.asked = Promise.all(Array.from({ length: 12 }, () => fetch('/v1/bank')))"
        member.page.evaluate(f"() => {{ {asking} }}")
        while not bent:
            member.page.wait_for_timeout(1)
    assert member.page.evaluate("async () => (await window.asked).every((answer) => answer.ok)")
