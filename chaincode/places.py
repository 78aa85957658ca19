"""Where contracts keep the few words that wallets check by proof, and how those words are read.

`chaincode.storage` knows every slot from the compiler's layout; a wallet has no compiler. A test holds these numbers to
that layout, and the words to what the contracts' views say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from eth_abi.abi import encode as abi_encode

from chaincode.ids import checksummed
from chaincode.keccak import keccak

Place = tuple[str, str, int]
"""Contract, variable as the compiler names it, and its slot."""

COIN_PURSE = ("coin", "purse", 5)
MEMBERSHIP_RECORD = ("membership", "roster.record", 1)
MEMBERSHIP_ENCRYPTION_KEY = ("membership", "roster.encryption_key", 7)
MEMBERSHIP_TERMS_HASH = ("membership", "agreement.hashOf", 8)
MEMBERSHIP_TERMS = ("membership", "agreement.terms", 10)
SURVEY_DIGEST = ("survey", "survey_book.digest", 4)
REQUEST_HEAD = ("request", "request_book.head", 3)
REQUEST_DIGEST = ("request", "request_book.digestOf", 7)
DECISION_DIGEST = ("request", "decision_digest", 9)
ESCROW_DIGEST = ("escrow", "escrow_book.digest", 5)
ESCROW_OPENING = ("escrow", "opening.opening", 9)
CONSENT_HEAD = ("consent", "consent_book.head", 4)
CONSENT_BODY = ("consent", "consent_book.body", 5)
RELEASE = ("disclosure", "release_book.release", 1)
RELEASE_REQUEST = ("disclosure", "release_book.request_of", 2)
RELEASE_ROOT = ("disclosure", "release_book.payload_root", 5)
RULE_CATEGORY = ("rule", "category.name", 1)
PLACES = (
    COIN_PURSE,
    *(MEMBERSHIP_RECORD, MEMBERSHIP_ENCRYPTION_KEY, MEMBERSHIP_TERMS_HASH, MEMBERSHIP_TERMS, SURVEY_DIGEST),
    *(REQUEST_HEAD, REQUEST_DIGEST, DECISION_DIGEST, ESCROW_DIGEST, ESCROW_OPENING),
    *(CONSENT_HEAD, CONSENT_BODY, RELEASE, RELEASE_REQUEST, RELEASE_ROOT, RULE_CATEGORY),
)

_ROLES, _SUSPENDED, _RESTING, _EPOCH, _TERMS = 160, 176, 177, 184, 216
_OPERATOR = 8
_PURPOSES = 2
"""The kind of category that `rule` keeps names of purposes under."""
_BITS_8, _BITS_16, _BITS_32, _BITS_40, _BITS_64 = 2**8 - 1, 2**16 - 1, 2**32 - 1, 2**40 - 1, 2**64 - 1


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
    terms_number: int
    """Of the terms it accepted last; 0 if it never joined."""

    @property
    def is_operator(self) -> bool:
        return bool(self.roles & _OPERATOR)

    @property
    def is_active(self) -> bool:
        return self.roles != 0 and not (self.is_suspended or self.is_resting)


@dataclass(frozen=True)
class ConsentWord:
    """A consent as `consent` keeps it, in two words."""

    member: str
    state: int
    valid_from: int
    valid_until: int
    coins: int
    items: int
    used: int
    uses_maximum: int
    digest: int
    """The first 96 bits of the hash of the words that were signed."""

    def is_of(self, struct_hash: bytes) -> bool:
        """Whether these are the words that the contract took."""
        return self.digest == int.from_bytes(struct_hash, "big") >> _DIGEST


@dataclass(frozen=True)
class ReleaseWord:
    """A release as `disclosure` keeps it."""

    partner: str
    state: int
    disclosed_at: int
    is_acknowledged: bool
    is_deleted: bool


class RequestWord(IntEnum):
    """The state of a request."""

    NONE = 0
    FILED = 1
    APPROVED = 2
    REFUSED = 3
    CLOSED = 4
    REVOKED = 5


_DIGEST = 160
_REQUEST_STATE = 168


def purse_slot(account: str) -> int:
    """Of all coins of an account."""
    return slot_in(COIN_PURSE, account)


def read_purse(word: int) -> int:
    """All coins, those under a policy too."""
    return word & 2**128 - 1


def request_slots(request_id: bytes) -> list[int]:
    """Of a request's head, of the digest of what its partner signed, and of that of the board's decision."""
    return [slot_in(place, request_id) for place in (REQUEST_HEAD, REQUEST_DIGEST, DECISION_DIGEST)]


def read_request(head: int) -> RequestWord:
    """The state. Raises ValueError for one that no contract has."""
    return RequestWord(head >> _REQUEST_STATE & _BITS_8)


def account_slot(account: str) -> int:
    return slot_in(MEMBERSHIP_RECORD, account)


def encryption_key_slot(account: str) -> int:
    return slot_in(MEMBERSHIP_ENCRYPTION_KEY, account)


def terms_slots(account: str, present: int, accepted: int) -> list[int]:
    """Of an account, of the terms' word, and of the hashes of two versions by their number."""
    hashes = [slot_in(MEMBERSHIP_TERMS_HASH, number.to_bytes(32, "big")) for number in (present, accepted)]
    return [account_slot(account), MEMBERSHIP_TERMS[2], *hashes]


