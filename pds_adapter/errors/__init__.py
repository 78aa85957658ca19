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
        │   ├── MnemonicLineError   which set of words is damaged
        │   ├── MnemonicCountError  of one group too few or too many
        │   └── GroupCountError     too few or too many groups
        └── TooFewSharesError       says how many are missing
"""

from __future__ import annotations

from pds_adapter.errors.escrow import (
    DealError,
    DealFormatError,
    DrillFailedError,
    EscrowError,
    EscrowForgedError,
    EscrowTermsError,
    ForeignShareError,
    GroupCountError,
    MissingDealsError,
    MnemonicCountError,
    MnemonicLineError,
    MnemonicSetError,
    NotInGroupError,
    PaperWordError,
    ShareChecksumError,
    ShareError,
    ShareFormatError,
    ShareIndexError,
    SharePasswordError,
    ThresholdRefusedError,
    TooFewSharesError,
    WrongDealError,
    WrongPartialError,
    WrongShareError,
)
from pds_adapter.errors.root import (
    PersonalDataStoreError,
)
from pds_adapter.errors.sealing import (
    CanonicalFormError,
    EnvelopeError,
    EnvelopeForgedError,
    EnvelopeFormatError,
    KeyFormatError,
    NotARecipientError,
)
from pds_adapter.errors.stores import (
    AccountErasedError,
    AccountUnknownError,
    ArchiveFormatError,
    ConditionRefusedError,
    DocumentUnknownError,
    ETagConflictError,
    MoveError,
    NameRefusedError,
    NotGrantedError,
    NotSealedError,
    PlaceRefusedError,
    StoreError,
    StoreFormatError,
    StoreUnavailableError,
)

__all__ = [
    "AccountErasedError",
    "AccountUnknownError",
    "ArchiveFormatError",
    "CanonicalFormError",
    "ConditionRefusedError",
    "DealError",
    "DealFormatError",
    "DocumentUnknownError",
    "DrillFailedError",
    "ETagConflictError",
    "EnvelopeError",
    "EnvelopeForgedError",
    "EnvelopeFormatError",
    "EscrowError",
    "EscrowForgedError",
    "EscrowTermsError",
    "ForeignShareError",
    "GroupCountError",
    "KeyFormatError",
    "MissingDealsError",
    "MnemonicCountError",
    "MnemonicLineError",
    "MnemonicSetError",
    "MoveError",
    "NameRefusedError",
    "NotARecipientError",
    "NotGrantedError",
    "NotInGroupError",
    "NotSealedError",
    "PaperWordError",
    "PersonalDataStoreError",
    "PlaceRefusedError",
    "ShareChecksumError",
    "ShareError",
    "ShareFormatError",
    "ShareIndexError",
    "SharePasswordError",
    "StoreError",
    "StoreFormatError",
    "StoreUnavailableError",
    "ThresholdRefusedError",
    "TooFewSharesError",
    "WrongDealError",
    "WrongPartialError",
    "WrongShareError",
]
