"""The table of every method the ledger answers."""

from __future__ import annotations

from ..node import Node
from .calls import Calls
from .chain_methods import ChainMethods
from .dispatcher import Access, Dispatcher, Method
from .info import Info
from .logs import LogMethods
from .sending import Sending


def build_dispatcher(node: Node) -> Dispatcher:
    """A dispatcher over one node."""
    table: dict[str, Method] = {}
    reading = ChainMethods(node)
    table.update(_reading_methods(reading))
    table.update(_running_methods(node, reading))
    table.update(_info_methods(Info(node)))
    return Dispatcher(table)


def _reading_methods(chain: ChainMethods) -> dict[str, Method]:
    return {
        "eth_blockNumber": Method(chain.block_number),
        "eth_getBlockByNumber": Method(chain.block_by_number),
        "eth_getBlockByHash": Method(chain.block_by_hash),
        "eth_getHeaderByNumber": Method(chain.header_by_number),
        "eth_getHeaderByHash": Method(chain.header_by_hash),
        "eth_getBlockTransactionCountByNumber": Method(chain.transaction_count_by_number),
        "eth_getBlockTransactionCountByHash": Method(chain.transaction_count_by_hash),
        "eth_getUncleCountByBlockNumber": Method(chain.uncle_count_by_number),
        "eth_getUncleCountByBlockHash": Method(chain.uncle_count_by_hash),
        "eth_getUncleByBlockNumberAndIndex": Method(chain.uncle_by_number),
        "eth_getUncleByBlockHashAndIndex": Method(chain.uncle_by_hash),
        "eth_getBlockReceipts": Method(chain.block_receipts),
        "eth_getTransactionByHash": Method(chain.transaction_by_hash),
        "eth_getTransactionByBlockNumberAndIndex": Method(chain.transaction_by_number_and_index),
        "eth_getTransactionByBlockHashAndIndex": Method(chain.transaction_by_hash_and_index),
        "eth_getTransactionReceipt": Method(chain.receipt),
        "eth_getBalance": Method(chain.balance),
        "eth_getCode": Method(chain.code),
        "eth_getTransactionCount": Method(chain.transaction_count),
        "eth_getStorageAt": Method(chain.storage_at),
    }


def _running_methods(node: Node, reading: ChainMethods) -> dict[str, Method]:
    calls, sending, logs = Calls(node), Sending(node, reading), LogMethods(node.chain)
    return {
        "eth_call": Method(calls.call),
        "eth_estimateGas": Method(calls.estimate_gas),
        "eth_getLogs": Method(logs.get_logs),
        "eth_sendRawTransaction": Method(sending.send_raw, Access.WRITE),
        "eth_sendRawTransactionSync": Method(sending.send_raw_sync, Access.WRITE),
    }


def _info_methods(info: Info) -> dict[str, Method]:
    return {
        "eth_chainId": Method(info.chain_id),
        "eth_syncing": Method(info.syncing),
        "eth_accounts": Method(info.accounts),
        "eth_mining": Method(info.mining),
        "eth_coinbase": Method(info.coinbase),
        "eth_gasPrice": Method(info.gas_price),
        "eth_maxPriorityFeePerGas": Method(info.max_priority_fee),
        "net_version": Method(info.network_version),
        "net_listening": Method(info.listening),
        "net_peerCount": Method(info.peer_count),
        "web3_clientVersion": Method(info.client_version),
        "web3_sha3": Method(info.sha3),
    }
