"""A route for every act that people sign, from its two declarations (`chaincode.acts`, `bank_api.protocol.acts`)."""

from collections.abc import Awaitable, Callable
from inspect import Parameter, Signature
from typing import Any

from fastapi import APIRouter

from bank_api.auth import Caller
from bank_api.errors import ForbiddenError
from bank_api.flows import wards
from bank_api.flows.flow import Flow, Sent
from bank_api.flows.register import FLOWS
from bank_api.protocol.acts import SUBMISSIONS, Sender, Submission
from bank_api.protocol.fields import Body, Id
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.signed import read_signed
from bank_api.routes.access import CALLERS, TheBank, TheRelay, admission_of
from bank_api.routes.sending import ActRoute, ShortWay

router = APIRouter(route_class=ActRoute)


def _endpoint(submission: Submission) -> Callable[..., Awaitable[Receipt]]:
    """The handler of one act: read, check the address and the sender, then its flow."""
    act = submission.act
    flow = FLOWS.get(act.struct, Flow())
    names = [name for name in submission.body.model_fields if name != act.name]

    async def take(bank: TheBank, relay: TheRelay, body: Body, caller: Caller | None = None, **ids: str) -> Receipt:
        signed = read_signed(act.struct, getattr(body, act.name), act.name)
        submission.check_path(signed.struct, ids)
        _check_own(submission, signed.struct, caller)
        parts = submission.parts.model_construct(**{name: getattr(body, name) for name in names})
        sent = Sent(signed, parts, caller)
        if caller is not None and caller.delegate is not None:
            return await wards.noted(bank, act.name, sent, flow.take(bank, sent, relay.lane(act).submit))
        return await flow.take(bank, sent, relay.lane(act).submit)

    def parameter(name: str, annotation: Any) -> Parameter:
        return Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation)

    parameters = [parameter("bank", TheBank), parameter("relay", TheRelay), parameter("body", submission.body)]
    if submission.sender is not Sender.STRANGER:
        parameters.append(parameter("caller", CALLERS[submission.sender]))
    parameters += [parameter(name, Id) for name in submission.path_fields]
    take.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # FastAPI reads the parameters from it
    take.__name__ = f"send_{act.name}"
    take.short_way = _short_way(submission)  # type: ignore[attr-defined]  # `ActRoute` looks for it
    return take


def _short_way(submission: Submission) -> ShortWay | None:
    """None where more than a token lets somebody in."""
    admit = None if submission.sender is Sender.STRANGER else admission_of(CALLERS[submission.sender])
    if admit is None and submission.sender is not Sender.STRANGER:
        return None
    return ShortWay(submission.body, admit, submission.path_fields, is_relayed=True)


def _check_own(submission: Submission, struct: Any, caller: Caller | None) -> None:
    if submission.own is None or caller is None:
        return
    if getattr(struct, submission.own) != caller.account:
        raise ForbiddenError(said("refusal-own-account", field=f"{submission.act.name}.message.{submission.own}"))


for _submission in SUBMISSIONS:
    router.add_api_route(
        _submission.path,
        _endpoint(_submission),
        methods=["POST"],
        status_code=201,
        response_model=_submission.receipt,
        summary=_submission.summary.rstrip("."),
        description=_submission.summary + "\n\n" + (_submission.act.struct.__doc__ or ""),
        tags=[_submission.tag],
    )
