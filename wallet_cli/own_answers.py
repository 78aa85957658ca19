"""A release held against the answers that this wallet itself opens."""

from typing import TYPE_CHECKING, Any

from bank_api.protocol.shapes.releases import ReleaseView
from wallet_cli.export import ANSWER_BOX, open_document
from wallet_cli.own_row import Checked, checked

if TYPE_CHECKING:
    from wallet_cli.invocation import Invocation


def check_row(invocation: "Invocation", release: ReleaseView) -> Checked:
    """Raises EvidenceError naming what does not hold."""
    shown = invocation.client.proofs.row(release.release_id)
    return checked(
        invocation.proven, shown, release.release_id, own_answer(invocation, shown.survey_id, release.block_number)
    )


def own_answer(invocation: "Invocation", survey_id: str, before_block: int | None = None) -> dict[str, Any]:
    """This member's answer to a survey that stands, or stood before a block, opened here and as committed to."""
    given = [one for one in invocation.client.member.answers() if one.survey_id == survey_id]
    known = [one for one in given if before_block is None or one.block_number < before_block]
    replaced = {one.replaces for one in known}
    by_name = {one.answer_id.removeprefix("0x"): one for one in known if one.answer_id not in replaced}
    for document in invocation.client.member.documents():
        if document.box == ANSWER_BOX and document.name in by_name:
            return dict(open_document(invocation.signer, document, by_name).get("values", {}))
    return {}
