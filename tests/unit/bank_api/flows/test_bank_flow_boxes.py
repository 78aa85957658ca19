"""Boxes of records: an owner's, a family's, an app's; found by equal values, closed at once, and logged."""

import base64
import json
from contextlib import suppress
from dataclasses import replace

import pytest

from bank_api.flows import box_grants, boxes
from bank_api.protocol.app_call import HEADER
from bank_api.protocol.shapes.boxes import RecordBody
from chaincode.bindings import Scope
from chaincode.ids import checksummed
from chaincode.keys import sign_text
from pds_adapter.errors import NotARecipientError, StoreUnavailableError
from pds_adapter.sealing.envelope import SealedDocument, seal
from tests.unit.bank_api.flows.box_people import App, Elsewhere, Keeper, Line, Owner, received_box, refused
from tests.unit.bank_api.flows.file_owners import RefusedError
from tests.unit.bank_api.flows.test_bank_flow_wards import end, rotation_body
from tests.unit.bank_api.person import DAY, URL
from tests.unit.bank_api.town import Town
from wallet_cli import sealed_records as sealing
from wallet_cli.errors import EvidenceError
from wallet_cli.sealed_records import Record

CALM = Record({"mood": "calm", "cups": 2}, ("tea",), (("after", "first"),))


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("AZUKARI_BANK_RECORD_QUOTA_BYTES", "20000")
        made = Town(tmp_path_factory.mktemp("boxes"))
        yield made
        made.close()


@pytest.fixture
def owner(town):
    return Owner(town)


@pytest.fixture(scope="module")
def app(town):
    return App(town, "tea-diary")


def test_records_are_found_by_equal_values_labels_and_links_and_the_bank_reads_none_of_it(owner, town):
    owner.put("first", Record({"mood": "calm", "cups": 1}))
    owner.put("second", CALM)
    owner.put("third", Record({"mood": "stormy", "cups": 2}, ("tea", "rain")))
    assert owner.find() == ["first", "second", "third"]
    assert owner.find({"mood": "calm"}) == ["first", "second"]
    assert owner.find({"mood": "calm", "cups": 2}) == ["second"]
    assert owner.find(labels=["tea"]) == ["second", "third"]
    assert owner.find(links=[("after", "first")]) == ["second"]
    assert owner.find({"cups": "2"}) == []  # a text is no number
    assert sealing.get(owner.face, owner.box(), owner.pair, "second") == CALM
    with town.bank.database.session() as session:
        raw = session.connection().exec_driver_sql("SELECT * FROM box_record_token").all()
    assert "mood" not in str(raw)
    assert "calm" not in str(raw)
    owner.put("second", Record({"mood": "stormy"}))
    assert owner.find({"mood": "calm"}) == ["first"]
    assert owner.face.remove(owner.account, "diary", "third").removed
    assert not owner.face.remove(owner.account, "diary", "third").removed
    assert owner.find() == ["first", "second"]


def test_an_app_reads_and_writes_what_it_was_let_into_until_it_is_let_out(owner, app, town):
    owner.put("first", CALM)
    assert refused(lambda: app.face.find(owner.account, "diary")) == (403, "forbidden")
    assert owner.let_in(app.app_id, app.pair.public) == 1
    assert owner.let_in(app.app_id, app.pair.public) == 0  # the same again seals nothing twice
    assert list(sealing.find(app.face, app.box(), app.pair, {"mood": "calm"})) == ["first"]
    writing = app.box(), app.pair, "by-app", Record({"mood": "busy"})
    assert refused(lambda: sealing.put(app.face, *writing)) == (403, "forbidden")
    owner.let_in(app.app_id, app.pair.public, write=True)
    sealing.put(app.face, *writing)
    assert owner.find({"mood": "busy"}) == ["by-app"]
    owner.put("second", CALM, box="money")
    assert refused(lambda: app.face.find(owner.account, "money")) == (403, "forbidden")
    log = owner.face.readings()
    assert {(one.reader, one.what) for one in log} == {("tea-diary", "find"), ("tea-diary", "write")}
    assert app.pair.public in owner.kept("by-app").recipients
    ended = owner.face.revoke("diary", app.app_id)
    assert not ended.is_live
    assert refused(lambda: app.face.get(owner.account, "diary", "first")) == (403, "forbidden")
    assert app.face.received() == []
    for name in ("first", "by-app"):
        with pytest.raises(NotARecipientError):
            sealing.open_sealed(owner.kept(name), app.pair, b"any")
    assert town.bank.boxes.grant(owner.account, "diary", app.app_id).box_key == b""
    assert owner.find({"mood": "busy"}) == ["by-app"]  # what the app wrote stays its owner's


