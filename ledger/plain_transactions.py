"""A transaction that only calls a contract, begun and ended in fewer steps than py-evm takes: the same outcome.

Nearly everything that is sent to a ledger is that: it pays nothing, sends no coin, makes no contract. py-evm reads each
field through a checking accessor, checks again what was checked when the signature was, touches the account that is
called, and looks for accounts to clear. `apply_plainly` does what is left of that, and declines before anything was
changed where a transaction is not so, or may not be executed: then py-evm's own way runs, or says why not.

For Berlin's rules only, and only where nobody watches the execution (`tracing`): a watcher sees py-evm's own steps.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from eth.constants import SECPK1_N
from eth.exceptions import VMError
from eth.vm.forks.berlin.computation import BerlinComputation
from eth.vm.forks.berlin.state import BerlinTransactionExecutor
from eth.vm.forks.berlin.transactions import BerlinLegacyTransaction
from eth.vm.forks.frontier.transaction_context import FrontierTransactionContext
from eth.vm.gas_meter import allow_negative_refund_strategy

from .interpreter import begin, quick_computation, run
from .quick_calls import made_computation, made_message
from .transactions import INTRINSIC_GAS

S_MAX = SECPK1_N // 2
COMPUTATION: Any = quick_computation(BerlinComputation)
_FIELDS: tuple[str, ...] = BerlinLegacyTransaction._meta.field_attrs
_NONCE, _GAS_PRICE, _GAS, _TO, _VALUE, _DATA, _V, _R, _S = _FIELDS


def serves(executor_class: Any) -> bool:
    """Whether transactions of a fork with this executor of py-evm's may be applied here."""
    return executor_class is BerlinTransactionExecutor


def apply_plainly(executor: Any, transaction: Any) -> Any:
    """The computation of a transaction that was applied; None when it is py-evm's, and nothing was changed."""
    state = executor.vm_state
    if transaction.__class__ is not BerlinLegacyTransaction or state.computation_class is not COMPUTATION:
        return None
    fields = transaction.__dict__
    target = fields[_TO]
    if fields[_GAS_PRICE] or fields[_VALUE] or not target or not 0 < fields[_S] <= S_MAX:
        return None
    accounts, sender = state._account_db, transaction.sender
    gas = fields[_GAS] - (fields.get(INTRINSIC_GAS) or transaction.intrinsic_gas)
    if gas < 0 or accounts.get_nonce(sender) != fields[_NONCE] or target in COMPUTATION._precompiles:
        return None
    code = accounts.get_code(target)
    if not code:
        return None
    accounts.increment_nonce(sender)
    accounts.mark_address_warm(sender)
    accounts.mark_address_warm(target)
    computation = _run(state, sender, target, gas, fields[_DATA], code)
    if computation.children or computation.accounts_to_delete:
        return executor.finalize_computation(transaction, computation)
    computation.data_floor_gas = 0
    sealer = state.coinbase
    if accounts.account_exists(sealer) and accounts.account_is_empty(sealer):
        accounts.delete_account(sealer)  # who gets no fee is touched all the same (EIP-161)
    return computation


def _run(state: Any, sender: bytes, target: bytes, gas: int, data: bytes, code: bytes) -> Any:
    context: Any = FrontierTransactionContext.__new__(FrontierTransactionContext)
    context._gas_price, context._origin, context._log_counter = 0, sender, count()
    context._blob_versioned_hashes = context._authorization_list = []
    message = made_message(sender, target, gas, data, code, depth=0, is_static=False, transfers=True)
    computation = made_computation(COMPUTATION, state, message, context, allow_negative_refund_strategy)
    snapshot = state.snapshot()
    try:
        begin(computation, None)
        run(computation)
    except VMError as error:
        computation.__exit__(type(error), error, None)
        state.revert(snapshot)
    else:
        state.commit(snapshot)
    return computation
