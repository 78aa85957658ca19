"""What a member may let others do, and take back: documents, guardians, rules, people who act for it, rights, keys.

Each is done in the browser and looked up where it counts: on the ledger, or with the command line's own code.
"""

import json
from pathlib import Path

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data

from bank_api.protocol.kinds import KindOfCategory
from chaincode.ids import new_id
from scripts.page_browser import find_browser
from scripts.stage import guests, recovery
from tests.pages.conftest import PASSPHRASE, WAIT_MILLISECONDS, lying
from tests.pages.on_screen import go, violations
from wallet_cli import entrusted_keys, granted_files, sealed_files, sealed_records
from wallet_cli.errors import BankProblemError
from wallet_cli.keyfile import decrypt_key
from wallet_cli.keystore import Keystore
from wallet_cli.signing import escrow as escrowing
from wallet_cli.signing import partner as asking
from wallet_cli.signing import recovery as recovering

RULED = (KindOfCategory.RECIPIENTS, KindOfCategory.PURPOSES, KindOfCategory.PROCESSING)


@pytest.fixture(scope="module", autouse=True)
def ways(company, story):
    """Before anybody's key changes: they act in it too."""
    return {way.part: way for way in guests.leave_open(company, story)}


def saved(page, click):
    with page.expect_download() as download:
        click()
    return Path(download.value.path()).read_bytes()


def escrow_of(actor, title):
    return next(one for one in actor.client.escrow.escrows() if one.title == title)


@pytest.mark.parametrize(("device", "language"), [("phone", "ja"), ("desktop", "en")])
def test_a_document_is_entrusted_and_its_owner_opens_it(as_member, company, device, language):
    title, content = f"遺言 {device}.txt", "庭の柿の木は孫に。".encode()
    one = as_member(company.members[2], device, language)
    go(one, "/member/documents/new")
    page = one.page
    page.locator("button.main").click()
    assert page.get_by_role("alert").locator("li").count() >= 3, "every wrong entry is named at once"
    page.locator("#file").set_input_files({"name": title, "mimeType": "text/plain", "buffer": content})
    for place in range(2):
        page.locator("#custodians input").nth(place).check()
    one.picture(f"entrust-{language}")
    page.locator("button.main").click()
    assert title in page.locator(".sentence").inner_text()
    one.sign()
    custodians = [
        each for each in company.others.values() if each.account in escrow_of(company.members[2], title).custodians
    ]
    assert len(custodians) == 2
    for custodian in custodians:  # what the command line's custodians do with what the browser dealt
        escrow = escrow_of(custodian, title)
        escrowing.check_policy(escrow, custodian.proven.policy_hash(escrow.escrow_id))
        sealed = custodian.client.escrow.share(escrow.escrow_id)
        share = escrowing.receive_share(custodian.signer, escrow, sealed)
        custodian.client.send(escrowing.acknowledge_share(custodian.signer, escrow, share))
    assert escrowing.open_own_document(company.members[2].signer, escrow_of(company.members[2], title)) == content
    page.locator("a.button.main").click()
    page.get_by_role("heading", name=title).wait_for()
    one.see_mark("true")
    one.picture(f"documents-{language}")
    assert saved(page, page.locator("[data-open-own]").last.click) == content


def test_what_custodians_contribute_opens_it_and_a_false_part_is_named(as_member, company):
    owner = company.members[3]
    custodians = [company.others["guardian"], company.others["lawyer"]]
    escrow_id = recovery.entrust(company, owner, [owner, *custodians])
    one = as_member(owner)
    go(one, "/member/documents")
    page = one.page
    page.locator("[data-ask-opening]").click()
    page.locator("form input").fill("端末を買い替えました / I have a new phone")
    page.locator("form button.main").click()
    one.sign()
    opening_id = next(each for each in owner.client.escrow.escrows() if each.escrow_id == escrow_id).openings[-1]
    for custodian in custodians:
        recovery.contribute(custodian, escrow_id, opening_id)

    def lie(opening):
        for each in opening["contributions"] or []:
            each["sealed_base64"] = opening["contributions"][0]["sealed_base64"]

    with lying(page, "**/v1/openings/0x*", lie):
        go(one, "/member")
        go(one, "/member/documents")
        page.locator("[data-open-together]").click()
        said = page.get_by_role("alert").inner_text()
        assert [each.account in said for each in custodians].count(True) == 1, "whose part it was"
    go(one, "/member")
    go(one, "/member/documents")
    one.picture("document-together")
    assert saved(page, page.locator("[data-open-together]").click) == recovery.WILL.encode()


