"""Our traces beside geth's, field by field: the same chain, imported by geth v1.13.15, every tracer, every transaction.

What may differ is listed by name in ALLOWED, each with a rule that knows it; a rule that nothing needs any more fails a
test.
"""

import subprocess
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from eth_utils import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.chain import Chain
from ledger.export import export_chain
from ledger.node import Node
from ledger.provider import ChainProvider
from ledger.rlp_codec import encode, integer_bytes
from ledger.store import Store
from ledger.testing import local_chain
from scripts.engines.nodes import EngineProcess
from scripts.engines.story import tell
from scripts.stage.ports import free_ports
from tests.engines.traces_chain import CALLS, SENDER, START, address, make_chain
from tests.engines.traces_programs import Writer

pytestmark = [pytest.mark.go, pytest.mark.timeout(900)]

PROGRAMS = 60
PRESTATES = ("prestateTracer", "prestateTracer in diff mode")
CONFIGURATIONS = {
    "struct logs": {},
    "struct logs with everything": {"enableMemory": True, "enableReturnData": True},
    "struct logs with little": {"disableStack": True, "disableStorage": True, "limit": 5},
    "callTracer": {"tracer": "callTracer"},
    "callTracer with logs": {"tracer": "callTracer", "tracerConfig": {"withLog": True}},
    "callTracer of the top call": {"tracer": "callTracer", "tracerConfig": {"onlyTopCall": True}},
    "prestateTracer": {"tracer": "prestateTracer"},
    "prestateTracer in diff mode": {"tracer": "prestateTracer", "tracerConfig": {"diffMode": True}},
}


