"""Erasures: what one will do, told before it is asked for, and whose are done."""

from typing import Any

from bank_api.bank import Bank
from bank_api.errors import ErasedError
from bank_api.index.accounts import RecordedAccount
from bank_api.index.rows import RecordedConsent, position_of
from bank_api.index.tallies import Tally
from bank_api.protocol.erasure import REASON_HASH
from bank_api.protocol.kinds import StaysKind
from bank_api.views.releases import releases_with
from chaincode.bindings import IN_FORCE
from chaincode.events import Dismissed
from pds_adapter.errors import AccountErasedError, AccountUnknownError, StoreError


def erased_at(bank: Bank, account: str) -> int | None:
    """When everything kept for an account was erased: by the ledger, or by the bank where it was no member any more."""
    told = [event for event in bank.index.events_of(account, Dismissed) if event.reason_hash == REASON_HASH]
    if told:
        return position_of(told[-1]).timestamp
    row = bank.directory.erasure(account)
    return None if row is None else row.erased_at


def erased_before(bank: Bank, account: str) -> int | None:
    """The same of somebody who joins: most have never been heard of, which two rows by their keys can tell."""
    if bank.index.account(account) is not None:
        return erased_at(bank, account)
    row = bank.directory.erasure(account)
    return None if row is None else row.erased_at


def erased_accounts(bank: Bank) -> list[str]:
    """Whom the ledger says were erased, in its order."""
    return [event.account for event in bank.index.events(Dismissed) if event.reason_hash == REASON_HASH]


def living_account(bank: Bank, key: str) -> RecordedAccount | None:
    """The account whose key this is now. Raises ErasedError where nothing is kept for it any more."""
    found = bank.index.account_by_key(key)
    if found is not None:
        require_living(bank, found)
    return found


def require_living(bank: Bank, account: RecordedAccount) -> None:
    """Raises ErasedError where nothing is kept for it any more."""
    if not account.roles and (gone := erased_at(bank, account.account)) is not None:
        raise ErasedError(gone)


def in_force(bank: Bank, account: str) -> list[RecordedConsent]:
    """Consents that a release could still use: each is the member's own to withdraw."""
    now = bank.ledger_time()
    return [one for one in bank.index.consents_of(account) if one.state in IN_FORCE and now <= one.valid_until]


def free_coins(bank: Bank, account: str) -> tuple[int, int]:
    """Coins that the account can still send by its own signature, and those that it cannot."""
    coins, found = bank.index.tally(Tally.COINS, account=account), bank.index.account(account)
    if found is None or not found.active:
        return 0, coins
    bound = bank.contracts.coin.bound_of(account)
    return max(coins - bound, 0), min(bound, coins)


def plan(bank: Bank, account: str) -> dict[str, Any]:
    """What an erasure asked for now will do."""
    coins, bound = free_coins(bank, account)
    releases, shares = releases_with(bank, account), _shares(bank, account)
    return {
        "account": account,
        "consents": [one.consent_id for one in in_force(bank, account)],
        "coins": coins,
        "coins_bound": bound,
        "coupons": sum(bank.index.tallies(Tally.COUPONS, account).values()),
        "documents": _documents(bank, account),
        "place": bank.pds.choice(account).place.label,
        "escrows": sum(row.owner == account for row in bank.escrows.titles_of(account)),
        "releases": [
            {name: one[name] for name in ("release_id", "recipient", "deletion_due", "deleted_at")} for one in releases
        ],
        "shares_kept": shares,
        "stays": [kind for kind in StaysKind if kind is not StaysKind.SHARES or shares],
    }


def _documents(bank: Bank, account: str) -> int | None:
    try:
        return len(bank.pds.entries(account))
    except (AccountUnknownError, AccountErasedError):
        return 0
    except StoreError:
        return None


def _shares(bank: Bank, account: str) -> int:
    held = bank.escrows.titles_of(account)
    return sum(bank.escrows.share(row.escrow_id, account) is not None for row in held if row.owner != account)
