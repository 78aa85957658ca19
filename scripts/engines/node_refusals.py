"""What nodes word each in its way and the faces must make one of: reverts, empty gas, used nonces; and the counts."""

from __future__ import annotations

from dataclasses import dataclass

from chaincode.abi import ContractAbi
from chaincode.ids import to_hex
from chaincode.transactor import Transactor

from .teller import WAIT_SECONDS, Teller


@dataclass(frozen=True)
class SealedTransaction:
    """One of the operator's transactions, as the chain has it."""

    nonce: int
    succeeded: bool
    gas_used: int


def go_wrong(teller: Teller) -> None:
    """A view, an estimate, a sealed transaction, its gas and its nonce go wrong, one after the other."""
    membership = teller.deployment.contract("membership")
    suspend = ContractAbi(membership).function("suspend", 2)
    unknown = suspend.encode((teller.address("stranger"), teller.id("my reason")))
    node, where, operator = teller.bank.node, membership.address, teller.send.address
    teller.refused("call", lambda: node.call(where, unknown, operator))
    teller.refused("estimate", lambda: node.estimate_gas(where, unknown, operator))
    teller.refused("no such function", lambda: node.call(where, bytes.fromhex("12345678"), operator))
    teller.refused("sealed refusal", lambda: teller.send.send(where, unknown))
    enough = suspend.encode((teller.address("mei"), teller.id("my reason")))
    teller.refused("out of gas", lambda: teller.send.send(where, enough, gas=30_000))
    other = Transactor(teller.w3, teller.operator, timeout_seconds=WAIT_SECONDS)
    mei, reason = teller.address("mei"), teller.id("my reason")
    teller.note("suspend from another process", teller.bank.membership.suspend(other, mei, reason))
    teller.note("suspend once more", teller.bank.membership.suspend(teller.send, mei, reason))
    teller.note("reinstate on a used nonce", teller.bank.membership.reinstate(teller.send, mei, reason))


def sealed(teller: Teller) -> tuple[int, list[SealedTransaction]]:
    """Return how many blocks the story took, and the operator's transactions by nonce."""
    node, operator = teller.bank.node, teller.send.address.lower()
    first, last = teller.deployment.start_block, node.block_number()
    found = []
    for number in range(first, last + 1):
        for entry in node.request("eth_getBlockByNumber", hex(number), True)["transactions"]:
            if entry["from"].lower() == operator:
                receipt = node.receipt(bytes.fromhex(entry["hash"][2:]))
                if receipt is None:
                    raise ValueError(f"block {number} holds {to_hex(bytes.fromhex(entry['hash'][2:]))} without receipt")
                found.append(SealedTransaction(int(entry["nonce"], 16), receipt.succeeded, receipt.gas_used))
    return last - first + 1, sorted(found, key=lambda one: one.nonce)