def test_a_grant_ends_by_itself_and_its_wraps_go_when_it_is_looked_at(owner, app, town):
    owner.put("first", CALM)
    owner.let_in(app.app_id, app.pair.public, until=town.now + 60)
    assert len(app.face.find(owner.account, "diary")) == 1
    town.chain.advance(61)
    assert refused(lambda: app.face.find(owner.account, "diary")) == (403, "forbidden")
    owner.person.log_in()
    assert [one.is_live for one in owner.face.grants()] == [False]
    assert owner.kept("first").recipients == (owner.pair.public,)


def test_a_family_shares_a_box_and_each_sees_what_the_others_wrote(owner, town):
    child = Owner(town)
    owner.put("holiday", Record({"place": "Hakone"}), box="family")
    assert owner.let_in(child.account, child.pair.public, box="family", write=True) == 1
    [one] = child.face.received()
    shared = received_box(town, one, child.pair)
    assert list(sealing.find(child.face, shared, child.pair, {"place": "Hakone"})) == ["holiday"]
    sealing.put(child.face, shared, child.pair, "wish", Record({"place": "Nara"}))
    found = sealing.find(owner.face, owner.box("family"), owner.pair)
    assert [(name, record.fields["place"]) for name, record in sorted(found.items())] == [
        ("holiday", "Hakone"), ("wish", "Nara"),
    ]  # fmt: skip
    assert [one.writer for one in owner.face.find(owner.account, "family")] == [owner.account, child.account]
    assert refused(lambda: child.face.find(owner.account, "diary")) == (403, "forbidden")


def test_of_several_in_a_box_each_sees_what_the_others_wrote_once_its_owner_came_by(owner, town):
    """They do not know of each other: what one wrote broke the others' search, and stayed closed to them."""
    children = [Owner(town), Owner(town)]
    for one in children:
        owner.let_in(one.account, one.pair.public, box="family", write=True)
    first, second = (received_box(town, one.face.received()[0], one.pair) for one in children)
    sealing.put(children[0].face, first, children[0].pair, "wish", Record({"place": "Nara"}))
    closed = []
    found = sealing.find(children[1].face, second, children[1].pair, {"place": "Nara"}, closed=closed.append)
    assert (found, closed) == ({}, ["wish"])
    assert list(sealing.find(owner.face, owner.box("family"), owner.pair)) == ["wish"]
    assert list(sealing.find(children[1].face, second, children[1].pair, {"place": "Nara"})) == ["wish"]
    [kept] = owner.face.find(owner.account, "family")
    assert kept.writer == children[0].account  # the owner sealed it to one more, and wrote nothing


def test_what_is_written_meanwhile_is_not_undone_by_passing_on(owner, town):
    children = [Owner(town), Owner(town)]
    for one in children:
        owner.let_in(one.account, one.pair.public, box="late", write=True)
    first = received_box(town, children[0].face.received()[0], children[0].pair)
    sealing.put(children[0].face, first, children[0].pair, "wish", Record({"place": "Nara"}))

    class Late:
        """An owner's search between whose reading and passing on somebody writes."""

        put = owner.face.put

        def find(self, *asked):
            found = owner.face.find(*asked)
            sealing.put(children[0].face, first, children[0].pair, "wish", Record({"place": "Kobe"}))
            return found

    box = owner.box("late")
    with suppress(RefusedError):  # as the wallet's own session says it: BankProblemError
        sealing.find(Late(), box, owner.pair)
    assert sealing.get(owner.face, box, owner.pair, "wish").fields == {"place": "Kobe"}
    [kept] = owner.face.find(owner.account, "late")
    assert kept.writer == children[0].account


