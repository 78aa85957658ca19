"""The audit of the demo: in a process of its own that imports nothing of the bank."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.stage.acts import Story
from scripts.stage.cast import Company
from scripts.stage.processes import StageError


def replay(folder: Path) -> dict[str, Any]:
    """`azukari audit replay FOLDER --json`: the verdict as the auditor's own process gives it."""
    return _audit("replay", str(folder))


def ask(nodes: Sequence[str], deployment: Path) -> dict[str, Any]:
    """`azukari audit network --json`: the same of nodes that an auditor asks, where nothing can be executed again."""
    named = [word for url in nodes for word in ("--ledger", url)]
    return _audit("network", *named, "--deployment", str(deployment))


def _audit(*words: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "wallet_cli", "audit", *words, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise StageError(f"the audit could not run ({done.returncode}):\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    verdict: dict[str, Any] = json.loads(done.stdout)
    return verdict


def summary(company: Company, story: Story, verdict: dict[str, Any], seconds: dict[str, float]) -> dict[str, Any]:
    """The demo's result as one JSON object; the books are the bank's, the verdict the auditor's."""
    books = company.operator.client.operator.summary()
    return {
        "members": books.members,
        "answers": books.answers,
        "consents_given": story.counts["consents_given"],
        "consents_refused": story.counts["consents_refused"],
        "consents_withdrawn": story.counts["consents_withdrawn"],
        "releases": [
            {key: one[key] for key in ("request", "rows", "suppressed", "k", "loss")} for one in story.releases
        ],
        "coins_granted": books.coins["granted"],
        "coins_spent": books.coins["burnt"],
        "coins_supply": books.coins["supply"],
        "coupons_issued": books.coupons_issued,
        "coupons_redeemed": books.coupons_redeemed,
        "escrow_recovered": books.escrows_opened > 0,
        "killed": story.killed,
        "refused": [{"attempt": attempt, "answer": answer} for attempt, answer in story.refusals],
        "audit": {key: verdict[key] for key in ("blocks", "transactions", "events", "verdict", "nodes_asked")}
        | {"statement": verdict.get("statement", verdict["verdict"])}
        | _storage(verdict),
        "seconds": seconds,
    }


def _storage(verdict: dict[str, Any]) -> dict[str, int]:
    """How many slots of the contracts were made again from the records, and of how many contracts the storage root."""
    contracts = verdict["storage"]
    return {
        "storage_slots": sum(one["slots"] for one in contracts),
        "storage_slots_by_value": sum(one["by_value"] for one in contracts),
        "contracts": len(contracts),
        "storage_roots": sum(one["root_rebuilt"] for one in contracts),
    }
