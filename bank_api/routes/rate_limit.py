"""No address asks so often that others wait: 429 with Retry-After, before anything is read or looked up.

Who comes from this very machine is not counted: tests, the operator's own tools, or a proxy that names nobody. A proxy
must name whom it speaks for (X-Forwarded-For), and the server believes it only from addresses it was told to trust.
"""

from functools import lru_cache
from ipaddress import ip_address

from anyio import to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from bank_api.errors import DatabaseDownError, TooManyRequestsError
from bank_api.limits import Limit
from bank_api.routes.problems import answer_to


class AddressLimit:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, limit: Limit) -> None:
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = _address(scope)
        try:
            wait = await self._wait_seconds(address) if address is not None else 0.0
        except DatabaseDownError as error:
            await answer_to(error)(scope, receive, send)
            return
        if wait:
            await answer_to(TooManyRequestsError(wait))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _wait_seconds(self, address: str) -> float:
        if self._limit.is_at_hand(address):
            return self._limit.wait_seconds(address)
        return await to_thread.run_sync(self._limit.wait_seconds, address)


def _address(scope: Scope) -> str | None:
    """Whose request it is; None for this machine's own."""
    if scope["type"] not in ("http", "websocket") or not scope.get("client"):
        return None
    return _counted_as(scope["client"][0])


@lru_cache(maxsize=4096)
def _counted_as(host: str) -> str | None:
    """Of IPv6 the first half: the other is a household's own.

    An IPv4 address that a socket for both shows as IPv6 (`::ffff:`) is what it is: else all of them were one household.
    """
    try:
        found = ip_address(host)
    except ValueError:
        return str(host)
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_loopback:
        return None
    return str(found) if found.version == 4 else found.exploded[:19]
