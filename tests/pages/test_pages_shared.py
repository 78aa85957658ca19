"""What goes from hand to hand or is held by several: registrations, boxes, custodians who change, the board's key.

Every step is taken by the keyboard alone; what other people do is done by the command line's own code, so that the two
must understand each other. Each screen that is met is looked at by axe and is no wider than the device.
"""

import re
from pathlib import Path

import pytest

from bank_api.protocol.shapes.boxes import AppBody
from chaincode.bindings import Role
from chaincode.ids import id_from_hex
from scripts.stage import acts, guests, recovery, survey
from tests.pages.conftest import PASSPHRASE, lying
from tests.pages.on_screen import go, look
from wallet_cli import papers, resharing
from wallet_cli import sealed_records as records
from wallet_cli.bank_client import Organization
from wallet_cli.bank_client.boxes import RecordsFace, SignedCalls
from wallet_cli.signing import escrow as escrowing
from wallet_cli.signing import seats as seating
from wallet_cli.signing import shared_key as keeping
from wallet_cli.signing.encryption_key import publish_key

TABS = 150
"""More stops than any screen has."""


@pytest.fixture(scope="module")
def shared(company):
    """A survey with answers, and a request whose release is awaited."""
    story = acts.Story()
    acts.publish_survey(company, story)
    acts.answer(company, story, survey.respondents(len(company.members)), lambda: None)
    return {way.part: way.actor for way in guests.leave_open(company, story)}


@pytest.fixture
def at(reader, company):
    """`at("board", actor)`: before the screens of a part, as somebody of the cast."""

    def make(part, actor, device="desktop", language="en"):
        one = reader(device, language)
        one.page.goto(guests.WayIn(part, actor).link(company.connection.base_url))
        one.page.locator("nav a").first.wait_for()
        return one

    return make


def reach(one, selector):
    """Go on from stop to stop until there."""
    one.page.locator(selector).first.wait_for()
    for _ in range(TABS):
        one.page.keyboard.press("Tab")
        if one.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not come to {selector}")


def press(one, selector, key="Enter"):
    reach(one, selector)
    one.page.keyboard.press(key)


def write(one, selector, text):
    reach(one, selector)
    one.page.keyboard.press("Control+A")
    one.page.keyboard.insert_text(text)


def sign(one):
    assert one.page.locator(".sentence").inner_text()
    press(one, "[data-confirm]")
    one.page.locator("#signing[role=status], .note.bad").first.wait_for()
    assert one.page.locator(".note.bad").count() == 0, one.page.locator(".note.bad").first.inner_text()


def saved(one, selector):
    with one.page.expect_download() as download:
        press(one, selector)
    return Path(download.value.path()).read_text()


def fresh(one, path):
    """To a screen that is asked for anew."""
    go(one, f"/{path.split('/')[1]}/keys")
    go(one, path)


def hand(one, selector, *texts):
    """A file entry is a stop too; what is chosen in the system's own window is given here."""
    reach(one, selector)
    given = [
        {"name": f"{place}.json", "mimeType": "application/json", "buffer": text.encode()}
        for place, text in enumerate(texts)
    ]
    one.page.locator(selector).set_input_files(given)


