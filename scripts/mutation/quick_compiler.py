"""Vyper in less than half the time, and the same bytes: for compiling a thousand mutants, never for deploying.

Code generation asks the optimizer about each expression again whenever something is built around it, though what was
optimized once does not change any more: so it is remembered, for each parent's operation, since that is all the
optimizer sees of the parent. And nothing that one compilation makes is garbage before it ends.
"""

from __future__ import annotations

import gc
from typing import Any

import vyper.ir.optimizer

_SETTLED = "_settled_under"


def make_quick() -> None:
    """Change the compiler in this process, which does nothing else than try mutants."""
    plain = vyper.ir.optimizer._optimize

    def optimize(node: Any, parent: Any) -> tuple[bool, Any]:
        operation = None if parent is None else parent.value
        settled = vars(node).setdefault(_SETTLED, set())
        if operation in settled:
            return False, node
        changed, better = plain(node, parent)
        if not changed and better is node:
            settled.add(operation)
        return changed, better

    vyper.ir.optimizer._optimize = optimize
    gc.disable()
