"""A message that was not put in a language yet: inner code says what, the edge says it in the reader's words.

Over the wire it is `{"id": "rule-one-of", "values": {"names": "a, b"}}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bank_api.protocol.messages import Catalogue, UnknownMessageError, slug


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the catalogue with its values, which may be such messages themselves. As text it is English."""

    id: str
    values: Mapping[str, object] = field(default_factory=dict)

    def told(self, catalogue: Catalogue) -> str:
        return catalogue(self.id, **{name: tell(catalogue, value) for name, value in self.values.items()})

    def __str__(self) -> str:
        return self.told(Catalogue("en"))

    def to_json(self) -> dict[str, Any]:
        values = {name: one.to_json() if isinstance(one, Said) else one for name, one in self.values.items()}
        return {"id": self.id, "values": values}


class Named(Said):
    """What a kind, a state or a contract's reason is called; one that the catalogue does not know, as it came."""

    def __init__(self, group: str, value: str) -> None:
        super().__init__(f"{group}-{slug(value)}", {"as it came": value})

    def told(self, catalogue: Catalogue) -> str:
        return catalogue.find(self.id) or str(self.values["as it came"])


Words = Said | str
"""A message of the catalogue; plain text only where somebody else, a system or a contract, put it in words."""


def said(message_id: str, **values: object) -> Said:
    return Said(message_id, values)


def said_from_json(document: object) -> Said | None:
    """The message that `to_json` wrote, if this catalogue can say it; None for anything else."""
    if not isinstance(document, dict) or not isinstance(document.get("id"), str):
        return None
    values = document.get("values")
    pairs = values.items() if isinstance(values, dict) else ()
    found = Said(document["id"], {str(name): said_from_json(one) or _others_words(one) for name, one in pairs})
    try:
        str(found)
    except UnknownMessageError:
        return None
    return found


def tell(catalogue: Catalogue, what: object) -> object:
    """A message in the catalogue's language; anything else as it is."""
    return what.told(catalogue) if isinstance(what, Said) else what


def _others_words(value: object) -> Said | str | int | float:
    """A value as it is; a sentence that this catalogue does not know, as whoever made it put it."""
    values = value.get("values") if isinstance(value, dict) else None
    if isinstance(values, dict) and "as it came" in values:
        return said("word-in-others-words", text=str(values["as it came"]))
    return _plain(value)


def _plain(value: object) -> str | int | float:
    return value if isinstance(value, str | int | float) else str(value)
