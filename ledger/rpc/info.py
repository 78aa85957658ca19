"""Facts about the node and its fees: net_*, web3_*, eth_chainId, eth_gasPrice, eth_feeHistory …"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from eth_hash.auto import keccak

from ..node import Node
from .arguments import Arguments
from .render import hex_bytes

WIRE_PROTOCOL_VERSION = 68


class Info:
    def __init__(self, node: Node) -> None:
        self._node = node
        self._chain = node.chain

    def chain_id(self, params: Sequence[Any]) -> str:
        Arguments(params, 0)
        return hex(self._chain.chain_id)

    def network_version(self, params: Sequence[Any]) -> str:
        Arguments(params, 0)
        return str(self._chain.chain_id)

    def listening(self, params: Sequence[Any]) -> bool:
        Arguments(params, 0)
        return True

    def peer_count(self, params: Sequence[Any]) -> str:
        Arguments(params, 0)
        return "0x0"

    def client_version(self, params: Sequence[Any]) -> str:
        Arguments(params, 0)
        return client_version()

    def sha3(self, params: Sequence[Any]) -> str:
        return hex_bytes(keccak(Arguments(params, 1).data(0)))

    def syncing(self, params: Sequence[Any]) -> bool:
        Arguments(params, 0)
        return False

    def protocol_version(self, params: Sequence[Any]) -> str:
        """The Ethereum wire protocol whose blocks and receipts these are; the node itself speaks to no peers."""
        Arguments(params, 0)
        return hex(WIRE_PROTOCOL_VERSION)

    def accounts(self, params: Sequence[Any]) -> list[str]:
        """The node keeps no wallets: whoever signs keeps the key."""
        Arguments(params, 0)
        return []

    def mining(self, params: Sequence[Any]) -> bool:
        Arguments(params, 0)
        return self._chain.signer_address is not None

    def coinbase(self, params: Sequence[Any]) -> str:
        Arguments(params, 0)
        return hex_bytes(self._chain.signer_address or b"\x00" * 20)

    def capabilities(self, params: Sequence[Any]) -> dict[str, Any]:
        """Everything from the genesis on, but for states that the operator chose to prune."""
        Arguments(params, 0)
        header = self._chain.head.header
        whole = {"disabled": False, "oldestBlock": "0x0"}
        states = {"disabled": False, "oldestBlock": hex(self._chain.states_from)}
        parts = dict.fromkeys(("state", "tx", "logs", "receipts", "blocks", "stateproofs"), whole)
        parts |= {"state": states, "stateproofs": states}
        return {"head": {"number": hex(header.block_number), "hash": hex_bytes(header.hash)}, **parts}


def client_version() -> str:
    try:
        number = version("azukari")
    except PackageNotFoundError:
        number = "0"
    return (
        f"azukari-ledger/v{number}/{platform.system().lower()}-{platform.machine()}/python{platform.python_version()}"
    )
