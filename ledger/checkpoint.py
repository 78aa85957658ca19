"""Signed checkpoints: what somebody saw the chain to be, so that a rewritten history can be shown to be one.

A checkpoint is a short text that any Ethereum wallet can sign (EIP-191) and any person can read. Whoever
holds one - a follower, a partner, a newspaper - can compare it with a chain that is exported later. The form
is strict: parsing refuses whatever formatting would not write.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_hash.auto import keccak
from eth_keys.datatypes import PrivateKey
from eth_utils.address import to_canonical_address, to_checksum_address

from .blocks import decode_header_of, read_blocks
from .chain import Chain
from .errors import LedgerError
from .export import CHAIN_FILE
from .recover import recover_address
from .sentence import Sentence, worded
from .strict_json import load_json

TITLE = "azukari checkpoint 1"
PATTERN = re.compile(
    TITLE + r"\nchain (0|[1-9]\d*)\ngenesis 0x([0-9a-f]{64})\nblock (0|[1-9]\d*)\n"
    r"hash 0x([0-9a-f]{64})\nstate 0x([0-9a-f]{64})\n"
)
FIELDS = {"checkpoint", "witness", "signature"}


class CheckpointError(LedgerError):
    """The checkpoint is malformed or its signature does not hold."""


class RewrittenHistoryError(LedgerError):
    """The chain is not the one that a witness saw."""

    def __init__(self, block_number: int, witness: str, why: str, /, **values: object) -> None:
        self.block_number = block_number
        self.witness = witness
        self.why = worded(why, values)
        super().__init__(f"block {block_number}, seen by {witness}: {self.why}")


@dataclass(frozen=True)
class Checkpoint:
    chain_id: int
    genesis_hash: bytes
    number: int
    block_hash: bytes
    state_root: bytes

    def text(self) -> str:
        return (
            f"{TITLE}\nchain {self.chain_id}\ngenesis 0x{self.genesis_hash.hex()}\nblock {self.number}\n"
            f"hash 0x{self.block_hash.hex()}\nstate 0x{self.state_root.hex()}\n"
        )


@dataclass(frozen=True)
class SignedCheckpoint:
    checkpoint: Checkpoint
    witness: str
    signature: bytes

    def to_fields(self) -> dict[str, str]:
        return {
            "checkpoint": self.checkpoint.text(),
            "witness": self.witness,
            "signature": "0x" + self.signature.hex(),
        }

    def to_json(self) -> str:
        return json.dumps(self.to_fields(), indent=2) + "\n"


def checkpoint_of(chain: Chain, number: int | None = None) -> Checkpoint:
    """What this chain is at a block, by default its head."""
    header = chain.head.header if number is None else chain.history.header(number)
    return Checkpoint(
        chain_id=chain.chain_id,
        genesis_hash=chain.history.header(0).hash,
        number=header.block_number,
        block_hash=header.hash,
        state_root=header.state_root,
    )


def sign_checkpoint(checkpoint: Checkpoint, key: PrivateKey) -> SignedCheckpoint:
    signature = key.sign_msg_hash(_digest(checkpoint))
    signed = signature.to_bytes()[:64] + bytes([27 + signature.v])
    return SignedCheckpoint(checkpoint, key.public_key.to_checksum_address(), signed)


def parse_checkpoint(text: str) -> Checkpoint:
    match = PATTERN.fullmatch(text)
    if match is None:
        raise CheckpointError("the checkpoint's text is not in its one form")
    chain_id, genesis_hash, number, block_hash, state_root = match.groups()
    return Checkpoint(
        int(chain_id), bytes.fromhex(genesis_hash), int(number), bytes.fromhex(block_hash), bytes.fromhex(state_root)
    )


def parse_signed_checkpoint(document: str) -> SignedCheckpoint:
    """Parse and check the signature. Raises CheckpointError."""
    try:
        fields = load_json(document)
    except ValueError:
        raise CheckpointError("expected a JSON object with checkpoint, witness and signature") from None
    return from_fields(fields)


def from_fields(fields: Any) -> SignedCheckpoint:
    """Check the signature over fields that stood in JSON. Raises CheckpointError."""
    try:
        if set(fields) != FIELDS or not all(isinstance(value, str) for value in fields.values()):
            raise ValueError
        signature = bytes.fromhex(fields["signature"].removeprefix("0x"))
        witness = to_checksum_address(fields["witness"])
    except (ValueError, TypeError, AttributeError):
        raise CheckpointError("expected a JSON object with checkpoint, witness and signature") from None
    checkpoint = parse_checkpoint(fields["checkpoint"])
    if _signer(checkpoint, signature) != to_canonical_address(witness):
        number = checkpoint.number
        raise CheckpointError(
            "{witness} did not sign this checkpoint of block {number}", witness=witness, number=number
        )
    return SignedCheckpoint(checkpoint, witness, signature)


def compare_with_export(
    directory: Path, checkpoints: Iterable[SignedCheckpoint], genesis_hash: bytes, chain_id: int
) -> int:
    """Compare an exported chain with what witnesses saw; how many checkpoints it agrees with.

    Raises RewrittenHistoryError at the earliest block that differs. Nothing is executed: replay does that.
    """
    wanted = sorted(checkpoints, key=lambda signed: signed.checkpoint.number)
    hashes = {0: genesis_hash}
    numbers = {signed.checkpoint.number for signed in wanted}
    try:
        with (directory / CHAIN_FILE).open("rb") as stream:
            for position, raw in enumerate(read_blocks(stream), start=1):
                header = decode_header_of(raw, position)
                if header.block_number in numbers:
                    hashes[header.block_number] = header.hash
    except OSError as error:
        raise CheckpointError(unreadable(error, directory / CHAIN_FILE)) from None
    _compare(wanted, hashes, chain_id)
    return len(wanted)


def unreadable(error: OSError | UnicodeDecodeError, file: Path) -> str:
    """Why a file that an auditor named cannot be read."""
    if isinstance(error, FileNotFoundError):
        return Sentence("there is no file {file}", file=str(file))
    if isinstance(error, UnicodeDecodeError):
        return Sentence("{file} is no text", file=str(file))
    return Sentence("{file} cannot be read: {why}", file=str(file), why=str(error.strerror))


def _compare(wanted: Sequence[SignedCheckpoint], hashes: dict[int, bytes], chain_id: int) -> None:
    agreed = 0
    for signed in wanted:
        seen, witness = signed.checkpoint, signed.witness
        if seen.chain_id != chain_id:
            raise RewrittenHistoryError(0, witness, "the chain id was {found}", found=seen.chain_id)
        if seen.genesis_hash != hashes[0]:
            raise RewrittenHistoryError(0, witness, "the genesis was {found}", found=f"0x{seen.genesis_hash.hex()}")
        found = hashes.get(seen.number)
        if found is None:
            raise RewrittenHistoryError(seen.number, witness, "the chain ends before this block")
        if found != seen.block_hash:
            raise RewrittenHistoryError(
                seen.number,
                witness,
                "was {seen} and is {found}; history was rewritten after block {number}",
                seen=f"0x{seen.block_hash.hex()}",
                found=f"0x{found.hex()}",
                number=agreed,
            )
        agreed = seen.number


def _signer(checkpoint: Checkpoint, signature: bytes) -> bytes:
    if len(signature) != 65 or signature[64] not in (27, 28):
        raise CheckpointError("the signature must be 65 bytes ending in 27 or 28")
    try:
        return recover_address(signature[:64] + bytes([signature[64] - 27]), _digest(checkpoint))
    except ValueError:
        raise CheckpointError("the signature does not hold") from None


def _digest(checkpoint: Checkpoint) -> bytes:
    """What is signed of it, as wallets sign a text (EIP-191, version 0x45)."""
    text = checkpoint.text().encode()
    return keccak(b"\x19Ethereum Signed Message:\n" + str(len(text)).encode() + text)
