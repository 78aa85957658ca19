"""A Clique network of geth v1.13.15 on loopback: several signers, any minority of which may die.

geth 1.13 is the last that seals Clique. Each node gets a folder with its signer's key, its network key and the other
nodes as static peers; nothing is discovered, and nothing listens anywhere but on 127.0.0.1. One thing has no option:
geth lifts a least gas price of zero to a positive one, so every node is told over RPC that transactions are free.
"""

from __future__ import annotations

import json
import subprocess
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from eth_account import Account
from eth_hash.auto import keccak
from eth_keys.datatypes import PrivateKey
from web3 import Web3

from ledger.genesis import DEFAULT_GAS_LIMIT, new_clique_document
from scripts.stage.ports import free_ports

from .clock import VARIABLE, SharedClock
from .nodes import EngineFailedError, EngineProcess, until
from .signers import SignersProvider

INIT_SECONDS = 60
CACHE_MEGABYTES = "64"
"""geth sets files aside in proportion: by default 1.2 GB for each node, for a chain of a few kilobytes."""
PASSWORD = "on loopback only"  # noqa: S105 - it guards keys that anybody can compute
_APIS = "eth,net,web3,clique,miner,admin,debug"


@dataclass(frozen=True)
class _Place:
    """Where one node lives."""

    folder: Path
    signer: PrivateKey
    network_key: PrivateKey
    p2p_port: int
    http_port: int

    @property
    def address(self) -> str:
        return str(self.signer.public_key.to_checksum_address())

    @property
    def enode(self) -> str:
        return f"enode://{self.network_key.public_key.to_hex()[2:]}@127.0.0.1:{self.p2p_port}"


