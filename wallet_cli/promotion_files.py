"""The file that a partner writes a promotion in: {"words": [{"language", "title", "text"}], "condition": {…}}.

In the condition a question may leave out its survey where the command names one.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bank_api.protocol.documents.condition import Condition, check_condition, read_condition
from bank_api.protocol.documents.survey import Survey
from bank_api.protocol.errors import FieldError, field_name
from bank_api.protocol.messages.checked import broken
from bank_api.protocol.messages.said import said
from bank_api.protocol.promotion import PromotionWords
from wallet_cli.errors import InputError


def read_promotion(
    document: Mapping[str, Any], file: str, survey_id: str | None, surveys: Mapping[str, Survey]
) -> tuple[list[PromotionWords], Condition]:
    """Raises InputError naming the file, the field and the rule."""
    if set(document) != {"words", "condition"} or not isinstance(document["words"], list) or not document["words"]:
        raise InputError(file, said("rule-promotion-file"))
    words = [_words(one, f"words[{index}]", file) for index, one in enumerate(document["words"])]
    try:
        condition = read_condition(_with_survey(document["condition"], survey_id))
        check_condition(condition, surveys)
    except FieldError as error:
        raise InputError(said("error-in-file", file=file, field=error.field), error.words) from error
    return words, condition


def _words(value: object, field: str, file: str) -> PromotionWords:
    try:
        return PromotionWords.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(part for part in (field, field_name(first["loc"])) if part)
        raise InputError(said("error-in-file", file=file, field=name), broken(first)) from error


def _with_survey(value: object, survey_id: str | None) -> object:
    if not isinstance(value, Mapping) or survey_id is None:
        return value
    for name in ("all_of", "any_of"):
        if isinstance(value.get(name), list):
            return {**value, name: [_with_survey(one, survey_id) for one in value[name]]}
    return {"survey_id": survey_id, **value} if "item" in value else value
