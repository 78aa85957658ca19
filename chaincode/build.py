"""Compile the contracts with pip-installed Vyper, once per source.

Artifacts are cached as JSON in `.build/` under a hash of every source a contract imports and of the compiler's
version: a changed source can never be answered with old bytecode, and only contracts that use it compile again.
An import that is not understood, or leads nowhere, is refused: its changes would go unseen. A contract imports its
own folder, what is shared, and interfaces; never another contract's folder. Needed for deploying and for tests; a
running bank reads a saved deployment and never comes here.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from chaincode.errors import BuildError

PACKAGE = Path(__file__).parent
SOURCES = "contracts"
"""Under the package: a folder for each contract, and `shared`."""
CACHE = PACKAGE.parent / ".build"

CONTRACTS: tuple[str, ...] = (
    "membership",
    "coin",
    "survey",
    "request",
    "consent",
    "disclosure",
    "coupon",
    "escrow",
    "rule",
    "draw",
    "recovery",
)
"""In the order in which they are deployed: each needs only those before it."""

_IMPORT_LINE = re.compile(r"^(?:from|import)\b.*", re.MULTILINE)
_IMPORT = re.compile(r"from (\.|\.\.shared|interfaces|ethereum\.ercs) import (\w+)(?: as \w+)?")

OUTPUTS = ["abi", "bytecode", "bytecode_runtime", "layout", "userdoc", "devdoc"]


@dataclass(frozen=True)
class Artifact:
    """One compiled contract."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: str
    runtime: str
    """Runtime code before its immutables are appended: a deployed contract's code starts with it."""
    runtime_hash: str
    source_hash: str
    storage_layout: dict[str, Any]
    natspec: dict[str, Any]


def compile_contract(name: str, cache: Path | None = CACHE) -> Artifact:
    """The artifact of one contract, from the cache if its sources have not changed."""
    if name not in CONTRACTS:
        raise BuildError(name, "no such contract")
    source_hash = _source_hash(name)
    stored = cache / f"{name}-{source_hash[:32]}.json" if cache else None
    if stored and stored.is_file():
        return Artifact(**json.loads(stored.read_text(encoding="utf-8")))
    artifact = _compile(name, source_hash)
    if stored:
        _store(stored, artifact)
    return artifact


def compile_all(cache: Path | None = CACHE) -> dict[str, Artifact]:
    """Every contract, in deployment order."""
    return {name: compile_contract(name, cache) for name in CONTRACTS}


def _source_hash(name: str) -> str:
    """Cover the compiler, the contract, and every module and interface it imports, directly or through another."""
    digest = hashlib.sha256(version("vyper").encode())
    for path in sorted(sources_of(name)):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def sources_of(name: str) -> set[Path]:
    """Return the contract's own file and all that it imports."""
    found: set[Path] = set()
    waiting = [source_of(name)]
    while waiting:
        source = waiting.pop()
        if source not in found:
            found.add(source)
            waiting += _imports(name, source)
    return found


def _imports(name: str, source: Path) -> list[Path]:
    """Return the files that one source imports; what comes with the compiler is covered by its version."""
    found = []
    for line in _IMPORT_LINE.findall(source.read_text(encoding="utf-8")):
        understood = _IMPORT.fullmatch(line)
        if understood is None:
            raise BuildError(name, f"{module_name(source)} has an import that is not understood: {line}")
        path = {
            ".": source.with_name(f"{understood[2]}.vy"),
            "..shared": PACKAGE / SOURCES / "shared" / f"{understood[2]}.vy",
            "interfaces": PACKAGE / "interfaces" / f"{understood[2]}.vyi",
        }.get(understood[1])
        if path is not None and not path.is_file():
            raise BuildError(name, f"{module_name(source)} imports {understood[2]}, which is not there")
        found += [path] if path else []
    return found


def source_of(name: str) -> Path:
    """The file whose bytecode is the contract; the modules beside it in its folder are parts of it."""
    return PACKAGE / SOURCES / name / f"{name}.vy"


def module_name(source: Path) -> str:
    """How a source is called among the contracts: `consent/book.vy`."""
    return source.relative_to(PACKAGE / SOURCES).as_posix()


def modules() -> list[Path]:
    """Every source of every contract, in the order of their names."""
    return sorted((PACKAGE / SOURCES).rglob("*.vy"))


def _compile(name: str, source_hash: str) -> Artifact:
    from vyper.compiler import compile_from_file_input
    from vyper.compiler.input_bundle import FilesystemInputBundle
    from vyper.exceptions import VyperException

    bundle = FilesystemInputBundle([PACKAGE])
    try:
        source = bundle.load_file(source_of(name))
        output = compile_from_file_input(source, input_bundle=bundle, output_formats=OUTPUTS)
    except VyperException as error:
        raise BuildError(name, str(error)) from error
    runtime = bytes.fromhex(output["bytecode_runtime"].removeprefix("0x"))
    return Artifact(
        name=name,
        abi=output["abi"],
        bytecode=output["bytecode"],
        runtime=output["bytecode_runtime"],
        runtime_hash=hashlib.sha256(runtime).hexdigest(),
        source_hash=source_hash,
        storage_layout=output["layout"],
        natspec={"user": output["userdoc"], "dev": output["devdoc"]},
    )


def _store(path: Path, artifact: Artifact) -> None:
    """Write beside and rename, so that builds running at the same time never read half a file."""
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(json.dumps(vars(artifact)), encoding="utf-8")
    draft.replace(path)
