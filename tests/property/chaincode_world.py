"""Contracts on a real chain and the model, side by side: every operation goes to both, and they must agree.

They agree when both refuse for the same reason with nothing changed, or both do it and write the same events in
the same order. `check_whole` compares the whole state, and folds the chain's events into a verdict.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import chaincode_adversary as adversary
from chaincode_adversary import Adversary, Mute, Step
from chaincode_census import BY_CONTRACT, ON_RECEIPT, Census
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_hash.auto import keccak

from chaincode.abi import ContractAbi
from chaincode.bindings import Contracts
from chaincode.build import Artifact, compile_all
from chaincode.calldata import signature_to_calldata, to_calldata
from chaincode.decode import decode
from chaincode.deploy import deploy
from chaincode.deployment import Deployment
from chaincode.errors import ContractRefusedError, MessageError
from chaincode.events import Event, MinterSet
from chaincode.invariants import compare_state, fold
from chaincode.model import Said, World
from chaincode.node import refusal_in
from chaincode.typed_data import SIGNATURE_BYTES, SignedStruct, recover, sign
from ledger.simulate import CallMessage, attempt
from ledger.testing import LocalChain, local_chain

GAS = 30_000_000
START = 1_700_001_000


def key(name: str) -> LocalAccount:
    account: LocalAccount = Account.from_key(keccak(f"key of {name}".encode()))
    return account


OPERATOR = key("operator")


@cache
def artifacts() -> dict[str, Artifact]:
    """Return the compiled contracts, once."""
    return compile_all()


@dataclass
class Pair:
    """The contracts and their model."""

    chain: LocalChain
    deployment: Deployment
    model: World
    time: int = START
    census: Census = field(default_factory=Census)
    nonces: Counter[str] = field(default_factory=Counter)

    @classmethod
    def create(cls) -> "Pair":
        chain = local_chain()
        deployment = deploy(chain.w3, OPERATOR, artifacts=artifacts())
        minters = {
            event.minter: event.rights
            for event in Contracts(chain.w3, deployment).events()
            if isinstance(event, MinterSet)
        }
        lock, pot = deployment.address("request"), deployment.address("draw")
        return cls(chain, deployment, World(OPERATOR.address, lock, minters, pot))._begun()

    def _begun(self) -> "Pair":
        self.model.take_events()
        for contract in self.deployment.contracts.values():
            self.model.contracts[contract.address] = Mute(contract.address)
        self.nonces[OPERATOR.address] = self.chain.w3.eth.get_transaction_count(OPERATOR.address)
        return self

    def close(self) -> None:
        self.chain.close()

    # -- operations --------------------------------------------------------------------------------

    def call(
        self,
        sender: LocalAccount | Adversary,
        contract: str,
        function: str,
        arguments: Sequence[Any],
        act: Callable[[], None],
    ) -> list[Event]:
        """Send one transaction; `act` does the same in the model."""
        return self.take(sender, Step(contract, function, list(arguments), lambda _: act()))

    def take(self, sender: LocalAccount | Adversary, step: Step) -> list[Event]:
        """Let somebody do one step, by itself."""
        if isinstance(sender, Adversary):
            return self.perform(sender, [step])
        self._tick()
        refusal = self.model.attempt(lambda: step.act(sender.address))
        wanted, expected = str(refusal) if refusal else None, self.model.take_events()
        found, refused = self._execute(sender, self.deployment.address(step.contract), self.encoded(step))
        said = f"{refused.contract}: {refused.reason}" if refused else None
        self.census.note(step, wanted, expected)
        self._agree(f"{step.contract}.{step.function}", (said, found), (wanted, expected))
        return found

    def perform(self, account: Adversary, steps: Sequence[Step]) -> list[Event]:
        """Let an account that is a contract do steps in one transaction; each fails or not by itself."""
        self._tick()
        tried = [account.attempt(step) for step in steps]
        expected = self.model.take_events()
        acts = [(self.deployment.address(step.contract), self.encoded(step)) for step in steps]
        data = adversary.function("perform").encode([acts])
        found, refused = self._execute(OPERATOR, account.address, data)
        assert refused is None
        for one in tried:
            self.census.note(one.step, one.refusal, one.events, BY_CONTRACT)
        done, _ = adversary.said(self._ask(account.address, "done_and_replied"))
        where = ", ".join(f"{step.contract}.{step.function}" for step in steps)
        self._agree(where, (done, found), (adversary.refusals(tried), expected))
        return found

    def prepare(self, account: Adversary, plan: Sequence[Step], mode: str, insists: bool) -> None:
        """Tell a contract what to do when it is sent coupons."""
        acts = [(self.deployment.address(step.contract), self.encoded(step)) for step in plan]
        data = adversary.function("prepare").encode([acts, 1 << adversary.MODES.index(mode), insists])
        self._tick()
        _, refused = self._execute(OPERATOR, account.address, data)
        assert refused is None
        account.plan, account.mode, account.insists = tuple(plan), mode, insists

    def add_adversary(self) -> Adversary:
        account = Adversary(self._create(bytes.fromhex(adversary.compiled()["bytecode"][2:])), self.model)
        self.model.contracts[account.address] = account
        return account

    def add_mute(self) -> Mute:
        account = Mute(self._create(Mute.CODE))
        self.model.contracts[account.address] = account
        return account

    def _create(self, code: bytes) -> str:
        self._tick()
        return str(self._seal(OPERATOR, {**self._fields(OPERATOR, code), "to": b""})["contractAddress"])

    def encoded(self, step: Step) -> bytes:
        abi = ContractAbi(self.deployment.contract(step.contract))
        return abi.function(step.function, len(step.arguments)).encode(step.arguments)

    def _tick(self) -> None:
        self.time += 1
        self.model.now = self.time

    def _agree(self, where: str, found: tuple[Any, list[Event]], expected: tuple[Any, list[Event]]) -> None:
        said, wanted = found[0], expected[0]
        assert said == wanted, f"{where}: contract says {said!r}, model says {wanted!r}"
        assert found[1] == expected[1], f"{where}:\n contract {found[1]}\n model    {expected[1]}"
        for account in self.model.contracts.values():
            if isinstance(account, Adversary) and account.is_new:
                self._look_at_receipt(account)

    def _look_at_receipt(self, account: Adversary) -> None:
        account.is_new = False
        _, replies = adversary.said(self._ask(account.address, "done_and_replied"))
        assert replies == adversary.refusals(account.replies)
        assert self._ask(account.address, "receipt") == account.receipt
        for one in account.replies:
            self.census.note(one.step, one.refusal, one.events, ON_RECEIPT)

    def _ask(self, address: str, name: str) -> bytes:
        return Contracts(self.chain.w3, self.deployment).node.call(address, adversary.function(name).encode([]))

    def relay(
        self,
        contract: str,
        function: str,
        items: Sequence[tuple[SignedStruct, bytes]],
        act: Callable[[list[Said[Any]]], None],
        known: Callable[[SignedStruct], SignedStruct] = lambda struct: struct,
        sender: LocalAccount = OPERATOR,
    ) -> list[Event]:
        """Send a batch of signed structs; `known` returns a struct with the texts the contract knows."""
        calldata = [(to_calldata(struct), signature_to_calldata(signature)) for struct, signature in items]
        said = [Said(struct, self.signer(known(struct), signature)) for struct, signature in items]
        return self.call(sender, contract, function, [calldata], lambda: act(said))

    def signed(self, struct: SignedStruct, account: LocalAccount) -> bytes:
        return sign(struct, self.deployment, account)

    def signer(self, struct: SignedStruct, signature: bytes) -> str | None:
        """Return whose signature a contract sees; None if it is malformed."""
        whole = signature if len(signature) == SIGNATURE_BYTES else bytes(SIGNATURE_BYTES)
        try:
            return recover(struct, self.deployment, whole)
        except MessageError:
            return None

    def advance(self, seconds: int) -> None:
        self.time += seconds

    # -- the whole ---------------------------------------------------------------------------------

    def check_whole(self) -> None:
        """State of the model, of the contracts, and of the events are one; every rule held."""
        node = Contracts(self.chain.w3, self.deployment)
        differences = compare_state(self.model.state, self.deployment, lambda to, data: node.node.call(to, data))
        assert not differences, differences[:3]
        verdict = fold(node.events())
        assert verdict.is_true, verdict.violations[:3]
        differences = compare_state(verdict.state, self.deployment, lambda to, data: node.node.call(to, data))
        assert not differences, differences[:3]

    def _execute(self, sender: LocalAccount, to: str, data: bytes) -> tuple[list[Event], ContractRefusedError | None]:
        receipt = self._seal(sender, {**self._fields(sender, data), "to": to})
        if receipt["status"] == 1:
            logs = Contracts(self.chain.w3, self.deployment).node.receipt(bytes(receipt["transactionHash"])).logs
            return [decode(self.deployment, log) for log in logs], None
        return [], self._refusal(sender, to, data)

    def _fields(self, sender: LocalAccount, data: bytes) -> dict[str, Any]:
        numbers = {"nonce": self.nonces[sender.address], "chainId": self.deployment.chain_id}
        return {"data": data, "gas": GAS, "gasPrice": 0, "value": 0, **numbers}

    def _seal(self, sender: LocalAccount, fields: dict[str, Any]) -> Any:
        self.chain.set_time(self.time)
        raw = sender.sign_transaction(fields).raw_transaction
        receipt = self.chain.w3.eth.get_transaction_receipt(self.chain.w3.eth.send_raw_transaction(raw))
        self.nonces[sender.address] += 1
        assert self.chain.chain.head.header.timestamp == self.time
        return receipt

    def _refusal(self, sender: LocalAccount, to: str, data: bytes) -> ContractRefusedError:
        """Run the transaction again on the state before its block, at its block's time."""
        header = self.chain.chain.head.header
        before = self.chain.w3.eth.get_block(header.block_number - 1)
        vm = self.chain.chain.vm_at(header.copy(state_root=bytes(before["stateRoot"])))
        message = CallMessage(sender=bytes.fromhex(sender.address[2:]), to=bytes.fromhex(to[2:]), gas=GAS, data=data)
        return refusal_in(attempt(vm, message).output)
