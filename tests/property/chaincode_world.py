"""Contracts on a real chain and the model, side by side: every operation goes to both, and they must agree.

They agree when both refuse for the same reason with nothing changed, or both do it and write the same events in
the same order. `check_whole` compares the whole state, and folds the chain's events into a verdict.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

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
from chaincode.model import Refusal, Said, World
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
    tried: Counter[str] = field(default_factory=Counter)
    nonces: Counter[str] = field(default_factory=Counter)
    log: list[dict[str, Any]] = field(default_factory=list)

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
        self.nonces[OPERATOR.address] = self.chain.w3.eth.get_transaction_count(OPERATOR.address)
        return self

    def close(self) -> None:
        self.chain.close()

    # -- operations --------------------------------------------------------------------------------

    def call(
        self,
        sender: LocalAccount,
        contract: str,
        function: str,
        arguments: Sequence[Any],
        act: Callable[[], None],
    ) -> list[Event]:
        """Send one transaction; `act` does the same in the model."""
        self.time += 1
        self.model.now = self.time
        expected_refusal = None
        try:
            act()
        except Refusal as refusal:
            expected_refusal = refusal
        expected = self.model.take_events()
        if expected_refusal is not None:
            assert not expected, "a model that refuses changes nothing"
        data = ContractAbi(self.deployment.contract(contract)).function(function, len(arguments)).encode(arguments)
        found, refused = self._execute(sender, self.deployment.address(contract), data)
        said = f"{refused.contract}: {refused.reason}" if refused else None
        wanted = str(expected_refusal) if expected_refusal else None
        where = f"{contract}.{function}"
        self._count(where, wanted, expected)
        self.log.append({"time": self.time, "call": where, "sender": sender.address, "refused": said})
        assert said == wanted, f"{where}: contract says {said!r}, model says {wanted!r}"
        assert found == expected, f"{where}:\n contract {found}\n model    {expected}"
        return found

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

    def _count(self, where: str, refused: str | None, events: Sequence[Event]) -> None:
        if refused is not None:
            self.tried[f"{where} | {refused}"] += 1
            return
        kinds = Counter(type(event).__name__ for event in events)
        self.tried[f"{where} | done"] += 1
        self.tried["repeated"] += kinds["Repeated"]
        for event in events:
            if type(event).__name__ == "Refused":
                self.tried[f"{where} | {event.reason}"] += 1

    def _execute(self, sender: LocalAccount, to: str, data: bytes) -> tuple[list[Event], ContractRefusedError | None]:
        fields = {"to": to, "data": data, "gas": GAS, "gasPrice": 0, "value": 0}
        fields |= {"nonce": self.nonces[sender.address], "chainId": self.deployment.chain_id}
        self.chain.set_time(self.time)
        raw = sender.sign_transaction(fields).raw_transaction
        receipt = self.chain.w3.eth.get_transaction_receipt(self.chain.w3.eth.send_raw_transaction(raw))
        self.nonces[sender.address] += 1
        header = self.chain.chain.head.header
        assert header.timestamp == self.time
        if receipt["status"] == 1:
            logs = Contracts(self.chain.w3, self.deployment).node.receipt(bytes(receipt["transactionHash"])).logs
            return [decode(self.deployment, log) for log in logs], None
        return [], self._refusal(sender, to, data)

    def _refusal(self, sender: LocalAccount, to: str, data: bytes) -> ContractRefusedError:
        """Run the transaction again on the state before its block, at its block's time."""
        header = self.chain.chain.head.header
        before = self.chain.w3.eth.get_block(header.block_number - 1)
        vm = self.chain.chain.vm_at(header.copy(state_root=bytes(before["stateRoot"])))
        message = CallMessage(sender=bytes.fromhex(sender.address[2:]), to=bytes.fromhex(to[2:]), gas=GAS, data=data)
        return refusal_in(attempt(vm, message).output)


def report(tried: Counter[str]) -> str:
    """Return the counts of what was tried, most frequent first."""
    return json.dumps(dict(tried.most_common()), indent=1, ensure_ascii=False)
