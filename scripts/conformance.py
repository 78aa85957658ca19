"""The official JSON-RPC conformance files against our methods: python -m scripts.conformance CHECKOUT/tests [WORD ...].

CHECKOUT is ethereum/execution-apis at a commit of your choice (nothing of it is kept here). Its chain is imported as
far as its forks are known to us; files about later blocks then differ. Words choose files by their paths. The last
commit whose chain ends with Prague is the parent of 50d1e5e0 (2026-07-22).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger.blocks import read_blocks
from ledger.chain import Chain
from ledger.errors import LedgerError
from ledger.forks import UnsupportedForkError
from ledger.genesis import load_genesis
from ledger.node import Node
from ledger.rpc.dispatcher import Access, Dispatcher
from ledger.rpc.methods import build_dispatcher
from ledger.store import Store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", type=Path)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--show", action="store_true", help="show each difference")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:
        chain = Chain.create(store, load_genesis((options.tests / "genesis.json").read_text()), lambda: 2**40)
        whole = import_what_is_known(chain, options.tests / "chain.rlp")
        print(f"imported {chain.head.number} blocks" + ("" if whole else "; the rest follows rules unknown to us"))
        dispatcher = build_dispatcher(Node(chain))
        files = sorted(path for path in options.tests.rglob("*.io") if all(word in str(path) for word in options.words))
        count: Counter[str] = Counter()
        for path in files:
            verdict, difference = judge(dispatcher, path)
            count[verdict] += 1
            if verdict != "same":
                print(f"{verdict}: {path.relative_to(options.tests)}")
                if options.show:
                    print("  " + difference)
        print(dict(count))


def import_what_is_known(chain: Chain, path: Path) -> bool:
    """Whether every block was imported."""
    with path.open("rb") as stream:
        for raw in read_blocks(stream):
            try:
                chain.import_block(raw)
            except UnsupportedForkError:
                return False
            except LedgerError as error:
                if "past Prague" in str(error):
                    return False
                raise
    return True


def judge(dispatcher: Dispatcher, path: Path) -> tuple[str, str]:
    """How our answers compare with the file's, and the first difference."""
    text = path.read_text()
    only_shape = "speconly" in text
    for request, expected in round_trips(text):
        answer = json.loads(dispatcher.handle(json.dumps(request).encode(), Access.ADMIN) or b"null")
        if answer.get("error", {}).get("code") == -32601:
            return "no such method", request["method"]
        if ("error" in expected) != ("error" in answer):
            return "different", f"{json.dumps(expected)[:600]}\n  {json.dumps(answer)[:600]}"
        if "error" in expected or only_shape:
            continue
        if answer != expected:
            return "different", f"{json.dumps(expected)[:1500]}\n  {json.dumps(answer)[:1500]}"
    return "same", ""


def round_trips(text: str) -> Iterator[tuple[Any, Any]]:
    request: Any = None
    for line in text.splitlines():
        if line.startswith(">> "):
            request = json.loads(line[3:])
        elif line.startswith("<< "):
            yield request, json.loads(line[3:])


if __name__ == "__main__":
    main()
