"""Refusals of sealing: values without a canonical form, documents and keys that are not what they should be."""

from __future__ import annotations

from pds_adapter.errors.root import PersonalDataStoreError
from pds_adapter.sentence import worded


class CanonicalFormError(PersonalDataStoreError):
    """A value has no canonical form, or bytes are not in it."""

    def __init__(self, path: str, rule: str) -> None:
        super().__init__(f"{path}: {rule}")
        self.path, self.rule = path, rule


class EnvelopeError(PersonalDataStoreError):
    """A sealed document or a key was refused."""


class KeyFormatError(EnvelopeError):
    """A key is not in its one accepted form."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field, self.rule = field, rule


class EnvelopeFormatError(EnvelopeError):
    """Bytes are not a sealed document in canonical form."""

    def __init__(self, field: str, rule: str, /, **values: object) -> None:
        self.field, self.rule = field, worded(rule, values)
        super().__init__(f"sealed document, {field}: {self.rule}")


class NotARecipientError(EnvelopeError):
    """The document is not wrapped to this key."""

    def __init__(self, public_key: str) -> None:
        super().__init__(f"the document is not wrapped to {public_key}, or that wrap was destroyed")
        self.public_key = public_key


class EnvelopeForgedError(EnvelopeError):
    """Part of a sealed document was altered, or it belongs to another context."""

    def __init__(self, part: str, /, **values: object) -> None:
        self.part = worded(part, values)
        super().__init__(self.part)
