"""A large document on its way through wallet and bank into one kind of store and back: seconds, and peaks of memory."""

import contextlib
import csv
import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from pds_adapter.stores.guarded import REST_SECONDS
from scripts.stage.processes import Stage

LOOK_SECONDS, TRIES = 0.02, 3


@dataclass(frozen=True)
class Resting:
    """Where documents rest: of the bank's settings what is not usual, and the offer that the member chooses."""

    name: str
    settings: dict[str, str] = field(default_factory=dict)
    database: str | None = None
    offer: str | None = None


def through(resting: Resting, folder: Path, mebibytes: int) -> dict[str, float]:
    """A document of that size through real processes. Raises SystemExit if another came back."""
    folder.mkdir()
    home, document, back = folder / "home", folder / "document", folder / "back"
    home.mkdir()
    wanted = _write_random(document, mebibytes)
    settings = {"AZUKARI_BANK_DOCUMENT_QUOTA_BYTES": str(2 * mebibytes * 2**20)} | resting.settings
    stage = Stage(folder / "stage", database=resting.database)
    stage.bank.environment.update(settings)
    with contextlib.ExitStack() as ends:
        ends.callback(stage.stop)
        stage.start_ledger()
        stage.deploy()
        stage.start_bank("Bench bank")
        wallet = Wallet(home, stage.bank.url)
        wallet("operator", "wallet", "import", "--private-key-file", stage.operator_file, "--kdf", "scrypt-light")
        wallet("alice", "wallet", "new", "--kdf", "scrypt-light")
        (home / "people.csv").write_text("name\nAlice\n")
        wallet("operator", "operator", "invite", home / "people.csv", "--out", home / "codes.csv")
        [code] = [row["code"] for row in csv.DictReader((home / "codes.csv").open())]
        wallet("alice", "member", "join", code, "--yes")
        if resting.offer:
            _chosen(wallet, resting.offer)
        put = wallet("alice", "pds", "put", document, "--json")
        name = json.loads(put.output)["document"]
        got = wallet("alice", "pds", "get", name, "--out", back)
        part = ("--from", mebibytes * 2**19, "--bytes", 1000, "--out", folder / "part")
        ranged = wallet("alice", "pds", "get", name, *part)
        bank_mib = _peak_mib(stage.bank.pid)
    if _digest(back) != wanted:
        raise SystemExit("another document came back")
    for file in (document, back):
        file.unlink()
    return {
        "MiB": mebibytes, "put, s": put.seconds, "get, s": got.seconds, "a range of 1,000 bytes, s": ranged.seconds,
        "wallet while putting, most MiB": put.most_mib, "wallet while getting, most MiB": got.most_mib,
        "bank, most MiB": bank_mib,
    }  # fmt: skip


@dataclass(frozen=True)
class Done:
    output: str
    seconds: float
    most_mib: float
    """As seen every few hundredths of a second: what its starting process had does not count."""


class Wallet:
    """`azukari`, each command a process of its own."""

    def __init__(self, home: Path, bank_url: str) -> None:
        self._environment = os.environ | {
            "AZUKARI_HOME": str(home), "AZUKARI_PASSPHRASE": "correct horse battery", "AZUKARI_LANGUAGE": "en",
            "AZUKARI_BANK": bank_url,
        }  # fmt: skip

    def __call__(self, who: str, *words: object) -> Done:
        began, most = time.perf_counter(), 0.0
        child = subprocess.Popen(
            [sys.executable, "-m", "wallet_cli", *map(str, words)],
            env=self._environment | {"AZUKARI_WALLET": who},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while child.poll() is None:
            with contextlib.suppress(OSError, StopIteration):  # it ended meanwhile
                most = max(most, _peak_mib(child.pid))
            time.sleep(LOOK_SECONDS)
        seconds = time.perf_counter() - began
        output, errors = child.communicate()
        if child.returncode:
            raise SystemExit(f"{words}: {errors}")
        return Done(output, seconds, most)


def _chosen(wallet: Wallet, offer: str) -> None:
    """A server that was asked for the first time a moment ago may be slow, and rests for some seconds then."""
    for _ in range(TRIES):
        try:
            wallet("alice", "pds", "use", offer)
        except SystemExit as refused:
            print(refused, file=sys.stderr)
            time.sleep(REST_SECONDS + 1)
        else:
            return
    raise SystemExit(f"{offer} was not to be had")


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


def _peak_mib(process_id: int) -> float:
    lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
