"""One recipient, one version, until a time: enforced by the wrap and by the store, ended at once and by itself."""

from dataclasses import replace

import pytest

from bank_api.flows import file_grants
from bank_api.protocol.file_grant import file_grant_text
from bank_api.store import statements
from bank_api.store.tables import FileGrantWordRow
from chaincode.ids import new_id, to_hex
from chaincode.keys import sign_text
from pds_adapter.errors import NotGrantedError
from pds_adapter.personium_simulator.server import PersoniumSimulator
from pds_adapter.sealing.envelope import SealedDocument, open_sealed, rewrap
from pds_adapter.stores.chunks import chunk_box
from tests.unit.bank_api.flows.box_people import Line
from tests.unit.bank_api.flows.file_owners import Owner, RefusedError, received_cover
from tests.unit.bank_api.flows.offered_unit import town_with
from tests.unit.bank_api.flows.test_bank_flow_wards import rotation_body
from tests.unit.bank_api.person import DAY, URL, TownProofs
from wallet_cli import granted_files, sealed_files
from wallet_cli.bank_client.boxes import SignedCalls
from wallet_cli.bank_client.files import ReceivedFilesFace
from wallet_cli.errors import EvidenceError
from wallet_cli.pins import pins_of
from wallet_cli.proven import ProvenLedger
from wallet_cli.signing.signer import from_base64, to_base64

TOKEN = "the-token-of-a-unit-for-grants"
CONTENT = b"what the doctor wrote"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    with PersoniumSimulator(TOKEN) as unit, town_with(unit, TOKEN, tmp_path_factory.mktemp("grants")) as made:
        yield made


@pytest.fixture(params=["house", "unit"])
def owner(town, request, tmp_path):
    made = Owner(town)
    town.client.put("/v1/me/place", json={"offer": request.param}, headers=made.person.headers)
    for name, content in (("other", b"another"), ("letter", CONTENT)):
        (tmp_path / name).write_bytes(content)
        made.put(tmp_path / name, title=name)
    return made


@pytest.fixture
def letter(owner):
    return next(one.cover for one in owner.files() if one.cover.title == "letter")


@pytest.fixture
def doctor(town):
    return Owner(town)


def refused(call, status):
    with pytest.raises(RefusedError) as found:
        call()
    assert found.value.status == status, found.value.body
    return found.value.body


def tomorrow(town):
    return town.bank.clock() + DAY


def test_the_recipient_reads_and_the_owner_sees_it(owner, letter, doctor, town, tmp_path):
    grant = owner.grant(doctor, tomorrow(town), letter)
    assert [one.grant_id for one in doctor.grants.received()] == [grant.grant_id]
    assert doctor.received(grant.grant_id, tmp_path / "read") == CONTENT
    readings = owner.grants.readings()
    assert [(one.recipient, one.document, one.chunk) for one in readings] == [
        (doctor.person.account, letter.document, 0),
        (doctor.person.account, letter.document, None),
    ]
    assert doctor.grants.readings() == []


def test_nobody_else_and_nothing_else(owner, letter, doctor, town):
    grant = owner.grant(doctor, tomorrow(town), letter)
    stranger = Owner(town)
    refused(lambda: stranger.grants.cover(grant.grant_id), 404)
    refused(lambda: stranger.grants.chunk(grant.grant_id, 0), 404)
    refused(lambda: stranger.grants.revoke(grant.grant_id), 404)
    refused(lambda: doctor.grants.revoke(grant.grant_id), 404)
    refused(lambda: doctor.grants.chunk(grant.grant_id, 1), 404)
    other = next(one for one in owner.files() if one.cover.title == "other")
    store, account = town.bank.pds, owner.person.account
    with pytest.raises(NotGrantedError):
        store.get_chunk(account, other.kept.upload, 0, reader=doctor.person.account)
    assert owner.grants.readings() == []


def test_what_the_owner_did_not_sign_is_not_opened(owner, letter, doctor, town):
    grant = owner.grant(doctor, tomorrow(town), letter)
    handed, own = doctor.grants.cover(grant.grant_id), doctor.person.account
    assert received_cover(doctor.person, handed, own).document == letter.document
    other = owner.grant(doctor, tomorrow(town) + 1, letter)
    foreign = doctor.grants.cover(other.grant_id)
    for changed in (
        {"signature": None},
        {"signature": "0x"},
        {"signature": foreign.signature},
        {"cover_base64": foreign.cover_base64},
        {"until": handed.until + 1},
        {"version": 2},
        {"document": "0e" * 16},
        {"grant_id": other.grant_id},
    ):
        with pytest.raises(EvidenceError, match="did not sign that you may read"):
            received_cover(doctor.person, handed.model_copy(update=changed), own)
    with pytest.raises(EvidenceError, match="did not sign that you may read"):
        received_cover(doctor.person, foreign, own, asked=grant.grant_id)  # another letter of the same owner
    for lie in ({"own": owner.person.account}, {"own": own, "owner": own}):
        with pytest.raises(EvidenceError, match="did not sign"):
            received_cover(doctor.person, handed, **lie)