def test_somebody_without_an_invitation_asks_is_refused_and_let_in_after_all(reader, at, company):
    one, operator = reader("phone", "ja"), at("operator", company.operator)
    page, desk = one.page, operator.page
    one.open("/member")
    press(one, 'a[href="/member/register"]')
    press(one, "button.main")
    assert page.get_by_role("alert").locator("li").count() == 3, "name, who one is, and a passphrase"
    write(one, "#name", "佐藤 葵")
    write(one, "#words", "営業部、大阪。社員番号 4711")
    write(one, "#email", "aoi@")
    write(one, "#passphrase", PASSPHRASE)
    write(one, "#again", PASSPHRASE + "x")
    press(one, "button.main")
    for entry in ("email", "again"):
        page.locator(f"#{entry}-wrong").wait_for()
    look(one, "register-ja")
    write(one, "#email", "aoi@example.jp")
    write(one, "#again", PASSPHRASE)
    press(one, "button.main")
    assert "社員番号 4711" in page.locator(".sentence").inner_text()
    press(one, "[data-confirm]")
    page.locator("[data-registration=waiting]").wait_for()
    page.reload()  # a key that is locked again: how it stands is told without it
    page.locator("[data-registration=waiting]").wait_for()
    look(one, "register-waiting")
    fresh(operator, "/operator")
    press(operator, "[data-due=registration]")
    card = "[data-registration=waiting]"
    desk.locator(card).wait_for()
    assert desk.locator("[data-turn-down]").is_disabled(), "a reason first"
    write(operator, f"{card} input", "Which 佐藤? Two people of this name work in Osaka.")
    look(operator, "operator-registrations")
    press(operator, "[data-turn-down]")
    sign(operator)
    press(one, "[data-look]")
    page.locator("[data-registration=refused]").wait_for()
    assert "Two people" in page.locator("[data-reason]").inner_text()
    look(one, "register-refused")
    go(operator, "/operator/people")
    press(operator, "[data-registrations]")
    desk.locator("[data-empty]").wait_for()
    press(operator, "input[type=checkbox]", "Space")
    press(operator, "[data-let-in]")
    sign(operator)
    press(one, "[data-look]")
    press(one, "[data-registration=approved] a")
    press(one, "button.main")
    write(one, "input[type=password]", PASSPHRASE)
    press(one, "button.main")
    sign(one)
    press(one, "a.button.main")
    page.locator("[data-coins]").wait_for()
    assert "佐藤 葵" in [each.name for each in company.operator.client.office.people("佐藤").people]


def test_boxes_are_read_and_somebody_is_let_in_and_out(at, company):
    owner, friend, app = company.members[2], company.members[3], company.newcomer("tea diary")
    url, face = company.connection.url, owner.client.boxes
    company.operator.client.boxes.register(
        AppBody(
            app_id="tea-diary",
            name="お茶の日記 / Tea diary",
            key=str(app.key.address),
            encryption_key=app.signer.encryption.public.to_hex(),
        )
    )
    one = at("member", owner, "phone", "ja")
    page = one.page
    go(one, "/member")
    press(one, 'a[href="/member/boxes"]')
    page.locator("[data-empty]").wait_for()
    look(one, "boxes-none")
    box = records.own_box(owner.signer, url, "diary", face, lambda _account: "")
    made = records.Record({"気分 / mood": "穏やか", "cups": 2, "rain": False}, ("茶",), (("after", "first"),))
    records.put(face, box, owner.signer.encryption, "second", made)
    fresh(one, "/member/boxes")
    press(one, 'a[href="/member/boxes/diary"]')
    assert "穏やか" in page.locator("[data-record=second]").inner_text()
    press(one, "[data-let-in]")
    press(one, "[data-go-on]")
    assert page.get_by_role("alert").locator("li").count() == 1
    press(one, "input[name=to]", "Space")  # the app stands first
    look(one, "box-let-in")
    press(one, "[data-go-on]")
    sign(one)
    look(one, "box-admitted")
    calls = RecordsFace(SignedCalls(company.connection, "tea-diary", app.key))
    [received] = calls.received()
    opened = records.received_box(received, app.signer.encryption, url, owner.proven.account(owner.account))
    read = records.get(calls, opened, app.signer.encryption, "second")
    assert (read.fields["cups"], read.labels) == (2, ("茶",)), "sealed to it by the browser"
    person = company.actor(friend.name, friend.key)
    identity = f'{{"account": "{friend.account}", "encryption_key": "{person.signer.encryption.public.to_hex()}"}}'
    go(one, "/member/boxes")
    page.locator("[data-reading=read]").wait_for()
    look(one, "boxes")
    press(one, 'a[href="/member/boxes/diary"]')
    press(one, "[data-let-in]")
    press(one, "input[name=to]", "Space")
    page.keyboard.press("ArrowDown")
    write(one, "#identity", "not an identity")
    press(one, "[data-go-on]")
    page.locator("#identity-wrong").wait_for()
    write(one, "#identity", identity)
    press(one, "[data-go-on]")
    sign(one)
    other = at("member", friend, "desktop", "en")
    go(other, "/member/boxes")
    press(other, f'a[href="/member/boxes/diary/{owner.account}"]')
    other.page.locator("[data-record=second]").get_by_text("after: first").wait_for()
    other.see_mark("true")
    look(other, "box-received")
    with lying(page, "**/v1/me/box-grants", lambda answer: answer["grants"][0].update(until=4_000_000_000)):
        fresh(one, "/member/boxes/diary")
        page.get_by_role("alert").wait_for()  # nobody signed that
    fresh(one, "/member/boxes/diary")
    look(one, "box")
    write_records(one, other, owner)
    read = records.get(calls, opened, app.signer.encryption, "third")
    assert (dict(read.fields), read.labels, read.links) == (
        {"気分 / mood": "うれしい", "cups": 3},
        ("茶", "朝"),
        (("", "second"),),
    ), "sealed to the app as well, and as the command line writes it"
    strike_off(at, company)
    press(one, "[data-let-out]")
    page.locator("[data-live=false]").nth(1).wait_for()
    assert [each.is_live for each in face.grants()] == [False, False]
    fresh(other, "/member/boxes")
    other.page.locator("[data-received='0']").wait_for()