def test_an_opening_is_stopped_by_its_owner(as_member, company, monkeypatch):
    monkeypatch.setattr(recovery, "DELAY_SECONDS", 3600)
    owner = company.members[4]
    escrow_id = recovery.entrust(company, owner, [owner, company.others["guardian"], company.others["lawyer"]])
    asker = company.others["lawyer"]
    opening = asker.client.send(escrowing.ask_opening(asker.signer, escrow_id, "because")).id
    one = as_member(owner)
    one.page.locator("[data-kind=opening-asked] a").first.click()
    one.page.locator("[data-stop]").first.click()
    one.sign()
    assert owner.client.escrow.opening(opening).state == "vetoed"


def kept(actor, folder):
    """A document and a record of a member's, sealed to nobody else."""
    (folder / "letter.txt").write_text("何年か後の私へ")
    told = (actor.client.files, actor.signer, folder / "letter.txt", "letter.txt", "text/plain", None)
    sealed_files.put_file(*told, lambda done, whole: None)
    box = own_box(actor)
    sealed_records.put(
        actor.client.boxes, box, actor.signer.encryption, "today", sealed_records.Record({"mood": "calm"})
    )


def own_box(actor):
    key = sealed_records.box_key(actor.account, "diary", actor.signer.encryption)
    return sealed_records.Box(actor.account, "diary", key, actor.signer.encryption.public)


def opens(actor):
    """Titles of documents, and names of records, that this key opens."""
    files = sealed_files.own_files(actor.client.files, actor.signer)
    found = sealed_records.find(actor.client.boxes, own_box(actor), actor.signer.encryption, {"mood": "calm"})
    return [one.cover.title for one in files if one.cover], list(found)


def in_browser(company, page, account=None):
    """Who has the wallet that the browser keeps, as a client of Python's."""
    file = json.loads(page.evaluate("localStorage['azukari.wallet']"))["keyfile"]
    key = Account.from_key(decrypt_key(file, PASSPHRASE))
    return company.actor("in the browser", key, account=account or key.address)


def test_a_lost_key_is_recovered_by_guardians_hand_by_hand(reader, as_member, company, tmp_path):
    person, guardians = company.members[5], company.members[6:8]
    person.client.send(recovering.name_guardians(person.signer, [each.account for each in guardians], 2, 2))
    kept(person, tmp_path)
    entrusted = {each.account: each.signer.encryption.public for each in guardians}
    entrusted_keys.entrust(person.client.kept_keys, person.signer, entrusted, 2)
    fresh = reader("phone", "en")
    fresh.open("/member")
    fresh.follow("/member/recovery")
    page = fresh.page
    page.locator("#account").fill(person.account)
    page.locator("#evidence").set_input_files({"name": "passport.txt", "mimeType": "text/plain", "buffer": b"seen"})
    for entry in ("#passphrase", "#again"):
        page.locator(entry).fill(PASSPHRASE)
    with page.expect_download(lambda download: download.suggested_filename == "recovery-1.json") as download:
        page.locator("[data-ask]").click()
    file = tmp_path / "recovery.json"
    file.write_bytes(Path(download.value.path()).read_bytes())
    fresh.picture("recovery-asked")
    for guardian in guardians:
        helper = as_member(guardian, "desktop", "ja")
        go(helper, "/member/recovery")
        helper.page.locator("#recovery-file").set_input_files(file)
        assert person.account in helper.page.locator(".sentence").inner_text()
        file.write_bytes(saved(helper.page, helper.page.locator("[data-confirm]").click))
    helper.picture("recovery-approve")
    helper.page.locator("[data-begin]").click()
    helper.page.locator("[data-told]").wait_for()
    page.locator("#recovery-file").set_input_files(file)
    for _ in range(60):
        page.locator("[data-finish]").click()
        page.locator("[data-told], .note.bad").first.wait_for()
        if page.locator("[data-told]").count():
            break
        page.wait_for_timeout(500)
    fresh.forgive("status of")  # too early was said in the console too
    page.locator("[data-told] a").click()
    page.locator("input[autocomplete=current-password]").fill(PASSPHRASE)
    page.locator("button.main").click()
    page.locator("[data-coins]").wait_for()
    assert "1 documents, 1 records" in page.locator("[data-rewrapped]").inner_text()
    assert opens(in_browser(company, page, person.account)) == (["letter.txt"], ["today"])
    go(fresh, "/member/passbook")
    fresh.see_mark("true")
    with pytest.raises(BankProblemError, match="not enrolled"):  # the old key is worth nothing now
        company.actor(person.name, person.key).client.member.me()


