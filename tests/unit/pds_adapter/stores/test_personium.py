"""What only the Personium back end can get wrong; the contract itself is in test_store_contract.py."""

import hashlib
import http.server
import threading
import time
from dataclasses import replace

import httpx
import pytest

from pds_adapter.errors import NotGrantedError, StoreFormatError, StoreUnavailableError
from pds_adapter.personium_simulator.server import PersoniumSimulator
from pds_adapter.sealing.envelope import seal
from pds_adapter.stores.hosted import ACCOUNT
from pds_adapter.stores.personium import BYTES, PersoniumStore
from pds_adapter.stores.personium_agent import PersoniumAgent, PersoniumIdentity
from pds_adapter.stores.port import Outcome, Put, Reference

NOW = 1_800_000_000
TOKEN = "the-master-token-of-one-test"
PLACE = Reference("alice", "answers", "s1")


class Clock:
    def __init__(self):
        self.ahead = 0.0

    def __call__(self):
        return time.time() + self.ahead


@pytest.fixture
def sealed(member):
    return seal(b"one", [member.public], b"c")


@pytest.fixture
def other(member):
    return seal(b"two", [member.public], b"c")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def unit(clock):
    with PersoniumSimulator(TOKEN, clock=clock, job_seconds=5) as simulator:
        yield simulator


@pytest.fixture
def store(unit, tmp_path):
    made = PersoniumStore(unit.url, tmp_path / "personium", TOKEN)
    made.open_account("alice", NOW)
    yield made
    made.close()


def account_of(store, name="alice"):
    return store._directory.load(ACCOUNT, name)


def files_in(unit, account, folder):
    """Straight out of the simulator's tree."""
    node = unit.unit.cell_at(account.identity.cell).box("azukari")
    for part in folder.split("/"):
        node = node.children[part]
    return set(node.children)


def test_another_run_over_the_same_directory_finds_everything(store, unit, tmp_path, sealed):
    store.put("alice", "answers", "s1", sealed)
    grant = store.grant("alice", "answers", "bank", NOW)
    store.close()
    again = PersoniumStore(unit.url, tmp_path / "personium", TOKEN)
    assert again.get("alice", "answers", "s1", reader="bank").content == sealed
    assert again.grants("alice") == [grant]
    again.close()


def test_opening_that_died_after_the_unit_answered_finds_the_same_cell(store, tmp_path, sealed):
    store.put("alice", "answers", "s1", sealed)
    (tmp_path / "personium" / "account-alice.json").unlink()
    assert store.open_account("alice", NOW) is True
    assert store.get("alice", "answers", "s1").content == sealed


def test_the_unit_itself_refuses_strangers_and_former_readers_at_once(store, sealed):
    store.put("alice", "answers", "s1", sealed)
    store.put("alice", "wills", "w1", sealed)
    store.grant("alice", "answers", "bank", NOW)
    account = account_of(store)
    answers, wills = (
        store._where(account, Reference("alice", box, name)) for box, name in (("answers", "s1"), ("wills", "w1"))
    )
    bank = store._reader(account, "bank")
    assert httpx.get(answers).status_code == 401
    assert bank.request("GET", answers).content == sealed.to_bytes()
    assert bank.request("GET", wills).status_code == 403
    assert bank.request("PUT", answers, b"x", BYTES).status_code == 403
    assert bank.request("ACL", answers.rpartition("/")[0], b"<x/>").status_code == 403
    store.revoke("alice", "answers", "bank", NOW + 1)
    assert bank.request("GET", answers).status_code == 403  # the very token that read a moment ago


def test_a_reader_has_another_password_in_each_cell(store, sealed):
    store.open_account("bob", NOW)
    for owner in ("alice", "bob"):
        store.put(owner, "answers", "s1", sealed)
        store.grant(owner, "answers", "bank", NOW)
    at_alice, at_bob = (store._reader(account_of(store, owner), "bank").identity for owner in ("alice", "bob"))
    assert at_alice.password != at_bob.password
    abused = PersoniumAgent(httpx.Client(), replace(at_bob, password=at_alice.password), wait=lambda seconds: None)
    with pytest.raises(StoreUnavailableError, match="refuses our account"):
        abused.request("GET", store._where(account_of(store, "bob"), PLACE))


