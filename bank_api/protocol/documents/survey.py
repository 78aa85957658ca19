"""Surveys and answers: what a question allows, what an answer must be, which coins it earns.

A survey has at most 32 questions, because an answer names the answered ones in a bit mask (bit i = question i).
Refuses an answer that leaves out a required question, names an unknown one, or breaks a question's range.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, ValidationError

from bank_api.protocol.errors import FieldError, field_name
from bank_api.protocol.fields import Body, Coins, Id, Short, Text, Time
from bank_api.protocol.messages.checked import broken
from bank_api.protocol.messages.said import said
from pds_adapter.sealing.canonical import INTEGER_MAX, canonical_json

QUESTIONS_MAX = 32
WAVES_MAX = 400
Kind = Literal["number", "choice"]
Role = Literal["quasi-identifier", "sensitive", "harmless"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ROLES: tuple[Role, ...] = get_args(Role)


class Choice(Body):
    value: int
    label: Short


class Question(Body):
    """One question. `role` says how the anonymizer must treat the answers; there is no default."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$", examples=["age"])]
    label: Short
    kind: Kind
    role: Role
    required: bool = False
    coins: int = 0
    minimum: int | None = None
    maximum: int | None = None
    choices: list[Choice] | None = None

    def check(self, value: object, field: str) -> int:
        """The value if the question allows it. Raises FieldError naming field and rule, never the value."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise FieldError(field, said("rule-whole-number"))
        if self.kind == "choice":
            if value not in [choice.value for choice in self.choices or ()]:
                listed = ", ".join(f"{choice.value} ({choice.label})" for choice in self.choices or ())
                raise FieldError(field, said("rule-one-of", names=listed))
        elif not (self.range[0] <= value <= self.range[1]):
            raise FieldError(field, said("rule-from-to", low=str(self.range[0]), high=str(self.range[1])))
        return value

    @property
    def range(self) -> tuple[int, int]:
        """Lowest and highest value an answer may have."""
        if self.kind == "choice":
            values = [choice.value for choice in self.choices or ()]
            return min(values), max(values)
        return self.minimum or 0, self.maximum or 0

    def to_json(self) -> dict[str, Any]:
        left_out = {"minimum", "maximum"} if self.kind == "choice" else {"choices"}
        return self.model_dump(exclude=left_out)

    def check_rules(self, field: str) -> None:
        """Raise FieldError for a question that nobody could answer."""
        if self.kind == "choice":
            _check_choices([choice.value for choice in self.choices or ()], f"{field}.choices")
        else:
            _check_range(self.minimum, self.maximum, f"{field}.maximum")
        if not 0 <= self.coins <= 0xFFFF:
            raise FieldError(f"{field}.coins", said("rule-from-to", low="0", high="65535"))


class Wave(Body):
    """Which of a series of surveys one is: every wave is a survey by itself, published ahead with its own window."""

    series_id: Id
    series: Short
    """The series' title; every wave has its own besides."""
    number: Annotated[int, Field(ge=1, le=WAVES_MAX)]
    waves: Annotated[int, Field(ge=2, le=WAVES_MAX)]
    next_opens_at: Time | None = None
    """None for the last."""

    def check_rules(self, opens_at: int) -> None:
        """Raise FieldError for a wave that its series cannot have."""
        if self.number > self.waves:
            raise FieldError("wave.number", said("rule-from-to", low="1", high=str(self.waves)))
        is_last = self.number == self.waves
        if is_last != (self.next_opens_at is None):
            raise FieldError("wave.next_opens_at", said("rule-wave-next"))
        if self.next_opens_at is not None and self.next_opens_at <= opens_at:
            raise FieldError("wave.next_opens_at", said("rule-after", other="opens_at"))


