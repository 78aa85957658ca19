"""Where contracts keep the few words that wallets check by proof, and how those words are read.

`chaincode.storage` knows every slot from the compiler's layout; a wallet has no compiler. A test holds these numbers to
that layout, and the words to what the contracts' views say.
"""

from dataclasses import dataclass
from enum import IntEnum

from chaincode.ids import checksummed
from chaincode.keccak import keccak

MEMBERSHIP_RECORD = ("membership", "roster.record", 1)
MEMBERSHIP_ENCRYPTION_KEY = ("membership", "roster.encryption_key", 7)
ESCROW_DIGEST = ("escrow", "escrow_book.digest", 5)
ESCROW_OPENING = ("escrow", "opening.opening", 6)
PLACES = (MEMBERSHIP_RECORD, MEMBERSHIP_ENCRYPTION_KEY, ESCROW_DIGEST, ESCROW_OPENING)
"""Contract, variable as the compiler names it, and its slot."""

_ROLES, _SUSPENDED, _RESTING, _EPOCH = 160, 176, 177, 184
_OPERATOR = 8
_BITS_8, _BITS_16, _BITS_32, _BITS_64 = 2**8 - 1, 2**16 - 1, 2**32 - 1, 2**64 - 1


class OpeningWord(IntEnum):
    """The state of an opening."""

    NONE = 0
    REQUESTED = 1
    VETOED = 2
    OPENED = 3


@dataclass(frozen=True)
class AccountWord:
    """An account as `membership` keeps it."""

    key: str
    roles: int
    is_suspended: bool
    is_resting: bool
    epoch: int

    @property
    def is_operator(self) -> bool:
        return bool(self.roles & _OPERATOR)

    @property
    def is_active(self) -> bool:
        return self.roles != 0 and not (self.is_suspended or self.is_resting)


def account_slot(account: str) -> int:
    return _slot(MEMBERSHIP_RECORD, _address(account))


def encryption_key_slot(account: str) -> int:
    return _slot(MEMBERSHIP_ENCRYPTION_KEY, _address(account))


def escrow_digest_slot(id: bytes) -> int:
    """Of an opening's request, and of whatever else somebody signed under an id in `escrow`."""
    return _slot(ESCROW_DIGEST, id)


def opening_slot(opening_id: bytes) -> int:
    return _slot(ESCROW_OPENING, opening_id)


def read_account(word: int) -> AccountWord:
    return AccountWord(
        key=checksummed(f"0x{word & (2**160 - 1):040x}"),
        roles=word >> _ROLES & _BITS_16,
        is_suspended=bool(word >> _SUSPENDED & 1),
        is_resting=bool(word >> _RESTING & 1),
        epoch=word >> _EPOCH & _BITS_32,
    )


def read_opening(word: int) -> tuple[OpeningWord, int]:
    """The state, and the second from which contributions are taken."""
    return OpeningWord(word & _BITS_8), word >> 8 & _BITS_64


def _slot(place: tuple[str, str, int], key: bytes) -> int:
    return int.from_bytes(keccak(place[2].to_bytes(32, "big") + key.rjust(32, b"\0")), "big")


def _address(account: str) -> bytes:
    return bytes.fromhex(account[2:])
