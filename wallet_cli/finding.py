"""One falsehood, as an auditor reports it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is false: where, what, why."""

    block: int | None
    field: str
    """The field of the block, the event, or the contract's view."""
    reason: str
