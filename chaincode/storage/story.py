"""Everything that tells what storage must be: the folded state, its events, the calldata, the addresses."""

from dataclasses import dataclass

from chaincode.deployment import Deployment
from chaincode.ids import NOBODY
from chaincode.model import State
from chaincode.storage.digests import Digests
from chaincode.storage.history import History


@dataclass(frozen=True)
class Story:
    """One chain's records."""

    state: State
    history: History
    digests: Digests
    deployment: Deployment

    def wired(self, contract: str) -> str:
        """Return the address of a contract that another was told of; nobody's if the bank has none."""
        return self.deployment.address(contract) if contract in self.deployment.contracts else NOBODY
