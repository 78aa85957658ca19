"""Coupons as tokens: who may pass them on to whom (ERC-1155, the part `tokens` of contract `coupon`).

Accounts may be contracts. Those are asked whether they take what they are sent, and may do anything before they
answer; whatever they do finds the transfer done and this contract's own doors locked.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from chaincode.events import ApprovalForAll, TransferBatch, TransferSingle
from chaincode.ids import NOBODY
from chaincode.model.coupon_book import CouponBook
from chaincode.model.ground import REVERTED, Emit, Refusal, require
from chaincode.model.membership.roster import MemberBook

NAME = "coupon"


class Receipt(NamedTuple):
    """What a contract is told of coupons that it is sent."""

    operator: str
    owner: str
    tokens: tuple[int, ...]
    amounts: tuple[int, ...]
    data: bytes
    is_batch: bool


class Receiver(Protocol):
    """An account that is a contract."""

    def receive(self, receipt: Receipt) -> bool:
        """Answer as ERC-1155 wants, or in any other way, which refuses."""


class Tokens:
    """The rules of holding and passing on."""

    def __init__(self, book: CouponBook, members: MemberBook, contracts: Mapping[str, Receiver], emit: Emit) -> None:
        self._book, self._members, self._contracts, self._emit = book, members, contracts, emit
        self._is_locked = False

    def set_approval_for_all(self, sender: str, operator: str, approved: bool) -> None:
        account = self._members.actor(sender)
        self._emit(ApprovalForAll(account, self._members.resolve(operator), approved))

    def safe_transfer_from(
        self, sender: str, owner: str, to: str, class_id: bytes, amount: int, data: bytes = b""
    ) -> None:
        with self._locked():
            account, receiver = self._check_sender(sender, owner), self._receiver(to)
            require(self._book.balance(account, class_id) >= amount, NAME, "balance too low")
            token = int.from_bytes(class_id, "big")
            self._emit(TransferSingle(sender, account, receiver, token, amount))
            self._ask(to, Receipt(sender, account, (token,), (amount,), data, False))

    def safe_batch_transfer_from(
        self, sender: str, owner: str, to: str, tokens: Sequence[int], amounts: Sequence[int], data: bytes = b""
    ) -> None:
        with self._locked():
            account, receiver = self._check_sender(sender, owner), self._receiver(to)
            require(len(tokens) == len(amounts), NAME, "lengths differ")
            moves = tuple(zip(tokens, amounts, strict=True))
            require(self._book.can_move(account, receiver, moves), NAME, "balance too low")
            self._emit(TransferBatch(sender, account, receiver, tuple(tokens), tuple(amounts)))
            self._ask(to, Receipt(sender, account, tuple(tokens), tuple(amounts), data, True))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Whoever comes here again from within is thrown out without a word."""
        if self._is_locked:
            raise Refusal(*REVERTED)
        self._is_locked = True
        try:
            yield
        finally:
            self._is_locked = False

    def _check_sender(self, sender: str, owner: str) -> str:
        account = self._members.resolve(owner)
        actor = self._members.actor(sender)
        may = actor == account or self._book.is_approved(account, actor)
        require(may, NAME, "neither owner nor approved")
        found = self._members.accounts.get(account)
        require(found is None or not found.is_suspended, "membership", "account suspended")
        require(found is None or not found.is_resting, "membership", "account recovers")
        return account

    def _receiver(self, to: str) -> str:
        receiver = self._members.account_of(to)
        require(receiver != NOBODY, NAME, "receiver not enrolled")
        return receiver

    def _ask(self, to: str, receipt: Receipt) -> None:
        takes = to not in self._contracts or self._contracts[to].receive(receipt)
        require(takes, NAME, "receiver refused")
