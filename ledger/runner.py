"""A process beside the node that runs code for those who ask: `python -m ledger.runner CHAIN_DIRECTORY`.

It opens the chain's store for reading only, takes requests from its standard input and answers on its standard
output. A request has a time limit, enforced by a signal, so it ends even inside a precompiled contract. What the
process cannot end itself, such as one enormous multiplication, its parent ends by killing it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from .chain import Chain
from .errors import ExecutionFailedError, LimitExceededError, RpcError, StoreDamagedError
from .frames import DAMAGE, ERROR, OUT_OF_TIME, RESULT, PipeClosedError, read_frame, write_frame
from .node import Node
from .rpc.dispatcher import Dispatcher
from .rpc.methods import build_dispatcher
from .store import Store

ANSWER_BYTES_MAX = 64 << 20
NICENESS = 5
"""Sealing comes first when there are not enough processors for both."""


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the parent too, which closes the pipe
    os.nice(NICENESS)
    answers, requests = os.dup(1), 0
    os.dup2(2, 1)
    now = [0]
    with Store(Path(sys.argv[1]), read_only=True) as store:
        chain = Chain.open(store, lambda: now[0])
        dispatcher = build_dispatcher(Node(chain))
        with contextlib.suppress(PipeClosedError):
            write_frame(answers, b"")  # ready
            while True:
                request = json.loads(read_frame(requests))
                now[0] = request["now"]
                chain.refresh()
                answer = run(dispatcher, request["method"], request["params"], request["seconds"])
                write_frame(answers, answer if store.damage is None else _damage(store.damage))


def run(dispatcher: Dispatcher, method: str, params: list[object], seconds: float) -> bytes:
    """The answer as it goes over the pipe: one letter for its kind, then JSON."""
    try:
        with time_limit(seconds):
            result = json.dumps(dispatcher.call(method, params), separators=(",", ":")).encode()
            if len(result) > ANSWER_BYTES_MAX:
                raise LimitExceededError(f"the answer is larger than {ANSWER_BYTES_MAX} bytes; ask for less of it")
            return RESULT + result
    except OutOfTimeError as error:
        return OUT_OF_TIME + json.dumps(error.as_json()).encode()
    except RpcError as error:
        return ERROR + json.dumps(error.as_json()).encode()


def _damage(damage: StoreDamagedError) -> bytes:
    return DAMAGE + json.dumps([damage.place, damage.what]).encode()


class OutOfTimeError(ExecutionFailedError):
    """execution aborted"""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTimeError in the main thread, wherever it is, when the time is over."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise OutOfTimeError(f"execution aborted (timeout = {seconds:g}s)")

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main()