def test_a_record_found_by_too_much_breaks_nobody_s_search(owner, town):
    children = [Owner(town), Owner(town)]
    for one in children:
        owner.let_in(one.account, one.pair.public, box="heavy", write=True)
    first = received_box(town, children[0].face.received()[0], children[0].pair)
    sealing.put(children[0].face, first, children[0].pair, "wish", Record({"place": "Nara"}))
    heavy = Record({}, tuple(map(str, range(65))))
    sealed = seal(
        heavy.to_bytes(),
        [owner.pair.public, children[0].pair.public],
        sealing.record_context(first.owner, first.name, "heavy"),
    )
    body = RecordBody(sealed_base64=base64.b64encode(sealed.to_bytes()).decode(), tokens=[])
    children[0].face.put(owner.account, "heavy", "heavy", body)
    assert set(sealing.find(owner.face, owner.box("heavy"), owner.pair)) == {"wish", "heavy"}
    third = Owner(town)
    owner.let_in(third.account, third.pair.public, box="heavy")
    box = received_box(town, third.face.received()[0], third.pair)
    assert list(sealing.find(third.face, box, third.pair)) == ["wish"]


def test_the_end_that_the_owner_signed_is_an_end_whatever_the_bank_says(owner, town):
    app = App(town, "ended-app")
    owner.let_in(app.app_id, app.pair.public, box="ended")
    assert owner.box("ended").others == (app.pair.public,)
    [grant] = [one for one in owner.face.grants() if one.box == "ended"]
    later = replace(owner.person.signer, clock=lambda: grant.until)
    assert sealing.own_box(later, URL, "ended", owner.face, owner.key_of).others == ()


def test_a_box_of_somebody_else_than_the_bank_says_is_noticed_before_anything_is_sealed(owner, town):
    child, thief = Owner(town), town.newcomer().signer.encryption.public.to_hex()
    owner.let_in(child.account, child.pair.public, write=True)
    [one] = child.face.received()
    for change, said in (
        ({"owner_key": thief}, "is not the one that the ledger has"),
        ({"may_write": False}, "did not sign"),
        ({"owner": child.account}, "did not sign"),
        ({"box": "money"}, "did not sign"),
    ):
        with pytest.raises(EvidenceError, match=said):
            received_box(town, one.model_copy(update=change), child.pair)
    with pytest.raises(EvidenceError, match="did not sign"):
        received_box(town, one, owner.pair)
    assert received_box(town, one, child.pair).owner_key == owner.pair.public


def test_an_app_gets_another_key_and_the_old_one_signs_nothing(owner, town):
    app, new = App(town, "two-keys"), Elsewhere(town, "two-keys")
    owner.put("first", CALM)
    owner.let_in(app.app_id, app.pair.public)
    same = {"key": new.signer.key.address, "encryption_key": app.pair.public.to_hex()}
    assert owner.person.post("/v1/apps/two-keys/key", same).status_code == 403
    assert town.operator.post("/v1/apps/unknown/key", same).status_code == 404
    assert town.operator.done("/v1/apps/two-keys/key", same)["key"] == new.signer.key.address
    assert refused(app.face.received) == (401, "not-authenticated")
    [still] = new.face.received()
    assert list(sealing.find(new.face, received_box(town, still, app.pair), app.pair)) == ["first"]
    other = same | {"encryption_key": new.pair.public.to_hex()}
    for _ in range(2):
        town.operator.done("/v1/apps/two-keys/key", other)
    assert refused(lambda: new.face.find(owner.account, "diary")) == (403, "forbidden")
    assert [one.is_live for one in owner.face.grants()] == [False]
    assert app.pair.public not in owner.kept("first").recipients
    owner.let_in("two-keys", new.pair.public)
    assert list(sealing.find(new.face, new.box(), new.pair)) == ["first"]