class CliqueNetwork(AbstractContextManager["CliqueNetwork"]):
    """Nodes that seal for each other; leaving the context kills them all.

    Two of them may seal one height, and the block of one is dropped: seldom more than one block is.

    With a clock, which needs a geth built for it, a block is sealed as soon as a transaction waits, at the second where
    the clock stands; without one, a block every `period` seconds.
    """

    name, confirmations = "clique", 3

    def __init__(
        self,
        program: Path,
        folder: Path,
        chain_id: int,
        signers: int = 4,
        period: int = 1,
        clock: SharedClock | None = None,
    ) -> None:
        if period < 1 and clock is None:
            # Signers out of turn reckon from the second's beginning, so most would not hold back: soon none may seal.
            raise ValueError("several Clique signers need a period of at least a second")
        self._program, self._period, self._clock = str(program), period, clock
        ports = free_ports(2 * signers)
        self._places = [
            _Place(
                folder / f"node{number}",
                PrivateKey(keccak(f"signer {number}".encode())),
                PrivateKey(keccak(f"network key {number}".encode())),
                *ports[2 * number : 2 * number + 2],
            )
            for number in range(signers)
        ]
        addresses = [place.signer.public_key.to_canonical_address() for place in self._places]
        folder.mkdir(parents=True, exist_ok=True)
        self.genesis = folder / "genesis.json"
        document = new_clique_document(addresses, chain_id=chain_id, period=period)
        self.genesis.write_text(json.dumps(document))
        self.nodes = [self._node(place) for place in self._places]
        self.w3 = Web3(SignersProvider([node.url for node in self.nodes]))
        self._stuck_at: list[tuple[int, str]] = []

    def start(self) -> None:
        """Start all nodes; return when all are connected, seal, and take free transactions."""
        for place in self._places:
            self._init(place)
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.await_answer()
        self._await_peers()
        for node in self.nodes:
            self._begin(node)
        if self._period:  # otherwise blocks come with transactions
            until(lambda: all(self.height(node) > 0 for node in self.nodes), "the first block", self._tails)

    def restart(self, node: EngineProcess) -> None:
        """Start a killed node again, on what its disk holds."""
        node.start()
        node.await_answer()
        self._begin(node)

    def living(self) -> list[EngineProcess]:
        return [node for node in self.nodes if node.is_alive()]

    def settled(self) -> tuple[int, str]:
        """Wait until all living nodes agree on their head; return its number and hash."""
        seen: list[tuple[int, str]] = []

        def agree() -> bool:
            seen[:] = [self.head(node) for node in self.living()]
            return len(set(seen)) == 1

        until(agree, "one head", lambda: str(seen))
        return seen[0]

    def next_head(self) -> tuple[int, str]:
        """Wait for a fresh head that all agree on: most of a period is left before the next one."""
        if not self._period:  # nothing moves while no transaction waits
            return self.settled()
        last = self.settled()[0]
        until(lambda: self.settled()[0] > last, "another block", self._tails)
        return self.settled()

    def sealer(self, number: int) -> EngineProcess:
        """Return the node that sealed a block."""
        found = self.living()[0].ask("clique_getSigner", hex(number))
        return self.nodes[[place.address.lower() for place in self._places].index(found)]

    def recent_sealers(self) -> list[int]:
        """How many of the last blocks, 64 at most, each node sealed."""
        activity = self.living()[0].ask("clique_status")["sealerActivity"]
        return [activity.get(place.address.lower(), 0) for place in self._places]

    def resting(self) -> list[EngineProcess]:
        """The nodes that may seal next: of four signers those who sealed neither of the last two blocks.

        Who dies while resting leaves exactly one signer next in turn, so no two can seal against each other. (Two
        that do so just when a third dies may both wait for each other for good: that is Clique's, see EIP-3436.)
        """
        number, _ = self.next_head()
        tired = [self.sealer(one) for one in range(max(1, number - len(self.nodes) // 2 + 1), number + 1)]
        return [node for node in self.nodes if node not in tired]

    def kill(self, node: EngineProcess) -> None:
        """Kill a node with -9 at a moment when the others can go on for sure (see `resting`)."""
        until(lambda: node in self.resting(), "a rest of the signer", self._tails)
        node.kill()

    def unstick(self) -> None:
        """Get on with it when a transaction waits and nothing comes of it: blocks that are equally heavy, or no block.

        Called while somebody waits, every few seconds. A node that is merely behind gets one call's time to catch up.
        """
        heads = [self.head(node) for node in self.living()]
        before, self._stuck_at = self._stuck_at, heads
        if len(set(heads)) == 1:
            self._look_again()
        elif heads == before or len({number for number, _ in heads}) == 1:
            self._take_one(heads)

    def _look_again(self) -> None:
        """Have every living signer look into its pool.

        Without a period geth makes a block when a transaction comes or a block does. A transaction that comes while
        the pool sorts itself after a block can be in neither look, and a third never follows.
        """
        for node in self.living():
            node.ask("miner_stop")
            node.ask("miner_start")

    def _take_one(self, heads: list[tuple[int, str]]) -> None:
        """Have all take one of several blocks.

        With a period the next block decides. Without one it would be sealed only for a transaction, and whoever sends
        those waits until all agree about the last: two signers out of turn may so stop everybody for good. (One block
        sealed in turn weighs as much as two that are not, so heights may differ.)
        """
        chosen = max(heads, key=lambda head: (head[0], heads.count(head), head))
        living = self.living()
        holder = living[heads.index(chosen)]
        for node, (number, name) in zip(living, heads, strict=True):
            if name != chosen[1]:
                block = holder.ask("eth_getBlockByNumber", hex(number), False)
                if block is None or block["hash"] != name:  # else it is merely behind
                    node.ask("debug_setHead", hex(number - 1))
                self.part(node)
                self.greet(node)  # that is when peers tell each other how far they are

    def part(self, *nodes: EngineProcess) -> None:
        """Take living nodes from all whom they know."""

        def apart(node: EngineProcess) -> bool:  # asked again if a neighbour was just about to come back
            place = self._places[self.nodes.index(node)]
            for other, its in zip(self.nodes, self._places, strict=True):
                if other is not node and other.is_alive():
                    other.ask("admin_removePeer", place.enode)
                    node.ask("admin_removePeer", its.enode)
            return int(node.ask("net_peerCount"), 16) == 0

        until(lambda: all(apart(node) for node in nodes), "a parting of peers", self._tails)

    def greet(self, *nodes: EngineProcess) -> None:
        """Give living nodes back to their neighbours."""
        for node in nodes:
            for neighbour, other in self._around(node):
                node.ask("admin_addPeer", other.enode)
                neighbour.ask("admin_addPeer", self._places[self.nodes.index(node)].enode)

    def close_ring(self) -> None:
        """Let the neighbours of a dead node know each other."""
        for node, place in zip(self.nodes, self._places, strict=True):
            if not node.is_alive():
                one, other = self._neighbours(place)
                self.nodes[self._places.index(one)].ask("admin_addPeer", other.enode)
        self._await_peers()

    def height(self, node: EngineProcess) -> int:
        return self.head(node)[0]

    def head(self, node: EngineProcess) -> tuple[int, str]:
        block = node.ask("eth_getBlockByNumber", "latest", False)
        return int(block["number"], 16), str(block["hash"])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for node in self.nodes:
            node.kill()

    def _begin(self, node: EngineProcess) -> None:
        """Seal from now on, free transactions too. Not before the nodes know each other: each would seal for itself."""
        node.ask("miner_setGasPrice", "0x0")
        node.ask("miner_start")

    def _neighbours(self, place: _Place) -> list[_Place]:
        """All others; in a ring, if a block is to be everywhere at once.

        geth hands a block to the square root of its peers and only announces it to the rest, who fetch it half a second
        later. In a ring each node has only one to hand it on to.
        """
        if self._period:
            return [other for other in self._places if other is not place]
        number, count = self._places.index(place), len(self._places)
        return [self._places[number - 1], self._places[(number + 1) % count]]

    def _around(self, node: EngineProcess) -> list[tuple[EngineProcess, _Place]]:
        """The living neighbours of a node."""
        others = self._neighbours(self._places[self.nodes.index(node)])
        found = [(self.nodes[self._places.index(other)], other) for other in others]
        return [(neighbour, other) for neighbour, other in found if neighbour.is_alive()]

    def _await_peers(self) -> None:
        wanted = 2 if self._period == 0 else len(self.nodes) - 1
        living = self.living()
        until(lambda: all(int(node.ask("net_peerCount"), 16) >= wanted for node in living), "peers", self._tails)

    def _tails(self) -> str:
        return "\n".join(node.tail() for node in self.nodes)

    def _init(self, place: _Place) -> None:
        (place.folder / "keystore").mkdir(parents=True)
        (place.folder / "geth").mkdir()
        (place.folder / "geth" / "nodekey").write_text(place.network_key.to_hex()[2:])
        (place.folder / "password").write_text(PASSWORD)
        locked = Account.encrypt(place.signer.to_bytes(), PASSWORD, kdf="scrypt", iterations=2)
        (place.folder / "keystore" / "signer.json").write_text(json.dumps(locked))
        peers = [other.enode for other in self._neighbours(place)]
        (place.folder / "config.toml").write_text(_config(place, peers))
        command = [self._program, "--datadir", str(place.folder), "init", str(self.genesis)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=INIT_SECONDS, check=False)
        if done.returncode:
            raise EngineFailedError(f"geth init: {done.stderr[-2_000:]}")

    def _node(self, place: _Place) -> EngineProcess:
        signer = place.address
        command = [self._program, "--config", str(place.folder / "config.toml"), "--datadir", str(place.folder)]
        command += ["--nodiscover", "--nat", "none", "--netrestrict", "127.0.0.1/32", "--ipcdisable"]
        command += ["--http", "--http.addr", "127.0.0.1", "--http.port", str(place.http_port), "--http.api", _APIS]
        command += ["--authrpc.addr", "127.0.0.1", "--authrpc.port", "0", "--syncmode", "full", "--gcmode", "archive"]
        command += ["--miner.etherbase", signer, "--miner.gaslimit", str(DEFAULT_GAS_LIMIT)]
        command += ["--miner.recommit", "1s", "--cache", CACHE_MEGABYTES]
        command += ["--unlock", signer, "--password", str(place.folder / "password"), "--allow-insecure-unlock"]
        environment = {VARIABLE: str(self._clock.path)} if self._clock else None
        log = place.folder.with_suffix(".log")
        return EngineProcess(command, f"http://127.0.0.1:{place.http_port}", log, environment)


def _config(place: _Place, peers: list[str]) -> str:
    """geth has no option for the address it listens on, only this file."""
    return f"""[Node.P2P]
ListenAddr = "127.0.0.1:{place.p2p_port}"
NoDiscovery = true
StaticNodes = {json.dumps(peers)}
"""
