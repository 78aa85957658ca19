"""What every event is, and the two that every contract writes."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from chaincode.logs import Position
from chaincode.typed_data.eip712 import Bytes32

Hashes = Annotated[tuple[bytes, ...], "bytes32[]"]
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
