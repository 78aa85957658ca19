"""What a request asks for, in the words of the survey's own questions as the ledger has them.

A partner signs items as bits, and so does the board: which questions these are is told by the bank, and checked here.
"""

from typing import TYPE_CHECKING

from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.requests import RequestView
from wallet_cli.errors import EvidenceError

if TYPE_CHECKING:
    from wallet_cli.invocation import Invocation


def check_items(invocation: "Invocation", request: RequestView) -> None:
    """Raises EvidenceError where other questions are shown than are asked for, or a sensitive one as harmless."""
    survey = invocation.public.survey(request.survey_id)
    invocation.proven.check_survey(survey)
    shown = (request.survey_id, request.items, request.item_labels, request.sensitive)
    asked = survey.chosen(request.item_mask)
    sensitive = [one.key for one in asked if one.role == "sensitive"]
    if shown != (survey.survey_id, [one.key for one in asked], [one.label for one in asked], sensitive):
        raise EvidenceError(said("rule-words-differ", field="items"))
