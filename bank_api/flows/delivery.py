"""Deliver: a sealed release to its partner, whole or from some byte on; noted each time, before a byte of it leaves.

Only what the ledger has recorded is handed out. What was noted is metered in the partner's statement, with who of its
team asked. A bank that dies in between has noted what nobody got: who comes again is noted again.
"""

import hashlib
import re
from dataclasses import dataclass

from bank_api.auth import Caller
from bank_api.bank import Bank
from bank_api.errors import ForbiddenError, NotFoundError
from bank_api.protocol.messages.said import said
from bank_api.store.tables import ReleaseReadingRow
from bank_api.views.kept import recorded_release

_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


@dataclass(frozen=True, slots=True)
class Delivered:
    """A sealed payload, or a part of it."""

    payload_root: str
    tag: str
    """The same for the same bytes and for no others (an entity tag, RFC 9110 8.8.3)."""
    part: bytes
    first: int
    size: int

    @property
    def is_whole(self) -> bool:
        return len(self.part) == self.size


def deliver(
    bank: Bank, caller: Caller, release_id: str, asked_range: str | None = None, if_range: str | None = None
) -> Delivered:
    """Raises NotFoundError before the ledger has the release, ForbiddenError for another partner's."""
    found = recorded_release(bank, release_id)
    if found is None:
        raise NotFoundError("release", release_id)
    row, _ = found
    if row.partner != caller.account:
        raise ForbiddenError(said("refusal-anothers-release"))
    tag = f'"{hashlib.sha256(row.sealed).hexdigest()}"'
    wanted = asked_range if if_range in (None, tag) else None
    first, end = _bounds(wanted, len(row.sealed))
    bank.catalog.note_reading(
        ReleaseReadingRow(
            release_id=release_id,
            partner=row.partner,
            reader=caller.delegate or caller.account,
            first_byte=first,
            sent_bytes=end - first,
            at=bank.clock(),
        )
    )
    return Delivered(row.payload_root, tag, row.sealed[first:end], first, len(row.sealed))


def _bounds(asked: str | None, size: int) -> tuple[int, int]:
    """First byte and the one after the last. A range that is none, several, or beyond the end is not heeded, as
    RFC 9110 14.2 allows: all is sent."""
    found = None if asked is None else _RANGE.fullmatch(asked.strip())
    if found is None:
        return 0, size
    if found[3] is not None:
        first, end = max(0, size - int(found[3])), size
    else:
        first, end = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
    return (first, end) if first < end else (0, size)
