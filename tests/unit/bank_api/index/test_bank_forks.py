"""However a chain forks: the index is the one that reading the chain that won gives, and never one of two chains."""

from contextlib import nullcontext
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bank_api.index import ledger_index
from bank_api.index.ledger_index import LedgerIndex
from bank_api.index.undoing import UNDO_BLOCKS
from bank_api.store.database import Database
from chaincode import events
from chaincode.bindings import ConsentState
from chaincode.errors import LedgerUnavailableError
from chaincode.ids import NOBODY, to_hex
from chaincode.keccak import keccak
from chaincode.logs import Position
from chaincode.node import Header
from tests.postgres import KIND, new_address

TABLES = ledger_index.TABLES[2:]
PEOPLE = [f"0x{number:040x}" for number in range(1, 5)]


def identifier(*words):
    return keccak(repr(words).encode())


@dataclass
class Deployed:
    start_block: int = 0


class Chain:
    """A chain of blocks that can be replaced from any of them on; what is on it, as contracts and node would say."""

    def __init__(self, seed=0):
        self.node, self.deployment = self, Deployed()
        self.blocks = []  # (hash, acts)
        self.grow([], seed)

    def grow(self, acts, salt=0):
        parent = self.blocks[-1][0] if self.blocks else bytes(32)
        self.blocks.append((identifier(parent, acts, salt), list(acts)))

    def cut(self, depth):
        """Forget the newest blocks; what they held."""
        kept = max(1, len(self.blocks) - depth)
        lost = self.blocks[kept:]
        del self.blocks[kept:]
        return [act for _, acts in lost for act in acts]

    # ---- as a node ----

    def one_node(self):
        return nullcontext()

    def header(self, number):
        if not 0 <= number < len(self.blocks):
            return None
        parent = self.blocks[number - 1][0] if number else bytes(32)
        return Header(number, self.blocks[number][0], parent, number * 10)

    def newest_header(self):
        return self.header(len(self.blocks) - 1)

    # ---- as contracts ----

    def events(self, first, last):
        for number in range(first, last + 1):
            log = 0
            for act in self.blocks[number][1]:
                for event in told(act):
                    place = Position(number, number * 10, identifier("transaction", act), log)
                    yield replace(event, position=place)
                    log += 1


def told(act):
    """What a contract writes of an act: (kind, who, number)."""
    kind, who, number = act
    person, item = PEOPLE[who], identifier(*act[:1], number)
    match kind:
        case "join":
            yield events.Joined(item, person, bytes(32), bytes(32))
        case "answer":
            yield events.Transfer(NOBODY, person, 5)
            yield events.Answered(item, identifier("survey"), person, bytes(32), 7, 5)
        case "consent" | "withdraw":
            state = ConsentState.GIVEN if kind == "consent" else ConsentState.WITHDRAWN
            words = (identifier("consent of", who), identifier("request"), person, int(state), 3, 0, 9, 3, 7)
            yield events.ConsentChanged(*words, bytes(32))
        case "use":
            yield events.ConsentUsed(item, identifier("consent of", who), 7)
        case "key":
            yield events.KeyRotated(item, person, f"0x{number + 100:040x}", person, bytes(32), bytes(32))


def content(index):
    """All rows, but for sums of nothing: whether there is a row of one depends on how many blocks were read at once."""
    rows = [index._database.all(table) for table in TABLES]
    told = [[row.model_dump() for row in found if getattr(row, "amount", "") != "0"] for found in rows]
    return [sorted(repr(sorted(row.items())) for row in found) for found in told]


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """An index to be caught up, and one to compare it with, both used by all tests: making them takes longest."""
    folder = tmp_path_factory.mktemp("forks")
    databases = [Database(new_address(KIND, folder, name)) for name in ("one", "other")]
    yield databases
    for one in databases:
        one.close()


@pytest.fixture(scope="module")
def make(two):
    def made(chain, confirmations=0):
        index = LedgerIndex(two[0], chain, chain.newest_header, confirmations)
        index._clear()
        return index

    return made


@pytest.fixture(scope="module")
def read_anew(two):
    """What an index has that reads a chain from its first block."""

    def read(chain):
        index = LedgerIndex(two[1], chain, chain.newest_header)
        index.rebuild()
        return content(index)

    return read


