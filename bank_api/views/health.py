"""How the bank is, as it knows itself: by its figures, its index, its books, and its nodes when asked."""

import shutil
from typing import Any

from bank_api import release_keys
from bank_api.bank import Bank
from bank_api.protocol.shapes.health import Trouble
from pds_adapter.stores.places import OWN

SILENT_SECONDS = 10
"""As `/v1/ready` has it."""
BEHIND_BLOCKS = 2
LOW_SHARE = 0.1
"""Of the disk that holds the data."""


def operator_health(bank: Bank) -> dict[str, Any]:
    """`protocol.shapes.health.OperatorHealth`. Asks the nodes for their heads, and waits for those that are silent."""
    heads = bank.transactor.node.heads()
    disk = shutil.disk_usage(bank.settings.data)
    found: dict[str, Any] = {
        "time": bank.ledger_time(),
        "nodes": [{"name": name, "block_number": head} for name, head in heads],
        "block_time": bank.newest_block_time,
        "index_block": bank.index.reached,
        "silent_seconds": int(bank.follower.silent_seconds),
        "requests": bank.figures.since_start(),
        "disk": {"free_bytes": disk.free, "whole_bytes": disk.total},
        "stores": [{"name": one.name, "people": one.people, "silent": one.silent} for one in bank.pds.elsewhere()],
        "notices": bank.notices.standing(),
        "rotation": _rotation(bank),
    }
    return found | {"trouble": _trouble(found, bank.settings.confirmations)}


def _rotation(bank: Bank) -> dict[str, int] | None:
    told = release_keys.progress_of(bank.settings.data)
    if told is None or told.is_finished:
        return None
    return {"accounts": told.accounts, "done": told.done, "waiting": told.waiting}


def _trouble(found: dict[str, Any], confirmations: int) -> list[Trouble]:
    """What somebody has to do something about, the worst first."""
    heads = [one["block_number"] for one in found["nodes"] if one["block_number"] is not None]
    best = max(heads, default=0)
    asked, notices, rotation = found["requests"], found["notices"], found["rotation"]
    kinds: dict[Trouble, bool] = {
        "ledger-silent": not heads or found["silent_seconds"] > SILENT_SECONDS,
        "node-silent": 0 < len(heads) < len(found["nodes"]),
        "node-behind": any(best - head > BEHIND_BLOCKS for head in heads),
        "index-behind": best - confirmations - found["index_block"] > BEHIND_BLOCKS,
        "faults": asked["faults"] > 0,
        "batches-failed": asked["batches_failed"] > 0,
        "disk-low": found["disk"]["free_bytes"] < LOW_SHARE * found["disk"]["whole_bytes"],
        "store-silent": any(one["silent"] for one in found["stores"] if one["name"] != OWN),  # a member's own is theirs
        "rotation-waits": rotation is not None and rotation["waiting"] > 0,
        "notices-given-up": notices["given_up"] > 0,
        "webhooks-stopped": notices["webhooks_stopped"] > 0,
    }
    return [kind for kind, holds in kinds.items() if holds]
