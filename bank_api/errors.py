"""Every way the bank refuses, as types. Inner code raises them and knows no HTTP; `routes.problems` maps them.

BankError
├── InvalidInputError          a field breaks a rule
├── NotFoundError              no such thing, or not yours to see
├── ForbiddenError             you are known, but may not
├── NotAuthenticatedError      we do not know who you are
├── ConflictError              the same id with other content, or a state that excludes the step
├── LedgerRefusedError         a contract refused, with its own reason
├── ReleaseNotPossibleError    the anonymity policy cannot be met; nothing was sent or recorded
└── LedgerUnreachableError     the ledger did not answer in time; send the same request again
"""

from typing import ClassVar


class BankError(Exception):
    """The bank could not do what was asked."""

    code: ClassVar[str] = "bank-error"
    hint: str | None = None

    def __init__(self, detail: str | None = None, *, hint: str | None = None, **members: object) -> None:
        self.detail = detail or (self.__doc__ or "").strip()
        self.members = members
        if hint is not None:
            self.hint = hint
        super().__init__(self.detail)


class InvalidInputError(BankError):
    """A field breaks a rule."""

    code = "invalid-input"

    def __init__(self, field: str, rule: str, *, hint: str | None = None) -> None:
        self.field, self.rule = field, rule
        super().__init__(f"{field}: {rule}", hint=hint, field=field, rule=rule)


class NotFoundError(BankError):
    """No such thing here."""

    code = "not-found"

    def __init__(self, what: str, which: str) -> None:
        super().__init__(f"no {what} {which} is known here", what=what)


class ForbiddenError(BankError):
    """You may not do this."""

    code = "forbidden"


class NotAuthenticatedError(BankError):
    """Log in with your wallet first."""

    code = "not-authenticated"
    hint = "ask POST /v1/session/challenge for a message, sign it, and send it to POST /v1/session"


class ConflictError(BankError):
    """The step does not fit the present state."""

    code = "conflict"


class IdAlreadyUsedError(ConflictError):
    """This id stands for something else already."""

    code = "id-already-used"
    hint = "make a new id for new content; repeat the same content to repeat a request safely"


class LedgerRefusedError(BankError):
    """A contract refused."""

    code = "ledger-refused"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        contract, _, rule = reason.partition(": ")
        super().__init__(reason, contract=contract, rule=rule or reason)


class ReleaseNotPossibleError(BankError):
    """The release would break its anonymity policy; nothing was sent and nothing recorded."""

    code = "release-not-possible"


class LedgerUnreachableError(BankError):
    """The ledger did not answer in time."""

    code = "ledger-unreachable"
    hint = "send the same request again: its id makes sure that nothing happens twice"
