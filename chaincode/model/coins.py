"""Coins: every one granted for a recorded reason, moved or burnt (contract `coin`)."""

from collections.abc import Sequence

from chaincode.calldata import to_calldata
from chaincode.events import (
    Approval,
    Bound,
    BoundSpent,
    Burnt,
    Event,
    Granted,
    KeyRotated,
    MinterSet,
    MintersSealed,
    Moved,
    PermitUsed,
    PolicySet,
    Refused,
    Transfer,
)
from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.model.authority import check_signed
from chaincode.model.ground import (
    ANY_ROLE,
    HOLDER_ALONE,
    OPERATOR,
    PARTNER,
    Digests,
    Emit,
    Refusal,
    Said,
    is_repeated,
    require,
)
from chaincode.model.membership.roster import MemberBook
from chaincode.model.quota import QuotaRules
from chaincode.typed_data import BoundTransfer, CoinTransfer, Permit

NAME = "coin"
POLICIES_MAXIMUM = 4
UNLIMITED = 2**256 - 1


class CoinBook:
    """Who has how many coins, from events alone. Balances follow Transfer; Granted and Burnt are totals."""

    def __init__(self) -> None:
        self.balances: dict[str, int] = {}
        self.allowances: dict[tuple[str, int, str], int] = {}
        """By owner, the owner's epoch, and spender."""
        self.epochs: dict[str, int] = {}
        self.granted = 0
        self.burnt = 0
        self.minter_rights: dict[str, int] = {}
        self.policies: dict[bytes, tuple[str, ...]] = {}
        self.bound: dict[tuple[str, bytes], int] = {}
        self.places: dict[str, list[bytes]] = {}
        self.is_sealed = False
        self.permit_nonces: dict[str, int] = {}
        """How many permits of each owner were taken."""

    def apply(self, event: Event) -> None:
        match event:
            case Transfer():
                self._add(event.sender, -event.value)
                self._add(event.receiver, event.value)
            case Granted():
                self.granted += event.amount
            case Burnt():
                self.burnt += event.amount
            case PermitUsed():
                self.permit_nonces[event.owner] = event.nonce + 1
            case Approval():
                self.allowances[event.owner, self.epochs.get(event.owner, 0), event.spender] = event.value
            case KeyRotated():
                self.epochs[event.account] = self.epochs.get(event.account, 0) + 1
            case MinterSet():
                self.minter_rights[event.minter] = event.rights
            case MintersSealed():
                self.is_sealed = True

            case PolicySet():
                self.policies[event.policy_id] = event.issuers
            case Bound():
                self._take_place(event.account, event.policy_id)
                self._bind(event.account, event.policy_id, event.amount)
            case BoundSpent():
                self._bind(event.account, event.policy_id, -event.amount)

    def allowance(self, owner: str, spender: str) -> int:
        """Return what was allowed since the owner's key last changed."""
        return self.allowances.get((owner, self.epochs.get(owner, 0), spender), 0)

    @property
    def supply(self) -> int:
        return self.granted - self.burnt

    def balance(self, account: str) -> int:
        return self.balances.get(account, 0)

    def bound_total(self, account: str) -> int:
        """Return how many of an account's coins are under some policy."""
        return sum(amount for (holder, _), amount in self.bound.items() if holder == account)

    def free(self, account: str) -> int:
        return self.balance(account) - self.bound_total(account)

    def has_place(self, account: str, policy_id: bytes) -> bool:
        """Tell whether an account can hold coins under one more policy, or has some under this one."""
        return policy_id in self.places.get(account, ()) or self._free_place(account) is not None

    def spendable_parts(self, account: str, amount: int, issuer: str) -> list[tuple[bytes, int]] | None:
        """Return which bound coins a purchase takes, by policy; None if they and the free ones are too few."""
        parts, left = [], amount
        for policy_id in self.places.get(account, ()):
            spent = min(self.bound.get((account, policy_id), 0), left)
            if spent and issuer in self.policies.get(policy_id, ()):
                parts.append((policy_id, spent))
                left -= spent
        return parts if left <= self.free(account) else None

    def _take_place(self, account: str, policy_id: bytes) -> None:
        places = self.places.setdefault(account, [EMPTY_ID] * POLICIES_MAXIMUM)
        free = self._free_place(account)
        if policy_id not in places and free is not None:
            places[free] = policy_id

    def _free_place(self, account: str) -> int | None:
        places = self.places.get(account, [EMPTY_ID] * POLICIES_MAXIMUM)
        empty = (at for at, held in enumerate(places) if not self.bound.get((account, held), 0))
        return next(empty, None)

    def _bind(self, account: str, policy_id: bytes, amount: int) -> None:
        self.bound[account, policy_id] = self.bound.get((account, policy_id), 0) + amount

    def _add(self, account: str, amount: int) -> None:
        if account != NOBODY:
            self.balances[account] = self.balance(account) + amount


