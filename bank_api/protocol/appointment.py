"""A guardian's appointment on its way: the words that a member of the board proposed, and the approvals under them.

It travels as a file from hand to hand until a majority has signed; then the operator carries it to the bank.
"""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Body, Signature
from bank_api.protocol.signed import SignedBody, schema_of
from chaincode.typed_data import Appointment


class AppointmentBody(Body):
    """`appointment` is signed by whoever proposed it; the approvals sign the same words, in any order."""

    appointment: Annotated[SignedBody, schema_of(Appointment)]
    approvals: Annotated[list[Signature], Field(max_length=15, default_factory=list)]