def test_a_grant_is_ended_at_once_in_both_locks(owner, letter, doctor, town):
    grant = owner.grant(doctor, tomorrow(town), letter)
    store, account, reader = town.bank.pds, owner.person.account, doctor.person.account
    assert store.get_chunk(account, letter.upload, 0, reader=reader)
    assert owner.grants.revoke(grant.grant_id).is_live is False
    refused(lambda: doctor.grants.cover(grant.grant_id), 403)
    refused(lambda: doctor.grants.chunk(grant.grant_id, 0), 403)
    with pytest.raises(NotGrantedError):
        store.get_chunk(account, letter.upload, 0, reader=reader)
    assert store.entries(account, f"granted.{grant.grant_id}") == []
    assert doctor.grants.received() == []
    assert owner.grants.revoke(grant.grant_id).revoked_at is not None
    assert [one.is_live for one in owner.grants.given()] == [False]


def test_a_grant_ends_without_anybody_acting(owner, letter, doctor, town):
    grant = owner.grant(doctor, town.bank.clock() + 60, letter)
    doctor.grants.cover(grant.grant_id)
    town.chain.advance(60)
    refused(lambda: doctor.grants.chunk(grant.grant_id, 0), 403)
    with pytest.raises(NotGrantedError):
        town.bank.pds.get_chunk(owner.person.account, letter.upload, 0, reader=doctor.person.account)
    assert len(owner.grants.readings()) == 1


def test_the_end_of_one_grant_leaves_another_of_the_same(owner, letter, doctor, town, tmp_path):
    first, second = owner.grant(doctor, tomorrow(town), letter), owner.grant(doctor, tomorrow(town) + 5, letter)
    owner.grants.revoke(first.grant_id)
    assert doctor.received(second.grant_id, tmp_path / "read") == CONTENT
    owner.grants.revoke(second.grant_id)
    with pytest.raises(NotGrantedError):
        town.bank.pds.get_chunk(owner.person.account, letter.upload, 0, reader=doctor.person.account)


def test_nobody_is_let_read_by_a_token_alone(owner, letter, doctor, town):
    thief = replace(town.newcomer().signer, account=owner.person.account)
    sealed = SealedDocument.from_bytes(
        from_base64(next(one for one in owner.files() if one.cover == letter).kept.cover_base64, "cover")
    )
    cover = rewrap(sealed, owner.signer.encryption, [doctor.signer.encryption.public]).without(
        owner.signer.encryption.public
    )
    terms = (
        to_hex(new_id())[2:34],
        letter.document,
        letter.version,
        doctor.person.account,
        tomorrow(town),
        cover.to_bytes(),
    )
    text = file_grant_text(URL, owner.person.account, *terms)
    body = {
        "document": letter.document, "version": letter.version, "recipient": terms[3], "until": terms[4],
        "cover_base64": to_base64(terms[5]), "signature": to_hex(bytes(sign_text(text, thief.key))),
    }  # fmt: skip
    path = f"/v1/me/file-grants/{terms[0]}"
    refused(lambda: owner.session.call("PUT", path, body), 422)
    signed = body | {"signature": to_hex(bytes(sign_text(text, owner.signer.key)))}
    refused(lambda: owner.session.call("PUT", path, signed | {"until": terms[4] + 1}), 422)
    assert owner.grants.given() == []
    assert owner.session.call("PUT", path, signed)["is_live"] is True


def test_a_new_key_ends_what_the_old_one_let_others_read_and_grants_without_a_word_go_on(owner, letter, doctor, town):
    grant, before = (owner.grant(doctor, tomorrow(town), letter) for _ in range(2))
    word = town.bank.files.word_of(before.grant_id)
    row = {"grant_id": word.grant_id}
    town.bank.database.write(lambda moment: statements.drop(moment, FileGrantWordRow, [row]))  # as of earlier programs
    new = town.newcomer()
    owner.person.done("/v1/key-rotations", rotation_body(owner.person, new.signer))
    refused(lambda: doctor.grants.cover(grant.grant_id), 403)
    refused(lambda: doctor.grants.chunk(grant.grant_id, 0), 403)
    assert [one.grant_id for one in doctor.grants.received()] == [before.grant_id]
    assert town.bank.pds.entries(owner.person.account, f"granted.{grant.grant_id}") == []


def test_what_is_removed_is_granted_no_more(owner, letter, doctor, town):
    grant = owner.grant(doctor, tomorrow(town), letter)
    owner.face.remove(letter.document, None)
    refused(lambda: doctor.grants.cover(grant.grant_id), 403)
    assert letter.upload not in town.bank.pds.uploads(owner.person.account)
    live = [one for one in town.bank.pds.grants(owner.person.account) if one.revoked_at is None]
    assert [one for one in live if one.box == chunk_box(letter.upload)] == []


