"""Accounts, their keys and roles, and who may act for whom until when, from events alone."""

from dataclasses import dataclass, replace
from typing import Any

from chaincode.events import (
    Delegated,
    Dismissed,
    EncryptionKeySet,
    Enrolled,
    Event,
    Joined,
    KeyRotated,
    RecoveryBegun,
    RecoveryVetoed,
    Reinstated,
    Seated,
    Suspended,
    TermsAccepted,
    TermsSet,
)
from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.model.ground import ANY_ROLE, BOARD, HOLDER_ALONE, MEMBER, Refusal

NAME = "membership"


@dataclass(frozen=True)
class Account:
    """One permanent account and the key that speaks for it now."""

    key: str
    roles: int
    is_suspended: bool = False
    is_resting: bool = False
    """Whether a recovery waits."""
    epoch: int = 0
    """How often the key changed."""
    encryption_key_hash: bytes = EMPTY_ID
    terms_number: int = 0
    """Of the terms it accepted last, counted from 1."""


@dataclass(frozen=True)
class DelegationRecord:
    """What a delegate may do, from when until when; given in an epoch, or by the board (None), which is of none."""

    scope: int
    until: int
    since: int
    epoch: int | None


class MemberBook:
    """Who is who, from events alone."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.account_by_key: dict[str, str] = {}
        self.partner_of: dict[str, str] = {}
        self.delegations: dict[tuple[str, str], DelegationRecord] = {}
        self.sequences: dict[tuple[str, str], int] = {}
        """The last word about each account's delegate, its own or the board's."""
        self.key_sequences: dict[str, int] = {}
        """The last of each account's words about its encryption key."""
        self.seat_sequences: dict[str, int] = {}
        """The last of the board's words about each account's seat."""
        self.departures = 0
        """How often a member was suspended or dismissed, or terms were set."""
        self.terms_hashes: list[bytes] = []
        """Of all terms, the first first."""
        self.statement_hash = EMPTY_ID
        self.terms_floor = 0
        """Whoever accepted terms of a lower number let the time to accept others pass."""
        self.accept_by = 0
        """Until when members of before may accept the present terms."""

    def apply(self, event: Event) -> None:
        match event:
            case TermsSet():
                self.terms_floor = self.terms_number if _time(event) > self.accept_by else self.terms_floor
                self.terms_hashes = [*self.terms_hashes, event.terms_hash]
                self.statement_hash, self.accept_by = event.statement_hash, event.accept_by
                self.departures += 1
            case TermsAccepted():
                self._change(event.account, terms_number=self.terms_number)
            case Joined():
                self._give(event.account, MEMBER)
                sealed_to = event.encryption_key_hash
                self._change(event.account, encryption_key_hash=sealed_to, terms_number=self.terms_number)
            case Enrolled():
                self._give(event.account, event.role)
                if event.parent != NOBODY:
                    self.partner_of[event.account] = event.parent
            case Dismissed():
                account = self.accounts[event.account]
                self.departures += event.role == MEMBER
                self.accounts[event.account] = replace(account, roles=account.roles & ~event.role)
            case Delegated():
                is_boards = event.since > _time(event)
                epoch = None if is_boards else self.accounts[event.account].epoch
                delegated = DelegationRecord(event.scope, event.until, event.since, epoch)
                pair = event.account, event.delegate
                self.delegations[pair] = delegated
                self.sequences[pair] = max(self.sequences.get(pair, 0), event.sequence)
            case Suspended() | Reinstated():
                suspended = isinstance(event, Suspended)
                self.departures += suspended and self.roles_of(event.account) & MEMBER != 0
                self.accounts[event.account] = replace(self.accounts[event.account], is_suspended=suspended)
            case KeyRotated():
                epoch, sealed_to = self.accounts[event.account].epoch + 1, event.encryption_key_hash
                self._change(event.account, key=event.new_key, epoch=epoch, encryption_key_hash=sealed_to)
                self._change(event.account, is_resting=False)
                self.account_by_key[event.new_key] = event.account
            case EncryptionKeySet():
                self._change(event.account, encryption_key_hash=event.encryption_key_hash)
                self.key_sequences[event.account] = event.sequence
            case Seated():
                self.seat_sequences[event.account] = event.sequence
            case RecoveryBegun():
                was_resting = self.accounts[event.account].is_resting
                self.departures += not was_resting and self.roles_of(event.account) & MEMBER != 0
                self._change(event.account, is_resting=True)
            case RecoveryVetoed():
                self._change(event.account, is_resting=False)

    @property
    def terms_number(self) -> int:
        """How often terms were set."""
        return len(self.terms_hashes)

    @property
    def terms_hash(self) -> bytes:
        return self.terms_hashes[-1] if self.terms_hashes else EMPTY_ID

    @property
    def board_size(self) -> int:
        """How many have a seat on the board, suspended or not."""
        return sum(account.roles & BOARD != 0 for account in self.accounts.values())

    def account_of(self, key: str) -> str:
        """Return the account of a key, retired or not; the zero address if there is none."""
        return key if key in self.accounts else self.account_by_key.get(key, NOBODY)

    def resolve(self, holder: str) -> str:
        """Return the account of a holder, or the holder itself if it is unknown."""
        account = self.account_of(holder)
        return holder if account == NOBODY else account

    def roles_of(self, account: str) -> int:
        return self.accounts[account].roles if account in self.accounts else 0

    def refusal(
        self, key: str | None, account: str, role: int, scope: int = HOLDER_ALONE, now: int = 0
    ) -> Refusal | None:
        """Return why a key may not act for an account in a role, itself or as a delegate within a scope."""
        found = self.accounts.get(account)
        if found is None or found.roles == 0:
            return Refusal(NAME, "account not enrolled")
        if found.is_suspended:
            return Refusal(NAME, "account suspended")
        if found.is_resting:
            return Refusal(NAME, "account recovers")
        if found.roles & role != role:
            return Refusal(NAME, "role missing")
        if found.key != key and not self._is_delegate(key, account, scope, now):
            return Refusal(NAME, "signer may not act")
        return None

    def right_refusal(self, key: str | None, account: str, scope: int, now: int) -> Refusal | None:
        """Return why a key may not take back, veto or end for an account, which no suspension or dismissal stops."""
        found = self.accounts.get(account)
        if found is not None and (found.key == key or self._is_delegate(key, account, scope, now)):
            return None
        return Refusal(NAME, "signer may not act")

    def is_active(self, account: str, role: int) -> bool:
        """Tell whether an account has a role and is not suspended."""
        found = self.accounts.get(account)
        return found is not None and found.roles & role == role and not found.is_suspended and not found.is_resting

    def agrees_until(self, account: str, until: int) -> bool:
        """Tell whether an account accepted the present terms, or may still until a time."""
        accepted = self.accounts[account].terms_number if account in self.accounts else 0
        return accepted == self.terms_number or (accepted >= self.terms_floor and until <= self.accept_by)

    def holds(self, key: str, role: int) -> bool:
        return self.refusal(key, self.account_of(key), role) is None

    def is_fresh(self, key: str) -> bool:
        return key != NOBODY and key not in self.accounts and key not in self.account_by_key

    def actor(self, sender: str) -> str:
        """Return the account a sender acts for by its own transaction."""
        account = self.account_of(sender)
        if refusal := self.refusal(sender, account, ANY_ROLE):
            raise refusal
        return account

    def _is_delegate(self, key: str | None, account: str, scope: int, now: int) -> bool:
        delegate = self.account_of(key) if key is not None else NOBODY
        delegated = self.delegations.get((account, delegate))
        if delegated is None or scope == HOLDER_ALONE or delegated.scope & scope != scope:
            return False
        if not delegated.since <= now <= delegated.until:
            return False
        if delegated.epoch is not None and delegated.epoch != self.accounts[account].epoch:
            return False
        return self.refusal(key, delegate, ANY_ROLE) is None

    def _change(self, account: str, **changes: Any) -> None:
        self.accounts[account] = replace(self.accounts[account], **changes)

    def _give(self, account: str, role: int) -> None:
        found = self.accounts.get(account, Account(key=account, roles=0))
        self.accounts[account] = replace(found, roles=found.roles | role)


def _time(event: Event) -> int:
    return event.position.timestamp or 0 if event.position else 0
