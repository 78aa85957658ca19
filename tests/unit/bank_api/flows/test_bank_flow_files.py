"""Documents of any kind in a store: sent in chunks, taken up, versions, quota; nothing of it for the bank to read."""

import base64
from itertools import count

import pytest
from pydantic import ValidationError

from bank_api.flows import files
from bank_api.protocol.shapes.files import SIZE_BYTES_MAX, FileBegun
from bank_api.routes.packing import PACKED_FROM_BYTES
from pds_adapter.personium_simulator.server import PersoniumSimulator
from pds_adapter.sealing.chunks import CHUNK_BYTES, CHUNK_OVERHEAD_BYTES, Cover, content_digest, seal_cover
from pds_adapter.stores.places import Place
from tests.unit.bank_api.flows.file_owners import Owner, RefusedError
from tests.unit.bank_api.flows.offered_unit import town_with
from wallet_cli import sealed_files
from wallet_cli.errors import EvidenceError, InputError

TOKEN = "the-token-of-a-unit-for-files"
CONTENT = bytes(range(256)) * 8192 + b"and a last, short chunk"


@pytest.fixture(scope="module")
def unit():
    state = {"down": False}
    with PersoniumSimulator(TOKEN, failing=lambda request: state["down"]) as simulator:
        simulator.state = state
        yield simulator


@pytest.fixture(scope="module")
def town(tmp_path_factory, unit):
    quota = str(4 * len(CONTENT))
    with town_with(unit, TOKEN, tmp_path_factory.mktemp("files"), DOCUMENT_QUOTA_BYTES=quota) as made:
        yield made


@pytest.fixture
def owner(town):
    return Owner(town)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo"
    path.write_bytes(CONTENT)
    return path


def test_a_sealed_chunk_travels_as_it_is(owner, tmp_path):
    """Packing it took the bank a minute of its processor for each gigabyte."""
    file = tmp_path / "noise"
    file.write_bytes(bytes(range(256)) * 64)
    cover, _ = owner.put(file)
    path = f"/v1/me/files/{cover.document}/versions/{cover.version}/chunks/0"
    answer = owner.person.town.client.get(path, headers=owner.person.headers)
    assert len(answer.content) > PACKED_FROM_BYTES
    assert "Content-Encoding" not in answer.headers


def test_a_document_comes_back_as_it_was_put(owner, photo, tmp_path):
    cover, sent = owner.put(photo)
    assert (cover.chunks, sent, cover.version) == (2, 2, 1)
    [one] = owner.files()
    assert (one.cover, one.kept.finished_at is not None) == (cover, True)
    assert owner.got(cover, tmp_path / "back") == CONTENT
    assert (tmp_path / "back").stat().st_mode & 0o777 == 0o600


def test_an_empty_document_is_one_too(owner, tmp_path):
    (tmp_path / "empty").touch()
    cover, _ = owner.put(tmp_path / "empty")
    assert owner.got(cover, tmp_path / "back") == b""


def test_the_bank_keeps_nothing_that_could_be_read(owner, photo, town):
    owner.put(photo, title="A-telling-title")
    for file in town.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert b"A-telling-title" not in content
            assert CONTENT[:256] not in content


def test_a_part_is_read_from_its_own_chunks_alone(owner, photo, tmp_path):
    cover, _ = owner.put(photo)
    asked = []

    def chunk_of(index):
        asked.append(index)
        return owner.face.chunk(cover.document, cover.version, index)

    sealed_files.get_range(cover, owner.signer.account, chunk_of, tmp_path / "part", CHUNK_BYTES + 4, 10)
    assert ((tmp_path / "part").read_bytes(), asked) == (CONTENT[CHUNK_BYTES + 4 :][:10], [1])
    with pytest.raises(InputError):
        sealed_files.get_range(cover, owner.signer.account, chunk_of, tmp_path / "more", len(CONTENT), 1)
    assert not (tmp_path / "more").exists()


