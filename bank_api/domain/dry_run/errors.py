"""DryRunError: a table, specification or folder cannot be used."""


class DryRunError(Exception):
    """A file breaks a rule: `field` names file or column, `rule` what it must satisfy."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule
