"""For whom a promotion is: a condition over answers to surveys, small, total, and decided in the member's own wallet.

    {"survey_id": "0x…", "item": "age", "low": 30, "high": 49}        a number between, both ends included
    {"survey_id": "0x…", "item": "hobby", "one_of": [2, 5]}           one of these choices
    {"all_of": [CONDITION, …]}    {"any_of": [CONDITION, …]}          at most three deep, at most six questions in all

There is no "not": what was not answered fits nothing. `holds` is defined for every answer that there can be.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bank_api.protocol.documents.survey import Question, Survey
from bank_api.protocol.errors import FieldError
from bank_api.protocol.messages.said import said
from chaincode.errors import ChaincodeError
from chaincode.ids import id_from_hex

QUESTIONS_MAX = 6
DEPTH_MAX = 3
CHOICES_MAX = 50
Answers = Mapping[str, Mapping[str, int]]
"""What one member answered: by survey id, then by question key."""


@dataclass(frozen=True)
class OneOf:
    """The answer to a question of choices is one of these."""

    survey_id: str
    item: str
    one_of: tuple[int, ...]

    def fits(self, value: int) -> bool:
        return value in self.one_of

    def to_json(self) -> dict[str, Any]:
        return {"survey_id": self.survey_id, "item": self.item, "one_of": list(self.one_of)}


@dataclass(frozen=True)
class Between:
    """The answer to a question of numbers lies between these, both included."""

    survey_id: str
    item: str
    low: int
    high: int

    def fits(self, value: int) -> bool:
        return self.low <= value <= self.high

    def to_json(self) -> dict[str, Any]:
        return {"survey_id": self.survey_id, "item": self.item, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class AllOf:
    parts: tuple["Condition", ...]

    def to_json(self) -> dict[str, Any]:
        return {"all_of": [part.to_json() for part in self.parts]}


@dataclass(frozen=True)
class AnyOf:
    parts: tuple["Condition", ...]

    def to_json(self) -> dict[str, Any]:
        return {"any_of": [part.to_json() for part in self.parts]}


Clause = OneOf | Between
Condition = Clause | AllOf | AnyOf
_FORMS: dict[frozenset[str], str] = {
    frozenset({"all_of"}): "all_of",
    frozenset({"any_of"}): "any_of",
    frozenset({"survey_id", "item", "one_of"}): "one_of",
    frozenset({"survey_id", "item", "low", "high"}): "between",
}


def read_condition(value: object, field: str = "condition") -> Condition:
    """A condition from JSON. Raises FieldError naming the field and the rule."""
    condition = _read(value, field, 1)
    found = sum(1 for _ in clauses(condition))
    if found > QUESTIONS_MAX:
        raise FieldError(field, said("rule-condition-questions", most=QUESTIONS_MAX, found=found))
    return condition


def clauses(condition: Condition, field: str = "condition") -> Iterator[tuple[str, Clause]]:
    """What it asks of single questions, each with the field that it stands in."""
    if isinstance(condition, OneOf | Between):
        yield field, condition
        return
    name = "all_of" if isinstance(condition, AllOf) else "any_of"
    for index, part in enumerate(condition.parts):
        yield from clauses(part, f"{field}.{name}[{index}]")


def check_condition(condition: Condition, surveys: Mapping[str, Survey], field: str = "condition") -> None:
    """Hold it to the surveys' own declarations. Raises FieldError for what no answer could be, for what every answer
    is, and for a question that its survey calls sensitive."""
    for where, clause in clauses(condition, field):
        survey = surveys.get(clause.survey_id)
        if survey is None:
            raise FieldError(f"{where}.survey_id", said("rule-condition-survey"))
        question = next((one for one in survey.questions if one.key == clause.item), None)
        if question is None:
            raise FieldError(f"{where}.item", said("rule-no-question"))
        if question.role == "sensitive":
            raise FieldError(f"{where}.item", said("rule-condition-sensitive"))
        _check_clause(clause, question, where)
    _check_together(condition, surveys, field)


def holds(condition: Condition, answers: Answers) -> bool:
    """Whether these answers fit."""
    if isinstance(condition, AllOf):
        return all(holds(part, answers) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds(part, answers) for part in condition.parts)
    return _fits(condition, answers)


def reasons(condition: Condition, answers: Answers) -> list[Clause]:
    """Of one that holds: which answers make it so, in its order. Parts that do not hold are no reason."""
    if isinstance(condition, OneOf | Between):
        return [condition] if _fits(condition, answers) else []
    return [reason for part in condition.parts if holds(part, answers) for reason in reasons(part, answers)]


def _fits(clause: Clause, answers: Answers) -> bool:
    value = answers.get(clause.survey_id, {}).get(clause.item)
    return value is not None and clause.fits(value)


def _read(value: object, field: str, depth: int) -> Condition:
    if not isinstance(value, Mapping) or frozenset(value) not in _FORMS:
        raise FieldError(field, said("rule-condition-form"))
    form = _FORMS[frozenset(value)]
    if form in ("all_of", "any_of"):
        if depth >= DEPTH_MAX:
            raise FieldError(field, said("rule-condition-depth", most=DEPTH_MAX))
        given = value[form]
        if not isinstance(given, list) or not 2 <= len(given) <= QUESTIONS_MAX:
            raise FieldError(f"{field}.{form}", said("rule-condition-parts", most=QUESTIONS_MAX))
        parts = tuple(_read(part, f"{field}.{form}[{index}]", depth + 1) for index, part in enumerate(given))
        return AllOf(parts) if form == "all_of" else AnyOf(parts)
    survey_id, item = _survey_id(value["survey_id"], f"{field}.survey_id"), value["item"]
    if not isinstance(item, str):
        raise FieldError(f"{field}.item", said("rule-no-question"))
    if form == "one_of":
        return OneOf(survey_id, item, _choices(value["one_of"], f"{field}.one_of"))
    low, high = (_whole(value[name], f"{field}.{name}") for name in ("low", "high"))
    return Between(survey_id, item, low, high)


def _survey_id(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise FieldError(field, said("rule-condition-survey"))
    try:
        id_from_hex(value, field)
    except ChaincodeError as error:
        raise FieldError(field, said("rule-condition-survey")) from error
    return value


def _choices(value: object, field: str) -> tuple[int, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= CHOICES_MAX:
        raise FieldError(field, said("rule-condition-choices", most=CHOICES_MAX))
    found = tuple(_whole(one, f"{field}[{index}]") for index, one in enumerate(value))
    if len(set(found)) < len(found):
        raise FieldError(field, said("rule-same-value"))
    return found


def _whole(value: object, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldError(field, said("rule-whole-number"))
    return value


def _check_together(condition: Condition, surveys: Mapping[str, Survey], where: str) -> None:
    """What fits every answer to a question only together: an "any of" whose clauses leave no answer to it out."""
    if isinstance(condition, OneOf | Between):
        return
    name = "all_of" if isinstance(condition, AllOf) else "any_of"
    for index, part in enumerate(condition.parts):
        _check_together(part, surveys, f"{where}.{name}[{index}]")
    if isinstance(condition, AllOf):
        return
    asked: dict[tuple[str, str], list[Clause]] = {}
    for part in condition.parts:
        if isinstance(part, OneOf | Between):
            asked.setdefault((part.survey_id, part.item), []).append(part)
    for (survey_id, item), same in asked.items():
        question = next(one for one in surveys[survey_id].questions if one.key == item)
        if _covers(same, question):
            raise FieldError(f"{where}.{name}", said("rule-condition-everybody"))


def _covers(same: Iterable[Clause], question: Question) -> bool:
    """Whether clauses about one question leave no answer to it out."""
    if question.kind == "choice":
        named = {value for one in same if isinstance(one, OneOf) for value in one.one_of}
        return named >= {choice.value for choice in question.choices or ()}
    low, high = question.range
    for one in sorted((one for one in same if isinstance(one, Between)), key=lambda one: one.low):
        if one.low <= low:
            low = max(low, one.high + 1)
    return low > high


def _check_clause(clause: Clause, question: Question, where: str) -> None:
    if isinstance(clause, OneOf) != (question.kind == "choice"):
        raise FieldError(where, said("rule-condition-kind"))
    if isinstance(clause, OneOf):
        for index, value in enumerate(clause.one_of):
            question.check(value, f"{where}.one_of[{index}]")
        says_nothing = len(clause.one_of) == len(question.choices or ())
    else:
        for name in ("low", "high"):
            question.check(getattr(clause, name), f"{where}.{name}")
        if clause.low > clause.high:
            raise FieldError(f"{where}.high", said("rule-condition-order"))
        says_nothing = (clause.low, clause.high) == question.range
    if says_nothing:
        raise FieldError(where, said("rule-condition-everybody"))
