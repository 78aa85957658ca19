"""What a personal data store costs, back end by case; and a large document on its way through wallet and bank.

The table times each case once on every back end: the embedded store with files and the Personium simulator always; with
chunks in a bucket, PostgreSQL, Solid and a real Personium unit where they are asked for. `--bucket`, `--postgres` and
`--solid` start a server of their own (moto, PostgreSQL, Community Solid Server of npm) unless an address is given.
`--mib N` puts a document of that size into each of them but the unit, through real processes (ledger, bank, `azukari`),
and tells the most memory that each of them ever had; `--mib-files N` one of another size into the first. Asserts
nothing but that what came back is what was put.

    ./scripts/bench/run stores --bucket --postgres --solid --mib 128 --mib-files 1024 --into docs/stores.md
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from pds_adapter.personium_simulator.server import PersoniumSimulator
from pds_adapter.sealing.chunks import CHUNK_BYTES, Cover, SealedChunk, content_digest, open_chunk, seal_chunk
from pds_adapter.sealing.envelope import seal
from pds_adapter.sealing.keys import KeyPair
from pds_adapter.stores.chunk_bucket import Bucket, ChunkBucket
from pds_adapter.stores.embedded import EmbeddedStore
from pds_adapter.stores.personium import PersoniumStore
from pds_adapter.stores.port import PersonalDataStore, Put, Reference
from pds_adapter.stores.solid import SolidStore
from scripts.bench.stores_large import Resting, through
from scripts.stage.ports import free_ports
from scripts.stage.postgres import PostgresServer
from scripts.stage.solid import solid_server

NOW, ACCOUNT, UPLOAD = 1_800_000_000, "alice", "0a" * 16
DOCUMENTS, CHUNKS = 100, 16
CONTENT = os.urandom(1000)
TOKEN = "the-token-of-a-unit-for-measuring"  # noqa: S105  of a simulator that lives as long as this program
OWN = "own"
"""Of an option: a server that is started here."""
BUCKET_KEY = "an-access-key-id\na-secret-for-measuring-alone\n"
BUCKET_SIGNED = "AWS4-HMAC-SHA256 Credential=an-access-key-id/20260101/us-east-1/s3/aws4_request"
MARKS = ("<!-- bench stores: begin -->", "<!-- bench stores: end -->")
START_SECONDS = 60


@contextmanager
def bucket_server() -> Iterator[str]:
    """A server of S3's API in a process of its own (moto, of requirements/test), with one empty bucket."""
    (port,) = free_ports(1)
    words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                httpx.put(f"{address}/documents", headers={"Authorization": BUCKET_SIGNED}).raise_for_status()
                break
            except httpx.TransportError:
                if server.poll() is not None or time.monotonic() > until:
                    raise SystemExit("moto did not start (pip install -r requirements/test.txt)") from None
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


class Servers:
    """What the back ends need, started or named."""

    def __init__(self, given: argparse.Namespace, folder: Path, ends: ExitStack) -> None:
        self.folder = folder
        self.key_file, self.token_file = folder / "bucket.key", folder / "simulator.token"
        self.key_file.write_text(BUCKET_KEY)
        self.token_file.write_text(TOKEN)
        self.simulator: str = ends.enter_context(PersoniumSimulator(TOKEN)).url
        self.bucket: str | None = ends.enter_context(bucket_server()) if given.bucket else None
        self.solid: str | None = given.solid
        if given.solid == OWN:
            (folder / "css").mkdir()
            self.solid = ends.enter_context(solid_server(folder / "css"))
        self.postgres: Callable[[], str] | None = (lambda: str(given.postgres)) if given.postgres else None
        if given.postgres == OWN:
            self.postgres = ends.enter_context(PostgresServer(durable=True)).new_database
        self.personium: str | None = given.personium
        self.token = given.token_file.read_text().strip() if given.token_file else ""

    def stores(self) -> Iterator[tuple[str, Any]]:
        yield "SQLite, files", EmbeddedStore(self.folder / "pds.sqlite3")
        if self.bucket:
            bucket = Bucket.at("s3://documents/table", BUCKET_KEY, endpoint=self.bucket)
            yield "SQLite, S3 bucket", EmbeddedStore(self.folder / "bucket.sqlite3", bucket=ChunkBucket(bucket))
        if self.postgres:
            yield "PostgreSQL, files", EmbeddedStore(self.folder / "postgres.sqlite3", self.postgres())
        if self.solid:
            yield "Solid", SolidStore(self.solid, self.folder / "solid")
        yield "Personium simulator", PersoniumStore(self.simulator, self.folder / "simulated", TOKEN)
        if self.personium:
            yield "Personium unit", PersoniumStore(self.personium, self.folder / "personium", self.token)

    def resting(self) -> Iterator[Resting]:
        """The same, as a bank has them."""
        yield Resting("SQLite, files")
        if self.bucket:
            told = {"url": "s3://documents/large", "key_file": str(self.key_file), "endpoint": self.bucket}
            yield Resting("SQLite, S3 bucket", {"AZUKARI_BANK_DOCUMENT_BUCKET": json.dumps(told)})
        if self.postgres:
            yield Resting("PostgreSQL, files", database=self.postgres())
        if self.solid:
            yield self._offered("Solid", {"kind": "solid", "url": self.solid})
        unit = {"kind": "personium", "url": self.simulator, "token_file": str(self.token_file)}
        yield self._offered("Personium simulator", unit)

    def _offered(self, name: str, offer: dict[str, str]) -> Resting:
        return Resting(name, {"AZUKARI_BANK_STORES": json.dumps({"measured": offer})}, offer="measured")


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