def test_the_handed_cover_is_wrapped_to_the_recipient_alone(owner, letter, doctor, town):
    grant = owner.grant(doctor, tomorrow(town), letter)
    sealed = SealedDocument.from_bytes(from_base64(doctor.grants.cover(grant.grant_id).cover_base64, "cover"))
    assert sealed.recipients == (doctor.signer.encryption.public,)
    with pytest.raises(Exception, match="another context"):
        open_sealed(sealed, doctor.signer.encryption, b"another context")


def test_the_same_grant_again_is_success_and_another_under_its_id_is_refused(owner, letter, doctor, town, monkeypatch):
    until = tomorrow(town)
    first = owner.grant(doctor, until, letter)
    sent = [body for method, path, body in owner.session.bodies if "file-grants" in path][-1]
    path = f"/v1/me/file-grants/{first.grant_id}"
    assert owner.session.call("PUT", path, sent)["grant_id"] == first.grant_id
    refused(lambda: owner.session.call("PUT", path, sent | {"until": until + 1}), 409)
    assert len(owner.grants.given()) == 1


def test_a_grant_names_a_recipient_with_a_key_and_a_time_to_come(owner, letter, doctor, town, monkeypatch):
    refused(lambda: owner.grant(doctor, town.bank.clock(), letter), 422)
    with monkeypatch.context() as few:
        few.setattr(file_grants, "GRANTS_MAX", 0)
        refused(lambda: owner.grant(doctor, tomorrow(town), letter), 409)
    refused(lambda: owner.grant(owner, tomorrow(town), letter), 422)
    assert owner.grants.given() == []


def test_the_key_of_an_office_is_proven_and_a_members_is_shown_to_nobody(owner, town, monkeypatch):
    partner, member = town.organization("partner"), town.member()
    partner.publish_key()
    proven = owner.person.proven.account(partner.account)
    assert granted_files.key_of(owner.grants, proven).to_hex() == partner.encryption_key
    refused(lambda: owner.grants.key_of(member.account), 404)
    monkeypatch.setattr(type(owner.grants), "key_of", lambda _face, _account: member.encryption_key)
    with pytest.raises(EvidenceError, match="is not the one that the ledger has"):
        granted_files.key_of(owner.grants, proven)


def test_whether_somebody_is_a_member_is_told_to_nobody(owner, letter, doctor, town):
    stranger = town.newcomer()
    [until, one] = [tomorrow(town), owner.files()[-1]]
    for account in (stranger.account, doctor.person.account):
        key = stranger.signer.encryption.public
        with pytest.raises(RefusedError) as found:
            granted_files.grant_file(owner.grants, owner.signer, URL, one, account, key, until)
        assert (found.value.status, found.value.body["field"]) == (422, "cover_base64")


def test_a_person_of_another_bank_reads_a_document_with_a_key_alone_until_the_end(owner, letter, town, tmp_path):
    friend, one = town.newcomer(), next(one for one in owner.files() if one.cover == letter)
    name, key = friend.signer.key.address, friend.signer.encryption.public
    with pytest.raises(RefusedError):  # not said to be of another bank: nobody is told whether there is such an account
        granted_files.grant_file(owner.grants, owner.signer, URL, one, name, key, tomorrow(town))
    made = granted_files.grant_file(owner.grants, owner.signer, URL, one, name, key, tomorrow(town), elsewhere=True)
    face = ReceivedFilesFace(SignedCalls(Line(town), name, friend.signer.key, clock=lambda: town.now))
    assert [found.grant_id for found in face.received()] == [made.grant_id]
    ledger = ProvenLedger(TownProofs(town.operator), pins_of(town.about()))
    handed, owner_now = face.cover(made.grant_id), ledger.anybody(owner.person.account)
    cover = granted_files.received_cover(friend.signer.encryption, handed, URL, owner_now, name, made.grant_id)
    sealed_files.get_file(
        cover, made.owner, lambda index: face.chunk(made.grant_id, index), tmp_path / "got", lambda done, whole: None
    )
    assert (tmp_path / "got").read_bytes() == CONTENT
    assert {found.recipient for found in owner.grants.readings()} >= {name}
    thief = ReceivedFilesFace(SignedCalls(Line(town), name, town.newcomer().signer.key, clock=lambda: town.now))
    with pytest.raises(RefusedError):
        thief.cover(made.grant_id)
    owner.grants.revoke(made.grant_id)
    assert face.received() == []
    with pytest.raises(RefusedError):
        face.cover(made.grant_id)


def test_who_has_an_account_here_is_no_stranger(owner, letter, doctor, town):
    one, key = owner.files()[-1], doctor.person.signer.encryption.public
    with pytest.raises(RefusedError) as found:
        granted_files.grant_file(
            owner.grants, owner.signer, URL, one, doctor.person.account, key, tomorrow(town), elsewhere=True
        )
    assert (found.value.status, found.value.body["field"]) == (422, "recipient")
