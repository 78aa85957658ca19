"""Addresses to which a bank may be sent by somebody else's word: never into its own network (SSRF).

A name is looked up once and the very address that was checked is used: a name that means another machine a moment
later reaches nobody.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from bank_api.errors import InvalidInputError
from bank_api.protocol.messages.said import said

NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Leads to any IPv4 address, private ones too."""


@dataclass(frozen=True)
class Reached:
    """An address to send to: the machine, and the name that its certificate must have."""

    url: SplitResult
    host: str
    address: str

    @property
    def by_address(self) -> str:
        """The same address with the machine's number in place of its name."""
        number = f"[{self.address}]" if ":" in self.address else self.address
        port = "" if self.url.port is None else f":{self.url.port}"
        return self.url._replace(netloc=f"{number}{port}", fragment="").geturl()


def reach(url: str, anywhere: bool, field: str = "url") -> Reached:
    """Look a server up. Raises InvalidInputError where it is not to be asked; `anywhere` allows private networks."""
    parts = split(url, anywhere, field)
    host = parts.hostname or ""
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise InvalidInputError(field, said("rule-no-server", host=host)) from None
    if not anywhere and not all(map(_is_public, found)):
        raise InvalidInputError(field, said("rule-public-server"))
    return Reached(parts, host, found[0])


def split(url: str, anywhere: bool, field: str = "url") -> SplitResult:
    """What can be told of an address without looking it up. Raises InvalidInputError."""
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and not parts.username and not parts.password and parts.port != 0
    except ValueError:
        raise InvalidInputError(field, said("rule-server-address")) from None
    if parts.scheme not in ("http", "https") or not is_whole:
        raise InvalidInputError(field, said("rule-server-address"))
    if parts.scheme != "https" and not anywhere:
        raise InvalidInputError(field, said("rule-https"))
    return parts


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return _is_public(str(address.ipv4_mapped))
        if address in NAT64 or address.sixtofour is not None or address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast
