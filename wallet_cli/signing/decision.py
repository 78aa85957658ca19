"""What several on the board sign about a request: the words of the one who proposes."""

from collections.abc import Sequence

from bank_api.protocol.acts import DecisionParts
from bank_api.protocol.decision import DecisionBody
from bank_api.protocol.documents.request import note_hash
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.requests import BoardDecision, RequestView
from bank_api.protocol.shapes.requests import Signer as SignerView
from bank_api.protocol.signed import SignedBody, read_signed
from chaincode.deployment import Deployment
from chaincode.ids import id_from_hex, to_hex
from chaincode.typed_data import Decision, SignedStruct, recover
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
def has_signed(signer: Signer, body: DecisionBody) -> bool:
    """Whether this wallet's key is among those that signed."""
    return signer.key.address in keys_in(body, signer.deployment)


@translated_errors()
def draft_of(body: DecisionBody) -> Draft[Decision, DecisionParts]:
    """As it is sent."""
    parts = DecisionParts(note=body.note, salt=body.salt, approvals=body.approvals)
    return Draft(read_signed(Decision, body.decision, "decision"), parts)


@translated_errors()
def keys_in(body: DecisionBody, deployment: Deployment) -> list[str]:
    """The keys that have signed so far, the proposer's first; one that signed twice counts once, as on the ledger."""
    words = read_signed(Decision, body.decision, "decision").struct
    return keys_under(words, [body.decision.signature, *body.approvals], deployment)


def keys_under(words: SignedStruct, signatures: Sequence[str], deployment: Deployment) -> list[str]:
    """Whose signatures these are, each key once."""
    return list(dict.fromkeys(recover(words, deployment, bytes.fromhex(one.removeprefix("0x"))) for one in signatures))


@translated_errors()
def signers_of(request: RequestView, deployment: Deployment) -> list[SignerView]:
    """Who signed what was decided: each signature is held against the key that is said to have made it.

    Empty where nothing was decided, or by a transaction of a sole member of the board. Raises EvidenceError for words
    of another request or outcome, and for a signature of somebody else: a bank can hide a signer here (an auditor sees
    all), and name none who did not sign.
    """
    if request.decision is None:
        return []
    words = Decision.from_json(request.decision.words)
    if words.request_digest != words_of(request).struct_hash():
        raise EvidenceError(said("rule-words-differ", field="request_digest"))
    if request.state in ("approved", "refused") and words.approved != (request.state == "approved"):
        raise EvidenceError(said("rule-words-differ", field="approved"))
    note, salt = request.decision_note, request.decision_salt
    if note is not None and salt is not None and words.decision_hash != note_hash(id_from_hex(salt, "salt"), note):
        raise EvidenceError(said("rule-words-differ", field="note"))
    return shown_signers(words, request.decision, deployment)


def shown_signers(words: SignedStruct, shown: BoardDecision, deployment: Deployment) -> list[SignerView]:
    """The signers that the bank names. Raises EvidenceError for one whose key did not make its signature."""
    for one in shown.signers:
        if recover(words, deployment, bytes.fromhex(one.signature.removeprefix("0x"))) != one.key:
            raise EvidenceError(said("rule-signed-by-another", name=one.name))
    return shown.signers
