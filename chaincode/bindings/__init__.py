"""The contracts seen from Python: one face each, reads as methods, writes with outcomes, and the log of events.

    contracts = Contracts(w3, Deployment.load(path))
    outcomes = contracts.survey.answer_batch(transactor, [Signed(answer, signature), ...])

Every write may be sent again after a crash: what already holds comes back as `repeated`.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from chaincode.bindings.coin import Coin, Supply
from chaincode.bindings.consent import IN_FORCE, Consent, ConsentRecord, ConsentState, Question
from chaincode.bindings.coupon import ClassRecord, Coupon
from chaincode.bindings.disclosure import Disclosure, Release, ReleaseRecord, ReleaseState
from chaincode.bindings.draw import Draw, DrawRecord, DrawTerms
from chaincode.bindings.escrow import Escrow, EscrowRecord, EscrowState, OpeningRecord, OpeningState
from chaincode.bindings.membership import Membership, Role, Scope
from chaincode.bindings.outcome import Outcome, Signed, SignedRedemption, SignedRotation
from chaincode.bindings.request import LegalClass, Request, RequestState, RequestTerms
from chaincode.bindings.rule import CategoryKind, Rule, RuleRecord
from chaincode.bindings.survey import Survey, SurveyTerms
from chaincode.decode import decoder
from chaincode.deployment import Deployment
from chaincode.events import Event
from chaincode.logs import Log
from chaincode.node import Node

if TYPE_CHECKING:
    from web3 import Web3

BLOCKS_PER_QUESTION = 500


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
        if "rule" in deployment.contracts:
            self.rule = Rule(self.node, deployment)
        if "draw" in deployment.contracts:
            self.draw = Draw(self.node, deployment)

    def events(self, from_block: int | None = None, to_block: int | None = None) -> Iterator[Event]:
        """Yield what the contracts recorded in a range of blocks (both ends belong to it), in chain order.

        Without a range: from the deployment to the latest block. Each event carries its position with the time.
        """
        first = self.deployment.start_block if from_block is None else from_block
        last = self.node.block_number() if to_block is None else to_block
        addresses = [contract.address for contract in self.deployment.contracts.values()]
        times: dict[int, int] = {}
        for start in range(first, last + 1, BLOCKS_PER_QUESTION):
            for log in self.node.logs(addresses, start, min(last, start + BLOCKS_PER_QUESTION - 1)):
                yield decoder(self.deployment).decode(self._timed(log, times))

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
    "CategoryKind",
    "ClassRecord",
    "Coin",
    "Consent",
    "ConsentRecord",
    "ConsentState",
    "Contracts",
    "Coupon",
    "Disclosure",
    "Draw",
    "DrawRecord",
    "DrawTerms",
    "Escrow",
    "EscrowRecord",
    "EscrowState",
    "LegalClass",
    "Membership",
    "OpeningRecord",
    "OpeningState",
    "Outcome",
    "Question",
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
