"""Sending transactions as one account, from many threads, to a node that may be killed in between.

What is sent is one signed transaction with one nonce, so handing it in again cannot make it count twice. The plan:

1. Under a lock, take the lowest nonce that is free, sign, hand in once.
2. Ask for the receipt every few milliseconds until it is there, and under so many blocks that it is final there; of
   several on their way only for the one with the lowest nonce (`in_order`).
3. When the node is gone, or the receipt stays away, hand the same signed transaction in again: a restarted node has
   lost what it had not sealed, and a block that lost against another its transactions.
4. When the nonce is used and no node knows our transaction, somebody else used it: ours can never be sealed, so sign
   anew with the next nonce.
5. A transaction that was sealed and failed is run once more as a call in its block's time, to learn the reason.
6. What time lifts is tried again while the chain's clock is behind the moment when it was asked for.

Refuses to wait longer than `timeout_seconds`: then LedgerUnavailableError, and nobody knows whether it was sealed. All
writes of the bank carry ids, so the caller sends again.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from eth_account.signers.local import LocalAccount

from chaincode.errors import ContractRefusedError, LedgerRefusedError, LedgerUnavailableError, OutOfGasError
from chaincode.in_order import InOrder
from chaincode.node import Node, Receipt
from chaincode.node_words import Offer, offer_meant

if TYPE_CHECKING:
    from web3 import Web3

GAS_MAXIMUM = 30_000_000
"""What one transaction may use here: other engines take no more."""
LIFTED_BY_TIME = frozenset(
    {
        "not open yet",
        "not yet valid",
        "not on sale yet",
        "delay still runs",
        "entries may still come",
        "nonces may still come",
        "secret may still come",
    }
)
"""Refusals that pass by waiting. A rehearsal runs in the time of the last block, which on a quiet chain is long ago,
so it cannot judge them."""
_POLL_SECONDS = 0.02
_POLL_SECONDS_MAX = 0.1
_POLL_SHARE = 1 / 8
"""Who has waited long is told a little later, by this share of the wait: the node is asked half as often."""
_RESEND_SECONDS = 3.0
_EARLY_SECONDS = 0.25
"""The same where the node only misses the transaction before, which is on its way."""
_RECONNECT_SECONDS = 0.2
LAG_SECONDS = 0.5
LAG_SECONDS_MAX = 30
"""A clock of a chain that is further behind than this stands still, or is another's."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class _Sent:
    nonce: int
    raw: bytes
    hash: bytes


_OFFERED_AGAIN = {Offer.TAKEN: _RESEND_SECONDS, Offer.USED: _EARLY_SECONDS, Offer.EARLY: _EARLY_SECONDS}
"""After so many seconds without a receipt, by what the node said last."""


def is_behind(node: Node, asked_at: int) -> bool:
    """Whether the newest block is from a little before a moment, in unix seconds: validators' clocks lag."""
    return 0 < asked_at - node.block_timestamp() <= LAG_SECONDS_MAX


