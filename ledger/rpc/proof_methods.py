"""eth_getProof and eth_getStorageValues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..chain import Chain
from ..errors import InvalidParamsError, LimitExceededError
from ..proofs import EMPTY_ACCOUNT, NodeReader, decode_account, prove
from ..rlp_codec import decode
from .arguments import Arguments, fixed, listing
from .chain_methods import storage_slot
from .render import hex_bytes
from .select import require_header

SLOTS_MAX = 1024


class ProofMethods:
    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def get_proof(self, params: Sequence[Any]) -> dict[str, Any]:
        arguments = Arguments(params, 2, 3)
        address, keys = arguments.address(0), arguments.get(1)
        if not isinstance(keys, list):
            raise InvalidParamsError("invalid argument 1: must be a list of storage keys")
        if len(keys) > SLOTS_MAX:
            raise LimitExceededError(f"too many slots: {len(keys)}, limit {SLOTS_MAX}")
        header = require_header(self._chain, arguments.get(2), "argument 2")
        read: NodeReader = self._chain.nodes_at(header).__getitem__
        nodes, found = prove(read, header.state_root, address)
        account = EMPTY_ACCOUNT if found is None else decode_account(found)
        return {
            "address": hex_bytes(address),
            "accountProof": [hex_bytes(node) for node in nodes],
            "balance": hex(account.balance),
            "codeHash": hex_bytes(account.code_hash),
            "nonce": hex(account.nonce),
            "storageHash": hex_bytes(account.storage_root),
            "storageProof": [_storage_proof(read, account.storage_root, key) for key in keys],
        }

    def get_storage_values(self, params: Sequence[Any]) -> dict[str, list[str]]:
        arguments = Arguments(params, 1, 2)
        request: Mapping[str, Any] = arguments.mapping(0)
        if not request:
            raise InvalidParamsError("empty request")
        listed = {key: listing(slots, f"argument 0.{key}") for key, slots in request.items()}
        if sum(map(len, listed.values())) > SLOTS_MAX:
            raise LimitExceededError(f"too many slots (max {SLOTS_MAX})")
        header = require_header(self._chain, arguments.get(1), "argument 1")
        state = self._chain.vm_at(header).state
        answer: dict[str, list[str]] = {}
        for key, slots in listed.items():
            address = fixed(key, 20, f"argument 0.{key}")
            numbers = [storage_slot(slot, f"argument 0.{key}[{index}]") for index, slot in enumerate(slots)]
            values = [state.get_storage(address, number) for number in numbers]
            answer[hex_bytes(address)] = [hex_bytes(value.to_bytes(32, "big")) for value in values]
        return answer


def _storage_proof(read: NodeReader, storage_root: bytes, key: Any) -> dict[str, Any]:
    number = storage_slot(key)
    nodes, found = prove(read, storage_root, number.to_bytes(32, "big"))
    value = 0 if found is None else int.from_bytes(decode(found), "big")
    shown = key if len(key) == 66 else hex(number)
    return {"key": shown, "value": hex(value), "proof": [hex_bytes(node) for node in nodes]}
