"""The machines: the whole bank, and its areas by themselves, where the same number of steps reaches deeper."""

import json
from dataclasses import dataclass
from typing import Any, ClassVar

import chaincode_bank as bank
import chaincode_ways as ways
import chaincode_world as world
from chaincode_agreement import Agreement
from chaincode_between import Between
from chaincode_census import Census, changing, unexplained
from chaincode_coins import Coins
from chaincode_draws import Draws
from chaincode_hostile import Hostile
from chaincode_large import Large
from chaincode_market import Market
from chaincode_messages import Messages
from chaincode_office import Office
from chaincode_wiring import Wiring
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from chaincode.typed_data import (
    Acceptance,
    Acknowledgement,
    Answer,
    ApprovalRevocation,
    BoundTransfer,
    Closing,
    CoinTransfer,
    Consent,
    Correction,
    CouponClass,
    CouponTransfer,
    DataRequest,
    Decision,
    Delegation,
    Deletion,
    DrawBinding,
    EncryptionKey,
    Entry,
    GiftOrder,
    Guardians,
    Join,
    Purchase,
    RecoveryVeto,
    RuleEnd,
    SignedStruct,
    StandingRule,
    Withdrawal,
)

Kinds = tuple[type[SignedStruct], ...]


class WholeBank(Between, Office, Large, Market, Coins, Draws, Wiring):
    """A bank, twice, and everything people try with it."""

    census: ClassVar[Census] = Census()


class Tokens(Messages, Market, Coins, Wiring, Hostile):
    """Coins and coupons, and who may make them."""

    census: ClassVar[Census] = Census()
    KINDS: ClassVar[Kinds] = (
        *(CoinTransfer, BoundTransfer, BoundTransfer, CouponClass, CouponTransfer, Purchase, Purchase, GiftOrder),
    )


class Data(Messages, Office, Large, Agreement, Hostile):
    """Answers, requests, consents, rules and releases."""

    census: ClassVar[Census] = Census()
    KINDS: ClassVar[Kinds] = (
        *(Answer, Correction, DataRequest, Decision, ApprovalRevocation, Consent, Consent, Withdrawal),
        *(StandingRule, RuleEnd, Acknowledgement, Deletion, Closing, Acceptance, Acceptance),
    )


class Trust(Between):
    """Keys, guardians and shares in escrow."""

    census: ClassVar[Census] = Census()
    KINDS: ClassVar[Kinds] = (
        Join,
        Acceptance,
        Delegation,
        Guardians,
        RecoveryVeto,
        EncryptionKey,
        *(kind for kind, way in ways.WAYS.items() if way.contract == "escrow"),
    )


class Lottery(Messages, Coins, Draws, Hostile):
    """Prize draws and the coins that go into them."""

    census: ClassVar[Census] = Census()
    KINDS: ClassVar[Kinds] = (Entry, Entry, DrawBinding, CoinTransfer)


ENOUGH = 20_000
"""Operations in which chance should have come by everything."""
MACHINES: tuple[type[bank.Bank], ...] = (WholeBank, Tokens, Data, Trust, Lottery)


def run(machine: type[bank.Bank], examples: int, steps: int, at_random: bool) -> Census:
    """Run one machine; return what it tried in this process so far."""
    world.artifacts()
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=not at_random,
        database=None,
        deadline=None,
        suppress_health_check=checks,
        phases=(Phase.generate,) if at_random else (Phase.generate, Phase.shrink),
    )
    run_state_machine_as_test(machine, settings=chosen)
    return machine.census


@dataclass(frozen=True)
class Report:
    """What all machines tried."""

    machines: dict[str, Census]

    @classmethod
    def of_all(cls) -> "Report":
        return cls({machine.__name__: machine.census for machine in MACHINES})

    @property
    def whole(self) -> Census:
        census = Census()
        for one in self.machines.values():
            census.add(one)
        return census

    @property
    def gaps(self) -> dict[str, str]:
        return self.whole.gaps(changing({name: artifact.abi for name, artifact in world.artifacts().items()}))

    @property
    def missed(self) -> dict[str, str]:
        """Gaps that a run as long as this one should not have."""
        return unexplained(self.gaps) if self.whole.operations >= ENOUGH else {}

    def to_json(self) -> dict[str, Any]:
        return {
            "operations": self.whole.operations,
            "operations_by_machine": {name: census.operations for name, census in self.machines.items()},
            "contracts": self.whole.to_json(),
            "machines": {name: census.to_json() for name, census in self.machines.items()},
            "gaps": self.gaps,
        }

    def to_json_text(self) -> str:
        return json.dumps(self.to_json(), indent=1, ensure_ascii=False) + "\n"

    def to_text(self) -> str:
        lines = [f"{name}: {census.operations:,} operations" for name, census in self.machines.items()]
        lines.append(f"{'function':40}{'operations':>12}{'accepted':>10}{'repeated':>10}{'refused':>10}{'reasons':>9}")
        for (contract, function), row in sorted(self.whole.rows.items()):
            numbers = f"{row.operations:>12,}{row.accepted:>10,}{row.repeated:>10,}{row.refused:>10,}"
            lines.append(f"{contract + '.' + function:40}{numbers}{len(row.reasons):>9}")
        lines += [f"{name}: {gap}" for name, gap in self.gaps.items()]
        return "\n".join(lines)
