"""What the board signs to take an approval back: alone, or the words of the one who proposes it."""

from bank_api.protocol.acts import ApprovalRevocationParts
from bank_api.protocol.decision import ApprovalRevocationBody
from bank_api.protocol.documents.request import note_hash
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.requests import RequestView
from bank_api.protocol.shapes.requests import Signer as SignerView
from bank_api.protocol.signed import SignedBody, read_signed
from chaincode.deployment import Deployment
from chaincode.ids import id_from_hex, to_hex
from chaincode.typed_data import REVOCATION_STATEMENT, ApprovalRevocation
from wallet_cli.errors import EvidenceError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.signing.decision import WORDS_SECONDS, keys_under, shown_signers
from wallet_cli.signing.draft import Draft
from wallet_cli.signing.request_words import words_of
from wallet_cli.signing.signer import SIGNATURE_SECONDS, Signer

FIELD = "approval_revocation"
"""By which a file of such words is told from that of a decision."""


@translated_errors()
def revoke_approval(
    signer: Signer, request: RequestView, *, note: str, seconds: int = SIGNATURE_SECONDS
) -> Draft[ApprovalRevocation, ApprovalRevocationParts]:
    """By the digest of what was approved; the reason is told to those it concerns and its hash signed."""
    words, salt = words_of(request), signer.new_id()
    signed = signer.sign(
        ApprovalRevocation(
            request_id=words.request_id,
            board=signer.account,
            request_digest=words.struct_hash(),
            statement=REVOCATION_STATEMENT,
            reason_hash=note_hash(salt, note),
            deadline=signer.now() + seconds,
        )
    )
    return Draft(signed, ApprovalRevocationParts(note=note, salt=to_hex(salt), approvals=[]))


def propose_revocation(signer: Signer, request: RequestView, *, note: str) -> ApprovalRevocationBody:
    """The first signature under the words; it counts as an approval of them."""
    draft = revoke_approval(signer, request, note=note, seconds=WORDS_SECONDS)
    signed = SignedBody.model_validate(draft.signed.to_json())
    return ApprovalRevocationBody(approval_revocation=signed, note=note, salt=draft.parts.salt, approvals=[])


@translated_errors()
def request_of(body: ApprovalRevocationBody) -> str:
    """The id of the request that the words are about."""
    return to_hex(_words(body).request_id)


@translated_errors()
def revocation_of(body: ApprovalRevocationBody, request: RequestView) -> ApprovalRevocation:
    """The words that are signed. Raises EvidenceError unless they are of this request as shown, and of the reason."""
    words = _words(body)
    _check(words, request, body.note, body.salt)
    return words


@translated_errors()
def approve_revocation(signer: Signer, body: ApprovalRevocationBody, request: RequestView) -> ApprovalRevocationBody:
    """The same with this wallet's signature in it."""
    signature = to_hex(signer.sign(revocation_of(body, request)).signature)
    return body.model_copy(update={"approvals": [*body.approvals, signature]})


@translated_errors()
def draft_of(body: ApprovalRevocationBody) -> Draft[ApprovalRevocation, ApprovalRevocationParts]:
    """As it is sent."""
    parts = ApprovalRevocationParts(note=body.note, salt=body.salt, approvals=body.approvals)
    return Draft(read_signed(ApprovalRevocation, body.approval_revocation, FIELD), parts)


@translated_errors()
def keys_in(body: ApprovalRevocationBody, deployment: Deployment) -> list[str]:
    """The keys that have signed so far, the proposer's first."""
    return keys_under(_words(body), [body.approval_revocation.signature, *body.approvals], deployment)


@translated_errors()
def revokers_of(request: RequestView, deployment: Deployment) -> list[SignerView]:
    """Who took the approval back, each signature held against its key; as `decision.signers_of`."""
    if request.revocation is None:
        return []
    words = ApprovalRevocation.from_json(request.revocation.words)
    if request.state != "revoked" or words.statement != REVOCATION_STATEMENT:
        raise EvidenceError(said("rule-words-differ", field="state"))
    _check(words, request, request.revocation_note, request.revocation_salt)
    return shown_signers(words, request.revocation, deployment)


def _words(body: ApprovalRevocationBody) -> ApprovalRevocation:
    return read_signed(ApprovalRevocation, body.approval_revocation, FIELD).struct


def _check(words: ApprovalRevocation, request: RequestView, note: str | None, salt: str | None) -> None:
    """Raises EvidenceError unless the words are of this request, and of this reason where it is shown."""
    if words.request_digest != words_of(request).struct_hash():
        raise EvidenceError(said("rule-words-differ", field="request_digest"))
    if note is not None and salt is not None and words.reason_hash != note_hash(id_from_hex(salt, "salt"), note):
        raise EvidenceError(said("rule-words-differ", field="note"))