def test_what_was_removed_meanwhile_is_not_brought_back(store, unit, sealed, other):
    store.put("alice", "answers", "s1", sealed)
    account = account_of(store)
    _, guard = store._read(account, PLACE)
    store.delete("alice", "answers", "s1")
    assert store._write(account, PLACE, other.to_bytes(), guard) is False
    assert store._read(account, PLACE) == (None, "")


def test_a_grant_meanwhile_costs_a_writer_nothing_but_a_second_look(store, sealed, other):
    """An access list raises the unit's ETag of a file; the port's own is a digest and stays."""
    first = store.put("alice", "answers", "s1", sealed)
    account = account_of(store)
    rules = b'<D:acl xmlns:D="DAV:"/>'
    assert store._agent(account).request("ACL", store._where(account, PLACE), rules).status_code == 200
    assert store.put("alice", "answers", "s1", other, if_match=first.etag).outcome is Outcome.CHANGED


def test_creating_never_overwrites_what_another_client_put_there(store, sealed, other):
    account = account_of(store)
    store.put("alice", "answers", "s2", sealed)
    assert store._write(account, PLACE, sealed.to_bytes(), None) is True
    assert store._write(account, PLACE, other.to_bytes(), None) is False
    assert store.get("alice", "answers", "s1").content == sealed


def test_a_draft_that_a_dead_call_left_is_used_and_none_stays(store, unit, sealed):
    account = account_of(store)
    moved = store._agent(account)
    digest = hashlib.blake2b(
        f"answers/s1/{hashlib.blake2b(sealed.to_bytes(), digest_size=16).hexdigest()}".encode(), digest_size=16
    )
    moved.request("PUT", f"{account.identity.cell}azukari/drafts/{digest.hexdigest()}", sealed.to_bytes(), BYTES)
    assert len(files_in(unit, account, "drafts")) == 1
    assert store.put("alice", "answers", "s1", sealed, if_none_match=True).outcome is Outcome.CREATED
    assert store.put("alice", "answers", "s1", sealed, if_none_match=True).outcome is Outcome.REPEATED
    assert files_in(unit, account, "drafts") == set()


def test_a_box_holds_more_than_a_folder_can(store, unit, sealed):
    puts = [Put("alice", "answers", f"n{at}", sealed) for at in range(1100)]
    assert all(answer.outcome is Outcome.CREATED for answer in store.put_many(puts))
    assert len(store._names(account_of(store), "answers")) == 1100
    assert len(files_in(unit, account_of(store), "boxes/answers")) == 16


def test_a_token_that_ended_is_renewed(store, clock, sealed):
    store.put("alice", "answers", "s1", sealed)
    clock.ahead = 3601
    assert store.get("alice", "answers", "s1").content == sealed


def test_a_cell_that_is_being_exported_is_unavailable_and_nothing_is_lost(store, clock, sealed, other):
    first = store.put("alice", "answers", "s1", sealed)
    account = account_of(store)
    body = b'{"Name": "snap"}'
    assert store._agent(account).request("POST", f"{account.identity.cell}__export", body).status_code == 202
    with pytest.raises(StoreUnavailableError, match="exported or imported: try again"):
        store.put("alice", "answers", "s1", other, if_match=first.etag)
    assert store.get("alice", "answers", "s1").content == sealed
    clock.ahead = 6
    assert store.put("alice", "answers", "s1", other, if_match=first.etag).outcome is Outcome.CHANGED


def test_a_password_that_somebody_else_got_wrong_is_tried_once_more_after_a_second(store, unit, clock, sealed):
    store.put("alice", "answers", "s1", sealed)
    identity = account_of(store).identity
    waited = []

    def wait(seconds):
        waited.append(seconds)
        clock.ahead += seconds

    wrong = {"grant_type": "password", "username": identity.account, "password": "wrong-password"}
    assert httpx.post(f"{identity.cell}__token", data=wrong).status_code == 400
    agent = PersoniumAgent(httpx.Client(), identity, wait=wait)
    assert agent.request("GET", store._where(account_of(store), PLACE)).status_code == 200
    assert waited == [1.1]