def test_an_app_is_removed_and_let_out_of_every_box_also_where_its_removal_died(owner, town):
    app, again = App(town, "short-lived"), {"app_id": "short-lived", "removed": False, "grants_ended": 0}
    owner.put("first", CALM)
    owner.let_in(app.app_id, app.pair.public)
    died = pytest.MonkeyPatch()
    died.setattr(town.bank.pds, "revoke", lambda *_: (_ for _ in ()).throw(StoreUnavailableError("x", "died")))
    assert town.operator.post("/v1/apps/short-lived/removal").status_code == 503
    died.undo()
    assert refused(app.face.received) == (401, "not-authenticated")
    assert [one.is_live for one in owner.face.grants()] == [False]
    thief = App(town, "short-lived")  # whoever is called so next is let in nowhere
    assert thief.face.received() == []
    assert refused(lambda: thief.face.find(owner.account, "diary")) == (403, "forbidden")
    assert app.pair.public not in owner.kept("first").recipients
    assert town.operator.done("/v1/apps/short-lived/removal") | {"removed": False} == again
    assert town.operator.done("/v1/apps/short-lived/removal") == again
    assert owner.person.post("/v1/apps/short-lived/removal").status_code == 403


def test_nobody_is_let_in_by_a_token_alone_and_a_bank_that_shows_it_is_caught(owner, app, town, monkeypatch):
    owner.put("first", CALM)
    thief = town.newcomer().signer
    bent = replace(thief, account=owner.account)
    letting = lambda signer: sealing.let_in(  # noqa: E731
        signer, URL, owner.face, owner.box(), thief.key.address, thief.encryption.public, town.now + DAY, True
    )
    assert refused(lambda: letting(bent)) == (422, "invalid-input")
    owner.let_in(app.app_id, app.pair.public)
    [shown] = owner.face.grants()
    for change in ({"encryption_key": thief.encryption.public.to_hex()}, {"box": "money"}, {"until": shown.until + 1}):
        forged = shown.model_copy(update=change)
        monkeypatch.setattr(owner.face, "grants", lambda forged=forged: [forged])
        with pytest.raises(EvidenceError, match="did not sign"):
            owner.put("second", CALM, box=forged.box)
    monkeypatch.undo()
    assert owner.find() == ["first"]
    owner.face.revoke("diary", app.app_id)


def test_a_new_key_lets_out_whom_the_old_one_let_in(owner, app, town):
    owner.put("first", CALM)
    owner.let_in(app.app_id, app.pair.public, write=True)
    new = town.newcomer()
    owner.person.done("/v1/key-rotations", rotation_body(owner.person, new.signer))
    assert refused(lambda: app.face.find(owner.account, "diary")) == (403, "forbidden")
    assert app.face.received() == []
    owner.person.signer = replace(new.signer, account=owner.account)
    owner.person.log_in()
    assert [one.is_live for one in owner.face.grants()] == [False]
    assert app.pair.public not in owner.kept("first").recipients


def test_who_has_no_role_any_more_reads_the_own_boxes_alone(owner, town):
    child = Owner(town)
    owner.put("holiday", Record({"place": "Hakone"}), box="family")
    owner.let_in(child.account, child.pair.public, box="family")
    assert len(child.face.find(owner.account, "family")) == 1
    assert town.operator.post(f"/v1/accounts/{child.account}/suspension", {"reason": "Checked"}).status_code == 201
    assert refused(lambda: child.face.find(owner.account, "family")) == (403, "forbidden")
    assert child.face.received() == []
    assert child.face.find(child.account, "diary") == []


def test_an_apps_call_is_its_own_of_now_and_for_this_request(owner, app, town):
    owner.put("first", CALM)
    owner.let_in(app.app_id, app.pair.public, write=True)
    stranger = town.newcomer().signer.key
    elsewhere = app.face_of(app.signer.key, Line(town, "https://other.example"))
    for face in (app.face_of(stranger), app.face_of(app.signer.key, late=1000), elsewhere):
        assert refused(face.received) == (401, "not-authenticated")
    seen = []
    app.line.spoil = lambda headers: seen.append(headers[HEADER]) or headers
    app.face.received()
    app.line.spoil = lambda headers: headers | {HEADER: seen[0]}
    assert refused(lambda: app.face.get(owner.account, "diary", "first")) == (401, "not-authenticated")
    app.line.spoil = lambda headers: headers
    assert town.operator.post("/v1/apps", app.body).status_code == 201
    other = app.body | {"name": "Another"}
    assert town.operator.post("/v1/apps", other).status_code == 409
    assert owner.person.post("/v1/apps", other).status_code == 403


