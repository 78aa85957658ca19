"""Are the contracts' rules tested? Bends the Vyper sources one rule at a time; some test must then fail.

    python scripts/mutate.py --json FILE [--sample 40] [--seed 1] [--contract coin] [--tests PATH ...] [--quick]

Mutants: every `assert` and every `if … return "contract: reason"` dropped and negated, every comparison shifted by
one step, every `+=`, `-=`, `|=` and `^=` turned round. Each mutant lives in a copy of the tree; the working tree is
not touched. The tests that are named for a source run first, the others only if those let the mutant live. FILE gets
{"mutants", "killed", "survivors": [{file, line, kind, before, after}], "not_compiling"}; the exit code is 1 if a mutant
survives that EXPLAINED does not name.
"""

import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "chaincode" / "contracts"
ALL_TESTS = ("tests/unit/chaincode/contracts", "tests/property/test_chaincode_model.py")
QUICK_TESTS = ("tests/unit/chaincode/contracts",)
NAMED = {
    "authority.vy": ("membership", "survey"),
    "consent_book.vy": ("consent", "disclosure"),
    "consent_gate.vy": ("disclosure", "consent"),
    "coupon_class.vy": ("coupon",),
    "item_bits.vy": ("request", "consent"),
    "mandate.vy": ("delegation",),
    "roster.vy": ("membership", "delegation"),
    "tokens.vy": ("coupon",),
}
"""Tests that speak of a source under another name."""
SHIFTED = {"<=": "<", ">=": ">", "<": "<=", ">": ">=", "==": "!=", "!=": "=="}
TURNED = {"+=": "-=", "-=": "+=", "|=": "&=", "^=": "|="}
EXPLAINED: dict[str, str] = {}
"""Survivors that are no gaps, by `file: source line`, with the reason."""

_COMPARISON = re.compile(r"(?<![<>=!])(<=|>=|==|!=|<|>)(?![<>=])")
_UPDATE = re.compile(r"(\+=|-=|\|=|\^=)")
_REFUSAL = re.compile(r'^\s*return "[a-z]+: ')


@dataclass(frozen=True)
class Mutant:
    """One source with one rule bent."""

    file: str
    line: int
    kind: str
    before: str
    after: str


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yield every mutant of a contract."""
    lines = path.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines):
        if _is_code(lines, number):
            for kind, after in _bent(lines, number):
                yield Mutant(path.name, number + 1, kind, line.strip(), after)


def _is_code(lines: list[str], number: int) -> bool:
    """Inside a function and not in a comment, a docstring or a signature."""
    line = lines[number]
    if not line.startswith("    ") or line.strip().startswith(("#", '"""', "@")):
        return False
    return not line.lstrip().startswith(("def ", "event ", "struct ", "log "))


def _bent(lines: list[str], number: int) -> Iterator[tuple[str, str]]:
    line = lines[number]
    code, is_assert = line.split("  #")[0], line.lstrip().startswith("assert ")
    indent = line[: len(line) - len(line.lstrip())]
    if is_assert and _is_closed(code):
        condition, said = _assertion(code.strip())
        yield "drop assert", f"{indent}pass"
        yield "negate assert", f"{indent}assert not ({condition}){said}"
    following = lines[number + 1] if number + 1 < len(lines) else ""
    if code.lstrip().startswith("if ") and code.rstrip().endswith(":") and _REFUSAL.match(following):
        condition = code.strip()[3:-1]
        yield "drop refusal", f"{indent}if False:"
        yield "negate refusal", f"{indent}if not ({condition}):"
    if "range(" not in code:
        for found in _COMPARISON.finditer(_without_texts(code)):
            bent = SHIFTED[found[1]]
            yield f"{found[1]} to {bent}", code[: found.start(1)] + bent + code[found.end(1) :]
    for found in _UPDATE.finditer(code):
        yield f"{found[1]} to {TURNED[found[1]]}", code[: found.start(1)] + TURNED[found[1]] + code[found.end(1) :]


def _without_texts(code: str) -> str:
    """Blank out string literals and arrows, keeping every place."""
    blank = re.sub(r'"[^"]*"', lambda text: '"' + " " * (len(text[0]) - 2) + '"', code)
    return blank.replace("->", "  ").replace("<<", "  ").replace(">>", "  ")


def _is_closed(code: str) -> bool:
    return code.count("(") == code.count(")") and code.count("[") == code.count("]")


def _assertion(code: str) -> tuple[str, str]:
    """Return the condition, and the reason with its comma."""
    body = code.removeprefix("assert ")
    depth = 0
    for place, sign in enumerate(_without_texts(body)):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            return body[:place], body[place:]
    return body, ""


