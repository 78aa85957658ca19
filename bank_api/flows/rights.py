"""Rights: what people ask of the bank concerning themselves, with a deadline that the operator sees."""

from typing import Any

from bank_api.bank import Bank
from bank_api.errors import ConflictError, IdAlreadyUsedError, NotFoundError
from bank_api.protocol.messages.said import said
from bank_api.protocol.rights import DAYS, RightAnswerBody, RightBody
from bank_api.store.tables import RightRow

DAY_SECONDS = 86_400
WAITING_MAX = 100
"""Of one account that are not answered: the operator reads all of them."""


def ask(bank: Bank, account: str, body: RightBody) -> dict[str, Any]:
    """Take a request; the same again is success. Raises IdAlreadyUsedError."""
    known, now = bank.rights.request(body.request_id), bank.clock()
    if known is not None:
        if (known.account, known.kind, known.words) != (account, body.kind, body.words):
            raise IdAlreadyUsedError
        return _view(bank, known)
    waiting = sum(one.outcome is None for one in bank.rights.requests(account))
    if waiting >= WAITING_MAX:
        raise ConflictError(said("refusal-no-more-kept", most=str(WAITING_MAX)))
    row = RightRow(
        request_id=body.request_id,
        account=account,
        kind=body.kind,
        words=body.words,
        asked_at=now,
        due_at=now + DAYS * DAY_SECONDS,
    )
    bank.rights.save(row)
    return _view(bank, row)


def answer(bank: Bank, request_id: str, body: RightAnswerBody) -> dict[str, Any]:
    """The operator's answer. Raises NotFoundError, ConflictError where it was answered otherwise."""
    row = bank.rights.request(request_id)
    if row is None:
        raise NotFoundError("request", request_id)
    if row.outcome is not None:
        if (row.outcome, row.answer) != (body.outcome, body.words):
            raise ConflictError(said("refusal-right-answered"))
        return _view(bank, row, named=True)
    given = {"outcome": str(body.outcome), "answer": body.words, "answered_at": bank.clock()}
    answered = RightRow(**row.model_dump() | given)
    bank.rights.save(answered)
    return _view(bank, answered, named=True)


def asked_by(bank: Bank, account: str) -> list[dict[str, Any]]:
    return [_view(bank, row) for row in sorted(bank.rights.requests(account), key=_due)]


def to_answer(bank: Bank, answered: bool) -> list[dict[str, Any]]:
    """The first due first; those that are answered last, if they are wanted."""
    rows = sorted(bank.rights.requests(), key=_due)
    return [_view(bank, row, named=True) for row in rows if answered or row.outcome is None]


def _due(row: RightRow) -> tuple[bool, int]:
    return row.outcome is not None, row.due_at


def _view(bank: Bank, row: RightRow, named: bool = False) -> dict[str, Any]:
    person = bank.directory.person(row.account) if named else None
    overdue = row.outcome is None and bank.clock() > row.due_at
    return row.model_dump() | {"overdue": overdue, "name": person.name if person else None}
