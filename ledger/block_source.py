"""Where blocks can be had again: an export's files, or a running node's RPC. Nothing of it is believed."""

from __future__ import annotations

import urllib.parse
from array import array
from pathlib import Path
from typing import Protocol

from .asking import Ask, ask_over_http, data, quantity
from .blocks import read_blocks
from .errors import BlockError, LedgerError
from .export import CHAIN_FILE, GENESIS_FILE
from .genesis import Genesis, load_genesis
from .genesis_store import is_large


class BlockSourceError(LedgerError):
    """The source cannot give what was asked of it."""


class BlockSource(Protocol):
    """`height` is the number of its newest block. One that knows the genesis has it, or of a large one its file."""

    name: str
    height: int
    genesis: Genesis | None
    genesis_file: Path | None

    def block(self, number: int) -> bytes: ...


class ExportedBlocks:
    """An export's directory. Only where each block begins is kept in memory."""

    def __init__(self, directory: Path) -> None:
        self.name = str(directory)
        self._file = directory / CHAIN_FILE
        self._starts = array("Q", [0])
        self.genesis: Genesis | None = None
        self.genesis_file: Path | None = directory / GENESIS_FILE
        try:
            if not is_large(self.genesis_file):
                self.genesis, self.genesis_file = load_genesis(self.genesis_file.read_text()), None
            with self._file.open("rb") as stream:
                for raw in read_blocks(stream):
                    self._starts.append(self._starts[-1] + len(raw))
        except BlockError:
            pass  # a file that is cut off or damaged still gives the blocks before that
        except (OSError, UnicodeDecodeError) as error:
            raise BlockSourceError(f"{directory} is no export: {error}") from None
        self.height = len(self._starts) - 1

    def block(self, number: int) -> bytes:
        if not 1 <= number <= self.height:
            raise BlockSourceError(f"{self.name} holds no whole block {number}")
        start, end = self._starts[number - 1], self._starts[number]
        with self._file.open("rb") as stream:
            stream.seek(start)
            return stream.read(end - start)


class NodeBlocks:
    """A node, such as a follower, that answers debug_getRawBlock."""

    genesis: Genesis | None = None
    genesis_file: Path | None = None

    def __init__(self, name: str, ask: Ask) -> None:
        self.name = name
        self._ask = ask
        (height,) = ask([("eth_blockNumber", [])])
        self.height = quantity(height)

    def block(self, number: int) -> bytes:
        (raw,) = self._ask([("debug_getRawBlock", [hex(number)])])
        return data(raw)


def open_source(place: str, token: str | None = None) -> BlockSource:
    """A directory or a URL, whichever it is."""
    if urllib.parse.urlsplit(place).scheme in ("http", "https"):
        return NodeBlocks(place, ask_over_http(place, "repair", token))
    return ExportedBlocks(Path(place))