def write_records(one, other, owner):
    """A new record, one written anew, one removed; who may only read is offered none of it."""
    page = one.page
    go(other, f"/member/boxes/diary/{owner.account}")
    other.page.locator("[data-record=second]").wait_for()
    assert other.page.locator("[data-write], [data-change], [data-remove]").count() == 0
    press(one, "[data-write]")
    write(one, "#record", "Third record")
    press(one, "[data-keep]")
    assert page.get_by_role("alert").locator("li").count() == 2, "its name, and nothing written"
    write(one, "#record", "third")
    write(one, "#field-0", "気分 / mood")
    write(one, "#value-0", "穏やか")
    press(one, "[data-add]")
    write(one, "#field-1", "cups")
    write(one, "#value-1", "３")  # as Japanese keyboards write it
    write(one, "#labels", "茶、朝")
    press(one, 'input[value="second"]', "Space")
    look(one, "record-editor")
    press(one, "[data-keep]")
    page.locator("[data-told]").wait_for()
    press(one, "[data-record=third] [data-change]")
    write(one, "#value-1", "うれしい")  # fields stand in one order, as the record has them
    press(one, "[data-keep]")
    page.locator("[data-record=third]").get_by_text("うれしい").wait_for()
    press(one, "[data-write]")
    write(one, "#record", "fourth")
    write(one, "#field-0", "a")
    press(one, "[data-keep]")
    press(one, "[data-record=fourth] [data-remove]")
    press(one, "[data-remove-sure]")
    page.locator("[data-record=fourth]").wait_for(state="detached")
    look(one, "box-written")


def strike_off(at, company):
    """The operator's list of apps: one more is taken up, gets other keys, and the first is struck off."""
    desk, app = at("operator", company.operator), company.newcomer("app")
    identity = f'{{"account": "{app.account}", "encryption_key": "{app.signer.encryption.public.to_hex()}"}}'
    press(desk, 'a[href="/operator/apps"]')
    press(desk, "form button.main")
    assert desk.page.get_by_role("alert").locator("li").count() == 3
    for name, id_given in (("体重計 / Scales", "scales"), (None, "scales")):
        fresh(desk, "/operator/apps")
        write(desk, "#app-id", id_given)
        write(desk, "#app-name", name) if name else desk.page.locator("[data-known]").wait_for()
        write(desk, "#identity", identity)
        look(desk, "operator-apps")
        press(desk, "form button.main")
        sign(desk)
        app = company.newcomer("app")
        identity = f'{{"account": "{app.account}", "encryption_key": "{app.signer.encryption.public.to_hex()}"}}'
    fresh(desk, "/operator/apps")
    press(desk, "[data-app=tea-diary] [data-order=remove]")
    sign(desk)
    assert [each.app_id for each in company.operator.client.boxes.apps()] == ["scales"]


@pytest.fixture(scope="module")
def notary(company):
    """A custodian who comes later."""
    actor = company.newcomer("公証人 / Notary")
    key = actor.signer.encryption.public.to_hex()
    company.operator.client.operator.enroll(
        Organization(account=actor.account, role="custodian", name=actor.name, parent=None, encryption_key=key)
    )
    actor.client.send(publish_key(actor.signer))
    return actor


def escrow_of(actor, escrow_id):
    return next(one for one in actor.client.escrow.escrows() if one.escrow_id == escrow_id)


def share_of(actor, escrow):
    return escrowing.receive_share(actor.signer, escrow, actor.client.escrow.share(escrow.escrow_id))


