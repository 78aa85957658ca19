"""A decision of the board on its way: one proposes it, others sign the same words, until a majority has."""

from typing import Annotated

from bank_api.protocol.acts.parts import DecisionParts
from bank_api.protocol.signed import SignedBody, schema_of
from chaincode.typed_data import Decision


class DecisionBody(DecisionParts):
    """`decision` is signed by whoever proposed it. It goes as a file from hand to hand; the bank keeps none."""

    decision: Annotated[SignedBody, schema_of(Decision)]
