"""The quota of coins that the operator may bring into being in a period, and the board above it (contract `coin`)."""

from collections.abc import Sequence

from chaincode.calldata import to_calldata
from chaincode.events import Event, IssueApproved, Issued, QuotaSet, Repeated
from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.model.board import board_agrees
from chaincode.model.ground import OPERATOR, Digests, Emit, check_later, is_repeated, require
from chaincode.model.membership.roster import MemberBook
from chaincode.typed_data import CoinIssue, Quota

NAME = "coin"
PERIOD_SECONDS_MINIMUM = 3600
COINS_MAXIMUM = 2**64 - 1
"""The most coins that come into being at once, or in a period."""


class QuotaBook:
    """What may come into being, what the board approved beyond it, and what came, from events alone."""

    def __init__(self) -> None:
        self.coins = 0
        self.period_seconds = 0
        """0 until the quota is opened."""
        self.since = 0
        self.used = 0
        """Of the period that began at `since`, over or not."""
        self.sequence = 0
        self.quota_ids: set[bytes] = set()
        self.approved: dict[bytes, tuple[str, int]] = {}
        """Account and coins, by the sale, survey or top-up; no account for a budget."""
        self.issued = 0

    def apply(self, event: Event) -> None:
        match event:
            case QuotaSet():
                self.coins, self.period_seconds = event.coins, event.period_seconds
                self.sequence = max(self.sequence, event.sequence)
                self.quota_ids.add(event.quota_id)
            case IssueApproved():
                self.approved[event.issue_id] = event.account, event.coins
            case Issued():
                self.issued += event.coins
                if not event.is_approved:
                    self.since, self.used = self.period(_time(event))
                    self.used += event.coins

    def period(self, now: int) -> tuple[int, int]:
        """Return when the period of now began, and what is used of it: one that is over begins anew."""
        return (self.since, self.used) if now < self.since + self.period_seconds else (now, 0)

    def left(self, now: int) -> int:
        """Return how many coins may still come into being in the period of now."""
        return max(0, self.coins - self.period(now)[1])

    def is_approved(self, issue_id: bytes, account: str, coins: int) -> bool:
        """Tell whether the board let just this come."""
        return self.approved.get(issue_id) == (account, coins)


class QuotaRules:
    """The rules of the quota."""

    def __init__(self, book: QuotaBook, members: MemberBook, digests: Digests, emit: Emit) -> None:
        self._book, self._members, self._digests, self._emit = book, members, digests, emit

    def open_quota(self, sender: str, coins: int, period_seconds: int) -> None:
        require(self._members.holds(sender, OPERATOR), NAME, "not the operator")
        require(self._book.period_seconds == 0, NAME, "id already used")
        self._set(EMPTY_ID, coins, period_seconds, 0)

    def set_quota(self, now: int, quota: Quota, approvers: Sequence[str | None]) -> None:
        """`approvers` are the keys that signed, in the order of the signatures."""
        content = to_calldata(quota)
        if is_repeated(self._digests, self._emit, NAME, quota.quota_id, content, kind="quota"):
            return
        require(now <= quota.deadline, NAME, "deadline passed")
        require(board_agrees(self._members, approvers), NAME, "approvals too few")
        check_later(NAME, quota.sequence, self._book.sequence, now)
        self._set(quota.quota_id, quota.coins, quota.period_seconds, quota.sequence)
        self._digests.take("quota", quota.quota_id, content)

    def approve_issue(self, now: int, issue: CoinIssue, approvers: Sequence[str | None]) -> None:
        """`approvers` are the keys that signed, in the order of the signatures."""
        if self._book.is_approved(issue.issue_id, issue.account, issue.coins):
            self._emit(Repeated(issue.issue_id, contract=NAME))
            return
        is_taken = issue.issue_id == EMPTY_ID or issue.issue_id in self._book.approved
        require(not is_taken, NAME, "id already used")
        require(now <= issue.deadline, NAME, "deadline passed")
        require(board_agrees(self._members, approvers), NAME, "approvals too few")
        self._emit(IssueApproved(issue.issue_id, issue.account, issue.coins))

    def check(self, issue_id: bytes, account: str, coins: int, now: int) -> None:
        """Refuse coins that neither the quota nor the board lets come."""
        require(coins <= COINS_MAXIMUM, NAME, "amount too large")
        is_approved = self._book.is_approved(issue_id, account, coins)
        require(is_approved or coins <= self._book.left(now), NAME, "quota exhausted")

    def take(self, issue_id: bytes, coins: int, now: int, account: str = NOBODY) -> None:
        """Issue coins: a sale's to an account, a budget's to nobody yet. Raises Refusal as `check`."""
        self.check(issue_id, account, coins, now)
        self._emit(Issued(issue_id, account, coins, self._book.is_approved(issue_id, account, coins)))

    def _set(self, quota_id: bytes, coins: int, period_seconds: int, sequence: int) -> None:
        require(period_seconds >= PERIOD_SECONDS_MINIMUM, NAME, "period too short")
        self._emit(QuotaSet(quota_id, coins, period_seconds, sequence))


def _time(event: Event) -> int:
    return event.position.timestamp or 0 if event.position else 0
