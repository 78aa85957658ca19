"""Every refusal of this package, each its own type, under one root.

PersonalDataStoreError
├── StoreError                      a back end refuses or cannot answer
│   ├── NameRefusedError            an account, box, document or recipient name outside the rule
│   ├── NotSealedError              something that is not a SealedDocument was offered
│   ├── ConditionRefusedError       if_match and if_none_match contradict each other
│   ├── AccountUnknownError
│   ├── AccountErasedError
│   ├── DocumentUnknownError
│   ├── ETagConflictError           the document is not in the state the writer believed
│   ├── NotGrantedError             the reader holds no live grant for the box
│   ├── StoreFormatError            the file is of another program or version, or damaged
│   ├── ArchiveFormatError          an exported archive is not whole, or not in its one accepted form
│   ├── PlaceRefusedError           a store that is not offered, or a server that may not be named
│   ├── MoveError                   documents cannot be moved there now, or came back with other bytes
│   └── StoreUnavailableError       disk full, locked, closed: try again later
├── CanonicalFormError              a value has no canonical form, or bytes are not in it
├── EnvelopeError
│   ├── KeyFormatError
│   ├── EnvelopeFormatError         bytes are no sealed document, or not its canonical form
│   ├── NotARecipientError          no wrap for this key
│   └── EnvelopeForgedError         a wrap, the content or the context was altered
└── EscrowError
    ├── NotInGroupError             a scalar or point is not canonical, or not in the prime-order group
    ├── ThresholdRefusedError       k of n makes no sense
    ├── EscrowTermsError            the public terms of an escrow are malformed
    ├── EscrowForgedError           the escrowed document is not the one its terms name
    ├── DealError                   shares could not be dealt anew
    │   ├── DealFormatError
    │   ├── WrongDealError          says whose deal does not prove itself, or whose piece does not fit
    │   └── MissingDealsError       says whose deals are still to come
    └── ShareError
        ├── ShareFormatError        a written share is not in its one accepted form
        ├── PaperWordError          a word on paper is none of the list: says which and what was perhaps meant
        ├── ShareChecksumError      a written share was mistyped or damaged
        ├── SharePasswordError      wrong password, or an altered keystore
        ├── ShareIndexError         index zero, repeated, or beyond the number of holders
        ├── ForeignShareError       of another escrow, epoch or policy
        ├── WrongShareError         does not fit the commitments: says which
        ├── WrongPartialError       a partial decryption whose proof fails: says whose
        ├── DrillFailedError        a holder did not prove possession of the share
        ├── MnemonicSetError        SLIP-39 words that give no secret: damaged, of different sets, too few or too many
        └── TooFewSharesError       says how many are missing
"""

from __future__ import annotations


class PersonalDataStoreError(Exception):
    """The personal data store refused."""


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

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field, self.rule = field, rule


class MoveError(StoreError):
    """Documents could not be moved to another store."""


class StoreUnavailableError(StoreError):
    """The back end cannot answer now."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where, self.reason = where, reason


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

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"sealed document, {field}: {rule}")
        self.field, self.rule = field, rule


class NotARecipientError(EnvelopeError):
    """The document is not wrapped to this key."""

    def __init__(self, public_key: str) -> None:
        super().__init__(f"the document is not wrapped to {public_key}, or that wrap was destroyed")
        self.public_key = public_key


class EnvelopeForgedError(EnvelopeError):
    """Part of a sealed document was altered, or it belongs to another context."""

    def __init__(self, part: str) -> None:
        super().__init__(f"{part}")
        self.part = part


class EscrowError(PersonalDataStoreError):
    """An escrow operation was refused."""


class NotInGroupError(EscrowError):
    """Not a canonical scalar, or not a point of the prime-order group."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field, self.rule = field, rule


class ThresholdRefusedError(EscrowError):
    """k of n makes no sense."""

    def __init__(self, threshold: int, holders: int, rule: str) -> None:
        super().__init__(f"{threshold} of {holders}: {rule}")
        self.threshold, self.holders, self.rule = threshold, holders, rule


