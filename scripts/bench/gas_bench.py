"""A bank on a chain in this process whose transactions are weighed: what `gas` measures its acts with.

Either everybody acts alone, by transactions of their own, and the last one's is the figure; or the bank relays all in
one batch, and the figure is the batch's gas by its items. Which functions of the contracts were measured is kept, so
that a test can tell what the table leaves out.
"""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_hash.auto import keccak

from chaincode.abi import ContractAbi, type_name
from chaincode.bindings import Contracts, Outcome, Signed
from chaincode.deploy import FirstQuota, deploy
from chaincode.ids import text_hash
from chaincode.transactor import Transactor
from chaincode.typed_data import SignedStruct, sign
from ledger.testing import local_chain

LATE = 10**10
LABELS = ("age", "income", "vote", "party", "news")
EVERY_ITEM = 31

Item = tuple[SignedStruct, LocalAccount]
"""What is said, and who signs it or sends it."""


class Bench:
    """A bank with people, measured as it works."""

    def __init__(self, people: int, *, alone: bool = False) -> None:
        self.is_alone = alone
        self.chain = local_chain()
        self.operator = account("operator")
        quota = FirstQuota(2 * 10**12, 3600)
        self.contracts = Contracts(self.chain.w3, deploy(self.chain.w3, self.operator, quota=quota))
        self.deployment_gas = self._gas_since(0)[1]
        self.send = Transactor(self.chain.w3, self.operator)
        self.members = [account(f"member {i}") for i in range(people)]
        self.partner, self.shop, self.board = account("partner"), account("shop"), account("board")
        self.guardian = account("guardian")
        self.custodians = [account(f"custodian {i}") for i in range(3)]
        self.gas: dict[str, int] = {}
        self.measured: set[str] = set()
        self._senders: dict[str, Transactor] = {}

    # ---- The forms an act can have ----

    def act(self, path: str, items: Sequence[Item], note: str = "") -> None:
        """An act of persons: each by its own transaction, or all relayed in a batch."""
        contract, function = path.split(".")
        face = getattr(self.contracts, contract)
        if self.is_alone:
            one = getattr(face, function)
            self.weigh(path, note, [partial(one, self.own(who), struct) for struct, who in items])
        else:
            batch, signed = getattr(face, f"{function}_batch"), [self.signed(*item) for item in items]
            self.weigh(path, note, [lambda: batch(self.send, signed)], len(items))

    def two_forms(
        self, path: str, alone: Sequence[Callable[[], Any]], relayed: Callable[[], Any], note: str = ""
    ) -> None:
        """An act whose two forms differ in more than who signs."""
        self.weigh(path, note, alone if self.is_alone else [relayed], 1 if self.is_alone else len(alone))

    def listed(self, path: str, rows: Sequence[Any], send: Callable[[list[Any]], Any], note: str = "") -> None:
        """A list that needs no signatures: one row at a time, or all at once."""
        self.two_forms(path, [partial(send, [row]) for row in rows], lambda: send(list(rows)), note)

    def single(self, path: str, *calls: Callable[[], Any], note: str = "") -> None:
        """What is always done one by one; the last one counts."""
        if self.is_alone:
            self.weigh(path, note, calls)
        else:
            for call in calls:
                require(path, call())

    def together(self, path: str, items: int, call: Callable[[], Any], note: str = "") -> None:
        """What is only done for several at once."""
        if self.is_alone:
            require(path, call())
        else:
            self.weigh(path, note, [call], items)

    def weigh(self, path: str, note: str, calls: Sequence[Callable[[], Any]], items: int = 1) -> None:
        row = f"{path} ({note})" if note else path
        for call in calls:
            first = self.send.node.block_number()
            require(row, call())
            functions, gas = self._gas_since(first)
        self.measured |= functions
        self.gas[row] = gas // items

    # ---- Who acts, and with what ----

    def own(self, who: LocalAccount) -> Transactor:
        """Return the sender of a person who writes to the chain without the bank's help."""
        return self._senders.setdefault(str(who.address), Transactor(self.chain.w3, who))

    def signed(self, struct: SignedStruct, who: LocalAccount) -> Signed[Any]:
        return Signed(struct, self.signature(struct, who))

    def signature(self, struct: SignedStruct, who: LocalAccount) -> bytes:
        return sign(struct, self.contracts.deployment, who)

    def call(self, who: LocalAccount, path: str, *arguments: Any) -> None:
        """Call a function that has no face: the token standards'."""
        contract, function = path.split(".")
        deployed = self.contracts.deployment.contract(contract)
        data = ContractAbi(deployed).function(function, len(arguments)).encode(arguments)
        self.own(who).send(deployed.address, data)

    def now(self) -> int:
        return self.send.node.block_timestamp()

    def pass_time(self, seconds: int) -> None:
        self.chain.advance(seconds)

    # ---- Reading the chain ----

    def _gas_since(self, block: int) -> tuple[set[str], int]:
        """Return which functions were called after a block, and the gas of it all."""
        node, functions, gas = self.contracts.node, set(), 0
        for number in range(block + 1, node.block_number() + 1):
            for entry in node.request("eth_getBlockByNumber", hex(number), True)["transactions"]:
                receipt = node.receipt(bytes.fromhex(entry["hash"][2:]))
                gas += receipt.gas_used if receipt else 0
                if entry["to"]:
                    functions.add(self._functions[entry["to"].lower(), entry["input"][:10]])
        return functions, gas

    @cached_property
    def _functions(self) -> dict[tuple[str, str], str]:
        return {
            (contract.address.lower(), selector(entry)): f"{name}.{entry['name']}"
            for name, contract in self.contracts.deployment.contracts.items()
            for entry in contract.abi
            if entry["type"] == "function"
        }


def require(row: str, outcome: Any) -> None:
    """Refuse to measure an act that did not happen."""
    for one in outcome if isinstance(outcome, list) else [outcome]:
        if isinstance(one, Outcome) and (one.repeated or not one.accepted):
            raise RuntimeError(f"{row}: {one.reason or 'had happened before'}")


def selector(entry: dict[str, Any]) -> str:
    kinds = ",".join(type_name(item) for item in entry["inputs"])
    return "0x" + keccak(f"{entry['name']}({kinds})".encode())[:4].hex()


def account(name: str) -> LocalAccount:
    made: LocalAccount = Account.from_key(keccak(name.encode()))
    return made


def item_id(kind: str, who: LocalAccount) -> bytes:
    return text_hash(f"{kind} {who.address}")
