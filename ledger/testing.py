"""A whole chain in this process for tests: real store, real sealing, real RPC, and a clock that is set by hand.

`local_chain()` seals a block for every transaction at once. `advance` and `set_time` move the chain's time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from eth_keys.datatypes import PrivateKey
from web3 import Web3
from web3.middleware import ExtraDataToPOAMiddleware

from .chain import Chain
from .genesis import DEFAULT_CHAIN_ID, new_clique_document, parse_genesis
from .node import Node
from .provider import ChainProvider
from .store import Store

TEST_SIGNER_KEY = b"\x5e" * 32
TEST_START_TIME = 1_700_000_000
TEST_MAP_SIZE_BYTES = 64 << 20


class ManualClock:
    """Stands still until it is moved."""

    def __init__(self, now: int = TEST_START_TIME) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


Directory = tempfile.TemporaryDirectory[str]


class LocalChain:
    """`w3` speaks to the chain. Close it, or use it as a context manager."""

    def __init__(
        self, node: Node, clock: Callable[[], int], directory: tempfile.TemporaryDirectory[str] | None
    ) -> None:
        self.node = node
        self.chain = node.chain
        self.clock = clock
        self.w3 = Web3(ChainProvider(node))
        self.w3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)
        self._directory = directory

    def set_time(self, seconds: int) -> None:
        """The next block's timestamp is `seconds`, or one second after its parent if that is later."""
        if not isinstance(self.clock, ManualClock):
            raise TypeError("this chain was given a clock of its own")
        self.clock.now = seconds

    def advance(self, seconds: int) -> None:
        """Move the time on from where the chain is."""
        self.set_time(max(self.clock(), self.chain.head.header.timestamp) + seconds)

    def close(self) -> None:
        self.chain.store.close()
        if self._directory is not None:
            self._directory.cleanup()

    def __enter__(self) -> LocalChain:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def local_chain(
    path: Path | None = None,
    clock: Callable[[], int] | None = None,
    writers: Sequence[str | bytes] = (),
    permission_contract: str | bytes | None = None,
    chain_id: int = DEFAULT_CHAIN_ID,
) -> LocalChain:
    """A chain that seals at once. Without writers and contract everybody may write.

    Without a path it is thrown away in the end, and does not wait for the disk.
    """
    directory = None
    if path is None:
        directory = tempfile.TemporaryDirectory(prefix="azukari-ledger-")
        path = Path(directory.name)
    key = PrivateKey(TEST_SIGNER_KEY)
    document = new_clique_document(
        [key.public_key.to_canonical_address()],
        writers=[_address(writer) for writer in writers],
        permission_contract=None if permission_contract is None else _address(permission_contract),
        chain_id=chain_id,
    )
    now = clock or ManualClock()
    store = Store(path, durable=directory is None, map_size_bytes=TEST_MAP_SIZE_BYTES)
    chain = Chain.create(store, parse_genesis(document), now, key)
    return LocalChain(Node(chain, seal_at_once=True), now, directory)


def _address(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else bytes.fromhex(value[2:])
