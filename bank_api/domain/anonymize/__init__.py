"""Anonymized releases: k, l and t, an independent verifier, an attack report. NumPy only.

Start at `release.anonymize`. A release that cannot satisfy its policy is not made; `errors` lists what is said instead.
"""

from bank_api.domain.anonymize.attack import AttackReport
from bank_api.domain.anonymize.document import ReleaseDocument
from bank_api.domain.anonymize.errors import (
    AnonymizeError,
    InputRowError,
    PolicyUnreachableError,
    ReleaseFormatError,
    ReleaseRefusedError,
    SchemaError,
    UndeclaredColumnError,
)
from bank_api.domain.anonymize.hierarchy import Hierarchy
from bank_api.domain.anonymize.preview import Preview, preview
from bank_api.domain.anonymize.release import AnonymizedRelease, anonymize
from bank_api.domain.anonymize.schema import Column, ColumnRole, ReleasePolicy
from bank_api.domain.anonymize.suppress import Suppression, Why
from bank_api.domain.anonymize.verify import Measured, verify

__all__ = [
    "AnonymizeError",
    "AnonymizedRelease",
    "AttackReport",
    "Column",
    "ColumnRole",
    "Hierarchy",
    "InputRowError",
    "Measured",
    "PolicyUnreachableError",
    "Preview",
    "ReleaseDocument",
    "ReleaseFormatError",
    "ReleasePolicy",
    "ReleaseRefusedError",
    "SchemaError",
    "Suppression",
    "UndeclaredColumnError",
    "Why",
    "anonymize",
    "preview",
    "verify",
]
