"""What the bank adds to an act that somebody signed: what must hold before, what is kept beside, what comes after.

Most acts need nothing of it: they are carried to the ledger, whose contract judges them.
"""

import os
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from anyio import CapacityLimiter, to_thread

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import NotAuthenticatedError
from bank_api.hands import Hands, Within
from bank_api.protocol.acts import Parts
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from chaincode.bindings import Outcome
from chaincode.typed_data import Signed, SignedStruct

S = TypeVar("S", bound=SignedStruct)
P = TypeVar("P", bound=Parts)
T = TypeVar("T")

Submit = Callable[[Any], Awaitable[Outcome]]
"""Hands an item to the act's lane; its outcome comes once the block is sealed."""


@dataclass(frozen=True, slots=True)
class Sent(Generic[S, P]):
    """An act as it came in."""

    signed: Signed[S]
    parts: P
    sender: Caller | None = None
    """None where a stranger may send it."""

    @property
    def words(self) -> S:
        """What was signed."""
        return self.signed.struct

    @property
    def caller(self) -> Caller:
        if self.sender is None:
            raise NotAuthenticatedError
        return self.sender


async def carry(_bank: Bank, sent: Sent[Any, Any], submit: Submit) -> Receipt:
    """Nothing but the way to the ledger."""
    return receipt(await submit(sent.signed))


async def looked_up(bank: Bank, ask: Callable[..., T], *arguments: Any) -> T:
    """What `ask` finds in the bank's own database, as of one moment, without waiting for anybody else."""

    def found() -> T:
        with bank.database.reading():
            return ask(*arguments)

    return await bank.database.asked(found)


async def computed(work: Callable[..., T], *arguments: Any) -> T:
    """Long cryptography, in a thread: no more at once than there are processors, or they would only take turns."""
    return await to_thread.run_sync(work, *arguments, limiter=_COMPUTING)


async def computed_together(work: Callable[..., T], *arguments: Any, within: Within = nullcontext) -> T:
    """Cryptography of which many ask, each for little, off the event loop. Raises what `work` raises.

    `within` opens what those have in common who are served one after the other.
    """
    return await _OPENING.do(partial(work, *arguments), within)


_COMPUTING = CapacityLimiter(os.cpu_count() or 1)
COMPUTED_AT_ONCE = 32
"""Some milliseconds, after which whoever has been waiting is told."""
_OPENING = Hands(1, COMPUTED_AT_ONCE, _COMPUTING)
"""A thread at a time works, which is one processor's: what is not native code takes turns in any case."""


@dataclass(frozen=True, slots=True)
class Flow:
    take: Callable[[Bank, Any, Submit], Awaitable[Receipt]] = carry
    """From an act that came in to its receipt, by way of the lane."""
    record: Callable[[Bank, Sequence[Any]], Sequence[Outcome | Exception]] | None = None
    """The lane's work on a batch of items, where it is more than relaying them."""
    same: Callable[[Any], Hashable] = id
    """What two sendings of one act have in common, where the second must wait until the first is answered."""