def acknowledge(escrow_id, *actors):
    for one in actors:
        escrow = escrow_of(one, escrow_id)
        one.client.send(escrowing.acknowledge_share(one.signer, escrow, share_of(one, escrow)))


def test_a_custodian_is_replaced_and_an_heir_has_the_document_opened_with_words_from_paper(reader, at, company, notary):
    owner, heir = company.members[4], company.members[5]
    guardian, lawyer = company.others["guardian"], company.others["lawyer"]
    custodians = [
        escrowing.known_custodian(one, owner.proven.account(one.account))
        for one in owner.client.escrow.custodians()
        if one.account in (guardian.account, lawyer.account)
    ]
    will, names = recovery.WILL.encode(), {guardian.account: guardian, lawyer.account: lawyer, notary.account: notary}
    draft = escrowing.entrust_document(owner.signer, "遺言 / Will", will, custodians, 2, heir=heir.account)
    old = owner.client.send(draft).id
    acknowledge(old, guardian, lawyer)

    # 1. the owner's word: the notary besides, and the lawyer leaves
    mine = at("member", owner, "phone", "ja")
    page = mine.page
    go(mine, "/member/documents")
    press(mine, f'a[href="/member/documents/{old}/custodians"]')
    press(mine, "[data-begin]")
    page.get_by_role("alert").locator("li").wait_for()  # the same as now
    press(mine, f'input[value="{notary.account}"]', "Space")
    look(mine, "custodians")
    press(mine, "[data-begin]")
    assert "公証人" in page.locator(".sentence").inner_text()
    word = saved(mine, "[data-confirm]")
    asked = resharing.Round.model_validate_json(word)
    assert asked.custodians[-1] == notary.account
    assert len(asked.custodians) == 3

    # 2. present ones deal: one in a browser, one by the command line
    first, second = (names[account] for account in asked.dealers)
    dealing = at("custodian", first, "desktop", "ja")
    press(dealing, 'a[href="/custodian/deal"]')
    hand(dealing, "#round-file", "{}")
    dealing.page.get_by_role("alert").wait_for()
    bent = re.sub(r'"threshold": \d', '"threshold": 3', word)
    hand(dealing, "#round-file", bent)
    dealing.page.get_by_role("alert").filter(has_text="署名").wait_for()
    hand(dealing, "#round-file", word)
    dealing.page.locator("[data-round]").wait_for()
    look(dealing, "deal")
    dealt = saved(dealing, "[data-deal]")
    escrow = escrow_of(second, old)
    people = [
        escrowing.known_custodian(each, second.proven.account(each.account))
        for account in asked.custodians
        for each in second.client.escrow.custodians()
        if each.account == account
    ]
    other = resharing.deal(second.signer, escrow, asked, people, share_of(second, escrow)).model_dump_json()

    # 3. the owner closes: one deal is too few, a false one is named
    fresh(mine, f"/member/documents/{old}/custodians")
    hand(mine, "#round-files", word, dealt)
    page.locator("[data-dealt='1']").wait_for()
    hand(mine, "#round-files", dealt.replace('"deal_base64"', '"deal_base64" '))
    page.locator("[data-dealt='1']").wait_for()  # the same again
    hand(mine, "#round-files", other)
    assert "公証人" in page.locator(".sentence").inner_text()
    sign(mine)
    look(mine, "custodians-closed")
    new = next(one for one in owner.client.escrow.escrows() if one.replaces == old)
    assert (new.state, new.heir) == ("created", heir.account)

    # what was dealt opens in a browser and by the command line
    keeper = at("custodian", notary, "phone", "ja")
    press(keeper, f'a[href="/custodian/shares/{new.escrow_id}"]')
    keeper.page.locator("[data-verified]").wait_for()
    keeper.see_mark("true")
    press(keeper, "button.main")
    sign(keeper)
    acknowledge(new.escrow_id, guardian, lawyer)
    assert [escrow_of(owner, each).state for each in (old, new.escrow_id)] == ["replaced", "active"]

    # on paper
    fresh(keeper, f"/custodian/shares/{new.escrow_id}")
    press(keeper, "[data-drill]")
    keeper.page.locator("[data-drilled]").wait_for()
    press(keeper, "[data-to-paper]")
    look(keeper, "paper-before")
    press(keeper, "[data-show-words]")
    words = keeper.page.locator("[data-paper] li").all_inner_texts()
    assert len(words) == 33
    look(keeper, "paper")
    write(keeper, "#words", " ".join([*words[:4], "acadamic", *words[5:]]))
    press(keeper, "[data-words] button")
    assert "5" in keeper.page.locator("#words-wrong").inner_text()
    write(keeper, "#words", " ".join(words[:-1]))
    press(keeper, "[data-words] button")
    keeper.page.locator("#words-wrong").wait_for()
    write(keeper, "#words", " ".join(word.upper() for word in words))
    press(keeper, "[data-words] button")
    keeper.page.locator("[data-paper-right]").wait_for()

    # the heir asks; a share that does not open any more is typed from the paper
    asking = at("member", heir, "phone", "ja")
    go(asking, "/member/documents")
    asking.page.locator("[data-heir]").first.wait_for()
    assert asking.page.locator("[data-open-own], [data-custodians]").count() == 0
    press(asking, "[data-ask-opening]")
    write(asking, "form input", "父が亡くなりました / My father has died")
    look(asking, "heir")
    press(asking, "form button.main")
    sign(asking)
    opening = next(iter(escrow_of(heir, new.escrow_id).openings))

    def closed(answer):
        answer["sealed_base64"] = answer["sealed_base64"][:-4] + "AAA="

    with lying(keeper.page, "**/v1/escrows/*/share", closed):
        go(keeper, "/custodian")
        press(keeper, f'a[href="/custodian/openings/{opening}"]')
        keeper.page.locator("[data-words]").wait_for()
        assert keeper.page.locator("[data-contribute]").is_disabled()
        write(keeper, "#words", " ".join(words))
        look(keeper, "opening-by-paper")
        press(keeper, "[data-words] button")
        keeper.page.locator("[data-from-paper]").wait_for()
        press(keeper, "[data-contribute]")
        keeper.page.locator(".sentence").wait_for()
        sign(keeper)
    recovery.contribute(guardian, new.escrow_id, opening)
    fresh(asking, "/member/documents")
    assert saved(asking, "[data-open-together]").encode() == will
    open_with_papers(reader, asking, guardian, new.escrow_id, words, will)


