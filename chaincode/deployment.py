"""A deployment: which contract stands where on which chain, as one JSON file that Ethereum tools read too.

Everything that talks to the contracts needs this file and no compiler. Reading is strict: a file with a missing,
unknown or malformed field is refused, and `verify` refuses a chain whose code is not what was deployed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from eth_hash.auto import keccak

from chaincode.errors import DeploymentError, MessageError
from chaincode.ids import id_from_hex, parse_address, to_hex

if TYPE_CHECKING:
    from web3 import Web3

FORMAT = "azukari-deployment-1"
_KEYS = ("format", "chainId", "startBlock", "operator", "contracts")
_CONTRACT_KEYS = ("address", "codeHash", "abi")


@dataclass(frozen=True)
class DeployedContract:
    """One contract: its address, the hash of its code on the chain, and its ABI."""

    name: str
    address: str
    code_hash: bytes
    abi: tuple[dict[str, Any], ...] = field(repr=False)


@dataclass(frozen=True)
class Deployment:
    """All contracts of one bank on one chain."""

    chain_id: int
    start_block: int
    operator: str
    contracts: Mapping[str, DeployedContract]

    def __hash__(self) -> int:
        return hash((self.chain_id, self.start_block, self.operator, tuple(sorted(self.contracts))))

    def contract(self, name: str) -> DeployedContract:
        try:
            return self.contracts[name]
        except KeyError as error:
            raise DeploymentError("has no contract named {contract}", contract=name) from error

    def address(self, contract: str) -> str:
        return self.contract(contract).address

    def verify(self, w3: "Web3") -> None:
        """Refuse a chain that is not this deployment's: 1. other chain id, 2. other code at an address."""
        from chaincode.node import Node

        node = Node(w3)
        chain_id = node.chain_id()  # 1.
        if chain_id != self.chain_id:
            raise DeploymentError(
                "is for chain {expected}, the node serves chain {found}", expected=self.chain_id, found=chain_id
            )
        for contract in self.contracts.values():  # 2.
            found = keccak(node.code(contract.address))
            if found != contract.code_hash:
                raise DeploymentError(
                    "names code {expected} for {contract} at {address}, the chain has {found}",
                    expected=to_hex(contract.code_hash),
                    contract=contract.name,
                    address=contract.address,
                    found=to_hex(found),
                )

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "chainId": self.chain_id,
            "startBlock": self.start_block,
            "operator": self.operator,
            "contracts": {
                contract.name: {
                    "address": contract.address,
                    "codeHash": to_hex(contract.code_hash),
                    "abi": list(contract.abi),
                }
                for contract in self.contracts.values()
            },
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Return the deployment that `to_json` wrote."""
        _require_keys(value, _KEYS, "file")
        if value["format"] != FORMAT:
            raise DeploymentError(
                "has format {found}, this program reads {expected}", found=repr(value["format"]), expected=repr(FORMAT)
            )
        if not isinstance(value["contracts"], dict) or not value["contracts"]:
            raise DeploymentError("contracts must be an object with at least one contract")
        try:
            operator = parse_address(value["operator"], "operator")
            contracts = {name: _contract(name, entry) for name, entry in value["contracts"].items()}
        except MessageError as error:
            raise DeploymentError("{field}: {rule}", field=error.field, rule=error.rule) from error
        return cls(_natural(value, "chainId"), _natural(value, "startBlock"), operator, contracts)

    def save(self, path: Path) -> None:
        """Write the file whole or not at all."""
        draft = path.with_name(path.name + ".tmp")
        draft.write_text(json.dumps(self.to_json(), indent=1) + "\n", encoding="utf-8")
        draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise DeploymentError("cannot be read from {path}: {why}", path=path, why=error) from error
        return cls.from_json(value)


def _contract(name: str, entry: Any) -> DeployedContract:
    _require_keys(entry, _CONTRACT_KEYS, f"contracts.{name}")
    abi = entry["abi"]
    if not isinstance(abi, list) or not all(isinstance(item, dict) for item in abi):
        raise DeploymentError("{field} must be a list of objects", field=f"contracts.{name}.abi")
    return DeployedContract(
        name=name,
        address=parse_address(entry["address"], f"contracts.{name}.address"),
        code_hash=id_from_hex(entry["codeHash"], f"contracts.{name}.codeHash"),
        abi=tuple(abi),
    )


def _require_keys(value: Any, keys: tuple[str, ...], where: str) -> None:
    if not isinstance(value, dict):
        raise DeploymentError("{field} must be an object", field=where)
    if missing := [key for key in keys if key not in value]:
        raise DeploymentError("{field} lacks {names}", field=where, names=", ".join(missing))
    if unknown := [str(key) for key in value if key not in keys]:
        raise DeploymentError("{field} has unknown fields: {names}", field=where, names=", ".join(unknown))


def _natural(value: dict[str, Any], key: str) -> int:
    number = value[key]
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise DeploymentError("{field} must be an integer of at least 0", field=key)
    return number
