"""Who signed what several must sign: read back from the transaction that carried the words to a contract.

The contracts count such signatures and record that there were enough, not whose they were. Nobody can be added here who
did not sign, and nobody left out: the contract took exactly these signatures.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from eth_abi.abi import decode as abi_decode
from eth_abi.exceptions import DecodingError

from chaincode.abi import ContractAbi, normal
from chaincode.acts import ACT_OF
from chaincode.deployment import Deployment
from chaincode.errors import DeploymentError, MessageError
from chaincode.events import Event, KeyRotated, RequestFiled
from chaincode.typed_data import (
    Appointment,
    ApprovalRevocation,
    CoinIssue,
    Decision,
    Quota,
    Recovery,
    Seat,
    SignedStruct,
    recover,
)
from chaincode.typed_data.eip712 import layout
from chaincode.typed_data.structs import REVOCATION_STATEMENT

Went = tuple[str, bytes]
"""To which address, with which calldata."""


class Joint(NamedTuple):
    """A function that takes words and, as its last argument, the signatures of all who approve."""

    function: str
    words: type[SignedStruct]


JOINT = (
    Joint("seat", Seat),
    Joint("appoint", Appointment),
    Joint("recover", Recovery),
    Joint("set_quota", Quota),
    Joint("approve_issue", CoinIssue),
    Joint("decide_together", Decision),
    Joint("revoke_together", ApprovalRevocation),
)


STATEMENTS: Mapping[type[SignedStruct], str] = {ApprovalRevocation: REVOCATION_STATEMENT}
"""What the words say that does not travel: the contract puts it in."""


@dataclass(frozen=True)
class Approved:
    """Words, and the signatures under them with the keys that made them, in the order of the contract."""

    words: SignedStruct
    signatures: tuple[bytes, ...]
    keys: tuple[str, ...]


def approved(deployment: Deployment, to: str, data: bytes, digests: Mapping[bytes, bytes]) -> Approved | None:
    """What a transaction carried to an address; None if it is no call of such a function, or cannot be read.

    `digests` are the requests' by id: who decides of a request signs its digest, which does not travel.
    """
    for joint in JOINT:
        contract = deployment.contracts.get(joint.words.CONTRACT)
        if contract is None or contract.address != to:
            continue
        try:
            function = ContractAbi(contract).function(joint.function)
            if data[:4] != function.selector:
                continue
            first, *_, last = abi_decode(function.inputs, data[4:], strict=False)
            words = _words(joint.words, normal(first, function.inputs[0]), digests)
            signatures = tuple(bytes(r) + bytes(s) + bytes([v]) for r, s, v in last)
            return Approved(words, signatures, tuple(recover(words, deployment, one) for one in signatures))
        except (DeploymentError, DecodingError, MessageError, OverflowError, ValueError, KeyError):
            return None
    return None


def _words(kind: type[SignedStruct], values: Iterable[Any], digests: Mapping[bytes, bytes]) -> SignedStruct:
    """Raises KeyError for a decision about a request that nobody knows."""
    known = ACT_OF[kind].known
    said = dict(zip((name for name, _, _ in layout(kind).fields if name not in known), values, strict=True))
    if "request_digest" in known:
        said["request_digest"] = digests[said["request_id"]]
    if "statement" in known:
        said["statement"] = STATEMENTS[kind]
    return kind(**said)


class Signers:
    """Who signed what became of an event: for whoever has the whole chain, its events and what was sent."""

    def __init__(self, deployment: Deployment, events: Iterable[Event], sent: Mapping[bytes, Went]) -> None:
        self._deployment, self._sent = deployment, sent
        self._digests: dict[bytes, bytes] = {}
        self._accounts: dict[str, str] = {}
        for event in events:
            if isinstance(event, RequestFiled):
                self._digests[event.request_id] = event.digest
            elif isinstance(event, KeyRotated):
                self._accounts[event.new_key] = event.account

    def of(self, event: Event) -> tuple[str, ...]:
        """The accounts, in the contract's order; nobody for what is not signed together."""
        sent = self._sent.get(event.position.transaction_hash) if event.position else None
        found = approved(self._deployment, *sent, self._digests) if sent else None
        return tuple(self._accounts.get(key, key) for key in found.keys) if found else ()
