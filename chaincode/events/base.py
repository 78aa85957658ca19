"""What every event is, the two that every contract writes, and how an event shows that something was done."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Annotated, ClassVar

from chaincode.logs import Position
from chaincode.typed_data.eip712 import Bytes32

Uint16s = Annotated[tuple[int, ...], "uint16[]"]
Uint256s = Annotated[tuple[int, ...], "uint256[]"]
Reason = Annotated[str, "string"]

ANY_CONTRACT = "*"


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something a contract recorded; `position` says where in the chain."""

    CONTRACT: ClassVar[str]
    position: Position | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Refused(Event):
    """One item of a batch was refused; `contract` wrote this, the reason names the one that refused."""

    CONTRACT: ClassVar[str] = ANY_CONTRACT
    id: Bytes32
    reason: Reason
    contract: str = field(kw_only=True)


@dataclass(frozen=True)
class Repeated(Event):
    """One item was sent again with the same content: nothing changed."""

    CONTRACT: ClassVar[str] = ANY_CONTRACT
    id: Bytes32
    contract: str = field(kw_only=True)


@dataclass(frozen=True)
class Sign:
    """The event that a contract writes once for each thing that it does; not doing it is told by `Refused`."""

    event: type[Event]
    id_field: str | None = None
    """The event's field that holds the thing's id; None if it does not say it."""
    states: tuple[IntEnum, ...] = ()
    """What the event's `state` is one of, where one event tells of several things."""

    def shows(self, event: Event) -> bool:
        return isinstance(event, self.event) and (not self.states or getattr(event, "state", None) in self.states)

    def id_in(self, event: Event) -> bytes | None:
        """Return the id that an event shown by this names, if it names one."""
        return bytes(getattr(event, self.id_field)) if self.id_field is not None else None
