"""What every part of the model stands on: a refusal, and the account of who may act.

The model says the contracts' rules a second time, in plain Python. It changes state in one way only, by applying
events, so the state that an auditor folds from the ledger's events and the state the model reaches by acting are the
same thing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chaincode.events import Event, Repeated
from chaincode.ids import EMPTY_ID
from chaincode.typed_data import SignedStruct

S = TypeVar("S", bound=SignedStruct)
Emit = Callable[[Event], None]

ANY_ROLE = 0
MEMBER, PARTNER, SHOP, OPERATOR, BOARD, CUSTODIAN, AUDITOR = (1 << bit for bit in range(7))
EXCLUSIVE = MEMBER | PARTNER | OPERATOR | BOARD | CUSTODIAN
"""Of these an account has at most one."""
APPOINTED = PARTNER | SHOP | OPERATOR | BOARD | CUSTODIAN | AUDITOR


AHEAD_SECONDS = 3600
"""How far ahead of the ledger a sequence, a wallet's clock in milliseconds, may be."""

HOLDER_ALONE = 0
SCOPES = {
    "survey": 1,
    "consent": 2,
    "rule": 2,
    "coin": 4,
    "coupon": 8,
    "escrow": 16,
    "request": 32,
    "disclosure": 64,
    "draw": 128,
    "recovery": HOLDER_ALONE,
}
"""What a delegate needs to be let do, by contract."""
SCOPE_MAXIMUM = 255


class Refusal(Exception):  # noqa: N818 -- it is an answer of the model, not an error
    """The rules say no."""

    def __init__(self, contract: str, reason: str) -> None:
        super().__init__(f"{contract}: {reason}")
        self.contract = contract
        self.reason = reason


REVERTED = ("unknown", "reverted without a reason")
"""What a locked door says: nothing."""


@dataclass(frozen=True)
class Said(Generic[S]):
    """A struct and the key that signed it, as the contract recovers it; None if the signature is malformed."""

    struct: S
    key: str | None


class Digests:
    """Which message was taken under which id: the one thing the contracts hold that no event tells."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, bytes], Any] = {}

    def is_taken(self, kind: str, item: bytes) -> bool:
        return (kind, item) in self._taken

    def is_same(self, kind: str, item: bytes, content: Any) -> bool:
        return (kind, item) in self._taken and self._taken[kind, item] == content

    def taken(self, kind: str, item: bytes) -> Any:
        return self._taken[kind, item]

    def take(self, kind: str, item: bytes, content: Any) -> None:
        self._taken[kind, item] = content


def is_repeated(
    digests: Digests, emit: Emit, contract: str, item: bytes, content: Any, *, kind: str | None = None
) -> bool:
    """Tell whether the same was taken under this id before, as an event then says; refuse an id that is not new.

    `kind` names a space of ids beside the contract's own.
    """
    space = contract if kind is None else kind
    if digests.is_same(space, item, content):
        emit(Repeated(item, contract=contract))
        return True
    require(item != EMPTY_ID and not digests.is_taken(space, item), contract, "id already used")
    return False


def check_later(contract: str, sequence: int, last: int, now: int) -> None:
    """Refuse words that were signed before others which stand already, or by a clock that goes far ahead."""
    require(sequence > last, contract, "a later word stands")
    require(sequence <= (now + AHEAD_SECONDS) * 1000, contract, "sequence is of the future")


def outdating(sequence: int, now: int) -> int:
    """Return up to where a word that ends something outdates others: not beyond now."""
    return min(sequence, now * 1000 + 999)


def require(holds: bool, contract: str, reason: str) -> None:
    """Refuse unless a rule holds."""
    if not holds:
        raise Refusal(contract, reason)
