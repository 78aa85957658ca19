"""What a store on somebody's server must remember that no such server does: whose place is where, grants with their
times, erasures.

One JSON file (mode 0600) an account, replaced atomically, in a directory that one process at a time may hold. The
access rules on the server are a mirror of the grants here, written anew from them each time.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from pds_adapter.errors import StoreFormatError, StoreUnavailableError
from pds_adapter.sealing.keys import Randomness, system_randomness
from pds_adapter.stores.port import Erasure, Grant

SECRET_BYTES: Final = 32
Identity = TypeVar("Identity")


@dataclass(frozen=True)
class HostedAccount(Generic[Identity]):
    """An owner or a reader; `identity` is what the back end knows of it and may hold a secret that no repr shows."""

    account_id: str
    opened_at: int
    identity: Identity
    grants: tuple[Grant, ...] = ()
    erasure: Erasure | None = None
    """Set, with its counts, before the first document is removed."""
    erased: bool = False

    def live_grant(self, box: str, recipient: str) -> Grant | None:
        return next(
            (g for g in self.grants if (g.box, g.recipient, g.revoked_at) == (box, recipient, None)),
            None,
        )

    def readers(self, box: str) -> tuple[str, ...]:
        return tuple(g.recipient for g in self.grants if g.box == box and g.revoked_at is None)

    def with_grant(self, grant: Grant) -> HostedAccount[Identity]:
        return replace(self, grants=(*self.grants, grant))

    def with_revoked(self, live: Grant, ended: Grant) -> HostedAccount[Identity]:
        return replace(self, grants=tuple(ended if grant == live else grant for grant in self.grants))


class HostedDirectory(Generic[Identity]):
    """What is remembered here of accounts at a server: a file each. One process at a time has it."""

    def __init__(self, path: Path, identity_type: type[Identity], randomness: Randomness = system_randomness) -> None:
        self._path, self._identity_type = path, identity_type
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = (path / "lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise StoreUnavailableError(str(path), "another process holds this directory") from None
        secret = path / "secret"
        if not secret.exists():
            write_whole(secret, randomness(SECRET_BYTES))
        self._secret = secret.read_bytes()
        if len(self._secret) != SECRET_BYTES:
            raise StoreFormatError(str(secret), f"must be {SECRET_BYTES} bytes")

    def close(self) -> None:
        self._lock.close()

    def pod_name(self, kind: str, name: str) -> str:
        """Says nothing about the account, and never meets that of another directory on the same server."""
        return "a" + self._derive(f"pod {kind} {name}")[:32]

    def password(self, kind: str, name: str) -> str:
        return self._derive(f"password {kind} {name}")

    def load(self, kind: str, name: str) -> HostedAccount[Identity] | None:
        file = self._file(kind, name)
        if not file.exists():
            return None
        try:
            value: dict[str, Any] = json.loads(file.read_bytes())
            erasure = value.pop("erasure")
            return HostedAccount(
                value["account_id"],
                value["opened_at"],
                self._identity_type(**value["identity"]),
                tuple(Grant(**grant) for grant in value["grants"]),
                Erasure(**erasure) if erasure else None,
                value["erased"],
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreFormatError(str(file), f"is damaged: {error}") from error

    def save(self, kind: str, account: HostedAccount[Identity]) -> None:
        write_whole(self._file(kind, account.account_id), json.dumps(asdict(account)).encode())

    def _file(self, kind: str, name: str) -> Path:
        return self._path / f"{kind}-{name}.json"

    def _derive(self, label: str) -> str:
        return hmac.new(self._secret, label.encode(), hashlib.sha256).hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Whole or not at all, and on the disk before we go on. The file is its owner's alone (mode 0600)."""
    fresh = path.with_name(path.name + ".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    parent = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)
