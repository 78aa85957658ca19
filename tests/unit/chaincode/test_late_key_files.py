"""A process that signs does not load what reads key files, and one that reads them does."""

import subprocess
import sys

import pytest

SIGNS = "Account.from_key('0x' + '11' * 32).sign_message(encode_defunct(text='x'))"
KEPT = "Account.encrypt('0x' + '11' * 32, 'secret', kdf='pbkdf2', iterations=2)"
OPENS = f"assert Account.decrypt({KEPT}, 'secret') == b'\\x11' * 32"


@pytest.mark.parametrize("package", ["bank_api", "wallet_cli"])
@pytest.mark.parametrize(("does", "loaded"), [(SIGNS, False), (OPENS, True)])
def test_curves_of_validators_are_loaded_for_key_files_alone(package, does, loaded):
    program = (
        f"import {package}, sys\n"
        "from eth_account import Account\n"
        "from eth_account.messages import encode_defunct\n"
        f"{does}\n"
        "print('py_ecc.bls' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(loaded)]


def test_what_is_loaded_already_stays():
    program = (
        "import sys, eth_keyfile.keyfile as real\nimport bank_api\nassert sys.modules['eth_keyfile.keyfile'] is real\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


TWO_AT_ONCE = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
import bank_api
from chaincode import late_key_files as module
from eth_keyfile import keyfile

class Slow(dict):
    def get(self, name):
        found = super().get(name)
        time.sleep(0.2)
        return found

module.sys = SimpleNamespace(modules=Slow(sys.modules))
del sys.modules[module.MODULE]
with ThreadPoolExecutor(2) as hands:
    make = lambda _: keyfile.create_keyfile_json(b"1" * 32, b"secret", kdf="pbkdf2", iterations=2)
    made = list(hands.map(make, "ab"))
print(len(made))
"""


def test_two_threads_that_need_it_first_load_it_once():
    done = subprocess.run([sys.executable, "-c", TWO_AT_ONCE], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["2"], done.stderr
