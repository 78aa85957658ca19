"""What only the Solid back end can get wrong; the contract itself is in test_store_contract.py."""

import http.server
import json
import stat
import threading
from dataclasses import replace

import httpx
import pytest

from pds_adapter.errors import NotGrantedError, StoreFormatError, StoreUnavailableError
from pds_adapter.sealing.envelope import seal
from pds_adapter.stores.port import Erasure, Grant
from pds_adapter.stores.solid import ACCOUNT, READER, SolidStore
from pds_adapter.stores.solid_agent import SolidAgent, SolidIdentity
from pds_adapter.stores.solid_directory import SolidAccount, SolidDirectory

NOW = 1_800_000_000
IDENTITY = SolidIdentity("http://localhost:3/a/profile/card#me", "http://localhost:3/a/", "id", "very secret")


@pytest.fixture
def sealed(member):
    return seal(b"one", [member.public], b"c")


@pytest.fixture
def store(solid_server, tmp_path):
    made = SolidStore(solid_server, tmp_path / "solid")
    made.open_account("alice", NOW)
    yield made
    made.close()


@pytest.mark.node
def test_another_run_over_the_same_directory_finds_everything(store, solid_server, tmp_path, sealed):
    store.put("alice", "answers", "s1", sealed)
    grant = store.grant("alice", "answers", "bank", NOW)
    store.close()
    again = SolidStore(solid_server, tmp_path / "solid")
    assert again.get("alice", "answers", "s1", reader="bank").content == sealed
    assert again.grants("alice") == [grant]
    assert again.open_account("alice", NOW) is False
    again.close()


@pytest.mark.node
def test_opening_that_died_after_the_server_answered_finds_the_same_pod(store, tmp_path, sealed):
    store.put("alice", "answers", "s1", sealed)
    (tmp_path / "solid" / "account-alice.json").unlink()
    assert store.open_account("alice", NOW) is True
    assert store.get("alice", "answers", "s1").content == sealed


@pytest.mark.node
def test_two_directories_on_one_server_never_meet(store, solid_server, tmp_path, sealed):
    store.put("alice", "answers", "s1", sealed)
    other = SolidStore(solid_server, tmp_path / "other")
    other.open_account("alice", NOW)
    assert other.entries("alice") == []
    other.close()


@pytest.mark.node
def test_the_server_itself_refuses_strangers_and_former_readers(store, tmp_path, sealed):
    store.put("alice", "answers", "s1", sealed)
    store.grant("alice", "answers", "bank", NOW)
    url = store._directory.load(ACCOUNT, "alice").identity.pod + "boxes/answers/s1"
    bank = store._agent(READER, store._directory.load(READER, "bank"))
    assert httpx.get(url).status_code == 401
    assert bank.request("GET", url).content == sealed.to_bytes()
    assert bank.request("PUT", url, b"x", {"content-type": "text/plain"}).status_code == 403
    assert bank.request("GET", url.removesuffix("s1") + ".acl").status_code == 403
    store.revoke("alice", "answers", "bank", NOW + 1)
    assert bank.request("GET", url).status_code == 403
    assert b"one" not in b"".join(file.read_bytes() for file in (tmp_path / "solid").iterdir())


@pytest.mark.node
def test_a_grant_that_died_before_the_server_heard_of_it_is_completed_by_the_next_call(store, sealed):
    store.put("alice", "answers", "s1", sealed)
    store._open(READER, "bank", NOW)
    written = Grant("alice", "answers", "bank", NOW)
    store._directory.save(ACCOUNT, store._directory.load(ACCOUNT, "alice").with_grant(written))
    with pytest.raises(NotGrantedError):
        store.get("alice", "answers", "s1", reader="bank")
    assert store.grant("alice", "answers", "bank", NOW + 5) == written
    assert store.get("alice", "answers", "s1", reader="bank").content == sealed


@pytest.mark.node
def test_an_erasure_that_died_halfway_is_finished_with_its_first_counts(store, sealed):
    store.put("alice", "answers", "s1", sealed)
    store.put("alice", "answers", "s2", sealed)
    account = store._directory.load(ACCOUNT, "alice")
    planned = Erasure("alice", documents=3, wraps=3, grants=0, erased_at=NOW)
    store._directory.save(ACCOUNT, replace(account, erasure=planned))
    assert store.erase("alice", NOW + 9) == planned
    assert store._names(account, "answers") == []


@pytest.mark.node
def test_what_the_server_hands_out_is_checked(store, sealed):
    store.put("alice", "answers", "s1", sealed)
    account = store._directory.load(ACCOUNT, "alice")
    url = account.identity.pod + "boxes/answers/s1"
    store._agent(ACCOUNT, account).request("PUT", url, b"rubbish", {"content-type": "application/octet-stream"})
    with pytest.raises(StoreFormatError, match="damaged") as refused:
        store.get("alice", "answers", "s1")
    assert refused.value.where == url


