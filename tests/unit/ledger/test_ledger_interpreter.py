"""The quick loop, and what it translates, against py-evm's own: random programs must end the same way, gas and storage
included."""

import itertools
from types import SimpleNamespace

import pytest
from eth.constants import BLANK_ROOT_HASH
from eth.db.atomic import AtomicDB
from eth.rlp.headers import BlockHeader
from eth.vm.forks import BerlinVM, FrontierVM, IstanbulVM, LondonVM
from eth.vm.forks.cancun import CancunVM
from eth.vm.forks.cancun.blocks import CancunBlockHeader
from eth.vm.forks.london.blocks import LondonBlockHeader
from eth.vm.message import Message
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger import interpreter, stretches, translation
from ledger.accounts import BlockAccounts
from ledger.interpreter import _analyse, quick_computation, reach_of
from ledger.state import build_vm

ME, OTHER = b"\x11" * 20, b"\x22" * 20
FRIEND_CODE = bytes.fromhex("60203560005260206000f3")
FREQUENT = [0x01, 0x02, 0x03, 0x04, 0x06, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1B, 0x1C]
FREQUENT += [
    0x20,
    0x30,
    0x33,
    0x34,
    0x35,
    0x36,
    0x37,
    0x39,
    0x3D,
    0x3E,
    0x42,
    0x46,
    0x50,
    0x51,
    0x52,
    0x53,
    0x54,
    0x55,
    0x56,
    0x57,
    0x58,
    0x5A,
    0x5B,
    0x80,
    0x81,
    0x90,
    0x91,
    0xA1,
    0xF3,
]
SMALL_PUSH = st.integers(0, 255).map(lambda value: bytes([0x60, value]))
WIDE_PUSH = st.tuples(st.integers(0x61, 0x7F), st.binary(min_size=32, max_size=32)).map(
    lambda pair: bytes([pair[0]]) + pair[1][: pair[0] - 0x5F]
)
INSTRUCTION = st.one_of(
    SMALL_PUSH, SMALL_PUSH, WIDE_PUSH, st.sampled_from(FREQUENT).map(lambda code: bytes([code])), st.binary(max_size=1)
)
PROGRAMS = st.lists(INSTRUCTION, max_size=60).map(b"".join)


NEVER = 10**9


def assert_alike(vm_class, code, data, gas, is_static=False, stored=None, visits_before=(NEVER, 0)):
    """The same by py-evm, by the loop alone, and by stretches that are translated the first time; the outcome."""
    expected = outcome(vm_class, code, data, gas, False, is_static, stored)
    for visits in visits_before:
        interpreter._known.cache_clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stretches, "VISITS_BEFORE", visits)
            assert outcome(vm_class, code, data, gas, True, is_static, stored) == expected, visits
            if not visits:
                interpreter._known.cache_clear()
                patch.setattr(stretches.Code, "is_mostly_taken", lambda *_: True)
                assert outcome(vm_class, code, data, gas, True, is_static, stored) == expected, "jumps are taken"
    return expected


def outcome(vm_class, code, data, gas, quick, is_static=False, stored=None):
    make = {CancunVM: CancunBlockHeader, LondonVM: LondonBlockHeader}.get(vm_class, BlockHeader)
    header = make(difficulty=1, block_number=1, gas_limit=10**7, timestamp=1)
    if quick:
        accounts = {"account_db_class": BlockAccounts}
        vm_class = vm_class.configure(_state_class=type("Quick", (vm_class.get_state_class(),), accounts))
    vm = build_vm(vm_class, header, AtomicDB(), BLANK_ROOT_HASH, (), 1)
    state = vm.state
    state.set_balance(ME, 10**18)
    state.set_code(OTHER, FRIEND_CODE)
    for slot, value in (stored or {}).items():
        state.set_storage(ME, slot, value)
    state.lock_changes()
    computation_class = state.computation_class
    if quick:
        computation_class = quick_computation(computation_class)
    message = Message(gas=gas, to=ME, sender=b"\x33" * 20, value=0, data=data, code=code, is_static=is_static)
    context = state.get_transaction_context_class()(gas_price=0, origin=b"\x33" * 20)
    ended = computation_class.apply_message(state, message, context)
    return {
        "failed": ended.is_error and (ended.error.burns_gas, ended.error.erases_return_data),
        "gas": ended.get_gas_remaining(),
        "output": ended.output,
        "refund": ended.get_gas_refund(),
        "logs": ended.get_log_entries(),
        "memory": bytes(ended._memory._bytes) if not ended.is_error else b"",
        "root": state.make_state_root(),
    }


