"""What anonymization refuses, and why.

AnonymizeError
├── SchemaError               a column, hierarchy or policy is declared wrongly
├── InputRowError             a source row breaks its declared column
│   └── UndeclaredColumnError     a row carries a column nobody declared
├── PolicyUnreachableError    the rows cannot reach the policy, and by how much
├── ReleaseRefusedError       the verifier re-measured a release and found it false
├── ReleaseFormatError        JSON that is no canonical release
└── SeatsFormatError          a history of releases that is none, or damaged
"""

from __future__ import annotations

from chaincode.sentence import worded


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


class PolicyUnreachableError(AnonymizeError):
    """The rows cannot reach the policy; `missing` says by how much, in rows (k) or values (l)."""

    def __init__(self, rule: str, required: int, reached: int, column: str | None = None) -> None:
        self.rule = rule
        self.column = column
        self.required = required
        self.reached = reached
        self.missing = required - reached
        unit = "rows" if rule == "k" else "distinct values"
        where = f" of column {column!r}" if column else ""
        super().__init__(f"{rule} = {required}{where} cannot be reached: {reached} {unit}, {self.missing} missing")


class ReleaseRefusedError(AnonymizeError):
    """The verifier re-measured a release and found it false: nothing may be sent."""

    def __init__(self, rule: str, detail: str, required: float = 0, reached: float = 0, /, **values: object) -> None:
        self.rule, self.detail = rule, worded(detail, values)
        super().__init__(f"release refused by rule {rule!r}: {self.detail} (required {required}, measured {reached})")
        self.required = required
        self.reached = reached


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
