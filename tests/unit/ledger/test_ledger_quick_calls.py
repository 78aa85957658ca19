"""Calls in fewer steps, against py-evm's own: whole transactions of random calls must end the same way."""

import pytest
from eth.constants import BLANK_ROOT_HASH
from eth.db.atomic import AtomicDB
from eth.precompiles import ecrecover
from eth.rlp.headers import BlockHeader
from eth.vm.forks import BerlinVM, IstanbulVM, LondonVM
from eth.vm.forks.cancun import CancunVM
from eth.vm.forks.london.blocks import LondonBlockHeader
from eth.vm.forks.prague import PragueVM
from eth.vm.message import Message
from eth_keys.datatypes import PrivateKey
from eth_utils.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger import interpreter, plain_transactions, stretches
from ledger.forks import _adapt
from ledger.interpreter import quick_computation
from ledger.quick_calls import _recovered, forget_recovered, reach_of_call
from ledger.recover import CURVE_ORDER
from ledger.simulate import CallMessage, run_message
from ledger.state import build_vm

SENDER, SEALER = PrivateKey(b"\x0a" * 32), b"\x5e" * 20
ME, EMPTY, NOBODY = b"\x11" * 20, b"\x77" * 20, b"\x66" * 20
SIGNED_HASH = b"\x2a" * 32
SIGNATURE = SENDER.sign_msg_hash(SIGNED_HASH)
DATA = b"".join([SIGNED_HASH, *(part.to_bytes(32, "big") for part in (SIGNATURE.v + 27, SIGNATURE.r, SIGNATURE.s))])
CALLEES = {
    "answers": "3660005260443660203760206000f3",
    "logs and fails": "6001600160206000a2600160206000fd",
    "fails without words": "60006000fd",
    "burns": "6001600055fe",
    "stores": "60013554506007600155600060015560096002553660035500",
    "refunds": "6000600a5500",
    "logs": "60ff60005260076020600060006000" + "a3" + "00",
    "goes away": "6077ff",
    "calls ripemd": "60006000600060006000600361ffff" + "f1" + "00",
    "calls ripemd and fails": "60006000600060006000600361ffff" + "f1" + "fe",
    "calls back": "60005460025700" + "5b" + "60406000602060006000" + "73" + ME.hex() + "617530f1600f55",
    "calls itself": "600060006000600060003061ffff5a03f1600455",
    "creates": "6001600081f0600655",
    "passes on": "60206000602060006000" + "73" + "a4" * 20 + "5af160005260206000f3",
}
ADDRESSES = {name: bytes([0xA0 + place]) * 20 for place, name in enumerate(CALLEES)}
TARGETS = [
    *ADDRESSES.values(),
    ME,
    EMPTY,
    NOBODY,
    *(bytes(19) + bytes([number]) for number in (1, 1, 2, 3, 4, 4, 4, 5)),
]
SIZES = st.sampled_from([0, 1, 31, 32, 64, 100, 128, 129])
PLACES = st.sampled_from([0, 0, 1, 32, 96, 200, 2**20, 2**255])


def word(number):
    return b"\x7f" + number.to_bytes(32, "big")


@st.composite
def calls(draw):
    """One call and what can be seen of it afterwards: whether it did well, and how much was given back."""
    opcode = draw(st.sampled_from([0xF1, 0xF1, 0xF1, 0xFA, 0xFA, 0xFA, 0xF4, 0xF2]))
    numbers = [draw(SIZES), draw(PLACES), draw(SIZES), draw(PLACES)]
    if opcode in (0xF1, 0xF2):
        numbers.append(draw(st.sampled_from([0, 0, 0, 0, 1, 10**30])))
    numbers.append(int.from_bytes(draw(st.sampled_from(TARGETS)), "big") + draw(st.sampled_from([0, 0, 1 << 160])))
    numbers.append(draw(st.sampled_from([0, 14, 18, 700, 2_999, 3_000, 50_000, 200_000, 2**256 - 1])))
    code = b"".join(map(word, numbers)) + bytes([opcode])
    place = draw(st.integers(0, 5)) + 0x20
    return code + bytes([0x60, place, 0x55]) + b"\x3d" + bytes([0x60, place + 8, 0x55])


