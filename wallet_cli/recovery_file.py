"""A recovery on its way, as a file that goes from hand to hand until enough have signed."""

import json
from pathlib import Path

from pydantic import ValidationError

from bank_api.protocol.messages.said import said
from bank_api.protocol.recovery import RecoveryBody
from wallet_cli.errors import InputError
from wallet_cli.operator_files import read_object
from wallet_cli.private_file import write_private


def read_recovery(path: Path) -> RecoveryBody:
    """Read what `write_recovery` wrote. Raises InputError naming the first field that does not fit."""
    try:
        return RecoveryBody.model_validate(read_object(path))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(str(path), said("rule-no-recovery", field=where)) from error


def write_recovery(path: Path, body: RecoveryBody) -> None:
    """Write a new file that nobody else reads."""
    write_private(path, json.dumps(body.model_dump(mode="json"), indent=1).encode(), "--out")
