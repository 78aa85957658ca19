"""Four validators of cosmos/evm (`evmd` v0.3.2) on loopback: CometBFT, where a block that is there is final.

Built once from the Go module proxy, with a go.mod of ours around that module's own replacements, because later releases
move the program where the proxy does not serve it. Transactions are free, a lost validator is never expelled, and
nothing listens anywhere but on 127.0.0.1. Who may write is nobody's question here: see SECURITY.md.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from chaincode.errors import ChaincodeError
from scripts.stage.ports import free_ports

from .nodes import BUILD, EngineFailedError, EngineMissingError, EngineProcess, until

MODULE, VERSION = "github.com/cosmos/evm", "v0.3.2"
PROGRAM = BUILD / "evmd" / "evmd"
BUILD_SECONDS = 3600
CHAIN_ID = "azukari_262144-1"
"""Of CometBFT; the one that transactions are signed for is 262144."""
COIN = "atest"
STAKE, BALANCE = f"{10**21}{COIN}", f"{10**23}{COIN}"
KEYRING = ("--keyring-backend", "test")
COMMIT = "500ms"
BLOCK_GAS = 100_000_000
CALL_GAS = 50_000_000
LOGS = 1_000_000
"""How many one question may bring: by default 10,000, and five hundred blocks of a crowd have more."""
RUN_SECONDS = 60


def build_evmd() -> Path:
    """Build it once, in some minutes, and return the program. Raises EngineMissingError."""
    go = shutil.which("go")
    if go is None:
        raise EngineMissingError("Go is not installed (https://go.dev/dl), so evmd cannot be built")
    folder = PROGRAM.parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "building").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not PROGRAM.exists():
            _build(go, folder / "source")
    return PROGRAM


def _build(go: str, source: Path) -> None:
    source.mkdir(exist_ok=True)
    facts = json.loads(_go(go, source.parent, "mod", "download", "-json", f"{MODULE}@{VERSION}"))
    (source / "go.mod").write_text(_module(Path(facts["GoMod"]).read_text()))
    (source / "tools.go").write_text(f'//go:build tools\n\npackage tools\n\nimport _ "{MODULE}/cmd/evmd"\n')
    _go(go, source, "mod", "tidy")
    # The release that evmd names does not compile with a newer Go.
    _go(go, source, "get", "github.com/bytedance/sonic@latest", "github.com/bytedance/sonic/loader@latest")
    draft = PROGRAM.with_suffix(".draft")
    _go(go, source, "build", "-ldflags=-s -w -checklinkname=0", "-o", str(draft), f"{MODULE}/cmd/evmd")
    draft.replace(PROGRAM)


def _module(theirs: str) -> str:
    """A module that needs evmd, with evmd's own replacements: those of a dependency count for nothing."""
    version = re.search(r"^go .*$", theirs, re.MULTILINE)
    replaced = re.search(r"^replace \(.*?^\)$", theirs, re.MULTILINE | re.DOTALL)
    parts = ("module azukari/evmd", version and version[0], f"require {MODULE} {VERSION}", replaced and replaced[0])
    return "\n\n".join(part for part in parts if part) + "\n"