def test_a_person_of_another_bank_reads_with_a_key_alone_until_let_out_and_members_must_log_in(owner, town):
    owner.put("first", CALM)
    aunt = Elsewhere(town)
    assert refused(lambda: aunt.face.find(owner.account, "diary")) == (403, "forbidden")
    assert owner.let_in(aunt.name, aunt.pair.public, write=True) == 1
    assert list(sealing.find(aunt.face, aunt.box(), aunt.pair, {"mood": "calm"})) == ["first"]
    sealing.put(aunt.face, aunt.box(), aunt.pair, "second", Record({"mood": "glad"}))
    assert owner.find({"mood": "glad"}) == ["second"]
    owner.face.revoke("diary", aunt.name)
    assert refused(lambda: aunt.face.find(owner.account, "diary")) == (403, "forbidden")
    assert {one.reader for one in owner.face.readings()} == {aunt.name}
    member = Elsewhere(town)
    member.name, member.signer = owner.account, owner.person.signer  # an account's key may have been replaced
    assert refused(member.face_of(owner.person.signer.key).received) == (401, "not-authenticated")
    assert refused(lambda: owner.let_in("0x12", aunt.pair.public)) == (404, "not-found")


def test_a_moment_of_thousands_of_digits_is_none(owner, town):
    nobody = checksummed("0x" + "ab" * 20)
    for until in ("9" * 5000, "9" * 17, "-1", ""):
        answer = town.client.get("/v1/boxes", headers={HEADER: f"{nobody}.{until}.0x"})
        assert answer.status_code == 401, until


def test_so_many_are_let_in_and_each_gets_a_key_and_no_more(owner, town, monkeypatch):
    monkeypatch.setattr(box_grants, "GRANTS_MAX", 1)
    first, second = Elsewhere(town), Elsewhere(town)
    for _ in range(2):
        owner.let_in(first.name, first.pair.public)
    assert refused(lambda: owner.let_in(second.name, second.pair.public)) == (409, "conflict")
    monkeypatch.setattr(box_grants, "KEY_BYTES_MAX", 200)
    assert refused(lambda: owner.let_in(first.name, first.pair.public)) == (422, "invalid-input")


def test_what_is_sealed_to_others_or_in_clear_or_too_much_is_refused(owner, town):
    stranger = Owner(town)
    path = f"/v1/boxes/{owner.account}/diary/records/one"
    aside = sealing.seal(CALM.to_bytes(), [owner.pair.public, stranger.pair.public], b"c")
    unreadable = sealing.seal(CALM.to_bytes(), [stranger.pair.public], b"c")
    for sealed in (aside, unreadable):
        body = {"sealed_base64": base64.b64encode(sealed.to_bytes()).decode(), "tokens": []}
        assert owner.person.put(path, body).status_code == 422
    clear = {"sealed_base64": base64.b64encode(json.dumps({"mood": "calm"}).encode()).decode(), "tokens": []}
    assert owner.person.put(path, clear).status_code == 422
    assert refused(lambda: owner.put("big", Record({"text": "x" * 19_900}))) == (409, "conflict")
    assert owner.find() == []
    assert refused(lambda: owner.let_in(stranger.account, owner.pair.public)) == (422, "invalid-input")


