"""Which route a request takes, found by its method and the parts of its path.

FastAPI holds a request against one route after the other, in each router that it includes, and once more in the one
that takes it: half of the way to an act. The first that takes it is found here, and it is the same one (ADR 65).
"""

from collections.abc import Iterable
from typing import Any

from fastapi.routing import APIRoute
from starlette.convertors import PathConvertor
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

Found = tuple[APIRoute, dict[str, Any]]
"""A route, and what stands in its path's places."""


class Dispatch:
    """ASGI application around a router whose first routes are `routes`, each part of whose paths is one part.

    What none of them takes goes the router's way, which knows what to say of another method or path.
    """

    def __init__(self, router: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._router = router
        self._by_parts: dict[tuple[str, int], list[APIRoute]] = {}
        self._by_path: dict[tuple[str, str], Found] = {}
        """Of paths without places."""
        for route in routes:
            if isinstance(route, WebSocketRoute):
                continue  # takes no request
            if not isinstance(route, APIRoute):
                raise ValueError(f"{route!r} is no route of an API")
            if any(isinstance(one, PathConvertor) for one in route.param_convertors.values()):
                raise ValueError(f"{route.path} takes several parts in the place of one")
            for method in route.methods or ():
                self._by_parts.setdefault((method, route.path.count("/")), []).append(route)
                if not route.param_convertors and (first := self._first(method, route.path)) is not None:
                    self._by_path[method, route.path] = first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = None
        if scope["type"] == "http" and not scope.get("root_path"):
            method, path = scope["method"], scope["path"]
            found = self._by_path.get((method, path)) or self._first(method, path)
        if found is None:
            await self._router(scope, receive, send)
            return
        route, places = found
        scope["route"], scope["endpoint"], scope["path_params"] = route, route.endpoint, dict(places)
        await route.handle(scope, receive, send)

    def _first(self, method: str, path: str) -> Found | None:
        for route in self._by_parts.get((method, path.count("/")), ()):
            if found := route.path_regex.match(path):
                kinds = route.param_convertors
                return route, {name: kinds[name].convert(text) for name, text in found.groupdict().items()}
        return None
