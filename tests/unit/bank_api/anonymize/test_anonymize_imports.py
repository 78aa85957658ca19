"""The package needs NumPy alone, and the verifier nothing of what makes the classes."""

import ast
import sys
from pathlib import Path

import bank_api.domain.anonymize as package

PREFIX = "bank_api.domain.anonymize."
ROOT = Path(package.__file__).parent
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for folder in (ROOT, ROOT / "verifier")
    for path in folder.glob("*.py")
}


def imported(name):
    found = set()
    for node in ast.walk(ast.parse(FILES[name].read_text())):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found


def test_only_numpy_and_itself():
    for name in FILES:
        foreign = {
            m for m in imported(name) if not m.startswith(PREFIX) and m.split(".")[0] not in sys.stdlib_module_names
        }
        assert foreign <= {"numpy", "numpy.typing"}, name


def test_the_verifier_knows_nothing_of_the_maker():
    reached, waiting = set(), ["verify"]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [m.removeprefix(PREFIX) for m in imported(name) if m.startswith(PREFIX)]
    assert reached & {"mondrian", "diversity", "rules", "suppress", "release", "rooms"} == set()
    assert {"containment", "measure", "traces", "verifier.dealing"} <= reached
