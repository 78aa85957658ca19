"""Who tells the story: people whose keys come from a seed, the bank's faces, and notes of what came of each act.

The keys follow from the seed, so that every engine sees the same accounts, addresses and signatures. Nobody may use
them for anything real.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_hash.auto import keccak

from chaincode.bindings import Contracts, Outcome, Signed, SurveyTerms
from chaincode.build import Artifact
from chaincode.deploy import deploy
from chaincode.errors import ChaincodeError, LedgerRefusedError
from chaincode.ids import EMPTY_ID, text_hash, to_hex
from chaincode.transactor import Transactor
from chaincode.typed_data import SignedStruct, sign

if TYPE_CHECKING:
    from collections.abc import Callable

    from web3 import Web3

SEED = "20170714"
LATE = 10**10
"""After every engine's now; 1 is before it. So no deadline depends on an engine's clock."""
PAST = 1
WAIT_SECONDS = 60.0


class Teller:
    """A bank deployed through one node, and the notes."""

    def __init__(self, w3: Web3, seed: str = SEED, artifacts: dict[str, Artifact] | None = None) -> None:
        self.w3 = w3
        self.seed = seed
        self.operator = self.person("operator")
        self.deployment = deploy(w3, self.operator, artifacts=artifacts)
        self.bank = Contracts(w3, self.deployment)
        self.send = Transactor(w3, self.operator, timeout_seconds=WAIT_SECONDS)
        self.notes: list[dict[str, Any]] = []

    def id(self, name: str) -> bytes:
        return keccak(f"{self.seed}/{name}".encode())

    def person(self, name: str) -> LocalAccount:
        account: LocalAccount = Account.from_key(self.id(f"key of {name}"))
        return account

    def address(self, name: str) -> str:
        return str(self.person(name).address)

    def asked(self, name: str) -> bytes:
        """The digest of a request's words, as the ledger has it; empty of one that was never filed."""
        terms = self.bank.request.terms(self.id(name))
        return terms.digest if terms else EMPTY_ID

    def text(self, words: str) -> bytes:
        return text_hash(words)

    def as_oneself(self, name: str) -> Transactor:
        """The sender of a person who writes to the chain without the bank's help."""
        return Transactor(self.w3, self.person(name), timeout_seconds=WAIT_SECONDS)

    def now(self) -> int:
        """Return the time of the latest block: the only clock that contracts know."""
        return self.bank.node.block_timestamp()

    def wait_past(self, moment: int) -> None:
        """Let blocks be sealed until the chain's clock is past a moment.

        A development node is asked to move its clock; of any other the clock passes with its blocks. A person of its
        own sends what they hold, since some engines seal no empty block; its transactions are not the story's, because
        how many it takes is the engine's affair.
        """
        with suppress(LedgerRefusedError):
            self.bank.node.request("evm_increaseTime", max(0, moment - self.now()) + 1)
        clock = self.as_oneself("clock")
        while self.now() <= moment:
            clock.send(clock.address, b"", 21_000)

    def publish_second_survey(self, survey: bytes, title: str) -> None:
        terms = SurveyTerms(survey, title, EMPTY_ID, ("Mood",), (1,), 0, 10, 0, LATE)
        self.note("publish second survey", self.bank.survey.publish(self.send, terms))

    def signature(self, struct: SignedStruct, name: str) -> bytes:
        return sign(struct, self.deployment, self.person(name))

    def signed(self, struct: SignedStruct, name: str) -> Signed[Any]:
        return Signed(struct, self.signature(struct, name))

    def note(self, act: str, outcomes: Outcome | Sequence[Outcome]) -> None:
        """Write down what became of each item."""
        for outcome in [outcomes] if isinstance(outcomes, Outcome) else outcomes:
            self.notes.append(
                {
                    "act": act,
                    "id": to_hex(outcome.id),
                    "accepted": outcome.accepted,
                    "repeated": outcome.repeated,
                    "reason": outcome.reason,
                    "events": [type(event).__name__ for event in outcome.events],
                }
            )

    def refused(self, act: str, attempt: Callable[[], Any]) -> None:
        """Write down the error that an act ends in, with its words; one that succeeds is written down as such."""
        try:
            attempt()
        except ChaincodeError as error:
            self.notes.append({"act": act, "error": type(error).__name__, "words": _words(error)})
        else:
            self.notes.append({"act": act, "error": None})


def _words(error: ChaincodeError) -> str:
    """The words that do not name a block."""
    return str(error).partition(" in block ")[0]
