"""Writing a chain out: genesis.json and chain.rlp, as `geth init` and `geth import` read them.

A manifest beside them says how many blocks there are and which head they lead to, so that a file cut off
between two blocks is noticed. The node may go on sealing meanwhile: the head at the start is the end. Checkpoints
that an authority has stamped are copied into anchors/. With `parts` the states in between are written too, so that a
replay can begin at several places at once.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .chain import Chain
from .errors import ExportError
from .genesis_store import file_digest
from .genesis_stream import sha256_of
from .state_file import write_state

GENESIS_FILE = "genesis.json"
CHAIN_FILE = "chain.rlp"
MANIFEST_FILE = "manifest.json"
ANCHORS_DIRECTORY = "anchors"
STATES_DIRECTORY = "states"

GAS_PER_BYTE = 2_000
"""What a byte of a block weighs when a chain is divided. A plain transfer takes seven times as long to replay as one of
many grants in a transaction, for one and a half times the gas and five times the bytes."""

Progress = Callable[[int, int], None]
"""Called with how many blocks are done and how many there are."""


@dataclass(frozen=True)
class Manifest:
    blocks: int
    head_hash: str
    state_root: str
    genesis_sha256: str
    chain_sha256: str


def export_chain(
    chain: Chain,
    directory: Path,
    progress: Progress | None = None,
    checkpoints: Path | None = None,
    parts: int = 1,
    genesis_file: Path | None = None,
) -> Manifest:
    """Write the export; the manifest comes last, so an interrupted export has none.

    `genesis_file` is where a large genesis is copied from.
    """
    head = chain.head.header
    directory.mkdir(parents=True, exist_ok=True)
    manifest_file = directory / MANIFEST_FILE
    manifest_file.unlink(missing_ok=True)
    digest = hashlib.sha256()
    weights: list[int] = []
    try:
        genesis_sha256 = _write_genesis(chain, directory / GENESIS_FILE, genesis_file)
        with (directory / CHAIN_FILE).open("wb") as file:
            for number in range(1, head.block_number + 1):
                raw = chain.history.raw_block(number)
                digest.update(raw)
                file.write(raw)
                if parts > 1:
                    weights.append(chain.history.header(number).gas_used + len(raw) * GAS_PER_BYTE)
                if progress is not None:
                    progress(number, head.block_number)
            file.flush()
            os.fsync(file.fileno())
        manifest = Manifest(
            blocks=head.block_number,
            head_hash="0x" + head.hash.hex(),
            state_root="0x" + head.state_root.hex(),
            genesis_sha256=genesis_sha256,
            chain_sha256=digest.hexdigest(),
        )
        _write_states(chain, directory / STATES_DIRECTORY, weights, parts)
        if checkpoints is not None:
            _copy_anchors(checkpoints, directory / ANCHORS_DIRECTORY, head.block_number)
        manifest_file.write_text(json.dumps(manifest.__dict__, indent=2) + "\n")
    except OSError as error:
        raise ExportError(f"{directory}: {error.strerror}") from error
    return manifest


def _write_genesis(chain: Chain, target: Path, file: Path | None) -> str:
    """The genesis as it was given, and its SHA-256."""
    digest = file_digest(chain.store)
    if digest is None:
        genesis = chain.genesis.canonical_json().encode()
        target.write_bytes(genesis)
        return hashlib.sha256(genesis).hexdigest()
    if file is None:
        raise ExportError("the accounts of a large genesis stand in its file only, and none was named")
    shutil.copyfile(file, target)
    if sha256_of(target) != digest.hex():
        raise ExportError(f"{file} is not the genesis that this chain began with")
    return digest.hex()


def _write_states(chain: Chain, folder: Path, weights: Sequence[int], parts: int) -> None:
    """The states that divide the chain into parts of about as much work, as far as they are kept."""
    shutil.rmtree(folder, ignore_errors=True)
    for number in borders(weights, parts):
        header = chain.history.header(number)
        if number >= chain.states_from:
            folder.mkdir(exist_ok=True)
            write_state(folder / f"{number}.state", chain.nodes_at(header).__getitem__, header.state_root)


def borders(weights: Sequence[int], parts: int) -> list[int]:
    """After which blocks to divide a chain of blocks of these weights: each time where it comes closest."""
    ends = [0, *itertools.accumulate(weights)]
    found: list[int] = []
    for part in range(1, parts):
        target = ends[-1] * part / parts
        after = bisect_left(ends, target)
        nearest = after - 1 if after and target - ends[after - 1] < ends[after] - target else after
        if 0 < nearest < len(weights) and nearest not in found:
            found.append(nearest)
    return found


def _copy_anchors(checkpoints: Path, folder: Path, last: int) -> None:
    """Each stamp and the checkpoint it is over, up to the end of the export."""
    for stamp in sorted(checkpoints.glob("*.tsr")):
        number = stamp.name.split("-")[0]
        if int(number) > last:
            continue
        folder.mkdir(exist_ok=True)
        for file in (stamp, checkpoints / f"{number}.json"):
            shutil.copyfile(file, folder / file.name)
