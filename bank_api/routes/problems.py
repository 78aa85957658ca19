"""Errors as RFC 9457 problem details. The one place that knows which error is which status."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from bank_api.errors import (
    BankError,
    ConflictError,
    DatabaseDownError,
    ForbiddenError,
    InvalidInputError,
    LedgerRefusedError,
    LedgerUnreachableError,
    NodeRefusedError,
    NotAuthenticatedError,
    NotFoundError,
    ReleaseNotPossibleError,
    StoreDownError,
    TooManyRequestsError,
)
from bank_api.protocol.errors import FieldError, field_name
from bank_api.protocol.messages.checked import broken
from bank_api.protocol.messages.said import Said, said
from bank_api.protocol.messages.strangers import fault
from bank_api.protocol.shapes.problem import Problem
from chaincode import errors as chaincode_errors
from chaincode.errors import ContractRefusedError, LedgerUnavailableError, MessageError
from chaincode.refusals import declared
from pds_adapter.errors import CanonicalFormError, PlaceRefusedError, StoreError, StoreUnavailableError

MEDIA_TYPE = "application/problem+json"
STATUSES: dict[type[BankError], int] = {
    InvalidInputError: 422,
    NotFoundError: 404,
    ForbiddenError: 403,
    NotAuthenticatedError: 401,
    ConflictError: 409,
    LedgerRefusedError: 409,
    ReleaseNotPossibleError: 409,
    TooManyRequestsError: 429,
    LedgerUnreachableError: 503,
    NodeRefusedError: 503,
    StoreDownError: 503,
    DatabaseDownError: 503,
}
"""The status of each error, and of its kinds."""
STATUS_BY_RULE = {
    declared("signer may not act"): 403,
    declared("signature malformed"): 422,
    declared("deadline passed"): 422,
    declared("not the issuer's shop"): 403,
    declared("not the operator"): 403,
    declared("not the partner's"): 403,
    declared("unknown release"): 404,
    declared("neither partner nor operator"): 403,
    declared("role missing"): 403,
    declared("account suspended"): 403,
    declared("account not enrolled"): 403,
}
"""Where a contract's refusal is not simply a conflict with the present state (409)."""

HINTS: dict[str, Said] = {
    declared("deadline passed"): said("hint-sign-again"),
    declared("signer may not act"): said("hint-own-wallet"),
    declared("request not approved"): said("hint-not-approved"),
    declared("already answered"): said("hint-once"),
    declared("not the standing answer"): said("hint-standing-answer"),
    declared("not enough coins"): said("hint-your-coins"),
    declared("no coupon left"): said("hint-coupon-used"),
    declared("not the issuer's shop"): said("hint-own-shops"),
    declared("threshold out of range"): said("hint-threshold"),
}


DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {"description": said, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for status, said in {
        400: "no request that could be read",
        401: "nobody is logged in",
        403: "you may not do this",
        404: "no such thing here, or not yours to see",
        409: "the step does not fit the present state, or the ledger refused it",
        422: "a field breaks a rule",
        429: "too many requests: wait a little",
        503: "the ledger or the store does not answer: send the same request again",
    }.items()
}
"""How every endpoint may say no. All of it is `application/problem+json`."""


def install(app: FastAPI) -> None:
    """Answer every error of the bank, of validation and of routing as a problem, and describe problems."""
    generate = app.openapi

    def described() -> dict[str, Any]:
        document = generate()
        schemas = document["components"]["schemas"]
        schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        return document

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to extend the document
    app.add_exception_handler(BankError, _bank_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientDisconnect, _broken_off)
    app.add_exception_handler(Exception, _fault)
    for kind, translate in TRANSLATIONS.items():
        app.add_exception_handler(kind, _translated(translate))


def problem(status: int, code: str, title: str, detail: str, **members: Any) -> JSONResponse:
    body = {"type": f"urn:azukari:problem:{code}", "title": title, "status": status, "detail": detail, "code": code}
    body |= {name: value for name, value in members.items() if value is not None}
    return JSONResponse(body, status, media_type=MEDIA_TYPE)


async def _bank_error(_request: Request, error: Exception) -> JSONResponse:
    return answer_to(error) if isinstance(error, BankError) else problem(500, "bank-error", "Error", str(error))


def answer_to(error: BankError) -> JSONResponse:
    """How the API says this error."""
    title = (type(error).__doc__ or error.code).strip().splitlines()[0].rstrip(".")
    status = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)
    advice = error.advice
    if isinstance(error, LedgerRefusedError):
        rule = error.reason.partition(": ")[2]
        status, advice = STATUS_BY_RULE.get(rule, status), advice or HINTS.get(rule)
    members = error.members | {"hint": None if advice is None else str(advice)}
    told = {"message": error.what, "advice": advice}
    members |= {name: words.to_json() for name, words in told.items() if isinstance(words, Said)}
    answer = problem(status, error.code, title, error.detail, **members)
    if isinstance(error, TooManyRequestsError):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _translated(translate: Any) -> Any:
    async def handle(_request: Request, error: Exception) -> JSONResponse:
        return answer_to(translate(error))

    return handle


TRANSLATIONS: dict[type[Exception], Any] = {
    RecursionError: lambda _error: InvalidInputError("body", said("rule-nests-too-deeply")),
    MessageError: lambda error: InvalidInputError(error.field, error.rule),
    FieldError: lambda error: InvalidInputError(error.field, error.words),
    ContractRefusedError: lambda error: LedgerRefusedError(f"{error.contract}: {error.reason}"),
    LedgerUnavailableError: lambda error: LedgerUnreachableError(fault(error)),
    chaincode_errors.LedgerRefusedError: lambda error: NodeRefusedError(fault(error)),
    UnicodeEncodeError: lambda error: InvalidInputError("body", said("rule-surrogate")),
    CanonicalFormError: lambda error: InvalidInputError("body", said("rule-canonical")),
    StoreError: lambda error: ConflictError(fault(error)),
    PlaceRefusedError: lambda error: InvalidInputError(error.field, error.rule),
    StoreUnavailableError: lambda error: StoreDownError(said("refusal-store-unavailable", why=fault(error))),
}


async def _validation_error(_request: Request, error: Exception) -> JSONResponse:
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {"loc": (), "type": "other"}
    place = [part for part in first["loc"] if part not in ("body", "query", "path")]
    if first["type"] == "json_invalid":  # its place is how far the text could be read
        place = []
    field = field_name(place) or "body"
    return answer_to(InvalidInputError(field, broken(first)))


async def _fault(request: Request, _error: Exception) -> JSONResponse:
    """Our own mistake: the server's log has the traceback, the caller learns only that it was ours."""
    detail = f"{request.method} {request.url.path} met a fault of the bank; its log says more"
    advice = said("hint-send-again")
    return problem(500, "fault", "A fault of the bank", detail, hint=str(advice), advice=advice.to_json())


async def _broken_off(_request: Request, _error: Exception) -> JSONResponse:
    """Who hung up while sending hears nothing of it; it is counted as theirs, and no fault of the bank's."""
    return problem(400, "http", "Bad Request", "the request broke off")


async def _http_error(_request: Request, error: Exception) -> JSONResponse:
    """A refusal of the framework's; where it hides what it met in a body (it says "error parsing"), we say it."""
    if isinstance(error.__cause__, RecursionError):
        return answer_to(TRANSLATIONS[RecursionError](error.__cause__))
    if isinstance(error.__cause__, ValueError):  # no UTF-8, or a number too long to be read
        return answer_to(InvalidInputError("body", said("rule-json", why=fault(error.__cause__))))
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else str(error)
    return problem(status, "http", detail, detail)
