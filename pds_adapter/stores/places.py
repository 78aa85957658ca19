"""Places where documents can rest, and what an account has chosen among them, as it is remembered."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pds_adapter.errors import StoreFormatError

HOUSE: Final = "house"
"""The name of the store that needs no choice."""
OWN: Final = "own"
"""Under what servers that people brought are counted: whose is where, nobody need read."""


@dataclass(frozen=True)
class Place:
    """Where documents can rest: a store that the operator offers (`offer`), or a person's own server."""

    offer: str = HOUSE
    kind: str = ""
    """Of a person's own server: `solid` or `personium`; else empty."""
    url: str = ""
    account: str = ""
    secret: str = field(default="", repr=False)

    @property
    def key(self) -> str:
        """Places with the same key are the same store."""
        if not self.kind:
            return self.offer
        digest = hashlib.blake2b(f"{self.kind} {self.url} {self.account}".encode(), digest_size=12).hexdigest()
        return f"own-{digest}"

    @property
    def label(self) -> str:
        """For people: never the secret."""
        return self.url if self.kind else self.offer


@dataclass(frozen=True)
class Choice:
    """What is remembered of an account: where it is, where it is moving to, which old place is still to be emptied."""

    place: Place = Place()
    moving_to: Place | None = None
    emptying: Place | None = None


@dataclass(frozen=True)
class Elsewhere:
    """How many people's documents rest at an offer, or at servers of their own (OWN)."""

    name: str
    people: int
    silent: int
    """Of them, those whose server did not answer when it was asked last."""


def choice_of(file: Path) -> Choice:
    try:
        value = json.loads(file.read_bytes())
        places = {name: Place(**part) if part else None for name, part in value.items()}
        return Choice(places["place"] or Place(), places["moving_to"], places["emptying"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreFormatError(str(file), f"is damaged: {error}") from error
