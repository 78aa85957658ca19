"""Share drills from hand to hand: whoever has a document in escrow asks, a custodian answers, nothing is opened.

The one who asks makes a fresh challenge; an answer proves, to who has the escrow's terms, that the share is at hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Body, Id
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.escrows import EscrowView
from chaincode.ids import to_hex
from pds_adapter.errors import EscrowError
from pds_adapter.escrow.drills import check_possession, prove_possession
from pds_adapter.escrow.group import Scalar
from pds_adapter.escrow.proofs import Proof
from pds_adapter.escrow.shares import EscrowShare
from pds_adapter.escrow.terms import EscrowTerms
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.messages import Messages
from wallet_cli.signing.signer import Signer

SCALAR_BYTES = 32


class Drill(Body):
    """What is asked: of which escrow, by which challenge."""

    escrow_id: Id
    challenge: Id


class DrillAnswer(Body):
    escrow_id: Id
    challenge: Id
    index: Annotated[int, Field(ge=1, le=255)]
    proof: Annotated[str, Field(pattern=f"^0x[0-9a-f]{{{4 * SCALAR_BYTES}}}$")]


@dataclass(frozen=True)
class Drilled:
    """What became of one custodian of a drilled escrow."""

    custodian: str
    index: int
    holds: bool | None
    """None where nobody answered."""
    why: str | None = None


def ask_drill(signer: Signer, escrow: EscrowView) -> Drill:
    return Drill(escrow_id=escrow.escrow_id, challenge=to_hex(signer.randomness(SCALAR_BYTES)))


@translated_errors()
def answer_drill(signer: Signer, share: EscrowShare, drill: Drill) -> DrillAnswer:
    if share.epoch == 0 and to_hex(share.escrow_id) != drill.escrow_id:
        raise InputError("DRILL", said("rule-drill-of-another", escrow=drill.escrow_id))
    proof = prove_possession(share, bytes.fromhex(drill.challenge[2:]), signer.randomness)
    return DrillAnswer(**drill.model_dump(), index=share.index, proof="0x" + proof.to_bytes().hex())


def check_drill(
    say: Messages, escrow: EscrowView, terms: EscrowTerms, drill: Drill, answers: Sequence[DrillAnswer]
) -> list[Drilled]:
    """Each custodian in the policy's order. An answer to another drill is unusable; a false one is a finding."""
    given = {}
    for answer in answers:
        if (answer.escrow_id, answer.challenge) != (drill.escrow_id, drill.challenge):
            raise InputError("ANSWERS", said("rule-drill-of-another", escrow=answer.escrow_id))
        given[answer.index] = answer
    found = []
    for index, custodian in enumerate(escrow.custodians, start=1):
        if index not in given:
            found.append(Drilled(custodian, index, None))
            continue
        try:
            check_possession(index, _proof(given[index].proof), bytes.fromhex(drill.challenge[2:]), terms)
        except EscrowError as error:
            found.append(Drilled(custodian, index, False, fault(error).told(say)))
        else:
            found.append(Drilled(custodian, index, True))
    return found


def _proof(text: str) -> Proof:
    data = bytes.fromhex(text[2:])
    return Proof(Scalar(data[:SCALAR_BYTES]), Scalar(data[SCALAR_BYTES:]))
