"""Accounts as `membership` has them now: which key, which roles, suspended or not. Folded from events, in order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bank_api.index.rows import position_of
from bank_api.index.undoing import Before
from bank_api.store import statements
from bank_api.store.moment import Moment
from bank_api.store.tables import IndexedAccountRow
from chaincode import events
from chaincode.bindings import Role


@dataclass(frozen=True, slots=True)
class RecordedAccount:
    """An account as the ledger has it. `roles` are what it was given; `active` what it may use now."""

    account: str
    key: str
    roles: Role
    is_suspended: bool
    is_resting: bool = False
    """Whether a recovery waits: then nobody acts for it."""
    agreed_at: tuple[int, int] = (-1, -1)
    """The block and the place in its logs where it last accepted the terms of its time."""

    @property
    def active(self) -> Role:
        return Role(0) if self.is_suspended or self.is_resting else self.roles


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What one event does to an account: roles given and taken, a new key, suspension."""

    account: str
    given: int = 0
    taken: int = 0
    key: str | None = None
    is_suspended: bool | None = None
    is_resting: bool | None = None
    agreed_at: tuple[int, int] | None = None


def changes(found: Iterable[events.Event]) -> list[AccountChange]:
    """What events do to accounts."""
    return [change for event in found if (change := _change(event)) is not None]


def apply(moment: Moment, found: Iterable[AccountChange], before: Before) -> None:
    """Enter changes, in order. A first role makes the address an account whose key is itself."""
    found = list(found)
    changed = _known(moment, dict.fromkeys(change.account for change in found), before)
    for change in found:
        row = changed[change.account]
        row["roles"] = (row["roles"] | change.given) & ~change.taken
        for field in ("key", "is_suspended", "is_resting"):
            if (fresh := getattr(change, field)) is not None:
                row[field] = fresh
        if change.agreed_at is not None:
            row["agreed_block"], row["agreed_log_index"] = change.agreed_at
    # Taken out first: of two accounts that exchange keys neither may stand in the other's way.
    statements.drop(moment, IndexedAccountRow, [{"account": account} for account in changed])
    statements.add(moment, IndexedAccountRow, list(changed.values()))


def recorded(row: Any) -> RecordedAccount:
    """An account from its row."""
    agreed_at = row.agreed_block, row.agreed_log_index
    return RecordedAccount(row.account, row.key, Role(row.roles), row.is_suspended, row.is_resting, agreed_at)


def _known(moment: Moment, accounts: Iterable[str], before: Before) -> dict[str, dict[str, Any]]:
    """Rows by account; of one that nobody has heard of, a new row."""
    asked = [{"account": account} for account in accounts]
    found = moment.execute_each(_ONE, asked)
    rows = {}
    for where, one in zip(asked, found, strict=True):
        known, account = one.first(), where["account"]
        before.keep("account", [account], known)
        rows[account] = _NOBODY | {"account": account, "key": account} if known is None else dict(known._mapping)
    return rows


_NOBODY = IndexedAccountRow(account="", key="").model_dump()
"""What an account is of which nothing is known."""
_ONE = statements.rows_where(IndexedAccountRow, ("account",))


def _place(event: events.Event) -> tuple[int, int]:
    place = position_of(event)
    return place.block_number, place.log_index


def _change(event: events.Event) -> AccountChange | None:
    match event:
        case events.Joined():
            return AccountChange(event.account, given=Role.MEMBER, agreed_at=_place(event))
        case events.TermsAccepted():
            return AccountChange(event.account, agreed_at=_place(event))
        case events.Enrolled():
            return AccountChange(event.account, given=event.role)
        case events.Dismissed():
            return AccountChange(event.account, taken=event.role)
        case events.Suspended() | events.Reinstated():
            return AccountChange(event.account, is_suspended=isinstance(event, events.Suspended))
        case events.KeyRotated():
            return AccountChange(event.account, key=event.new_key, is_resting=False)
        case events.RecoveryBegun() | events.RecoveryVetoed():
            return AccountChange(event.account, is_resting=isinstance(event, events.RecoveryBegun))
    return None