def test_a_recipient_with_a_cell_of_its_own_reads_by_its_own_token_until_it_is_revoked(unit, tmp_path, sealed):
    shop = PersoniumStore(unit.url, tmp_path / "shop", TOKEN)
    shop.open_account("shop", NOW)
    at_home = account_of(shop, "shop").identity
    store = PersoniumStore(unit.url, tmp_path / "alice", TOKEN, reader_cells={"shop": at_home.cell})
    store.open_account("alice", NOW)
    store.put("alice", "answers", "s1", sealed)
    store.grant("alice", "answers", "shop", NOW)
    account = account_of(store)
    words = {"grant_type": "password", "username": at_home.account, "password": at_home.password}
    words["p_target"] = account.identity.cell
    token = httpx.post(f"{at_home.cell}__token", data=words).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    url = store._where(account, PLACE)
    assert httpx.get(url, headers=headers).content == sealed.to_bytes()
    assert store.get("alice", "answers", "s1", reader="shop").content == sealed
    store.revoke("alice", "answers", "shop", NOW + 1)
    assert httpx.get(url, headers=headers).status_code == 403
    with pytest.raises(NotGrantedError):
        store.get("alice", "answers", "s1", reader="shop")
    store.close()
    shop.close()


def test_a_cell_that_its_owner_brought_needs_an_account_that_may_administer_it(store, unit, tmp_path, sealed):
    own = account_of(store).identity
    brought = PersoniumStore(unit.url, tmp_path / "brought", cell=own)
    assert brought.open_account("0xMember", NOW) is True
    brought.put("0xMember", "answers", "s1", sealed)
    assert brought.get("0xMember", "answers", "s1").content == sealed
    assert brought.erase("0xMember", NOW).documents == 1
    brought.close()
    headers = {"authorization": f"Bearer {TOKEN}", "x-personium-credential": "Passw0rd-1"}
    httpx.post(f"{own.cell}__ctl/Account", json={"Name": "guest"}, headers=headers).raise_for_status()
    weak = PersoniumStore(unit.url, tmp_path / "weak", cell=PersoniumIdentity(own.cell, "guest", "Passw0rd-1"))
    with pytest.raises(StoreFormatError, match="guest needs the privilege root"):
        weak.open_account("0xMember", NOW)
    weak.close()


def test_erasure_leaves_nothing_at_the_unit(store, unit, sealed):
    store.put("alice", "answers", "s1", sealed)
    cell = account_of(store).identity.cell
    assert store.erase("alice", NOW).documents == 1
    assert unit.unit.cell_at(cell) is None


def test_what_the_unit_hands_out_is_checked(store, sealed):
    store.put("alice", "answers", "s1", sealed)
    account = account_of(store)
    store._agent(account).request("PUT", store._where(account, PLACE), b"rubbish", BYTES)
    with pytest.raises(StoreFormatError, match="damaged") as refused:
        store.get("alice", "answers", "s1")
    assert refused.value.where == store._where(account, PLACE)


def test_a_unit_that_is_gone_is_a_clear_refusal(tmp_path):
    store = PersoniumStore("http://127.0.0.1:9", tmp_path, TOKEN)
    with pytest.raises(StoreUnavailableError) as refused:
        store.open_account("alice", NOW)
    assert refused.value.where.startswith("http://127.0.0.1:9/")
    store.close()


def test_a_token_that_may_not_make_cells_is_a_clear_refusal(unit, tmp_path):
    store = PersoniumStore(unit.url, tmp_path, "not-the-token")
    with pytest.raises(StoreFormatError, match="token may not do this"):
        store.open_account("alice", NOW)
    store.close()


class OtherServer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"hello": "world"}')

    def log_message(self, *words):
        pass


def test_a_server_of_another_kind_is_a_clear_refusal(tmp_path):
    with http.server.HTTPServer(("127.0.0.1", 0), OtherServer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/cell/"
        store = PersoniumStore(url, tmp_path, cell=PersoniumIdentity(url, "me", "Passw0rd-1"))
        with pytest.raises(StoreFormatError, match="is it a Personium cell"):
            store.open_account("alice", NOW)
        store.close()
        server.shutdown()


def test_secrets_do_not_show(store):
    assert account_of(store).identity.password not in repr(account_of(store))