@settings(max_examples=400, deadline=None)
@given(code=PROGRAMS, data=st.binary(max_size=64), gas=st.sampled_from([100, 3_000, 100_000]))
@example(code=bytes.fromhex("6003565b00"), data=b"", gas=100_000)
@example(code=bytes.fromhex("600456605b00"), data=b"", gas=100_000)
@example(code=bytes.fromhex("7f01"), data=b"", gas=100_000)
@example(code=b"\x5b\x60\x00\x56", data=b"", gas=3_000)
@example(code=b"\x60\x01" * 1025, data=b"", gas=100_000)
@example(code=b"\x60\x01" * 1024 + b"\x80", data=b"", gas=100_000)
@example(code=bytes.fromhex("6000600020600052600060ff20"), data=b"", gas=100_000)
@example(code=bytes.fromhex("600061ffff20600063ffffffff20"), data=b"", gas=100_000)
@example(code=bytes.fromhex("600163000ffff05261010051"), data=b"", gas=100_000)
@example(code=bytes.fromhex("60016201000052620fffe151"), data=b"", gas=100_000)
@example(code=bytes.fromhex("60016110005260016120015260206120002000"), data=b"", gas=3_000)
@example(code=b"\x7f" + b"\xff" * 32 + b"\x35\x30\x33\x34\x36", data=b"\x01" * 40, gas=100_000)
@example(code=b"\x34" * 1025, data=b"", gas=100_000)
@example(code=b"\x60\x01" * 1024 + b"\x35", data=b"\x07" * 40, gas=100_000)
@example(code=b"\x35", data=b"", gas=100_000)
@example(code=bytes.fromhex("7f" + "ff" * 32 + "60005260206000f3"), data=b"", gas=100_000)
def test_random_programs_end_the_same_way(code, data, gas):
    assert_alike(BerlinVM, code, data, gas)


@settings(max_examples=60, deadline=None)
@given(vm_class=st.sampled_from([FrontierVM, IstanbulVM, CancunVM]), code=PROGRAMS, data=st.binary(max_size=64))
def test_every_fork_keeps_its_own_opcodes_and_prices(vm_class, code, data):
    assert_alike(vm_class, code, data, 100_000)


PLACES = st.sampled_from([0, 1, 31, 32, 64, 90, 2**20 - 32, 2**20, 2**200])
ON_MEMORY = st.one_of(
    PLACES.map(lambda at: word(at) + b"\x51"),  # load
    PLACES.map(lambda at: word(at) + b"\x52"),  # store what is on the stack
    st.tuples(PLACES, st.sampled_from([0, 1, 32, 64, 96])).map(lambda two: word(two[1]) + word(two[0]) + b"\x20"),
    st.tuples(PLACES, PLACES, st.sampled_from([0, 1, 32, 40])).map(
        lambda three: b"".join(map(word, three[::-1])) + b"\x39"
    ),
)
ON_THE_STACK = st.sampled_from(
    [*FREQUENT[:17], 0x30, 0x33, 0x34, 0x35, 0x36, 0x50, 0x5A, *range(0x80, 0x86), *range(0x90, 0x95)]
)
BLOCK = st.tuples(
    st.lists(
        st.one_of(
            SMALL_PUSH,
            ON_THE_STACK.map(lambda code: bytes([code])),
            ON_THE_STACK.map(lambda code: bytes([code])),
            ON_MEMORY,
        ),
        max_size=10,
    ).map(b"".join),
    st.sampled_from(["", "jump", "jumpi", "jump from below", "jumpi from below"]),
    st.integers(0, 5),
)


def word(value):
    return b"\x7f" + value.to_bytes(32, "big")


def assembled(blocks):
    """Code of blocks that jump to each other, to places that are known or that come from the stack."""
    sizes = [1 + len(body) + {"": 0, "jump": 4, "jumpi": 4}.get(ending, 5) for body, ending, _ in blocks]
    begin = 8 * 33
    starts = [begin + sum(sizes[:index]) for index in range(len(sizes))] + [begin]
    code = b"".join(map(word, (starts[0], 3, 2**256 - 1, 7, 0, 2**255, 1, starts[-2])))
    for body, ending, target in blocks:
        code += b"\x5b" + body
        if ending:
            known = b"\x61" + (starts[min(target, len(starts) - 1)]).to_bytes(2, "big")
            code += known + (b"\x81" if ending.endswith("below") else b"") + (b"\x57" if "jumpi" in ending else b"\x56")
    return code


