"""A durable Clique (EIP-225) chain on py-evm, with standard JSON-RPC, export and replay.

Reading order: errors, genesis, forks, store, transactions, blocks, execution, clique, verify, chain,
txpool, permission, sealer, rpc, server, provider, export, replay.

The keccak backend is chosen here, before `eth_hash` is first used: safe-pysha3 hashes five times faster
than the default. A backend that the user named in the environment is left alone.
"""

import os

from .late_curves import load_curves_late

os.environ.setdefault("ETH_HASH_BACKEND", "pysha3")
load_curves_late()
