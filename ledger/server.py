"""The node on HTTP and WebSocket. Protocol and methods are the dispatcher's; this knows only transport.

What a connection may cost is bounded by `door`.

    POST /         JSON-RPC, single or batch       GET /health    200 while blocks can be sealed
    WebSocket /    JSON-RPC and subscriptions      GET /metrics   Prometheus

Bodies must say they are application/json: a web page cannot send that to a loopback port without asking first.
"""

from __future__ import annotations

import contextlib
import json
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from .asking import FOLLOWER_HEADER
from .door import BACKLOG, DOORS, Door
from .errors import InvalidRequestError, LimitExceededError, NotAllowedError, RpcError
from .follow import Follower
from .metrics import Followers, render_metrics
from .node import Node
from .rpc.dispatcher import REQUEST_BYTES_MAX, Dispatcher
from .rpc.methods import build_dispatcher
from .runners import RUN_SECONDS, Runners
from .sealer import Sealer
from .threads import answer_in_threads, limit_threads
from .tokens import Tokens
from .websocket import talk

SHUTDOWN_SECONDS = 5
CLIENT_CLOSED_REQUEST = 499
"""No standard status says it; servers write this one in their logs. Nobody receives it."""
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


class Worker(Protocol):
    """What runs beside the server: the sealer, or on a follower what pulls blocks; and the runners of calls."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


def build_app(
    node: Node,
    tokens: Tokens,
    on_ready: Callable[[], None] | None = None,
    follower: Follower | None = None,
    hosts: Sequence[str] = (),
    runners: Runners | None = None,
) -> Starlette:
    """The ASGI application; its lifespan starts and stops the sealer or the follower, and the runners."""
    dispatcher = build_dispatcher(node)
    if runners is not None:
        dispatcher.methods.update(runners.methods(dispatcher.methods))
        dispatcher.before_batch = node.recovery.before_batch
    followers = Followers()
    endpoint = RpcEndpoint(dispatcher, tokens, followers)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        limit_threads()
        worker: Worker | None = follower
        if worker is None and node.chain.signer_address:
            worker = Sealer(node)
        beside = () if runners is None else (runners, node.recovery)
        workers = [each for each in (worker, *beside) if each is not None]
        for each in workers:
            each.start()
        if on_ready is not None:
            on_ready()
        yield
        for each in workers:
            await run_in_threadpool(each.stop)

    async def health(request: Request) -> Response:
        error = node.sealing_error or (follower.error if follower else None)
        body = {"height": node.chain.head.number, "waiting": len(node.pool), "error": error and error.reason}
        return JSONResponse(body, status_code=200 if error is None else 503)

    async def metrics(request: Request) -> Response:
        text = await run_in_threadpool(render_metrics, node, followers)
        return Response(text, media_type="text/plain; version=0.0.4")

    async def websocket(socket: WebSocket) -> None:
        allowed = tokens.access(socket.headers.get("authorization")) if _same_origin(socket) else None
        await talk(socket, node, dispatcher, allowed)

    routes = [
        Route("/", endpoint.post, methods=["POST"]),
        WebSocketRoute("/", websocket),
        Route("/health", health, methods=["GET"]),
        Route("/metrics", metrics, methods=["GET"]),
    ]
    guards = [Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))] if hosts else []
    nobody_listens = {ClientDisconnect: _gone}
    return Starlette(routes=routes, lifespan=lifespan, middleware=guards, exception_handlers=nobody_listens)


class RpcEndpoint:
    def __init__(self, dispatcher: Dispatcher, tokens: Tokens, followers: Followers) -> None:
        self._dispatcher = dispatcher
        self._tokens = tokens
        self._followers = followers

    async def post(self, request: Request) -> Response:
        access = self._tokens.access(request.headers.get("authorization"))
        if access is None:
            return _refusal(401, NotAllowedError("a bearer token is needed"))
        request.state.trusted = True
        if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            return _refusal(415, InvalidRequestError("the content type must be application/json"))
        if FOLLOWER_HEADER in request.headers:
            self._followers.note(request.headers[FOLLOWER_HEADER])
        body = await _read_body(request)
        if body is None:
            return _refusal(413, LimitExceededError(f"the request is larger than {REQUEST_BYTES_MAX} bytes"))
        answer = await answer_in_threads(self._dispatcher, body, access)
        return Response(answer or b"", media_type="application/json")


async def _read_body(request: Request) -> bytes | None:
    """The body, or None as soon as it is known to be too large."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > REQUEST_BYTES_MAX:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > REQUEST_BYTES_MAX:
            return None
    return bytes(body)


def _same_origin(socket: WebSocket) -> bool:
    """A browser lets any page open a WebSocket to loopback, but says from where: only our own host may."""
    origin = socket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == socket.headers.get("host")


async def _gone(_request: Request, _hung_up: Exception) -> Response:
    """A client that hangs up in the middle of its request is no fault of the node's, and no traceback in its log."""
    return Response(status_code=CLIENT_CLOSED_REQUEST)


def _refusal(status: int, error: RpcError) -> Response:
    body = {"jsonrpc": "2.0", "id": None, "error": error.as_json()}
    return Response(json.dumps(body), status_code=status, media_type="application/json")


def serve(
    node: Node,
    host: str,
    port: int,
    tokens: Tokens,
    announce: Callable[[str], None],
    follower: Follower | None = None,
    call_seconds: float = RUN_SECONDS,
) -> None:
    """Run until SIGINT or SIGTERM. `announce` gets the address once requests are answered."""
    listener = _listen(host, port)
    address, bound_port = listener.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address
    # Without tokens only loopback is served, and a web page must not reach it by renaming itself 127.0.0.1.
    hosts = () if tokens.entries else (*LOOPBACK_NAMES, host)
    ready = partial(announce, f"http://{shown}:{bound_port}")
    runners = Runners(node.chain.store, node.chain.clock, call_seconds)
    app = build_app(node, tokens, ready, follower, hosts, runners)
    door = Door()
    config = uvicorn.Config(
        app,
        http=door.http_protocol(),
        ws=door.websocket_protocol(),
        backlog=BACKLOG,
        timeout_keep_alive=door.bounds.idle_seconds,
        log_level="warning",
        access_log=False,
        lifespan="on",
        server_header=False,
        ws_max_size=REQUEST_BYTES_MAX,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    _GracefulServer(config).run(sockets=[listener, *(listener.dup() for _ in range(DOORS - 1))])


class _GracefulServer(uvicorn.Server):
    """uvicorn's server, but a signal that was obeyed is not raised again: stopping well is exit code 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        earlier = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in earlier.items():
                signal.signal(number, handler)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(BACKLOG)
    return listener
