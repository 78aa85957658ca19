"""Bring all contracts onto a chain, wired to each other, so that it can be killed anywhere and started again.

Nothing is remembered beside the chain: contract i is made by the operator's transaction number i, so every address is
known beforehand, and each step looks first whether it is done. The plan:

1. Refuse code that is not this program's, and an operator that has sent others.
2. Send in one row what is not done: make the contracts, let the system contracts near the coins, tell who may use up
   consents and requests, open the quota of coins. All addresses are known, so no step waits for the receipt of the one
   before.
3. Read back addresses, code hashes, the first block and every link.
4. Only then, because nobody can undo it: seal for ever the list of who is let near the coins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_abi.abi import encode as abi_encode
from eth_account.signers.local import LocalAccount
from eth_hash.auto import keccak

from chaincode.abi import ContractAbi, type_name
from chaincode.build import Artifact, compile_all
from chaincode.deployment import DeployedContract, Deployment
from chaincode.errors import DeploymentError
from chaincode.ids import checksummed, to_hex
from chaincode.node import Node
from chaincode.pipeline import Pipeline, Progress, Step

if TYPE_CHECKING:
    from web3 import Web3

GRANT, BURN, MOVE = 1, 2, 4
MINTERS = {"survey": GRANT, "request": MOVE, "disclosure": MOVE, "coupon": BURN, "draw": BURN | MOVE}
"""What each contract may do to coins; no other contract and no person may do anything."""
CONSTRUCTOR_ARGUMENTS = {
    "membership": (),
    "coin": ("membership",),
    "survey": ("membership", "coin"),
    "request": ("membership", "coin", "survey"),
    "consent": ("membership", "survey", "request"),
    "disclosure": ("membership", "coin", "request", "consent"),
    "coupon": ("membership", "coin", "consent"),
    "escrow": ("membership",),
    "rule": ("membership", "survey"),
    "draw": ("membership", "coin"),
    "recovery": ("membership",),
}
LINKS = (
    ("request", "set_disclosure", "disclosure", "disclosure"),
    ("consent", "set_disclosure", "disclosure", "disclosure"),
    ("consent", "set_rules", "rules", "rule"),
    ("survey", "set_consent", "consent", "consent"),
    ("membership", "set_recovery", "recovery", "recovery"),
)
"""Contract, function, view, and the contract it is told of: each is set once, by the operator."""


@dataclass(frozen=True)
class FirstQuota:
    """So many coins may come into being in a period, by sales and surveys' budgets, until the board says otherwise."""

    coins: int = 10_000_000
    period_seconds: int = 30 * 86400


@dataclass(frozen=True)
class _Call:
    """A wiring step: a function of a contract, done when a view answers what is wanted."""

    contract: str
    function: str
    arguments: tuple[Any, ...]
    view: str
    view_arguments: tuple[Any, ...]
    wanted: Any


_SEAL = _Call("coin", "seal_minters", (), "sealed", (), True)


def contract_address(operator: str, nonce: int) -> str:
    """Return keccak(rlp([operator, nonce])): where the contract of that transaction stands."""
    if not 0 <= nonce < 128:
        raise ValueError("a deployment has few transactions")
    encoded = bytes([0xC0 + 22, 0x80 + 20]) + bytes.fromhex(operator[2:]) + bytes([nonce or 0x80])
    return checksummed("0x" + keccak(encoded)[12:].hex())


def membership_address(operator: str) -> str:
    """Return where membership will stand: known before the chain exists, so that its genesis can name it."""
    return contract_address(operator, 0)


def deploy(
    w3: "Web3",
    account: LocalAccount,
    *,
    artifacts: dict[str, Artifact] | None = None,
    quota: FirstQuota = FirstQuota(),
    progress: Progress = lambda step: None,
) -> Deployment:
    """Deploy and wire every contract that is not yet; return the deployment."""
    node = Node(w3)
    plan, pipeline = _Plan(node, str(account.address), artifacts or compile_all(), quota), Pipeline(node, account)
    pipeline.send(*plan.undone(plan.wiring), progress)  # 1. and 2.
    deployment = plan.read_back()  # 3.
    pipeline.send(*plan.undone([_SEAL], once=plan.wiring), progress)  # 4.
    plan.require([_SEAL])
    return deployment


