"""The second opinion: an exported chain executed by EELS, the Ethereum specification in Python.

EELS lives in an environment of its own, because its dependencies contradict ours. This module finds out who
sealed each block - EELS knows no Clique, but fees go to the sealer - and hands the chain over as JSON lines;
`referee_program` runs over there, executes every block, and says at which block the roots differ.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from .blocks import decode_block, read_blocks
from .errors import BlockError, LedgerError, ReplayError
from .export import CHAIN_FILE, GENESIS_FILE
from .genesis import Genesis, load_genesis
from .seal import header_signer

PROGRAM = Path(__file__).with_name("referee_program.py")


class RefereeError(LedgerError):
    """The referee could not be run."""


def run_referee(directory: Path, python: Path) -> dict[str, Any]:
    """Execute an export with EELS. Raises ReplayError at the first block whose state root differs."""
    try:
        genesis = load_genesis((directory / GENESIS_FILE).read_text())
    except OSError as error:
        raise RefereeError(f"{directory}: {error.strerror}") from None
    command = [str(python), str(PROGRAM)]
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    except OSError as error:
        raise RefereeError(f"{python}: {error.strerror}") from None
    with process:
        stdin, stdout, stderr = _pipes(process)
        with suppress(BrokenPipeError):  # EELS stopped reading at the first false block; what it said comes below
            for line in _lines(genesis, directory / CHAIN_FILE):
                stdin.write(json.dumps(line) + "\n")
            stdin.close()
        said = stdout.read().strip()
        trouble = stderr.read().strip()
    if not said:
        raise RefereeError(f"EELS said nothing: {trouble.splitlines()[-1] if trouble else 'no reason given'}")
    verdict: dict[str, Any] = json.loads(said.splitlines()[-1])
    if "block" in verdict:
        raise ReplayError(verdict["block"], verdict["field"], verdict["reason"])
    return verdict


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str], IO[str]]:
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise RefereeError("the referee was started without pipes")
    return process.stdin, process.stdout, process.stderr


def _lines(genesis: Genesis, chain_file: Path) -> Iterator[dict[str, Any]]:
    if genesis.clique is None or not all(start == 0 for start, _ in genesis.forks.by_block):
        raise RefereeError("the referee knows Clique chains whose forks all start at the genesis")
    yield {
        "chain_id": genesis.chain_id,
        "fork": genesis.forks.by_block[-1][1].fork,
        "accounts": [
            {
                "address": address.hex(),
                "nonce": account.nonce,
                "balance": account.balance,
                "code": account.code.hex(),
                "storage": [[slot, value] for slot, value in account.storage],
            }
            for address, account in genesis.allocation.items()
        ],
    }
    try:
        with chain_file.open("rb") as stream:
            for number, raw in enumerate(read_blocks(stream), start=1):
                block = decode_block(raw, genesis.forks, genesis.chain_id, number)
                header: Any = block.header
                yield {
                    "number": header.block_number,
                    "timestamp": header.timestamp,
                    "gas_limit": header.gas_limit,
                    "gas_used": header.gas_used,
                    "difficulty": header.difficulty,
                    "parent_hash": header.parent_hash.hex(),
                    "hash": header.hash.hex(),
                    "coinbase": header_signer(header).hex(),
                    "state_root": header.state_root.hex(),
                    "base_fee": getattr(header, "base_fee_per_gas", None),
                    "transactions": [transaction.raw.hex() for transaction in block.transactions],
                }
    except (BlockError, ValueError) as error:
        raise RefereeError(f"the chain does not decode: {error}") from None