def table(servers: Servers) -> dict[str, dict[str, float]]:
    """Milliseconds, by case and back end."""
    found: dict[str, dict[str, float]] = {}
    for name, store in servers.stores():
        for case, call in cases(store):
            began = time.perf_counter()
            call()
            found.setdefault(case, {})[name] = (time.perf_counter() - began) * 1000
        store.close()
    return found


def large(servers: Servers, mebibytes: int, mebibytes_in_files: int) -> dict[str, dict[str, float]]:
    """Seconds and MiB, by figure and back end."""
    found: dict[str, dict[str, float]] = {}
    for place, resting in enumerate(servers.resting()):
        folder = servers.folder / f"large-{place}"
        size = mebibytes_in_files if mebibytes_in_files and not place else mebibytes
        if not size:
            continue
        for figure, value in through(resting, folder, size).items():
            found.setdefault(figure, {})[resting.name] = value
        shutil.rmtree(folder)
    return found


def markdown(found: dict[str, dict[str, dict[str, float]]], machine: str) -> str:
    """The tables as docs/stores.md has them."""
    lines = [
        f"By `./scripts/bench/run stores`, each case once, on {os.cpu_count()} cores of a **{machine}** machine"
        f" (Python {sys.version_info.major}.{sys.version_info.minor}); every server on the same machine.",
    ]
    for what, rows in found.items():
        names = list(dict.fromkeys(name for row in rows.values() for name in row))
        lines += ["", "| " + " | ".join([what, *names]) + " |", "|---" * (len(names) + 1) + "|"]
        lines += [
            "| " + " | ".join([case, *(f"{row[name]:,.1f}" for name in names)]) + " |" for case, row in rows.items()
        ]
    return "\n".join(lines)


def _keep(found: dict[str, dict[str, dict[str, float]]], file: Path | None) -> None:
    if file:
        file.write_text(json.dumps(found, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--bucket", action="store_true", help="also chunks in a bucket of S3's API (moto)")
    parser.add_argument("--postgres", nargs="?", const=OWN, help="PostgreSQL: address of an empty database, or ours")
    parser.add_argument("--solid", nargs="?", const=OWN, help="Solid: address of a server that may be filled, or ours")
    parser.add_argument("--personium", help="address of a Personium unit that may be filled")
    parser.add_argument("--token-file", type=Path, help="file with a token of that unit")
    parser.add_argument("--mib", type=int, default=0, help="also put a document of so many MiB through real processes")
    parser.add_argument("--mib-files", type=int, default=0, help="so many MiB into the store with files instead")
    parser.add_argument("--machine", choices=["busy", "quiet"], default="busy", help="what else it does meanwhile")
    parser.add_argument("--into", type=Path, help="replace the tables between the marks of this page")
    parser.add_argument("--large-only", action="store_true", help="the large document alone: the table is in --json")
    parser.add_argument("--json", type=Path, help="keep all figures in this file, beside those of before")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ends:
        servers = Servers(given, Path(folder), ends)
        found: dict[str, dict[str, dict[str, float]]] = {}
        if given.json and given.json.exists():
            found = json.loads(given.json.read_text())
        if not given.large_only:
            found["milliseconds"] = table(servers)
            _keep(found, given.json)
        if given.mib or given.mib_files:
            found["a large document"] = large(servers, given.mib, given.mib_files)
            _keep(found, given.json)
    for what, rows in found.items():
        names = list(dict.fromkeys(name for row in rows.values() for name in row))
        print(f"{what:36}" + "".join(f"{name:>20}" for name in names))
        for case, row in rows.items():
            print(f"{case:36}" + "".join(f"{row[name]:20,.1f}" for name in names))
    if given.into:
        page = given.into.read_text(encoding="utf-8")
        before, after = page.partition(MARKS[0])[0], page.partition(MARKS[1])[2]
        told = f"{MARKS[0]}\n{markdown(found, given.machine)}\n{MARKS[1]}"
        given.into.write_text(before + told + after, encoding="utf-8")


if __name__ == "__main__":
    main()