WORDS = st.sampled_from([0, 32, 64])
BESIDE = st.one_of(
    st.tuples(WORDS, WORDS).map(lambda pair: word(pair[0] + 5) + word(pair[1]) + b"\x52"),  # written,
    WORDS.map(lambda place: word(place) + b"\x51" + word(place + 0x40) + b"\x55"),  # and read again
    st.tuples(SIZES, st.sampled_from([0, 16, 2**255]), WORDS, st.sampled_from([b"\x37", b"\x3e"])).map(
        lambda copied: b"".join(map(word, copied[:3])) + copied[3]
    ),
    st.tuples(SIZES, PLACES).map(lambda span: word(span[0]) + word(span[1]) + b"\x20" + b"\x60\x50\x55"),
    st.just(bytes.fromhex("3d6000" + "20" + "605155")),  # the hash of as much as was given back
    st.just(bytes.fromhex("34" + "15" + "605255")),  # a truth, stored
    st.sampled_from([0x42, 0x43, 0x46, 0x5A, 0x3D]).map(lambda asked: bytes([asked, 0x60, asked, 0x55])),
    st.just(bytes.fromhex("60006000f3")),
    st.tuples(WORDS, st.sampled_from([0x39, 0x37])).map(  # from a place that was on the stack before
        lambda pair: b"\x59" + word(7) + word(pair[0]) + b"\x52\x60\x20\x90\x60\x00" + bytes([pair[1]])
    ),
)
PROGRAMS = st.lists(st.one_of(calls(), calls(), BESIDE), min_size=1, max_size=10).map(b"".join)
BEGINS, ENDS = bytes.fromhex("366000600037"), bytes.fromhex("596000a0" + "596000f3")


def ended(vm_class, code, data, gas, quick, before=None, signed=None):
    """A whole transaction, empty accounts cleared, in a block of its own; `signed` is what a signed one differs in."""
    adapted = _adapt(vm_class, False)
    if not quick:
        own = vm_class.get_state_class()
        parts = {"computation_class": own.computation_class}
        if signed is not None:
            parts["transaction_executor_class"] = own.transaction_executor_class
        adapted = adapted.configure(_state_class=type("Own", (adapted.get_state_class(),), parts))
    make = LondonBlockHeader if issubclass(vm_class, LondonVM) else BlockHeader
    header = make(difficulty=1, block_number=1, gas_limit=10**7, timestamp=1, coinbase=SEALER)
    vm = build_vm(adapted, header, AtomicDB(), BLANK_ROOT_HASH, (), 1)
    sender = SENDER.public_key.to_canonical_address()
    vm.state.set_balance(sender, 10**18)
    vm.state.set_balance(ME, 5)
    vm.state.set_code(ME, code)
    vm.state.touch_account(EMPTY)
    for name, callee in CALLEES.items():
        vm.state.set_code(ADDRESSES[name], bytes.fromhex(callee))
        vm.state.set_storage(ADDRESSES[name], 10, 1)
    for address in before or ():
        vm.state.touch_account(address)
    vm.state.lock_changes()
    seen = set()
    mark = vm.state._account_db.mark_address_warm
    vm.state._account_db.mark_address_warm = lambda address: (seen.add(address), mark(address))
    if signed is None:
        computation = run_message(vm, CallMessage(sender=sender, to=ME, gas=gas, data=data)).computation
        used = None
    else:
        transaction = signed_call(vm, **{"to": ME, "gas": gas, "data": data, **signed})
        try:
            computation = vm.state.apply_transaction(transaction)
        except ValidationError:  # in the words of whichever fault is looked at first
            return {"refused": True, "root": vm.state.make_state_root()}
        used = vm.finalize_gas_used(transaction, computation)
    return {
        "error": computation._error and (type(computation._error), computation._error.burns_gas),
        "output": computation.output,
        "gas": (used, computation.get_gas_remaining(), computation.get_gas_refund()),
        "logs": computation.get_log_entries(),
        "warm": seen,
        "gone": set(computation.get_accounts_for_deletion()),
        "root": vm.state.make_state_root(),
    }