@settings(max_examples=200, deadline=None)
@given(
    blocks=st.lists(BLOCK, min_size=1, max_size=6),
    data=st.binary(max_size=64),
    gas=st.sampled_from([120, 700, 3_000, 30_000]),
)
@example(blocks=[(b"\x60\x01\x01", "jump", 0)], data=b"", gas=3_000)
@example(blocks=[(b"\x60\x01", "jump", 0)], data=b"", gas=30_000)  # until the stack is full
@example(blocks=[(b"\x50", "jump", 0)], data=b"", gas=3_000)  # until it is empty
@example(blocks=[(b"\x15", "jumpi", 1), (word(0x474153) + word(0) + b"\x52", "", 0)], data=b"", gas=3_000)
def test_blocks_that_jump_to_each_other_end_the_same_way(blocks, data, gas):
    assert_alike(BerlinVM, assembled(blocks), data, gas, visits_before=(0, 1))


LOOP = bytes.fromhex("6003" + "5b" + "6040602052" + "604060002050" + "60405160020a50" + "60019003" + "80600257" + "00")


def test_every_amount_of_gas_ends_the_same_way():
    """A loop over a full word, a hash and an opcode that is not translated, out of gas at every instruction."""
    for gas in range(0, 420, 3):
        assert_alike(BerlinVM, LOOP, b"", gas, visits_before=(0,))
    assert not assert_alike(BerlinVM, LOOP, b"", 1_000)["failed"]
    for gas in range(12):  # 11 are needed, and what follows asks for none
        assert_alike(BerlinVM, b"\x60\x01\x60\x02\x01\x50\x00", b"", gas, visits_before=(0,))
    straight = word(7) + word(0) + b"\x52" + word(9) + b"\x50\x00"
    for gas in range(25):
        assert_alike(BerlinVM, straight, b"", gas, visits_before=(0,))


@pytest.mark.parametrize(
    "over",
    [
        word(2**256 - 1) + word(16) + b"\x52",  # half a word
        word(2**256 - 1) + word(0) + b"\x52",
        word(2**256 - 1) + b"\x60\x00\x35\x52",  # at a place that the caller names
        word(20) + word(0) + word(10) + b"\x39",  # code
        word(20) + word(0) + b"\x60\x00\x35\x39",
    ],
)
def test_what_was_written_to_memory_is_forgotten_when_it_is_written_over(over):
    load = b"\x60\x00\x51" + word(0) + b"\x55"
    code = (
        word(7) + word(0) + b"\x52" + word(8) + word(32) + b"\x52" + over + load + b"\x60\x20\x51" + word(1) + b"\x55"
    )
    for data in (b"", (17).to_bytes(32, "big")):
        assert_alike(BerlinVM, code, data, 100_000)


def test_a_stretch_leaves_numbers_behind_not_booleans():
    code = bytes.fromhex("60016002" + "10" + "3f5000")
    interpreter._known.cache_clear()
    computation = quick_computation(BerlinVM.get_state_class().computation_class)
    known = interpreter._known(b"\x34\x15" + code, computation)
    made = translation.Translation(known, 0).function()
    values = []
    message = SimpleNamespace(value=5, data=b"")
    made(values, 10**6, SimpleNamespace(_bytes=bytearray()), SimpleNamespace(msg=message))
    assert [type(value) for value in values] == [int, int]


def test_code_made_to_be_translated_without_end_is_left_to_the_loop(monkeypatch):
    """Every place of it begins a stretch of a hundred exits, each of which writes hundreds of values."""
    monkeypatch.setattr(stretches, "VISITS_BEFORE", 0)
    block = bytes.fromhex("5b" + "36" * 5 + "34" + "610000" + "57")
    known = interpreter._known(block * 300, quick_computation(BerlinVM.get_state_class().computation_class))
    for place in range(0, 300 * len(block), len(block)):
        known.visit(place)
    assert sum(callable(made) for made in known.stretches.values()) < 20
    assert max(known.written) < translation.WRITTEN_MAX + 400


def test_a_stretch_goes_on_where_a_jump_mostly_went(monkeypatch):
    code = bytes.fromhex("34" + "6006" + "57" + "00" + "5b5b" + "6001600101" + "00")
    known = interpreter._known(code, quick_computation(BerlinVM.get_state_class().computation_class))
    monkeypatch.setattr(stretches, "VISITS_BEFORE", 0)
    for taken in (True, True, False):
        known.note_jump(3, taken=taken)
    message = SimpleNamespace(value=1, data=b"")
    left, place = known.visit(0)([], 10**6, SimpleNamespace(_bytes=bytearray()), SimpleNamespace(msg=message))
    assert (code[-1 - place], 10**6 - left) == (0x00, 2 + 3 + 10 + 1 + 9)
    message.value = 0
    assert known.stretches[0]([], 10**6, SimpleNamespace(_bytes=bytearray()), SimpleNamespace(msg=message))[1] == 4


