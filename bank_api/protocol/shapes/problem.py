"""How the bank says no."""

from typing import Any

from bank_api.protocol.fields import Shape


class Problem(Shape):
    """An error, as RFC 9457 has it. `code` is stable and meant for programs."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    rule: str | None = None
    hint: str | None = None
    message: dict[str, Any] | None = None
    """What `detail` says, as a message of the catalogue: `{"id": …, "values": {…}}`."""
    advice: dict[str, Any] | None = None
    """What `hint` says, as a message of the catalogue."""