class Laboratory:
    """A copy of the tree in which one source at a time is bent."""

    def __init__(self, folder: Path, tests: list[str]) -> None:
        self.folder, self.tests = folder, tests
        for name in (".build", "chaincode", "ledger", "tests", "pyproject.toml"):
            source = ROOT / name
            if not source.exists():
                continue
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / name)

    def is_green(self) -> bool:
        return self._pytest(self.tests) == 0

    def kills(self, mutant: Mutant) -> bool | None:
        """Tell whether a test fails with the mutant; None if it does not even compile."""
        path = self.folder / "chaincode" / "contracts" / mutant.file
        whole = path.read_text(encoding="utf-8")
        lines = whole.split("\n")
        lines[mutant.line - 1] = mutant.after
        try:
            path.write_text("\n".join(lines), encoding="utf-8")
            if not self._compiles():
                return None
            first = self._first_tests(mutant.file)
            return (bool(first) and self._pytest(first) != 0) or self._pytest(self.tests) != 0
        finally:
            path.write_text(whole, encoding="utf-8")

    def _compiles(self) -> bool:
        return self._run([sys.executable, "-m", "chaincode", "compile"]) == 0

    def _first_tests(self, file: str) -> list[str]:
        folder = self.folder / QUICK_TESTS[0]
        named = [folder / f"test_{name}.py" for name in (Path(file).stem, *NAMED.get(file, ()))]
        return [str(path.relative_to(self.folder)) for path in named if path.is_file()]

    def _pytest(self, tests: list[str]) -> int:
        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
        return self._run([sys.executable, "-m", "pytest", *options, *tests])

    def _run(self, command: list[str]) -> int:
        environment = {"PYTHONPATH": str(self.folder), "PATH": "/usr/bin:/bin", "HOME": str(Path.home())}
        return subprocess.run(
            command, cwd=self.folder, env=environment, check=False, capture_output=True, timeout=1800
        ).returncode


def main(
    json_file: Annotated[Path | None, typer.Option("--json", help="Where to write the result.")] = None,
    sample: Annotated[int | None, typer.Option(help="Try only so many mutants, picked at random.")] = None,
    seed: Annotated[int, typer.Option(help="Which ones the sample picks.")] = 1,
    contract: Annotated[list[str] | None, typer.Option(help="Only these sources, without .vy.")] = None,
    tests: Annotated[list[str] | None, typer.Option(help="The tests to run; the first failure is enough.")] = None,
    quick: Annotated[bool, typer.Option(help="Only the contracts' unit tests, without the state machines.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="Print the mutants and stop.")] = False,
) -> None:
    """Try mutants of the contracts against the tests."""
    paths = [path for path in sorted(SOURCES.glob("*.vy")) if not contract or path.stem in contract]
    mutants = [mutant for path in paths for mutant in mutants_of(path)]
    if sample is not None and sample < len(mutants):
        mutants = random.Random(seed).sample(mutants, sample)  # noqa: S311 -- which to try, not a secret
    if listing:
        for mutant in mutants:
            typer.echo(f"{mutant.file}:{mutant.line}: {mutant.kind}: {mutant.after.strip()}")
        typer.echo(f"{len(mutants)} mutants")
        return
    with tempfile.TemporaryDirectory(prefix="azukari-mutants-") as folder:
        laboratory = Laboratory(Path(folder), tests or list(QUICK_TESTS if quick else ALL_TESTS))
        if not laboratory.is_green():
            typer.echo("the tests fail without any mutant", err=True)
            raise typer.Exit(2)
        raise typer.Exit(_try_all(laboratory, mutants, json_file))


def _try_all(laboratory: Laboratory, mutants: list[Mutant], json_file: Path | None) -> int:
    killed, survivors, not_compiling = 0, [], 0
    for number, mutant in enumerate(mutants, start=1):
        result = laboratory.kills(mutant)
        killed += result is True
        not_compiling += result is None
        if result is False:
            survivors.append(mutant)
        verdict = {True: "killed", False: "SURVIVED", None: "does not compile"}[result]
        where = f"{mutant.file}:{mutant.line}"
        typer.echo(f"{number}/{len(mutants)} {verdict:16} {where:24} {mutant.kind:16} {mutant.before}", err=True)
    if json_file is not None:
        found = {
            "mutants": len(mutants) - not_compiling,
            "killed": killed,
            "survivors": [asdict(one) | {"explained": EXPLAINED.get(_key(one))} for one in survivors],
            "not_compiling": not_compiling,
        }
        json_file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    typer.echo(f"{killed} of {len(mutants) - not_compiling} mutants killed, {len(survivors)} survive")
    return int(any(_key(one) not in EXPLAINED for one in survivors))


def _key(mutant: Mutant) -> str:
    return f"{mutant.file}: {mutant.before} [{mutant.kind}]"


if __name__ == "__main__":
    typer.run(main)
