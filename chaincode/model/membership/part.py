"""What every part of the contract stands on: its roster, the digests of what was taken, and who is the operator."""

from chaincode.ids import NOBODY
from chaincode.model.ground import BOARD, EXCLUSIVE, OPERATOR, Digests, Emit, is_repeated, require
from chaincode.model.membership.roster import NAME, MemberBook

BOARDS = OPERATOR | BOARD


class Part:
    """Some of the rules of `membership`."""

    def __init__(self, book: MemberBook, digests: Digests, emit: Emit) -> None:
        self._book, self._digests, self._emit = book, digests, emit

    def _only_operator(self, sender: str) -> None:
        require(self._book.holds(sender, OPERATOR), NAME, "not the operator")

    def _is_repeated(self, item: bytes, content: object) -> bool:
        return is_repeated(self._digests, self._emit, NAME, item, content)

    def _check_role(self, account: str, role: int) -> None:
        require(account != NOBODY, NAME, "account not enrolled")
        require(account not in self._book.account_by_key, NAME, "key already used")
        others = self._book.roles_of(account) & EXCLUSIVE & ~role
        require(role & EXCLUSIVE == 0 or others == 0, NAME, "roles exclude each other")

    def _is_boards(self, role: int) -> bool:
        """Once there is a board, it alone decides who sits on it and who operates."""
        return role & BOARDS != 0 and self._book.board_size != 0