def test_long_stretches_that_begin_everywhere_are_left_to_the_loop(monkeypatch):
    """Few exits, but hundreds of lines for each place of the code: 63 MB for one code, before lines were counted."""
    monkeypatch.setattr(stretches, "VISITS_BEFORE", 0)
    block = bytes.fromhex("602060006000395b")
    known = interpreter._known(block * 1_000, quick_computation(BerlinVM.get_state_class().computation_class))
    for place in range(7, 8_000, 8):
        known.visit(place)
    assert sum(callable(made) for made in known.stretches.values()) < 200


def test_of_a_code_of_nothing_but_jumps_few_are_noted():
    known = interpreter._known(b"\x57" * 5_000, quick_computation(BerlinVM.get_state_class().computation_class))
    for place in range(5_000):
        known.note_jump(place, taken=True)
        known.note_jump(7, taken=False)
    assert len(known.taken) == stretches.JUMPS_NOTED_MAX
    assert (known.is_mostly_taken(8), known.is_mostly_taken(7), known.is_mostly_taken(4_999)) == (True, False, False)


def test_what_is_seldom_run_is_not_translated():
    code = bytes.fromhex("5b600160005401600055" + "00")
    interpreter._known.cache_clear()
    for _ in range(stretches.VISITS_BEFORE):
        outcome(BerlinVM, code, b"", 100_000, True)
    (found,) = [interpreter._known(code, quick_computation(BerlinVM.get_state_class().computation_class)).stretches]
    assert found[0] == stretches.VISITS_BEFORE
    outcome(BerlinVM, code, b"", 100_000, True)
    assert callable(found[0])


ARITHMETIC = [0x01, 0x02, 0x03, 0x04, 0x06, 0x0A, 0x0B, 0x10, 0x11, 0x12, 0x13, 0x14, 0x16, 0x17]
ARITHMETIC += [0x18, 0x1A, 0x1B, 0x1C]
EDGES = (0, 1, 2, 255, 256, 257, 2**255 - 1, 2**255, 2**256 - 1)


@pytest.mark.parametrize("opcode", ARITHMETIC)
def test_arithmetic_at_the_edges(opcode):
    """Each pair of edges into memory: both operands known, one of them, or both from the caller."""
    given = [(word(value), b"\x61" + (32 * index).to_bytes(2, "big") + b"\x35") for index, value in enumerate(EDGES)]
    code, place = b"", 0
    for below, top, from_below, from_top in itertools.product(given, given, (0, 1), (0, 1)):
        code += below[from_below] + top[from_top] + bytes([opcode, 0x61]) + place.to_bytes(2, "big") + b"\x52"
        place += 32
    data = b"".join(value.to_bytes(32, "big") for value in EDGES)
    ended = assert_alike(BerlinVM, code, data, 10**6)
    assert not ended["failed"]
    assert len(ended["memory"]) == place


@pytest.mark.parametrize("condition", [0, 1, 2**255])
@pytest.mark.parametrize("target", ["5b", "00"])
def test_jumps_on_what_is_known_beforehand(condition, target):
    jump = word(condition) + b"\x60\x28\x57" + b"\x60\x09\x00"  # over a push and a stop
    assert_alike(BerlinVM, jump.ljust(40, b"\x00") + bytes.fromhex(target) + b"\x60\x05" + b"\x56", b"", 50_000)


@pytest.mark.parametrize("target", [3, 4, 5, 2**200])
def test_jumps_to_where_the_caller_says(target):
    code = bytes.fromhex("600035" + "56" + "005b" + "60075f55").replace(b"\x5f", b"\x60\x00")
    ended = assert_alike(BerlinVM, code, target.to_bytes(32, "big"), 50_000)
    assert bool(ended["failed"]) == (target != 5)


def test_data_that_ends_early_and_stacks_that_only_shrink():
    store = b"\x60\x00\x55"
    assert not assert_alike(BerlinVM, b"\x60\x00\x35" + store, b"\x01\x02", 50_000)["failed"]
    assert not assert_alike(BerlinVM, bytes.fromhex("60016002" + "5a" + "5050" + "5a50") + store, b"", 50_000)["failed"]


