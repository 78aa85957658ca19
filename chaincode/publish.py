"""The contracts as Ethereum tools read them: one JSON file each, and the chain's number beside them.

One file is at once what Hardhat and hardhat-deploy (`contractName`, `abi`, `bytecode`, `deployedBytecode`, `address`,
`args`, link references), Truffle (`networks`) and Foundry (`vm.getCode`, `sol!`) expect, and what ethers' and web3's
contract factories take. A published contract's `deployedBytecode` is what stands on the chain, immutables included, so
that a tool may compare it with eth_getCode; a compiled one's is what the compiler made.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chaincode.build import PACKAGE, Artifact, source_of
from chaincode.deploy import CONSTRUCTOR_ARGUMENTS
from chaincode.deployment import Deployment
from chaincode.ids import to_hex
from chaincode.node import Node

if TYPE_CHECKING:
    from web3 import Web3

FORMAT = "hh-sol-artifact-1"
CHAIN_FILE = ".chainId"


def publish(w3: "Web3", deployment: Deployment, artifacts: dict[str, Artifact], folder: Path) -> None:
    """Write every deployed contract into a folder of one chain."""
    node = Node(w3)
    for name, contract in deployment.contracts.items():
        deployed = {
            "address": contract.address,
            "args": [deployment.address(other) for other in CONSTRUCTOR_ARGUMENTS[name]],
            "networks": {str(deployment.chain_id): {"address": contract.address}},
        }
        code = to_hex(node.code(contract.address))
        _write(folder / f"{name}.json", compiled(artifacts[name]) | {"deployedBytecode": code} | deployed)
    (folder / CHAIN_FILE).write_text(str(deployment.chain_id), encoding="utf-8")


def publish_compiled(artifacts: dict[str, Artifact], folder: Path) -> None:
    """Write every contract as compiled, without a chain."""
    for artifact in artifacts.values():
        _write(folder / f"{artifact.name}.json", compiled(artifact))


def compiled(artifact: Artifact) -> dict[str, Any]:
    """Return what compiling alone tells of a contract. Vyper links no libraries."""
    return {
        "_format": FORMAT,
        "contractName": artifact.name,
        "sourceName": source_of(artifact.name).relative_to(PACKAGE.parent).as_posix(),
        "abi": artifact.abi,
        "bytecode": artifact.bytecode,
        "deployedBytecode": artifact.runtime,
        "linkReferences": {},
        "deployedLinkReferences": {},
        "userdoc": artifact.natspec["user"],
        "devdoc": artifact.natspec["dev"],
    }


def _write(path: Path, value: dict[str, Any]) -> None:
    """Write the file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".tmp")
    draft.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
