"""What a back end on somebody's server must know to be a store: how one thing is read, written and removed there.

What is made of it, alike for all, is in `hosted` and `hosted_chunks`.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import Any, Final, Generic

from pds_adapter.errors import AccountErasedError, AccountUnknownError, DocumentUnknownError, NotGrantedError
from pds_adapter.stores.chunks import ChunkPlace
from pds_adapter.stores.hosted_directory import HostedAccount, HostedDirectory, Identity
from pds_adapter.stores.port import Reference, check_name

Place = Reference | ChunkPlace
ACCOUNT, READER = "account", "reader"
RACES_MAX: Final = 20
"""How often a write is tried again when others write at the same moment."""


class HostedServer(ABC, Generic[Identity]):
    """`directory` keeps credentials, grants and erasures."""

    def __init__(self, directory: HostedDirectory[Identity]) -> None:
        self._directory = directory
        self._turn = threading.RLock()

    @abstractmethod
    def _open(self, kind: str, name: str, opened_at: int) -> None:
        """Make the place (or find the one that an earlier call began) and save its account."""

    @abstractmethod
    def _read(
        self, account: HostedAccount[Identity], place: Place, reader: str | None = None
    ) -> tuple[bytes | None, str]:
        """Bytes (None: not there) and the server's ETag, with the owner's or the reader's own rights."""

    @abstractmethod
    def _write(self, account: HostedAccount[Identity], place: Place, encoded: bytes, guard: str | None) -> bool:
        """Write over what has the server's ETag `guard`, or where nothing is (None). False: it is not so any more."""

    @abstractmethod
    def _drop(self, account: HostedAccount[Identity], place: Place, guard: str) -> bool | None:
        """Remove what has this ETag. False: it was gone already; None: it has changed."""

    @abstractmethod
    def _boxes(self, account: HostedAccount[Identity]) -> list[str]:
        """Names of the boxes, in order."""

    @abstractmethod
    def _names(self, account: HostedAccount[Identity], box: str) -> list[str]:
        """Names of the documents of a box, in order; none if there is no such box."""

    @abstractmethod
    def _write_rules(self, account: HostedAccount[Identity], box: str) -> None:
        """Tell the server who may read the box: all of `account.readers(box)`, and nobody else but the owner."""

    @abstractmethod
    def _remove(self, account: HostedAccount[Identity]) -> None:
        """Remove all documents."""

    @abstractmethod
    def _drop_box(self, account: HostedAccount[Identity], box: str) -> None:
        """Remove a box with all that is in it; it may be gone already."""

    @abstractmethod
    def _where(self, account: HostedAccount[Identity], place: Place) -> str:
        """The document's address."""

    def _found(self, account: HostedAccount[Identity], place: Place, reader: str | None) -> bytes:
        if reader is not None:
            check_name("reader", reader)
            if self._directory.load(READER, reader) is None:
                raise NotGrantedError(place.account_id, place.box, reader)
        found, _guard = self._read(account, place, reader)
        if found is None:
            raise DocumentUnknownError(place.account_id, place.box, place.name)
        return found

    def _account(self, account_id: str) -> HostedAccount[Identity]:
        account = self._known(account_id)
        refuse_erased(account)
        return account

    def _known(self, account_id: str) -> HostedAccount[Identity]:
        check_name("account id", account_id)
        account = self._directory.load(ACCOUNT, account_id)
        if account is None:
            raise AccountUnknownError(account_id)
        return account


def refuse_erased(account: HostedAccount[Any] | None) -> None:
    if account is not None and account.erasure is not None:
        raise AccountErasedError(account.account_id, account.erasure.erased_at)
