"""The FastAPI application around a bank."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from bank_api.bank import Bank
from bank_api.flows.key_rotation import KeyRotation
from bank_api.flows.sharing import Sharing
from bank_api.flows.telling import Telling
from bank_api.relay import Relay
from bank_api.routes import (
    acts,
    as_of,
    boxes,
    docs,
    draws,
    escrow,
    files,
    inbox,
    kept_keys,
    ledger,
    member,
    notices,
    offices,
    operator,
    organization,
    pages,
    problems,
    promotions,
    proofs,
    public,
    quota,
    recovery,
    registrations,
    results,
    rights,
    rules,
    seats,
    shared_key,
    terms,
    till,
    wards,
)
from bank_api.routes.body_limit import BodyLimit
from bank_api.routes.dispatch import Dispatch
from bank_api.routes.packing import Packing
from bank_api.routes.rate_limit import AddressLimit
from bank_api.routes.watch import Watch

QUIET: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False}
"""FastAPI's own telemetry would send out what an error quotes."""
ROUTES = (
    *(member, public, acts, organization, draws, operator, escrow, recovery, proofs, ledger, seats),
    *(offices, rules, wards, rights, inbox, quota, files, terms, notices, till, registrations, shared_key, boxes),
    *(results, promotions, kept_keys),
)
"""In the order in which a request is held against them."""
THREADS = 64
"""Most requests wait for a disk or a block; a thread each is cheap."""

DESCRIPTION = """\
An information bank (情報銀行) that anyone can audit. Every write is signed by its maker (EIP-712), carried to the
ledger in batches and answered once its block is sealed. Ids are made by the caller: repeating a request is always
safe.
Reads never wait for the ledger: they are served from an index of it, and say as of which block
(`Azukari-As-Of-Block`). To see what a receipt tells of, send its `block_number` as `Azukari-Not-Before-Block`.
Errors are RFC 9457 problem details.
"""


def make_app(bank: Bank) -> FastAPI:
    """The application. The bank is opened when the server starts and closed when it stops."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        if bank.leads:
            telling.start()
            sharing.start()
        yield
        await to_thread.run_sync(telling.close)
        await to_thread.run_sync(rotation.close)
        await to_thread.run_sync(sharing.close)
        await to_thread.run_sync(relay.close)
        await to_thread.run_sync(bank.close)

    app = _described(lifespan)
    every = (route for routes in ROUTES for route in routes.router.routes)
    app.router.middleware_stack = Dispatch(app.router.middleware_stack, every)
    relay = Relay(bank)
    app.state.bank, app.state.relay = bank, relay
    as_of.install(app, bank.follower)
    bank.follower.start()
    rotation = KeyRotation(bank, settle_seconds=bank.settings.rotation_settle_seconds)
    if bank.leads:
        rotation.start()
    sharing = Sharing(bank, settle_seconds=bank.settings.rotation_settle_seconds)
    telling = Telling(bank)
    docs.install(app)
    settings = bank.settings
    pages.install(app, settings.pages)
    app.add_middleware(Packing)
    app.add_middleware(BodyLimit, bytes_max=settings.body_bytes_max)
    limit = bank.limit("address", settings.address_requests_per_second, settings.address_requests_in_a_row)
    app.add_middleware(AddressLimit, limit=limit)
    app.add_middleware(Watch, figures=bank.figures, tell=settings.log_requests)
    return app


def api_document() -> dict[str, Any]:
    """The OpenAPI document without a bank: what clients are generated from."""
    return _described(None).openapi()


def _described(lifespan: Any) -> FastAPI:
    app = FastAPI(
        title="Azukari",
        version="0.1.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry=QUIET,
    )
    for routes in ROUTES:
        app.include_router(
            routes.router, responses=problems.DOCUMENTED, generate_unique_id_function=lambda route: route.name
        )
    problems.install(app)
    return app
