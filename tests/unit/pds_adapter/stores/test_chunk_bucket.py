"""A bucket that is gone, slow or meddled with: its chunk's owner hears so at once, and nobody else waits."""

import threading

import httpx
import pytest

from pds_adapter.errors import DocumentUnknownError, PlaceRefusedError, StoreFormatError, StoreUnavailableError
from pds_adapter.sealing.chunks import SealedChunk
from pds_adapter.sealing.envelope import KeyPair, seal
from pds_adapter.stores import chunk_bucket, guarded
from pds_adapter.stores.chunk_bucket import Bucket, ChunkBucket
from pds_adapter.stores.embedded import EmbeddedStore
from scripts.stage.ports import free_ports
from tests.unit.pds_adapter.stores.s3_server import KEY, SIGNED, s3_server

NOW, UPLOAD, CHUNK = 1_800_000_000, "0a" * 16, SealedChunk(b"f" * 100)


@pytest.fixture(scope="module")
def address():
    with s3_server() as found:
        yield found


def bucket(address, prefix):
    return ChunkBucket(Bucket.at(f"s3://documents/{prefix}", KEY, endpoint=address))


def test_two_writers_of_one_chunk_write_it_once_and_prefixes_do_not_meet(address):
    made = bucket(address, "twice")
    written = []
    threads = [threading.Thread(target=lambda: written.append(made.put("a", UPLOAD, 0, CHUNK))) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(written) == [False, False, False, True]
    assert bucket(address, "elsewhere").uploads("a") == []
    assert made.uploads("a") == [UPLOAD]


def test_what_was_altered_there_is_no_chunk_and_what_was_removed_is_unknown(address):
    made = bucket(address, "meddled")
    made.put("a", UPLOAD, 0, CHUNK)
    place = f"{address}/documents/meddled/a/{UPLOAD}/00000000"
    httpx.put(place, content=b"short", headers={"Authorization": SIGNED}).raise_for_status()
    with pytest.raises(StoreFormatError):
        made.get("a", UPLOAD, 0)
    httpx.delete(place, headers={"Authorization": SIGNED}).raise_for_status()
    with pytest.raises(DocumentUnknownError):
        made.get("a", UPLOAD, 0)


def test_a_bucket_that_is_gone_says_so_at_once_and_holds_up_nobody(tmp_path, monkeypatch):
    nowhere = "http://127.0.0.1:{}".format(*free_ports(1))
    store = EmbeddedStore(tmp_path / "pds.sqlite", bucket=bucket(nowhere, ""))
    store.open_account("alice", NOW)
    with pytest.raises(StoreUnavailableError, match="try again"):
        store.put_chunk("alice", UPLOAD, 0, CHUNK)
    monkeypatch.setattr(store._bucket, "_store", None)  # it is not even asked now
    with pytest.raises(StoreUnavailableError, match="a moment ago"):
        store.get_chunk("alice", UPLOAD, 0)
    pair = KeyPair.generate()
    store.put("alice", "answers", "one", seal(b"x", [pair.public], b"c"))
    assert [one.name for one in store.entries("alice")] == ["one"]
    store.close()


def test_a_bucket_that_comes_back_takes_the_same_chunk(tmp_path, monkeypatch):
    monkeypatch.setattr(guarded, "REST_SECONDS", 0.0)
    (port,) = free_ports(1)
    made = bucket(f"http://127.0.0.1:{port}", "back")
    with pytest.raises(StoreUnavailableError):
        made.put("a", UPLOAD, 0, CHUNK)
    with s3_server(port):
        assert made.put("a", UPLOAD, 0, CHUNK) is True
        assert made.put("a", UPLOAD, 0, CHUNK) is False
        assert made.get("a", UPLOAD, 0) == CHUNK


def test_a_chunk_that_comes_while_its_account_is_erased_is_taken_out_again(tmp_path, address):
    far = bucket(address, "erased")
    store = EmbeddedStore(tmp_path / "pds.sqlite", bucket=far)
    store.open_account("alice", NOW)
    put = far.put

    def erased_meanwhile(*arguments):
        is_new = put(*arguments)
        store.erase("alice", NOW)
        put(*arguments)
        return is_new

    far.put = erased_meanwhile
    with pytest.raises(Exception, match="erased"):
        store.put_chunk("alice", UPLOAD, 0, CHUNK)
    assert far.uploads("alice") == []
    store.close()


def test_where_a_bucket_is_has_one_form_and_its_key_never_shows():
    made = Bucket.at("s3://documents/of/the/bank/", KEY)
    assert (made.name, made.prefix) == ("documents", "of/the/bank")
    assert "secret" not in repr(made).replace("secret_access_key", "")
    for url, key in (("https://documents", KEY), ("s3://", KEY), ("s3://documents", "one-line-alone")):
        with pytest.raises(PlaceRefusedError):
            Bucket.at(url, key)
    assert chunk_bucket.CONNECT_SECONDS < chunk_bucket.ANSWER_SECONDS
