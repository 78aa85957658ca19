"""The curves of Prague's precompiled contracts are loaded when one is called, and do then what they always did."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
import ledger.replay
from types import SimpleNamespace
from eth.precompiles import bls12_381 as late
from eth.vm.forks.prague.computation import PragueComputation

print(*(name for name in sys.modules if name.startswith("py_ecc.") and "381" in name))
charged = []
[called] = [one for one in PragueComputation._precompiles.values() if one.__name__ == "bls12_g1_add"]
message = SimpleNamespace(data=bytes.fromhex(sys.argv[1]))
computation = SimpleNamespace(msg=message, consume_gas=lambda amount, reason: charged.append(amount))
called(computation)
print(computation.output.hex(), *charged)

import eth.precompiles.bls12_381 as real
from ledger.late_curves import FUNCTIONS
print(sorted(name for name in vars(real) if name.startswith("bls12_") and callable(getattr(real, name)))
      == sorted(FUNCTIONS), real is not late)
"""
GENERATOR = (
    "0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
    "0000000000000000000000000000000008b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1"
)
TWICE = (
    "000000000000000000000000000000000572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62ae28f75bb8f1c7c42c39a8c5529bf0f4e"
    "00000000000000000000000000000000166a9d8cabc673a322fda673779d8e3822ba3ecb8670e461f73bb9021d5fd76a4c56d9d4cd16bd1bba86881979749d28"
)
"""EIP-2537's vector "g1 + g1 = 2 * g1"."""


@pytest.fixture(scope="module")
def said():
    done = subprocess.run([sys.executable, "-c", PROGRAM, GENERATOR * 2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_reading_the_ledgers_program_loads_no_curve_of_prague(said):
    assert said[0] == ""


def test_a_call_loads_them_and_gives_the_standards_answer_for_its_gas(said):
    assert said[1] == f"{TWICE} 375"


def test_every_function_of_the_real_module_has_its_late_one(said):
    assert said[2] == "True True"
