"""A release held against the answers that this wallet itself opens."""

from typing import TYPE_CHECKING, Any

from bank_api.protocol.shapes.releases import ReleaseView
from wallet_cli.export import open_document
from wallet_cli.own_row import Checked, checked

if TYPE_CHECKING:
    from wallet_cli.invocation import Invocation


def check_row(invocation: "Invocation", release: ReleaseView) -> Checked:
    """Raises EvidenceError naming what does not hold."""
    shown = invocation.client.proofs.row(release.release_id)
    return checked(invocation.proven, shown, release.release_id, _answers(invocation, shown.survey_id))


def _answers(invocation: "Invocation", survey_id: str) -> dict[str, Any]:
    """This member's own answers to a survey, opened here and as committed to."""
    by_name = {one.answer_id.removeprefix("0x"): one for one in invocation.client.member.answers()}
    for document in invocation.client.member.documents():
        answer = by_name.get(document.name)
        if answer is not None and answer.survey_id == survey_id:
            return dict(open_document(invocation.signer, document, by_name)["values"])
    return {}
