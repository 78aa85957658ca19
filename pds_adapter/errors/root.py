"""The one root."""

from __future__ import annotations


class PersonalDataStoreError(Exception):
    """The personal data store refused."""
