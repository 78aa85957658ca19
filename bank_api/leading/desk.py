"""Where the leader takes what other processes hand over: HTTP on loopback, under a seal (`wire`)."""

import asyncio
import json
import threading
from typing import Any

import uvicorn
from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bank_api.bank import Bank
from bank_api.index.follower import fresh
from bank_api.leading import wire
from bank_api.leading.led import LEADER
from bank_api.store.tables import LeaderRow
from chaincode.errors import ChaincodeError, LedgerUnavailableError

HOST = "127.0.0.1"
AT_ONCE_MAX = 256
"""Transactions that wait for their block at once, a thread each."""
READY_SECONDS = 20


class Desk:
    """Of a bank that leads. `secret` seals; every process of the bank has it from the database."""

    def __init__(self, bank: Bank, secret: bytes) -> None:
        self._bank, self._secret = bank, secret
        self._threads = CapacityLimiter(AT_ONCE_MAX)
        routes = [Route(path, self._take, methods=["POST"]) for path in (wire.SEND, wire.LOOK, wire.VOUCH)]
        config = uvicorn.Config(
            Starlette(routes=routes), host=HOST, port=0, log_config=None, access_log=False, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="desk", daemon=True)

    def open(self) -> str:
        """Take orders, and say where; the address."""
        self._thread.start()
        waited = threading.Event()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the leader's desk did not open")
            waited.wait(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        address = f"http://{HOST}:{port}"
        self._bank.database.save(LeaderRow(name=LEADER, address=address))
        return address

    def close(self) -> None:
        """Finish what is under way; who comes later finds nobody, and asks the next leader."""
        self._server.should_exit = True
        self._thread.join()

    async def _take(self, request: Request) -> Response:
        body, path = await request.body(), request.url.path
        seal = request.headers.get(wire.SEAL, "")
        if not wire.is_sealed(self._secret, path, body, seal):
            return Response(status_code=403)
        try:
            if path == wire.SEND:
                answer = await self._send(body)
            elif path == wire.VOUCH:
                answer = {"signed": self._bank.transactor.vouch(*wire.word_from_json(body))}
            else:
                answer = await self._look()
        except ChaincodeError as error:
            answer = wire.refusal_to_json(error)
        except Exception as error:  # noqa: BLE001  whoever asked is in another process, and must not wait for ever
            answer = wire.refusal_to_json(LedgerUnavailableError(f"the leader: {type(error).__name__}"))
        said = json.dumps(answer).encode()
        return Response(said, headers={wire.SEAL: wire.seal(self._secret, seal, said)})

    async def _send(self, body: bytes) -> dict[str, Any]:
        to, data, gas, rehearse = wire.order_from_json(body)

        def work() -> dict[str, Any]:
            return wire.receipt_to_json(self._bank.transactor.send(to, data, gas, rehearse=rehearse))

        return await to_thread.run_sync(work, limiter=self._threads)

    async def _look(self) -> dict[str, Any]:
        reached = await asyncio.shield(fresh(self._bank.follower))
        return {"reached": reached, "time": self._bank.newest_block_time}
