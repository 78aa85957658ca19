"""Refusals of escrow: groups, terms, deals, shares and partial decryptions."""

from __future__ import annotations

from pds_adapter.errors.root import PersonalDataStoreError


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


class MnemonicLineError(MnemonicSetError):
    """One set of words among several is damaged or cut short; `number` says which, from 1."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"set of words {number}: {reason}")
        self.number, self.reason = number, reason


class MnemonicCountError(MnemonicSetError):
    """A group that is not spoken for by exactly as many sets of words as it wants; `first` are the words they share."""

    def __init__(self, first: str, given: int, needed: int) -> None:
        super().__init__(f"of the sets of words that begin with {first}, {needed} are needed, and {given} are there")
        self.first, self.given, self.needed = first, given, needed


class GroupCountError(MnemonicSetError):
    """Too few or too many groups speak."""

    def __init__(self, given: int, needed: int) -> None:
        super().__init__(f"{needed} groups are needed, and words of {given} are there")
        self.given, self.needed = given, needed


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
