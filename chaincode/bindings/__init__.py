"""The contracts seen from Python: one face each, reads as methods, writes with outcomes, and the log of events.

    contracts = Contracts(w3, Deployment.load(path))
    outcomes = contracts.send(acts.ANSWER, transactor, [Signed(answer, signature), ...])

What people sign is declared in `chaincode.acts`; the faces name the same calls: `contracts.survey.answer_batch(...)`.

Every write may be sent again after a crash: what already holds comes back as `repeated`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from chaincode.acts import Act
from chaincode.bindings.coin import Coin, Supply
from chaincode.bindings.consent import Consent, ConsentRecord, Question
from chaincode.bindings.coupon import ClassRecord, Coupon
from chaincode.bindings.disclosure import Disclosure, Release, ReleaseRecord, ReleaseState
from chaincode.bindings.draw import Draw, DrawRecord, DrawState, DrawTerms
from chaincode.bindings.escrow import Escrow, EscrowRecord, EscrowState, OpeningRecord, OpeningState
from chaincode.bindings.face import Face
from chaincode.bindings.membership import DelegationRecord, Membership, Role, Scope
from chaincode.bindings.outcome import Outcome
from chaincode.bindings.recovery import Circle, Pending, Recovery
from chaincode.bindings.request import Request, RequestTerms
from chaincode.bindings.rule import CategoryKind, Rule, RuleRecord
from chaincode.bindings.survey import Survey, SurveyTerms
from chaincode.decode import decoder
from chaincode.deployment import Deployment
from chaincode.events import Event
from chaincode.events.consent import IN_FORCE, RECORDED, ConsentState
from chaincode.events.request import LegalClass, RequestState
from chaincode.logs import Log
from chaincode.node import Node
from chaincode.transactor import Transactor
from chaincode.typed_data import Signed, SignedRedemption, SignedRotation, SignedStruct

if TYPE_CHECKING:
    from web3 import Web3

BLOCKS_PER_QUESTION = 500
Item = TypeVar("Item")


class Contracts:
    """Every contract of a deployment."""

    def __init__(self, w3: "Web3", deployment: Deployment) -> None:
        self.deployment = deployment
        self.node = Node(w3)
        self.membership = Membership(self.node, deployment)
        self.coin = Coin(self.node, deployment)
        self.survey = Survey(self.node, deployment)
        self.request = Request(self.node, deployment)
        self.consent = Consent(self.node, deployment)
        self.disclosure = Disclosure(self.node, deployment)
        self.coupon = Coupon(self.node, deployment)
        self.escrow = Escrow(self.node, deployment)
        if "recovery" in deployment.contracts:
            self.recovery = Recovery(self.node, deployment)
        if "rule" in deployment.contracts:
            self.rule = Rule(self.node, deployment)
        if "draw" in deployment.contracts:
            self.draw = Draw(self.node, deployment)

    def send(self, act: Act[Item], transactor: Transactor, items: Sequence[Item]) -> list[Outcome]:
        """Relay signed acts of one kind; the outcomes are in the items' order."""
        return self.face(act.contract).send(act, transactor, items)

    def perform(self, act: Act[Any], transactor: Transactor, struct: SignedStruct, *beside: Any) -> Outcome:
        """Send one act as its signer, with what else it needs beside it. Raises ContractRefusedError."""
        return self.face(act.contract).perform(act, transactor, struct, *beside)

    def face(self, contract: str) -> Face:
        """Return the face of a contract by its name; it stands under that name here too."""
        self.deployment.contract(contract)
        found: Face = getattr(self, contract)
        return found

    def events(self, from_block: int | None = None, to_block: int | None = None) -> Iterator[Event]:
        """Yield what the contracts recorded in a range of blocks (both ends belong to it), in chain order.

        Without a range: from the deployment to the latest block. Each event carries its position with the time.
        """
        first = self.deployment.start_block if from_block is None else from_block
        last = self.node.block_number() if to_block is None else to_block
        for log in self.logs(first, last):
            yield decoder(self.deployment).decode_once(log)

    def logs(self, first: int, last: int) -> Iterator[Log]:
        """Yield the logs of the contracts in a range of blocks, in chain order, each with its time."""
        addresses = [contract.address for contract in self.deployment.contracts.values()]
        times: dict[int, int] = {}
        for start in range(first, last + 1, BLOCKS_PER_QUESTION):
            for log in self.node.logs(addresses, start, min(last, start + BLOCKS_PER_QUESTION - 1)):
                yield self._timed(log, times)

    def _timed(self, log: Log, times: dict[int, int]) -> Log:
        position = log.position
        if position is None or position.timestamp is not None:
            return log
        if position.block_number not in times:
            times.clear()
            times[position.block_number] = self.node.block_timestamp(position.block_number)
        return replace(log, position=replace(position, timestamp=times[position.block_number]))


__all__ = [
    "IN_FORCE",
    "RECORDED",
    "CategoryKind",
    "Circle",
    "ClassRecord",
    "Coin",
    "Consent",
    "ConsentRecord",
    "ConsentState",
    "Contracts",
    "Coupon",
    "DelegationRecord",
    "Disclosure",
    "Draw",
    "DrawRecord",
    "DrawState",
    "DrawTerms",
    "Escrow",
    "EscrowRecord",
    "EscrowState",
    "LegalClass",
    "Membership",
    "OpeningRecord",
    "OpeningState",
    "Outcome",
    "Pending",
    "Question",
    "Recovery",
    "Release",
    "ReleaseRecord",
    "ReleaseState",
    "Request",
    "RequestState",
    "RequestTerms",
    "Role",
    "Rule",
    "RuleRecord",
    "Scope",
    "Signed",
    "SignedRedemption",
    "SignedRotation",
    "Supply",
    "Survey",
    "SurveyTerms",
]
