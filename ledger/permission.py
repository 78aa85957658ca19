"""Who may write: the genesis says at first, the permission contract from the moment it stands.

The contract answers `mayWrite(address) -> bool`. That question is all the ledger knows of contracts.
"""

from __future__ import annotations

from eth_hash.auto import keccak
from eth_utils.exceptions import ValidationError

from .chain import Chain
from .errors import SenderNotAuthorizedError
from .simulate import CallMessage, attempt

MAY_WRITE_SELECTOR = keccak(b"mayWrite(address)")[:4]
QUESTION_GAS = 1_000_000


class Permission:
    """Answers are remembered for as long as the head stays the same. An open chain lets everybody write."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        genesis = chain.genesis
        self._writers = frozenset(genesis.writers)
        self._contract = genesis.permission_contract
        self._open = not genesis.writers and genesis.permission_contract is None
        self._answers: dict[bytes, bool] = {}
        self._answers_at = b""

    def require(self, sender: bytes) -> None:
        """Raise SenderNotAuthorizedError unless this account may write now."""
        if not self.may_write(sender):
            raise SenderNotAuthorizedError

    def may_write(self, sender: bytes) -> bool:
        if self._open:
            return True
        head = self._chain.head.header
        if self._answers_at != head.hash:
            self._answers, self._answers_at = {}, head.hash
        answers = self._answers
        answer = answers.get(sender)
        if answer is None:
            answer = answers[sender] = self._ask(sender)
        return answer

    def _ask(self, sender: bytes) -> bool:
        if self._contract is None:
            return sender in self._writers
        vm = self._chain.vm_at(self._chain.head.header)
        if not vm.state.get_code(self._contract):
            return sender in self._writers
        question = CallMessage(to=self._contract, data=MAY_WRITE_SELECTOR + sender.rjust(32, b"\x00"), gas=QUESTION_GAS)
        try:
            result = attempt(vm, question)
        except ValidationError:
            return False
        return result.error is None and len(result.output) == 32 and any(result.output)
