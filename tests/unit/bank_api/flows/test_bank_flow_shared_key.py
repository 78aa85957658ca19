"""The release key that the board shares: its ceremony, releases that k of n open, and what nobody opens alone."""

import random
from base64 import b64encode

import pytest

from bank_api.flows import answers_opening, release_history
from bank_api.flows.sharing import Sharing
from bank_api.protocol.documents.answer import answer_context
from bank_api.protocol.shapes.shared_key import OpeningList, ReleaseKeyView
from chaincode.ids import id_from_hex, to_hex
from chaincode.keys import sign_text
from pds_adapter.errors import NotARecipientError
from pds_adapter.escrow import ceremony
from pds_adapter.escrow.releases import ReleasePart
from pds_adapter.sealing.envelope import PublicKey, open_sealed, seal
from tests.unit.bank_api.person import URL, refusal
from tests.unit.bank_api.town import Town
from wallet_cli.errors import EvidenceError
from wallet_cli.signing import shared_key as signing

RELEASE_KEY, OPENINGS = "/v1/release-key", "/v1/answers-openings"


def opened_town(folder):
    made = Town(folder)
    made.keepers = [made.organization("board", f"Board {n}") for n in (1, 2, 3)]
    for one in made.keepers:
        one.publish_key()
    return made


@pytest.fixture
def fresh(tmp_path):
    """A town whose bank has a single key."""
    made = opened_town(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A town whose board shares the key, two of three."""
    made = opened_town(tmp_path_factory.mktemp("shared"))
    shared(made)
    yield made
    made.close()


def state(person):
    return ReleaseKeyView.model_validate(person.get(RELEASE_KEY))


def begun(town, threshold=2, key_id=None, **more):
    body = {"key_id": key_id or to_hex(town.new_id()), "threshold": threshold} | more
    return town.operator.post(f"{RELEASE_KEY}/ceremonies", body)


def step(person, epoch, what, body):
    return person.put(f"{RELEASE_KEY}/ceremonies/{epoch.key_id}/{epoch.epoch}/{what}", body.model_dump())


def dealt(person):
    known = state(person)
    if known.ceremony.former_terms is None:
        body = signing.deal(person.signer, URL, known.ceremony, person.proven.account)
    else:
        body = signing.deal_anew(person.signer, URL, known.standing, known.ceremony, person.proven.account)
    return step(person, known.ceremony, "deal", body)


def confirmed(person):
    epoch = state(person).ceremony
    return step(person, epoch, "confirmation", signing.confirm(person.signer, URL, epoch, person.proven.account))


def shared(town, threshold=2):
    assert begun(town, threshold).status_code == 201
    for one in town.keepers:
        assert dealt(one).status_code == 200
    for one in town.keepers:
        assert confirmed(one).status_code == 200
    assert Sharing(town.bank, settle_seconds=0).advance()


def part(person, opening_id):
    opening = OpeningList.model_validate(person.get(f"{OPENINGS}/{opening_id}"))
    return signing.contribute(person.signer, URL, state(person).standing, opening)


def contributed(person, opening_id):
    answer = person.put(f"{OPENINGS}/{opening_id}/part", part(person, opening_id).model_dump())
    assert answer.status_code == 200, answer.text


def asked(town, people=4):
    """An approved request, and members who answered and consented."""
    survey, partner = town.survey(), town.organization("partner")
    members = [town.member() for _ in range(people)]
    for at, person in enumerate(members):
        town.answer(person, survey, age=20 + 10 * at % 80, vote=at % 2)
    town.fund(partner, 2000)
    request_id = town.request(partner, survey, ["age", "vote"])
    town.decide(town.keepers[0], request_id)
    for person in members:
        town.consent(person, request_id, uses_maximum=5)
    return request_id, members, survey


def kept(town, account):
    return [one.content for one in town.bank.pds.export(account)]


def waits(answer):
    assert refusal(answer) == (409, "board-must-open"), answer.text
    return answer.json()


def test_two_of_three_open_a_release_and_no_file_of_the_banks_opens_an_answer(fresh):
    town = fresh
    request_id, members, survey = asked(town)
    before = town.bank.release_key.public
    assert all(before in one.recipients for person in members for one in kept(town, person.account))
    shared(town)
    late = town.member()
    town.answer(late, survey, age=33, vote=0)
    town.consent(late, request_id, uses_maximum=5)
    for person in (*members, late):
        [document] = kept(town, person.account)
        assert document.recipients == (person.signer.encryption.public,)
        assert document.shared
        with pytest.raises(NotARecipientError):
            open_sealed(document, town.bank.release_key, b"any")
        opened = open_sealed(document, person.signer.encryption, answer_context(survey.survey_id, person.account))
        assert b"vote" in opened.content
    release_id = to_hex(town.new_id())
    told = waits(town.release(request_id, release_id, come_and_go=True))
    assert (told["opening_id"], told["threshold"], told["given"]) == (release_id, 2, 0)
    [summary] = town.keepers[0].get(OPENINGS)["openings"]
    assert (summary["kind"], summary["subject"], summary["documents"]) == ("release", request_id, 5)
    assert summary["order"] == {"k": None, "suppression_limit": 0.05, "come_and_go": True}
    waits(town.release(request_id, release_id, come_and_go=False, k=4))
    [summary] = town.operator.get(OPENINGS)["openings"]  # as it was signed last
    assert summary["order"] == {"k": 4, "suppression_limit": 0.05, "come_and_go": False}
    contributed(town.keepers[2], release_id)
    contributed(town.keepers[2], release_id)  # again, in its own place
    assert waits(town.release(request_id, release_id, come_and_go=True))["given"] == 1
    contributed(town.keepers[0], release_id)
    made = town.release(request_id, release_id, come_and_go=True)
    assert made.status_code == 201, made.text
    assert made.json()["rows"] + made.json()["suppressed"] == 5
    assert town.keepers[0].get(OPENINGS)["openings"] == []
    assert not (town.folder / answers_opening.FOLDER / f"{release_id[2:]}.key").exists()
    assert town.release(request_id, release_id, come_and_go=True).json()["repeated"]
    assert release_history.shared_history(town.bank, survey.survey_id).wraps == ()
    view = town.keepers[0].get(f"/v1/requests/{request_id}")
    assert (view["come_and_go"], made.json()["come_and_go"]) == (True, True)  # though the bank opens no history
    again = to_hex(town.new_id())  # a second release: the history is on the list as well
    waits(town.release(request_id, again))
    assert town.operator.get(f"{OPENINGS}/{again}")["listed"][0]["box"] == "release-history"
    for one in town.keepers[:2]:
        contributed(one, again)
    other = town.release(request_id, again, come_and_go=False)
    assert (refusal(other), other.json()["rule"]) == ((409, "release-not-possible"), "come_and_go")
    for _ in range(20):  # one time in eight somebody is left out unasked, and a home so small waits
        second = town.release(request_id, again, suppression_limit=0.9)
        if second.status_code == 201:
            break
    assert second.json().get("come_and_go") is True, second.text


def test_what_the_bank_did_alone_it_says_it_no_longer_can(town):
    request_id, members, _survey = asked(town)
    rehearsed = town.operator.post("/v1/releases/rehearsal", {"request_id": request_id})
    previewed = town.client.get(f"/v1/me/requests/{request_id}/preview", headers=members[0].headers)
    assert [refusal(one) for one in (rehearsed, previewed)] == [(409, "conflict")] * 2
    assert "board" in previewed.json()["detail"]


def test_a_false_part_is_named_dropped_and_asked_for_again(town):
    request_id, _members, _survey = asked(town)
    release_id = to_hex(town.new_id())
    waits(town.release(request_id, release_id))
    opening = OpeningList.model_validate(town.operator.get(f"{OPENINGS}/{release_id}"))
    cheat = town.keepers[1]
    secret = town.bank.settings.data / answers_opening.FOLDER / f"{release_id[2:]}.key"
    right = part(cheat, release_id)
    assert secret.stat().st_mode & 0o777 == 0o600
    share, terms = signing.confirmed_share(cheat.signer, URL, state(cheat).standing)
    other, _ = signing.confirmed_share(town.keepers[0].signer, URL, state(cheat).standing)
    point = terms.commitments.public_key
    false = ReleasePart(share.index, (point,) * opening.documents, _proof(other))
    context = signing.opening_context(release_id, cheat.account)
    sealed = seal(false.to_bytes(), [PublicKey.from_hex(opening.public_key)], context)
    body = {"sealed_base64": b64encode(sealed.to_bytes()).decode()}
    assert cheat.put(f"{OPENINGS}/{release_id}/part", body).status_code == 200
    contributed(town.keepers[0], release_id)
    refused = town.release(request_id, release_id)
    assert refusal(refused) == (409, "conflict")
    assert cheat.name in refused.json()["detail"]
    assert waits(town.release(request_id, release_id))["given"] == 1
    assert cheat.put(f"{OPENINGS}/{release_id}/part", right.model_dump()).status_code == 200
    assert town.release(request_id, release_id).status_code == 201


def test_parts_of_strangers_and_for_other_lists_are_refused(town):
    request_id, members, _survey = asked(town)
    first, second = to_hex(town.new_id()), to_hex(town.new_id())
    waits(town.release(request_id, first))
    late = town.member()
    assert refusal(late.put(f"{OPENINGS}/{first}/part", {"sealed_base64": "AAAA"})) == (403, "forbidden")
    assert town.client.get(OPENINGS, headers=late.headers).status_code == 403
    body = part(town.keepers[0], first).model_dump()
    assert refusal(town.keepers[1].put(f"{OPENINGS}/{first}/part", body)) == (422, "invalid-input")
    assert refusal(town.keepers[0].put(f"{OPENINGS}/{second}/part", body)) == (404, "not-found")
    waits(town.release(request_id, second))
    assert refusal(town.keepers[0].put(f"{OPENINGS}/{second}/part", body)) == (422, "invalid-input")
    newcomer = town.organization("board", "No keeper")
    assert refusal(newcomer.put(f"{OPENINGS}/{first}/part", body)) == (403, "forbidden")
    assert len(members) == 4


def test_a_bank_started_again_in_the_middle_goes_on_and_a_release_that_died_is_recorded_once(town, monkeypatch):
    request_id, members, survey = asked(town)
    release_id = to_hex(town.new_id())
    waits(town.release(request_id, release_id))
    for one in town.keepers[:2]:
        contributed(one, release_id)
    monkeypatch.setattr(town.bank, "shared_keys", type(town.bank.shared_keys)(town.bank.database))  # nothing in memory
    town.line.cut_before = "eth_sendRawTransaction"
    assert town.release(request_id, release_id).status_code == 503
    town.line.mend()
    before = [person.get("/v1/me")["coins"] for person in members]
    assert town.release(request_id, release_id).status_code == 201
    assert town.release(request_id, release_id).json()["repeated"]
    assert [person.get("/v1/me")["coins"] for person in members] == [had + 9 for had in before]
    lost = to_hex(town.new_id())
    waits(town.release(request_id, lost))
    (town.folder / answers_opening.FOLDER / f"{lost[2:]}.key").unlink()  # as in a bank put back from a copy
    assert waits(town.release(request_id, lost))["given"] == 0
    for one in town.keepers[1:]:
        contributed(one, lost)
    assert town.release(request_id, lost).status_code == 201
    assert survey.survey_id in town.bank.catalog.surveys_with_history()


def test_shares_dealt_anew_let_a_newcomer_open_and_an_old_share_no_longer(town):
    request_id, _members, _survey = asked(town)
    former = state(town.keepers[0]).standing
    newcomer = town.organization("board", "Board 4")
    for one in town.boards:
        one.publish_key()
    assert begun(town, 2, former.key_id).status_code == 201
    epoch = state(newcomer).ceremony
    assert (epoch.epoch, len(epoch.dealers), newcomer.account in {one.account for one in epoch.keepers}) == (2, 2, True)
    for one in town.boards:
        if one.account in epoch.dealers:
            assert dealt(one).status_code == 200
    for one in town.boards:
        assert confirmed(one).status_code == 200
    assert state(newcomer).standing.epoch == 2
    assert state(newcomer).standing.passed_at is not None
    release_id = to_hex(town.new_id())
    waits(town.release(request_id, release_id))
    for one in (newcomer, town.keepers[2]):
        contributed(one, release_id)
    assert town.release(request_id, release_id).status_code == 201
    assert town.bank.shared_keys.deals(former.key_id, 1) == []


def test_a_ceremony_is_checked_by_everybody_and_replaced_when_somebody_is_missing(fresh):
    town = fresh
    assert refusal(begun(town, 4)) == (422, "invalid-input")
    first = to_hex(town.new_id())
    assert [begun(town, 2, first).status_code for _ in (1, 2)] == [201, 201]
    assert dealt(town.keepers[0]).status_code == 200
    epoch = state(town.keepers[0]).ceremony
    theirs = signing.deal(town.keepers[0].signer, URL, epoch, town.keepers[0].proven.account)
    assert refusal(step(town.keepers[0], epoch, "deal", theirs)) == (409, "conflict")  # another secret than before
    assert refusal(step(town.keepers[1], epoch, "deal", theirs)) == (422, "invalid-input")  # somebody else's
    sound = signing.ConfirmationBody(signature=theirs.signature)
    assert refusal(step(town.keepers[1], epoch, "confirmation", sound)) == (409, "conflict")
    assert begun(town, 3).status_code == 201
    assert state(town.keepers[0]).ceremony.deals == []
    for one in town.keepers:
        assert dealt(one).status_code == 200
    epoch = state(town.keepers[0]).ceremony
    swapped = [one.model_copy(update={"signature": epoch.deals[0].signature}) for one in epoch.deals]
    with pytest.raises(EvidenceError):
        signing.confirm(
            town.keepers[0].signer, URL, epoch.model_copy(update={"deals": swapped}), town.keepers[0].proven.account
        )
    cheat, other, keys = *town.keepers[:2], [PublicKey.from_hex(one.encryption_key) for one in epoch.keepers]
    alone = []  # all deals are one member's, who would know the key
    for index in (1, 2, 3):
        key_id = id_from_hex(epoch.key_id, "key_id")
        made = ceremony.deal_first(key_id, index, keys, epoch.threshold, cheat.signer.randomness).to_bytes()
        text = signing.deal_text(URL, cheat.account, epoch.key_id, epoch.epoch, made)
        signed = {"account": cheat.account, "deal_base64": b64encode(made).decode()}
        signed["signature"] = to_hex(bytes(sign_text(text, cheat.signer.key)))
        alone.append(epoch.deals[0].model_copy(update=signed))
    with pytest.raises(EvidenceError):
        signing.confirm(other.signer, URL, epoch.model_copy(update={"deals": alone}), other.proven.account)
    stranger = town.organization("partner")
    keepers = [epoch.keepers[0].model_copy(update={"account": stranger.account}), *epoch.keepers[1:]]
    with pytest.raises(EvidenceError):
        signing.check_people(epoch.model_copy(update={"keepers": keepers}), town.keepers[0].proven.account)


def test_who_is_erased_is_forgotten_by_the_history_when_the_board_opens_it_next(town):
    request_id, members, survey = asked(town, people=5)
    release_id = to_hex(town.new_id())
    waits(town.release(request_id, release_id))
    for one in town.keepers[:2]:
        contributed(one, release_id)
    assert town.release(request_id, release_id).status_code == 201
    gone = members[0].account
    assert release_history.forget(town.bank, gone) == 0  # nobody can open it now
    assert town.bank.shared_keys.owed_forgettings(survey.survey_id) == [gone]
    again = to_hex(town.new_id())
    waits(town.release(request_id, again))
    for one in town.keepers[:2]:
        contributed(one, again)
    keys = answers_opening.keys_for(town.bank, again, request_id, survey.survey_id, [])
    history = release_history.history_of(town.bank, survey.survey_id, keys)
    assert not history.forget(gone, random.Random(1))  # it was forgotten as it was opened
    assert history.forget(members[1].account, random.Random(1))
    release_history.keep(town.bank, town.bank.catalog.release(release_id), survey.survey_id, history)
    assert town.bank.shared_keys.owed_forgettings(survey.survey_id) == []


def test_the_board_opens_the_answers_of_somebody_whose_key_was_replaced(town):
    _request_id, members, survey = asked(town)
    person, new = members[0], town.newcomer()
    row = town.bank.directory.person(person.account)
    town.bank.directory.rotate_key(person.account, row.key, new.encryption_key)
    opening_id = to_hex(town.new_id())
    body = {"opening_id": opening_id, "account": person.account}
    waits(town.operator.post(OPENINGS, body))
    for one in town.keepers[:2]:
        contributed(one, opening_id)
    assert town.operator.done(OPENINGS, body)["documents_wrapped"] == 1
    [document] = kept(town, person.account)
    assert document.recipients == (new.signer.encryption.public,)
    assert document.shared
    assert (
        b"vote"
        in open_sealed(document, new.signer.encryption, answer_context(survey.survey_id, person.account)).content
    )
    assert town.operator.done(OPENINGS, body)["documents_wrapped"] == 0
    assert not (town.folder / answers_opening.FOLDER / f"{opening_id[2:]}.key").exists()


def _proof(share):
    from pds_adapter.escrow.proofs import Proof

    return Proof(share.value, share.value)
