"""A seat on its way: the words that a member of the board proposed, and the approvals that gather under them.

It travels as a file from hand to hand until a majority has signed, then as a request to the bank; the bank keeps
nothing of it before the ledger does.
"""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Body, EncryptionKey, Short, Signature
from bank_api.protocol.signed import SignedBody, schema_of
from chaincode.typed_data import Seat


class SeatBody(Body):
    """`seat` is signed by whoever proposed it; the approvals sign the same words, in any order."""

    seat: Annotated[SignedBody, schema_of(Seat)]
    name: Short
    """What people read of who is taken in; it is no part of the words."""
    encryption_key: EncryptionKey | None = None
    approvals: Annotated[list[Signature], Field(max_length=15, default_factory=list)]
