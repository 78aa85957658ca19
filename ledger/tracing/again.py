"""Executing sealed transactions again, to watch them or to see the state between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eth.vm.forks.homestead import HomesteadVM

from ..blocks import Block
from ..chain import Chain
from ..errors import ExecutionFailedError
from ..execution import Execution
from ..simulate import CallMessage, run_message
from .machine import watch
from .tracers import MakeTracer, Ran


def execution_of(chain: Chain, block: Block, before_index: int = 0) -> Execution:
    """A block's execution, up to but without the transaction at an index. The store is only read."""
    if block.number == 0:
        raise ExecutionFailedError("genesis is not traceable")
    parent = chain.history.header(block.number - 1)
    rules = chain.rules_for(block.header)
    ancestors = chain.history.ancestors(parent)
    execution = Execution(rules, block.header, parent.state_root, chain.nodes_at(parent), ancestors, chain.chain_id)
    if block.number == chain.genesis.forks.dao_fork_block and issubclass(rules, HomesteadVM):
        execution.move_dao_funds()
    for transaction in block.transactions[:before_index]:
        execution.apply(transaction)
    return execution


def trace_transactions(
    chain: Chain, block: Block, make: MakeTracer, first: int = 0, last: int | None = None
) -> Iterator[Any]:
    """The tracer's result for each transaction of a block from `first` to `last`."""
    running, lagging = execution_of(chain, block, first), execution_of(chain, block, first)
    for transaction in block.transactions[first : None if last is None else last + 1]:
        tracer = make()
        watch(running.vm.state, tracer.watcher)
        gas_left = running.gas_left
        running.apply(transaction)
        gas_used = gas_left - running.gas_left
        yield tracer.result(Ran(transaction.inner.gas, gas_used, lagging.vm.state, running.vm.state))
        lagging.apply(transaction)


def trace_message(vm: Any, untouched: Any, message: CallMessage, make: MakeTracer) -> Any:
    """The tracer's result for a call. Both machines stand before it; the first one is used up.

    What was overridden counts as the state it starts from.
    """
    vm.state.lock_changes()
    tracer = make()
    watch(vm.state, tracer.watcher)
    result = run_message(vm, message)
    return tracer.result(Ran(message.gas, result.gas_used, untouched.state, vm.state))