def test_a_write_that_died_after_its_document_is_made_good_by_the_same_again(owner, town, monkeypatch):
    find_by = town.bank.boxes.find_by
    monkeypatch.setattr(
        town.bank.boxes, "find_by", lambda *_: (_ for _ in ()).throw(StoreUnavailableError("x", "died"))
    )
    assert refused(lambda: owner.put("first", CALM)) == (503, "store-unavailable")
    assert owner.find({"mood": "calm"}) == []
    monkeypatch.setattr(town.bank.boxes, "find_by", find_by)
    owner.put("first", CALM)
    assert owner.find({"mood": "calm"}) == ["first"]
    assert isinstance(owner.kept("first"), SealedDocument)
    town.bank.boxes.forget(owner.account)
    assert owner.find() == []


def test_a_company_keeps_a_store_of_its_own_and_lets_its_app_in(app, town):
    partner = town.organization("partner")
    partner.publish_key()
    company = Owner(town, partner)
    company.put("invoice-7", Record({"due": "2026-12-31", "yen": 90_000}, ("unpaid",)), box="invoices")
    assert company.let_in(app.app_id, app.pair.public, box="invoices") == 1
    [one] = [one for one in app.face.received() if one.owner == partner.account]
    box = received_box(town, one, app.pair)
    assert list(sealing.find(app.face, box, app.pair, labels=["unpaid"])) == ["invoice-7"]
    assert not company.face.revoke("invoices", app.app_id).is_live
    assert refused(lambda: app.face.find(partner.account, "invoices")) == (403, "forbidden")


def test_a_things_store_is_kept_by_its_guardian_as_long_as_the_ledger_says_so(owner, town):
    keeper = Keeper(town, owner)
    assert refused(lambda: keeper.face.find(owner.account, "logbook")) == (403, "forbidden")
    keeper.enter()
    boiler = Record({"pressure": 2, "checked": "2026-11-29"}, ("service",))
    sealing.put(keeper.face, keeper.box(), keeper.pair, "first", boiler)
    assert list(sealing.find(keeper.face, keeper.box(), keeper.pair, {"pressure": 2})) == ["first"]
    kept = owner.kept("first", box="logbook")
    assert set(kept.recipients) == {owner.pair.public, keeper.pair.public}
    assert [(one.grantee, one.may_write, one.is_live) for one in keeper.wards.grants()] == [
        (keeper.account, True, True)
    ]
    assert {one.what for one in owner.face.readings()} == {"write", "find"}
    assert end(owner.person, keeper.person).status_code == 201
    assert refused(lambda: keeper.face.find(owner.account, "logbook")) == (403, "forbidden")
    assert keeper.face.received() == []
    assert refused(keeper.wards.grants) == (403, "forbidden")
    [ended] = owner.face.grants()  # looked at, what ended is taken away
    assert not ended.is_live
    assert owner.kept("first", box="logbook").recipients == (owner.pair.public,)


def test_a_delegate_lets_in_itself_alone_and_only_whom_documents_were_entrusted_to(owner, town):
    another = Owner(town)
    with_coins = Keeper(town, owner, Scope.COIN | Scope.SURVEY)
    assert refused(with_coins.enter) == (403, "forbidden")
    keeper = Keeper(town, owner)
    assert refused(lambda: keeper.enter(another.account)) == (422, "invalid-input")
    keeper.enter()
    [one] = keeper.face.received()
    with pytest.raises(EvidenceError):  # the owner did not sign it; whoever has another key than the keeper's refuses
        received_box(town, one, keeper.pair)
    assert refused(lambda: keeper.wards.revoke("logbook", another.account)) == (404, "not-found")
    assert not keeper.wards.revoke("logbook", keeper.account).is_live
    assert keeper.face.received() == []


