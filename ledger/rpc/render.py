"""Chain objects as the JSON that the execution-apis specification describes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from eth._utils.address import generate_contract_address
from eth.abc import BlockHeaderAPI
from eth.vm.forks.cancun.constants import GAS_PER_BLOB
from eth_typing import Address

from .. import rlp_codec
from ..blocks import Block, encode_block, header_items
from ..receipts import BLOOM_BYTES, Log, Receipt
from ..transactions import SignedTransaction

LEGACY, ACCESS_LIST, DYNAMIC_FEE, BLOB, SET_CODE = range(5)

HEADER_FIELDS: tuple[tuple[str, str, int | None], ...] = (
    # JSON name, py-evm name, byte length (None for a quantity)
    ("parentHash", "parent_hash", 32),
    ("sha3Uncles", "uncles_hash", 32),
    ("miner", "coinbase", 20),
    ("stateRoot", "state_root", 32),
    ("transactionsRoot", "transaction_root", 32),
    ("receiptsRoot", "receipt_root", 32),
    ("difficulty", "difficulty", None),
    ("number", "block_number", None),
    ("gasLimit", "gas_limit", None),
    ("gasUsed", "gas_used", None),
    ("timestamp", "timestamp", None),
    ("extraData", "extra_data", 0),
    ("mixHash", "mix_hash", 32),
    ("nonce", "nonce", 8),
    ("baseFeePerGas", "base_fee_per_gas", None),
    ("withdrawalsRoot", "withdrawals_root", 32),
    ("blobGasUsed", "blob_gas_used", None),
    ("excessBlobGas", "excess_blob_gas", None),
    ("parentBeaconBlockRoot", "parent_beacon_block_root", 32),
    ("requestsHash", "requests_hash", 32),
)


def hex_bytes(value: bytes) -> str:
    return "0x" + value.hex()


def hex_bloom(bloom: int) -> str:
    return hex_bytes(bloom.to_bytes(BLOOM_BYTES, "big"))


def header_json(header: Any) -> dict[str, Any]:
    known = set(header._meta.field_names)
    body: dict[str, Any] = {"hash": hex_bytes(header.hash), "logsBloom": hex_bloom(header.bloom)}
    for name, attribute, length in HEADER_FIELDS:
        if attribute in known:
            value = getattr(header, attribute)
            body[name] = hex(value) if length is None else hex_bytes(value)
    return body


def block_json(block: Block, full: bool) -> dict[str, Any]:
    body = header_json(block.header)
    body["size"] = hex(len(block.raw))
    if full:
        body["transactions"] = [
            transaction_json(transaction, block.header, index) for index, transaction in enumerate(block.transactions)
        ]
    else:
        body["transactions"] = [hex_bytes(transaction.hash) for transaction in block.transactions]
    body["uncles"] = [hex_bytes(uncle.hash) for uncle in block.uncles]
    if block.withdrawals is not None:
        body["withdrawals"] = [
            {
                "index": hex(withdrawal.index),
                "validatorIndex": hex(withdrawal.validator_index),
                "address": hex_bytes(withdrawal.address),
                "amount": hex(withdrawal.amount),
            }
            for withdrawal in block.withdrawals
        ]
    return body


def uncle_json(uncle: BlockHeaderAPI) -> dict[str, Any]:
    """An uncle is shown as a block without transactions; its size is that of such a block."""
    body = header_json(uncle)
    body["size"] = hex(len(encode_block(uncle, ())))
    body["uncles"] = []
    return body


def transaction_json(
    transaction: SignedTransaction, header: BlockHeaderAPI | None, index: int | None
) -> dict[str, Any]:
    """A transaction; without a header it is one that still waits."""
    inner: Any = transaction.inner
    body: dict[str, Any] = {
        "blockHash": hex_bytes(header.hash) if header else None,
        "blockNumber": hex(header.block_number) if header else None,
        "blockTimestamp": hex(header.timestamp) if header else None,
        "from": hex_bytes(transaction.sender),
        "gas": hex(inner.gas),
        "gasPrice": hex(effective_gas_price(transaction, header)),
        "hash": hex_bytes(transaction.hash),
        "input": hex_bytes(inner.data),
        "nonce": hex(inner.nonce),
        "to": hex_bytes(inner.to) if inner.to else None,
        "transactionIndex": hex(index) if index is not None else None,
        "value": hex(inner.value),
        "type": hex(transaction.type),
        "r": hex(inner.r),
        "s": hex(inner.s),
    }
    if transaction.type == LEGACY:
        body["v"] = hex(inner.v)
        if transaction.replay_protected:
            body["chainId"] = hex((inner.v - 35) // 2)
        return body
    body["chainId"] = hex(inner.chain_id)
    body["v"] = body["yParity"] = hex(inner.y_parity)
    body["accessList"] = access_list_json(inner.access_list)
    if transaction.type >= DYNAMIC_FEE:
        body["maxFeePerGas"] = hex(inner.max_fee_per_gas)
        body["maxPriorityFeePerGas"] = hex(inner.max_priority_fee_per_gas)
    if transaction.type == BLOB:
        body["maxFeePerBlobGas"] = hex(inner.max_fee_per_blob_gas)
        body["blobVersionedHashes"] = [hex_bytes(item) for item in inner.blob_versioned_hashes]
    if transaction.type == SET_CODE:
        body["authorizationList"] = [_authorization_json(entry) for entry in inner.authorization_list]
    return body


def access_list_json(access_list: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "address": hex_bytes(address),
            "storageKeys": [hex_bytes(slot.to_bytes(32, "big")) for slot in slots],
        }
        for address, slots in access_list
    ]


def receipt_json(
    block: Block, receipts: Sequence[Receipt], index: int, first_log_index: int, blob_base_fee: int | None
) -> dict[str, Any]:
    receipt, transaction = receipts[index], block.transactions[index]
    before = receipts[index - 1].cumulative_gas_used if index else 0
    inner: Any = transaction.inner
    created = None
    if not inner.to:
        created = hex_bytes(generate_contract_address(Address(transaction.sender), inner.nonce))
    body: dict[str, Any] = {
        "blockHash": hex_bytes(block.header.hash),
        "blockNumber": hex(block.number),
        "contractAddress": created,
        "cumulativeGasUsed": hex(receipt.cumulative_gas_used),
        "effectiveGasPrice": hex(effective_gas_price(transaction, block.header)),
        "from": hex_bytes(transaction.sender),
        "gasUsed": hex(receipt.cumulative_gas_used - before),
        "logs": logs_json(enumerate(receipt.logs, first_log_index), block, index),
        "logsBloom": hex_bloom(receipt.bloom),
        "to": hex_bytes(inner.to) if inner.to else None,
        "transactionHash": hex_bytes(transaction.hash),
        "transactionIndex": hex(index),
        "type": hex(transaction.type),
    }
    if len(receipt.status) == 32:
        body["root"] = hex_bytes(receipt.status)
    else:
        body["status"] = "0x1" if receipt.succeeded else "0x0"
    if transaction.type == BLOB and blob_base_fee is not None:
        body["blobGasUsed"] = hex(GAS_PER_BLOB * len(inner.blob_versioned_hashes))
        body["blobGasPrice"] = hex(blob_base_fee)
    return body


def logs_json(logs: Iterable[tuple[int, Log]], block: Block, transaction_index: int) -> list[dict[str, Any]]:
    """Logs of one transaction, each with its index in the block; where they stand is spelt once for all."""
    number, index = hex(block.number), hex(transaction_index)
    transaction_hash = hex_bytes(block.transactions[transaction_index].hash)
    block_hash, timestamp = hex_bytes(block.header.hash), hex(block.header.timestamp)
    return [
        {
            "address": "0x" + log.address.hex(),
            "topics": ["0x" + topic.hex() for topic in log.topics],
            "data": "0x" + log.data.hex(),
            "blockNumber": number,
            "transactionHash": transaction_hash,
            "transactionIndex": index,
            "blockHash": block_hash,
            "blockTimestamp": timestamp,
            "logIndex": hex(log_index),
            "removed": False,
        }
        for log_index, log in logs
    ]


def effective_gas_price(transaction: SignedTransaction, header: BlockHeaderAPI | None) -> int:
    inner: Any = transaction.inner
    if transaction.type < DYNAMIC_FEE:
        return int(inner.gas_price)
    base_fee = getattr(header, "base_fee_per_gas", None) if header is not None else None
    if base_fee is None:
        return int(inner.max_fee_per_gas)
    return int(min(inner.max_fee_per_gas, base_fee + inner.max_priority_fee_per_gas))


def raw_header(header: BlockHeaderAPI) -> str:
    return hex_bytes(rlp_codec.encode(header_items(header)))


def _authorization_json(entry: Any) -> dict[str, Any]:
    return {
        "chainId": hex(entry.chain_id),
        "address": hex_bytes(entry.address),
        "nonce": hex(entry.nonce),
        "yParity": hex(entry.y_parity),
        "r": hex(entry.r),
        "s": hex(entry.s),
    }
