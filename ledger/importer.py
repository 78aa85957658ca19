"""Importing a third party's chain: a file of concatenated RLP blocks over any genesis.

Every block is checked as replay checks it. Proof of work is the exception: ethash needs a cache of many
megabytes for each epoch, which pure Python builds in minutes, so it is checked only when asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from eth.abc import BlockHeaderAPI
from eth.consensus.pow import check_pow
from eth_utils.exceptions import ValidationError

from .blocks import decode_header_of, read_blocks
from .chain import Chain
from .errors import BlockError, ImportChainError
from .export import Progress

WorkCheck = Callable[[BlockHeaderAPI], None]


def import_chain_file(
    chain: Chain, path: Path, *, check_work: WorkCheck | None = None, progress: Progress | None = None
) -> int:
    """Import what the file adds and return how many blocks that was. Raises BlockError at the first false one."""
    imported = 0
    try:
        with path.open("rb") as stream:
            for position, raw in enumerate(read_blocks(stream)):
                header = decode_header_of(raw, position)
                if header.block_number <= chain.head.number:
                    _require_same(chain, header)
                    continue
                if check_work is not None and chain.clique is None and header.difficulty > 0:
                    check_work(header)
                chain.import_block(raw)
                imported += 1
                if progress is not None:
                    progress(header.block_number, 0)
    except OSError as error:
        raise ImportChainError(f"{path}: {error.strerror}") from None
    return imported


def _require_same(chain: Chain, header: BlockHeaderAPI) -> None:
    known = chain.history.header(header.block_number)
    if known.hash != header.hash:
        reason = f"is 0x{header.hash.hex()}, but this ledger already holds 0x{known.hash.hex()}"
        raise BlockError(header.block_number, "hash", reason)


def check_ethash(header: BlockHeaderAPI) -> None:
    """Refuse a header whose nonce is not the work it claims to be."""
    try:
        check_pow(
            header.block_number,
            header.mining_hash,
            header.mix_hash,
            header.nonce,
            header.difficulty,
        )
    except (ValidationError, ValueError) as error:
        raise BlockError(header.block_number, "mixHash", str(error).splitlines()[0]) from None
