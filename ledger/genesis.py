"""A chain's genesis in geth's genesis.json format.

Besides geth's own fields the ledger keeps what only it knows under `config.azukari`: the accounts that may
write before the permission contract stands (`writers`), and that contract's address (`permissionContract`).
Geth ignores fields it does not know, so one file serves both. Refused: missing fields, numbers that are not
numbers, fork orders that no client accepts, and a Clique genesis without signers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth.abc import BlockHeaderAPI
from eth.consensus.clique.constants import COMMON_ADDRESS_LENGTH, EPOCH_LENGTH, VANITY_LENGTH
from eth.constants import BLANK_ROOT_HASH, EMPTY_SHA256, EMPTY_UNCLE_HASH, ZERO_ADDRESS, ZERO_HASH32
from eth.rlp.headers import BlockHeader
from eth.vm.forks.cancun.blocks import CancunBlockHeader
from eth.vm.forks.london.blocks import LondonBlockHeader
from eth.vm.forks.london.constants import INITIAL_BASE_FEE
from eth.vm.forks.prague.blocks import PragueBlockHeader
from eth.vm.forks.shanghai.blocks import ShanghaiBlockHeader

from .errors import GenesisError
from .forks import ForkSchedule, parse_schedule
from .seal import EMPTY_SIGNATURE
from .strict_json import load_json

DEFAULT_CHAIN_ID = 20170714
"""The day the information-bank trial that this project follows was announced."""
DEFAULT_GAS_LIMIT = 300_000_000
BERLIN_FORKS = (
    "homesteadBlock",
    "eip150Block",
    "eip155Block",
    "eip158Block",
    "byzantiumBlock",
    "constantinopleBlock",
    "petersburgBlock",
    "istanbulBlock",
    "berlinBlock",
)


@dataclass(frozen=True)
class GenesisAccount:
    balance: int
    nonce: int
    code: bytes
    storage: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class CliqueParameters:
    period: int
    epoch: int


@dataclass(frozen=True)
class Genesis:
    """One parsed genesis; `document` is the JSON it came from, kept so that export gives it back."""

    document: Mapping[str, Any]
    chain_id: int
    forks: ForkSchedule
    clique: CliqueParameters | None
    writers: tuple[bytes, ...]
    permission_contract: bytes | None
    allocation: Mapping[bytes, GenesisAccount]

    def canonical_json(self) -> str:
        return json.dumps(self.document, indent=2, sort_keys=True) + "\n"

    def header(self, state_root: bytes) -> BlockHeaderAPI:
        """The block-zero header over the allocation's state root."""
        return _build_header(self.document, self.forks, state_root)


def new_clique_document(
    signers: Sequence[bytes],
    *,
    writers: Sequence[bytes] = (),
    permission_contract: bytes | None = None,
    chain_id: int = DEFAULT_CHAIN_ID,
    period: int = 1,
    timestamp: int = 0,
    gas_limit: int = DEFAULT_GAS_LIMIT,
) -> dict[str, Any]:
    """A Berlin Clique genesis that names its signers, as `azukari-ledger init` writes it."""
    config: dict[str, Any] = {"chainId": chain_id}
    config.update(dict.fromkeys(BERLIN_FORKS, 0))
    config["clique"] = {"period": period, "epoch": EPOCH_LENGTH}
    azukari: dict[str, Any] = {"writers": ["0x" + writer.hex() for writer in writers]}
    if permission_contract is not None:
        azukari["permissionContract"] = "0x" + permission_contract.hex()
    config["azukari"] = azukari
    extra_data = b"\x00" * VANITY_LENGTH + b"".join(sorted(signers)) + EMPTY_SIGNATURE
    return {
        "config": config,
        "nonce": "0x0",
        "timestamp": hex(timestamp),
        "extraData": "0x" + extra_data.hex(),
        "gasLimit": hex(gas_limit),
        "difficulty": "0x1",
        "mixHash": "0x" + ZERO_HASH32.hex(),
        "coinbase": "0x" + ZERO_ADDRESS.hex(),
        "alloc": {},
    }


def load_genesis(text: str) -> Genesis:
    """Parse the text of a genesis.json."""
    try:
        document = load_json(text)
    except ValueError as error:
        raise GenesisError("file", "is not JSON ({why})", why=error) from None
    return parse_genesis(document)


def parse_genesis(document: Any) -> Genesis:
    """Check a genesis document and give its parts types."""
    if not isinstance(document, dict):
        raise GenesisError("file", "must be a JSON object")
    config = document.get("config")
    if not isinstance(config, dict):
        raise GenesisError("config", "is missing")
    chain_id = config.get("chainId")
    if not isinstance(chain_id, int) or chain_id <= 0:
        raise GenesisError("config.chainId", "must be a positive number")
    clique = _clique(config)
    if clique is not None:
        _require_signers(_bytes(document, "extraData"))
    azukari = config.get("azukari") or {}
    contract = azukari.get("permissionContract")
    return Genesis(
        document=document,
        chain_id=chain_id,
        forks=parse_schedule(config, _number(document, "difficulty", 0)),
        clique=clique,
        writers=tuple(_address(entry, "config.azukari.writers") for entry in azukari.get("writers", ())),
        permission_contract=None if contract is None else _address(contract, "config.azukari.permissionContract"),
        allocation=_allocation(document.get("alloc")),
    )


