"""The processes that run code for those who ask, seen from the node.

There are two lanes. Everything begins in the quick one; what is not done after a fifth of a second starts anew in the
slow one, where it has its whole time limit. So short calls wait behind short calls, and neither kind shares the
interpreter with the sealer.
"""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from .errors import ExecutionFailedError, LimitExceededError, RpcError, StoreDamagedError
from .frames import DAMAGE, ERROR, OUT_OF_TIME, PipeClosedError, descriptor_of, read_frame, write_frame
from .rpc.dispatcher import Method, RawJson
from .rpc.later import Later
from .store import Store

RUN_SECONDS = 5.0
QUICK_SECONDS = 0.2
GRACE_SECONDS = 1.0
"""Between the time limit, at which a runner ends a call itself, and the moment at which it is killed."""
WAIT_SECONDS_MAX = 20.0
"""From asking to the answer, time in the lanes included."""
WAITING_MAX = 2_000
START_SECONDS = 60.0
RUN_ASIDE = frozenset(
    {
        *("eth_call", "eth_estimateGas", "eth_createAccessList", "eth_simulateV1", "eth_callMany"),
        *("debug_traceTransaction", "debug_traceBlockByNumber", "debug_traceBlockByHash", "debug_traceBlock"),
        *("debug_traceCall", "debug_storageRangeAt"),
    }
)

logger = logging.getLogger("ledger.runners")


@dataclass(frozen=True)
class _Job:
    future: Future[bytes]
    request: dict[str, Any]
    seconds: float


class Runners:
    """Start it once; `methods` are those of a dispatcher, to be run aside."""

    def __init__(self, store: Store, clock: Callable[[], int], seconds: float = RUN_SECONDS) -> None:
        self._store = store
        self._clock = clock
        self._seconds = seconds
        self._quick: deque[_Job] = deque()
        self._slow: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._threads = [
            threading.Thread(target=self._serve, args=lanes, name=name, daemon=True)
            for name, lanes in (("quick runner", (self._quick,)), ("slow runner", (self._slow, self._quick)))
        ]

    def methods(self, known: Mapping[str, Method]) -> dict[str, Method]:
        return {
            name: replace(method, handler=partial(self.ask, name))
            for name, method in known.items()
            if name in RUN_ASIDE
        }

    def ask(self, method: str, params: Sequence[Any]) -> Later:
        """Let a runner call the method. Raises LimitExceededError when too many wait already."""
        request = {"method": method, "params": list(params), "now": self._clock()}
        job = _Job(Future(), request, min(QUICK_SECONDS, self._seconds))
        with self._changed:
            if len(self._quick) + len(self._slow) >= WAITING_MAX:
                raise LimitExceededError(f"the node is busy: {WAITING_MAX} calls wait to be run; try again")
            self._quick.append(job)
            self._changed.notify_all()
        late = LimitExceededError(f"the node is busy: the call was not run within {WAIT_SECONDS_MAX:g} s; try again")
        return Later(job.future, WAIT_SECONDS_MAX, _result, late)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the processes at once; whoever still waits for them waits no longer."""
        with self._changed:
            self._stopping = True
            for process in self._processes:
                process.kill()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        for job in (*self._quick, *self._slow):
            if not job.future.cancel() and not job.future.done():
                job.future.set_exception(ExecutionFailedError("the node stops"))

    # -- one thread for each process ------------------------------------------------------------------

    def _serve(self, *lanes: deque[_Job]) -> None:
        process: subprocess.Popen[bytes] | None = None
        if lanes == (self._quick,):
            with contextlib.suppress(PipeClosedError, TimeoutError, OSError):
                process = self._start()  # before anybody asks, so that the first one need not wait for it
        while (job := self._next(lanes)) is not None:
            try:
                if process is not None and process.poll() is not None:
                    self._close(process)
                    process = None
                process = process or self._start()
                answer = _converse(process, job)
            except (PipeClosedError, TimeoutError, OSError) as error:
                self._end(process, error, job)
                process = None
            else:
                self._settle(job, answer)
        if process is not None:
            self._close(process)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "ledger.runner", str(self._store.path.resolve())]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with self._changed:
            self._processes.add(process)
            if self._stopping:
                process.kill()
        try:
            read_frame(descriptor_of(process.stdout), START_SECONDS)
        except (PipeClosedError, TimeoutError):
            process.kill()
            self._close(process)
            raise
        return process

    def _next(self, lanes: Sequence[deque[_Job]]) -> _Job | None:
        with self._changed:
            while not self._stopping:
                for lane in lanes:
                    while lane:
                        job = lane.popleft()
                        if job.future.running() or job.future.set_running_or_notify_cancel():
                            return job
                self._changed.wait()
        return None

    def _settle(self, job: _Job, answer: bytes) -> None:
        if answer[:1] == DAMAGE:
            damage = StoreDamagedError(*json.loads(answer[1:]))
            self._store.note_damage(damage)
            job.future.set_exception(ExecutionFailedError(damage.reason))
        elif answer[:1] == OUT_OF_TIME and job.seconds < self._seconds:
            self._to_slow_lane(job)
        else:
            job.future.set_result(answer)

    def _end(self, process: subprocess.Popen[bytes] | None, error: Exception, job: _Job) -> None:
        """The process is gone or has to go; the call has its second chance in the slow lane, or fails."""
        if not self._stopping:
            logger.warning("a runner was lost in %s: %s", job.request["method"], type(error).__name__)
        if process is not None:
            process.kill()
            self._close(process)
            self._store.forget_dead_readers()
        if isinstance(error, TimeoutError) and job.seconds < self._seconds:
            self._to_slow_lane(job)
            return
        reason = "the call ended its process"
        if isinstance(error, TimeoutError):
            reason = f"execution aborted (timeout = {self._seconds:g}s)"
        job.future.set_exception(ExecutionFailedError(reason))

    def _close(self, process: subprocess.Popen[bytes]) -> None:
        """Closing its pipe ends a runner that is not busy; one that is has been killed before."""
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.wait()
        with self._changed:
            self._processes.discard(process)

    def _to_slow_lane(self, job: _Job) -> None:
        with self._changed:
            self._slow.append(replace(job, seconds=self._seconds))
            self._changed.notify_all()


def _converse(process: subprocess.Popen[bytes], job: _Job) -> bytes:
    write_frame(descriptor_of(process.stdin), json.dumps({**job.request, "seconds": job.seconds}).encode())
    return read_frame(descriptor_of(process.stdout), job.seconds + GRACE_SECONDS)


def _result(answer: bytes) -> RawJson:
    if answer[:1] in (ERROR, OUT_OF_TIME):
        raise _GivenError(json.loads(answer[1:]))
    return RawJson(answer[1:])


class _GivenError(RpcError):
    """an error that a runner found"""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(body["message"], data=body.get("data"))
        self.code = body["code"]
