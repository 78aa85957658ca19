"""Comparing a replayed chain with what others saw: a true copy may still be a rewritten history.

Four kinds of witness, whichever the auditor has:
1. signed checkpoints, in files or directories
2. followers, asked by RPC for headers spread over the chain and for the checkpoints they signed and were told
3. receipts, as members keep them: a block's number and hash, and a transaction in it
4. RFC 3161 time stamps over checkpoints, by authorities whose root certificates the auditor names

The checkpoints that lie in the export itself must agree too, but they came with the copy: alone they are nobody's
word, until a stamp makes them a stranger's. Raises RewrittenHistoryError at the first thing that differs.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cryptography.x509 import Certificate
from eth_utils.exceptions import ValidationError

from .asking import Ask, ask_over_http, data, quantity
from .blocks import decode_header
from .checkpoint import (
    CheckpointError,
    RewrittenHistoryError,
    SignedCheckpoint,
    from_fields,
    parse_signed_checkpoint,
    unreadable,
)
from .errors import LedgerError
from .export import ANCHORS_DIRECTORY
from .gossip import EXCHANGE_METHOD
from .rlp_codec import RlpError
from .stamps import SUFFIX, Stamp, load_roots, read_stamp
from .strict_json import load_json

HEADERS_ASKED = 32
NOT_COMPARED = "true for this copy; not compared with anybody"


class ReplayedChain(Protocol):
    """What a comparison asks of a replayed chain."""

    @property
    def chain_id(self) -> int: ...

    @property
    def height(self) -> int: ...

    def block_hash(self, number: int) -> bytes: ...

    def block_time(self, number: int) -> int: ...

    def transaction_place(self, transaction_hash: bytes) -> tuple[int, int] | None: ...


@dataclass(frozen=True)
class Witnesses:
    """What the auditor brought."""

    checkpoints: Sequence[SignedCheckpoint] = ()
    followers: Mapping[str, Ask] = field(default_factory=dict)
    receipts: Sequence[Mapping[str, Any]] = ()
    tsa_roots: Sequence[Certificate] = ()


@dataclass(frozen=True)
class StampFacts:
    block: int
    time: str
    authority: str
    seconds_after_block: int
    """How long after the time that the block itself claims. Whoever rewrites a history can have it stamped only now."""


@dataclass
class Comparison:
    """What the chain agrees with."""

    checkpoints: int = 0
    witnesses: set[str] = field(default_factory=set)
    followers: list[str] = field(default_factory=list)
    receipts: int = 0
    stamps: list[StampFacts] = field(default_factory=list)
    came_with_the_copy: int = 0
    stamps_not_checked: int = 0

    def statement(self) -> str:
        """The verdict in words."""
        parts = []
        if self.checkpoints:
            parts.append(f"{self.checkpoints} checkpoints of {len(self.witnesses)} witnesses")
        if self.followers:
            parts.append(f"{len(self.followers)} followers")
        if self.receipts:
            parts.append(f"{self.receipts} receipts")
        if self.stamps:
            late = max(stamp.seconds_after_block for stamp in self.stamps)
            parts.append(
                f"{len(self.stamps)} time stamps, made up to {late:,} s after the time that their blocks claim"
            )
        return "true; agrees with " + ", ".join(parts) if parts else NOT_COMPARED

    def facts(self) -> dict[str, Any]:
        return {
            "checkpoints": self.checkpoints,
            "witnesses": sorted(self.witnesses),
            "followers": self.followers,
            "receipts": self.receipts,
            "stamps": [vars(stamp) for stamp in self.stamps],
            "stamps_not_checked": self.stamps_not_checked,
            "came_with_the_copy": self.came_with_the_copy,
        }


def compare(chain: ReplayedChain, source: Path, brought: Witnesses) -> Comparison:
    """Compare with everything there is. Raises RewrittenHistoryError, or LedgerError for what cannot be read."""
    found = Comparison()
    for signed in brought.checkpoints:
        _check_checkpoint(chain, signed)
        found.checkpoints += 1
        found.witnesses.add(signed.witness)
    for name, ask in brought.followers.items():
        _check_follower(chain, name, ask, found)
        found.followers.append(name)
    for receipt in brought.receipts:
        _check_receipt(chain, receipt)
        found.receipts += 1
    _check_anchors(chain, source / ANCHORS_DIRECTORY, brought.tsa_roots, found)
    return found


def _check_checkpoint(chain: ReplayedChain, signed: SignedCheckpoint) -> None:
    seen, witness = signed.checkpoint, signed.witness
    if seen.chain_id != chain.chain_id:
        raise RewrittenHistoryError(0, witness, "the chain id was {found}", found=seen.chain_id)
    _require(chain, 0, seen.genesis_hash, witness)
    _require(chain, seen.number, seen.block_hash, witness)


def _require(chain: ReplayedChain, number: int, seen: bytes, witness: str) -> None:
    if number > chain.height:
        raise RewrittenHistoryError(number, witness, "the chain ends before this block")
    found = chain.block_hash(number)
    if found != seen:
        raise RewrittenHistoryError(
            number, witness, "was {seen} and is {found}", seen=f"0x{seen.hex()}", found=f"0x{found.hex()}"
        )


def _check_follower(chain: ReplayedChain, name: str, ask: Ask, found: Comparison) -> None:
    height, chain_id = ask([("eth_blockNumber", []), ("eth_chainId", [])])
    if quantity(chain_id) != chain.chain_id:
        raise RewrittenHistoryError(0, name, "the chain id is {found}", found=quantity(chain_id))
    last = min(quantity(height), chain.height)
    numbers = sorted({last * step // HEADERS_ASKED for step in range(HEADERS_ASKED + 1)})
    headers = ask([("debug_getRawHeader", [hex(number)]) for number in numbers])
    for number, raw in zip(numbers, headers, strict=True):
        try:
            seen = decode_header(data(raw)).hash
        except (LedgerError, RlpError, ValidationError, ValueError, TypeError):
            raise LedgerError("{name} gave a malformed header of block {number}", name=name, number=number) from None
        _require(chain, number, seen, name)
    for signed in _told_by(ask):
        if signed.checkpoint.number <= chain.height:  # a follower may be ahead of the copy
            _check_checkpoint(chain, signed)
            found.checkpoints += 1
            found.witnesses.add(signed.witness)


def _told_by(ask: Ask) -> list[SignedCheckpoint]:
    """The checkpoints a follower signed and was told; a node that is no follower has none."""
    try:
        (told,) = ask([(EXCHANGE_METHOD, [[]])])
        return [from_fields({name: entry[name] for name in ("checkpoint", "witness", "signature")}) for entry in told]
    except (LedgerError, KeyError, TypeError):
        return []


def _check_receipt(chain: ReplayedChain, receipt: Mapping[str, Any]) -> None:
    try:
        number, block_hash = int(receipt["blockNumber"], 16), bytes.fromhex(receipt["blockHash"][2:])
        transaction_hash = bytes.fromhex(receipt["transactionHash"][2:])
    except (KeyError, TypeError, ValueError):
        raise LedgerError("a receipt needs blockNumber, blockHash and transactionHash") from None
    holder = f"the receipt of 0x{transaction_hash.hex()}"
    _require(chain, number, block_hash, holder)
    place = chain.transaction_place(transaction_hash)
    if place is None or place[0] != number:
        raise RewrittenHistoryError(number, holder, "the transaction is not in this block")


def _check_anchors(chain: ReplayedChain, folder: Path, roots: Sequence[Certificate], found: Comparison) -> None:
    for path in sorted(folder.glob("*" + SUFFIX)) if folder.is_dir() else ():
        document = folder / f"{path.name.split('-')[0]}.json"
        try:
            signed = parse_signed_checkpoint(document.read_text())
            raw = path.read_bytes()
        except OSError as error:
            raise CheckpointError(unreadable(error, document)) from None
        _check_checkpoint(chain, signed)
        found.came_with_the_copy += 1
        if roots:
            found.stamps.append(_facts(chain, read_stamp(raw, signed.checkpoint, roots)))
        else:
            found.stamps_not_checked += 1


def _facts(chain: ReplayedChain, stamp: Stamp) -> StampFacts:
    number = stamp.checkpoint.number
    after = int(stamp.time.timestamp()) - chain.block_time(number)
    return StampFacts(number, stamp.time.isoformat(), stamp.authority, after)


def read_witnesses(
    checkpoints: Sequence[Path], followers: Sequence[str], receipts: Sequence[Path], tsa_roots: Sequence[Path]
) -> Witnesses:
    """What an auditor names: files, directories of checkpoints, and followers' addresses. Raises LedgerError."""
    for url in followers:
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise LedgerError("{url} must be an http or https address", url=url)
    return Witnesses(
        checkpoints=read_checkpoints(checkpoints),
        followers={url: ask_over_http(url, "auditor") for url in followers},
        receipts=read_receipts(receipts),
        tsa_roots=load_roots(tsa_roots),
    )


def read_checkpoints(places: Sequence[Path]) -> list[SignedCheckpoint]:
    """Signed checkpoints from files, and from directories as followers keep them."""
    files = [file for place in places for file in (sorted(place.glob("*.json")) if place.is_dir() else [place])]
    return [_read_checkpoint(file) for file in files]


def _read_checkpoint(file: Path) -> SignedCheckpoint:
    """Of several files, the one that is at fault is named."""
    try:
        return parse_signed_checkpoint(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CheckpointError(unreadable(error, file)) from None
    except CheckpointError as error:
        raise CheckpointError("{file} is no checkpoint: {why}", file=file, why=error.reason) from None


def read_receipts(files: Sequence[Path]) -> list[Mapping[str, Any]]:
    """Receipts as nodes answer them: one, several in a list, or a whole JSON-RPC answer."""
    receipts: list[Mapping[str, Any]] = []
    for path in files:
        try:
            content = load_json(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise LedgerError(unreadable(error, path)) from None
        except ValueError as error:
            raise LedgerError("{file} holds no receipt: {why}", file=path, why=error) from None
        if isinstance(content, dict):
            content = content.get("result", content)
        receipts += content if isinstance(content, list) else [content]
    return receipts
