"""Where a member's documents rest."""

from typing import Literal

from pydantic import Field

from bank_api.protocol.fields import Body, Shape


class PlaceChoice(Body):
    """Either the name of a store that the bank offers, or the kind and address of one's own server."""

    offer: str = Field(default="", max_length=100)
    kind: Literal["", "solid", "personium"] = ""
    url: str = Field(default="", max_length=500)
    account: str = Field(default="", max_length=128)
    """Of a Personium cell: the account that may write there."""
    secret: str = Field(default="", max_length=200, repr=False)
    """Its password."""
    only_if_empty: bool = False
    """Choose it only if nothing would have to be moved."""


class PlaceOffered(Shape):
    offer: str
    kind: str
    url: str


class PlaceView(Shape):
    place: str
    """The name of an offered store, or the address of one's own server."""
    moving_to: str | None = None
    emptying: str | None = None
    """The old place, as long as it is not empty yet."""
    offered: list[PlaceOffered]
    own_kinds: list[str]


class PlaceMoved(Shape):
    place: str
    documents: int
    copied: int
    removed: int
