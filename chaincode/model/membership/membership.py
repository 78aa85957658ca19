"""Who joins, is enrolled, suspended and dismissed; with the parts beside it the whole contract `membership`."""

from collections.abc import Sequence

from chaincode.calldata import to_calldata
from chaincode.events import Dismissed, Enrolled, Joined, Refused, Reinstated, Repeated, Suspended
from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.model.ground import APPOINTED, EXCLUSIVE, MEMBER, PARTNER, SHOP, Refusal, Said, require
from chaincode.model.membership.agreement import Agreement
from chaincode.model.membership.delegation import Delegations
from chaincode.model.membership.key_rotation import Keys
from chaincode.model.membership.part import BOARDS
from chaincode.model.membership.roster import NAME, Account
from chaincode.model.membership.seats import Seats
from chaincode.typed_data import Join


class Membership(Agreement, Keys, Delegations, Seats):
    """The rules of `membership`, whose parts share one roster."""

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

    def _join(self, join: Join, key: str | None, now: int) -> None:
        content = (*to_calldata(join), self._book.statement_hash)
        if self._is_repeated(join.join_id, content):
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
