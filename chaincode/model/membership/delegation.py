"""One account acts for another, within a scope, until a date: by its own word, or by the board's."""

from collections.abc import Sequence

from chaincode.calldata import to_calldata
from chaincode.events import Delegated, Refused
from chaincode.ids import EMPTY_ID
from chaincode.model.board import board_agrees
from chaincode.model.ground import (
    ANY_ROLE,
    HOLDER_ALONE,
    SCOPE_MAXIMUM,
    Refusal,
    Said,
    check_later,
    is_repeated,
    outdating,
    require,
)
from chaincode.model.membership.part import Part
from chaincode.model.membership.roster import NAME
from chaincode.typed_data import Appointment, Delegation

APPOINTMENT_WAIT_SECONDS = 7 * 86400


class Delegations(Part):
    """Delegates, and guardians whom the board appoints for those who cannot sign."""

    def delegate(self, delegation: Delegation, key: str | None, now: int) -> None:
        """Direct: `key` is the sender."""
        item, content = delegation.delegation_id, to_calldata(delegation)
        if self._is_delegation_repeated(item, content):
            return
        require(now <= delegation.deadline, NAME, "deadline passed")
        require(key is not None, NAME, "signature malformed")
        account = delegation.account
        ending = self._book.right_refusal(key, account, HOLDER_ALONE, now)
        if refusal := ending if delegation.scope == 0 else self._book.refusal(key, account, ANY_ROLE):
            raise refusal
        delegated = (account, delegation.delegate, delegation.scope, delegation.until)
        self._check_delegate(delegated, now)
        sequence = self._in_order(delegated, delegation.sequence, now)
        self._digests.take("delegation", item, content)
        self._emit(Delegated(item, *delegated, now, EMPTY_ID, sequence))

    def delegate_batch(self, now: int, items: Sequence[Said[Delegation]]) -> None:
        for item in items:
            try:
                self.delegate(item.struct, item.key, now)
            except Refusal as refusal:
                self._emit(Refused(item.struct.delegation_id, str(refusal), contract=NAME))

    def appoint(self, sender: str, now: int, appointment: Appointment, approvers: Sequence[str | None]) -> None:
        """`approvers` are the keys that signed, in the order of the signatures."""
        self._only_operator(sender)
        item, content = appointment.delegation_id, ("appoint", to_calldata(appointment))
        if self._is_delegation_repeated(item, content):
            return
        require(now <= appointment.deadline, NAME, "deadline passed")
        require(board_agrees(self._book, approvers), NAME, "approvals too few")
        require(self._book.roles_of(appointment.account) != 0, NAME, "account not enrolled")
        delegated = (appointment.account, appointment.guardian, appointment.scope, appointment.until)
        since = now + APPOINTMENT_WAIT_SECONDS
        self._check_delegate(delegated, since)
        sequence = self._in_order(delegated, appointment.sequence, now)
        self._digests.take("delegation", item, content)
        self._emit(Delegated(item, *delegated, since, appointment.evidence_hash, sequence))

    def _in_order(self, delegated: tuple[str, str, int, int], sequence: int, now: int) -> int:
        """Return up to where a word about a delegate outdates others; an end is never refused for its sequence."""
        account, delegate, scope, _ = delegated
        if scope == 0:
            return outdating(sequence, now)
        check_later(NAME, sequence, self._book.sequences.get((account, delegate), 0), now)
        return sequence

    def _is_delegation_repeated(self, item: bytes, content: object) -> bool:
        return is_repeated(self._digests, self._emit, NAME, item, content, kind="delegation")

    def _check_delegate(self, delegated: tuple[str, str, int, int], since: int) -> None:
        account, delegate, scope, until = delegated
        require(delegate != account, NAME, "cannot delegate to oneself")
        require(self._book.roles_of(delegate) != 0, NAME, "delegate not enrolled")
        require(scope <= SCOPE_MAXIMUM, NAME, "unknown scope")
        require(scope == 0 or since <= until, NAME, "until is past")