@pytest.mark.parametrize("place", [2**20 - 32, 2**20 - 31, 2**20])
def test_memory_that_is_left_to_the_loop_costs_the_same(place):
    code = word(7) + word(place) + b"\x52" + b"\x60\x03\x60\x04\x01" + word(0) + b"\x52\x00"
    assert not assert_alike(BerlinVM, code, b"", 10**7)["failed"]


@pytest.mark.parametrize("size", [0, 1, 31, 33, 200, 2**20 + 1, 2**255])
@pytest.mark.parametrize("vm_class", [FrontierVM, BerlinVM])
def test_code_is_copied_at_the_edges(vm_class, size):
    for start in (0, 5, 2**20, 2**255):
        for source in (0, 3, 10_000, 2**256 - 1):
            pushed = b"".join(b"\x7f" + value.to_bytes(32, "big") for value in (size, source, start))
            code = pushed + bytes.fromhex("39" + "5960005260206000f3")  # and then how large the memory is
            for gas in (120, 100_000):
                assert_alike(vm_class, code, b"", gas)


WORDS = st.sampled_from([0, 1, 2, 2**256 - 1])
STORAGE_STEP = st.one_of(
    st.tuples(st.just(0x55), st.sampled_from([0, 1]), WORDS),  # store
    st.tuples(st.just(0x54), st.sampled_from([0, 1, 2]), st.none()),  # load
    st.tuples(st.integers(0xA0, 0xA4), st.sampled_from([0, 1, 32, 64, 2**40]), st.sampled_from([0, 5, 32, 2**200])),
)


def storage_program(steps):
    code = bytes.fromhex("60ff600052")  # a word of memory
    for opcode, place, value in steps:
        below = (b"\x60\x07" * 3 + b"\x60\x09") if opcode >= 0xA0 else b""  # topics
        pushed = b"" if value is None else b"\x7f" + value.to_bytes(32, "big")
        code += below + pushed + b"\x7f" + place.to_bytes(32, "big") + bytes([opcode])
    return code


@settings(max_examples=300, deadline=None)
@given(
    vm_class=st.sampled_from([BerlinVM, BerlinVM, LondonVM, IstanbulVM]),
    steps=st.lists(STORAGE_STEP, min_size=1, max_size=12),
    gas=st.one_of(st.integers(2_000, 60_000), st.just(10**6)),
    is_static=st.integers(0, 9).map(lambda number: number == 0),
)
def test_storage_and_logs_cost_and_leave_the_same(vm_class, steps, gas, is_static):
    code = storage_program(steps)
    assert_alike(vm_class, code, b"", gas, is_static)


@pytest.mark.parametrize("original", [0, 1, 2])
@pytest.mark.parametrize("first", [0, 1, 2])
@pytest.mark.parametrize("second", [0, 1, 2])
def test_every_way_of_storing_twice_is_priced_alike(original, first, second):
    """The table of EIP-2200: what stood there before the transaction, then, and now."""
    code = storage_program([(0x55, 0, first), (0x55, 0, second), (0x54, 0, None)])
    for gas in (2_305, 5_005, 7_200, 22_105, 10**6):
        for vm_class in (BerlinVM, LondonVM):
            assert_alike(vm_class, code, b"", gas, stored={0: original})


def test_the_opcodes_that_are_stood_in_for_are_those_of_the_fork():
    quick = {opcode for opcode in (0x54, 0x55, *range(0xA0, 0xA5)) if _is_quick(BerlinVM, opcode)}
    assert quick == {0x54, 0x55, 0xA0, 0xA1, 0xA2, 0xA3, 0xA4}
    assert _is_quick(LondonVM, 0x54)
    assert not _is_quick(LondonVM, 0x55), "EIP-3529 refunds otherwise"
    assert not _is_quick(IstanbulVM, 0x54)


def _is_quick(vm_class, opcode):
    known = vm_class.get_state_class().computation_class.opcodes[opcode]
    return reach_of(known) is not None


def test_calls_and_creations_run_in_the_quick_loop_too():
    call = bytes.fromhex("602060006040600060007322222222222222222222222222222222222222225af160005160205500")
    create = bytes.fromhex("6260016055600052600360" + "1d6000f060005500")
    for code in (call, create):
        assert_alike(BerlinVM, code, b"", 10**6)


def test_push_data_is_no_jump_destination():
    pushes, destinations = _analyse(bytes.fromhex("605b5b7f"))
    assert destinations == {2}
    assert pushes == {0: (0x5B, 2), 3: (0, 36)}
