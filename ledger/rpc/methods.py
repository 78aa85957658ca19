"""The table of every method the ledger answers."""

from __future__ import annotations

from ..gossip import EXCHANGE_METHOD, ExchangeMethod
from ..node import Node
from .access_lists import AccessLists
from .call_many import CallMany
from .calls import Calls
from .chain_methods import ChainMethods
from .clique_methods import CliqueMethods
from .dispatcher import Access, Dispatcher, Method
from .fees import Fees
from .filters import FilterMethods
from .fork_config import ForkConfig
from .info import Info
from .logs import LogMethods
from .pool_methods import PoolMethods
from .proof_methods import ProofMethods
from .raw_methods import RawMethods
from .sending import Sending
from .simulations import Simulations
from .subscriptions import not_over_http
from .traces import Traces

MODULE_VERSION = "1.0"
"""Of every module, as in geth."""


def build_dispatcher(node: Node) -> Dispatcher:
    """A dispatcher over one node."""
    table: dict[str, Method] = {}
    reading = ChainMethods(node)
    table.update(_reading_methods(reading))
    table.update(_running_methods(node, reading))
    table.update(_info_methods(Info(node)))
    table.update(_fee_methods(Fees(node.chain)))
    table.update(_raw_methods(RawMethods(node)))
    table.update(_trace_methods(Traces(node)))
    table.update(_pool_methods(PoolMethods(node)))
    if node.chain.clique is not None:
        table.update(_clique_methods(CliqueMethods(node.chain)))
    if node.gossip is not None:
        table[EXCHANGE_METHOD] = Method(ExchangeMethod(node.gossip).exchange)
    table["eth_config"] = Method(ForkConfig(node.chain).config)
    modules = dict.fromkeys(sorted({name.split("_")[0] for name in table} | {"rpc"}), MODULE_VERSION)
    table["rpc_modules"] = Method(lambda params: modules)
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
    filters = FilterMethods(node, logs)
    proofs = ProofMethods(node.chain)
    return {
        "eth_getProof": Method(proofs.get_proof),
        "eth_getStorageValues": Method(proofs.get_storage_values),
        "eth_createAccessList": Method(AccessLists(node).create),
        "eth_call": Method(calls.call),
        "eth_estimateGas": Method(calls.estimate_gas),
        "eth_callMany": Method(CallMany(node).call_many),
        "eth_simulateV1": Method(Simulations(node).simulate),
        "eth_getLogs": Method(logs.get_logs),
        "eth_newFilter": Method(filters.new_filter),
        "eth_newBlockFilter": Method(filters.new_block_filter),
        "eth_newPendingTransactionFilter": Method(filters.new_pending_filter),
        "eth_getFilterChanges": Method(filters.changes),
        "eth_getFilterLogs": Method(filters.logs),
        "eth_uninstallFilter": Method(filters.uninstall),
        "eth_subscribe": Method(not_over_http),
        "eth_unsubscribe": Method(not_over_http),
        "eth_sendRawTransaction": Method(sending.send_raw, Access.WRITE),
        "eth_sendRawTransactionSync": Method(sending.send_raw_sync, Access.WRITE),
    }


def _info_methods(info: Info) -> dict[str, Method]:
    return {
        "eth_chainId": Method(info.chain_id),
        "eth_protocolVersion": Method(info.protocol_version),
        "eth_syncing": Method(info.syncing),
        "eth_capabilities": Method(info.capabilities),
        "eth_accounts": Method(info.accounts),
        "eth_mining": Method(info.mining),
        "eth_coinbase": Method(info.coinbase),
        "net_version": Method(info.network_version),
        "net_listening": Method(info.listening),
        "net_peerCount": Method(info.peer_count),
        "web3_clientVersion": Method(info.client_version),
        "web3_sha3": Method(info.sha3),
    }


def _fee_methods(fees: Fees) -> dict[str, Method]:
    return {
        "eth_gasPrice": Method(fees.gas_price),
        "eth_maxPriorityFeePerGas": Method(fees.max_priority_fee),
        "eth_baseFee": Method(fees.base_fee),
        "eth_blobBaseFee": Method(fees.blob_base_fee),
        "eth_feeHistory": Method(fees.fee_history),
    }


def _raw_methods(raw: RawMethods) -> dict[str, Method]:
    return {
        "debug_getRawBlock": Method(raw.block),
        "debug_getRawHeader": Method(raw.header),
        "debug_getRawReceipts": Method(raw.receipts),
        "debug_getRawTransaction": Method(raw.transaction),
        "eth_getRawTransactionByHash": Method(raw.transaction_by_hash),
        "eth_getRawTransactionByBlockNumberAndIndex": Method(raw.transaction_by_number_and_index),
        "eth_getRawTransactionByBlockHashAndIndex": Method(raw.transaction_by_hash_and_index),
    }


def _trace_methods(traces: Traces) -> dict[str, Method]:
    return {
        "debug_traceTransaction": Method(traces.transaction),
        "debug_traceBlockByNumber": Method(traces.block_by_number),
        "debug_traceBlockByHash": Method(traces.block_by_hash),
        "debug_traceBlock": Method(traces.block),
        "debug_traceCall": Method(traces.call),
        "debug_storageRangeAt": Method(traces.storage_range_at),
    }


def _pool_methods(pool: PoolMethods) -> dict[str, Method]:
    return {
        "txpool_status": Method(pool.status),
        "txpool_content": Method(pool.content),
        "txpool_contentFrom": Method(pool.content_from),
        "txpool_inspect": Method(pool.inspect),
    }


def _clique_methods(clique: CliqueMethods) -> dict[str, Method]:
    return {
        "clique_getSnapshot": Method(clique.snapshot),
        "clique_getSnapshotAtHash": Method(clique.snapshot_at_hash),
        "clique_getSigners": Method(clique.signers),
        "clique_getSignersAtHash": Method(clique.signers_at_hash),
        "clique_getSigner": Method(clique.signer),
        "clique_proposals": Method(clique.proposals),
        "clique_propose": Method(clique.propose, Access.ADMIN),
        "clique_discard": Method(clique.discard, Access.ADMIN),
        "clique_status": Method(clique.status),
    }