def signed_call(vm, nonce=0, gas_price=0, value=0, **fields):
    builder = vm.get_transaction_builder()
    made = builder.create_unsigned_transaction(nonce=nonce, gas_price=gas_price, value=value, **fields)
    return made.as_signed_transaction(SENDER)


def assert_alike(vm_class, code, data, gas, before=None, signed=None):
    expected = ended(vm_class, code, data, gas, False, before, signed)
    for visits in (10**9, 0):
        interpreter._known.cache_clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stretches, "VISITS_BEFORE", visits)
            assert ended(vm_class, code, data, gas, True, before, signed) == expected, visits
    return expected


@settings(max_examples=200, deadline=None)
@given(
    vm_class=st.sampled_from([BerlinVM, BerlinVM, BerlinVM, LondonVM, IstanbulVM]),
    program=PROGRAMS,
    gas=st.one_of(st.integers(30_000, 400_000), st.just(3 * 10**6)),
    before=st.sampled_from([(), (bytes(19) + b"\x04", bytes(19) + b"\x03"), (bytes(19) + b"\x01",)]),
)
def test_random_calls_end_the_same_way(vm_class, program, gas, before):
    assert_alike(vm_class, BEGINS + program + ENDS, DATA, gas, before)


SIGNED = st.fixed_dictionaries(
    {},
    optional={
        "to": st.sampled_from([*ADDRESSES.values(), ME, EMPTY, NOBODY, b"", bytes(19) + b"\x03", bytes(19) + b"\x04"]),
        "nonce": st.sampled_from([0, 0, 1]),
        "gas_price": st.sampled_from([0, 0, 1, 10**18]),
        "value": st.sampled_from([0, 0, 1]),
    },
)


@settings(max_examples=40, deadline=None)
@given(
    program=PROGRAMS,
    gas=st.one_of(st.integers(20_000, 400_000), st.just(3 * 10**6)),
    before=st.sampled_from([(), (SEALER,), (bytes(19) + b"\x04", bytes(19) + b"\x03")]),
    signed=SIGNED,
)
@example(program=b"", gas=60_000, before=(SEALER,), signed={})
@example(program=b"\xfe", gas=60_000, before=(SEALER,), signed={})
@example(program=b"", gas=200_000, before=(), signed={"to": ADDRESSES["goes away"]})
@example(program=b"", gas=200_000, before=(), signed={"to": ADDRESSES["logs and fails"]})
@example(program=b"", gas=22_675, before=(), signed={})  # one less than it has to pay for having been sent
@example(program=b"", gas=22_676, before=(), signed={})
@example(program=b"", gas=22_690, before=(), signed={})
def test_random_signed_transactions_end_the_same_way(program, gas, before, signed):
    assert_alike(BerlinVM, BEGINS + program + ENDS, DATA, gas, before, signed)


@pytest.mark.parametrize("vm_class", [BerlinVM, LondonVM, PragueVM], ids=lambda vm: vm.fork)
def test_who_cannot_pay_for_having_been_sent_changes_nothing(vm_class):
    found = assert_alike(vm_class, BEGINS + ENDS, DATA, 22_675, signed={"gas_price": 10**9})
    assert found["refused"]


