"""Leaders and peers that answer badly, and a disk that fills up: a follower says so, and never ends in silence."""

import errno
import json
import os
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from eth_keys.datatypes import PrivateKey

from ledger import asking, follow, gossip
from ledger.asking import AnswerError, AnswerTooLargeError, LeaderUnreachableError, ask_over_http
from ledger.block_source import NodeBlocks
from ledger.checkpoint import checkpoint_of, sign_checkpoint
from ledger.comparison import Witnesses, compare
from ledger.errors import LedgerError, StoreFullError
from ledger.export import export_chain
from ledger.follow import CHECKPOINT_SECONDS, FalseLeaderError, Follower
from ledger.gossip import EXCHANGE_METHOD, TOLD_AT_ONCE
from ledger.metrics import FOLLOWERS_MAX, NAME_CHARACTERS_MAX, Followers
from ledger.node import Node
from ledger.provider import ChainProvider
from ledger.replay import replay
from ledger.witnessed import Witnessed

WITNESS = PrivateKey(b"\x71" * 32)


def asking_of(chain, changed=None):
    """A leader asked through its real RPC; `changed` answers some methods otherwise."""
    provider = ChainProvider(Node(chain))

    def ask(calls):
        answers = []
        for method, params in calls:
            true = provider.make_request(method, params)["result"]
            answers.append((changed or {}).get(method, lambda answer: answer)(true))
        return answers

    return ask


@pytest.fixture
def follower_of(new_chain, genesis, tmp_path):
    def make(ask, peers=None):
        chain = new_chain("follower", genesis, None)
        chain.clock = lambda: 10**6
        return Follower(chain, ask, WITNESS, tmp_path / "checkpoints", peers), chain

    return make


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        *(("eth_blockNumber", answer) for answer in (None, 5, "0x", "-1", "0x 1", "0x١", [], "0x" + "f" * 40)),
        *(("debug_getRawBlock", answer) for answer in (None, 5, "0xzz", "", {})),
        *(("debug_getRawHeader", answer) for answer in (None, 5, "0xzz", "0x", "0xc0")),
        *(("eth_chainId", answer) for answer in (None, "x")),
    ],
)
def test_a_malformed_answer_ends_the_following_aloud(chain, seal, follower_of, method, answer):
    seal(chain, 10)
    follower, copy = follower_of(asking_of(chain, {method: lambda true: answer}))
    follower._run()  # what its thread does; it returns when following has ended
    assert isinstance(follower.error, FalseLeaderError)
    assert copy.head.number == 0


def test_what_nobody_thought_of_ends_the_following_aloud_too(follower_of):
    def ask(calls):
        raise KeyError("a fault of this program")

    follower, _ = follower_of(ask)
    follower._run()
    assert follower.error.reason == "unexpected KeyError"


def test_a_full_disk_is_waited_out(chain, seal, follower_of, monkeypatch):
    monkeypatch.setattr(follow, "POLL_SECONDS", 0.01)
    seal(chain, 10)
    follower, copy = follower_of(asking_of(chain))
    write, seen, over = copy.store.commit, [], threading.Event()

    def commit(batch):
        if len(seen) < 3:
            seen.append(follower.error)
            raise StoreFullError
        write(batch)
        over.set()

    copy.store.commit = commit
    follower.start()
    assert over.wait(30)
    follower.stop()
    assert [type(error) for error in seen] == [type(None), StoreFullError, StoreFullError]
    assert copy.head == chain.head
    assert follower.error is None


def test_a_checkpoint_that_the_disk_does_not_take_is_told_and_made_up_for(
    chain, seal, follower_of, tmp_path, monkeypatch
):
    seal(chain, 10)
    follower, _ = follower_of(asking_of(chain))

    def full(path, content, mode):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(follow, "write_durably", full)
        with pytest.raises(StoreFullError):
            follower.step()
    assert not list((tmp_path / "checkpoints").iterdir())
    follower.step()
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["000000000001.json"]