class Transactor:
    """Sends transactions as one account; any thread may use it."""

    def __init__(
        self,
        w3: "Web3",
        account: LocalAccount,
        *,
        timeout_seconds: float = 60.0,
        confirmations: int = 0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """A receipt counts under so many further blocks as `confirmations`; 0 where a block is final at once.

        `wall_clock` gives unix seconds.
        """
        self.node = Node(w3)
        self.account = account
        self.address = str(account.address)
        self._timeout_seconds, self._confirmations = timeout_seconds, confirmations
        self._clock, self._sleep, self._wall_clock = clock, sleep, wall_clock
        self._in_order = InOrder(sleep)
        self._lock = threading.Lock()
        self._waiting: set[int] = set()
        self._lowest_free: int | None = None
        self._chain_id: int | None = None

    def vouch(self, payload: bytes, kind: str) -> str:
        """A JSON Web Signature of this account (`chaincode.jws`), which nothing on the ledger takes for a word."""
        from chaincode.jws import sign_jws

        return sign_jws(payload, kind, self.account)

    def send(self, to: str | None, data: bytes, gas: int = GAS_MAXIMUM, *, rehearse: bool = False) -> Receipt:
        """Send one transaction and return its receipt once it is sealed; raise ContractRefusedError if it failed.

        With `rehearse` it is run as a call first, so that what would fail is refused and never recorded.
        """
        deadline, asked_at = self._clock() + self._timeout_seconds, int(self._wall_clock())
        while True:
            try:
                return self._send(to, data, gas, rehearse, deadline)
            except ContractRefusedError as refusal:
                if not self._is_behind(refusal, asked_at, deadline):
                    raise
            self._sleep(LAG_SECONDS)  # 6.

    def _send(self, to: str | None, data: bytes, gas: int, rehearse: bool, deadline: float) -> Receipt:
        if rehearse and to is not None:
            self._rehearse(to, data, gas, deadline)
        receipt = self._seal(to, data, gas, deadline)
        if not receipt.succeeded:
            raise self._why(to, data, gas, receipt)
        return receipt

    def _is_behind(self, refusal: ContractRefusedError, asked_at: int, deadline: float) -> bool:
        """Whether the chain has not come to the moment yet when this was asked, which alone can make it fail."""
        lifted = refusal.reason in LIFTED_BY_TIME and self._clock() < deadline
        return lifted and is_behind(self.node, asked_at)

    def _rehearse(self, to: str, data: bytes, gas: int, deadline: float) -> None:
        try:
            self._patiently(deadline, lambda: self.node.call(to, data, self.address, gas, "pending"))
        except ContractRefusedError as refusal:
            if refusal.reason not in LIFTED_BY_TIME:
                raise

    def _seal(self, to: str | None, data: bytes, gas: int, deadline: float) -> Receipt:
        while True:
            sent, offer = self._hand_in(to, data, gas, deadline)  # 1. and 4.
            try:
                receipt = self._await_receipt(sent, offer, deadline)
            except BaseException:
                self._release(sent, sealed=False)
                raise
            self._release(sent, sealed=receipt is not None)
            if receipt is not None:
                return receipt
            if self._clock() >= deadline:
                raise LedgerUnavailableError("others kept taking this account's nonces")

    def _hand_in(self, to: str | None, data: bytes, gas: int, deadline: float) -> tuple[_Sent, Offer]:
        with self._lock:
            nonce = self._reserve(deadline)
            sent = self._sign(nonce, to, data, gas)
            self._waiting.add(nonce)
            self._in_order.enter(nonce)
            try:
                return sent, self._offer(sent)
            except LedgerUnavailableError:
                return sent, Offer.EARLY  # step 3 hands it in again
            except BaseException:
                self._waiting.discard(nonce)
                self._in_order.leave(nonce)
                self._lowest_free = None
                raise

    def _reserve(self, deadline: float) -> int:
        if self._chain_id is None:
            self._chain_id = self._patiently(deadline, self.node.chain_id)
        if self._lowest_free is None:
            self._lowest_free = self._patiently(deadline, lambda: self.node.nonce(self.address))
        nonce = self._lowest_free
        while nonce in self._waiting:
            nonce += 1
        return nonce

    def _sign(self, nonce: int, to: str | None, data: bytes, gas: int) -> _Sent:
        fields: dict[str, Any] = {"nonce": nonce, "gasPrice": 0, "gas": gas, "value": 0, "data": data}
        fields["chainId"] = self._chain_id
        if to is not None:
            fields["to"] = to
        signed = self.account.sign_transaction(fields)
        return _Sent(nonce, bytes(signed.raw_transaction), bytes(signed.hash))

    def _offer(self, sent: _Sent) -> Offer:
        try:
            self.node.send_raw(sent.raw)
        except LedgerRefusedError as error:
            if (meant := offer_meant(error.message)) is None:
                raise
            return meant
        return Offer.TAKEN

    def _await_receipt(self, sent: _Sent, offer: Offer, deadline: float) -> Receipt | None:
        """Return the receipt, or None if another transaction took the nonce."""
        began = offered_at = self._clock()
        waiter = self._in_order.waiter(sent.nonce)
        while True:
            try:
                receipt, is_final = self._look(sent)  # 2.
                self._in_order.heard()
                if is_final:
                    return receipt
                now = self._clock()
                if receipt is None and now - offered_at >= _OFFERED_AGAIN[offer]:
                    offer, offered_at = self._offer(sent), now  # 3.
                    if offer is Offer.USED and self._is_anothers(sent):
                        return None  # 4.
                pause = min(max(_POLL_SECONDS, (now - began) * _POLL_SHARE), _POLL_SECONDS_MAX)
                again = _OFFERED_AGAIN[offer] - (now - offered_at) if receipt is None else _POLL_SECONDS_MAX
            except LedgerUnavailableError:
                if self._clock() >= deadline:
                    raise
                self._in_order.silent(waiter)
                offered_at, pause, again = float("-inf"), _RECONNECT_SECONDS, _RECONNECT_SECONDS
            if (left := deadline - self._clock()) <= 0:
                raise LedgerUnavailableError(f"no receipt came within {self._timeout_seconds:g} s")
            if self._in_order.wait(waiter, pause, min(again, left)):
                offered_at = float("-inf")

    def _look(self, sent: _Sent) -> tuple[Receipt | None, bool]:
        """The receipt, if there is one, and whether it stays: as one node has both it and the head."""
        if not self._confirmations:
            receipt = self.node.receipt(sent.hash)
            return receipt, receipt is not None
        with self.node.one_node():
            head = self.node.block_number()
            receipt = self.node.receipt(sent.hash)
        return receipt, receipt is not None and receipt.block_number + self._confirmations <= head

    def _is_anothers(self, sent: _Sent) -> bool:
        """Whether the nonce went to another transaction: no node knows ours, and one counts past it.

        Raises LedgerUnavailableError where another with this nonce waits: which of the two counts is open.
        """
        if self.node.any_knows(sent.hash):
            return False
        if self.node.nonce(self.address) <= sent.nonce:
            raise LedgerUnavailableError("another transaction with this nonce waits at the node")
        return True

    def _release(self, sent: _Sent, *, sealed: bool) -> None:
        self._in_order.leave(sent.nonce)  # before the lock, which is held while others are handed in
        with self._lock:
            self._waiting.discard(sent.nonce)
            if not sealed:
                self._lowest_free = None
            elif self._lowest_free is not None:
                self._lowest_free = max(self._lowest_free, sent.nonce + 1)

    def _patiently(self, deadline: float, ask: Callable[[], _T]) -> _T:
        while True:
            try:
                return ask()
            except LedgerUnavailableError:
                if self._clock() >= deadline:
                    raise
            self._sleep(_RECONNECT_SECONDS)

    def _why(self, to: str | None, data: bytes, gas: int, receipt: Receipt) -> Exception:
        reason = ContractRefusedError("unknown", f"failed in block {receipt.block_number}")
        if to is not None:
            try:  # 5.
                self.node.call(to, data, self.address, gas, receipt.block_number)
            except ContractRefusedError as said:
                reason = said
            except LedgerRefusedError as said:
                reason = ContractRefusedError("unknown", said.message)
        if reason.contract == "unknown" and receipt.gas_used >= gas - gas // 32:
            return OutOfGasError(f"{gas} gas did not suffice in block {receipt.block_number}")
        return reason