def escrow_digest_slot(id: bytes) -> int:
    """Of an opening's request, and of whatever else somebody signed under an id in `escrow`."""
    return slot_in(ESCROW_DIGEST, id)


def opening_slot(opening_id: bytes) -> int:
    return slot_in(ESCROW_OPENING, opening_id)


def consent_slots(consent_id: bytes) -> tuple[int, int]:
    """Of its head and of its body."""
    return slot_in(CONSENT_HEAD, consent_id), slot_in(CONSENT_BODY, consent_id)


def release_slots(release_id: bytes) -> tuple[int, int, int]:
    """Of a release's record, the request it was made for, and its payload root."""
    return slot_in(RELEASE, release_id), slot_in(RELEASE_REQUEST, release_id), slot_in(RELEASE_ROOT, release_id)


def purpose_slot(code: int) -> int:
    """Of the hash of the name that the operator gave a purpose, for good."""
    return slot_in(RULE_CATEGORY, bytes([_PURPOSES]), code.to_bytes(32, "big"))


def survey_slot(survey_id: bytes) -> int:
    return slot_in(SURVEY_DIGEST, survey_id)


def survey_digest(
    title_hash: bytes,
    content_hash: bytes,
    label_hashes: Sequence[bytes],
    item_coins: Sequence[int],
    base_coins: int,
    budget_coins: int,
    times: tuple[int, int],
) -> int:
    """What stands there: keccak256 of all that a survey was published with, its window as it opens and closes."""
    kinds = ("bytes32", "bytes32", "bytes32[]", "uint16[]", "uint32", "uint64", "uint64", "uint64")
    values = (title_hash, content_hash, label_hashes, item_coins, base_coins, budget_coins, *times)
    return int.from_bytes(keccak(abi_encode(kinds, values)), "big")


def read_consent(head: int, body: int) -> ConsentWord:
    return ConsentWord(
        member=_account(head),
        state=head >> 160 & _BITS_8,
        valid_from=head >> 168 & _BITS_40,
        valid_until=head >> 208 & _BITS_40,
        coins=body & _BITS_32,
        items=body >> 32 & _BITS_32,
        used=body >> 64 & _BITS_16,
        uses_maximum=body >> 80 & _BITS_16,
        digest=body >> _DIGEST,
    )


def read_release(word: int) -> ReleaseWord:
    return ReleaseWord(
        partner=_account(word),
        state=word >> 160 & _BITS_8,
        disclosed_at=word >> 168 & _BITS_40,
        is_acknowledged=bool(word >> 208 & 1),
        is_deleted=bool(word >> 209 & 1),
    )


def read_account(word: int) -> AccountWord:
    return AccountWord(
        key=_account(word),
        roles=word >> _ROLES & _BITS_16,
        is_suspended=bool(word >> _SUSPENDED & 1),
        is_resting=bool(word >> _RESTING & 1),
        epoch=word >> _EPOCH & _BITS_32,
        terms_number=word >> _TERMS & _BITS_32,
    )


@dataclass(frozen=True)
class TermsWord:
    """Which terms stand, from which on others may still accept them, and until when."""

    number: int
    floor: int
    accept_by: int


def read_terms(word: int) -> TermsWord:
    return TermsWord(word & _BITS_32, word >> 32 & _BITS_32, word >> 64)


def read_opening(word: int) -> tuple[OpeningWord, int]:
    """The state, and the second from which contributions are taken."""
    return OpeningWord(word & _BITS_8), word >> 8 & _BITS_64


def slot_in(place: Place, *keys: bytes | str) -> int:
    """Of the value under an id or an account, and under another within it."""
    slot = place[2]
    for key in keys:
        word = (_address(key) if isinstance(key, str) else key).rjust(32, b"\0")
        slot = int.from_bytes(keccak(slot.to_bytes(32, "big") + word), "big")
    return slot


def _address(account: str) -> bytes:
    return bytes.fromhex(account[2:])


def _account(word: int) -> str:
    return checksummed(f"0x{word & (2**160 - 1):040x}")