def no_recovery(inbox):
    inbox["items"] = [one for one in inbox["items"] if one["kind"] != "recovery-asked"]


def test_whoever_still_has_the_key_stops_a_recovery(as_member, company):
    person, guardians, thief = company.members[8], company.members[6:8], company.newcomer("thief")
    named = [*guardians, company.members[9]]  # where every guardian approves, no veto helps
    person.client.send(recovering.name_guardians(person.signer, [each.account for each in named], 2, 3600))
    asked = recovering.ask_recovery(thief.signer, person.account, new_id())
    for guardian in guardians:
        asked = recovering.approve_recovery(guardian.signer, asked)
    guardians[0].client.recovery.begin(asked)
    one = as_member(person, "phone", "ja")
    one.page.locator("[data-recovery]").wait_for()
    one.see_mark("true")
    with lying(one.page, "**/v1/inbox*", no_recovery):
        one.follow("/member/passbook")
        one.follow("/member")
        one.page.locator("[data-stop-recovery]").wait_for()  # the record tells it, whatever the bank tells
        one.picture("lie-recovery")
    one.page.locator("[data-stop-recovery]").click()
    one.sign()
    one.picture("recovery-stopped")
    assert company.actor(person.name, person.key).client.member.me().account == person.account


def test_no_stop_is_offered_where_every_guardian_approved(as_member, company):
    person, guardians, fresh = company.members[13], company.members[6:8], company.newcomer("fresh")
    person.client.send(recovering.name_guardians(person.signer, [each.account for each in guardians], 2, 3600))
    asked = recovering.ask_recovery(fresh.signer, person.account, new_id())
    for guardian in guardians:
        asked = recovering.approve_recovery(guardian.signer, asked)
    guardians[0].client.recovery.begin(asked)
    one = as_member(person, "phone", "ja")
    one.page.locator("[data-certain]").wait_for()
    assert one.page.locator("[data-stop-recovery]").count() == 0
    one.picture("recovery-certain")


def test_guardians_are_named(as_member, company):
    one = as_member(company.members[10], "phone", "ja")
    go(one, "/member/guardians")
    page = one.page
    page.locator("button.main").click()
    page.get_by_role("alert").wait_for()
    for place in range(2):
        page.locator("input[type=checkbox]").nth(place).check()
    page.locator("button.main").click()
    one.sign()
    kinds = [line.kind for line in company.members[10].client.member.passbook().entries]
    assert "guardians-named" in kinds


def test_a_standing_rule_is_set_and_ended(as_member, company, story):
    operator = company.operator.client
    for kind, name in zip(RULED, ("研究 / Research", "放送 / Broadcasting", "匿名加工 / Anonymized"), strict=True):
        operator.rules.name_category(kind, 1, name)
    person = company.members[2]
    one = as_member(person, "phone", "ja")
    go(one, "/member/rules")
    one.follow("/member/rules/new")
    page = one.page
    assert page.locator("#items input:checked").count() == 0, "nothing is preselected"
    sensitive = {each.key for each in story.survey.questions if each.role == "sensitive"}
    offered = {each.get_attribute("value") for each in page.locator("#items input").all()}
    assert sensitive
    assert not sensitive & offered
    page.locator("button.main").click()
    assert page.get_by_role("alert").locator("li").count() == 4
    page.locator('#items input[value="age"]').check()
    for kind in RULED:
        page.locator(f"#{kind.value} input").first.check()
    page.locator("button.main").click()
    one.picture("rule-sign")
    one.sign()
    rule = person.client.rules.mine()[-1]
    assert (rule.items, rule.state) == (["age"], "active")
    page.locator("a.button.main").click()
    page.locator("[data-end-rule]").first.click()
    one.sign()
    assert person.client.rules.mine()[-1].state != "active"


