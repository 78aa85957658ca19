"""The terms that the bank has set, and who agrees to them, as the ledger has it (membership/agreement.vy)."""

from bisect import bisect_right
from dataclasses import dataclass

from bank_api.index.accounts import RecordedAccount
from bank_api.index.ledger_index import LedgerIndex
from bank_api.index.rows import position_of
from chaincode.bindings import Role
from chaincode.events import TermsSet


@dataclass(frozen=True, slots=True)
class Agreement:
    """All terms, the first first, and where each was set. Accounts that fell behind `floor` let a time pass."""

    terms: tuple[TermsSet, ...]
    floor: int

    @property
    def present(self) -> TermsSet | None:
        return self.terms[-1] if self.terms else None

    @property
    def places(self) -> list[tuple[int, int]]:
        """Where each was set: the block and the place in its logs."""
        return [(one.block_number, one.log_index) for one in map(position_of, self.terms)]

    def accepted(self, account: RecordedAccount) -> int:
        """The number of the terms that an account accepted last; 0 if it never joined."""
        return bisect_right(self.places, account.agreed_at)

    def agrees(self, account: RecordedAccount, until: int) -> bool:
        """Whether it has accepted the present terms, or may still until a time in unix seconds."""
        accepted = self.accepted(account)
        if accepted == len(self.terms):
            return True
        return accepted >= self.floor and self.present is not None and until <= self.present.accept_by


def find_agreement(index: LedgerIndex) -> Agreement:
    """For `once_a_block`."""
    terms, floor, accept_by = tuple(index.events(TermsSet)), 0, 0
    for number, one in enumerate(terms):
        if position_of(one).timestamp > accept_by:
            floor = number
        accept_by = one.accept_by
    return Agreement(terms, floor)


def agreement(index: LedgerIndex) -> Agreement:
    return index.once_a_block(find_agreement)


def agreeing(index: LedgerIndex, until: int) -> set[str]:
    """Members who may act now, and who have accepted the present terms or may still until a time."""
    stands = agreement(index)
    return {one.account for one in index.accounts_with(Role.MEMBER) if one.active and stands.agrees(one, until)}
