"""Facts laid against questions: which fact answers which question, and what value that comes to.

A question finds its fact by the person's word (`--map age=Patient.age`), else by its key or its label, if exactly
one fact has that name. A choice is found by its value or its label; a number is rounded to a whole one. What does
not fit is said, and nothing is taken for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bank_api.protocol.documents.sourced import whole
from bank_api.protocol.documents.survey import Question, Survey
from bank_api.protocol.errors import FieldError
from bank_api.protocol.messages.said import Words, said
from wallet_cli.errors import InputError
from wallet_cli.intake.facts import Fact


@dataclass(frozen=True, slots=True)
class Mapped:
    """A question with the fact that was found for it, and its value; or why there is none."""

    question: Question
    fact: Fact | None = None
    value: int | None = None
    trouble: Words | None = None


def mapped(survey: Survey, facts: Sequence[Fact], wished: Mapping[str, str]) -> list[Mapped]:
    """Every question, in order. Raises InputError for a wish that names no question or no fact."""
    keys = {question.key for question in survey.questions}
    for key, path in wished.items():
        if key not in keys:
            raise InputError("--map", said("rule-map-question", key=key))
        if path and not any(fact.path == path for fact in facts):
            raise InputError("--map", said("rule-map-fact", path=path))
    return [_mapped(question, facts, wished.get(question.key)) for question in survey.questions]


def values(found: Sequence[Mapped]) -> dict[str, int]:
    return {one.question.key: one.value for one in found if one.value is not None}


def _mapped(question: Question, facts: Sequence[Fact], path: str | None) -> Mapped:
    if path == "":
        return Mapped(question)  # `--map age=`: leave it out
    fitting = [fact for fact in facts if (fact.path == path if path else _is_named(fact, question))]
    if len(fitting) != 1:
        trouble = said("word-several-fit", paths=", ".join(fact.path for fact in fitting)) if fitting else None
        return Mapped(question, trouble=trouble)
    [fact] = fitting
    try:
        return Mapped(question, fact, question.check(whole(question, fact.value), question.key))
    except FieldError as error:
        return Mapped(question, fact, trouble=error.words)


def _is_named(fact: Fact, question: Question) -> bool:
    names = {fact.name.casefold(), fact.path.casefold()}
    return bool(names & {question.key.casefold(), question.label.casefold()})
