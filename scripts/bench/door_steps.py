"""Where a bank's processor time goes, step by step: runs `azukari-bank` with a clock around the functions of each step.

`python -m scripts.bench.door_steps FILE serve …` is a bank that, at SIGUSR1, writes what each step took since the last
time to FILE. A step's time is its thread's own (CLOCK_THREAD_CPUTIME_ID), without that of steps inside of it. What the
loop's thread does besides, and threads without steps, are steps of their own.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import wraps
from inspect import getattr_static
from pathlib import Path
from types import coroutine
from typing import Any

STEPS = {
    "let the caller in": ("bank_api.routes.sending:admitted", "bank_api.routes.access:holder_of"),
    "take body and signed words apart": (
        *("bank_api.routes.sending:loads", "bank_api.protocol.fields:Body.model_validate"),
        "bank_api.routes.acts:read_signed",
    ),
    "open the answer and check it": ("bank_api.flows.answer:_checked",),
    "look the words up": ("bank_api.flows.consent:_check_words", "bank_api.flows.join:_known_before"),
    "gather": ("bank_api.lane:Lane.put", "bank_api.lane:Lane._next", "bank_api.lane:Lane._run"),
    "check a signature": ("bank_api.auth:_signer",),
    "store the documents": (
        *("pds_adapter.stores.chosen:ChosenStores.put_many", "pds_adapter.stores.chosen:ChosenStores.open_accounts"),
    ),
    "write the bank's own rows": ("bank_api.store.database:Database._commit",),
    "spell the transaction": (
        *("chaincode.bindings.face:item_to_calldata", "chaincode.abi:Function.encode"),
        "chaincode.transactor:Transactor._sign",
    ),
    "ask the node": ("chaincode.node:Node.request",),
    "read receipt and logs": (
        *("chaincode.node:Node.receipt", "chaincode.node:Node.logs"),
        *("chaincode.decode:Decoder.decode", "chaincode.bindings.face:align"),
    ),
    "make rows of the index": ("bank_api.index.ledger_index:read", "bank_api.index.ledger_index:LedgerIndex.catch_up"),
    "write the receipt": ("bank_api.flows.answer:receipt", "bank_api.routes.sending:Response"),
}
"""By what is said of it, the functions of a step, as the modules that call them name them."""
LOOP, REST = "take it from the wire, route it, answer", "threads: hand over, wake up"


class Clocks:
    """What each step took, in nanoseconds, over all threads."""

    def __init__(self) -> None:
        self._here = threading.local()
        self._lock = threading.Lock()
        self._took: dict[str, int] = dict.fromkeys(STEPS, 0)
        self._loop_inside = 0
        self._began = self._process(), self._loop()

    def around(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        if asyncio.iscoroutinefunction(function):

            @wraps(function)
            async def timed_turns(*arguments: Any, **named: Any) -> Any:
                return await self._turns(step, function(*arguments, **named))

            return timed_turns

        @wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            self._enter()
            try:
                return function(*arguments, **named)
            finally:
                self._leave(step)

        return timed

    def told(self) -> dict[str, float]:
        """Seconds of each step since the last time; then it begins anew."""
        with self._lock:
            took, self._took = self._took, dict.fromkeys(STEPS, 0)
            inside, self._loop_inside = self._loop_inside, 0
        began, self._began = self._began, (self._process(), self._loop())
        process, loop = self._began[0] - began[0], self._began[1] - began[1]
        steps = {step: nanoseconds / 1e9 for step, nanoseconds in took.items()}
        in_loop = (loop - inside) / 1e9
        return steps | {LOOP: in_loop, REST: process / 1e9 - in_loop - sum(steps.values())}

    @coroutine
    def _turns(self, step: str, running: Any) -> Generator[Any, Any, Any]:
        """Drives a coroutine; what others do while it waits is not its time."""
        answer: Any = None
        failed: BaseException | None = None
        while True:
            self._enter()
            try:
                asked = running.send(answer) if failed is None else running.throw(failed)
            except StopIteration as done:
                return done.value
            finally:
                self._leave(step)
            try:
                answer, failed = (yield asked), None
            except BaseException as error:  # noqa: BLE001  it is the coroutine's own
                answer, failed = None, error

    def _enter(self) -> None:
        if not hasattr(self._here, "open"):
            self._here.open = []
        self._here.open.append([time.thread_time_ns(), 0])

    def _leave(self, step: str) -> None:
        began, inside = self._here.open.pop()
        whole = time.thread_time_ns() - began
        if self._here.open:
            self._here.open[-1][1] += whole
        with self._lock:
            self._took[step] += whole - inside
            if threading.current_thread() is threading.main_thread():
                self._loop_inside += whole - inside

    @staticmethod
    def _process() -> int:
        return time.process_time_ns()

    @staticmethod
    def _loop() -> int:
        return time.clock_gettime_ns(time.pthread_getcpuclockid(threading.main_thread().ident or 0))


@dataclass(frozen=True)
class Told:
    """A bank that is watched, from outside. `file` is where it tells what it saw."""

    file: Path
    module = ""
    """What runs it."""

    @property
    def program(self) -> tuple[str, ...]:
        """What Python runs in the place of `-m bank_api`."""
        return "-m", self.module, str(self.file)

    def told(self, pid: int) -> Any:
        """What it saw since this was asked last."""
        self.file.unlink(missing_ok=True)
        os.kill(pid, signal.SIGUSR1)
        while not self.file.exists():
            time.sleep(0.02)
        return json.loads(self.file.read_text())


class Clocked(Told):
    """Seconds by step."""

    module = __name__


def found(name: str) -> tuple[Any, str]:
    """Whose attribute a function of a step is, and under which name. Raises AttributeError where it is not there."""
    module, _, path = name.partition(":")
    *owners, last = path.split(".")
    owner: Any = importlib.import_module(module)
    for one in owners:
        owner = getattr(owner, one)
    getattr_static(owner, last)
    return owner, last


def put_clocks(clocks: Clocks) -> None:
    """Around every function of every step."""
    for step, names in STEPS.items():
        for owner, last in map(found, names):
            kept = getattr_static(owner, last)
            if isinstance(kept, classmethod):
                setattr(owner, last, classmethod(clocks.around(step, kept.__func__)))
            else:
                setattr(owner, last, clocks.around(step, kept))


def serve(told: Callable[[], Any]) -> None:
    """Be the bank that the command line asks for, and tell at SIGUSR1."""
    from bank_api.cli import main as bank

    file = Path(sys.argv.pop(1))

    def tell(*_: Any) -> None:
        made = file.with_suffix(".new")
        made.write_text(json.dumps(told()))
        os.replace(made, file)

    signal.signal(signal.SIGUSR1, tell)
    bank()


def main() -> None:
    clocks = Clocks()
    put_clocks(clocks)
    serve(clocks.told)


if __name__ == "__main__":
    main()