def _clique(config: Mapping[str, Any]) -> CliqueParameters | None:
    clique = config.get("clique")
    if clique is None:
        return None
    period, epoch = clique.get("period"), clique.get("epoch")
    if not isinstance(period, int) or period < 0:
        raise GenesisError("config.clique.period", "must be a number of seconds")
    if not isinstance(epoch, int) or epoch <= 0:
        raise GenesisError("config.clique.epoch", "must be a positive number of blocks")
    return CliqueParameters(period, epoch)


def _require_signers(extra_data: bytes) -> None:
    signers = len(extra_data) - VANITY_LENGTH - len(EMPTY_SIGNATURE)
    if signers <= 0 or signers % COMMON_ADDRESS_LENGTH:
        raise GenesisError("extraData", "must hold 32 bytes, the signers' addresses (at least one) and 65 bytes")


def _allocation(alloc: Any) -> dict[bytes, GenesisAccount]:
    if alloc is None:
        return {}
    if not isinstance(alloc, dict):
        raise GenesisError("alloc", "must map addresses to accounts")
    accounts: dict[bytes, GenesisAccount] = {}
    for key, entry in alloc.items():
        accounts[parse_address(key)] = parse_account(key, entry)
    return accounts


def parse_address(key: str) -> bytes:
    """An account's address as `alloc` writes it, with or without 0x."""
    return _address(key if key.startswith("0x") else "0x" + key, "alloc")


def parse_account(key: str, entry: Any) -> GenesisAccount:
    """One entry of `alloc`."""
    field = f"alloc.{key}"
    if not isinstance(entry, dict):
        raise GenesisError(field, "must be an object")
    return GenesisAccount(
        balance=_number(entry, "balance", 0),
        nonce=_number(entry, "nonce", 0),
        code=_bytes(entry, "code"),
        storage=tuple(parse_slot(slot, value, field) for slot, value in (entry.get("storage") or {}).items()),
    )


def parse_slot(slot: Any, value: Any, field: str) -> tuple[int, int]:
    return _to_int(slot, field), _to_int(value, field)


def _build_header(document: Mapping[str, Any], forks: ForkSchedule, state_root: bytes) -> BlockHeaderAPI:
    timestamp = _number(document, "timestamp", 0)
    fields: dict[str, Any] = {
        "parent_hash": ZERO_HASH32,
        "uncles_hash": EMPTY_UNCLE_HASH,
        "coinbase": _address(document.get("coinbase", "0x" + ZERO_ADDRESS.hex()), "coinbase"),
        "state_root": state_root,
        "transaction_root": BLANK_ROOT_HASH,
        "receipt_root": BLANK_ROOT_HASH,
        "bloom": 0,
        "difficulty": _number(document, "difficulty", 0),
        "block_number": 0,
        "gas_limit": _number(document, "gasLimit"),
        "gas_used": _number(document, "gasUsed", 0),
        "timestamp": timestamp,
        "extra_data": _bytes(document, "extraData"),
        "mix_hash": _bytes(document, "mixHash") or ZERO_HASH32,
        "nonce": _number(document, "nonce", 0).to_bytes(8, "big"),
    }
    active = {rules.fork for start, rules in forks.by_block if start == 0}
    active |= {rules.fork for start, rules in forks.by_time if timestamp >= start}
    if "london" not in active:
        return BlockHeader(**fields)
    fields["base_fee_per_gas"] = _number(document, "baseFeePerGas", INITIAL_BASE_FEE)
    if "shanghai" not in active:
        return LondonBlockHeader(**fields)
    fields["withdrawals_root"] = BLANK_ROOT_HASH
    if "cancun" not in active:
        return ShanghaiBlockHeader(**fields)
    fields["blob_gas_used"] = _number(document, "blobGasUsed", 0)
    fields["excess_blob_gas"] = _number(document, "excessBlobGas", 0)
    fields["parent_beacon_block_root"] = ZERO_HASH32
    if "prague" not in active:
        return CancunBlockHeader(**fields)
    return PragueBlockHeader(**fields, requests_hash=EMPTY_SHA256)


def _number(source: Mapping[str, Any], field: str, default: int | None = None) -> int:
    value = source.get(field)
    if value is None:
        if default is None:
            raise GenesisError(field, "is missing")
        return default
    return _to_int(value, field)


def _to_int(value: Any, field: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str):
        try:
            number = int(value, 16) if value[:2] in ("0x", "0X") else int(value or "0", 10)
        except ValueError:
            raise GenesisError(field, "{found} is not a number", found=repr(value)) from None
        if number >= 0:
            return number
    raise GenesisError(field, "{found} is not a number", found=repr(value))


def _bytes(source: Mapping[str, Any], field: str) -> bytes:
    value = source.get(field)
    if value in (None, ""):
        return b""
    if not isinstance(value, str) or value[:2] not in ("0x", "0X"):
        raise GenesisError(field, "must be 0x-prefixed hex")
    try:
        return bytes.fromhex(value[2:])
    except ValueError:
        raise GenesisError(field, "must be 0x-prefixed hex") from None


def _address(value: Any, field: str) -> bytes:
    if not isinstance(value, str) or value[:2] not in ("0x", "0X") or len(value) != 42:
        raise GenesisError(field, "{found} is not an address", found=repr(value))
    try:
        return bytes.fromhex(value[2:])
    except ValueError:
        raise GenesisError(field, "{found} is not an address", found=repr(value)) from None
