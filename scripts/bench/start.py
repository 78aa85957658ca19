"""How much processor time an `azukari` command takes before it talks to the bank: its start with all that it imports.

Each command is run as people run it, in a process of its own. When it knocks at the bank, which here is nothing but an
open door, Linux is asked how long the process has had the processor; a command that talks to nobody is timed whole.
Commands that sign have a wallet whose passphrase costs nothing to speak of (scrypt-light): what a real passphrase costs
is meant to be paid. Prints a line a command, the slowest last; asserts nothing.

    ./scripts/bench/run start --runs 5
"""

import argparse
import json
import os
import resource
import select
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

COMMANDS: dict[str, tuple[str, ...]] = {
    "help": ("--help",),
    "help of a group": ("member", "--help"),
    "help of a command": ("member", "consent", "--help", "--language", "ja"),
    "bank": ("bank",),
    "wallet list": ("wallet", "list"),
    "wallet export-address": ("wallet", "export-address"),
    "member surveys": ("member", "surveys"),
    "member passbook": ("member", "passbook"),
    "member answer": ("member", "answer", "0x1", "--set", "age=41"),
    "member requests": ("member", "requests"),
    "member consent": ("member", "consent", "0x1", "--yes"),
    "member withdraw": ("member", "withdraw", "0x1", "--yes"),
    "member coupons": ("member", "coupons"),
    "member export": ("member", "export", "nowhere"),
    "partner request": ("partner", "request", "0x1", "--item", "a", "--purpose", "p", "--why", "w", "--persons", "5"),
    "partner releases": ("partner", "releases"),
    "partner receive": ("partner", "receive", "0x1", "--out", "nowhere.csv"),
    "shop offer": ("shop", "offer", "0x1"),
    "board requests": ("board", "requests"),
    "operator summary": ("operator", "summary"),
    "custodian shares": ("custodian", "shares"),
    "escrow status": ("escrow", "status"),
}


def processor_seconds(words: tuple[str, ...], environment: dict[str, str], door: socket.socket) -> float:
    """What one run has used when it knocks, or has used in all if it never does."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "wallet_cli", *words]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            if not select.select([door], [], [], 0.02)[0]:
                continue
            used = int(Path(f"/proc/{process.pid}/schedstat").read_text().split()[0])
            door.accept()[0].close()
            process.kill()
            return used / 1e9
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="how often each command is run; the least counts")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as door:
        environment = os.environ | {
            "AZUKARI_HOME": str(Path(folder) / "home"),
            "AZUKARI_BANK": f"http://127.0.0.1:{door.getsockname()[1]}",
            "AZUKARI_PASSPHRASE": "nothing to speak of",
        }
        processor_seconds(("wallet", "new", "--kdf", "scrypt-light"), environment, door)
        found = {
            name: min(processor_seconds(words, environment, door) for _ in range(options.runs))
            for name, words in COMMANDS.items()
        }
    if options.json:
        print(json.dumps({name: round(seconds, 3) for name, seconds in found.items()}, indent=2))
        return
    for name, seconds in sorted(found.items(), key=lambda item: item[1]):
        print(f"{name:24} {seconds:6.3f} s of processor time")


if __name__ == "__main__":
    main()