class _Plan:
    """What should stand where, and what of it is on the chain already."""

    def __init__(self, node: Node, operator: str, artifacts: dict[str, Artifact], quota: FirstQuota) -> None:
        self.node = node
        self.operator = operator
        self.artifacts = artifacts
        self.addresses = {name: contract_address(operator, nonce) for nonce, name in enumerate(artifacts)}
        self.wiring = _wiring(artifacts, self.addresses, quota)

    def undone(self, calls: Sequence[_Call], once: Sequence[_Call] = ()) -> tuple[int, list[Step]]:
        """Return the operator's next number and what is to be sent from there on: contracts first, then calls.

        What an earlier run left waiting at the node may be sealed while this looks: then it looks again, because a
        contract made under another number would stand at another address. What must hold `once` this is sent is looked
        at under the same number too, so that it stays before this if the chain goes back a block.
        """
        while True:
            number = self.node.nonce(self.operator)
            self.require(once)
            missing = [name for name in self.artifacts if not self._code(name)]
            steps = [Step(f"deploy {name}", None, self._creation_code(name)) for name in missing]
            steps += [self._step(call) for call in calls if call.contract in missing or not self._holds(call)]
            if self.node.nonce(self.operator) == number:
                self._require_number(missing, number)
                return number, steps

    def require(self, calls: Sequence[_Call]) -> None:
        for call in calls:
            if not self._holds(call):
                raise DeploymentError(f"{call.contract}.{call.view} is not {call.wanted} after {call.function}")

    def read_back(self) -> Deployment:
        contracts = {}
        for name, artifact in self.artifacts.items():
            code = self._code(name)
            if not code:
                raise DeploymentError(f"left no code of {name} at {self.addresses[name]}")
            contracts[name] = DeployedContract(name, self.addresses[name], keccak(code), tuple(artifact.abi))
        return Deployment(self.node.chain_id(), self._first_block(), self.operator, contracts)

    def _code(self, name: str) -> bytes:
        """Return a contract's code, empty if it has none; refuse any other than this program's."""
        code = self.node.code(self.addresses[name])
        if code and not to_hex(code).startswith(self.artifacts[name].runtime):
            raise DeploymentError(f"{name} at {self.addresses[name]} is not what this program's sources compile to")
        return code

    def _require_number(self, missing: list[str], found: int) -> None:
        if missing and (number := list(self.artifacts).index(missing[0])) != found:
            raise DeploymentError(
                f"{missing[0]} must be the operator's transaction {number}, but its next one is {found}:"
                " deploy with an account that has sent nothing else"
            )

    def _creation_code(self, name: str) -> bytes:
        artifact, arguments = self.artifacts[name], [self.addresses[other] for other in CONSTRUCTOR_ARGUMENTS[name]]
        inputs = [item for entry in artifact.abi if entry["type"] == "constructor" for item in entry["inputs"]]
        kinds = [type_name(item) for item in inputs]
        if kinds != ["address"] * len(arguments):
            raise DeploymentError(f"knows no constructor {name}({', '.join(kinds)})")
        return bytes.fromhex(artifact.bytecode.removeprefix("0x")) + abi_encode(kinds, arguments)

    def _step(self, call: _Call) -> Step:
        data = self._abi(call.contract).function(call.function).encode(call.arguments)
        return Step(f"{call.contract}.{call.function}", self.addresses[call.contract], data)

    def _holds(self, call: _Call) -> bool:
        view = self._abi(call.contract).function(call.view, len(call.view_arguments))
        answer = self.node.call(self.addresses[call.contract], view.encode(call.view_arguments))
        return bool(view.decode(answer) == call.wanted)

    def _abi(self, name: str) -> ContractAbi:
        return ContractAbi(DeployedContract(name, self.addresses[name], b"", tuple(self.artifacts[name].abi)))

    def _first_block(self) -> int:
        """Return the block of membership's first log: its constructor enrols the operator."""
        logs = self.node.logs([self.addresses["membership"]], 0, self.node.block_number())
        if not logs or logs[0].position is None:
            raise DeploymentError("left no event of membership's constructor")
        return logs[0].position.block_number


def _wiring(artifacts: dict[str, Artifact], addresses: dict[str, str], quota: FirstQuota) -> list[_Call]:
    minters = [
        _Call("coin", "set_minter", (addresses[name], rights), "minterRights", (addresses[name],), rights)
        for name, rights in MINTERS.items()
        if name in addresses
    ]
    links = [
        _Call(contract, function, (addresses[told],), view, (), addresses[told])
        for contract, function, view, told in LINKS
        if told in addresses and _has(artifacts[contract], function)
    ]
    opened = _Call("coin", "open_quota", (quota.coins, quota.period_seconds), "isQuotaOpen", (), True)
    return [*minters, *links, *[opened][: "coin" in artifacts and _has(artifacts["coin"], "open_quota")]]


def _has(artifact: Artifact, function: str) -> bool:
    return any(entry.get("name") == function for entry in artifact.abi)
