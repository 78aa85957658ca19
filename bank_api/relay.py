"""One lane to the ledger per act that people sign (see `lane`); what a lane does is its flow's, or plain relaying."""

import time
from collections.abc import Sequence
from typing import Any

from bank_api.bank import Bank
from bank_api.flows.flow import Flow
from bank_api.flows.register import FLOWS
from bank_api.lane import Lane
from bank_api.protocol.acts import SUBMISSIONS
from chaincode.acts import Act
from chaincode.bindings import Outcome
from chaincode.bindings.face import items_at_once


class Relay:
    """The lanes of a bank; their threads start with the first item."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._lanes = {one.act.name: self._lane(one.act, FLOWS.get(one.act.struct, Flow())) for one in SUBMISSIONS}

    def lane(self, act: Act[Any]) -> Lane[Any, Outcome]:
        return self._lanes[act.name]

    def close(self) -> None:
        """Finish what waits; whoever comes later is refused."""
        for lane in self._lanes.values():
            lane.close()

    def _lane(self, act: Act[Any], flow: Flow) -> Lane[Any, Outcome]:
        bank, record = self._bank, flow.record

        def work(items: Sequence[Any]) -> Sequence[Outcome | Exception]:
            start = time.perf_counter()
            with bank.figures.failing(act.name):
                outcomes = record(bank, items) if record else bank.contracts.send(act, bank.transactor, items)
            bank.figures.landed(act.name, len(items), time.perf_counter() - start)
            return outcomes

        settings = bank.settings
        return Lane(
            act.name,
            work,
            settings.gather_seconds,
            min(settings.batch_items_max, items_at_once(act)),
            settings.batches_in_flight_max,
            flow.same,
            settings.gather_seconds_max,
        )
