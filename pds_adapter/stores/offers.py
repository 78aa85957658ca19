"""Which stores people may choose: those that the operator offers by name, and servers that people bring themselves.

A person's own server is asked by the bank's machine, so it could be named to reach what only that machine reaches. It
must be https and must not stand in a private network, unless the operator says that it may.
"""

from __future__ import annotations

import ipaddress
import shutil
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

from pds_adapter.errors import PlaceRefusedError
from pds_adapter.stores.personium import PersoniumStore
from pds_adapter.stores.personium_agent import PersoniumIdentity
from pds_adapter.stores.places import HOUSE, Place
from pds_adapter.stores.port import PersonalDataStore
from pds_adapter.stores.solid import SolidStore

KINDS: Final = ("solid", "personium")


@dataclass(frozen=True)
class Offer:
    """A server on which the operator keeps places for people; `token` is a Personium unit's."""

    kind: str
    url: str
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Offers:
    """What may be chosen, and how the store of a chosen place is opened."""

    directory: Path
    """What the stores must remember rests here, a folder each."""
    named: Mapping[str, Offer] = field(default_factory=dict)
    own_kinds: tuple[str, ...] = ()
    """Which kinds of server people may bring; none: they may not."""
    own_anywhere: bool = False
    """Also in private networks and without encryption."""

    @property
    def names(self) -> tuple[str, ...]:
        return (HOUSE, *self.named)

    def check(self, place: Place) -> None:
        """Raises PlaceRefusedError, naming the field that breaks a rule."""
        if not place.kind:
            if place.offer not in self.names:
                raise PlaceRefusedError("offer", "must be one of {names}", names=", ".join(self.names))
            return
        if place.kind not in self.own_kinds:
            if not self.own_kinds:
                raise PlaceRefusedError("kind", "this bank takes no servers that people bring")
            raise PlaceRefusedError(
                "kind", "servers that people bring may be: {kinds}", kinds=", ".join(self.own_kinds)
            )
        self._check_url(place.url)
        if place.kind == "personium" and not (place.account and place.secret):
            raise PlaceRefusedError(
                "account", "a Personium cell needs the account that may write in it, and its password"
            )

    def open(self, place: Place) -> PersonalDataStore:
        """The store of a place that was checked when it was chosen."""
        folder = self.directory / place.key
        if place.kind == "solid":
            return SolidStore(place.url, folder, only_there=True)
        if place.kind == "personium":
            cell = place.url if place.url.endswith("/") else f"{place.url}/"
            return PersoniumStore(cell, folder, cell=PersoniumIdentity(cell, place.account, place.secret))
        offer = self.named.get(place.offer)
        if offer is None:
            raise PlaceRefusedError(
                "offer",
                "{offer} is not offered any more; the operator's settings name the stores",
                offer=place.offer,
            )
        if offer.kind == "solid":
            return SolidStore(offer.url, folder)
        return PersoniumStore(offer.url, folder, offer.token)

    def drop(self, place: Place) -> None:
        """Remove what is remembered of a person's own server: its address, keys, who may read."""
        shutil.rmtree(self.directory / place.key, ignore_errors=True)

    def _check_url(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
            httpx.URL(url)  # what it will be asked by
        except (ValueError, httpx.InvalidURL):
            raise PlaceRefusedError("url", "must be a server's address, as https://pod.example/") from None
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.username
            or parts.query
            or parts.fragment
        ):
            raise PlaceRefusedError("url", "must be a server's address, as https://pod.example/")
        if self.own_anywhere:
            return
        if parts.scheme != "https":
            raise PlaceRefusedError("url", "must begin with https://")
        try:
            found = {info[4][0] for info in socket.getaddrinfo(parts.hostname, port or 443)}
        except (OSError, UnicodeError):
            raise PlaceRefusedError("url", "no server {server} is known", server=parts.hostname) from None
        if not all(ipaddress.ip_address(str(address).partition("%")[0]).is_global for address in found):
            raise PlaceRefusedError("url", "must not stand in a private network")
