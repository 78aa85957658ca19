"""What pydantic found wrong with a field, as a message: its kind of error and what it says of itself, not its words."""

from collections.abc import Mapping
from typing import Any

from bank_api.protocol.messages import Catalogue, slug
from bank_api.protocol.messages.said import Said, said

IN_WORDS = {
    r"^[a-z][a-z0-9-]{0,39}$": "field-box-name",
    r"^[a-z0-9][a-z0-9-]{0,63}$": "field-record-name",
    r"^[a-z][a-z0-9-]{2,39}$": "field-app-id",
}
"""Patterns of names that people choose: nobody should have to read those."""


def broken(error: Mapping[str, Any]) -> Said:
    """The rule that one of `ValidationError.errors()` names; the value that broke it is not shown."""
    kind = f"field-{slug(error['type'])}"
    if (pattern := error.get("ctx", {}).get("pattern")) in IN_WORDS:
        return Said(IN_WORDS[pattern], {})
    values = {name: str(value).replace(" or ", ", ") for name, value in error.get("ctx", {}).items()}
    if Catalogue("en").find(kind, **values) is None:
        return said("field-other")
    return Said(kind, values)