class Survey(Body):
    """A survey as the operator publishes it; `survey_id` is 0x-hex of 32 bytes, times are unix seconds."""

    survey_id: Id
    title: Short
    description: Text
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$", examples=["ja"])] = "en"
    questions: list[Question]
    base_coins: Coins
    budget_coins: Annotated[int, Field(ge=0, le=2**53)]
    opens_at: Time
    closes_at: Time
    wave: Wave | None = None
    """None of a survey that stands alone."""

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """A survey from a JSON object. Raises FieldError naming the first field that breaks a rule."""
        try:
            survey = cls.model_validate(body)
        except ValidationError as error:
            first = error.errors()[0]
            raise FieldError(field_name(first["loc"]) or "survey", broken(first)) from error
        survey.check_rules()
        return survey

    def check_rules(self) -> None:
        """Raise FieldError for a survey whose fields do not fit each other."""
        if not 1 <= len(self.questions) <= QUESTIONS_MAX:
            raise FieldError("questions", said("rule-question-count", most=QUESTIONS_MAX, found=len(self.questions)))
        for index, question in enumerate(self.questions):
            question.check_rules(f"questions[{index}]")
        keys = [question.key for question in self.questions]
        for key in keys:
            if keys.count(key) > 1:
                raise FieldError("questions", said("rule-same-key", key=key))
        if self.closes_at <= self.opens_at:
            raise FieldError("closes_at", said("rule-after", other="opens_at"))
        if self.wave is not None:
            self.wave.check_rules(self.opens_at)

    def mask(self, keys: Iterable[str], field: str = "items") -> int:
        """Bit mask of the named questions. Raises FieldError for a name that is none."""
        order = {question.key: index for index, question in enumerate(self.questions)}
        mask = 0
        for key in keys:
            if key not in order:
                raise FieldError(f"{field}.{key}", said("rule-no-question"))
            mask |= 1 << order[key]
        return mask

    def chosen(self, mask: int) -> list[Question]:
        """The questions of a bit mask, in order."""
        return [question for index, question in enumerate(self.questions) if mask >> index & 1]

    def keys(self, mask: int) -> tuple[str, ...]:
        return tuple(question.key for question in self.chosen(mask))

    def labels(self, mask: int) -> tuple[str, ...]:
        return tuple(question.label for question in self.chosen(mask))

    def coins(self, mask: int) -> int:
        """What an answer to these questions earns."""
        return self.base_coins + sum(question.coins for question in self.chosen(mask))

    @property
    def coins_minimum(self) -> int:
        """What the shortest answer earns: to what must be answered, or to the one question that earns least."""
        required = sum(question.coins for question in self.questions if question.required)
        if any(question.required for question in self.questions):
            return self.base_coins + required
        return self.base_coins + min(question.coins for question in self.questions)

    @property
    def coins_maximum(self) -> int:
        """What an answer to every question earns."""
        return self.coins((1 << len(self.questions)) - 1)

    def check_values(self, values: object) -> dict[str, int]:
        """The values of a whole answer, in the survey's order. Raises FieldError naming the question and the rule."""
        if not isinstance(values, Mapping):
            raise FieldError("values", said("rule-keys-and-numbers"))
        self.mask(values, "values")
        for question in self.questions:
            if question.required and question.key not in values:
                raise FieldError(f"values.{question.key}", said("rule-required"))
        if not values:
            raise FieldError("values", said("rule-one-question"))
        return {
            question.key: question.check(values[question.key], f"values.{question.key}")
            for question in self.questions
            if question.key in values
        }

    def to_json(self) -> dict[str, Any]:
        """Without `wave` where there is none: the words of a survey that stands alone are what they always were."""
        fields = {name: getattr(self, name) for name in Survey.model_fields if name != "wave"}
        fields["questions"] = [question.to_json() for question in self.questions]
        return fields if self.wave is None else fields | {"wave": self.wave.model_dump()}

    def text(self) -> str:
        """The survey's words as the ledger knows them by hash: canonical JSON."""
        return canonical_json(self.to_json()).decode()


def _check_choices(values: list[int], field: str) -> None:
    if len(values) < 2:
        raise FieldError(field, said("rule-two-choices"))
    if len(set(values)) < len(values):
        raise FieldError(field, said("rule-same-value"))
    if max(map(abs, values)) > INTEGER_MAX:
        raise FieldError(field, said("rule-within", most=str(INTEGER_MAX)))


def _check_range(minimum: int | None, maximum: int | None, field: str) -> None:
    if minimum is None or maximum is None or minimum >= maximum:
        raise FieldError(field, said("rule-number-range"))
    if max(abs(minimum), abs(maximum)) > INTEGER_MAX:
        raise FieldError(field, said("rule-within", most=str(INTEGER_MAX)))