def test_somebody_acts_for_another_and_both_see_it(as_member, company, story):
    ward, helper = company.members[11], company.members[12]
    one = as_member(ward)
    go(one, "/member/acting")
    page = one.page
    page.locator("#delegate").fill(helper.account)
    for scope in ("coupon", "coin"):
        page.locator(f'#scopes input[value="{scope}"]').check()
    page.locator("form button.main").click()
    one.sign()
    assert ward.client.wards.delegations().given[0].scopes == ["coin", "coupon"]
    other = as_member(helper, "phone", "ja")
    go(other, "/member/acting")
    other.page.locator("[data-act-for]").click()
    other.page.locator("[data-ward]").wait_for()
    go(other, "/member/coupons")
    other.page.locator('a.card[href^="/member/coupons/0x"]').first.click()
    other.page.locator("select").wait_for()
    other.picture("acting")
    other.page.locator("button.main").click()
    other.sign()
    assert "purchase" in [line.kind for line in ward.client.member.passbook().entries[-2:]]
    other.page.locator("[data-ward] button").click()
    other.page.locator("[data-act-for]").wait_for()
    go(one, "/member")
    go(one, "/member/acting")
    page.locator("[data-end-delegation]").click()
    one.sign()
    assert ward.client.wards.delegations().given[0].state not in ("active", "waiting")
    other.forgive()  # what a helper may not read is refused, and said so


def test_a_right_is_asked_for_and_answered(reader, as_member, company, ways):
    person = company.members[3]
    one = as_member(person, "phone", "ja")
    go(one, "/member/rights")
    page = one.page
    page.locator("[data-ask-right]").click()
    left_out = page.locator('input[value="correction"]')
    assert left_out.evaluate("entry => entry.validationMessage") == "一つ以上選んでください"
    left_out.check()
    page.locator("textarea").fill("生まれた年は 1981 年です")
    page.locator("[data-ask-right]").click()
    page.locator("[data-right=correction]").wait_for()
    one.picture("rights")
    content = json.loads(saved(page, page.locator("[data-export]").click))
    assert content["account"] == person.account
    assert content["answers"][0]["values"]["age"] > 0, "opened here"
    desk = reader("desktop", "en")
    desk.page.goto(ways["operator"].link(company.connection.base_url))
    desk.page.locator("[data-due=right]").first.click()
    card = desk.page.locator("[data-right=correction]").first
    assert "30 days left" in card.inner_text() or "29 days left" in card.inner_text()
    card.locator("textarea").fill("Corrected.")
    desk.picture("operator-rights")
    card.locator("[data-done]").click()
    desk.page.locator("[data-confirm]").click()
    desk.page.locator("#signing[role=status]").wait_for()
    assert person.client.rights.mine()[-1].answer == "Corrected."


def test_everything_is_erased_after_it_was_told(reader, company, story):
    one = reader("phone", "en")
    one.join()
    go(one, "/member/rights")
    one.follow("/member/erase")
    page = one.page
    assert page.locator("[data-erase]").is_disabled()
    page.locator("input[type=checkbox]").check()
    one.picture("erase")
    page.locator("[data-erase]").click()
    assert "nobody can undo it" in page.locator(".sentence").inner_text()
    page.locator("[data-confirm]").click()
    page.locator("#signing[role=status]").wait_for()
    assert one.page.evaluate("localStorage['azukari.wallet']") is None


# ---- keys and devices ----