def test_evidence_that_the_disk_does_not_take_is_in_the_log(new_chain, genesis, seal, follower_of, tmp_path, caplog):
    one, other = new_chain("one", genesis), new_chain("other", genesis)
    seal(one, 10)
    seal(other, 11)
    follower, _ = follower_of(asking_of(one))
    follower.step()
    follower._ask = asking_of(other)
    (tmp_path / "checkpoints" / "evidence").write_text("a file where the folder should be")
    with pytest.raises(FalseLeaderError, match="history was rewritten: block 1"):
        follower.step()
    (told,) = [line.message for line in caplog.records if "evidence could not be kept" in line.message]
    assert len(json.loads(told[told.index("{") :])["headers"]) == 2


def test_blocks_too_large_to_come_together_come_one_by_one(chain, seal, follower_of, sign, alice):
    for number in range(3):
        seal(chain, 10 * (number + 1), [sign(alice, number)])
    ask = asking_of(chain)

    def narrow(calls):
        if sum(method == "debug_getRawBlock" for method, _ in calls) > 1:
            raise AnswerTooLargeError("too large")
        return ask(calls)

    follower, copy = follower_of(narrow)
    while follower.step():
        pass
    assert copy.head == chain.head


def test_what_others_saw_is_passed_on_however_much_one_saw_oneself(chain, seal, follower_of):
    follower, copy = follower_of(asking_of(chain))
    for number in range(TOLD_AT_ONCE + 2):
        seal(chain, 10 + number)
        copy.clock = lambda number=number: 10**6 + number * CHECKPOINT_SECONDS
        follower.step()
    other = sign_checkpoint(checkpoint_of(chain), PrivateKey(b"\x72" * 32))
    assert follower.gossip.hear([Witnessed(other, chain.head.header).to_fields()]) == 1
    told = follower.gossip.told()
    assert len(told) == TOLD_AT_ONCE
    assert [entry["witness"] for entry in told].count(other.witness) == 1


def test_a_peer_that_hangs_or_fails_keeps_nobody_from_others_or_from_stopping(chain, seal, follower_of, monkeypatch):
    monkeypatch.setattr(follow, "GOSSIP_SECONDS", 0)
    seal(chain, 10)
    hanging, asked = threading.Event(), threading.Event()

    def hangs(calls):
        hanging.wait(60)
        return [[]]

    def fails(calls):
        raise KeyError("a fault of this program")

    def answers(calls):
        assert [method for method, _ in calls] == [EXCHANGE_METHOD]
        asked.set()
        return [[]]

    follower, _ = follower_of(asking_of(chain), {"hangs": hangs, "fails": fails, "answers": answers})
    follower.start()
    assert asked.wait(30)
    follower.stop()
    hanging.set()
    assert follower.error is None


def test_a_peers_checkpoint_that_the_disk_does_not_take_stops_nothing(chain, seal, follower_of, tmp_path):
    seal(chain, 10)
    follower, _ = follower_of(asking_of(chain))
    follower.step()
    (tmp_path / "checkpoints" / gossip.OTHERS_DIRECTORY).write_text("a file where the folder should be")
    other = sign_checkpoint(checkpoint_of(chain), PrivateKey(b"\x72" * 32))
    assert follower.gossip.hear([Witnessed(other, chain.head.header).to_fields()]) == 1
    assert follower.error is None


@pytest.mark.parametrize(
    "changed",
    [{"eth_blockNumber": None}, {"eth_chainId": 5}, {"debug_getRawHeader": "0x"}, {"debug_getRawHeader": ["0xc0"]}],
)
def test_an_auditor_is_told_when_a_follower_answers_badly(chain, seal, tmp_path, changed):
    seal(chain, 10)
    export_chain(chain, tmp_path / "x")
    report = replay(tmp_path / "x")
    bad = {method: lambda true, answer=answer: answer for method, answer in changed.items()}
    try:
        with pytest.raises(LedgerError, match="malformed"):
            compare(report.state, tmp_path / "x", Witnesses(followers={"it": asking_of(chain, bad)}))
    finally:
        report.state.close()
    if "eth_blockNumber" in changed:
        with pytest.raises(AnswerError):
            NodeBlocks("it", asking_of(chain, bad))


