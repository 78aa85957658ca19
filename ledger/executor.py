"""How a transaction begins and ends, as py-evm's Frontier executor does it, without words that nobody reads.

py-evm writes a line for its most talkative log level at every step, and formats it whether or not it is wanted:
that is an eighth of the time of a small transaction. Placed behind a fork's executor, this class comes right
before Frontier's in the order of inheritance, so what later forks add or replace still holds.
"""

from __future__ import annotations

from typing import Any

from eth._utils.address import generate_contract_address
from eth.constants import CREATE_CONTRACT_ADDRESS
from eth.vm.forks.frontier.state import FrontierTransactionExecutor
from eth.vm.forks.spurious_dragon._utils import collect_touched_accounts
from eth.vm.forks.spurious_dragon.state import SpuriousDragonTransactionExecutor
from eth.vm.message import Message

from . import plain_transactions


class QuietExecutor(FrontierTransactionExecutor):
    """Held against py-evm's own by a test that executes every fork with both."""

    @property
    def _clears_touched_accounts(self) -> bool:
        """Whether touching the block's recipient without paying it would make an account only to clear it (EIP-161)."""
        return isinstance(self, SpuriousDragonTransactionExecutor)

    def build_evm_message(self, transaction: Any) -> Any:
        state, sender = self.vm_state, transaction.sender
        price = state.get_gas_price(transaction)
        if price:
            state.delta_balance(sender, -transaction.gas * price)
        state.increment_nonce(sender)
        created: Any = None
        data, code = transaction.data, b""
        if transaction.to == CREATE_CONTRACT_ADDRESS:
            created = generate_contract_address(sender, state.get_nonce(sender) - 1)
            data, code = b"", transaction.data
        else:
            code = state.get_code(transaction.to)
        return Message(
            gas=transaction.gas - transaction.intrinsic_gas,
            to=transaction.to,
            sender=sender,
            value=transaction.value,
            data=data,
            code=code,
            create_address=created,
        )

    def finalize_computation(self, transaction: Any, computation: Any) -> Any:
        state = self.vm_state
        price = computation.transaction_context.gas_price
        remaining = computation.get_gas_remaining()
        used = transaction.gas - remaining
        refund = self.calculate_gas_refund(computation, used)
        floor = computation.data_floor_gas = self.calc_data_floor_gas(transaction, used, refund)
        returned = (refund + remaining - floor) * price
        if returned:
            state.delta_balance(computation.msg.sender, returned)
        fee = (used - refund + floor) * state.get_tip(transaction)
        if fee or not self._clears_touched_accounts or state.account_exists(state.coinbase):
            state.delta_balance(state.coinbase, fee)  # touched even when there is no fee (EIP-161)
        for account in computation.get_accounts_for_deletion():
            state.delete_account(account)
        return computation


def finalize_and_clear(executor: Any, transaction: Any, computation: Any) -> Any:
    """SpuriousDragon's `finalize_computation`: accounts that were touched and are empty go (EIP-161)."""
    state, message = executor.vm_state, computation.msg
    QuietExecutor.finalize_computation(executor, transaction, computation)
    if computation.children or computation.beneficiaries or computation.is_error or message.is_create:
        touched = collect_touched_accounts(computation)
    else:
        touched = {state.coinbase, message.to}
    for address in touched:
        if state.account_exists(address) and state.account_is_empty(address):
            state.delete_account(address)
    return computation


def quiet_executor(executor_class: Any) -> Any:
    """An executor that does what this one does."""
    if plain_transactions.serves(executor_class):
        return type(executor_class.__name__, (_Plainly, executor_class, QuietExecutor), _CLEARING)
    bases = (executor_class, QuietExecutor) if executor_class not in QuietExecutor.__mro__ else (QuietExecutor,)
    clears = executor_class.finalize_computation is SpuriousDragonTransactionExecutor.finalize_computation
    return type(executor_class.__name__, bases, _CLEARING if clears else {})


class _Plainly:
    """Before an executor: what is plain is applied without it."""

    def __call__(self, transaction: Any) -> Any:
        computation = plain_transactions.apply_plainly(self, transaction)
        return super().__call__(transaction) if computation is None else computation  # type: ignore[misc]


_CLEARING = {"finalize_computation": finalize_and_clear}
