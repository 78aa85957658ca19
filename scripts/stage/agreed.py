"""A ledger held to what all of its validators say, where no block has a header that proves anything to a wallet."""

from collections.abc import Sequence

from web3 import Web3

from bank_api.protocol.shapes.bank import BankInfo
from bank_api.protocol.shapes.proofs import LedgerProof
from chaincode.node import Node
from chaincode.provider import NodeProvider
from ledger.sealed_header import SealedHeader
from scripts.engines.nodes import EngineFailedError, EngineProcess
from wallet_cli.pins import Pins
from wallet_cli.proven import ProvenLedger


class _Nothing:
    """No proofs are asked for."""

    def _nothing(self, *_: object) -> LedgerProof:
        return LedgerProof(header="", proof={})

    account = escrow = opening = slots = terms = _nothing


class AgreedLedger(ProvenLedger):
    """Asks all living validators for the contract's storage, past the bank. Raises EngineFailedError if two differ."""

    def __init__(self, bank: BankInfo, nodes: Sequence[EngineProcess]) -> None:
        contracts = {name: str(one["address"]) for name, one in bank.deployment["contracts"].items()}
        super().__init__(_Nothing(), Pins(bank.chain_id, "", (), str(bank.deployment["operator"]), contracts))
        self._nodes = [(one, Node(Web3(NodeProvider(one.url)))) for one in nodes]
        """Not by their own handles, which are for one thread: everybody asks at once."""

    def check(self, shown: LedgerProof, contract: str, slots: Sequence[int]) -> tuple[SealedHeader, list[int]]:
        living = [node for process, node in self._nodes if process.is_alive()]
        number = min(node.block_number() for node in living)
        said = {tuple(self._values(node, contract, slots, number)) for node in living}
        if len(said) != 1:
            raise EngineFailedError(f"validators differ over the {contract} contract in block {number}")
        time = living[0].block_timestamp(number)
        return SealedHeader(b"", number, time, b"", b"", b"", 0, (), None), list(said.pop())

    def _values(self, node: Node, contract: str, slots: Sequence[int], block: int) -> list[int]:
        address = self._pins.contracts[contract]
        return [int(str(node.request("eth_getStorageAt", address, hex(slot), hex(block))), 16) for slot in slots]
