"""The face of `coin`: ERC-20 coins that only reward rules and sales bring into being, within the board's quota."""

from collections.abc import Sequence
from dataclasses import dataclass

from chaincode import acts
from chaincode.bindings.face import Face, direct, relayed
from chaincode.bindings.outcome import Outcome
from chaincode.calldata import signature_to_calldata, to_calldata
from chaincode.events import Granted, PolicySet, Sign, Transfer
from chaincode.ids import EMPTY_ID
from chaincode.transactor import Transactor
from chaincode.typed_data import CoinIssue, Quota


@dataclass(frozen=True)
class Supply:
    """Where all coins are, at one block: total = granted - burnt."""

    granted: int
    burnt: int
    total: int


@dataclass(frozen=True)
class QuotaRecord:
    """How many coins may come into being in a period, and how many came in the one that began at `since`."""

    coins: int
    period_seconds: int
    since: int
    used: int

    def left(self, now: int) -> int:
        """Return how many may still come; a period that is over has used nothing."""
        return max(0, self.coins - self.used) if now < self.ends_at else self.coins

    @property
    def ends_at(self) -> int:
        """Return when the period ends; the next begins with the next coins."""
        return self.since + self.period_seconds


class Coin(Face):
    NAME = "coin"

    def sell(self, transactor: Transactor, account: str, amount: int, invoice_id: bytes) -> Outcome:
        """Operator: sell coins to a partner, within the quota or as the board approved."""
        return self._single(transactor, "sell", (account, amount, invoice_id), invoice_id, Sign(Granted))

    def set_quota(self, transactor: Transactor, quota: Quota, approvals: Sequence[bytes]) -> Outcome:
        """A majority of the board says how many coins the operator may bring into being in a period."""
        arguments = (to_calldata(quota), [signature_to_calldata(one) for one in approvals])
        return self._single(transactor, "set_quota", arguments, quota.quota_id, acts.QUOTA.taken)

    def approve_issue(self, transactor: Transactor, issue: CoinIssue, approvals: Sequence[bytes]) -> Outcome:
        """A majority of the board lets one sale, or one survey's budget or top-up, go above the quota."""
        arguments = (to_calldata(issue), [signature_to_calldata(one) for one in approvals])
        return self._single(transactor, "approve_issue", arguments, issue.issue_id, acts.COIN_ISSUE.taken)

    def quota(self) -> QuotaRecord:
        return QuotaRecord(*map(int, self.read("quotaOf")))

    def is_issue_approved(self, issue_id: bytes, account: str, coins: int) -> bool:
        """Tell whether the board approved just this: an invoice for a partner, or a survey or top-up for nobody."""
        return bool(self.read("isIssueApproved", issue_id, account, coins))

    transfer_batch = relayed(acts.COIN_TRANSFER)

    def transfer(self, transactor: Transactor, receiver: str, amount: int) -> Outcome:
        """ERC-20 transfer by the sender's own transaction. It carries no id: sent twice it moves coins twice."""
        return self._single(transactor, "transfer", (receiver, amount), EMPTY_ID, Sign(Transfer))

    def set_policy(self, transactor: Transactor, policy_id: bytes, issuers: Sequence[str]) -> Outcome:
        """Operator: name, for good, the issuers with whom coins under a policy may be spent."""
        return self._single(transactor, "set_policy", (policy_id, list(issuers)), policy_id, Sign(PolicySet))

    transfer_bound_batch = relayed(acts.BOUND_TRANSFER)
    transfer_bound = direct(acts.BOUND_TRANSFER)

    def bound_of(self, account: str) -> int:
        """Return how many of an account's coins are under some policy."""
        return int(self.read("boundOf", account))

    def bound_under(self, account: str, policy_id: bytes) -> int:
        return int(self.read("boundUnder", account, policy_id))

    def policy_allows(self, policy_id: bytes, issuer: str) -> bool:
        return bool(self.read("policyAllows", policy_id, issuer))

    def balance_of(self, account: str, block: int | str = "latest") -> int:
        """Return the coins of an account, named by itself or by its key."""
        return int(self.read("balanceOf", account, block=block))

    def supply(self, block: int | str = "latest") -> Supply:
        return Supply(
            granted=int(self.read("granted", block=block)),
            burnt=int(self.read("burnt", block=block)),
            total=int(self.read("totalSupply", block=block)),
        )

    def allowance(self, owner: str, spender: str) -> int:
        return int(self.read("allowance", owner, spender))

    def permit_nonce(self, owner: str) -> int:
        return int(self.read("nonces", owner))
