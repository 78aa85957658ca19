"""What nodes mean by their error messages, engine by engine: no code tells them apart, so their words do.

Seen at our ledger, geth v1.13.15, anvil 1.7.1 and cosmos/evm v0.3.2 (docs/engines.md).
"""

import re
from enum import Enum, auto

_NO_ANSWER = (
    "invalid height",
    "context did not contain latest block height",
    "the node is busy: ",
    "execution aborted (timeout",
)
"""A node of cosmos/evm that has just started, until it knows its newest block; one of ours that has too much to run;
ours and geth when a call took longer by the clock than they let it, as a large release does on a busy machine."""
_NO_RECEIPT = ("indexing is in progress", "tx not found", "transaction not found")
"""What geth says of every unknown transaction until it has looked through its first blocks, and what cosmos/evm says of
one that waits."""
_TAKEN = ("already known", "already imported", "known transaction", "already in", "already exists in cache")
_USED = ("nonce too low", "nonce is too low", "replacement transaction", "nonce already used")
_GOT_EXPECTED = re.compile(r"invalid nonce; got (\d+), expected (\d+)")
_ONLY_FOLLOWS = "this node only follows"


class Offer(Enum):
    """What became of a transaction that was handed in."""

    TAKEN = auto()
    """It waits, or is sealed already."""
    USED = auto()
    """Another one has its nonce, or it is sealed itself."""
    EARLY = auto()
    """The node misses the one before it: to be handed in again soon."""


def offer_meant(message: str) -> Offer | None:
    """What a refusal of a transaction means; None for one that is meant."""
    said = message.lower()
    if found := _GOT_EXPECTED.search(said):
        got, expected = map(int, found.groups())
        return Offer.USED if got < expected else Offer.EARLY
    if any(words in said for words in _TAKEN):
        return Offer.TAKEN
    return Offer.USED if any(words in said for words in _USED) else None


def is_no_answer(message: str) -> bool:
    """Whether the node only says that it cannot answer yet."""
    return any(words in message for words in _NO_ANSWER)


def is_no_receipt(message: str) -> bool:
    """Whether a question for a receipt was answered by words instead of null."""
    return any(words in message for words in _NO_RECEIPT)


def only_follows(message: str) -> bool:
    """Whether a node of ours says that transactions are another's to take."""
    return message.startswith(_ONLY_FOLLOWS)
