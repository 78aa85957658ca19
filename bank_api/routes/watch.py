"""Every request is counted, and told to the log if that is wanted: by its pattern, never by its ids."""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bank_api.figures import Figures
from bank_api.log_lines import FACTS

LOG = logging.getLogger("bank_api.requests")
NO_ROUTE = "none"


class Watch:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp, figures: Figures, tell: bool) -> None:
        self._app, self._figures, self._tell = app, figures, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status = time.perf_counter(), 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            seconds = time.perf_counter() - start
            route = getattr(scope.get("route"), "path", NO_ROUTE)
            method = scope["method"] if route != NO_ROUTE else NO_ROUTE
            self._figures.answered(method, route, status, seconds)
            if self._tell:
                facts = {"method": method, "route": route, "status": status, "seconds": round(seconds, 4)}
                LOG.info("answered", extra={FACTS: facts})
