"""How a lost key is replaced: by many, slowly, in sight of whoever still has it (contract `recovery`)."""

from collections.abc import Sequence
from dataclasses import dataclass

from chaincode.calldata import to_calldata
from chaincode.events import Event, GuardiansNamed, Recovered, RecoveryBegun, RecoveryVetoed, Refused
from chaincode.ids import NOBODY
from chaincode.model.authority import check_right
from chaincode.model.board import board_agrees, count_approvals
from chaincode.model.ground import ANY_ROLE, OPERATOR, Digests, Emit, Refusal, Said, check_later, is_repeated, require
from chaincode.model.membership.membership import Membership
from chaincode.model.membership.roster import MemberBook
from chaincode.typed_data import Guardians, Recovery, RecoveryVeto

NAME = "recovery"
BOARD_WAIT_SECONDS = 7 * 86400
WAIT_SECONDS_MAXIMUM = 90 * 86400


@dataclass(frozen=True)
class Circle:
    """Who together may give an account a new key; in force from `since` on."""

    number: int
    guardians: tuple[str, ...]
    threshold: int
    wait_seconds: int
    since: int


class RecoveryBook:
    """Guardians and recoveries that wait, from events alone."""

    def __init__(self) -> None:
        self.circles: dict[str, list[Circle]] = {}
        self.pending: dict[str, RecoveryBegun] = {}
        self.guardians_sequences: dict[str, int] = {}
        """The last of each account's choices."""
        self.recovery_sequences: dict[str, int] = {}
        """The last of each account's recoveries."""

    def apply(self, event: Event) -> None:
        match event:
            case GuardiansNamed():
                named = self.circles.setdefault(event.account, [])
                number, terms = len(named) + 1, (event.threshold, event.wait_seconds, event.since)
                named.append(Circle(number, event.guardians, *terms))
                self.guardians_sequences[event.account] = event.sequence
            case RecoveryBegun():
                self.pending[event.account] = event
                self.recovery_sequences[event.account] = event.sequence
            case RecoveryVetoed():
                self.pending.pop(event.account, None)
            case Recovered():
                self.pending.pop(event.account, None)
                self.recovery_sequences[event.account] = event.sequence

    def circle(self, account: str, now: int) -> Circle | None:
        """Return the circle in force; one that is to come leaves the earlier one in its place."""
        return next((one for one in reversed(self.circles.get(account, [])) if one.since <= now), None)


