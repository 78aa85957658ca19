"""What this member answered, as the ledger has it: opened here, and by the commitment that the member signed.

The bank names answers and commitments, and anybody can seal a document to the member's key. So the signed words are
read from the transaction that carried them, and proven to be those that the contract keeps under the answer's id.
"""

from typing import TYPE_CHECKING, Any

from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.releases import ReleaseView
from bank_api.protocol.shapes.surveys import StoredAnswer
from chaincode import acts, places
from chaincode.ids import id_from_hex, to_hex
from chaincode.relayed import sent_words
from chaincode.traces import SURVEY_DIGEST
from chaincode.typed_data import CORRECTION_STATEMENT
from wallet_cli.errors import EvidenceError
from wallet_cli.export import ANSWER_BOX, open_document
from wallet_cli.own_row import Checked, checked

if TYPE_CHECKING:
    from wallet_cli.invocation import Invocation


def check_row(invocation: "Invocation", release: ReleaseView) -> Checked:
    """Raises EvidenceError naming what does not hold."""
    shown = invocation.client.proofs.row(release.release_id)
    own = own_answer(invocation, shown.survey_id, release.block_number)
    sensitive = _sensitive(invocation, shown.survey_id) if release.come_and_go else ()
    return checked(invocation.proven, shown, release.release_id, own, sensitive, release.come_and_go)


def _sensitive(invocation: "Invocation", survey_id: str) -> list[str]:
    survey = invocation.public.survey(survey_id)
    invocation.proven.check_survey(survey)
    return [one.key for one in survey.questions if one.role == "sensitive"]


def own_answer(invocation: "Invocation", survey_id: str, before_block: int | None = None) -> dict[str, Any]:
    """The values of this member's answer to a survey that stands, or stood before a block."""
    return dict(own_document(invocation, survey_id, before_block).get("values", {}))


def own_document(invocation: "Invocation", survey_id: str, before_block: int | None = None) -> dict[str, Any]:
    """The whole answer, opened here and as committed to: values, and who signed them. Empty where there is none, or
    another key opens it."""
    given = [one for one in invocation.client.member.answers() if one.survey_id == survey_id]
    known = [one for one in given if before_block is None or one.block_number < before_block]
    replaced = {one.replaces for one in known}
    by_name = {one.answer_id.removeprefix("0x"): one for one in known if one.answer_id not in replaced}
    for document in invocation.client.member.documents():
        if document.box == ANSWER_BOX and document.name in by_name:
            check_committed(invocation, by_name[document.name])
            return dict(open_document(invocation.signer, document, by_name))
    return {}


def check_committed(invocation: "Invocation", answer: StoredAnswer) -> None:
    """Raises EvidenceError unless the member signed this commitment, and the contract took those words."""
    act, answer_id = acts.CORRECTION if answer.replaces else acts.ANSWER, id_from_hex(answer.answer_id, "answer_id")
    known = {"survey": answer.title or ""} | ({"statement": CORRECTION_STATEMENT} if answer.replaces else {})
    deployment = invocation.signer.deployment
    calls = invocation.client.proofs.calldata(deployment.address("survey"), answer.answer_id, answer.block_number)
    _, (digest,) = invocation.proven.read("survey", [places.slot_in(SURVEY_DIGEST, answer_id)], answer.block_number)
    for data in calls:
        words: Any = sent_words(deployment, act, data, answer_id, known)
        if words is None or int.from_bytes(words.struct_hash(), "big") != digest:
            continue
        if (words.member, to_hex(words.commitment)) == (invocation.signer.account, answer.commitment):
            return
    raise EvidenceError(said("error-answer-not-committed", answer=answer.answer_id))
