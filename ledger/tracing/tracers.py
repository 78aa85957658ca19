"""The tracers by their names in geth, each as something that watches one transaction and then has a result."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .call_frames import CallFrames
from .machine import Watcher
from .prestate import Touched, before_it, changes
from .struct_logs import StructLogs, StructOptions


@dataclass(frozen=True)
class Ran:
    """A transaction or call that has been executed, and the states before and after it."""

    gas_limit: int
    gas_used: int
    before: Any
    after: Any


class Tracer(ABC):
    """Good for one transaction."""

    watcher: Watcher

    @abstractmethod
    def result(self, ran: Ran) -> Any: ...


MakeTracer = Callable[[], Tracer]


class StructTracer(Tracer):
    def __init__(self, options: StructOptions) -> None:
        self.watcher: StructLogs = StructLogs(options)

    def result(self, ran: Ran) -> Any:
        return self.watcher.result(ran.gas_used)


class CallTracer(Tracer):
    def __init__(self, only_top: bool, with_logs: bool) -> None:
        self.watcher: CallFrames = CallFrames(only_top, with_logs)

    def result(self, ran: Ran) -> Any:
        return self.watcher.result(ran.gas_limit, ran.gas_used)


class PrestateTracer(Tracer):
    def __init__(self, diff: bool) -> None:
        self.watcher: Touched = Touched()
        self._diff = diff

    def result(self, ran: Ran) -> Any:
        self.watcher.touch(ran.after.coinbase)
        if self._diff:
            return changes(self.watcher, ran.before, ran.after)
        return before_it(self.watcher, ran.before)