def open_with_papers(reader, heir, guardian, escrow_id, words, will):
    """Two papers are enough: for the heir from the bank; for anybody, without wallet or network, from a file."""
    escrow = escrow_of(guardian, escrow_id)
    number, _, other = papers.paper_line(share_of(guardian, escrow)).partition(" ")
    anybody = reader("phone", "en")
    anybody.open("/member")
    press(anybody, 'a[href="/member/papers"]')
    hand(anybody, "#papers-file", "{}")
    anybody.page.get_by_role("alert").wait_for()
    anybody.page.context.set_offline(True)
    hand(anybody, "#papers-file", escrowing.document_of(escrow).to_bytes().decode())
    for one in (heir, anybody):
        if one is heir:
            press(one, f'a[href="/member/documents/{escrow_id}/papers"]')
        write(one, "#words", other)
        one.page.locator("#number").select_option("3")
        press(one, "[data-words] button")
        one.page.locator("#words-wrong").wait_for()  # of another number
        one.page.locator("#number").select_option(number)
        press(one, "[data-words] button")
        one.page.locator("[data-papers='1']").wait_for()
        write(one, "#words", " ".join(word[:4] for word in words))
        one.page.locator("#number").select_option("3")
        look(one, "papers")
        press(one, "[data-words] button")
        one.page.locator("[data-opened]").wait_for()
        assert saved(one, "[data-save]").encode() == will


@pytest.fixture
def second(company):
    """Two on the board."""
    chair, seat = company.others["board"], company.newcomer("審査会 2 / Board 2")
    key = seat.signer.encryption.public.to_hex()
    body = seating.propose_seat(chair.signer, seat.account, Role.BOARD, seat.name, seated=True, encryption_key=key)
    chair.client.board.seat(body)
    for one in (chair, seat):
        one.client.send(publish_key(one.signer))
    return seat


