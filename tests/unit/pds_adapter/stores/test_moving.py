"""An account moves to another store and back: with equal bytes, from any death, and without anybody's answer lost."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pds_adapter.errors import AccountErasedError, DocumentUnknownError, MoveError, StoreUnavailableError
from pds_adapter.sealing.chunks import SealedChunk
from pds_adapter.sealing.envelope import seal
from pds_adapter.stores import asked_stores, chosen
from pds_adapter.stores.chosen import ChosenStores
from pds_adapter.stores.embedded import EmbeddedStore
from pds_adapter.stores.moving import give_up, move
from pds_adapter.stores.places import HOUSE, Choice, Place
from pds_adapter.stores.port import Outcome, Put, Reference
from tests.unit.pds_adapter.stores.moving_process import open_stores

NOW = 1_800_000_000
UPLOAD, CHUNK = "0a" * 16, SealedChunk(b"a sealed chunk" * 10)
AWAY, BACK = Place("away"), Place(HOUSE)
PROCESS = Path(__file__).with_name("moving_process.py")


class Refusing:
    """A server that does not answer."""

    def __getattr__(self, name):
        def refuse(*_words, **_options):
            raise StoreUnavailableError("http://gone.invalid/", "no answer")

        return refuse

    def close(self):
        pass


@pytest.fixture
def documents(member):
    return {name: seal(name.encode(), [member.public], b"c") for name in ("s1", "s2", "s3")}


@pytest.fixture
def stores(tmp_path):
    made = ChosenStores(
        EmbeddedStore(tmp_path / "house.sqlite"),
        tmp_path / "choices",
        lambda place: Refusing() if place.offer == "gone" else EmbeddedStore(tmp_path / f"{place.key}.sqlite"),
    )
    made.open_account("alice", NOW)
    made.open_account("bob", NOW)
    yield made
    made.close()


def fill(stores, documents):
    for name, content in documents.items():
        stores.put("alice", "answers", name, content)
    stores.put_chunk("alice", UPLOAD, 0, CHUNK)


def held(store):
    return {document.name: document.content for document in store.export("alice")}


def test_everything_is_there_afterwards_and_nothing_where_it_was(stores, documents):
    fill(stores, documents)
    stores.grant("alice", "answers", "bank", NOW)
    moved = move(stores, "alice", AWAY, NOW)
    assert (moved.documents, moved.copied, moved.removed) == (3, 3, 3)
    assert held(stores) == documents
    assert stores.choice("alice") == Choice(AWAY)
    assert held(stores.store_of(BACK)) == {}
    assert stores.get_chunk("alice", UPLOAD, 0) == CHUNK
    assert stores.store_of(BACK).uploads("alice") == []
    assert stores.get("alice", "answers", "s1", reader="bank").content == documents["s1"]
    assert [grant.revoked_at for grant in stores.store_of(BACK).grants("alice")] == [NOW]
    assert (stores.is_remote("alice"), stores.is_remote("bob")) == (True, False)


def test_the_same_move_again_does_nothing_and_back_gives_the_same_bytes(stores, documents):
    fill(stores, documents)
    stores.grant("alice", "answers", "bank", NOW)
    move(stores, "alice", AWAY, NOW)
    assert move(stores, "alice", AWAY, NOW).copied == 0
    move(stores, "alice", BACK, NOW)
    assert held(stores) == documents
    assert stores.choice("alice") == Choice(BACK)
    assert stores.get("alice", "answers", "s1", reader="bank").content == documents["s1"]


def test_another_run_knows_what_was_chosen(stores, documents, tmp_path):
    fill(stores, documents)
    move(stores, "alice", AWAY, NOW)
    again = ChosenStores(stores.store_of(BACK), tmp_path / "choices", stores.store_of)
    assert again.choice("alice") == Choice(AWAY)
    assert (tmp_path / "choices" / "alice.json").stat().st_mode & 0o777 == 0o600


def test_a_server_that_is_down_costs_its_owner_a_refusal_and_nobody_else_anything(stores, documents):
    stores.choose("bob", Choice(Place("gone")))
    answers = stores.put_many(
        [
            Put("alice", "answers", "s1", documents["s1"]),
            Put("bob", "answers", "s1", documents["s1"]),
            Put("alice", "answers", "s2", documents["s2"]),
        ]
    )
    assert [getattr(answer, "outcome", type(answer)) for answer in answers] == [
        Outcome.CREATED,
        StoreUnavailableError,
        Outcome.CREATED,
    ]
    found = stores.get_many([Reference("bob", "answers", "s1"), Reference("alice", "answers", "s1")])
    assert isinstance(found[0], StoreUnavailableError)
    assert "try again" in str(found[0])  # it is not even asked for a while
    assert found[1].content == documents["s1"]


def test_a_server_is_asked_by_a_few_at_a_time_and_whoever_comes_beyond_is_told_at_once(stores, documents):
    fill(stores, documents)
    move(stores, "alice", AWAY, NOW)
    inner, inside, leave = stores.store_of(AWAY)._store, threading.Semaphore(0), threading.Event()
    get = inner.get

    def slow(*words, **options):
        inside.release()
        leave.wait(60)
        return get(*words, **options)

    inner.get = slow
    callers = [threading.Thread(target=stores.get, args=("alice", "answers", "s1")) for _ in range(8)]
    for caller in callers:
        caller.start()
    for _ in callers:
        inside.acquire()
    with pytest.raises(StoreUnavailableError, match="more callers"):
        stores.get("alice", "answers", "s1")
    leave.set()
    for caller in callers:
        caller.join()
    assert stores.get("alice", "answers", "s1").content == documents["s1"]


def test_a_move_to_a_server_that_is_down_leaves_all_where_it_was_and_can_be_given_up(stores, documents):
    fill(stores, documents)
    with pytest.raises(StoreUnavailableError):
        move(stores, "alice", Place("gone"), NOW)
    assert held(stores) == documents
    assert stores.choice("alice") == Choice(BACK, moving_to=Place("gone"))
    with pytest.raises(MoveError, match="under way"):
        move(stores, "alice", AWAY, NOW)


def test_a_move_that_is_given_up_leaves_no_copy(stores, documents):
    fill(stores, documents)

    class StopError(Exception):
        pass

    def stop(step):
        if step == "switch":
            raise StopError

    with pytest.raises(StopError):
        move(stores, "alice", AWAY, NOW, stop)
    assert held(stores.store_of(AWAY)) == documents
    assert give_up(stores, "alice", NOW) is True
    assert give_up(stores, "alice", NOW) is False
    assert held(stores.store_of(AWAY)) == {}
    assert stores.store_of(AWAY).uploads("alice") == []
    assert held(stores) == documents


def test_what_is_written_and_removed_while_documents_are_copied_comes_along(stores, documents, member):
    fill(stores, documents)
    late = seal(b"late", [member.public], b"c")
    written = []

    def write(step):
        if step == "copy answers/s2" and not written:
            written.append(stores.put("alice", "answers", "a-late-one", late))
            stores.delete("alice", "answers", "s1")

    move(stores, "alice", AWAY, NOW, write)
    assert held(stores) == {"a-late-one": late, "s2": documents["s2"], "s3": documents["s3"]}
    assert held(stores.store_of(BACK)) == {}


def test_chunks_that_come_and_go_while_others_are_copied_come_along(stores, documents):
    fill(stores, documents)
    stores.put_chunk("alice", "0b" * 16, 0, CHUNK)

    def write(step):
        if step == f"copy chunk {UPLOAD}/0":
            stores.put_chunk("alice", UPLOAD, 1, CHUNK)
        if step == f"copy chunk {'0b' * 16}/0":
            stores.put_chunk("alice", "0c" * 16, 0, CHUNK)
            stores.drop_upload("alice", UPLOAD)

    move(stores, "alice", AWAY, NOW, write)
    assert stores.uploads("alice") == ["0b" * 16, "0c" * 16]
    assert stores.get_chunk("alice", "0c" * 16, 0) == CHUNK


def test_another_chunk_at_the_new_place_ends_the_move(stores, documents):
    fill(stores, documents)
    with stores.store_of(AWAY)._opened() as inner:
        inner.get_chunk = lambda *_words: SealedChunk(b"y" * 50)
    with pytest.raises(MoveError, match="came back"):
        move(stores, "alice", AWAY, NOW)
    assert stores.get_chunk("alice", UPLOAD, 0) == CHUNK


def test_nobody_writes_in_the_moment_of_the_switch(stores, documents):
    fill(stores, documents)
    refused = []

    def write(step):
        if step == "switch":
            with pytest.raises(StoreUnavailableError, match="just being moved: try again") as error:
                stores.put("alice", "answers", "s9", documents["s1"])
            refused.append(error)

    move(stores, "alice", AWAY, NOW, write)
    assert len(refused) == 1
    stores.put("alice", "answers", "s9", documents["s1"])
    assert stores.store_of(AWAY).get("alice", "answers", "s9").content == documents["s1"]
    with pytest.raises(DocumentUnknownError):
        stores.store_of(BACK).get("alice", "answers", "s9")


def test_other_bytes_at_the_new_place_end_the_move_before_anything_is_removed(stores, documents):
    fill(stores, documents)
    with stores.store_of(AWAY)._opened() as new:
        honest = new.get
        new.get = lambda account, box, name: honest(account, box, "s1" if name == "s2" else name)
    with pytest.raises(MoveError, match="answers/s2 came back"):
        move(stores, "alice", AWAY, NOW)
    assert held(stores) == documents


def test_erasing_takes_along_what_a_dead_move_left_elsewhere(stores, documents):
    fill(stores, documents)
    stores.choose("alice", Choice(BACK, moving_to=AWAY))
    away = stores.store_of(AWAY)
    away.open_account("alice", NOW)
    away.put("alice", "answers", "s1", documents["s1"])
    away.put_chunk("alice", UPLOAD, 0, CHUNK)
    assert stores.erase("alice", NOW).documents == 3
    assert away.uploads("alice") == []
    assert held(away) == {}


def test_an_erasure_forgets_where_the_account_was_and_remembers_that_it_was_erased(tmp_path, stores, documents):
    fill(stores, documents)
    own = Place(kind="solid", url="https://alice.example/")
    dropped = []
    stores._drop_store = dropped.append
    move(stores, "alice", own, NOW)
    chosen = tmp_path / "choices" / "alice.json"
    assert b"alice.example" in chosen.read_bytes()
    assert stores.erase("alice", NOW).documents == 3
    assert not chosen.exists()
    assert dropped == [own]
    with pytest.raises(AccountErasedError):
        stores.put("alice", "answers", "s1", documents["s1"])
    with pytest.raises(AccountErasedError):
        next(stores.export("alice"))
    assert stores.erase("alice", NOW + 9).documents == 0  # the house's own remembrance, whoever asks again


@pytest.mark.parametrize("dies_at", ["_erase_at", "_drop_store", "_forget_choice"])
def test_an_erasure_that_died_goes_on(stores, documents, monkeypatch, dies_at):
    fill(stores, documents)
    own = Place(kind="solid", url="https://alice.example/")
    move(stores, "alice", own, NOW)
    kept, left = stores.store_of(own), [1 if dies_at == "_erase_at" else 0]
    usual = getattr(stores, dies_at)

    def die(*words):
        if left[0] == 0:
            raise KeyboardInterrupt
        left[0] -= 1
        return usual(*words)

    with monkeypatch.context() as patched:
        patched.setattr(stores, dies_at, die)
        with pytest.raises(KeyboardInterrupt):
            stores.erase("alice", NOW)
    stores.erase("alice", NOW)
    assert stores.choice("alice") == Choice()
    with pytest.raises(AccountErasedError):
        stores.entries("alice")
    with pytest.raises(AccountErasedError):
        kept.entries("alice")


def test_an_own_server_that_is_gone_can_be_left(stores, documents):
    fill(stores, documents)
    gone = Place("gone", kind="solid", url="https://gone.example/")
    stores.choose("alice", Choice(gone))
    with pytest.raises(StoreUnavailableError):
        stores.erase("alice", NOW)
    assert stores.erase("alice", NOW, leave_own=True).documents == 3  # what the house still had
    assert stores.choice("alice") == Choice()


def test_a_server_that_somebody_else_uses_too_is_remembered(stores, documents):
    own = Place(kind="solid", url="https://family.example/")
    for account in ("alice", "bob"):
        move(stores, account, own, NOW)
    dropped = []
    stores._drop_store = dropped.append
    stores.erase("alice", NOW)
    assert dropped == []
    assert stores.entries("bob") == []


def test_the_secret_of_a_place_shows_nowhere(stores):
    place = Place(kind="personium", url="https://example.invalid/me/", account="azukari", secret="very secret")
    assert "very secret" not in repr(place) + place.key + place.label


def run_process(tmp_path, step, target, urls, token):
    words = [sys.executable, str(PROCESS), str(tmp_path), str(step), target, urls["personium"], urls["solid"], token]
    return subprocess.run(
        words, capture_output=True, text=True, timeout=120, cwd=Path(__file__).parents[4], check=False
    )


def check_whole(tmp_path, urls, token, documents, place):
    """Everything is at one place or the other; and once the move is done, at the new one alone."""
    stores = open_stores(tmp_path, urls, token)
    choice = stores.choice("alice")
    assert held(stores) == documents
    assert stores.get_chunk("alice", UPLOAD, 0) == CHUNK
    stores.close()
    return choice == Choice(Place(place))


def killed_everywhere(tmp_path, urls, token, documents, target):
    """A move that dies before each of its steps in turn, and then is let to end."""
    kills = 0
    for step in range(3 * len(documents) + 2):
        died = run_process(tmp_path, step, target, urls, token)
        assert died.returncode in (0, -signal.SIGKILL), died.stderr
        check_whole(tmp_path, urls, token, documents, target)
        kills += died.returncode != 0
        if died.returncode == 0:
            break
    assert kills > len(documents) + 1, "died while copying, at the switch and while emptying"
    ended = run_process(tmp_path, -1, target, urls, token)
    assert ended.returncode == 0, ended.stderr
    assert check_whole(tmp_path, urls, token, documents, target)


def test_killed_before_each_step_on_the_way_to_personium_and_back(tmp_path, personium_unit, documents):
    urls = {"personium": personium_unit.url, "solid": ""}
    stores = open_stores(tmp_path, urls, personium_unit.token)
    stores.open_account("alice", NOW)
    fill(stores, documents)
    stores.close()
    killed_everywhere(tmp_path, urls, personium_unit.token, documents, "personium")
    killed_everywhere(tmp_path, urls, personium_unit.token, documents, HOUSE)


@pytest.mark.node
def test_house_to_solid_to_personium_and_home_with_a_kill_in_each(tmp_path, personium_unit, solid_server, documents):
    urls = {"personium": personium_unit.url, "solid": solid_server}
    stores = open_stores(tmp_path, urls, personium_unit.token)
    stores.open_account("alice", NOW)
    fill(stores, documents)
    stores.close()
    for target in ("solid", "personium", HOUSE):
        died = run_process(tmp_path, 2, target, urls, personium_unit.token)
        assert died.returncode == -signal.SIGKILL, died.stderr
        died = run_process(tmp_path, len(documents) + 2, target, urls, personium_unit.token)
        assert died.returncode == -signal.SIGKILL, died.stderr  # while the old place is being emptied
        check_whole(tmp_path, urls, personium_unit.token, documents, target)
        assert run_process(tmp_path, -1, target, urls, personium_unit.token).returncode == 0
        assert check_whole(tmp_path, urls, personium_unit.token, documents, target)


def test_of_many_servers_few_are_open_and_whoever_was_closed_is_opened_anew(tmp_path, member, monkeypatch):
    monkeypatch.setattr(asked_stores, "STORES_OPEN_MAX", 2)
    opened, closed = [], []

    class Counted(EmbeddedStore):
        def __init__(self, place):
            opened.append(place.url)
            super().__init__(tmp_path / f"{place.key}.sqlite")
            self._url = place.url

        def close(self):
            closed.append(self._url)
            super().close()

    stores = ChosenStores(EmbeddedStore(tmp_path / "house.sqlite"), tmp_path / "choices", Counted)
    for at in range(3):  # as many as may be open are left alone
        monkeypatch.setattr(asked_stores, "STORES_OPEN_MAX", 5)
        stores.choose(f"other{at}", Choice(Place(kind="solid", url=f"https://other{at}.example/")))
        stores.open_account(f"other{at}", NOW)
        assert closed == []
    for at in range(3):
        stores.forget(stores.choice(f"other{at}").place)
    opened.clear()
    closed.clear()
    monkeypatch.setattr(asked_stores, "STORES_OPEN_MAX", 2)
    names = [f"https://pod{at}.example/" for at in range(4)]
    for at, url in enumerate(names):
        stores.choose(f"m{at}", Choice(Place(kind="solid", url=url)))
        stores.open_account(f"m{at}", NOW)
        stores.put(f"m{at}", "letters", "one", seal(url.encode(), [member.public], b"c"))
    assert (opened, closed) == (names, names[:2])
    busy = stores.export("m2")
    next(busy)
    stores.get("m3", "letters", "one")
    assert stores.get("m0", "letters", "one").name == "one"  # opened anew, and m2's is in use
    assert (opened[4:], closed[2:]) == (names[:1], [])
    busy.close()
    assert stores.get("m1", "letters", "one").name == "one"
    assert closed[2:4] == [names[2], names[3]]
    stores.close()
    assert sorted(closed) == sorted(opened)


def test_people_whose_servers_are_slow_hold_up_nobody_but_each_other(tmp_path, monkeypatch):
    monkeypatch.setattr(chosen, "OWN_CALLS_AT_ONCE", 2)
    asked, go_on = threading.Semaphore(0), threading.Event()

    class Slow(Refusing):
        def entries(self, *_words, **_options):
            asked.release()
            go_on.wait(60)
            return []

    stores = ChosenStores(EmbeddedStore(tmp_path / "house.sqlite"), tmp_path / "choices", lambda _place: Slow())
    stores.open_account("alice", NOW)
    for at in range(3):
        stores.choose(f"m{at}", Choice(Place(kind="solid", url=f"https://pod{at}.example/")))
    waiting = [threading.Thread(target=stores.entries, args=(f"m{at}",)) for at in range(2)]
    for one in waiting:
        one.start()
        assert asked.acquire(timeout=60)
    with pytest.raises(StoreUnavailableError, match="other people's servers"):
        stores.entries("m2")
    [told] = stores.get_many([Reference("m2", "letters", "one")])
    assert "other people's servers" in str(told)
    assert stores.entries("alice") == []
    go_on.set()
    for one in waiting:
        one.join(60)
    stores.close()
