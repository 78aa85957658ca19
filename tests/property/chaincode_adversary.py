"""Accounts that are contracts: adversary.vy on the chain, and what the model must expect of it.

A step is one call to a contract of the bank, together with what it does to the model. An adversary performs steps as
an account does, several in one transaction; or it carries out a plan of steps in the moment it is sent coupons, and
then accepts, refuses, answers nonsense or burns all gas.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from eth_abi import decode as abi_decode
from eth_abi import encode as abi_encode
from eth_hash.auto import keccak
from vyper import compile_code

from chaincode.abi import ContractAbi, Function
from chaincode.deployment import DeployedContract
from chaincode.ids import EMPTY_ID
from chaincode.model import Receipt, World
from chaincode.node import refusal_in

SOURCE = Path(__file__).parents[1] / "unit" / "chaincode" / "contracts" / "adversary.vy"
NAME = "adversary"
MODES = ("accept", "wrong", "revert", "burn", "short", "nothing", "long", "dirt")
STEPS_MAXIMUM = 4
"""How many a contract has room for."""
ACCEPTING = ("accept", "long", "dirt")
REPLIES = ("(bool,bytes)[]", "(bool,bytes)[]")

Act = Callable[[str], None]


@dataclass(frozen=True)
class Step:
    """One call to a contract of the bank, and what it does to the model."""

    contract: str
    function: str
    arguments: list[Any]
    act: Act
    """Takes the sender."""


@dataclass(frozen=True)
class Tried:
    """What became of a step."""

    step: Step
    refusal: str | None
    events: tuple[Any, ...]


class Adversary:
    """A contract's account in the model; its values are undone with everything else."""

    def __init__(self, address: str, model: World) -> None:
        self.address, self._model = address, model
        self.plan: tuple[Step, ...] = ()
        self.mode, self.insists = "accept", False
        self.receipt = EMPTY_ID
        self.replies: tuple[Tried, ...] = ()
        self.is_new = False
        """Whether a receipt came in that was not looked at yet."""

    def receive(self, receipt: Receipt) -> bool:
        """Do the worst, then answer."""
        self.receipt, self.replies, self.is_new = _digest(receipt), (), True
        for step in self.plan:
            tried = self.attempt(step)
            if tried.refusal is not None and self.insists:
                return False
            self.replies += (tried,)
        return self.mode in ACCEPTING

    def attempt(self, step: Step) -> Tried:
        """Do one step in the model."""
        before = self._model.events_so_far
        refusal = self._model.attempt(lambda: step.act(self.address))
        return Tried(step, str(refusal) if refusal else None, self._model.events_since(before))


@dataclass(frozen=True)
class Mute:
    """A contract that knows nothing of coupons."""

    address: str
    CODE: ClassVar[bytes] = bytes.fromhex("600060005360016000f3")
    """Creates a contract of one byte, STOP: it answers every call, with nothing."""

    def receive(self, _: Receipt) -> bool:
        return False


def _digest(receipt: Receipt) -> bytes:
    """Return what adversary.vy keeps of a receipt."""
    head = (receipt.operator, receipt.owner)
    if receipt.is_batch:
        kinds, what = ["uint256[]", "uint256[]"], (receipt.tokens, receipt.amounts)
    else:
        kinds, what = ["uint256", "uint256"], (receipt.tokens[0], receipt.amounts[0])
    return keccak(abi_encode(["address", "address", *kinds, "bytes"], [*head, *what, receipt.data]))


@cache
def compiled() -> dict[str, Any]:
    return dict(compile_code(SOURCE.read_text(encoding="utf-8"), output_formats=["abi", "bytecode"]))


@cache
def functions() -> ContractAbi:
    return ContractAbi(DeployedContract(NAME, "", b"", tuple(compiled()["abi"])))


def function(name: str) -> Function:
    return functions().function(name)


def said(answer: bytes) -> tuple[list[str | None], list[str | None]]:
    """Read what a contract keeps of its acts and of its plan: each one's refusal."""
    both = abi_decode(REPLIES, answer)
    return tuple([None if success else str_of(data) for success, data in one] for one in both)  # type: ignore[return-value]


def str_of(data: bytes) -> str:
    refused = refusal_in(data)
    return f"{refused.contract}: {refused.reason}"


def refusals(tried: Sequence[Tried]) -> list[str | None]:
    return [one.refusal for one in tried]
