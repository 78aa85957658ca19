"""The contracts' final state, asked one value at a time, against what their events say.

A contract whose storage and events tell different stories is found here: coins and coupons by account, consents,
requests, releases and escrows by id. The values are asked of the state that the replay itself arrived at.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from chaincode.abi import ContractAbi
from chaincode.deployment import Deployment
from chaincode.ids import to_hex
from chaincode.model import State


class CallableState(Protocol):
    """What a replay leaves behind: view calls on the final state."""

    def call(self, to: str, data: bytes) -> bytes: ...


@dataclass(frozen=True)
class Expectation:
    """What a view of a contract must answer if its events are the whole story."""

    contract: str
    function: str
    arguments: tuple[Any, ...]
    expected: Any
    field: int | None = None
    """Which member of a struct is meant."""

    def __str__(self) -> str:
        shown = ", ".join(to_hex(one) if isinstance(one, bytes) else str(one) for one in self.arguments)
        return f"{self.contract}.{self.function}({shown})"


@dataclass(frozen=True)
class Difference:
    """Storage and events disagree."""

    expectation: Expectation
    found: Any

    @property
    def reason(self) -> str:
        return f"the state holds {_shown(self.found)}, the events say {_shown(self.expectation.expected)}"


def differences(deployment: Deployment, final: CallableState, told: State) -> Iterator[Difference]:
    """Every value in which the final state is not what the events told."""
    views = {name: ContractAbi(contract) for name, contract in deployment.contracts.items()}
    for one in expectations(told):
        function = views[one.contract].function(one.function, len(one.arguments))
        answer = final.call(deployment.address(one.contract), function.encode(one.arguments))
        found = function.decode(answer)
        if one.field is not None:
            found = found[one.field]
        if found != one.expected:
            yield Difference(one, found)


def expectations(told: State) -> Iterable[Expectation]:
    """All values that are asked, contract by contract."""
    yield from _coins(told)
    yield from _people(told)
    yield from _surveys_and_requests(told)
    for consent_id, consent in told.consents.consents.items():
        yield Expectation("consent", "stateOf", (consent_id,), consent.state)
    for release_id, release in told.releases.releases.items():
        yield Expectation("disclosure", "stateOf", (release_id,), release.state)
        yield Expectation("disclosure", "releaseOf", (release_id,), release.payload_root, field=4)
    for (account, class_id), count in told.coupons.balances.items():
        yield Expectation("coupon", "balanceOf", (account, int.from_bytes(class_id, "big")), count)
    yield from _escrows(told)


def _coins(told: State) -> Iterable[Expectation]:
    yield Expectation("coin", "granted", (), told.coins.granted)
    yield Expectation("coin", "burnt", (), told.coins.burnt)
    yield Expectation("coin", "totalSupply", (), told.coins.supply)
    for account, coins in told.coins.balances.items():
        yield Expectation("coin", "balanceOf", (account,), coins)


def _people(told: State) -> Iterable[Expectation]:
    for address, account in told.members.accounts.items():
        yield Expectation("membership", "keyOf", (address,), account.key)
        yield Expectation("membership", "rolesOf", (address,), account.roles)
        yield Expectation("membership", "isSuspended", (address,), account.is_suspended)


def _surveys_and_requests(told: State) -> Iterable[Expectation]:
    for survey_id, survey in told.surveys.surveys.items():
        yield Expectation("survey", "budgetLeft", (survey_id,), survey.budget_left)
    for (survey_id, member), answer_id in told.surveys.answer_of.items():
        yield Expectation("survey", "answerOf", (survey_id, member), answer_id)
    for request_id, request in told.requests.requests.items():
        yield Expectation("request", "stateOf", (request_id,), request.state)
        yield Expectation("request", "locked", (request_id,), request.locked)


def _escrows(told: State) -> Iterable[Expectation]:
    for escrow_id, escrow in told.escrows.escrows.items():
        yield Expectation("escrow", "escrowOf", (escrow_id,), len(escrow.acknowledged), field=5)
    for opening_id, opening in told.escrows.openings.items():
        yield Expectation("escrow", "openingOf", (opening_id,), opening.state, field=1)
        yield Expectation("escrow", "openingOf", (opening_id,), len(opening.contributions), field=3)


def _shown(value: Any) -> str:
    return to_hex(value) if isinstance(value, bytes) else str(value)
