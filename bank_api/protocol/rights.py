"""What people ask of the bank concerning themselves, and what the operator answers."""

from typing import Annotated

from pydantic import Field

from bank_api.protocol.fields import Body, Id, Text
from bank_api.protocol.kinds import RightKind, RightOutcome

DAYS = 30
"""Within which the operator must answer."""


class RightBody(Body):
    request_id: Id
    kind: Annotated[RightKind, Field(strict=False)]
    words: Text
    """What exactly, and why."""


class RightAnswerBody(Body):
    outcome: Annotated[RightOutcome, Field(strict=False)]
    words: Text
    """What was done, or why not."""
