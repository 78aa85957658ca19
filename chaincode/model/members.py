"""Members, partners and the others: roles, suspension, keys (contract `membership`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chaincode.calldata import to_calldata
from chaincode.events import (
    Delegated,
    Dismissed,
    Enrolled,
    Event,
    Joined,
    KeyRotated,
    Refused,
    Reinstated,
    Repeated,
    Suspended,
    TermsSet,
)
from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.model.ground import (
    ANY_ROLE,
    APPOINTED,
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
    require,
)
from chaincode.typed_data import Delegation, Join, KeyRotation

NAME = "membership"


@dataclass(frozen=True)
class Account:
    """One permanent account and the key that speaks for it now."""

    key: str
    roles: int
    is_suspended: bool = False


class MemberBook:
    """Who is who, from events alone."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.account_by_key: dict[str, str] = {}
        self.partner_of: dict[str, str] = {}
        self.delegations: dict[tuple[str, str], tuple[int, int]] = {}
        self.departures = 0
        """How often a member was suspended or dismissed."""
        self.terms_hash = EMPTY_ID
        self.statement_hash = EMPTY_ID

    def apply(self, event: Event) -> None:
        match event:
            case TermsSet():
                self.terms_hash, self.statement_hash = event.terms_hash, event.statement_hash
            case Joined():
                self._give(event.account, MEMBER)
            case Enrolled():
                self._give(event.account, event.role)
                if event.parent != NOBODY:
                    self.partner_of[event.account] = event.parent
            case Dismissed():
                account = self.accounts[event.account]
                self.departures += event.role == MEMBER
                self.accounts[event.account] = replace(account, roles=account.roles & ~event.role)
            case Delegated():
                self.delegations[event.account, event.delegate] = (event.scope, event.until)
            case Suspended() | Reinstated():
                suspended = isinstance(event, Suspended)
                self.departures += suspended and self.roles_of(event.account) & MEMBER != 0
                self.accounts[event.account] = replace(self.accounts[event.account], is_suspended=suspended)
            case KeyRotated():
                self.accounts[event.account] = replace(self.accounts[event.account], key=event.new_key)
                self.account_by_key[event.new_key] = event.account

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
        return found is not None and found.roles & role == role and not found.is_suspended

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
        given, until = self.delegations.get((account, delegate), (0, 0))
        if scope == HOLDER_ALONE or given & scope != scope or now > until:
            return False
        return self.refusal(key, delegate, ANY_ROLE) is None

    def _give(self, account: str, role: int) -> None:
        found = self.accounts.get(account, Account(key=account, roles=0))
        self.accounts[account] = replace(found, roles=found.roles | role)


class Membership:
    """The rules of `membership`."""

    def __init__(self, book: MemberBook, digests: Digests, emit: Emit) -> None:
        self._book, self._digests, self._emit = book, digests, emit

    def set_terms(self, sender: str, terms_hash: bytes, statement_hash: bytes) -> None:
        self._only_operator(sender)
        require(terms_hash != EMPTY_ID, NAME, "terms unknown")
        self._emit(TermsSet(terms_hash, statement_hash))

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
        require(account != NOBODY, NAME, "account not enrolled")
        require(account not in self._book.account_by_key, NAME, "key already used")
        if role == SHOP:
            require(self._book.roles_of(parent) & PARTNER != 0, NAME, "parent is not a partner")
        else:
            require(parent == NOBODY, NAME, "parent not wanted")
        if not self._book.roles_of(account) & role:
            self._emit(Enrolled(account, role, parent))
            return
        require(role != SHOP or self._book.partner_of[account] == parent, NAME, "already enrolled")
        self._emit(Repeated(bytes(12) + bytes.fromhex(account[2:]), contract=NAME))

    def suspend(self, sender: str, account: str, reason_hash: bytes) -> None:
        self._only_operator(sender)
        require(self._book.account_of(sender) != account, NAME, "cannot suspend oneself")
        require(account in self._book.accounts, NAME, "account not enrolled")
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
        self._emit(Dismissed(account, role, reason_hash))

    def rotate_key(self, sender: str, account: str, new_key: str, evidence_hash: bytes) -> None:
        self._only_operator(sender)
        require(account in self._book.accounts, NAME, "account not enrolled")
        require(self._book.is_fresh(new_key), NAME, "key already used")
        self._emit(KeyRotated(account, new_key, self._book.accounts[account].key, evidence_hash))

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
        signed = rotation.new_key != NOBODY and new_key_signer == rotation.new_key
        require(signed, NAME, "new key did not sign")
        require(self._book.is_fresh(rotation.new_key), NAME, "key already used")
        self._digests.take(NAME, rotation.rotation_id, content)
        old_key = self._book.accounts[rotation.account].key
        self._emit(KeyRotated(rotation.account, rotation.new_key, old_key, rotation.evidence_hash))

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
        self._digests.take(NAME, join.join_id, content)
        self._emit(Joined(join.join_id, join.account, join.terms_hash, join.encryption_key_hash))

    def delegate(self, delegation: Delegation, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        item, content = delegation.delegation_id, to_calldata(delegation)
        if self._is_delegation_repeated(item, content):
            return
        require(now <= delegation.deadline, NAME, "deadline passed")
        require(key is not None, NAME, "signature malformed")
        if refusal := self._book.refusal(key, delegation.account, ANY_ROLE):
            raise refusal
        delegated = (delegation.account, delegation.delegate, delegation.scope, delegation.until)
        self._delegate(item, content, delegated, EMPTY_ID, now)

    def delegate_batch(self, now: int, items: Sequence[Said[Delegation]]) -> None:
        for item in items:
            try:
                self.delegate(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.delegation_id, str(refusal), contract=NAME))

    def appoint(
        self, sender: str, now: int, delegation_id: bytes, delegated: tuple[str, str, int, int], evidence: bytes
    ) -> None:
        """`delegated` is (account, guardian, scope, until)."""
        self._only_operator(sender)
        content = ("appoint", delegated, evidence)
        if self._is_delegation_repeated(delegation_id, content):
            return
        require(self._book.roles_of(delegated[0]) != 0, NAME, "account not enrolled")
        self._delegate(delegation_id, content, delegated, evidence, now)

    def _is_delegation_repeated(self, item: bytes, content: object) -> bool:
        if self._digests.is_same("delegation", item, content):
            self._emit(Repeated(item, contract=NAME))
            return True
        require(item != EMPTY_ID and not self._digests.is_taken("delegation", item), NAME, "id already used")
        return False

    def _delegate(
        self, item: bytes, content: object, delegated: tuple[str, str, int, int], evidence: bytes, now: int
    ) -> None:
        account, delegate, scope, until = delegated
        require(delegate != account, NAME, "cannot delegate to oneself")
        require(self._book.roles_of(delegate) != 0, NAME, "delegate not enrolled")
        require(scope <= SCOPE_MAXIMUM, NAME, "unknown scope")
        require(scope == 0 or now <= until, NAME, "until is past")
        self._digests.take("delegation", item, content)
        self._emit(Delegated(item, account, delegate, scope, until, evidence))

    def _only_operator(self, sender: str) -> None:
        require(self._book.holds(sender, OPERATOR), NAME, "not the operator")


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


def check_right(members: MemberBook, contract: str, key: str | None, account: str, deadline: int, now: int) -> None:
    """Refuse what nobody may suspend - to take back, to veto, to end - only for a false or late signature."""
    require(now <= deadline, contract, "deadline passed")
    require(key is not None, contract, "signature malformed")
    if refusal := members.right_refusal(key, account, SCOPES[contract], now):
        raise refusal
