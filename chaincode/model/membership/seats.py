"""Who sits on the board and who operates: once there is a board, its majority alone decides."""

from collections.abc import Sequence

from chaincode.calldata import to_calldata
from chaincode.events import Dismissed, Enrolled, Event, Seated
from chaincode.ids import NOBODY
from chaincode.model.board import board_agrees
from chaincode.model.ground import BOARD, OPERATOR, check_later, require
from chaincode.model.membership.part import Part
from chaincode.model.membership.roster import NAME
from chaincode.typed_data import Seat


class Seats(Part):
    """Members of the board and operators, taken in and let go by the board."""

    def seat(self, now: int, seat: Seat, approvers: Sequence[str | None]) -> None:
        """`approvers` are the keys that signed, in the order of the signatures."""
        content = to_calldata(seat)
        if self._is_repeated(seat.seat_id, content):
            return
        require(now <= seat.deadline, NAME, "deadline passed")
        require(board_agrees(self._book, approvers), NAME, "approvals too few")
        require(seat.role in (BOARD, OPERATOR), NAME, "unknown role")
        check_later(NAME, seat.sequence, self._book.seat_sequences.get(seat.account, 0), now)
        has_it = self._book.roles_of(seat.account) & seat.role != 0
        changes: list[Event] = []
        if seat.seated:
            self._check_role(seat.account, seat.role)
            if not has_it:
                changes = [Enrolled(seat.account, seat.role, NOBODY)]
        elif has_it:
            require(seat.role != BOARD or self._book.board_size > 1, NAME, "board would be empty")
            changes = [Dismissed(seat.account, seat.role, seat.seat_id)]
        self._digests.take(NAME, seat.seat_id, content)
        self._emit(Seated(seat.seat_id, seat.account, seat.role, seat.seated, seat.sequence))
        for change in changes:
            self._emit(change)