class EscrowTermsError(EscrowError):
    """The public terms of an escrow are malformed."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"escrow, {field}: {rule}")
        self.field, self.rule = field, rule


class EscrowForgedError(EscrowError):
    """The escrowed document is not the one its terms name."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DealError(EscrowError):
    """Shares could not be dealt anew."""


class DealFormatError(DealError):
    """A deal is not in its one accepted form, or was made for another round."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"deal, {field}: {rule}")
        self.field, self.rule = field, rule


class WrongDealError(DealError):
    """Deals that do not prove themselves, or whose piece for this holder does not fit."""

    def __init__(self, dealers: tuple[int, ...], reason: str) -> None:
        named = ", ".join(str(dealer) for dealer in dealers)
        super().__init__(f"deal of custodian {named}: {reason}")
        self.dealers, self.reason = dealers, reason


class MissingDealsError(DealError):
    """Not every custodian of the quorum has dealt."""

    def __init__(self, dealers: tuple[int, ...]) -> None:
        super().__init__(f"still to deal: custodian {', '.join(str(dealer) for dealer in dealers)}")
        self.dealers = dealers


class ShareError(EscrowError):
    """A share was refused."""


class ShareFormatError(ShareError):
    """A written share is not in its one accepted form."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"share, {field}: {rule}")
        self.field, self.rule = field, rule


class PaperWordError(ShareError):
    """A word is not in the list."""

    def __init__(self, position: int, word: str, suggestions: tuple[str, ...]) -> None:
        hint = f"; perhaps {' or '.join(suggestions)}" if suggestions else ""
        super().__init__(f"word {position} ({word!r}) is not in the list{hint}")
        self.position, self.word, self.suggestions = position, word, suggestions


class ShareChecksumError(ShareError):
    """A written share was mistyped or damaged."""

    def __init__(self) -> None:
        super().__init__("the checksum does not fit: the share was mistyped or damaged")


class MnemonicSetError(ShareError):
    """SLIP-39 words that give no secret, or a split that the standard forbids."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SharePasswordError(ShareError):
    """The password does not open the keystore."""

    def __init__(self, index: int) -> None:
        super().__init__(f"the keystore of share {index} does not open: wrong password, or the file was altered")
        self.index = index


class ShareIndexError(ShareError):
    """An index is zero, given twice, or beyond the number of holders."""

    def __init__(self, index: int, rule: str) -> None:
        super().__init__(f"share {index}: {rule}")
        self.index, self.rule = index, rule


class ForeignShareError(ShareError):
    """The share belongs to another escrow, epoch or policy."""

    def __init__(self, index: int, field: str, expected: str, found: str) -> None:
        super().__init__(f"share {index} is of another {field}: {found}, not {expected}")
        self.index, self.field, self.expected, self.found = index, field, expected, found


class WrongShareError(ShareError):
    """Shares do not fit the commitments their dealer published."""

    def __init__(self, indexes: tuple[int, ...]) -> None:
        named = ", ".join(str(index) for index in indexes)
        super().__init__(f"does not fit the published commitments: share {named}")
        self.indexes = indexes


class WrongPartialError(ShareError):
    """Partial decryptions whose proofs fail."""

    def __init__(self, indexes: tuple[int, ...]) -> None:
        named = ", ".join(str(index) for index in indexes)
        super().__init__(f"the proof fails for the contribution of custodian {named}")
        self.indexes = indexes


class DrillFailedError(ShareError):
    """A holder did not prove possession of the share."""

    def __init__(self, index: int) -> None:
        super().__init__(f"custodian {index} did not prove possession of share {index} for this challenge")
        self.index = index


class TooFewSharesError(ShareError):
    """Fewer shares than the threshold."""

    def __init__(self, given: int, threshold: int) -> None:
        self.given, self.threshold, self.missing = given, threshold, threshold - given
        super().__init__(f"{given} of {threshold} shares: {self.missing} more needed")
