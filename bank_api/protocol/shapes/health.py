"""How a bank is, for its operator: no figure names a member."""

from typing import Literal

from pydantic import Field

from bank_api.protocol.fields import Shape

Trouble = Literal[
    "node-silent",
    "node-behind",
    "ledger-silent",
    "index-behind",
    "batches-failed",
    "faults",
    "disk-low",
    "store-silent",
    "notices-given-up",
    "webhooks-stopped",
    "rotation-waits",
]
"""What somebody has to do something about; `desk-trouble-…` says what it means and what to do."""


class NodeHealth(Shape):
    name: str
    """Host and port."""
    block_number: int | None
    """The newest; None where the node does not answer."""


class RequestsHealth(Shape):
    """Since the process that answers was started."""

    since: int
    answered: int
    faults: int
    """Status 500: a mistake of this program's."""
    too_many: int
    """Status 429."""
    batches: int
    """Of acts, that the ledger took."""
    batches_failed: int
    """Without a receipt."""


class DiskHealth(Shape):
    free_bytes: int
    whole_bytes: int


class StoreHealth(Shape):
    """A store besides the bank's own: an offer by its name, or `own` for all servers that people brought."""

    name: str
    people: int
    silent: int
    """Of them, those whose server did not answer when it was asked last."""


class NoticesHealth(Shape):
    """Of what is told by e-mail and webhook."""

    waiting: int
    """Did not arrive yet; they are tried again for two days."""
    given_up: int
    webhooks: int
    webhooks_stopped: int


class RotationHealth(Shape):
    """A new release key, to which documents pass."""

    accounts: int
    done: int
    waiting: int
    """Accounts whose store did not answer."""


class OperatorHealth(Shape):
    time: int
    trouble: list[Trouble] = Field(examples=[["disk-low"]])
    nodes: list[NodeHealth]
    block_time: int
    """Of the newest block that was read; 0 before the first."""
    index_block: int
    silent_seconds: int
    """Since the bank last heard from the ledger."""
    requests: RequestsHealth
    disk: DiskHealth
    stores: list[StoreHealth]
    notices: NoticesHealth
    rotation: RotationHealth | None
