"""Every way the bank refuses, as types. Inner code raises them and knows no HTTP; `routes.problems` maps them.

BankError
├── InvalidInputError          a field breaks a rule
├── NotFoundError              no such thing, or not yours to see
├── ForbiddenError             you are known, but may not
│   └── ErasedError            everything kept for this account was erased
├── NotAuthenticatedError      we do not know who you are
├── ConflictError              the same id with other content, or a state that excludes the step
│   ├── QuotaExhaustedError    more coins than the quota leaves: the board's to let come
│   └── BoardMustOpenError     answers that only members of the board open together; they are asked now
├── LedgerRefusedError         a contract refused, with its own reason
├── ReleaseNotPossibleError    the anonymity policy cannot be met; nothing was sent or recorded
├── TooManyRequestsError       asked more often than anybody may; wait a little
├── LedgerUnreachableError     the ledger did not answer in time; send the same request again
├── NodeRefusedError           the ledger's node answered and refused, for a reason of its own
├── StoreDownError             a member's personal data store did not answer; send the same request again
└── DatabaseDownError          the bank's database server did not answer; send the same request again
"""

from datetime import UTC, datetime
from math import ceil
from typing import ClassVar

from bank_api.protocol.messages.said import Named, Said, Words, said
from bank_api.protocol.messages.strangers import Sentence, refused


class BankError(Exception):
    """The bank could not do what was asked."""

    code: ClassVar[str] = "bank-error"
    advice: Words | None = None
    """What to do about it."""

    def __init__(self, what: Words | None = None, /, *, hint: Words | None = None, **members: object) -> None:
        self.what = what or (self.__doc__ or "").strip()
        self.members = members
        if hint is not None:
            self.advice = hint
        super().__init__(self.detail)

    @property
    def detail(self) -> str:
        """In English."""
        return str(self.what)

    @property
    def hint(self) -> str | None:
        return None if self.advice is None else str(self.advice)


class InvalidInputError(BankError):
    """A field breaks a rule."""

    code = "invalid-input"

    def __init__(self, field: str, rule: Words, *, hint: Words | None = None) -> None:
        self.field, self.rule = field, str(rule)
        told = rule if isinstance(rule, Said) else Sentence(rule)
        super().__init__(said("error-field", field=field, rule=told), hint=hint, field=field, rule=str(rule))


class NotFoundError(BankError):
    """No such thing here."""

    code = "not-found"

    def __init__(self, what: str, which: str) -> None:
        super().__init__(said("refusal-nothing-here", what=Named("thing", what), which=which), what=what)


class ForbiddenError(BankError):
    """You may not do this."""

    code = "forbidden"


class ErasedError(ForbiddenError):
    """Everything kept for this account was erased."""

    code = "erased"

    def __init__(self, erased_at: int) -> None:
        super().__init__(said("refusal-erased", at=_moment(erased_at)), hint=said("hint-erased"), erased_at=erased_at)


class NotAuthenticatedError(BankError):
    """Log in with your wallet first."""

    code = "not-authenticated"
    advice = said("hint-log-in")


class ConflictError(BankError):
    """The step does not fit the present state."""

    code = "conflict"


class IdAlreadyUsedError(ConflictError):
    """This id stands for something else already."""

    code = "id-already-used"
    advice = said("hint-new-id")


class QuotaExhaustedError(ConflictError):
    """The quota of coins does not leave so many."""

    code = "quota-exhausted"


class BoardMustOpenError(ConflictError):
    """The board must open these answers first."""

    code = "board-must-open"

    def __init__(self, opening_id: str, threshold: int, given: int) -> None:
        what = said("refusal-board-must-open", threshold=threshold, given=given)
        hint = said("hint-board-must-open", opening=opening_id)
        super().__init__(what, hint=hint, opening_id=opening_id, threshold=threshold, given=given)


class LedgerRefusedError(BankError):
    """A contract refused."""

    code = "ledger-refused"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        contract, _, rule = reason.partition(": ")
        super().__init__(refused(reason), contract=contract, rule=rule or reason)


class ReleaseNotPossibleError(BankError):
    """The release would break its anonymity policy; nothing was sent and nothing recorded."""

    code = "release-not-possible"


class TooManyRequestsError(BankError):
    """You ask more often than one may here."""

    code = "too-many-requests"

    def __init__(self, wait_seconds: float) -> None:
        self.retry_after = ceil(wait_seconds)
        super().__init__(said("refusal-too-many-requests", seconds=self.retry_after), hint=said("hint-wait"))


class LedgerUnreachableError(BankError):
    """The ledger did not answer in time."""

    code = "ledger-unreachable"
    advice = said("hint-send-again")


class NodeRefusedError(BankError):
    """The ledger's node refused."""

    code = "ledger-node-refused"
    advice = said("hint-send-again")


class StoreDownError(BankError):
    """The personal data store did not answer."""

    code = "store-unavailable"
    advice = said("hint-send-again")


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


class DatabaseDownError(BankError):
    """The bank's database does not answer. Send the same request again; repeating it is safe."""

    code = "database-unavailable"
