"""At which step of executing a block a thread is, looked at some thousand times a second while it works.

The innermost function on the stack that belongs to a step tells. What has passed of the thread's own time since the
last look counts for it, so sleeping and other processes count for nobody.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

LOOK_SECONDS = 0.0005
REST = "check the block, and the rest"
PY_EVM = "py-evm's own instructions"
STEPS = (
    "decode transactions, recover their senders",
    "recover members' signatures",
    "run code that is translated",
    "run code by the loop",
    PY_EVM,
    "translate code",
    "calls",
    "storage and logs",
    "read the tries",
    "begin and end a transaction",
    "settle: tries, roots, receipts",
    "write the block",
    REST,
)
(DECODE, RECOVER, TRANSLATED, LOOP, _, TRANSLATE, CALLS, STORAGE, READ, BEGIN, SETTLE, WRITE, _) = STEPS

_OF_MODULES = {
    "ledger.transactions": DECODE,
    "ledger.blocks": DECODE,
    "ledger.stretches": TRANSLATE,
    "ledger.stretch_python": TRANSLATED,
    "ledger.interpreter": LOOP,
    "ledger.plain_opcodes": LOOP,
    "ledger.quick_calls": CALLS,
    "ledger.quick_storage": STORAGE,
    "ledger.accounts": STORAGE,
    "ledger.executor": BEGIN,
    "ledger.plain_transactions": BEGIN,
    "ledger.receipts": SETTLE,
    "ledger.history": WRITE,
}
_OF_FUNCTIONS = {
    ("ledger.accounts", "_found"): READ,
    **{("ledger.accounts", name): SETTLE for name in ("make_state_root", "_settle_storage", "_updated", "persist")},
    ("ledger.execution", "finish"): SETTLE,
    ("ledger.execution", "apply"): BEGIN,
    ("ledger.execution", "_noted"): BEGIN,
    ("ledger.chain", "_commit"): WRITE,
    ("ledger.quick_calls", "_recovered"): RECOVER,
}
STRETCH = "stretch"
"""What `ledger.stretches` names every function that it makes."""


def step_of(frame: FrameType | None) -> str:
    """The step of whoever stands on this stack."""
    is_py_evm = False
    while frame is not None:
        module, function = frame.f_globals.get("__name__", ""), frame.f_code.co_name
        if function == STRETCH:
            return TRANSLATED
        step = _OF_FUNCTIONS.get((module, function)) or _OF_MODULES.get(module)
        if step is not None:
            return PY_EVM if is_py_evm and step in (LOOP, CALLS, STORAGE) else step
        is_py_evm = is_py_evm or module.startswith("eth.vm.") or module.startswith("eth.precompiles")
        frame = frame.f_back
    return REST


class Watch:
    """Looks at the main thread of this process."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}
        self._looked = 0.0

    @contextmanager
    def on(self) -> Iterator[dict[str, float]]:
        """Processor seconds by step, complete when the block is left."""
        self._seen = seen = dict.fromkeys(STEPS, 0.0)
        earlier = signal.signal(signal.SIGALRM, self._look)
        self._looked = time.thread_time()
        signal.setitimer(signal.ITIMER_REAL, LOOK_SECONDS, LOOK_SECONDS)
        try:
            yield seen
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, earlier)
            seen[REST] += time.thread_time() - self._looked

    def _look(self, _number: int, frame: FrameType | None) -> None:
        now = time.thread_time()
        self._seen[step_of(frame)] += now - self._looked
        self._looked = time.thread_time()