def test_the_board_shares_the_release_key_opens_a_release_together_and_deals_anew(at, company, shared, second):
    url, chair = company.connection.url, company.others["board"]
    one, desk = at("operator", company.operator, "phone", "ja"), at("board", chair)
    page, board, face = one.page, desk.page, second.client.shared_key

    def ceremony(threshold):
        """Begun by the operator; the chair's part in the browser, the other's by the command line."""
        fresh(one, "/operator/key")
        write(one, "#threshold", threshold)
        press(one, "[data-begin] button")
        sign(one)
        under_way = face.state().ceremony
        fresh(desk, "/board")
        press(desk, "[data-due=key]")
        desk.see_mark("true")
        look(desk, f"board-key-{under_way.epoch}")
        press(desk, "[data-due=deal]")
        sign(desk)
        deal = keeping.deal if under_way.epoch == 1 else keeping.deal_anew
        before = () if under_way.epoch == 1 else (face.state().standing,)
        known = face.state().ceremony
        face.deal(known.key_id, known.epoch, deal(second.signer, url, *before, known, second.proven.account))
        fresh(desk, "/board/key")

        def lie(answer):
            deals = {one["account"]: one for one in answer["ceremony"]["deals"]}
            deals[second.account]["signature"] = deals[chair.account]["signature"]

        if under_way.epoch == 1:
            with lying(board, "**/v1/release-key", lambda answer: answer["ceremony"].update(state="dealing")):
                fresh(desk, "/board/key")  # a bank that died after the last deal: the same deal comes again
                with board.expect_response("**/deal") as answered:
                    press(desk, "[data-due=again]")
                assert answered.value.ok
            with lying(board, "**/v1/release-key", lie):
                fresh(desk, "/board/key")
                press(desk, "[data-due=confirmation]")
                assert second.account in board.locator("[data-failure]").inner_text()
        fresh(desk, "/board/key")
        press(desk, "[data-due=confirmation]")
        sign(desk)
        known = face.state().ceremony
        face.confirm(known.key_id, known.epoch, keeping.confirm(second.signer, url, known, second.proven.account))
        return face.state().standing

    go(one, "/operator/key")
    write(one, "#threshold", "1")
    press(one, "[data-begin] button")
    page.locator("#threshold-wrong").wait_for()
    look(one, "operator-key")
    assert ceremony("2").epoch == 1
    fresh(one, "/operator/key")
    page.locator("[data-held-by=board]").wait_for()
    while face.state().standing.passed_at is None:
        page.wait_for_timeout(200)  # the older answers pass to it in the background
    request = next(each for each in chair.client.board.requests() if each.purpose.startswith("健康番組"))
    way = f"/operator/releases/{request.request_id}"
    go(one, way)
    page.locator("[data-shared]").wait_for()
    write(one, "#limit", "90")
    page.locator("[data-in-seats]").check()
    press(one, "[data-rehearse]")
    press(one, "[data-confirm]")
    page.locator(".note.bad").wait_for()  # the board first
    one.forgive("status of")
    look(one, "release-shared")
    fresh(desk, "/board")
    pending = next(each.request_id for each in chair.client.board.requests() if each.state == "filed")
    with (
        lying(board, "**/v1/answers-openings/*", lambda answer: answer.update(subject=pending)),
        lying(board, "**/v1/requests", lambda answer: [each.update(state="approved") for each in answer["requests"]]),
    ):
        press(desk, "[data-due=opening]")
        board.get_by_role("alert").wait_for()
        assert board.locator("[data-open]").count() == 0
    fresh(desk, "/board")
    press(desk, "[data-due=opening]")
    look(desk, "board-opening")
    press(desk, "[data-open]")
    board.locator("[data-given]").wait_for()
    [opening] = face.openings()
    assert opening.given_by == [chair.account]
    part = keeping.contribute(second.signer, url, face.state().standing, face.opening(opening.opening_id))
    face.contribute(opening.opening_id, part)
    fresh(one, way)
    page.locator("[data-given='2']").wait_for()
    assert page.locator("#limit").input_value() == "90"  # as it was signed
    assert page.locator("[data-in-seats]").is_checked()
    press(one, "[data-rehearse]")
    sign(one)
    assert page.locator("[data-figure=rows]").inner_text().isdecimal()
    made = [each.release_id for each in company.others["media"].client.partner.releases()]
    assert opening.opening_id in made
    assert id_from_hex(opening.opening_id, "opening_id")
    assert ceremony("2").epoch == 2
    fresh(desk, "/board/key")
    board.locator("[data-no-openings]").wait_for()