STEPS = some.lists(
    some.tuples(
        some.integers(0, 6),  # how many blocks are lost
        some.booleans(),  # whether what they held is sealed again
        some.lists(  # what comes after, a block each
            some.lists(some.tuples(some.sampled_from(["answer", "consent", "withdraw", "key"]), some.integers(0, 3))),
            min_size=1,
            max_size=3,
        ),
    ),
    max_size=4,
)


@settings(max_examples=20)
@given(steps=STEPS)
def test_whatever_forks_the_index_is_that_of_the_chain_that_won(make, read_anew, steps):
    chain = Chain()
    chain.grow([(kind, who, 0) for who in range(4) for kind in ("join", "consent", "use")])
    index, salt = make(chain), 0
    index.catch_up()
    for lost, again, blocks in steps:
        height = len(chain.blocks)
        sealed = chain.cut(min(lost, height - 2))
        for acts in blocks:
            salt += 1
            fresh = [(kind, who, salt * 10 + place) for place, (kind, who) in enumerate(acts)]
            chain.grow([*(sealed if again else []), *fresh], salt)
            sealed = []
        while len(chain.blocks) < height:  # what won is never the shorter one for long
            salt += 1
            chain.grow([], salt)
        assert index.catch_up() == len(chain.blocks) - 1
        assert content(index) == read_anew(chain)


def answered(index):
    return [to_hex(event.answer_id) for event in index.events(events.Answered)]


def test_a_fork_of_one_block_leaves_no_answer_twice_and_no_sum_wrong(make):
    chain = Chain()
    index = make(chain)
    chain.grow([("answer", 0, 1), ("answer", 1, 2)])
    index.catch_up()
    assert (len(answered(index)), index.once_a_block(answered)) == (2, answered(index))
    chain.cut(1)
    chain.grow([("answer", 1, 2)], salt=1)
    index.catch_up()
    assert len(answered(index)) == len(index.once_a_block(answered)) == 1, "at the same height, another history"
    chain.grow([("answer", 0, 1)])
    index.catch_up()
    assert len(answered(index)) == 2
    assert index.counts() == {"Transfer": 2, "Answered": 2}


def test_what_is_not_deep_enough_is_not_read(make):
    chain = Chain()
    index = make(chain, confirmations=2)
    chain.grow([("answer", 0, 1)])
    assert index.catch_up() == 0
    chain.grow([])
    chain.grow([])
    assert index.catch_up() == 1
    assert len(answered(index)) == 1


def test_a_node_that_lags_takes_nothing_back(make):
    chain, behind = Chain(), Chain()
    for one in (chain, behind):
        one.grow([("answer", 0, 1)])
    chain.grow([("answer", 1, 2)])
    index = make(chain)
    assert index.catch_up() == 2
    index._head, index._contracts = behind.newest_header, behind
    assert index.catch_up() == 2
    assert len(answered(index)) == 2


def test_another_past_than_can_be_undone_is_said_and_not_followed(make, read_anew):
    chain = Chain()
    for number in range(3 * UNDO_BLOCKS):
        chain.grow([("answer", number % 4, number)])
    index = make(chain)
    index.catch_up()
    before = content(index)
    chain.cut(UNDO_BLOCKS + 10)
    for number in range(2 * UNDO_BLOCKS):
        chain.grow([("answer", number % 4, 1000 + number)])
    with pytest.raises(LedgerUnavailableError, match="another past than the index, in block 128 and before"):
        index.catch_up()
    assert content(index) == before
    index.rebuild()
    assert content(index) == read_anew(chain)


def test_blocks_that_are_replaced_while_they_are_read_are_not_entered(make, monkeypatch):
    chain = Chain()
    index = make(chain)
    index.catch_up()
    chain.grow([("answer", 0, 1)])
    read = ledger_index.read

    def meanwhile(*words):
        found = read(*words)
        chain.cut(1)
        chain.grow([("answer", 1, 2)], salt=1)
        return found

    monkeypatch.setattr(ledger_index, "read", meanwhile)
    with pytest.raises(LedgerUnavailableError, match="block 1 was replaced"):
        index.catch_up()
    assert answered(index) == []
    monkeypatch.setattr(ledger_index, "read", read)
    index.catch_up()
    assert len(answered(index)) == 1
