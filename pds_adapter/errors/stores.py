"""Refusals of stores: what a back end refuses or cannot answer."""

from __future__ import annotations

from pds_adapter.errors.root import PersonalDataStoreError
from pds_adapter.sentence import worded


class StoreError(PersonalDataStoreError):
    """The store refused."""


class NameRefusedError(StoreError):
    """A name is outside the rule that all back ends can keep."""

    def __init__(self, field: str, value: object, rule: str) -> None:
        super().__init__(f"{field} {value!r}: {rule}")
        self.field, self.value, self.rule = field, value, rule


class NotSealedError(StoreError):
    """Only sealed documents may be stored."""

    def __init__(self, offered: str) -> None:
        super().__init__(f"only a SealedDocument may be stored, not {offered}")
        self.offered = offered


class ConditionRefusedError(StoreError):
    """A write names two conditions that cannot both hold."""

    def __init__(self) -> None:
        super().__init__("a write may ask for if_match or for if_none_match, not for both")


class AccountUnknownError(StoreError):
    """No such account was opened here."""

    def __init__(self, account_id: str) -> None:
        super().__init__(f"account {account_id} was never opened in this store")
        self.account_id = account_id


class AccountErasedError(StoreError):
    """The account was erased at its owner's wish."""

    def __init__(self, account_id: str, erased_at: int) -> None:
        super().__init__(f"account {account_id} was erased at {erased_at}; an erased account stays closed")
        self.account_id, self.erased_at = account_id, erased_at


class DocumentUnknownError(StoreError):
    """No such document."""

    def __init__(self, account_id: str, box: str, name: str) -> None:
        super().__init__(f"account {account_id} has no document {box}/{name}")
        self.account_id, self.box, self.name = account_id, box, name


class ETagConflictError(StoreError):
    """The stored document is not the one the writer believed."""

    def __init__(self, account_id: str, box: str, name: str, expected: str | None, found: str | None) -> None:
        believed = f"with etag {expected}" if expected else "absent"
        state = f"has etag {found}" if found else "is absent"
        super().__init__(f"{account_id} {box}/{name}: the writer believed it {believed}, but it {state}")
        self.account_id, self.box, self.name = account_id, box, name
        self.expected, self.found = expected, found
        """None stands for "no such document"."""


class NotGrantedError(StoreError):
    """The reader holds no live grant for this box."""

    def __init__(self, account_id: str, box: str, reader: str) -> None:
        super().__init__(f"{reader} holds no live grant for box {box} of account {account_id}")
        self.account_id, self.box, self.reader = account_id, box, reader


class StoreFormatError(StoreError):
    """The stored file is not one this version can read."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where, self.reason = where, reason


class ArchiveFormatError(StoreError):
    """An exported archive is not whole, or not in its one accepted form."""

    def __init__(self, entry: str, rule: str) -> None:
        super().__init__(f"archive, {entry}: {rule}")
        self.entry, self.rule = entry, rule


class PlaceRefusedError(StoreError):
    """A place for documents is not to be had."""

    def __init__(self, field: str, rule: str, /, **values: object) -> None:
        self.field, self.rule = field, worded(rule, values)
        super().__init__(f"{field}: {self.rule}")


class MoveError(StoreError):
    """Documents could not be moved to another store."""

    def __init__(self, rule: str, /, **values: object) -> None:
        self.rule = worded(rule, values)
        super().__init__(self.rule)


class StoreUnavailableError(StoreError):
    """The back end cannot answer now."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where, self.reason = where, reason
