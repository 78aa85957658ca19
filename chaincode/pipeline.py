"""Transactions in a row: all handed in with successive numbers, then waited for, so that a row takes one block's wait.

For what one account sends alone, as deploying does. Signing is deterministic: after a crash the same row from the same
number is the same bytes, and handing it in again changes nothing. The plan:

1. Number and sign every step; hand each in, in order.
2. Wait for the receipts in order. When the node is gone, or a receipt stays away, hand in again what is not sealed.
3. Refuse a number that another transaction has taken, and a step that was sealed and failed, by the step's name.

Nothing stops the steps after one that fails: a row must hold only steps that do no harm then.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from eth_account.signers.local import LocalAccount

from chaincode.errors import ContractRefusedError, DeploymentError, LedgerRefusedError, LedgerUnavailableError
from chaincode.node import Node, Receipt
from chaincode.node_words import offer_meant
from chaincode.transactor import GAS_MAXIMUM

Progress = Callable[[str], None]
_POLL_SECONDS = 0.02
_RECONNECT_SECONDS = 0.2
_RESEND_SECONDS = 3.0


@dataclass(frozen=True)
class Step:
    """One transaction of a row; without `to` it makes a contract."""

    name: str
    to: str | None
    data: bytes


@dataclass(frozen=True)
class _Signed:
    step: Step
    nonce: int
    raw: bytes
    hash: bytes


class Pipeline:
    """Sends rows of transactions as one account."""

    def __init__(
        self,
        node: Node,
        account: LocalAccount,
        *,
        timeout_seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.node = node
        self.account = account
        self.address = str(account.address)
        self._timeout_seconds = timeout_seconds
        self._clock = clock
        self._sleep = sleep

    def send(self, first: int, steps: Sequence[Step], progress: Progress = lambda name: None) -> list[Receipt]:
        """Hand in every step, numbered from `first`, then return their receipts.

        `timeout_seconds` is the longest wait for any one receipt after the one before.
        """
        chain_id = self.node.chain_id()
        row = [self._sign(step, first + place, chain_id) for place, step in enumerate(steps)]  # 1.
        for signed in row:
            progress(signed.step.name)
            self._offer_or_wait([signed])
        receipts: list[Receipt] = []
        for place, signed in enumerate(row):  # 2.
            receipts.append(self._receipt(signed, row[place:]))
        for signed, receipt in zip(row, receipts, strict=True):  # 3.
            if not receipt.succeeded:
                raise DeploymentError(f"{signed.step.name} failed: {self._why(signed, receipt)}")
        return receipts

    def _sign(self, step: Step, nonce: int, chain_id: int) -> _Signed:
        fields: dict[str, Any] = {"nonce": nonce, "gasPrice": 0, "gas": GAS_MAXIMUM, "value": 0, "data": step.data}
        if step.to is not None:
            fields["to"] = step.to
        signed = self.account.sign_transaction(fields | {"chainId": chain_id})
        return _Signed(step, nonce, bytes(signed.raw_transaction), bytes(signed.hash))

    def _offer_or_wait(self, row: Sequence[_Signed]) -> None:
        """Hand in; what a node that is gone does not hear is handed in again later."""
        try:
            for signed in row:
                self._offer(signed)
        except LedgerUnavailableError:
            return

    def _offer(self, signed: _Signed) -> None:
        """A refusal is none if the node has a transaction of this number: this one, or another that shows itself."""
        try:
            self.node.send_raw(signed.raw)
        except LedgerRefusedError as refusal:
            if offer_meant(refusal.message) is None and self.node.nonce(self.address, "pending") <= signed.nonce:
                raise DeploymentError(f"{signed.step.name} was not taken in: {refusal.message}") from refusal

    def _receipt(self, signed: _Signed, unsealed: Sequence[_Signed]) -> Receipt:
        deadline, offered_at = self._clock() + self._timeout_seconds, self._clock()
        while True:
            pause = _POLL_SECONDS
            try:
                if (receipt := self.node.receipt(signed.hash)) is not None:
                    return receipt
                if self._clock() - offered_at >= _RESEND_SECONDS:
                    offered_at = self._clock()
                    self._refuse_another(signed)
                    self._offer_or_wait(unsealed)
            except LedgerUnavailableError:
                offered_at, pause = float("-inf"), _RECONNECT_SECONDS
            if self._clock() >= deadline:
                raise LedgerUnavailableError(f"no receipt of {signed.step.name} came in {self._timeout_seconds:g} s")
            self._sleep(pause)

    def _refuse_another(self, signed: _Signed) -> None:
        """A node of several may count a transaction before it has its receipt: then it knows the transaction."""
        if self.node.nonce(self.address) > signed.nonce and not self.node.any_knows(signed.hash):
            raise DeploymentError(
                f"found another transaction in the place of {signed.step.name}, number {signed.nonce}:"
                " somebody else sends with the operator's key"
            )

    def _why(self, signed: _Signed, receipt: Receipt) -> str:
        if receipt.gas_used >= GAS_MAXIMUM - GAS_MAXIMUM // 32:
            return f"{GAS_MAXIMUM} gas did not suffice in block {receipt.block_number}"
        try:
            self.node.estimate_gas(signed.step.to, signed.step.data, self.address)
        except (ContractRefusedError, LedgerRefusedError) as said:
            return str(said)
        return f"in block {receipt.block_number}, though it would succeed now"
