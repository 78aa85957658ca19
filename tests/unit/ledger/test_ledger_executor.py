"""How a transaction begins and ends, held against py-evm's own: a sealer without a fee is touched all the same."""

import itertools

import pytest
from eth.constants import BLANK_ROOT_HASH
from eth.db.atomic import AtomicDB
from eth.rlp.headers import BlockHeader
from eth.vm.forks import BerlinVM, FrontierVM, HomesteadVM, IstanbulVM, SpuriousDragonVM, TangerineWhistleVM
from eth_keys.datatypes import PrivateKey

from ledger.forks import _adapt
from ledger.state import build_vm

SENDER, SEALER, OTHER = PrivateKey(b"\x0a" * 32), b"\x5e" * 20, b"\x22" * 20
BEFORE = {
    "absent": lambda state: None,
    "empty": lambda state: state.touch_account(SEALER),
    "rich": lambda state: state.set_balance(SEALER, 7),
}


CALLER = b"\x44" * 20
"""Calls a precompiled contract, itself fails, or ends its own life in favour of nobody."""
CODES = {
    "none": b"",
    "calls": bytes.fromhex("600060006000600060006003" + "612710f100"),
    "calls and fails": bytes.fromhex("600060006000600060006003" + "612710f1fe"),
    "goes away": bytes.fromhex("6077ff"),
}


def root_after(rules, quiet, before, to, value, gas_price, gas, code=b""):
    vm_class = _adapt(rules, False)
    if not quiet:
        own = rules.get_state_class().transaction_executor_class
        state_class = type("Own", (vm_class.get_state_class(),), {"transaction_executor_class": own})
        vm_class = vm_class.configure(_state_class=state_class)
    header = BlockHeader(difficulty=1, block_number=1, gas_limit=10**7, timestamp=1, coinbase=SEALER)
    vm = build_vm(vm_class, header, AtomicDB(), BLANK_ROOT_HASH, (), 1)
    vm.state.set_balance(SENDER.public_key.to_canonical_address(), 10**18)
    before(vm.state)
    if code:
        vm.state.set_code(CALLER, code)
    vm.state.touch_account(b"\x00" * 19 + b"\x03")
    vm.state.touch_account(b"\x00" * 19 + b"\x77")
    made = vm.get_transaction_builder().create_unsigned_transaction(
        nonce=0, gas_price=gas_price, gas=gas, to=to, value=value, data=b""
    )
    ended = vm.state.apply_transaction(made.as_signed_transaction(SENDER))
    return vm.state.make_state_root(), ended.is_error, ended.get_gas_remaining()


@pytest.mark.parametrize(
    "rules",
    [FrontierVM, HomesteadVM, TangerineWhistleVM, SpuriousDragonVM, IstanbulVM, BerlinVM],
    ids=lambda vm: vm.fork,
)
@pytest.mark.parametrize("before", BEFORE)
def test_the_state_is_that_of_py_evms_own_executor(rules, before):
    roots = set()
    for to, value, gas_price, gas in itertools.product((OTHER, SEALER), (0, 1), (0, 3), (21_000, 50_000)):
        quick = root_after(rules, True, BEFORE[before], to, value, gas_price, gas)
        assert quick == root_after(rules, False, BEFORE[before], to, value, gas_price, gas)
        roots.add(quick[0])
    assert len(roots) > 4


@pytest.mark.parametrize("rules", [HomesteadVM, SpuriousDragonVM, BerlinVM], ids=lambda vm: vm.fork)
@pytest.mark.parametrize("code", CODES)
def test_touched_and_empty_accounts_go_as_py_evm_lets_them_go(rules, code):
    for to, value in itertools.product((CALLER, b"", OTHER), (0, 1)):
        given = (BEFORE["absent"], to, value, 0, 200_000, CODES[code])
        assert root_after(rules, True, *given) == root_after(rules, False, *given)
