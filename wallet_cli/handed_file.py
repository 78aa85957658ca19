"""What goes from hand to hand as a file until enough have signed: a recovery, a seat, a quota, a guardian."""

import json
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bank_api.protocol.messages.said import said
from bank_api.protocol.signed import SignedBody
from wallet_cli.errors import InputError
from wallet_cli.invocation import Invocation
from wallet_cli.operator_files import read_object
from wallet_cli.private_file import write_private

Handed = TypeVar("Handed", bound=BaseModel)


def read_handed(path: Path, shape: type[Handed], rule: str) -> Handed:
    """Read what `write_handed` wrote. Raises InputError by `rule`, naming the first field that does not fit."""
    try:
        return shape.model_validate(read_object(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(str(path), said(rule, field=where)) from error


def write_handed(path: Path, body: BaseModel) -> None:
    """Write a new file that nobody else reads."""
    write_private(path, json.dumps(body.model_dump(mode="json"), indent=1).encode(), "--out")


def _signatures(body: BaseModel) -> list[str]:
    """All under one's words. A key signs the same words alike each time (RFC 6979), so that twice is seen."""
    fields = [getattr(body, name) for name in type(body).model_fields]
    proposed = [one.signature for one in fields if isinstance(one, SignedBody)]
    return [*proposed, *getattr(body, "approvals", [])]


def hand_on(invocation: Invocation, out: Path, body: BaseModel, approvals: int) -> None:
    """Write what somebody approved for the next one, and say how many approvals it carries now."""
    signatures = _signatures(body)
    if len(set(signatures)) < len(signatures):
        raise InputError("--wallet", said("rule-signed-already"))
    write_handed(out, body)
    told = invocation.messages("done-recovery-approved", count=approvals, file=str(out))
    invocation.output.result({"file": str(out), "approvals": approvals}, told)
