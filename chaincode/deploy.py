"""Bring all contracts onto a chain, wired to each other, so that it can be killed anywhere and started again.

Nothing is remembered beside the chain: contract i is made by the operator's transaction number i, so every address is
known beforehand, and each step looks first whether it is done. The plan:

1. Deploy what has no code yet, in order; refuse code that is not this program's, and an operator that has sent others.
2. Let the system contracts near the coins, then seal that list for ever; tell who may use up consents and requests.
3. Read back addresses, code hashes and the first block.
"""

from collections.abc import Callable
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
from chaincode.transactor import Transactor

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
}
LINKS = (
    ("request", "set_disclosure", "disclosure", "disclosure"),
    ("consent", "set_disclosure", "disclosure", "disclosure"),
    ("consent", "set_rules", "rules", "rule"),
    ("survey", "set_consent", "consent", "consent"),
)
"""Contract, function, view, and the contract it is told of: each is set once, by the operator."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class _Call:
    """A wiring step: a function of a contract, done when a view answers what is wanted."""

    contract: str
    function: str
    arguments: tuple[Any, ...]
    view: str
    view_arguments: tuple[Any, ...]
    wanted: Any


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
    progress: Progress = lambda step: None,
) -> Deployment:
    """Deploy and wire every contract that is not yet; return the deployment."""
    transactor = Transactor(w3, account)
    artifacts = artifacts or compile_all()
    addresses = {name: contract_address(transactor.address, nonce) for nonce, name in enumerate(artifacts)}
    for nonce, artifact in enumerate(artifacts.values()):  # 1.
        _deploy_contract(transactor, artifact, nonce, addresses, progress)
    deployment = _read_back(transactor.node, transactor.address, artifacts, addresses)  # 3.
    for call in _wiring(artifacts, addresses):  # 2.
        _wire(transactor, deployment, call, progress)
    return deployment


def _deploy_contract(
    transactor: Transactor, artifact: Artifact, nonce: int, addresses: dict[str, str], progress: Progress
) -> None:
    node, address = transactor.node, addresses[artifact.name]
    if node.code(address):
        return
    found = node.nonce(transactor.address)
    if found != nonce:
        raise DeploymentError(
            f"{artifact.name} must be the operator's transaction {nonce}, but its next one is {found}:"
            " deploy with an account that has sent nothing else"
        )
    progress(f"deploy {artifact.name}")
    receipt = transactor.send(None, _creation_code(artifact, addresses))
    if receipt.contract_address != address:
        raise DeploymentError(f"put {artifact.name} at {receipt.contract_address}, not at {address}")


def _creation_code(artifact: Artifact, addresses: dict[str, str]) -> bytes:
    kinds = [type_name(item) for entry in artifact.abi if entry["type"] == "constructor" for item in entry["inputs"]]
    arguments = [addresses[name] for name in CONSTRUCTOR_ARGUMENTS[artifact.name]]
    if kinds != ["address"] * len(arguments):
        raise DeploymentError(f"knows no constructor {artifact.name}({', '.join(kinds)})")
    return bytes.fromhex(artifact.bytecode.removeprefix("0x")) + abi_encode(kinds, arguments)


def _read_back(node: Node, operator: str, artifacts: dict[str, Artifact], addresses: dict[str, str]) -> Deployment:
    contracts = {}
    for name, artifact in artifacts.items():
        code = node.code(addresses[name])
        if not to_hex(code).startswith(artifact.runtime):
            raise DeploymentError(f"{name} at {addresses[name]} is not what this program's sources compile to")
        contracts[name] = DeployedContract(name, addresses[name], keccak(code), tuple(artifact.abi))
    return Deployment(node.chain_id(), _first_block(node, addresses["membership"]), operator, contracts)


def _first_block(node: Node, membership: str) -> int:
    """Return the block of membership's first log: its constructor enrols the operator."""
    logs = node.logs([membership], 0, node.block_number())
    if not logs or logs[0].position is None:
        raise DeploymentError("left no event of membership's constructor")
    return logs[0].position.block_number


def _wiring(artifacts: dict[str, Artifact], addresses: dict[str, str]) -> list[_Call]:
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
    return [*minters, _Call("coin", "seal_minters", (), "sealed", (), True), *links]


def _has(artifact: Artifact, function: str) -> bool:
    return any(entry.get("name") == function for entry in artifact.abi)


def _wire(transactor: Transactor, deployment: Deployment, call: _Call, progress: Progress) -> None:
    contract = deployment.contract(call.contract)
    abi = ContractAbi(contract)
    view = abi.function(call.view, len(call.view_arguments))

    def found() -> Any:
        return view.decode(transactor.node.call(contract.address, view.encode(call.view_arguments)))

    if found() == call.wanted:
        return
    progress(f"{call.contract}.{call.function}")
    transactor.send(contract.address, abi.function(call.function).encode(call.arguments), rehearse=True)
    if found() != call.wanted:
        raise DeploymentError(f"{call.contract}.{call.view} is {found()} after {call.function}, not {call.wanted}")