@contextmanager
def geth_of(program, folder):
    """A geth that serves the chain exported to `folder/export`; leaving it kills it."""
    data = [str(program), "--datadir", str(folder / "geth"), "--state.scheme", "hash"]
    export = folder / "export"
    for words in (["init", str(export / "genesis.json")], ["--gcmode", "archive", "import", str(export / "chain.rlp")]):
        done = subprocess.run([*data, *words], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
    (port,) = free_ports(1)
    quiet = ["--gcmode", "archive", "--nodiscover", "--maxpeers", "0", "--ipcdisable", "--port", "0"]
    serving = ["--authrpc.port", "0", "--http", "--http.port", str(port), "--http.api", "eth,debug"]
    with EngineProcess([*data, *quiet, *serving], f"http://127.0.0.1:{port}", folder / "geth.log") as process:
        process.start()
        process.await_answer()
        yield process


@pytest.fixture(scope="module")
def chains(tmp_path_factory, geth):
    """ask_ours, ask_geth, and the transactions' hashes by name."""
    folder = tmp_path_factory.mktemp("traces")
    hashes = make_chain(folder)
    with geth_of(geth, folder) as process, Store(folder / "store", read_only=True) as store:
        yield asking(Chain.open(store, lambda: START)), process.ask, hashes


def asking(chain):
    provider = ChainProvider(Node(chain))
    return lambda method, *params: provider.make_request(method, list(params))["result"]


@dataclass(frozen=True)
class Difference:
    """A field that differs."""

    where: str
    field: str
    ours: object
    theirs: object

    def __str__(self):
        return f"{self.where}: ours {str(self.ours)[:200]}, geth's {str(self.theirs)[:200]}"


def without_0x(value):
    if isinstance(value, list):
        return [without_0x(item) for item in value]
    if isinstance(value, dict):
        return {without_0x(key): without_0x(item) for key, item in value.items()}
    return value.removeprefix("0x")


def is_written_with_0x(one):
    return one.field in ("memory", "storage", "returnValue") and without_0x(one.ours) == one.theirs


def is_empty_memory(one):
    return one.field == "memory" and (one.ours, one.theirs) == ("absent", [])


def is_index_of_a_log(one):
    return one.field == "index" and one.theirs == "absent" and "logs" in one.where


ALLOWED = {
    "0x before memory, storage and returnValue: as execution-apis writes them": is_written_with_0x,
    "no memory instead of an empty one: as execution-apis writes it": is_empty_memory,
    "index of a log: later geths give it": is_index_of_a_log,
    "the contract that a creating transaction makes, before it is there: a fault of this geth": None,
}


def is_words(values):
    return all(isinstance(value, str) for value in values)


def differences(ours, theirs, where=""):
    """Every field that differs."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and not where.endswith(".storage"):
        for key in sorted({*ours, *theirs}):
            yield from differences(ours.get(key, "absent"), theirs.get(key, "absent"), f"{where}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs) and not is_words(ours):
        for index, (own, their) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(own, their, f"{where}[{index}]")
    elif ours != theirs:
        yield Difference(where, where.rsplit(".", 1)[-1], ours, theirs)


def created_by(name):
    """The address of the contract that a transaction of the chain creates, or nothing."""
    if "to" in CALLS[name]:
        return "no address"
    nonce = list(CALLS).index(name)
    return "0x" + keccak(encode([bytes.fromhex(SENDER.address[2:]), integer_bytes(nonce)]))[12:].hex()


def judged(found, seen, created="no address"):
    """What is not allowed of the differences; the names of what is are added to `seen`."""
    left = []
    for one in found:
        names = [name for name, rule in ALLOWED.items() if rule is not None and rule(one)]
        if not names and created in one.where:
            names = [list(ALLOWED)[-1]]
        seen.update(names)
        left += [] if names else [str(one)]
    return left


@pytest.fixture(scope="module")
def seen():
    """Which of the allowed differences were met."""
    return set()


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_each_transaction_is_traced_as_geth_traces_it(chains, seen, configuration):
    ask_ours, ask_geth, hashes = chains
    found = []
    for name, transaction_hash in hashes.items():
        call = ("debug_traceTransaction", transaction_hash, CONFIGURATIONS[configuration])
        left = judged(differences(ask_ours(*call), ask_geth(*call)), seen, created_by(name))
        found += [f"{name}{line}" for line in left]
    assert found == []
    assert set(hashes) == set(CALLS)


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_whole_blocks_are_traced_alike(chains, seen, configuration):
    ask_ours, ask_geth, hashes = chains
    names, traced = {transaction_hash: name for name, transaction_hash in hashes.items()}, 0
    for number in range(1, int(ask_ours("eth_blockNumber"), 16) + 1):
        call = ("debug_traceBlockByNumber", hex(number), CONFIGURATIONS[configuration])
        for own, their in zip(ask_ours(*call), ask_geth(*call), strict=True):
            assert own["txHash"] == their["txHash"]
            assert judged(differences(own["result"], their["result"]), seen, created_by(names[own["txHash"]])) == []
            traced += 1
    assert traced == len(hashes)


@pytest.mark.parametrize("configuration", ["struct logs", "callTracer", "prestateTracer"])
@pytest.mark.parametrize("contract", [0xA2, 0xA3, 0xA4, 0xA9, 0xB0])
def test_calls_are_traced_alike(chains, seen, configuration, contract):
    ask_ours, ask_geth, _ = chains
    message = {"from": "0x" + "42" * 20, "to": address(contract), "gas": "0x61a80"}
    call = ("debug_traceCall", message, "latest", CONFIGURATIONS[configuration])
    assert judged(differences(ask_ours(*call), ask_geth(*call)), seen) == []


@settings(max_examples=PROGRAMS)
@given(chooser=st.randoms(use_true_random=False))
def test_programs_made_at_random_are_traced_alike(chains, chooser):
    """Gas, cost, refund, stack, memory, storage, errors and frames of whatever runs, runs out of gas or is refused."""
    ask_ours, ask_geth, _ = chains
    call, overrides = Writer(chooser).request()
    for configuration in CONFIGURATIONS.values():
        asked = ("debug_traceCall", call, "latest", {**configuration, "stateOverrides": overrides})
        assert judged(differences(ask_ours(*asked), ask_geth(*asked)), set()) == []


@pytest.fixture(scope="module")
def story(tmp_path_factory, geth, artifacts):
    """ask_ours, ask_geth, and the number of the last block."""
    folder = tmp_path_factory.mktemp("story")
    with local_chain() as chain:
        tell(chain.w3, artifacts=artifacts)
        export_chain(chain.chain, folder / "export")
        with geth_of(geth, folder) as process:
            yield asking(chain.chain), process.ask, chain.chain.head.number


@pytest.mark.parametrize("configuration", ["struct logs", "callTracer with logs", *PRESTATES])
def test_the_banks_story_is_traced_alike(story, configuration):
    """Block by block: every act of the contracts, as geth sees it."""
    ask_ours, ask_geth, last = story
    for number in range(1, last + 1):
        asked = ("debug_traceBlockByNumber", hex(number), CONFIGURATIONS[configuration])
        for own, their in zip(ask_ours(*asked), ask_geth(*asked), strict=True):
            receipt = ask_ours("eth_getTransactionReceipt", own["txHash"])
            created = receipt["contractAddress"] or "no address"
            assert judged(differences(own, their), set(), created) == []


def test_what_is_allowed_to_differ_does_differ(chains, seen):
    ask_ours, ask_geth, hashes = chains
    for configuration in CONFIGURATIONS.values():
        for name, transaction_hash in hashes.items():
            call = ("debug_traceTransaction", transaction_hash, configuration)
            judged(differences(ask_ours(*call), ask_geth(*call)), seen, created_by(name))
    assert seen == set(ALLOWED)
