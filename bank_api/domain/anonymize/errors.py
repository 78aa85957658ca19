"""What anonymization refuses, and why.

AnonymizeError
├── SchemaError               a column, hierarchy or policy is declared wrongly
├── InputRowError             a source row breaks its declared column
│   └── UndeclaredColumnError     a row carries a column nobody declared
├── PolicyUnreachableError    the rows cannot reach the policy, and by how much
├── ReleaseRefusedError       the verifier re-measured a release and found it false
│   ├── TooManyLeftOutError       more of a series would stay out than is allowed (`suppress`)
│   └── ReadByRuleError           whoever knows the rule of seats would read somebody by one more of a series
│       └── StillReadError            the same, in each making of it
├── ReleaseFormatError        JSON that is no canonical release
└── SeatsFormatError          a history of releases that is none, or damaged
"""

from __future__ import annotations

from bank_api.domain.anonymize.sentence import worded


class AnonymizeError(Exception):
    """Anonymization refused."""


class SchemaError(AnonymizeError):
    """A column, hierarchy or policy is declared wrongly."""

    def __init__(self, field: str, rule: str, /, **values: object) -> None:
        self.field, self.rule = field, worded(rule, values)
        super().__init__(f"{field}: {self.rule}")


class InputRowError(AnonymizeError):
    """A source row breaks its declared column. The message never repeats the value: it is personal."""

    def __init__(self, column: str, row_index: int, rule: str, /, **values: object) -> None:
        self.column, self.row_index, self.rule = column, row_index, worded(rule, values)
        super().__init__(f"row {row_index}, column {column!r}: {self.rule}")


class UndeclaredColumnError(InputRowError):
    """A row carries a column nobody declared."""

    def __init__(self, column: str, row_index: int) -> None:
        super().__init__(column, row_index, "the column is not declared, so it may not be released")


_UNITS = {"k": "rows", "l": "distinct values", "entropy l": "equally frequent answers' worth of variety"}


class PolicyUnreachableError(AnonymizeError):
    """The rows cannot reach the policy; `missing` says by how much: rows, values, a share, times the rest."""

    def __init__(self, rule: str, required: float, reached: float, column: str | None = None) -> None:
        self.rule = rule
        self.column = column
        self.required = required
        self.reached = reached
        self.missing = required - reached
        where = f" of column {column!r}" if column else ""
        if rule in _UNITS:
            told = f"{reached} {_UNITS[rule]}, {_plain(self.missing)} missing"
        elif rule == "presence":
            told = f"of the people on the list {reached:g} would be released, {_plain(abs(self.missing))} away"
        else:
            told = f"the commonest answer is {reached} times as frequent as the rest, {_plain(-self.missing)} too much"
        super().__init__(f"{rule} = {_plain(required)}{where} cannot be reached: {told}")


def _plain(number: float) -> str:
    return f"{number:.4g}" if isinstance(number, float) else str(number)


class ReleaseRefusedError(AnonymizeError):
    """The verifier re-measured a release and found it false: nothing may be sent."""

    def __init__(self, rule: str, detail: str, required: float = 0, reached: float = 0, /, **values: object) -> None:
        self.rule, self.detail = rule, worded(detail, values)
        super().__init__(f"release refused by rule {rule!r}: {self.detail} (required {required}, measured {reached})")
        self.required = required
        self.reached = reached


class ReadByRuleError(ReleaseRefusedError):
    """Whoever knows the rule of seats would read so many people by one more release of a series."""

    def __init__(self, people: int) -> None:
        super().__init__(
            "insiders", "people whose answer one other person could read who knows how seats are taken", 0, people
        )


class StillReadError(ReadByRuleError):
    """The release was made `makings` times, and each time somebody would be read."""

    def __init__(self, people: int, makings: int) -> None:
        super().__init__(people)
        self.makings = makings


class ReleaseFormatError(AnonymizeError):
    """JSON that is no canonical release."""

    def __init__(self, field: str, rule: str, /, **values: object) -> None:
        self.field, self.rule = field, worded(rule, values)
        super().__init__(f"{field}: {self.rule}")


class SeatsFormatError(AnonymizeError):
    """A history of releases that is none, or damaged: without it no further release may be made."""

    def __init__(self, rule: str, /, **values: object) -> None:
        self.rule = worded(rule, values)
        super().__init__(f"history of releases: {self.rule}")
