"""What several on the board sign about a request: the words of the one who proposes."""

from bank_api.protocol.acts import DecisionParts
from bank_api.protocol.decision import DecisionBody
from bank_api.protocol.documents.request import note_hash
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.requests import RequestView
from bank_api.protocol.signed import SignedBody, read_signed
from chaincode.ids import id_from_hex, to_hex
from chaincode.typed_data import Decision
from wallet_cli.errors import EvidenceError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.draft import Draft
from wallet_cli.signing.partner import decide_request
from wallet_cli.signing.request_words import words_of
from wallet_cli.signing.signer import Signer

WORDS_SECONDS = 30 * 86400
"""They go from hand to hand: the words stay good for a month."""


def propose_decision(signer: Signer, request: RequestView, *, approved: bool, note: str) -> DecisionBody:
    """The first signature under the words; it counts as an approval."""
    draft = decide_request(signer, request, approved=approved, note=note, seconds=WORDS_SECONDS)
    signed = SignedBody.model_validate(draft.signed.to_json())
    return DecisionBody(decision=signed, note=note, salt=draft.parts.salt, approvals=[])


@translated_errors()
def request_of(body: DecisionBody) -> str:
    """The id of the request that is decided."""
    return to_hex(read_signed(Decision, body.decision, "decision").struct.request_id)


@translated_errors()
def decision_of(body: DecisionBody, request: RequestView) -> Decision:
    """The words that are approved. Raises EvidenceError unless they are of this request as shown, and of the note."""
    words = read_signed(Decision, body.decision, "decision").struct
    if words.request_digest != words_of(request).struct_hash():
        raise EvidenceError(said("rule-words-differ", field="request_digest"))
    if words.decision_hash != note_hash(id_from_hex(body.salt, "salt"), body.note):
        raise EvidenceError(said("rule-words-differ", field="note"))
    return words


@translated_errors()
def approve_decision(signer: Signer, body: DecisionBody, request: RequestView) -> DecisionBody:
    """The same with this wallet's approval in it."""
    signature = to_hex(signer.sign(decision_of(body, request)).signature)
    return body.model_copy(update={"approvals": [*body.approvals, signature]})


@translated_errors()
def draft_of(body: DecisionBody) -> Draft[Decision, DecisionParts]:
    """As it is sent."""
    parts = DecisionParts(note=body.note, salt=body.salt, approvals=body.approvals)
    return Draft(read_signed(Decision, body.decision, "decision"), parts)