def test_an_upload_that_died_is_taken_up_where_it_was(owner, photo, tmp_path):
    owner.session.dies_at = count(-1)  # at the second chunk
    with pytest.raises(ConnectionError):
        owner.put(photo)
    owner.session.dies_at = None
    [under_way] = owner.files()
    assert under_way.kept.finished_at is None
    cover, sent = owner.put(photo)
    assert (sent, cover) == (1, under_way.cover)
    assert len(owner.files()) == 1
    assert owner.got(cover, tmp_path / "back") == CONTENT


def test_another_content_is_another_document(owner, photo):
    owner.session.dies_at = count(-1)
    with pytest.raises(ConnectionError):
        owner.put(photo)
    owner.session.dies_at = None
    photo.write_bytes(CONTENT[:-1] + b"!")
    cover, sent = owner.put(photo)
    assert (sent, len(owner.files())) == (2, 2)
    assert len({one.kept.document for one in owner.files()}) == 2
    owner.put(photo, document=cover.document)


def test_a_file_that_changes_while_it_is_sent_is_never_finished(owner, photo, monkeypatch):
    measured = sealed_files._measured

    def and_then_changed(file):
        found = measured(file)
        photo.write_bytes(CONTENT[:-1] + b"!")
        return found

    monkeypatch.setattr(sealed_files, "_measured", and_then_changed)
    with pytest.raises(InputError, match="changed while it was sent"):
        owner.put(photo)
    assert [one.kept.finished_at for one in owner.files()] == [None]


def test_versions_stay_each_by_itself(owner, photo, tmp_path):
    first, _ = owner.put(photo)
    photo.write_bytes(b"second")
    second, _ = owner.put(photo, document=first.document)
    assert (second.version, second.document) == (2, first.document)
    assert owner.got(first, tmp_path / "1") == CONTENT
    assert owner.got(second, tmp_path / "2") == b"second"
    assert owner.face.remove(first.document, 1).versions == 1
    assert [one.kept.version for one in owner.files()] == [2]
    assert owner.face.remove(first.document, 1).versions == 0
    assert owner.face.remove(first.document, None).versions == 1
    assert owner.person.town.bank.pds.uploads(owner.person.account) == []


def test_the_quota_counts_what_is_under_way(owner, photo):
    owner.put(photo)
    owner.put(photo, title="another")
    owner.session.dies_at = count(-1)
    with pytest.raises(ConnectionError):
        owner.put(photo, title="a third")
    with pytest.raises(RefusedError) as refused:
        owner.put(photo, title="a fourth")
    assert (refused.value.status, "azukari pds remove" in refused.value.body["hint"]) == (409, True)
    owner.session.dies_at = None
    [third] = [one for one in owner.files() if one.kept.finished_at is None]
    owner.face.remove(third.kept.document, None)
    owner.put(photo, title="a fourth")
    listed = owner.face.files()
    assert listed.used_bytes == sum(one.kept.stored_bytes for one in owner.files()) <= listed.quota_bytes


def test_a_copy_that_is_not_what_was_put_is_found_out(owner, photo, tmp_path, town):
    cover, _ = owner.put(photo)
    first, second = (owner.face.chunk(cover.document, 1, index) for index in (0, 1))

    def swapped(index):
        return (second, first)[index]

    with pytest.raises(EvidenceError):
        sealed_files.get_file(cover, owner.signer.account, swapped, tmp_path / "back", lambda done, whole: None)
    assert list(tmp_path.glob("back*")) == []


def test_it_moves_with_its_owner_and_comes_home(owner, photo, tmp_path, town):
    cover, _ = owner.put(photo)
    for target in ("unit", "house"):
        moved = town.client.put("/v1/me/place", json={"offer": target}, headers=owner.person.headers)
        assert moved.status_code == 200, moved.text
        assert owner.got(cover, tmp_path / target) == CONTENT
    assert town.bank.pds.store_of(Place("unit")).uploads(owner.person.account) == []