def test_what_pays_nothing_and_calls_a_contract_is_applied_plainly(monkeypatch):
    applied = []
    real = plain_transactions.apply_plainly
    monkeypatch.setattr(plain_transactions, "apply_plainly", lambda *given: applied.append(real(*given)) or applied[-1])
    for signed in ({}, {"gas_price": 1}, {"value": 1}, {"to": NOBODY}, {"to": b""}):
        ended(BerlinVM, BEGINS + ENDS, DATA, 200_000, True, (), signed)
    assert [one is not None for one in applied] == [True, False, False, False, False]
    ended(BerlinVM, BEGINS + ENDS, DATA, 22_675, True, (), {})
    assert len(applied) == 6
    assert applied[-1] is None
    ended(LondonVM, BEGINS + ENDS, DATA, 200_000, True, (), {"gas_price": 10**9})
    assert len(applied) == 6


def call_of(opcode, target, gas=200_000, start=0, size=128, out_start=0, out_size=64, value=0):
    numbers = [
        out_size,
        out_start,
        size,
        start,
        *([value] if opcode == 0xF1 else []),
        int.from_bytes(target, "big"),
        gas,
    ]
    return b"".join(map(word, numbers)) + bytes([opcode])


@pytest.mark.parametrize("opcode", [0xF1, 0xFA])
@pytest.mark.parametrize("name", CALLEES)
def test_each_callee_by_each_call(opcode, name):
    code = BEGINS + call_of(opcode, ADDRESSES[name]) + bytes.fromhex("6020553d602155") + ENDS
    assert_alike(BerlinVM, code, DATA, 10**6)


def test_every_amount_of_gas_ends_the_same_way():
    """For a copy, a recovery and a contract: who runs out where, to the last unit."""
    for target, span in ((bytes(19) + b"\x04", 240), (bytes(19) + b"\x01", 3_240), (ADDRESSES["stores"], 2_000)):
        code = call_of(0xFA, target, gas=2**256 - 1, out_start=64) + bytes.fromhex("602055") + ENDS
        for gas in range(21_000, 21_000 + span, 7 if span > 300 else 1):
            expected = ended(BerlinVM, code, b"", gas, False)
            assert ended(BerlinVM, code, b"", gas, True) == expected, (target, gas)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("name", [None, "calls ripemd", "calls ripemd and fails"])
def test_an_empty_account_with_a_precompiled_contracts_address_goes_when_it_is_called(number, name):
    address = bytes(19) + bytes([number])
    code = BEGINS + call_of(0xF1, address if name is None else ADDRESSES[name]) + ENDS
    assert_alike(BerlinVM, code, DATA, 10**6, (address,))


@pytest.mark.parametrize(
    "writes",
    [
        call_of(0xFA, bytes(19) + b"\x04", start=128, size=40, out_start=8, out_size=40) + b"\x50",
        word(40) + word(3) + word(8) + b"\x37",
        call_of(0xFA, bytes(19) + b"\x04", size=40) + b"\x50" + word(40) + word(0) + word(8) + b"\x3e",
        word(40) + word(3) + word(8) + b"\x39",
        word(32) + word(3) + word(0) + b"\x39",
        word(40) + word(3) + word(0) + b"\x39",
        word(7) + b"\x34" + b"\x52",
        word(7) + word(0) + b"\x52",
        word(7) + word(1) + b"\x52",
    ],
)
def test_what_stands_in_memory_is_known_no_more_when_it_was_written_over(writes):
    """What was stored, loaded or copied before is loaded again, as a number, as bytes and hashed."""
    stores = word(0x1234) + word(0) + b"\x52" + b"\x36" + word(32) + b"\x52"
    loads = word(0) + b"\x51" + word(128) + b"\x52" + word(64) + b"\x51" + word(96) + b"\x52"
    again = b"".join(word(place) + b"\x51" + word(place) + b"\x55" for place in (0, 32, 64, 96))
    hashed = word(64) + word(0) + b"\x20" + word(0x77) + b"\x55" + word(64) + word(64) + b"\x20" + word(0x78) + b"\x55"
    assert_alike(BerlinVM, BEGINS + stores + loads + writes + again + hashed + writes + again + ENDS, DATA, 10**6)


