"""An auditor's own copies of the chain: made in one go, and compared with what others saw of it.

A copy is what `azukari audit` reads: genesis.json, chain.rlp, manifest.json and deployment.json. It is written from the
data directory of a node or follower, or from any node's RPC and a genesis that the auditor has from elsewhere. Nothing
is believed meanwhile: `audit replay` judges what was written.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import Sentence, fault
from chaincode.deployment import Deployment
from chaincode.errors import DeploymentError
from ledger.asking import LeaderUnreachableError, ask_over_http
from ledger.block_source import NodeBlocks
from ledger.blocks import decode_header_of
from ledger.chain import Clock
from ledger.checkpoint import RewrittenHistoryError, compare_with_export
from ledger.comparison import read_checkpoints
from ledger.datadir import DataDirectory
from ledger.errors import LedgerError
from ledger.export import CHAIN_FILE, GENESIS_FILE, MANIFEST_FILE, Manifest, export_chain
from ledger.genesis import load_genesis
from ledger.genesis_block import genesis_block, genesis_state
from ledger.state import NodeCache
from wallet_cli.errors import InputError, NodeUnreachableError
from wallet_cli.finding import ChainsReason, Finding
from wallet_cli.given_file import read_given
from wallet_cli.invocation import Invocation
from wallet_cli.signing.signer import deployment_of

WHO_ASKS = "auditor"

Progress = Callable[[int, int], None]
"""Called with how many blocks are written and how many there are."""


def copy_from_directory(data: Path, folder: Path, clock: Clock, progress: Progress) -> Manifest:
    """From the data directory of a node or follower, which may run meanwhile; its stamped checkpoints come along."""
    place = DataDirectory(data)
    try:
        chain = place.open_chain(clock, read_only=True)
        with closing(chain.store):
            return export_chain(chain, folder, progress, place.checkpoint_directory, 1, place.genesis_file)
    except LedgerError as error:
        raise InputError("--data", said("rule-cannot-be-read", why=ChainsReason(error.reason))) from error


def copy_from_node(
    url: str, genesis: Path, folder: Path, progress: Progress, token_file: Path | None = None
) -> Manifest:
    """From a node's RPC. The manifest comes last, so that a copy cut off in the middle has none."""
    token = None if token_file is None else read_given(token_file, "--ledger-token-file").decode("ascii").strip()
    document = read_given(genesis, "--genesis")
    try:
        node = NodeBlocks(url, ask_over_http(url, WHO_ASKS, token))
        if node.height == 0:
            raise InputError("--ledger", said("rule-chain-is-empty"))
        return _write_copy(node, document, folder, progress)
    except LeaderUnreachableError as error:
        raise NodeUnreachableError(url, ChainsReason(error.reason)) from error
    except LedgerError as error:
        raise InputError("--ledger", said("rule-cannot-be-read", why=ChainsReason(error.reason))) from error


def _write_copy(node: NodeBlocks, genesis: bytes, folder: Path, progress: Progress) -> Manifest:
    digest, raw = hashlib.sha256(), b""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST_FILE).unlink(missing_ok=True)
        (folder / GENESIS_FILE).write_bytes(genesis)
        with (folder / CHAIN_FILE).open("wb") as file:
            for number in range(1, node.height + 1):
                raw = node.block(number)
                digest.update(raw)
                file.write(raw)
                progress(number, node.height)
        head = decode_header_of(raw, node.height)
        manifest = Manifest(
            blocks=node.height,
            head_hash="0x" + head.hash.hex(),
            state_root="0x" + head.state_root.hex(),
            genesis_sha256=hashlib.sha256(genesis).hexdigest(),
            chain_sha256=digest.hexdigest(),
        )
        (folder / MANIFEST_FILE).write_text(json.dumps(asdict(manifest), indent=2) + "\n")
    except OSError as error:
        raise InputError("FOLDER", said("rule-cannot-be-written", file=str(folder), why=fault(error))) from error
    return manifest


def named_deployment(invocation: Invocation, given: Path | None) -> Deployment:
    """As the auditor was given it, or as the bank names it: both are held against the chain."""
    try:
        return deployment_of(invocation.bank) if given is None else Deployment.load(given)
    except DeploymentError as error:
        raise InputError("--deployment", said("rule-cannot-be-read", why=Sentence(error.reason))) from error


@dataclass(frozen=True)
class CopyCompared:
    """What became of comparing a copy with checkpoints that others signed."""

    checkpoints: int
    """How many were brought."""
    witnesses: tuple[str, ...]
    rewritten: Finding | None = None
    """The earliest block that differs, who saw it otherwise, and how."""

    def to_json(self) -> dict[str, Any]:
        verdict = "agrees" if self.rewritten is None else "rewritten"
        found = {} if self.rewritten is None else {"finding": self.rewritten.to_json()}
        return {"verdict": verdict, "checkpoints": self.checkpoints, "witnesses": list(self.witnesses)} | found


def compare_copy(folder: Path, places: Sequence[Path]) -> CopyCompared:
    """Hold an exported chain against checkpoints, in files or folders. Nothing is executed: `audit_chain` does that.

    Raises InputError for files that cannot be read, and where there is no checkpoint at all.
    """
    try:
        signed = read_checkpoints(places)
    except LedgerError as error:
        raise InputError("CHECKPOINTS", said("rule-cannot-be-read", why=ChainsReason(error.reason))) from error
    if not signed:
        raise InputError("CHECKPOINTS", said("rule-no-checkpoint"))
    witnesses = tuple(sorted({one.witness for one in signed}))
    try:
        genesis = load_genesis(read_given(folder / GENESIS_FILE, "FOLDER").decode("utf-8"))
        root, _ = genesis_state(genesis, NodeCache(None))
        compare_with_export(folder, signed, genesis_block(genesis, root).header.hash, genesis.chain_id)
    except RewrittenHistoryError as error:
        return CopyCompared(len(signed), witnesses, Finding(error.block_number, error.witness, ChainsReason(error.why)))
    except (LedgerError, UnicodeDecodeError) as error:
        why = ChainsReason(error.reason) if isinstance(error, LedgerError) else fault(error)
        raise InputError("FOLDER", said("rule-cannot-be-read", why=why)) from error
    return CopyCompared(len(signed), witnesses)
