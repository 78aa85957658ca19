"""A Clique network of geth v1.13.15 on loopback: several signers, any minority of which may die.

geth 1.13 is the last that seals Clique. Each node gets a folder with its signer's key, its network key and the other
nodes as static peers; nothing is discovered, and nothing listens anywhere but on 127.0.0.1. One thing has no option:
geth lifts a least gas price of zero to a positive one, so every node is told over RPC that transactions are free.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_hash.auto import keccak
from eth_keys.datatypes import PrivateKey
from web3 import Web3

from chaincode.errors import LedgerRefusedError
from chaincode.ids import to_hex
from ledger.genesis import DEFAULT_GAS_LIMIT, new_clique_document

from .nodes import BUILD, EngineFailedError, EngineMissingError, EngineProcess, free_ports, until
from .signers import SignersProvider

MODULE = "github.com/ethereum/go-ethereum/cmd/geth@v1.13.15"
BUILD_SECONDS = 900
INIT_SECONDS = 60
PASSWORD = "on loopback only"  # noqa: S105 - it guards keys that anybody can compute
_LOOK_SECONDS, _STILL_SECONDS = 0.3, 2.0
_PULSES_MAXIMUM = 8
_APIS = "eth,net,web3,clique,miner"


def build_geth() -> Path:
    """Build geth once, and return the program."""
    go = shutil.which("go")
    if go is None:
        raise EngineMissingError("Go is not installed, so geth cannot be built")
    program = BUILD / "geth" / "geth"
    if not program.exists():
        # geth 1.13.15 links to runtime internals that newer Go releases close off by default.
        command = [go, "install", "-ldflags=-checklinkname=0", MODULE]
        environment = {**os.environ, "GOBIN": str(program.parent)}
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise EngineMissingError(f"Go did not build geth within {BUILD_SECONDS} s") from error
        if done.returncode:
            raise EngineMissingError(f"Go could not build geth here: {done.stderr.strip()[-300:]}")
    return program


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
    """Nodes that seal for each other; leaving the context kills them all."""

    def __init__(self, program: Path, folder: Path, chain_id: int, signers: int = 4, period: int = 1) -> None:
        self._program = str(program)
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
        self._genesis = folder / "genesis.json"
        document = new_clique_document(addresses, chain_id=chain_id, period=period)
        self._genesis.write_text(json.dumps(document))
        self.nodes = [self._node(place) for place in self._places]
        self.w3 = Web3(SignersProvider([node.url for node in self.nodes], self.hurry))
        self._pulse: LocalAccount = Account.from_key(keccak(b"pulse"))
        self._chain_id = chain_id
        self._seen_heads: list[tuple[int, str]] = []
        self._seen_at = self._look_again_at = 0.0

    def start(self) -> None:
        """Start all nodes; return when all are connected, seal, and take free transactions."""
        for place in self._places:
            self._init(place)
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.await_answer()
            self._make_free(node)
        others = len(self.nodes) - 1
        until(lambda: all(int(node.ask("net_peerCount"), 16) == others for node in self.nodes), "peers", self._tails)

    def restart(self, node: EngineProcess) -> None:
        """Start a killed node again, on what its disk holds."""
        node.start()
        node.await_answer()
        self._make_free(node)

    def living(self) -> list[EngineProcess]:
        return [node for node in self.nodes if node.is_alive()]

    def settled(self) -> tuple[int, str]:
        """Wait until all living nodes agree on their head; return its number and hash. Never with a period."""
        until(self._agree, "one head", lambda: str(self._heads()))
        return self._heads()[0]

    def hurry(self) -> None:
        """Call while something is awaited: when no head has moved for a while, let one more block be due.

        With period 0 nobody seals while nothing new comes in, so signers that hold different blocks would keep them,
        and one whose work was interrupted would rest. With a period the next block does this by itself.
        """
        now = time.monotonic()
        if now < self._look_again_at:
            return
        self._look_again_at = now + _LOOK_SECONDS
        heads = self._heads()
        if heads != self._seen_heads:
            self._seen_heads, self._seen_at = heads, now
        elif now - self._seen_at > _STILL_SECONDS:
            self._seen_at = now
            self._send_pulse()

    def _send_pulse(self) -> None:
        """Hand an empty transaction to every living signer."""
        sealed, nonce = (
            max(int(node.ask("eth_getTransactionCount", self._pulse.address, block), 16) for node in self.living())
            for block in ("latest", "pending")
        )
        if nonce - sealed > _PULSES_MAXIMUM:
            return
        fields = {"nonce": nonce, "gasPrice": 0, "gas": 21_000, "value": 0, "chainId": self._chain_id}
        raw = self._pulse.sign_transaction({**fields, "to": self._pulse.address}).raw_transaction
        for node in self.living():
            with suppress(LedgerRefusedError):  # its neighbour was quicker
                node.ask("eth_sendRawTransaction", to_hex(bytes(raw)))

    def _agree(self) -> bool:
        self.hurry()
        return len(set(self._heads())) == 1

    def sealer(self, number: int) -> EngineProcess:
        """Return the node that sealed a block."""
        found = self.living()[0].ask("clique_getSigner", hex(number))
        return self.nodes[[place.address.lower() for place in self._places].index(found)]

    def resting(self) -> list[EngineProcess]:
        """The nodes that may seal next: of four signers those who sealed neither of the last two blocks.

        Who dies while resting leaves exactly one signer next in turn, so no two can seal against each other. (Two
        that do so just when a third dies may both wait for each other for good: that is Clique's, see EIP-3436.)
        """
        number, _ = self.settled()
        tired = [self.sealer(one) for one in range(max(1, number - len(self.nodes) // 2 + 1), number + 1)]
        return [node for node in self.nodes if node not in tired]

    def head(self, node: EngineProcess) -> tuple[int, str]:
        block = node.ask("eth_getBlockByNumber", "latest", False)
        return int(block["number"], 16), str(block["hash"])

    def _heads(self) -> list[tuple[int, str]]:
        return [self.head(node) for node in self.living()]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for node in self.nodes:
            node.kill()

    def _make_free(self, node: EngineProcess) -> None:
        node.ask("miner_setGasPrice", "0x0")

    def _tails(self) -> str:
        return "\n".join(node.tail() for node in self.nodes)

    def _init(self, place: _Place) -> None:
        (place.folder / "keystore").mkdir(parents=True)
        (place.folder / "geth").mkdir()
        (place.folder / "geth" / "nodekey").write_text(place.network_key.to_hex()[2:])
        (place.folder / "password").write_text(PASSWORD)
        locked = Account.encrypt(place.signer.to_bytes(), PASSWORD, kdf="scrypt", iterations=2)
        (place.folder / "keystore" / "signer.json").write_text(json.dumps(locked))
        peers = [other.enode for other in self._places if other is not place]
        (place.folder / "config.toml").write_text(_config(place, peers))
        command = [self._program, "--datadir", str(place.folder), "init", str(self._genesis)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=INIT_SECONDS, check=False)
        if done.returncode:
            raise EngineFailedError(f"geth init: {done.stderr[-2_000:]}")

    def _node(self, place: _Place) -> EngineProcess:
        signer = place.address
        command = [self._program, "--config", str(place.folder / "config.toml"), "--datadir", str(place.folder)]
        command += ["--nodiscover", "--nat", "none", "--netrestrict", "127.0.0.1/32", "--ipcdisable"]
        command += ["--http", "--http.addr", "127.0.0.1", "--http.port", str(place.http_port), "--http.api", _APIS]
        command += ["--authrpc.addr", "127.0.0.1", "--authrpc.port", "0", "--syncmode", "full", "--gcmode", "archive"]
        command += ["--mine", "--miner.etherbase", signer, "--miner.gaslimit", str(DEFAULT_GAS_LIMIT)]
        command += ["--miner.recommit", "1s"]
        command += ["--unlock", signer, "--password", str(place.folder / "password"), "--allow-insecure-unlock"]
        return EngineProcess(command, f"http://127.0.0.1:{place.http_port}", place.folder.with_suffix(".log"))


def _config(place: _Place, peers: list[str]) -> str:
    """geth has no option for the address it listens on, only this file."""
    return f"""[Node.P2P]
ListenAddr = "127.0.0.1:{place.p2p_port}"
NoDiscovery = true
StaticNodes = {json.dumps(peers)}
"""
