"""The compiler that tries mutants makes the same bytes as the one that deploys."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
PROGRAM = """
from chaincode.build import compile_contract
from scripts.mutation.quick_compiler import make_quick
make_quick()
for name in ("recovery", "draw"):
    assert compile_contract(name, None) == compile_contract(name), name
print("the same")
"""


def test_the_bytes_are_the_same():
    """In a process of its own, which is changed by it."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("the same\n", 0), done.stderr
