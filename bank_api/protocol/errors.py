"""How the room says no. Each side turns these into its own errors where they enter.

ProtocolError
├── FieldError        a field of a document breaks a rule
└── CredentialError   a credential is not what its source signed, or not shown by its holder
"""

from collections.abc import Sequence

from bank_api.protocol.messages.said import Words


class ProtocolError(Exception):
    """A document or message is not as both sides agreed."""


class FieldError(ProtocolError):
    """A field breaks a rule, which never quotes a person's value: it may reach a log. `words` is the rule as said."""

    def __init__(self, field: str, rule: Words) -> None:
        super().__init__(f"{field}: {rule}")
        self.field, self.rule, self.words = field, str(rule), rule


class CredentialError(ProtocolError):
    """A credential does not hold; `words` says which part of it, and quotes no claim's value."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


def field_name(place: Sequence[str | int]) -> str:
    """A place in a JSON document as people write it: questions[0].choices[1].value."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