class Recoveries:
    """The rules of `recovery`."""

    def __init__(
        self, book: RecoveryBook, members: MemberBook, membership: Membership, digests: Digests, emit: Emit
    ) -> None:
        self._book, self._members, self._membership = book, members, membership
        self._digests, self._emit = digests, emit

    def name_guardians(self, guardians: Guardians, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        content = to_calldata(guardians)
        if self._is_repeated(guardians.guardians_id, content):
            return
        require(now <= guardians.deadline, NAME, "deadline passed")
        require(key is not None, NAME, "signature malformed")
        if refusal := self._members.refusal(key, guardians.account, ANY_ROLE):
            raise refusal
        self._check_choice(guardians)
        check_later(NAME, guardians.sequence, self._book.guardians_sequences.get(guardians.account, 0), now)
        earlier = self._book.circles.get(guardians.account, [])
        require(not earlier or earlier[-1].since <= now, NAME, "guardians change already")
        since = now + (earlier[-1].wait_seconds if earlier else 0)
        self._digests.take(NAME, guardians.guardians_id, content)
        terms = (guardians.guardians, guardians.threshold, guardians.wait_seconds, since, guardians.sequence)
        self._emit(GuardiansNamed(guardians.guardians_id, guardians.account, *terms))

    def name_guardians_batch(self, now: int, items: Sequence[Said[Guardians]]) -> None:
        for item in items:
            try:
                self.name_guardians(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.guardians_id, str(refusal), contract=NAME))

    def recover(
        self, sender: str, now: int, recovery: Recovery, new_key_signer: str | None, approvers: Sequence[str | None]
    ) -> None:
        """`approvers` are the keys that signed, in the order of the signatures."""
        content = to_calldata(recovery)
        if self._is_repeated(recovery.recovery_id, content):
            return
        require(now <= recovery.deadline, NAME, "deadline passed")
        signed = recovery.new_key != NOBODY and new_key_signer == recovery.new_key
        require(signed, NAME, "new key did not sign")
        account = recovery.account
        check_later(NAME, recovery.sequence, self._book.recovery_sequences.get(account, 0), now)
        if self._members.roles_of(account) & OPERATOR:
            require(board_agrees(self._members, approvers), NAME, "approvals too few")
            self._membership.check_replacing(account, recovery.new_key)
            self._digests.take(NAME, recovery.recovery_id, content)
            self._finish(recovery)
            return
        circle = self._book.circle(account, now)
        if circle is None:
            require(self._members.holds(sender, OPERATOR), NAME, "not the operator")
            require(board_agrees(self._members, approvers), NAME, "approvals too few")
            wait, is_final = BOARD_WAIT_SECONDS, False
        else:
            approved = count_approvals(self._members, approvers, ANY_ROLE, frozenset(circle.guardians))
            require(approved >= circle.threshold, NAME, "approvals too few")
            wait, is_final = circle.wait_seconds, approved == len(circle.guardians)
        self._membership.check_replacing(account, recovery.new_key)
        self._digests.take(NAME, recovery.recovery_id, content)
        words = (recovery.new_key, recovery.encryption_key_hash, recovery.evidence_hash)
        numbers = (len(approvers), now + wait)
        self._emit(RecoveryBegun(recovery.recovery_id, account, *words, *numbers, is_final, recovery.sequence))

    def complete_recovery(self, now: int, recovery: Recovery) -> None:
        pending = self._book.pending.get(recovery.account)
        is_it = pending is not None and pending.recovery_id == recovery.recovery_id
        same = self._digests.is_same(NAME, recovery.recovery_id, to_calldata(recovery))
        if pending is None or not is_it or not same:
            raise Refusal(NAME, "nothing pending")
        require(now >= pending.ready_at, NAME, "delay still runs")
        self._membership.check_replacing(recovery.account, recovery.new_key)
        self._finish(recovery)

    def veto_recovery(self, veto: RecoveryVeto, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        check_right(self._members, NAME, key, veto.account, veto.deadline, now)
        pending = self._book.pending.get(veto.account)
        if pending is None or pending.recovery_id != veto.recovery_id:
            raise Refusal(NAME, "nothing pending")
        require(not pending.is_final, NAME, "every guardian approved")
        self._emit(RecoveryVetoed(veto.recovery_id, veto.account))

    def veto_recovery_batch(self, now: int, items: Sequence[Said[RecoveryVeto]]) -> None:
        for item in items:
            try:
                self.veto_recovery(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.recovery_id, str(refusal), contract=NAME))

    def _finish(self, recovery: Recovery) -> None:
        words = (recovery.account, recovery.new_key, recovery.encryption_key_hash, recovery.evidence_hash)
        self._membership.replace_key(recovery.recovery_id, *words)
        self._emit(Recovered(recovery.recovery_id, recovery.account, recovery.sequence))

    def _check_choice(self, guardians: Guardians) -> None:
        previous = NOBODY
        for guardian in guardians.guardians:
            is_known = guardian in self._members.accounts and guardian != guardians.account
            require(is_known, NAME, "guardian not enrolled")
            require(int(guardian, 16) > int(previous, 16), NAME, "guardians not ascending")
            previous = guardian
        require(2 <= guardians.threshold <= len(guardians.guardians), NAME, "threshold out of range")
        require(1 <= guardians.wait_seconds <= WAIT_SECONDS_MAXIMUM, NAME, "wait out of range")

    def _is_repeated(self, item: bytes, content: object) -> bool:
        return is_repeated(self._digests, self._emit, NAME, item, content)
