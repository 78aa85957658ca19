"""Answers to a survey: from a JSON file, from key=value pairs, or question by question at the terminal.

Whatever the source, a value that breaks its question's rule is named with the rule before anything is sent; at the
terminal the question is asked again.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bank_api.protocol.documents.survey import Question, Survey
from bank_api.protocol.errors import FieldError
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import fault
from wallet_cli.errors import InputError
from wallet_cli.foreign_errors import translated_errors
from wallet_cli.messages import Messages
from wallet_cli.views.member import allowed

Ask = Callable[[str], str]
"""Shows a prompt and returns the line typed."""


@translated_errors()
def given_values(
    survey: Survey, file: Path | None, pairs: Sequence[str], known: Mapping[str, int] | None = None
) -> dict[str, int]:
    """The values of a whole answer: known ones, over them a file's, over them those of `key=value` pairs."""
    return survey.check_values(_given(file, pairs, known))


@translated_errors()
def some_values(
    survey: Survey, file: Path | None, pairs: Sequence[str], known: Mapping[str, int] | None = None
) -> dict[str, int]:
    """As `given_values`, of an answer that need not be whole yet."""
    given = _given(file, pairs, known)
    survey.mask(given, "values")
    return {one.key: one.check(given[one.key], f"values.{one.key}") for one in survey.questions if one.key in given}


def _given(file: Path | None, pairs: Sequence[str], known: Mapping[str, int] | None) -> dict[str, Any]:
    values: dict[str, Any] = dict(known or {}) | ({} if file is None else read_values(file))
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals:
            raise InputError("--set", said("rule-key-value", given=pair))
        if text:
            values[key] = whole_number(key, text)
        else:
            values.pop(key, None)  # `tea=` leaves the question out
    return values


def read_values(file: Path) -> dict[str, Any]:
    """A JSON object of question keys and whole numbers."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError("--values", said("rule-file-json", file=str(file), why=fault(error))) from error
    if not isinstance(values, dict):
        raise InputError("--values", said("rule-values-object", file=str(file)))
    return values


@translated_errors()
def ask_values(
    survey: Survey, ask: Ask, complain: Callable[[str], None], say: Messages, values: dict[str, int] | None = None
) -> dict[str, int]:
    """Ask every question; an empty line keeps what `values` has, or skips a question that need not be answered.

    What is answered goes into `values` at once, so that whoever is interrupted has it.
    """
    values = {} if values is None else values
    for number, question in enumerate(survey.questions, 1):
        position, known = f"{number}/{len(survey.questions)}", values.get(question.key)
        value = _ask(question, position, ask, complain, say, known)
        if value is None:
            values.pop(question.key, None)
        else:
            values[question.key] = value
    return survey.check_values(values)


def whole_number(key: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise FieldError(f"values.{key}", said("rule-whole-number")) from error


def _ask(
    question: Question,
    position: str,
    ask: Ask,
    complain: Callable[[str], None],
    say: Messages,
    known: int | None,
) -> int | None:
    skip = "" if question.required else f" ({say('word-skip')})"
    if known is not None:
        skip = f" ({say('word-keep', value=str(known))})"
    prompt = f"[{position}] {question.label}\n  {allowed(say, question)}{skip}"
    while True:
        text = ask(prompt).strip()
        if not text and (known is not None or not question.required):
            return known
        try:
            return question.check(whole_number(question.key, text), f"values.{question.key}")
        except FieldError:
            complain(say("ask-not-allowed", allowed=allowed(say, question)) if text else say("ask-must-answer"))
