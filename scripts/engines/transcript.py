"""What a told story leaves, without what only one engine has: block numbers, hashes and the time of day.

A moment in an event (from when an escrow may be opened or somebody may act, until when a release must be deleted, when
a draw's windows end) is written as seconds after the event or the moment it is reckoned from.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass
from enum import IntEnum, IntFlag
from typing import Any

from chaincode.bindings import Contracts
from chaincode.events import (
    Delegated,
    DeletionAttested,
    Disclosed,
    DrawOpened,
    Event,
    GuardiansNamed,
    OpeningRequested,
    RecoveryBegun,
)
from chaincode.ids import to_hex


@dataclass(frozen=True)
class Transcript:
    """Equal on two engines if they did the same."""

    deployment: dict[str, Any]
    """Addresses and code hashes by contract."""
    notes: list[dict[str, Any]]
    """What the faces answered, act by act."""
    events: list[dict[str, Any]]
    """What the contracts recorded, decoded, in chain order."""
    reads: dict[str, Any]
    """What the contracts hold in the end."""
    statuses: list[tuple[int, bool]]
    """The operator's transactions: nonce, and whether it succeeded."""

    def digest(self) -> str:
        """One short name for all of it."""
        text = json.dumps([getattr(self, field.name) for field in fields(self)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Figures:
    """What telling the story cost; this may differ between engines."""

    blocks: int
    transactions: int
    gas: tuple[int, ...]
    """By the operator's nonce."""
    seconds: float


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, bytes):
        return to_hex(value)
    if isinstance(value, IntEnum | IntFlag):
        return int(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def recorded(bank: Contracts) -> list[dict[str, Any]]:
    """Return everything the contracts recorded."""
    disclosed_at: dict[bytes, int] = {}
    found = []
    for event in bank.events():
        entry = {field.name: plain(getattr(event, field.name)) for field in fields(event) if field.name != "position"}
        if isinstance(event, Disclosed):
            disclosed_at[event.release_id] = _time(event)
        elif isinstance(event, DeletionAttested):
            entry["due_at"] -= disclosed_at[event.release_id]
        elif isinstance(event, Delegated | GuardiansNamed):
            entry["since"] -= _time(event)
        elif isinstance(event, RecoveryBegun):
            entry["ready_at"] -= _time(event)
        elif isinstance(event, OpeningRequested):
            entry["not_before"] -= _time(event)
        elif isinstance(event, DrawOpened):
            for moment in ("refunds_from", "closes_at"):
                entry[moment] -= event.closes_at
        found.append({"event": type(event).__name__} | entry)
    return found


def _time(event: Event) -> int:
    if event.position is None or event.position.timestamp is None:
        raise ValueError("an event read from a chain has a time")
    return event.position.timestamp
