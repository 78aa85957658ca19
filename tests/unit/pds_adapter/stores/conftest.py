"""Every back end as one fixture: whoever asks for `store` is put through all of them."""

import os

import pytest

from pds_adapter.stores.chunk_bucket import Bucket, ChunkBucket
from pds_adapter.stores.embedded import EmbeddedStore
from pds_adapter.stores.personium import PersoniumStore
from pds_adapter.stores.port import PersonalDataStore
from pds_adapter.stores.solid import SolidStore
from tests.postgres import NEEDS_SERVER, server
from tests.unit.pds_adapter.stores.s3_server import KEY, s3_server

NOW = 1_800_000_000
LIVE = "AZUKARI_TEST_PERSONIUM"


def embedded(request, tmp_path):
    return EmbeddedStore(tmp_path / "pds.sqlite")


def embedded_on_a_server(request, tmp_path):
    return EmbeddedStore(tmp_path / "pds.sqlite", server().new_database())


def embedded_with_a_bucket(request, tmp_path):
    bucket = Bucket.at(f"s3://documents/{tmp_path.name}", KEY, endpoint=request.getfixturevalue("s3_address"))
    return EmbeddedStore(tmp_path / "pds.sqlite", bucket=ChunkBucket(bucket))


def solid(request, tmp_path):
    return SolidStore(request.getfixturevalue("solid_server"), tmp_path / "solid")


def personium(request, tmp_path):
    unit = request.getfixturevalue("personium_unit")
    return PersoniumStore(unit.url, tmp_path / "personium", unit.token)


def personium_live(request, tmp_path):
    url, token = os.environ.get(f"{LIVE}_URL"), os.environ.get(f"{LIVE}_TOKEN")
    if not (url and token):
        pytest.skip(f"no Personium unit to try this on: {LIVE}_URL and {LIVE}_TOKEN (a unit token) would name one")
    return PersoniumStore(url, tmp_path / "personium", token)


@pytest.fixture(scope="session")
def s3_address():
    with s3_server() as address:
        yield address


@pytest.fixture(
    params=[
        embedded,
        embedded_with_a_bucket,
        pytest.param(embedded_on_a_server, marks=NEEDS_SERVER),
        pytest.param(solid, marks=pytest.mark.node),
        personium,
        personium_live,
    ]
)
def store(request, tmp_path):
    made: PersonalDataStore = request.param(request, tmp_path)
    made.open_account("alice", NOW)
    made.open_account("bob", NOW)
    yield made
    made.close()
