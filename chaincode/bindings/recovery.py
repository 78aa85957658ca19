"""The face of `recovery`: who may give an account a new key, and recoveries that wait for a veto."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from chaincode import acts
from chaincode.bindings.face import Face, direct, relayed
from chaincode.bindings.membership import Membership, Role
from chaincode.bindings.outcome import Outcome
from chaincode.calldata import signature_to_calldata, to_calldata
from chaincode.deployment import Deployment
from chaincode.errors import DecodeError
from chaincode.events import Recovered, RecoveryBegun, Sign
from chaincode.ids import EMPTY_ID
from chaincode.node import Node
from chaincode.transactor import Transactor
from chaincode.typed_data import Recovery as RecoveryWords


@dataclass(frozen=True)
class Circle:
    """The guardians in force: how many of how many, and how long their recovery waits."""

    number: int
    threshold: int
    count: int
    wait_seconds: int


@dataclass(frozen=True)
class Pending:
    """A recovery that waits."""

    recovery_id: bytes
    ready_at: int
    is_final: bool


class Recovery(Face):
    NAME = "recovery"

    def __init__(self, node: Node, deployment: Deployment) -> None:
        super().__init__(node, deployment)
        self._members = Membership(node, deployment)

    name_guardians_batch = relayed(acts.GUARDIANS)
    name_guardians = direct(acts.GUARDIANS)
    veto_recovery_batch = relayed(acts.RECOVERY_VETO)
    veto_recovery = direct(acts.RECOVERY_VETO)

    def recover(
        self, transactor: Transactor, words: RecoveryWords, new_key_signature: bytes, approvals: Sequence[bytes]
    ) -> Outcome:
        """Begin to give an account a new key. Without guardians this is the operator's, with a majority of the board.

        `approvals` are signatures of the same words, in ascending order of their signers' accounts. The operator's own
        key is replaced at once.
        """
        signatures = [signature_to_calldata(one) for one in approvals]
        arguments = (to_calldata(words), signature_to_calldata(new_key_signature), signatures)
        is_operators = bool(self._members.read("hasRole", words.account, int(Role.OPERATOR)))
        taken = Sign(Recovered if is_operators else RecoveryBegun, "recovery_id")
        return self._single(transactor, "recover", arguments, words.recovery_id, taken)

    def complete(self, transactor: Transactor, words: RecoveryWords) -> Outcome:
        """Anybody, once the waiting time is over: the account has its new key."""
        taken = Sign(Recovered, "recovery_id")
        if self._members.read("keyOf", words.account) == words.new_key:
            with suppress(DecodeError):
                return self._found(words.recovery_id, taken)
        return self._single(transactor, "complete_recovery", (to_calldata(words),), words.recovery_id, taken)

    def guardians_of(self, account: str) -> Circle | None:
        """Return the circle in force, if an account named one."""
        found = Circle(*self.read("guardiansOf", account))
        return found if found.number else None

    def is_guardian(self, account: str, guardian: str) -> bool:
        return bool(self.read("isGuardian", account, guardian))

    def pending(self, account: str) -> Pending | None:
        """Return the recovery that an account waits for."""
        found = Pending(*self.read("recoveryOf", account))
        return found if found.recovery_id != EMPTY_ID else None
