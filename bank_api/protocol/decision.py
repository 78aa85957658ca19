"""A decision of the board, or the end of an approval, on its way: one proposes it, others sign until a majority has."""

from typing import Annotated

from bank_api.protocol.acts.parts import ApprovalRevocationParts, DecisionParts
from bank_api.protocol.signed import SignedBody, schema_of
from chaincode.typed_data import ApprovalRevocation, Decision


class DecisionBody(DecisionParts):
    """`decision` is signed by whoever proposed it. It goes as a file from hand to hand; the bank keeps none."""

    decision: Annotated[SignedBody, schema_of(Decision)]


class ApprovalRevocationBody(ApprovalRevocationParts):
    """The words by which an approval is taken back; a file like that of a decision."""

    approval_revocation: Annotated[SignedBody, schema_of(ApprovalRevocation)]
