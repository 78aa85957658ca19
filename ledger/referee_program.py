"""Runs in EELS's own environment: executes a chain given as JSON lines on stdin, prints one verdict.

It imports nothing of this project. The first line is the genesis, every other line a block. EELS's own
`process_transaction` does the work; what EELS would do besides - pay a miner, check proof of work - has no
place on a Clique chain. Stops at the first block whose gas or state root is not the header's.
"""

import importlib
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

ANCESTOR_HASHES_MAX = 256


class Referee:
    def __init__(self, genesis: dict[str, Any]) -> None:
        base = f"ethereum.forks.{genesis['fork']}"
        self.fork = importlib.import_module(f"{base}.fork")
        self.state_module = importlib.import_module(f"{base}.state")
        self.types = importlib.import_module(f"{base}.fork_types")
        self.vm = importlib.import_module(f"{base}.vm")
        self.transactions = importlib.import_module(f"{base}.transactions")
        self.rlp = importlib.import_module("ethereum_rlp").rlp
        self.numeric = importlib.import_module("ethereum_types.numeric")
        self.bytes = importlib.import_module("ethereum_types.bytes")
        self.hash32 = importlib.import_module("ethereum.crypto.hash").Hash32
        self.chain_id = genesis["chain_id"]
        self.state = self.state_module.State()
        self.hashes: list[Any] = []
        for account in genesis["accounts"]:
            self._allocate(account)

    def _allocate(self, account: dict[str, Any]) -> None:
        numeric, state = self.numeric, self.state_module
        address = self.types.Address(bytes.fromhex(account["address"]))
        made = self.types.EMPTY_ACCOUNT
        state.set_account(self.state, address, made)
        for _ in range(account["nonce"]):
            state.increment_nonce(self.state, address)
        state.set_account_balance(self.state, address, numeric.U256(account["balance"]))
        if account["code"]:
            state.set_code(self.state, address, bytes.fromhex(account["code"]))
        for slot, value in account["storage"]:
            key = self.bytes.Bytes32(slot.to_bytes(32, "big"))
            state.set_storage(self.state, address, key, numeric.U256(value))

    def execute(self, block: dict[str, Any]) -> tuple[int, bytes]:
        """Execute one block; the gas it used and the state root it leads to."""
        if not self.hashes:
            self.hashes.append(self.hash32(bytes.fromhex(block["parent_hash"])))
        numeric = self.numeric
        fields = {
            "chain_id": numeric.U64(self.chain_id),
            "state": self.state,
            "block_gas_limit": numeric.Uint(block["gas_limit"]),
            "block_hashes": self.hashes[-ANCESTOR_HASHES_MAX:],
            "coinbase": self.types.Address(bytes.fromhex(block["coinbase"])),
            "number": numeric.Uint(block["number"]),
            "time": numeric.U256(block["timestamp"]),
            "difficulty": numeric.Uint(block["difficulty"]),
        }
        if block["base_fee"] is not None:
            fields["base_fee_per_gas"] = numeric.Uint(block["base_fee"])
        environment, output = self.vm.BlockEnvironment(**fields), self.vm.BlockOutput()
        for index, raw in enumerate(block["transactions"]):
            transaction = self._decode(bytes.fromhex(raw))
            self.fork.process_transaction(environment, output, transaction, numeric.Uint(index))
        self.hashes.append(self.hash32(bytes.fromhex(block["hash"])))
        return int(output.block_gas_used), self.state_module.state_root(self.state)

    def _decode(self, raw: bytes) -> Any:
        if raw[0] < 0x80:
            return self.transactions.decode_transaction(self.bytes.Bytes(raw))
        return self.rlp.decode_to(self.transactions.LegacyTransaction, raw)


def judge(lines: Iterator[str]) -> dict[str, Any]:
    started = time.monotonic()
    referee = Referee(json.loads(next(lines)))
    blocks = transactions = 0
    for line in lines:
        block = json.loads(line)
        try:
            gas_used, root = referee.execute(block)
        except Exception as error:  # noqa: BLE001 - whatever EELS raises is its refusal
            return {"block": block["number"], "field": "transactions", "reason": f"EELS refuses: {error!r}"}
        if gas_used != block["gas_used"]:
            reason = f"EELS uses {gas_used}, the header says {block['gas_used']}"
            return {"block": block["number"], "field": "gasUsed", "reason": reason}
        if root.hex() != block["state_root"]:
            reason = f"EELS reaches 0x{root.hex()}, the header says 0x{block['state_root']}"
            return {"block": block["number"], "field": "stateRoot", "reason": reason}
        blocks += 1
        transactions += len(block["transactions"])
    return {"blocks": blocks, "transactions": transactions, "seconds": round(time.monotonic() - started, 3)}


if __name__ == "__main__":
    print(json.dumps(judge(sys.stdin)))
