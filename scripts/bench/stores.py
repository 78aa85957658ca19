"""What a personal data store costs, back end by case; and a large document on its way through wallet and bank.

The table times each case once on every back end: the embedded store, the Personium simulator, and PostgreSQL, a real
Personium unit and a Solid server where their addresses are given. `--mib N` puts a document of that size through
real processes (ledger, bank, `azukari`) and tells the most memory that each of them ever had. Asserts nothing but that
what came back is what was put.

    ./scripts/bench/run stores --solid http://localhost:3000/ --mib 1024
"""

import argparse
import contextlib
import csv
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pds_adapter.personium_simulator.server import PersoniumSimulator
from pds_adapter.sealing.chunks import CHUNK_BYTES, Cover, SealedChunk, content_digest, open_chunk, seal_chunk
from pds_adapter.sealing.envelope import seal
from pds_adapter.sealing.keys import KeyPair
from pds_adapter.stores.embedded import EmbeddedStore
from pds_adapter.stores.personium import PersoniumStore
from pds_adapter.stores.port import PersonalDataStore, Put, Reference
from pds_adapter.stores.solid import SolidStore
from scripts.stage.processes import Stage

NOW, ACCOUNT, UPLOAD = 1_800_000_000, "alice", "0a" * 16
DOCUMENTS, CHUNKS = 100, 16
CONTENT = os.urandom(1000)
TOKEN = "the-token-of-a-unit-for-measuring"  # noqa: S105  of a simulator that lives as long as this program


def back_ends(
    folder: Path, solid: str | None, personium: str | None, token: str, postgres: str | None
) -> Iterator[tuple[str, Any]]:
    yield "embedded", EmbeddedStore(folder / "pds.sqlite3")
    if postgres:
        yield "on PostgreSQL", EmbeddedStore(folder / "postgres.sqlite3", postgres)
    with PersoniumSimulator(TOKEN) as simulator:
        yield "Personium simulator", PersoniumStore(simulator.url, folder / "simulated", TOKEN)
    if personium:
        yield "Personium unit", PersoniumStore(personium, folder / "personium", token)
    if solid:
        yield "Solid", SolidStore(solid, folder / "solid")


def cases(store: PersonalDataStore) -> Iterator[tuple[str, Callable[[], object]]]:
    """In this order: each builds on those before."""
    key = KeyPair.generate()
    sealed = [seal(CONTENT, [key.public], b"bench") for _ in range(DOCUMENTS + 1)]
    puts = [Put(ACCOUNT, "answers", f"a{at}", sealed[at]) for at in range(DOCUMENTS)]
    cover = Cover(
        "0d" * 16, 1, UPLOAD, "t", "a/b", CHUNKS * CHUNK_BYTES, content_digest().hexdigest(), NOW, os.urandom(32)
    )
    chunk = os.urandom(CHUNK_BYTES)

    def put_chunks() -> None:
        for index in range(CHUNKS):
            store.put_chunk(ACCOUNT, UPLOAD, index, seal_chunk(cover, ACCOUNT, index, chunk))

    def get_chunks() -> None:
        for index in range(CHUNKS):
            found: SealedChunk = store.get_chunk(ACCOUNT, UPLOAD, index)
            if open_chunk(cover, ACCOUNT, index, found) != chunk:
                raise SystemExit("a chunk came back as another")

    yield "open an account", lambda: store.open_account(ACCOUNT, NOW)
    yield "put a document of 1 kB", lambda: store.put(ACCOUNT, "letters", "one", sealed[-1])
    yield f"put {DOCUMENTS} together", lambda: store.put_many(puts)
    yield "get a document", lambda: store.get(ACCOUNT, "letters", "one")
    yield f"get {DOCUMENTS} together", lambda: store.get_many([Reference(ACCOUNT, "answers", p.name) for p in puts])
    yield f"list a box of {DOCUMENTS}", lambda: store.entries(ACCOUNT, "answers")
    yield "grant", lambda: store.grant(ACCOUNT, "answers", "bob", NOW)
    yield "get as a reader", lambda: store.get(ACCOUNT, "answers", "a0", reader="bob")
    yield "revoke", lambda: store.revoke(ACCOUNT, "answers", "bob", NOW)
    yield f"seal and put {CHUNKS} chunks ({CHUNKS * 2} MiB)", put_chunks
    yield "which chunks are there", lambda: store.chunks(ACCOUNT, UPLOAD)
    yield f"get and open {CHUNKS} chunks", get_chunks
    yield "a range: one chunk", lambda: store.get_chunk(ACCOUNT, UPLOAD, 7)
    yield "drop the upload", lambda: store.drop_upload(ACCOUNT, UPLOAD)
    yield "erase", lambda: store.erase(ACCOUNT, NOW)


