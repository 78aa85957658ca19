"""Members, partners and the others: roles, suspension, keys (contract `membership`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chaincode.calldata import to_calldata
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
    Refused,
    Reinstated,
    Repeated,
    Seated,
    Suspended,
    TermsAccepted,
    TermsSet,
)
from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.model.ground import (
    ANY_ROLE,
    APPOINTED,
    BOARD,
    EXCLUSIVE,
    HOLDER_ALONE,
    MEMBER,
    OPERATOR,
    PARTNER,
    SCOPE_MAXIMUM,
    SCOPES,
    SHOP,
    Digests,
    Emit,
    Refusal,
    Said,
    check_later,
    outdating,
    require,
)
from chaincode.typed_data import Acceptance, Appointment, Delegation, EncryptionKey, Join, KeyRotation, Seat

NAME = "membership"
BOARDS = OPERATOR | BOARD
APPOINTMENT_WAIT_SECONDS = 7 * 86400


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


class Membership:
    """The rules of `membership`."""

    def __init__(self, book: MemberBook, digests: Digests, emit: Emit) -> None:
        self._book, self._digests, self._emit = book, digests, emit

    def set_terms(self, sender: str, now: int, terms_hash: bytes, statement_hash: bytes, accept_by: int) -> None:
        self._only_operator(sender)
        require(terms_hash != EMPTY_ID, NAME, "terms unknown")
        if terms_hash == self._book.terms_hash:
            stands = (self._book.statement_hash, self._book.accept_by) == (statement_hash, accept_by)
            require(stands, NAME, "terms stand already")
            self._emit(Repeated(terms_hash, contract=NAME))
            return
        require(now <= accept_by, NAME, "time to accept is past")
        self._emit(TermsSet(terms_hash, statement_hash, accept_by))

    def accept(self, acceptance: Acceptance, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        content = to_calldata(acceptance)
        if self._is_repeated(acceptance.acceptance_id, content):
            return
        require(now <= acceptance.deadline, NAME, "deadline passed")
        require(key is not None, NAME, "signature malformed")
        if refusal := self._book.refusal(key, acceptance.account, MEMBER, SCOPES["consent"], now):
            raise refusal
        require(acceptance.terms_hash == self._book.terms_hash, NAME, "terms unknown")
        is_new = self._book.accounts[acceptance.account].terms_number != self._book.terms_number
        require(is_new, NAME, "terms already accepted")
        self._digests.take(NAME, acceptance.acceptance_id, content)
        self._emit(TermsAccepted(acceptance.acceptance_id, acceptance.account, acceptance.terms_hash))

    def accept_batch(self, now: int, items: Sequence[Said[Acceptance]]) -> None:
        for item in items:
            try:
                self.accept(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.acceptance_id, str(refusal), contract=NAME))

    def join_batch(self, sender: str, now: int, items: Sequence[Said[Join]]) -> None:
        self._only_operator(sender)
        for item in items:
            try:
                self._join(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.join_id, str(refusal), contract=NAME))

    def enroll(self, sender: str, account: str, role: int, parent: str) -> None:
        self._only_operator(sender)
        require(role & APPOINTED == role and role.bit_count() == 1, NAME, "unknown role")
        self._check_role(account, role)
        if role == SHOP:
            require(self._book.roles_of(parent) & PARTNER != 0, NAME, "parent is not a partner")
        else:
            require(parent == NOBODY, NAME, "parent not wanted")
        if not self._book.roles_of(account) & role:
            require(not self._is_boards(role), NAME, "the board decides")
            self._emit(Enrolled(account, role, parent))
            return
        require(role != SHOP or self._book.partner_of[account] == parent, NAME, "already enrolled")
        self._emit(Repeated(bytes(12) + bytes.fromhex(account[2:]), contract=NAME))

    def suspend(self, sender: str, account: str, reason_hash: bytes) -> None:
        self._only_operator(sender)
        require(self._book.account_of(sender) != account, NAME, "cannot suspend oneself")
        require(account in self._book.accounts, NAME, "account not enrolled")
        require(not self._book.roles_of(account) & BOARDS, NAME, "the board decides")
        require(not self._book.accounts[account].is_suspended, NAME, "already suspended")
        self._emit(Suspended(account, reason_hash))

    def reinstate(self, sender: str, account: str, reason_hash: bytes) -> None:
        self._only_operator(sender)
        found = self._book.accounts.get(account)
        require(found is not None and found.is_suspended, NAME, "not suspended")
        self._emit(Reinstated(account, reason_hash))

    def dismiss(self, sender: str, account: str, role: int, reason_hash: bytes) -> None:
        self._only_operator(sender)
        require(self._book.account_of(sender) != account, NAME, "cannot dismiss oneself")
        has_it = self._book.roles_of(account) & role != 0 and role.bit_count() == 1
        require(has_it, NAME, "role missing")
        require(not self._is_boards(role), NAME, "the board decides")
        self._emit(Dismissed(account, role, reason_hash))

    def seat(self, now: int, seat: Seat, approvers: Sequence[str | None]) -> None:
        """`approvers` are the keys that signed, in the order of the signatures."""
        content = to_calldata(seat)
        if self._is_repeated(seat.seat_id, content):
            return
        require(now <= seat.deadline, NAME, "deadline passed")
        require(board_agrees(self._book, approvers), NAME, "approvals too few")
        require(seat.role in (BOARD, OPERATOR), NAME, "unknown role")
        check_later(NAME, seat.sequence, self._book.seat_sequences.get(seat.account, 0), now)
        has_it = self._book.roles_of(seat.account) & seat.role != 0
        changes: list[Event] = []
        if seat.seated:
            self._check_role(seat.account, seat.role)
            if not has_it:
                changes = [Enrolled(seat.account, seat.role, NOBODY)]
        elif has_it:
            require(seat.role != BOARD or self._book.board_size > 1, NAME, "board would be empty")
            changes = [Dismissed(seat.account, seat.role, seat.seat_id)]
        self._digests.take(NAME, seat.seat_id, content)
        self._emit(Seated(seat.seat_id, seat.account, seat.role, seat.seated, seat.sequence))
        for change in changes:
            self._emit(change)

    def set_encryption_key(self, key: EncryptionKey, signer: str | None, now: int) -> None:
        """Direct: `signer` is the sender."""
        content = to_calldata(key)
        if self._is_repeated(key.key_id, content):
            return
        require(now <= key.deadline, NAME, "deadline passed")
        require(signer is not None, NAME, "signature malformed")
        if refusal := self._book.refusal(signer, key.account, ANY_ROLE):
            raise refusal
        check_later(NAME, key.sequence, self._book.key_sequences.get(key.account, 0), now)
        self._digests.take(NAME, key.key_id, content)
        self._emit(EncryptionKeySet(key.key_id, key.account, key.encryption_key_hash, key.sequence))

    def set_encryption_key_batch(self, now: int, items: Sequence[Said[EncryptionKey]]) -> None:
        for item in items:
            try:
                self.set_encryption_key(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.key_id, str(refusal), contract=NAME))

    def check_replacing(self, account: str, new_key: str) -> None:
        """Refuse unless the contract of recoveries may give an account this key."""
        require(account in self._book.accounts, NAME, "account not enrolled")
        require(self._book.is_fresh(new_key), NAME, "key already used")

    def replace_key(
        self, recovery_id: bytes, account: str, new_key: str, encryption_key_hash: bytes, evidence_hash: bytes
    ) -> None:
        """What the contract of recoveries may do, and nobody else."""
        old_key = self._book.accounts[account].key
        self._emit(KeyRotated(recovery_id, account, new_key, old_key, encryption_key_hash, evidence_hash))

    def _check_role(self, account: str, role: int) -> None:
        require(account != NOBODY, NAME, "account not enrolled")
        require(account not in self._book.account_by_key, NAME, "key already used")
        others = self._book.roles_of(account) & EXCLUSIVE & ~role
        require(role & EXCLUSIVE == 0 or others == 0, NAME, "roles exclude each other")

    def _is_boards(self, role: int) -> bool:
        """Once there is a board, it alone decides who sits on it and who operates."""
        return role & BOARDS != 0 and self._book.board_size != 0

    def _is_repeated(self, item: bytes, content: object) -> bool:
        if self._digests.is_same(NAME, item, content):
            self._emit(Repeated(item, contract=NAME))
            return True
        require(item != EMPTY_ID and not self._digests.is_taken(NAME, item), NAME, "id already used")
        return False

    def rotate(self, rotation: KeyRotation, key: str | None, new_key_signer: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        content = to_calldata(rotation)
        if rotation.rotation_id == EMPTY_ID or self._digests.is_taken(NAME, rotation.rotation_id):
            require(self._digests.is_same(NAME, rotation.rotation_id, content), NAME, "id already used")
            self._emit(Repeated(rotation.rotation_id, contract=NAME))
            return
        require(now <= rotation.deadline, NAME, "deadline passed")
        require(key is not None, NAME, "signature malformed")
        if refusal := self._book.refusal(key, rotation.account, ANY_ROLE):
            raise refusal
        is_operator = self._book.roles_of(rotation.account) & OPERATOR != 0
        require(not is_operator or self._book.board_size == 0, NAME, "the board decides")
        signed = rotation.new_key != NOBODY and new_key_signer == rotation.new_key
        require(signed, NAME, "new key did not sign")
        require(self._book.is_fresh(rotation.new_key), NAME, "key already used")
        self._digests.take(NAME, rotation.rotation_id, content)
        old_key = self._book.accounts[rotation.account].key
        sealed_to, evidence = rotation.encryption_key_hash, rotation.evidence_hash
        self._emit(KeyRotated(rotation.rotation_id, rotation.account, rotation.new_key, old_key, sealed_to, evidence))

    def rotate_batch(self, now: int, items: Sequence[tuple[Said[KeyRotation], str | None]]) -> None:
        for item, new_key_signer in items:
            try:
                self.rotate(item.struct, item.key, new_key_signer, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.rotation_id, str(refusal), contract=NAME))

    def _join(self, join: Join, key: str | None, now: int) -> None:
        content = (*to_calldata(join), self._book.statement_hash)
        if join.join_id == EMPTY_ID or self._digests.is_taken(NAME, join.join_id):
            require(self._digests.is_same(NAME, join.join_id, content), NAME, "id already used")
            self._emit(Repeated(join.join_id, contract=NAME))
            return
        require(now <= join.deadline, NAME, "deadline passed")
        require(key is not None, NAME, "signature malformed")
        require(not self._book.roles_of(join.account) & MEMBER, NAME, "already a member")
        require(join.account not in self._book.account_by_key, NAME, "key already used")
        known = self._book.accounts.get(join.account, Account(key=join.account, roles=0))
        require(key == known.key, NAME, "signer may not act")
        require(not known.is_suspended, NAME, "account suspended")
        require(EMPTY_ID != join.terms_hash == self._book.terms_hash, NAME, "terms unknown")
        require(not known.roles & EXCLUSIVE, NAME, "roles exclude each other")
        self._digests.take(NAME, join.join_id, content)
        self._emit(Joined(join.join_id, join.account, join.terms_hash, join.encryption_key_hash))

    def delegate(self, delegation: Delegation, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        item, content = delegation.delegation_id, to_calldata(delegation)
        if self._is_delegation_repeated(item, content):
            return
        require(now <= delegation.deadline, NAME, "deadline passed")
        require(key is not None, NAME, "signature malformed")
        account = delegation.account
        ending = self._book.right_refusal(key, account, HOLDER_ALONE, now)
        if refusal := ending if delegation.scope == 0 else self._book.refusal(key, account, ANY_ROLE):
            raise refusal
        delegated = (account, delegation.delegate, delegation.scope, delegation.until)
        self._check_delegate(delegated, now)
        sequence = self._in_order(delegated, delegation.sequence, now)
        self._digests.take("delegation", item, content)
        self._emit(Delegated(item, *delegated, now, EMPTY_ID, sequence))

    def delegate_batch(self, now: int, items: Sequence[Said[Delegation]]) -> None:
        for item in items:
            try:
                self.delegate(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.delegation_id, str(refusal), contract=NAME))

    def appoint(self, sender: str, now: int, appointment: Appointment, approvers: Sequence[str | None]) -> None:
        """`approvers` are the keys that signed, in the order of the signatures."""
        self._only_operator(sender)
        item, content = appointment.delegation_id, ("appoint", to_calldata(appointment))
        if self._is_delegation_repeated(item, content):
            return
        require(now <= appointment.deadline, NAME, "deadline passed")
        require(board_agrees(self._book, approvers), NAME, "approvals too few")
        require(self._book.roles_of(appointment.account) != 0, NAME, "account not enrolled")
        delegated = (appointment.account, appointment.guardian, appointment.scope, appointment.until)
        since = now + APPOINTMENT_WAIT_SECONDS
        self._check_delegate(delegated, since)
        sequence = self._in_order(delegated, appointment.sequence, now)
        self._digests.take("delegation", item, content)
        self._emit(Delegated(item, *delegated, since, appointment.evidence_hash, sequence))

    def _in_order(self, delegated: tuple[str, str, int, int], sequence: int, now: int) -> int:
        """Return up to where a word about a delegate outdates others; an end is never refused for its sequence."""
        account, delegate, scope, _ = delegated
        if scope == 0:
            return outdating(sequence, now)
        check_later(NAME, sequence, self._book.sequences.get((account, delegate), 0), now)
        return sequence

    def _is_delegation_repeated(self, item: bytes, content: object) -> bool:
        if self._digests.is_same("delegation", item, content):
            self._emit(Repeated(item, contract=NAME))
            return True
        require(item != EMPTY_ID and not self._digests.is_taken("delegation", item), NAME, "id already used")
        return False

    def _check_delegate(self, delegated: tuple[str, str, int, int], since: int) -> None:
        account, delegate, scope, until = delegated
        require(delegate != account, NAME, "cannot delegate to oneself")
        require(self._book.roles_of(delegate) != 0, NAME, "delegate not enrolled")
        require(scope <= SCOPE_MAXIMUM, NAME, "unknown scope")
        require(scope == 0 or since <= until, NAME, "until is past")

    def _only_operator(self, sender: str) -> None:
        require(self._book.holds(sender, OPERATOR), NAME, "not the operator")


def count_approvals(
    members: MemberBook, approvers: Sequence[str | None], role: int, among: frozenset[str] | None = None
) -> int:
    """Return how many approve; 0 as soon as one may not, or comes out of the ascending order of accounts."""
    previous = 0
    for key in approvers:
        account = members.account_of(key) if key is not None else NOBODY
        if key is None or int(account, 16) <= previous or not members.holds(key, role):
            return 0
        if among is not None and account not in among:
            return 0
        previous = int(account, 16)
    return len(approvers)


def board_agrees(members: MemberBook, approvers: Sequence[str | None]) -> bool:
    """Tell whether a majority of all who have a seat approves."""
    return members.board_size != 0 and count_approvals(members, approvers, BOARD) * 2 > members.board_size


def _time(event: Event) -> int:
    return event.position.timestamp or 0 if event.position else 0


def check_signed(
    members: MemberBook, contract: str, key: str | None, account: str, role: int, deadline: int, now: int
) -> None:
    """Refuse unless a key may act for an account now, by a signature that is well formed and in time.

    A delegate may act too, if it was let act in the contract's scope.
    """
    require(now <= deadline, contract, "deadline passed")
    require(key is not None, contract, "signature malformed")
    if refusal := members.refusal(key, account, role, SCOPES[contract], now):
        raise refusal


def check_agrees(members: MemberBook, account: str, until: int) -> None:
    """Refuse what is new for whoever let the time to accept the bank's present terms pass, or will by then."""
    require(members.agrees_until(account, until), NAME, "new terms not accepted")


def check_right(members: MemberBook, contract: str, key: str | None, account: str, deadline: int, now: int) -> None:
    """Refuse what nobody may suspend - to take back, to veto, to end - only for a false or late signature."""
    require(now <= deadline, contract, "deadline passed")
    require(key is not None, contract, "signature malformed")
    if refusal := members.right_refusal(key, account, SCOPES[contract], now):
        raise refusal
