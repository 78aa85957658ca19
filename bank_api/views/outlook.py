"""What may come of a request before it is paid for: how many answered all of it, and for how many rules speak."""

from collections.abc import Sequence
from typing import Any

from bank_api.bank import Bank
from bank_api.views.kept import survey_of
from bank_api.views.rules import category_of, live_rules
from chaincode.bindings import LegalClass, Role
from chaincode.ids import id_from_hex


def outlook(bank: Bank, partner: str, survey_id: str, items: Sequence[str], purpose_code: int) -> dict[str, Any]:
    """Counts of active members. Raises NotFoundError, FieldError for a question that is none."""
    survey = survey_of(bank, survey_id)
    mask = survey.mask(items)
    active = bank.index.active_with(Role.MEMBER)
    answers = {member: row.items for member, row in bank.index.answers(survey_id).items() if member in active}
    answered = {member for member, answer in answers.items() if answer & mask == mask}
    sensitive = [one.key for one in survey.chosen(mask) if one.role == "sensitive"]
    place, wanted = category_of(bank, partner), id_from_hex(survey_id)
    ruled = {
        one.member
        for one in live_rules(bank)
        if one.survey_id == wanted
        and one.member in answered
        and mask & ~one.item_mask == 0
        and place is not None
        and one.recipient_mask >> place & 1
        and one.purpose_mask >> purpose_code & 1
        and one.processing_mask >> LegalClass.ANONYMIZED & 1
    }
    return {
        "survey_id": survey_id,
        "items": list(survey.keys(mask)),
        "sensitive": sensitive,
        "answered": len(answered),
        "ruled": 0 if sensitive else len(ruled),
    }
