"""Surveys and answers: what a question allows, what an answer must be, which coins it earns.

A survey has at most 32 questions, because an answer names the answered ones in a bit mask (bit i = question i).
Refuses an answer that leaves out a required question, names an unknown one, or breaks a question's range.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bank_api.errors import InvalidInputError
from pds_adapter.canonical import INTEGER_MAX

QUESTIONS_MAX = 32
KINDS = ("number", "choice")
ROLES = ("quasi-identifier", "sensitive", "harmless")


@dataclass(frozen=True, slots=True)
class Choice:
    value: int
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `role` says how the anonymizer must treat the answers; there is no default."""

    key: str
    label: str
    kind: str
    role: str
    required: bool
    coins: int
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[Choice, ...] = ()

    def check(self, value: object, field: str) -> int:
        """The value if the question allows it. Raises InvalidInputError naming field and rule, never the value."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidInputError(field, "must be a whole number")
        if self.kind == "choice":
            allowed = [choice.value for choice in self.choices]
            if value not in allowed:
                raise InvalidInputError(field, f"must be one of {', '.join(map(str, allowed))}")
        elif not (self._low <= value <= self._high):
            raise InvalidInputError(field, f"must be from {self._low} to {self._high}")
        return value

    @property
    def _low(self) -> int:
        return self.minimum if self.minimum is not None else 0

    @property
    def _high(self) -> int:
        return self.maximum if self.maximum is not None else 0

    @property
    def range(self) -> tuple[int, int]:
        """Lowest and highest value an answer may have."""
        if self.kind == "choice":
            values = [choice.value for choice in self.choices]
            return min(values), max(values)
        return self._low, self._high

    def to_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "key": self.key,
            "label": self.label,
            "kind": self.kind,
            "role": self.role,
            "required": self.required,
            "coins": self.coins,
        }
        if self.kind == "choice":
            body["choices"] = [{"value": choice.value, "label": choice.label} for choice in self.choices]
        else:
            body |= {"minimum": self.minimum, "maximum": self.maximum}
        return body


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey as the operator published it; `survey_id` is 0x-hex of 32 bytes, times are unix seconds."""

    survey_id: str
    title: str
    description: str
    language: str
    questions: tuple[Question, ...]
    base_coins: int
    budget_coins: int
    opens_at: int
    closes_at: int

    def mask(self, keys: Mapping[str, Any] | tuple[str, ...] | list[str], field: str = "items") -> int:
        """Bit mask of the named questions. Raises InvalidInputError for a name that is none."""
        order = {question.key: index for index, question in enumerate(self.questions)}
        mask = 0
        for key in keys:
            if key not in order:
                raise InvalidInputError(f"{field}.{key}", "is no question of this survey")
            mask |= 1 << order[key]
        return mask

    def keys(self, mask: int) -> tuple[str, ...]:
        """Names of the questions in a bit mask, in order."""
        return tuple(question.key for index, question in enumerate(self.questions) if mask >> index & 1)

    def labels(self, mask: int) -> tuple[str, ...]:
        return tuple(question.label for index, question in enumerate(self.questions) if mask >> index & 1)

    def coins(self, mask: int) -> int:
        """What an answer to these questions earns."""
        return self.base_coins + sum(
            question.coins for index, question in enumerate(self.questions) if mask >> index & 1
        )

    def check_values(self, values: object) -> dict[str, int]:
        """The values of a whole answer. Raises InvalidInputError naming the question and the rule."""
        if not isinstance(values, Mapping):
            raise InvalidInputError("values", "must be an object of question keys and whole numbers")
        known = {question.key: question for question in self.questions}
        for key in values:
            if key not in known:
                raise InvalidInputError(f"values.{key}", "is no question of this survey")
        for question in self.questions:
            if question.required and question.key not in values:
                raise InvalidInputError(f"values.{question.key}", "is required and was left out")
        if not values:
            raise InvalidInputError("values", "an answer must answer at least one question")
        return {key: known[key].check(value, f"values.{key}") for key, value in values.items()}

    def to_json(self) -> dict[str, Any]:
        return {
            "survey_id": self.survey_id,
            "title": self.title,
            "description": self.description,
            "language": self.language,
            "questions": [question.to_json() for question in self.questions],
            "base_coins": self.base_coins,
            "budget_coins": self.budget_coins,
            "opens_at": self.opens_at,
            "closes_at": self.closes_at,
        }


def survey_from_json(body: Mapping[str, Any]) -> Survey:
    """A survey from a request body whose shape is already known to be right (see routes.bodies). Checks the rules."""
    questions = tuple(_question(item, f"questions[{index}]") for index, item in enumerate(body["questions"]))
    if not 1 <= len(questions) <= QUESTIONS_MAX:
        raise InvalidInputError("questions", f"a survey has 1 to {QUESTIONS_MAX} questions, not {len(questions)}")
    keys = [question.key for question in questions]
    for key in keys:
        if keys.count(key) > 1:
            raise InvalidInputError("questions", f"two questions have the key {key!r}")
    if body["closes_at"] <= body["opens_at"]:
        raise InvalidInputError("closes_at", "must be after opens_at")
    fields = (
        "survey_id",
        "title",
        "description",
        "language",
        "base_coins",
        "budget_coins",
        "opens_at",
        "closes_at",
    )
    return Survey(questions=questions, **{name: body[name] for name in fields})


def _question(body: Mapping[str, Any], field: str) -> Question:
    if body["kind"] not in KINDS:
        raise InvalidInputError(f"{field}.kind", f"must be one of {', '.join(KINDS)}")
    if body["role"] not in ROLES:
        raise InvalidInputError(f"{field}.role", f"must be one of {', '.join(ROLES)}")
    choices = tuple(Choice(item["value"], item["label"]) for item in body.get("choices") or ())
    minimum, maximum = body.get("minimum"), body.get("maximum")
    if body["kind"] == "choice":
        _check_choices([choice.value for choice in choices], f"{field}.choices")
    if body["kind"] == "number":
        _check_range(minimum, maximum, f"{field}.maximum")
    if not 0 <= body["coins"] <= 0xFFFF:
        raise InvalidInputError(f"{field}.coins", "must be from 0 to 65535")
    return Question(
        key=body["key"],
        label=body["label"],
        kind=body["kind"],
        role=body["role"],
        required=body["required"],
        coins=body["coins"],
        minimum=minimum if body["kind"] == "number" else None,
        maximum=maximum if body["kind"] == "number" else None,
        choices=choices if body["kind"] == "choice" else (),
    )


def _check_choices(values: list[int], field: str) -> None:
    if len(values) < 2:
        raise InvalidInputError(field, "a choice needs at least two values")
    if len(set(values)) < len(values):
        raise InvalidInputError(field, "no two choices may have the same value")
    if max(map(abs, values)) > INTEGER_MAX:
        raise InvalidInputError(field, f"values must be within ±{INTEGER_MAX}")


def _check_range(minimum: int | None, maximum: int | None, field: str) -> None:
    if minimum is None or maximum is None or minimum >= maximum:
        raise InvalidInputError(field, "a number needs a minimum and a greater maximum")
    if max(abs(minimum), abs(maximum)) > INTEGER_MAX:
        raise InvalidInputError(field, f"minimum and maximum must be within ±{INTEGER_MAX}")
