"""What a personal data store does for Azukari, whichever product keeps the documents.

An account holds boxes, a box holds documents, a document is sealed before it comes here. Writes are conditional by
ETag; the same write sent again is success; names are made by the caller and limited to what every back end can keep.
A reader other than the owner needs a live grant for the box. Large documents are kept in chunks (`chunks`). The store
never opens a document: it has no key.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from pds_adapter.errors import ConditionRefusedError, NameRefusedError, NotSealedError, StoreError
from pds_adapter.sealing.envelope import SealedDocument
from pds_adapter.stores.chunks import CHUNK_BOX, ChunkStore

NAME_PATTERN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
NAME_RULE: Final = "1 to 128 of A-Z a-z 0-9 . _ - and a letter or digit first"
RESERVED_SUFFIXES: Final = (".acl", ".meta")
"""Solid servers keep access rules and metadata under these names."""


class Outcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    REPEATED = "repeated"
    """The very same content was there already; nothing changed."""


@dataclass(frozen=True)
class Reference:
    """Where a document is."""

    account_id: str
    box: str
    name: str

    def __post_init__(self) -> None:
        check_name("account id", self.account_id)
        check_name("box", self.box)
        check_name("name", self.name)
        if self.box.startswith(CHUNK_BOX):
            raise NameRefusedError("box", self.box, f"may not begin with {CHUNK_BOX}")


@dataclass(frozen=True)
class Document:
    account_id: str
    box: str
    name: str
    etag: str
    content: SealedDocument


@dataclass(frozen=True)
class Entry:
    """One line of a list: everything about a document but its content."""

    account_id: str
    box: str
    name: str
    etag: str
    size_bytes: int


@dataclass(frozen=True)
class Put:
    """A document to be written, and the state the writer believes it to be in."""

    account_id: str
    box: str
    name: str
    content: SealedDocument
    if_match: str | None = None
    """Write only over the document with this ETag."""
    if_none_match: bool = False
    """Write only if there is no such document yet."""

    def __post_init__(self) -> None:
        Reference(self.account_id, self.box, self.name)
        if not isinstance(self.content, SealedDocument):
            raise NotSealedError(type(self.content).__name__)
        if self.if_match is not None and self.if_none_match:
            raise ConditionRefusedError


@dataclass(frozen=True)
class Stored:
    """The answer to a write."""

    etag: str
    outcome: Outcome


@dataclass(frozen=True)
class Grant:
    """Leave to read one box, as long as it is not revoked."""

    account_id: str
    box: str
    recipient: str
    granted_at: int
    revoked_at: int | None = None


@dataclass(frozen=True)
class Erasure:
    """What was destroyed when an account was erased."""

    account_id: str
    documents: int
    wraps: int
    grants: int
    erased_at: int


class PersonalDataStore(ChunkStore, Protocol):
    """Times are whole Unix seconds and come from the caller. Every method raises StoreError and nothing else."""

    def open_account(self, account_id: str, opened_at: int) -> bool:
        """True if it is new, False if it was open already."""

    def open_accounts(self, account_ids: Sequence[str], opened_at: int) -> int:
        """Open many; how many were new. None is opened if one of them was erased."""

    def put(
        self,
        account_id: str,
        box: str,
        name: str,
        content: SealedDocument,
        *,
        if_match: str | None = None,
        if_none_match: bool = False,
    ) -> Stored:
        """Write one document durably; identical content is REPEATED whatever the condition."""

    def put_many(self, puts: Sequence[Put]) -> list[Stored | StoreError]:
        """Write many together. Answers stand in the order of `puts`; a refused one never sinks its neighbours."""

    def get(self, account_id: str, box: str, name: str, *, reader: str | None = None) -> Document:
        """Read for the owner, or for a `reader` who must hold a live grant for the box."""

    def get_many(self, references: Sequence[Reference], *, reader: str | None = None) -> list[Document | StoreError]:
        """Read many; answers stand in the order of `references`."""

    def entries(self, account_id: str, box: str | None = None, *, reader: str | None = None) -> list[Entry]:
        """What a box (or the whole account) holds, in order of box and name."""

    def delete(self, account_id: str, box: str, name: str, *, if_match: str | None = None) -> bool:
        """Remove for good; False if it was not there (any more)."""

    def grant(self, account_id: str, box: str, recipient: str, granted_at: int) -> Grant:
        """Let a recipient read a box; a live grant is answered as it stands."""

    def revoke(self, account_id: str, box: str, recipient: str, revoked_at: int) -> Grant | None:
        """End a grant at once; None if there was none to end."""

    def grants(self, account_id: str, box: str | None = None) -> list[Grant]:
        """Every grant ever made here, ended ones included, oldest first."""

    def export(self, account_id: str) -> Iterator[Document]:
        """Every document of the account, in order of box and name."""

    def erase(self, account_id: str, erased_at: int) -> Erasure:
        """Destroy all wraps and remove all documents; a second call answers what the first destroyed."""

    def close(self) -> None:
        """Let go of files and connections."""


def etag_of(encoded: bytes) -> str:
    """A digest of the document's bytes, so that every back end gives the same document the same ETag."""
    return hashlib.blake2b(encoded, digest_size=16).hexdigest()


def check_name(field: str, value: str) -> None:
    if not isinstance(value, str) or not NAME_PATTERN.fullmatch(value):
        raise NameRefusedError(field, value, NAME_RULE)
    if value.endswith(RESERVED_SUFFIXES):
        raise NameRefusedError(field, value, f"may not end in {' or '.join(RESERVED_SUFFIXES)}")