def test_the_key_is_changed_and_the_old_one_is_worth_nothing(reader, company, story, tmp_path):
    one = reader("phone", "en")
    one.join()
    old = in_browser(company, one.page)
    kept(old, tmp_path)
    friend = company.members[9]
    until, key = old.signer.now() + 3600, friend.signer.encryption.public
    url, box = company.connection.base_url, own_box(old)
    sealed_records.let_in(old.signer, url, old.client.boxes, box, friend.account, key, until, may_write=False)
    [letter] = sealed_files.own_files(old.client.files, old.signer)
    granted = granted_files.grant_file(old.client.file_grants, old.signer, url, letter, friend.account, key, until)
    go(one, "/member/devices")
    page = one.page
    before = json.loads(page.evaluate("localStorage['azukari.wallet']"))["keyfile"]["address"]
    page.locator("input[type=password]").first.wait_for()
    for entry in page.locator("input[type=password]").all():
        entry.fill(PASSPHRASE)
    page.locator("[data-open-grants] li").nth(1).wait_for()
    assert page.locator("[data-open-grants] li").count() == 2
    page.locator("[data-goes-on]").check()
    with page.expect_download() as download:
        page.locator("[data-rotate]").click()
    assert download.value.suggested_filename.startswith("azukari-")
    one.sign()
    now = json.loads(page.evaluate("localStorage['azukari.wallet']"))["keyfile"]["address"]
    assert now != before
    page.reload()
    page.locator("input[autocomplete=current-password]").fill(PASSPHRASE)
    page.locator("button.main").click()
    page.get_by_role("heading", name="Devices and key").wait_for()
    go(one, "/member")
    page.locator("[data-rewrapped]").wait_for()
    assert "1 documents, 1 records" in page.locator("[data-rewrapped]").inner_text()
    renewed = in_browser(company, page, old.account)
    assert opens(renewed) == (["letter.txt"], ["today"])
    handed = friend.client.file_grants.cover(granted.grant_id)
    proven = friend.proven.anybody(old.account)
    assert proven.word.key.lower() == "0x" + now
    cover = granted_files.received_cover(
        friend.signer.encryption, handed, url, proven, friend.account, granted.grant_id
    )
    assert cover.title == "letter.txt"
    [let] = [each for each in friend.client.boxes.received() if each.owner == old.account]
    theirs = sealed_records.received_box(let, friend.signer.encryption, url, proven)
    assert list(sealed_records.find(friend.client.boxes, theirs, friend.signer.encryption)) == ["today"]