def test_a_store_that_is_down_costs_a_refusal_and_nothing_else(owner, photo, tmp_path, town, unit, monkeypatch):
    monkeypatch.setattr("pds_adapter.stores.guarded.REST_SECONDS", 0.0)
    town.client.put("/v1/me/place", json={"offer": "unit"}, headers=owner.person.headers)
    other = Owner(town)
    unit.state["down"] = True
    try:
        with pytest.raises(RefusedError) as refused:
            owner.put(photo)
        assert (refused.value.status, refused.value.body["code"]) == (503, "store-unavailable")
        other.put(photo)
    finally:
        unit.state["down"] = False
    cover, _ = owner.put(photo)
    assert owner.got(cover, tmp_path / "back") == CONTENT
    assert len(owner.files()) == 1


# ---- what is refused ----


def begun(owner, document="0d" * 16, version=1, upload="0a" * 16, to=None, size=CHUNK_BYTES + 1):
    cover = Cover(document, version, upload, "t", "a/b", size, content_digest().hexdigest(), 1, b"k" * 32)
    key = to or owner.signer.encryption.public
    sealed = base64.b64encode(seal_cover(cover, owner.signer.account, [key]).to_bytes()).decode()
    body = FileBegun(upload=upload, size_bytes=size, cover_base64=sealed)
    return owner.face.begin(document, version, body)


def refused(call, status, field=None):
    with pytest.raises(RefusedError) as found:
        call()
    assert (found.value.status, found.value.body.get("field")) == (status, field), found.value.body


def test_a_version_has_its_turn(owner):
    refused(lambda: begun(owner, version=2), 409)
    assert begun(owner).missing == [0, 1]
    assert begun(owner).missing == [0, 1]
    refused(lambda: begun(owner, upload="0b" * 16), 409)
    refused(lambda: begun(owner, size=5), 409)
    refused(lambda: begun(owner, document="0e" * 16), 409)  # the upload is another document's
    refused(lambda: owner.face.finish("0d" * 16, 1), 409)


def test_no_more_versions_than_somebody_could_need_and_none_longer(owner, monkeypatch):
    monkeypatch.setattr(files, "VERSIONS_MAX", 1)
    assert begun(owner).missing == [0, 1]
    assert begun(owner).missing == [0, 1]
    refused(lambda: begun(owner, document="0e" * 16, upload="0b" * 16), 409)
    with pytest.raises(ValidationError):
        FileBegun(upload="0c" * 16, size_bytes=SIZE_BYTES_MAX + 1, cover_base64="AAAA")


def test_a_cover_is_sealed_to_its_owner_alone(owner, town):
    refused(lambda: begun(owner, to=town.bank.release_key.public), 422, "cover_base64")
    body = FileBegun(upload="0a" * 16, size_bytes=1, cover_base64="AAAA")
    refused(lambda: owner.face.begin("0d" * 16, 1, body), 422, "cover_base64")


def test_a_chunk_has_its_place_and_its_length(owner):
    begun(owner)
    whole, last = CHUNK_BYTES + CHUNK_OVERHEAD_BYTES, 1 + CHUNK_OVERHEAD_BYTES
    refused(lambda: owner.face.keep_chunk("0d" * 16, 1, 2, b"x" * last), 422, "index")
    refused(lambda: owner.face.keep_chunk("0d" * 16, 1, 0, b"x" * last), 422, "chunk_base64")
    refused(lambda: owner.face.keep_chunk("0d" * 16, 1, 0, b"x" * (whole + 1)), 422, "chunk_base64")
    assert owner.face.keep_chunk("0d" * 16, 1, 1, b"x" * last).repeated is False
    assert owner.face.keep_chunk("0d" * 16, 1, 1, b"x" * last).repeated is True
    refused(lambda: owner.face.keep_chunk("0d" * 16, 1, 1, b"y" * last), 409)
    assert owner.face.state("0d" * 16, 1).missing == [0]


def test_nobody_else_has_it(owner, town):
    begun(owner)
    stranger = Owner(town)
    refused(lambda: stranger.face.state("0d" * 16, 1), 404)
    refused(lambda: stranger.face.chunk("0d" * 16, 1, 0), 404)
    refused(lambda: stranger.face.keep_chunk("0d" * 16, 1, 0, b"x" * 50), 404)
    assert stranger.face.remove("0d" * 16, None).versions == 0
    assert owner.face.state("0d" * 16, 1).missing == [0, 1]
    assert town.client.get("/v1/me/files").status_code == 401
