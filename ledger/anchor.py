"""Anchoring the head: a signed checkpoint, stamped by an authority that the operator does not control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.x509 import Certificate

from .chain import Chain
from .checkpoint import checkpoint_of, sign_checkpoint
from .datadir import DataDirectory
from .durable import write_durably
from .stamps import read_stamp, request_stamp, stamp_name


@dataclass(frozen=True)
class Anchor:
    number: int
    block_hash: bytes
    document: Path
    stamp: Path
    checked: bool
    """Whether the stamp was checked against a root certificate."""


def make_anchor(chain: Chain, data: Path, tsa_url: str, roots: Sequence[Certificate] = ()) -> Anchor:
    """Sign, stamp and keep. Raises StampError; then nothing is kept. Safe to repeat."""
    directory = DataDirectory(data)
    signed = sign_checkpoint(checkpoint_of(chain), directory.load_or_make_witness())
    number = signed.checkpoint.number
    raw = request_stamp(tsa_url, signed.checkpoint)
    if roots:
        read_stamp(raw, signed.checkpoint, roots)
    directory.checkpoint_directory.mkdir(exist_ok=True)
    document = directory.checkpoint_directory / f"{number:012d}.json"
    stamp = directory.checkpoint_directory / stamp_name(number, raw)
    write_durably(document, signed.to_json(), 0o644)
    write_durably(stamp, raw, 0o644)
    return Anchor(number, signed.checkpoint.block_hash, document, stamp, bool(roots))