def test_code_is_copied_from_a_place_that_the_caller_names():
    """Nothing else of the stretch asks for that item of the stack."""
    assert_alike(BerlinVM, bytes.fromhex("600359506007600052602090600039" + "600051600055" + "00"), b"", 10**5)


def test_only_what_counts_of_a_signature_is_kept():
    """Else eight thousand calls with a megabyte behind the signature would be kept for good."""
    behind = word(1) + word(1_096) + b"\x52"
    asks = call_of(0xFA, bytes(19) + b"\x01", size=1_128, out_start=2_048) + b"\x50"
    forget_recovered()
    assert_alike(BerlinVM, BEGINS + asks + behind + asks + ENDS, DATA, 10**6)
    assert _recovered.cache_info().currsize == 1


def test_calls_a_thousand_deep_stop_at_the_same_depth():
    deep = bytes.fromhex("6000600060006000600030" + "5af160015401600155")
    assert_alike(BerlinVM, deep, b"", 10**12)


@settings(max_examples=150, deadline=None)
@given(
    v=st.sampled_from([27, 28, 0, 1, 26, 29, 2**255 + 27]),
    r=st.sampled_from([SIGNATURE.r, 0, 1, 5, CURVE_ORDER - 1, CURVE_ORDER, 2**256 - 1]),
    s=st.sampled_from([SIGNATURE.s, CURVE_ORDER - SIGNATURE.s, 0, 1, CURVE_ORDER, 2**256 - 1]),
    hashed=st.sampled_from([SIGNED_HASH, bytes(32), b"\xff" * 32]),
    length=st.sampled_from([128, 128, 128, 200, 127, 96, 64, 32, 0]),
)
@example(v=SIGNATURE.v + 27, r=SIGNATURE.r, s=SIGNATURE.s, hashed=SIGNED_HASH, length=128)
def test_who_signed_is_answered_as_by_py_evm(v, r, s, hashed, length):
    data = b"".join([hashed, *(number.to_bytes(32, "big") for number in (v, r, s))]).ljust(200, b"\x01")[:length]
    state_class = BerlinVM.get_state_class()
    message = Message(gas=10_000, to=bytes(19) + b"\x01", sender=ME, value=0, data=data, code=b"")
    computation = state_class.computation_class(None, message, None)
    ecrecover(computation)
    assert _recovered(data) == computation._output


def test_who_signed_is_found():
    assert _recovered(DATA)[12:] == SENDER.public_key.to_canonical_address()


@pytest.mark.parametrize("vm_class", [CancunVM, PragueVM, IstanbulVM])
def test_forks_with_other_calls_keep_their_own(vm_class):
    opcodes = vm_class.get_state_class().computation_class.opcodes
    quick = [reach_of_call(opcodes[opcode], interpreter._run_called) is not None for opcode in (0xF1, 0xFA)]
    assert quick == [vm_class is CancunVM] * 2
    assert reach_of_call(opcodes[0xF4], interpreter._run_called) is None


def test_a_loop_of_copies_leaves_no_computation_behind():
    """py-evm keeps one for each call until the transaction has ended."""
    code = BEGINS + call_of(0xFA, bytes(19) + b"\x04") * 20 + call_of(0xF1, ADDRESSES["logs"]) * 2 + b"\x00"
    vm = build_vm(
        _adapt(BerlinVM, False),
        BlockHeader(difficulty=1, block_number=1, gas_limit=10**7, timestamp=1),
        AtomicDB(),
        BLANK_ROOT_HASH,
        (),
        1,
    )
    vm.state.set_code(ME, code)
    vm.state.set_code(ADDRESSES["logs"], bytes.fromhex(CALLEES["logs"]))
    computation = run_message(vm, CallMessage(to=ME, gas=10**6)).computation
    assert not computation.is_error
    assert (len(computation.children), len(computation.get_log_entries())) == (0, 2)
    assert quick_computation(BerlinVM.get_state_class().computation_class) is type(computation)