class Coin:
    """The rules of `coin`. What other contracts may do here is not asked again: the wiring decides it."""

    def __init__(self, book: CoinBook, members: MemberBook, quota: QuotaRules, digests: Digests, emit: Emit) -> None:
        self._book, self._members, self._quota, self._digests, self._emit = book, members, quota, digests, emit

    def sell(self, sender: str, now: int, account: str, amount: int, invoice_id: bytes) -> None:
        require(self._members.holds(sender, OPERATOR), NAME, "not the operator")
        if self._is_repeated(invoice_id, (account, amount)):
            return
        require(self._members.roles_of(account) & PARTNER != 0, NAME, "account is no partner")
        require(amount != 0, NAME, "amount is zero")
        self._quota.take(invoice_id, amount, now, account)
        self._digests.take(NAME, invoice_id, (account, amount))
        self.grant(account, amount, invoice_id)

    def grant(self, account: str, amount: int, reason: bytes) -> None:
        self._emit(Transfer(NOBODY, account, amount))
        self._emit(Granted(account, amount, reason))

    def burn(self, account: str, amount: int, reason: bytes) -> bool:
        if self._book.free(account) < amount:
            return False
        self._emit(Transfer(account, NOBODY, amount))
        self._emit(Burnt(account, amount, reason))
        return True

    def spend(self, account: str, amount: int, issuer: str, reason: bytes) -> bool:
        """Burn coins for an issuer's coupons, those bound to that issuer first."""
        parts = self._book.spendable_parts(account, amount, issuer)
        if parts is None:
            return False
        for policy_id, spent in parts:
            self._emit(BoundSpent(account, policy_id, spent))
        self._emit(Transfer(account, NOBODY, amount))
        self._emit(Burnt(account, amount, reason))
        return True

    def set_policy(self, sender: str, policy_id: bytes, issuers: Sequence[str]) -> None:
        require(self._members.holds(sender, OPERATOR), NAME, "not the operator")
        content = ("policy", tuple(issuers))
        if self._is_repeated(policy_id, content):
            return
        require(len(issuers) != 0, NAME, "no issuers")
        for issuer in issuers:
            require(self._members.roles_of(issuer) & PARTNER != 0, NAME, "account is no partner")
        self._digests.take(NAME, policy_id, content)
        self._emit(PolicySet(policy_id, tuple(issuers)))

    def transfer_bound(self, transfer: BoundTransfer, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        item, content = transfer.transfer_id, ("bound", to_calldata(transfer))
        if self._is_repeated(item, content):
            return
        check_signed(self._members, NAME, key, transfer.owner, ANY_ROLE, transfer.deadline, now)
        receiver = self._members.account_of(transfer.receiver)
        require(receiver != NOBODY, NAME, "receiver not enrolled")
        require(transfer.policy_id in self._book.policies, NAME, "unknown policy")
        require(transfer.amount != 0, NAME, "amount is zero")
        self._require_free(transfer.owner, transfer.amount)
        require(self._book.has_place(receiver, transfer.policy_id), NAME, "too many policies")
        self.move(transfer.owner, receiver, transfer.amount, item)
        self._emit(Bound(receiver, transfer.policy_id, transfer.amount))
        self._digests.take(NAME, item, content)

    def transfer_bound_batch(self, now: int, items: Sequence[Said[BoundTransfer]]) -> None:
        for item in items:
            try:
                self.transfer_bound(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.transfer_id, str(refusal), contract=NAME))

    def _is_repeated(self, item: bytes, content: object) -> bool:
        """One space of ids for invoices, transfers and policies."""
        return is_repeated(self._digests, self._emit, NAME, item, content)

    def _require_free(self, account: str, amount: int) -> None:
        enough = self._book.balance(account) >= amount
        require(self._book.free(account) >= amount, NAME, "coins are bound" if enough else "balance too low")

    def move(self, owner: str, receiver: str, amount: int, reason: bytes) -> bool:
        if self._book.free(owner) < amount:
            return False
        self._emit(Transfer(owner, receiver, amount))
        self._emit(Moved(owner, receiver, amount, reason))
        return True

    def transfer(self, sender: str, receiver: str, amount: int) -> None:
        self._send(self._members.actor(sender), receiver, amount)

    def approve(self, sender: str, spender: str, amount: int) -> None:
        self._emit(Approval(self._members.actor(sender), self._members.resolve(spender), amount))

    def transfer_from(self, sender: str, owner: str, receiver: str, amount: int) -> None:
        account = self._members.resolve(owner)
        spender = self._members.actor(sender)
        left = self._book.allowance(account, spender)
        require(left >= amount, NAME, "allowance too low")
        self._check_send(account, receiver, amount)
        if left != UNLIMITED:
            self._emit(Approval(account, spender, left - amount))
        self._send(account, receiver, amount)

    def permit(self, item: Said[Permit], now: int) -> None:
        """`item.struct.nonce` is the one the contract will use. The holder's alone: it would outlive a delegation."""
        permit = item.struct
        require(now <= permit.deadline, NAME, "deadline passed")
        require(item.key is not None, NAME, "signature malformed")
        if refusal := self._members.refusal(item.key, permit.owner, ANY_ROLE, HOLDER_ALONE):
            raise refusal
        self._emit(PermitUsed(permit.owner, self._book.permit_nonces.get(permit.owner, 0)))
        self._emit(Approval(permit.owner, self._members.resolve(permit.spender), permit.value))

    def transfer_batch(self, now: int, items: Sequence[Said[CoinTransfer]]) -> None:
        for item in items:
            try:
                self._relay(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.transfer_id, str(refusal), contract=NAME))

    def _relay(self, transfer: CoinTransfer, key: str | None, now: int) -> None:
        content = to_calldata(transfer)
        if self._is_repeated(transfer.transfer_id, content):
            return
        check_signed(self._members, NAME, key, transfer.owner, ANY_ROLE, transfer.deadline, now)
        receiver = self._members.account_of(transfer.receiver)
        require(receiver != NOBODY, NAME, "receiver not enrolled")
        self._require_free(transfer.owner, transfer.amount)
        self.move(transfer.owner, receiver, transfer.amount, transfer.transfer_id)
        self._digests.take(NAME, transfer.transfer_id, content)

    def _check_send(self, account: str, to: str, amount: int) -> str:
        found = self._members.accounts.get(account)
        require(found is None or not found.is_suspended, "membership", "account suspended")
        require(found is None or not found.is_resting, "membership", "account recovers")
        receiver = self._members.account_of(to)
        require(receiver != NOBODY, NAME, "receiver not enrolled")
        self._require_free(account, amount)
        return receiver

    def _send(self, account: str, to: str, amount: int) -> None:
        self._emit(Transfer(account, self._check_send(account, to, amount), amount))