def test_ward_and_guardian_find_the_same_though_each_has_a_key_of_the_box(owner, town):
    """By the ward's word there is one key: it passes on what it has, and finds by it what the guardian kept."""
    keeper = Keeper(town, owner)
    keeper.enter()
    for who, box, name in ((keeper, keeper.box(), "theirs"), (owner, owner.box("logbook"), "own")):
        sealing.put(who.face, box, who.pair, name, Record({"pressure": 2}))

    def found(who, box):
        closed = []
        records = sealing.find(who.face, box, who.pair, {"pressure": 2}, closed=closed.append)
        return sorted(records), closed

    assert found(owner, owner.box("logbook")) == (["own", "theirs"], [])
    assert found(keeper, keeper.box()) == (["theirs"], ["own"])
    assert owner.let_in(keeper.account, keeper.pair.public, box="logbook", write=True) == 1
    assert refused(keeper.enter) == (409, "conflict")
    for who, box in ((owner, owner.box("logbook")), (keeper, keeper.box())):
        assert not box.delegates
        assert found(who, box) == (["own", "theirs"], [])
    assert {one.name: one.writer for one in owner.face.find(owner.account, "logbook")} == {
        "own": owner.account, "theirs": keeper.account,
    }  # fmt: skip
    assert not owner.face.revoke("logbook", keeper.account).is_live
    assert found(owner, owner.box("logbook")) == (["own", "theirs"], [])


def test_a_delegate_in_a_box_keeps_its_owner_out_of_nothing_and_gets_nothing_sealed(owner, town):
    """The owner's wallet took the delegate's own word for a lie of the bank's, and did nothing in that box any more."""
    keeper = Keeper(town, owner)
    keeper.enter()
    owner.put("own", CALM, box="logbook")
    assert keeper.pair.public not in owner.kept("own", box="logbook").recipients
    [shown] = owner.face.grants()
    thief = town.newcomer().signer
    text = sealing.grant_text(URL, shown)
    forged = shown.model_copy(update={"signature": "0x" + sign_text(text, thief.key).hex()})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(owner.face, "grants", lambda: [forged])
        with pytest.raises(EvidenceError, match="did not sign"):
            owner.put("second", CALM, box="logbook")


def test_what_a_record_is_found_by_takes_of_the_room_too(owner, town):
    many = Record({}, tuple(f"label-{at}" for at in range(60)))
    owner.put("first", many)
    [row] = town.bank.boxes.records(owner.account, "diary", [], "", 10)
    sealed = len(owner.kept("first").to_bytes())
    assert row.stored_bytes == sealed + 60 * boxes.TOKEN_ROOM_BYTES
    assert refused(lambda: owner.put("second", many)) == (409, "conflict")
    owner.put("third", Record({"mood": "calm"}))


def test_one_write_of_a_record_at_a_time_so_that_what_is_kept_is_what_was_counted(owner, town):
    """Of two at once the room was counted of one and the document kept of the other: ten quotas fitted into one."""
    long, refusals = Record({}, tuple(f"label-{at}" for at in range(20))), []
    honest, box = town.bank.pds.put_one, owner.box()

    def meanwhile(given):
        patched.undo()
        refusals.append(refused(lambda: sealing.put(owner.face, box, owner.pair, "first", CALM)))
        refusals.append(refused(lambda: owner.face.remove(owner.account, "diary", "first")))
        sealing.put(owner.face, box, owner.pair, "second", CALM)
        return honest(given)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(town.bank.pds, "put_one", meanwhile)
        sealing.put(owner.face, box, owner.pair, "first", long)
    assert refusals == [(409, "conflict")] * 2
    row = town.bank.boxes.record(owner.account, "diary", "first")
    assert row.stored_bytes == len(owner.kept("first").to_bytes()) + 20 * boxes.TOKEN_ROOM_BYTES
    owner.put("first", CALM)
    owner.face.remove(owner.account, "diary", "first")
    assert town.bank.boxes.record(owner.account, "diary", "first") is None


def test_an_app_asks_no_more_often_than_an_account_and_nobody_asks_in_its_name(owner, app, town):
    owner.let_in(app.app_id, app.pair.public)
    limit, thief = town.bank.account_limit, Elsewhere(town)
    before = limit.per_second, limit.in_a_row
    limit.per_second, limit.in_a_row = 0.001, 3
    try:
        forged = app.face_of(thief.signer.key)
        for _ in range(5):
            assert refused(forged.received) == (401, "not-authenticated")
        for _ in range(3):
            app.face.received()
        assert refused(app.face.received) == (429, "too-many-requests")
    finally:
        limit.per_second, limit.in_a_row = before
        limit._due.clear()