def test_names_of_followers_do_not_fill_the_memory():
    followers = Followers(clock=lambda: 0.0)
    for number in range(FOLLOWERS_MAX + 5):
        followers.note(f"{number:06d}" + "x" * 10_000)
    assert followers.count() == FOLLOWERS_MAX
    assert max(map(len, followers.seen)) == NAME_CHARACTERS_MAX
    assert f"{FOLLOWERS_MAX + 4:06d}" in list(followers.seen)[-1]


# -- over real HTTP -----------------------------------------------------------------------------------


@contextmanager
def serving(answer):
    """`answer(handler)` answers each POST or GET."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append((self.path, self.headers.get("Authorization")))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer(self)

        do_GET = do_POST  # noqa: N815 - the name is the library's

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def said(body):
    def answer(handler):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)

    return answer


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"[" * 10_000)
    except OSError:
        pass


def elsewhere(handler):
    handler.send_response(302)
    handler.send_header("Location", "/secret")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


CALLS = [("eth_blockNumber", []), ("eth_chainId", [])]


def test_answers_come_in_the_order_of_the_calls():
    with serving(said([{"id": 1, "result": "b"}, {"id": 0, "result": "a"}])) as (url, _):
        assert ask_over_http(url, "w")(CALLS) == ["a", "b"]


@pytest.mark.parametrize(
    "body",
    [
        *(None, 5, {}, [], [5, 6], [None, None], [{"result": 1}, {"result": 2}], b"nonsense", b"[" * 100_000, b"\xff"),
        [{"id": 0, "result": "a"}],
        [{"id": 0, "result": "a"}, {"id": 0, "result": "b"}],
        [{"id": 0, "result": "a"}, {"id": "1", "result": "b"}],
        [{"id": 0, "result": "a"}, {"id": True, "result": "b"}],
        [{"id": 0, "result": "a"}, {"id": [], "result": "b"}],
        [{"id": 0, "result": "a"}, {"id": 1, "error": {"code": -32000}}],
    ],
)
def test_an_answer_of_another_form_is_no_answer(body):
    with serving(said(body)) as (url, _), pytest.raises(LeaderUnreachableError):
        ask_over_http(url, "w")(CALLS)


def test_an_answer_without_end_is_cut_off():
    with serving(endless) as (url, _):
        with pytest.raises(AnswerTooLargeError, match="more than 50000 bytes"):
            ask_over_http(url, "w", answer_bytes_max=50_000)(CALLS)
        with pytest.raises(LeaderUnreachableError, match="took too long"):
            ask_over_http(url, "w", answer_seconds_max=0)(CALLS)


def test_a_redirect_does_not_take_the_token_along():
    with serving(elsewhere) as (url, asked):
        with pytest.raises(LeaderUnreachableError, match="302"):
            ask_over_http(url, "w", "the token")(CALLS)
        assert asked == [("/", "Bearer the token")]


def test_an_answer_that_stops_half_way_is_no_answer():
    def cut(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"[")

    with serving(cut) as (url, _), pytest.raises(LeaderUnreachableError):
        ask_over_http(url, "w")(CALLS)


@pytest.mark.parametrize("answer", [None, 1, "", "5", "0X5", "0x05", "0x", "0x1_0", "0x" + "1" * 17])
def test_what_is_no_number_is_refused(answer):
    with pytest.raises(AnswerError):
        asking.quantity(answer)
    assert asking.quantity("0x0") == 0
    assert asking.quantity("0xffffffffffffffff") == 2**64 - 1
