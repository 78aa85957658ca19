"""DryRunError: a table, specification or folder cannot be used."""

from bank_api.domain.anonymize.sentence import worded


class DryRunError(Exception):
    """A file breaks a rule: `field` names file or column, `rule` what it must satisfy."""

    def __init__(self, field: str, rule: str, /, **values: object) -> None:
        self.field, self.rule = field, worded(rule, values)
        super().__init__(f"{field}: {self.rule}")