def table(
    folder: Path, solid: str | None, personium: str | None, token: str, postgres: str | None
) -> dict[str, dict[str, float]]:
    """Milliseconds, by case and back end."""
    found: dict[str, dict[str, float]] = {}
    for name, store in back_ends(folder, solid, personium, token, postgres):
        for case, call in cases(store):
            began = time.perf_counter()
            call()
            found.setdefault(case, {})[name] = (time.perf_counter() - began) * 1000
        store.close()
    return found


def large(folder: Path, mebibytes: int) -> dict[str, float]:
    """A document of that size through real processes: seconds, and the most MiB of memory each process had."""
    stage = Stage(folder / "stage")
    home = folder / "home"
    home.mkdir()
    environment = os.environ | {
        "AZUKARI_HOME": str(home), "AZUKARI_PASSPHRASE": "correct horse battery", "AZUKARI_LANGUAGE": "en",
        "AZUKARI_BANK_DOCUMENT_QUOTA_BYTES": str(2 * mebibytes * 2**20),
    }  # fmt: skip
    document, back = folder / "document", folder / "back"
    wanted = _write_random(document, mebibytes)
    os.environ["AZUKARI_BANK_DOCUMENT_QUOTA_BYTES"] = environment["AZUKARI_BANK_DOCUMENT_QUOTA_BYTES"]
    stage.start_ledger()
    stage.deploy()
    stage.start_bank("Bench bank")
    environment["AZUKARI_BANK"] = stage.bank.url

    def azukari(who: str, *words: object) -> tuple[str, float]:
        began = time.perf_counter()
        command = [sys.executable, "-m", "wallet_cli", *map(str, words)]
        done = subprocess.run(
            command, env=environment | {"AZUKARI_WALLET": who}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{words}: {done.stderr}")
        return done.stdout, time.perf_counter() - began

    with contextlib.ExitStack() as ends:
        ends.callback(stage.stop)
        azukari("operator", "wallet", "import", "--private-key-file", stage.operator_file, "--kdf", "scrypt-light")
        azukari("alice", "wallet", "new", "--kdf", "scrypt-light")
        (home / "people.csv").write_text("name\nAlice\n")
        azukari("operator", "operator", "invite", home / "people.csv", "--out", home / "codes.csv")
        [code] = [row["code"] for row in csv.DictReader((home / "codes.csv").open())]
        azukari("alice", "member", "join", code, "--yes")
        before_mib = _children_mib()
        put, put_seconds = azukari("alice", "pds", "put", document, "--json")
        put_mib = _children_mib()
        name = json.loads(put)["document"]
        _, get_seconds = azukari("alice", "pds", "get", name, "--out", back)
        part = ("--from", mebibytes * 2**19, "--bytes", 1000, "--out", folder / "part")
        _, part_seconds = azukari("alice", "pds", "get", name, *part)
        bank_mib = _peak_mib(stage.bank.pid)
    if _digest(back) != wanted:
        raise SystemExit("another document came back")
    return {
        "MiB": mebibytes, "put, s": put_seconds, "get, s": get_seconds, "a range of 1,000 bytes, s": part_seconds,
        "wallet before, most MiB": before_mib, "wallet while putting, most MiB": put_mib,
        "wallet in all, most MiB": _children_mib(), "bank, most MiB": bank_mib,
    }  # fmt: skip


def _write_random(path: Path, mebibytes: int) -> str:
    digest = hashlib.blake2b()
    with path.open("wb") as file:
        for _ in range(mebibytes):
            content = os.urandom(2**20)
            digest.update(content)
            file.write(content)
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()


def _children_mib() -> float:
    """The most that any child that has ended had at once."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _peak_mib(process_id: int) -> float:
    lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--solid", help="address of a Community Solid Server that may be filled")
    parser.add_argument("--personium", help="address of a Personium unit that may be filled")
    parser.add_argument("--token-file", type=Path, help="file with a token of that unit")
    parser.add_argument("--postgres", help="address of an empty PostgreSQL database")
    parser.add_argument("--mib", type=int, default=0, help="also put a document of so many MiB through real processes")
    parser.add_argument("--json", type=Path, help="write all figures into this file")
    given = parser.parse_args()
    token = given.token_file.read_text().strip() if given.token_file else ""
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, Any] = {
            "milliseconds": table(Path(folder), given.solid, given.personium, token, given.postgres)
        }
        if given.mib:
            found["large"] = large(Path(folder), given.mib)
    names = list(dict.fromkeys(name for row in found["milliseconds"].values() for name in row))
    print(f"{'milliseconds':40}" + "".join(f"{name:>22}" for name in names))
    for case, row in found["milliseconds"].items():
        print(f"{case:40}" + "".join(f"{row[name]:22,.1f}" for name in names))
    for name, value in found.get("large", {}).items():
        print(f"{name:40}{value:22,.1f}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
