"""Large documents in a bucket: kept there, taken up when it comes back, and nobody else waits while it is gone."""

import json

import pytest

from pds_adapter.stores import guarded
from scripts.stage.ports import free_ports
from tests.unit.bank_api.flows.file_owners import Owner, RefusedError
from tests.unit.bank_api.town import Town
from tests.unit.pds_adapter.stores.s3_server import KEY, s3_server

CONTENT = bytes(range(256)) * 8192 + b"and a last, short chunk"


@pytest.fixture
def port():
    return free_ports(1)[0]


@pytest.fixture
def town(tmp_path, port, monkeypatch):
    (tmp_path / "bucket.key").write_text(KEY)
    setting = {"url": "s3://documents/bank", "key_file": str(tmp_path / "bucket.key")}
    monkeypatch.setenv("AZUKARI_BANK_DOCUMENT_BUCKET", json.dumps(setting | {"endpoint": f"http://127.0.0.1:{port}"}))
    monkeypatch.setattr(guarded, "REST_SECONDS", 0.0)
    made = Town(tmp_path)
    yield made
    made.close()


def test_a_bucket_that_is_gone_costs_its_owner_try_again_and_nobody_an_answer(town, port, tmp_path):
    owner, survey, photo = Owner(town), town.survey(), tmp_path / "photo"
    photo.write_bytes(CONTENT)
    with pytest.raises(RefusedError) as refused:
        owner.put(photo)
    assert (refused.value.status, refused.value.body["code"]) == (503, "store-unavailable")
    assert town.answer(owner.person, survey)["coins"] > 0  # documents small and sealed rest elsewhere
    assert town.answer(town.member(), survey)["coins"] > 0
    with s3_server(port):
        cover, sent = owner.put(photo)
        assert (cover.version, sent) == (1, 2)
        assert owner.got(cover, tmp_path / "back") == CONTENT
        assert not (town.folder / "pds.sqlite3.chunks").exists()
        assert len(town.bank.pds.uploads(owner.person.account)) == 1
    again = Owner(town)
    with pytest.raises(RefusedError):
        again.put(photo)
    assert town.answer(again.person, survey)["coins"] > 0
