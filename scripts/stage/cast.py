"""Who plays: one wallet for each respondent, and the organizations around the bank."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from eth_account import Account
from eth_account.signers.local import LocalAccount

from bank_api.protocol.shapes.bank import BankInfo
from chaincode.deployment import Deployment
from wallet_cli.bank_client import BankClient, BankConnection, RetryPolicy
from wallet_cli.keystore import Keystore
from wallet_cli.pins import Pins, pins_of
from wallet_cli.proven import ProvenLedger
from wallet_cli.signing.signer import Signer, deployment_of

HANDS = 480
"""How many members act at the same time."""
MEMBERS_KEPT = 20
"""How many members' wallets --keep writes."""
PASSPHRASE = "azukari-demo"  # noqa: S105  of the demo's own wallets, printed for its user

T = TypeVar("T")
R = TypeVar("R")


@dataclass
class Actor:
    """One person or organization: a wallet, what it signs with, and its line to the bank."""

    name: str
    key: LocalAccount
    signer: Signer
    client: BankClient
    proven: ProvenLedger
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def account(self) -> str:
        return self.signer.account


class Company:
    """Everybody in the demo, and the bank they talk to."""

    def __init__(
        self,
        url: str,
        operator: LocalAccount,
        retry: RetryPolicy | None = None,
        ledger: Callable[[BankInfo], ProvenLedger] | None = None,
        pace: int = 1,
    ) -> None:
        """`ledger` is what people hold the bank to; by default what it shows with proofs under sealed headers.

        Whatever in the story ends after some seconds ends after `pace` times as many: on a slow network.
        """
        self.pace = pace
        self.connection = BankConnection(url, timeout_seconds=120, connections_maximum=HANDS + 8, retry=retry)
        self._guest = BankClient(self.connection, operator)
        self.bank = self._guest.public.bank()
        self.deployment: Deployment = deployment_of(self.bank)
        self._ledger = None if ledger is None else ledger(self.bank)
        self.hands = ThreadPoolExecutor(HANDS)
        self.operator = self.actor(self.bank.name, operator)
        self.members: list[Actor] = []
        self.others: dict[str, Actor] = {}

    @cached_property
    def pins(self) -> Pins:
        return pins_of(self.bank)

    @cached_property
    def release_key(self) -> str:
        """The key that answers are sealed to, as the ledger has it."""
        return self.operator.proven.release_key(self.bank.release_public_key).to_hex()

    def actor(self, name: str, key: LocalAccount, account: str | None = None) -> Actor:
        signer = Signer(key, account or str(key.address), self.deployment)
        client = BankClient(self.connection, key)
        return Actor(name, key, signer, client, self.ledger_of(client))

    def ledger_of(self, client: BankClient) -> ProvenLedger:
        """The ledger as somebody sees it who does not take the bank's word."""
        return self._ledger or ProvenLedger(client.proofs, self.pins)

    def newcomer(self, name: str) -> Actor:
        """Somebody with a fresh wallet."""
        return self.actor(name, Account.from_key(os.urandom(32)))

    def everybody(self, people: Sequence[T], act: Callable[[T], R], done: Callable[[], None]) -> list[R]:
        """Let all act at the same time; results in the people's order. The first failure is raised."""

        def one(person: T) -> R:
            result = act(person)
            done()
            return result

        return list(self.hands.map(one, people))

    def close(self) -> None:
        self.hands.shutdown()
        self.connection.close()


def save_wallets(home: Path, company: Company) -> None:
    """Keep the cast's and some members' wallets as V3 key files, so that `azukari` goes on as any of them."""
    keystore = Keystore(home)
    named = {"operator": company.operator, **company.others}
    named |= {f"member-{index + 1:03}": person for index, person in enumerate(company.members[:MEMBERS_KEPT])}
    for name, actor in named.items():
        keystore.create(name.replace("_", "-"), PASSPHRASE, "scrypt-light", actor.key)