def y4m(path, code):
    """A camera's film of one code, a few grey pictures long (YUV4MPEG2)."""
    import segno

    matrix = [list(row) for row in segno.make(code, error="m", micro=False).matrix]
    side, quiet = 600, 4
    scale = side // (len(matrix) + 2 * quiet)
    margin = (side - scale * len(matrix)) // 2
    light = bytes([235])
    rows = []
    for y in range(side):
        row = bytearray(light * side)
        line = (y - margin) // scale
        if 0 <= line < len(matrix):
            for x, dark in enumerate(matrix[line]):
                if dark:
                    start = margin + x * scale
                    row[start : start + scale] = bytes([16]) * scale
        rows.append(bytes(row))
    frame = b"FRAME\n" + b"".join(rows) + bytes([128]) * (side * side // 2)
    path.write_bytes(f"YUV4MPEG2 W{side} H{side} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 4)


@pytest.fixture
def camera(browser, company, tmp_path):
    """A phone whose camera sees one code: `camera(code)` is its page."""
    opened = []

    def make(code):
        y4m(tmp_path / "code.y4m", code)
        seeing = browser.browser_type.launch(
            executable_path=find_browser(),
            args=[
                *("--no-sandbox", "--disable-dev-shm-usage", "--use-fake-device-for-media-stream"),
                *("--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={tmp_path / 'code.y4m'}"),
            ],
        )
        opened.append(seeing)
        context = seeing.new_context(viewport={"width": 360, "height": 740}, locale="ja-JP")
        context.set_default_timeout(WAIT_MILLISECONDS)
        return context.new_page()

    yield make
    for each in opened:
        each.close()


def test_a_second_device_has_the_wallet_by_its_camera(reader, camera, company, story):
    one = reader("phone", "en")
    one.join()
    go(one, "/member/devices")
    assert one.page.locator("[data-qr]").count() == 0, "shown only when it is asked for"
    one.page.locator("[data-second]").click()
    one.picture("second-device")
    code = one.page.locator("[data-qr]").get_attribute("data-qr")
    second = camera(code)
    second.goto(company.connection.base_url + "/member")
    second.locator("[data-scan]").click()
    second.locator("input[autocomplete=current-password]").fill(PASSPHRASE)
    second.locator("button.main").click()
    second.locator("[data-coins]").wait_for()


def test_an_invitation_s_code_is_read_by_the_camera(reader, camera, company, story):
    page = camera(f"{company.connection.base_url}/member/join#{reader('phone', 'ja').invited()}")
    page.goto(company.connection.base_url + "/member")
    page.locator("[data-scan]").click()
    page.get_by_role("button", name="読みました").wait_for()


def test_a_shop_s_code_is_read_by_the_camera(camera, company, story, tmp_path):
    shop, person = company.others["shop"], company.members[4]
    offer = next(each for each in shop.client.public.coupon_classes() if each.issuer == company.others["cafe"].account)
    offered = shop.client.shop.offer_redemption(asking.offer_redemption(shop.signer, offer))
    page = camera(f"{company.connection.base_url}/member/redeem/{offered.redemption_id}")
    page.goto(company.connection.base_url + "/member")
    page.locator("input[type=file]").set_input_files(
        Keystore(tmp_path).create("member", PASSPHRASE, "scrypt-light", person.key).path
    )
    page.locator("input[autocomplete=current-password]").fill(PASSPHRASE)
    page.locator("button.main").click()
    page.locator("[data-coins]").wait_for()
    page.locator('a[href="/member/redeem"]').click()
    page.locator("[data-scan]").click()
    page.wait_for_url(f"**/member/redeem/{offered.redemption_id}")
    page.locator(".sentence").wait_for()


OUTSIDE = """
  const provider = { request: ({ method, params }) => window.askOutside(method, JSON.stringify(params ?? [])) };
  const info = { uuid: "1", name: "Own wallet", icon: "data:,", rdns: "example.own" };
  addEventListener("eip6963:requestProvider", () =>
    dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) })));
"""


def test_one_s_own_ethereum_wallet_signs_and_its_key_stays_there(reader, company, story):
    own, asked = Account.create(), []

    def answer(method, params):
        given = json.loads(params)
        asked.append(method)
        if method == "eth_requestAccounts":
            return [own.address]
        if method == "personal_sign":
            return own.sign_message(encode_defunct(hexstr=given[0])).signature.to_0x_hex()
        if method == "eth_signTypedData_v4":
            assert given[0] == own.address
            return own.sign_message(encode_typed_data(full_message=json.loads(given[1]))).signature.to_0x_hex()
        return None

    one = reader("desktop", "en")
    one.page.expose_function("askOutside", answer)
    one.page.add_init_script(OUTSIDE)
    one.open(f"/member/join#{one.invited()}")
    page = one.page
    page.locator("button.main").click()
    page.locator('input[value="example.own"]').check()
    page.locator("input[type=password]").first.wait_for()
    for entry in page.locator("input[type=password]").all():
        entry.fill(PASSPHRASE)
    one.picture("outside-wallet")
    page.locator("button.main").click()
    one.sign()
    page.locator("a.button.main").click()
    page.locator("[data-coins]").wait_for()
    assert company.operator.client.session.get(f"/v1/operator/people?sought={own.address}")["found"] == 1
    assert {"wallet_switchEthereumChain", "eth_signTypedData_v4", "personal_sign"} <= set(asked)
    assert own.key.hex() not in page.evaluate("JSON.stringify(localStorage)")
    page.reload()
    page.locator("input[autocomplete=current-password]").fill(PASSPHRASE)
    page.locator("button.main").click()
    page.locator("[data-coins]").wait_for()


@pytest.mark.parametrize(("device", "language", "scheme"), [("phone", "ja", "light"), ("desktop", "en", "dark")])
def test_axe_finds_nothing_on_these_screens(reader, company, story, device, language, scheme):
    one = reader(device, language, color_scheme=scheme)
    one.join()
    for path in ("documents/new", "rules", "rules/new", "acting", "rights", "erase", "devices", "recovery"):
        go(one, f"/member/{path}")
        assert violations(one) == [], path
        assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