@pytest.mark.node
def test_one_proof_serves_one_request(store, sealed):
    store.put("alice", "answers", "s1", sealed)
    account = store._directory.load(ACCOUNT, "alice")
    agent, url = store._agent(ACCOUNT, account), account.identity.pod + "boxes/answers/s1"
    token = agent._live_token()
    headers = {"authorization": f"DPoP {token}", "dpop": agent._proof("GET", url, token)}
    assert [httpx.get(url, headers=headers).status_code for _ in range(2)] == [200, 401]
    other = {"authorization": f"DPoP {token}", "dpop": agent._proof("GET", url + "x", token)}
    assert httpx.get(url, headers=other).status_code == 401


def test_a_server_that_is_gone_is_a_clear_refusal(tmp_path):
    store = SolidStore("http://localhost:9/", tmp_path)
    with pytest.raises(StoreUnavailableError) as refused:
        store.open_account("alice", NOW)
    assert refused.value.where == "http://localhost:9/.account/"
    store.close()


class OtherServer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"hello": "world"}')

    def log_message(self, *words):
        pass


def test_a_server_of_another_kind_is_a_clear_refusal(tmp_path):
    with http.server.HTTPServer(("127.0.0.1", 0), OtherServer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        store = SolidStore(f"http://127.0.0.1:{server.server_port}", tmp_path)
        with pytest.raises(StoreFormatError, match="is it a Community Solid Server"):
            store.open_account("alice", NOW)
        store.close()
        server.shutdown()


def test_a_second_process_on_the_same_directory_is_refused(tmp_path):
    first = SolidDirectory(tmp_path)
    with pytest.raises(StoreUnavailableError, match="another process"):
        SolidDirectory(tmp_path)
    first.close()
    SolidDirectory(tmp_path).close()


def test_an_account_file_and_back(tmp_path):
    directory = SolidDirectory(tmp_path)
    account = SolidAccount(
        "alice", NOW, IDENTITY, (Grant("alice", "a", "bank", NOW, NOW + 1), Grant("alice", "a", "b", 2))
    )
    for each in (account, replace(account, erasure=Erasure("alice", 1, 2, 3, NOW), erased=True)):
        directory.save(ACCOUNT, each)
        assert directory.load(ACCOUNT, "alice") == each
    assert account.readers("a") == ("b",)
    assert directory.load(ACCOUNT, "bob") is None
    assert stat.S_IMODE((tmp_path / "account-alice.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    directory.close()


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"erasure": null}'])
def test_a_damaged_account_file_is_named(tmp_path, content):
    directory = SolidDirectory(tmp_path)
    (tmp_path / "account-alice.json").write_bytes(content)
    with pytest.raises(StoreFormatError, match=r"account-alice\.json"):
        directory.load(ACCOUNT, "alice")
    directory.close()


def test_a_damaged_secret_is_refused(tmp_path):
    (tmp_path / "secret").write_bytes(b"short")
    with pytest.raises(StoreFormatError, match="32 bytes"):
        SolidDirectory(tmp_path)


def test_names_and_passwords_come_from_the_secret(tmp_path):
    one, other = SolidDirectory(tmp_path / "1", lambda n: b"1" * n), SolidDirectory(tmp_path / "2", lambda n: b"2" * n)
    names = {d.pod_name(kind, name) for d in (one, other) for kind in ("account", "reader") for name in ("a", "b")}
    assert len(names) == 8
    assert one.password("account", "a") != one.pod_name("account", "a")
    one.close()
    other.close()


def test_secrets_do_not_show():
    assert "very secret" not in repr(IDENTITY) + repr(SolidAccount("alice", NOW, IDENTITY))


def test_a_proof_is_a_signed_jwt_over_this_request():
    from base64 import urlsafe_b64decode

    agent = SolidAgent(httpx.Client(), "http://localhost:3/", IDENTITY, clock=lambda: 1234.9)
    head, claims, signature = agent._proof("GET", "http://localhost:3/a?q=1", "token").split(".")
    head, claims = (json.loads(urlsafe_b64decode(part + "==")) for part in (head, claims))
    assert (head["alg"], head["typ"], head["jwk"]["crv"]) == ("ES256", "dpop+jwt", "P-256")
    assert (claims["htm"], claims["htu"], claims["iat"]) == ("GET", "http://localhost:3/a", 1234)
    assert len(claims["ath"]) == 43
    assert len(urlsafe_b64decode(signature + "==")) == 64