def _go(go: str, folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            [go, *words], cwd=folder, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise EngineMissingError(f"Go did not build evmd within {BUILD_SECONDS} s") from error
    if done.returncode:
        raise EngineMissingError(f"Go could not build evmd here: {done.stderr.strip()[-300:]}")
    return done.stdout


@dataclass(frozen=True)
class _Place:
    """Where one validator lives. Its program reads its first settings from below `$HOME`, whatever it is told."""

    folder: Path
    p2p_port: int
    comet_port: int
    http_port: int
    ws_port: int

    @property
    def home(self) -> Path:
        return self.folder / ".evmd"

    @property
    def environment(self) -> dict[str, str]:
        return {"HOME": str(self.folder), "GOMEMLIMIT": "400MiB"}


class EvmdNetwork(AbstractContextManager["EvmdNetwork"]):
    """Validators that agree on each block before the next; leaving the context kills them all."""

    name, confirmations = "evmd", 0

    def __init__(self, program: Path, folder: Path, validators: int = 4) -> None:
        self._program = str(program)
        ports = free_ports(4 * validators)
        self._places = [
            _Place(folder / f"validator{number}", *ports[4 * number : 4 * number + 4]) for number in range(validators)
        ]
        self.nodes = [self._node(place) for place in self._places]

    def start(self) -> None:
        """Make the chain and start all; return when all have its first blocks."""
        self._make()
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.await_answer()
        until(lambda: all(self._height(node) > 1 for node in self.nodes), "the first blocks", self._tails)

    def restart(self, node: EngineProcess) -> None:
        """Start a killed one again, on what its disk holds."""
        node.start()
        node.await_answer()

    def kill(self, node: EngineProcess) -> None:
        """Kill one with -9."""
        node.kill()

    def living(self) -> list[EngineProcess]:
        return [node for node in self.nodes if node.is_alive()]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for node in self.nodes:
            node.kill()

    def _height(self, node: EngineProcess) -> int:
        try:
            return int(node.ask("eth_blockNumber"), 16)
        except ChaincodeError:  # it has no first block yet
            return 0

    def _tails(self) -> str:
        return "\n".join(node.tail() for node in self.nodes)

    # ---- making the chain: 1. each has keys, 2. one genesis names their accounts, 3. each stakes, 4. all get it ----

    def _make(self) -> None:
        first = self._places[0].home
        genesis = first / "config" / "genesis.json"
        addresses = []
        for place in self._places:  # 1.
            place.home.mkdir(parents=True)
            self._run(place, "config", "set", "client", "chain-id", CHAIN_ID)
            self._run(place, "init", place.folder.name, "--chain-id", CHAIN_ID)
            self._run(place, "keys", "add", "validator", *KEYRING)
            addresses.append(self._run(place, "keys", "show", "validator", "--address", *KEYRING).strip())
        for address in addresses:  # 2.
            self._run(self._places[0], "genesis", "add-genesis-account", address, BALANCE)
        genesis.write_text(json.dumps(_with_our_rules(json.loads(genesis.read_text()))))
        for place in self._places:  # 3.
            if place.home != first:
                shutil.copy(genesis, place.home / "config" / "genesis.json")
            gentx = first / "config" / "gentx" / f"{place.folder.name}.json"
            gentx.parent.mkdir(exist_ok=True)
            words = ("--output-document", str(gentx), "--gas-prices", f"0{COIN}")
            self._run(place, "genesis", "gentx", "validator", STAKE, "--chain-id", CHAIN_ID, *words, *KEYRING)
        self._run(self._places[0], "genesis", "collect-gentxs")
        peers = [
            f"{self._run(place, 'comet', 'show-node-id').strip()}@127.0.0.1:{place.p2p_port}" for place in self._places
        ]
        for place in self._places:  # 4.
            if place.home != first:
                shutil.copy(genesis, place.home / "config" / "genesis.json")
            others = ",".join(peer for peer in peers if not peer.endswith(f":{place.p2p_port}"))
            config = place.home / "config" / "config.toml"
            config.write_text(_configured(config.read_text(), place, others))

    def _run(self, place: _Place, *words: str) -> str:
        command = [self._program, *words, "--home", str(place.home)]
        environment = {**os.environ, **place.environment}
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=RUN_SECONDS, check=False, env=environment
        )
        if done.returncode:
            raise EngineFailedError(f"evmd {' '.join(words)}: {done.stderr[-2_000:]}")
        return done.stdout

    def _node(self, place: _Place) -> EngineProcess:
        command = [self._program, "start", "--home", str(place.home), "--chain-id", CHAIN_ID]
        command += ["--minimum-gas-prices", f"0{COIN}", "--pruning", "nothing", "--log_level", "error"]
        command += ["--json-rpc.enable", "--json-rpc.api", "eth,net,web3", "--json-rpc.gas-cap", str(CALL_GAS)]
        command += ["--json-rpc.address", f"127.0.0.1:{place.http_port}", "--json-rpc.logs-cap", str(LOGS)]
        command += ["--json-rpc.ws-address", f"127.0.0.1:{place.ws_port}"]
        command += ["--api.enable=false", "--grpc.enable=false", "--grpc-web.enable=false"]
        log = place.folder.with_suffix(".log")
        return EngineProcess(command, f"http://127.0.0.1:{place.http_port}", log, place.environment)


def _with_our_rules(genesis: dict[str, Any]) -> dict[str, Any]:
    """Free transactions, no coins made from nothing, and nobody expelled for having been down."""
    state = genesis["app_state"]
    market = state["feemarket"]["params"]
    market |= {"no_base_fee": True, "base_fee": "0.0", "min_gas_price": "0.0", "min_gas_multiplier": "0.0"}
    state["slashing"]["params"]["signed_blocks_window"] = "1000000"
    for module, name in (("staking", "bond_denom"), ("mint", "mint_denom"), ("evm", "evm_denom")):
        state[module]["params"][name] = COIN
    units = [{"denom": COIN, "exponent": 0, "aliases": []}, {"denom": "test", "exponent": 18, "aliases": []}]
    named = {"description": "", "base": COIN, "display": "test", "name": "test", "symbol": "TEST"}
    state["bank"]["denom_metadata"] = [named | {"denom_units": units, "uri": "", "uri_hash": ""}]
    genesis["consensus"]["params"]["block"]["max_gas"] = str(BLOCK_GAS)
    return genesis


def _configured(text: str, place: _Place, peers: str) -> str:
    """CometBFT's own file: where to listen, whom to know, how long to gather votes that come late."""
    changed = {
        "timeout_commit": COMMIT,
        "persistent_peers": peers,
        "addr_book_strict": False,
        "allow_duplicate_ip": True,
        "pprof_laddr": "",
    }
    for name, value in changed.items():
        shown = json.dumps(value)
        text, count = re.subn(rf"(?m)^{name} = .*$", f"{name} = {shown}", text)
        if not count:
            raise EngineFailedError(f"evmd's config.toml has no {name}")
    for section, port in (("p2p", place.p2p_port), ("rpc", place.comet_port)):
        head, mark, rest = text.partition(f"\n[{section}]\n")
        text = head + mark + re.sub(r"(?m)^laddr = .*$", f'laddr = "tcp://127.0.0.1:{port}"', rest, count=1)
    return text
