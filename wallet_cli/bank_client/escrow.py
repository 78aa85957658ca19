"""Document escrow: the owner's and the custodians' calls."""

from dataclasses import dataclass
from typing import Any

from bank_api.protocol.shapes import Custodian, EscrowView, OpeningView, Receipt, SealedShare
from bank_api.protocol.signed import SignedMessage
from chaincode.ids import to_hex
from chaincode.typed_data import Contribution, EscrowPolicy, OpeningRequest, ShareReceipt, Veto
from wallet_cli.bank_client.connection import read_shape, read_shapes
from wallet_cli.bank_client.session import BankSession


@dataclass(frozen=True)
class EscrowDeposit:
    """Everything an owner hands over: the policy, the sealed document and one sealed share per custodian."""

    policy: SignedMessage[EscrowPolicy]
    title: str
    document_base64: str
    commitments_base64: str
    shares: tuple[tuple[str, str], ...]
    """(custodian account, sealed share in base64)"""

    def to_json(self) -> dict[str, Any]:
        return {
            "policy": self.policy.to_json(),
            "title": self.title,
            "document_base64": self.document_base64,
            "commitments_base64": self.commitments_base64,
            "shares": [{"custodian": who, "sealed_base64": sealed} for who, sealed in self.shares],
        }


class EscrowFace:
    """Calls of owners and custodians."""

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def custodians(self) -> list[Custodian]:
        return read_shapes(Custodian, self._session.get("/v1/custodians"), "custodians", "/v1/custodians")

    def create(self, deposit: EscrowDeposit) -> Receipt:
        return self._write("/v1/escrows", deposit.to_json())

    def escrows(self) -> list[EscrowView]:
        """Escrows where I am owner or custodian."""
        return read_shapes(EscrowView, self._session.get("/v1/escrows"), "escrows", "/v1/escrows")

    def share(self, escrow_id: str) -> SealedShare:
        path = f"/v1/escrows/{escrow_id}/share"
        return read_shape(SealedShare, self._session.get(path), path)

    def acknowledge(self, receipt: SignedMessage[ShareReceipt]) -> Receipt:
        path = f"/v1/escrows/{to_hex(receipt.struct.escrow_id)}/acknowledgement"
        return self._write(path, {"receipt": receipt.to_json()})

    def request_opening(self, opening: SignedMessage[OpeningRequest], recipient_key: str, reason: str) -> Receipt:
        path = f"/v1/escrows/{to_hex(opening.struct.escrow_id)}/openings"
        return self._write(path, {"opening": opening.to_json(), "recipient_key": recipient_key, "reason": reason})

    def opening(self, opening_id: str) -> OpeningView:
        path = f"/v1/openings/{opening_id}"
        return read_shape(OpeningView, self._session.get(path), path)

    def contribute(self, contribution: SignedMessage[Contribution], sealed_base64: str) -> Receipt:
        path = f"/v1/openings/{to_hex(contribution.struct.opening_id)}/contributions"
        return self._write(path, {"contribution": contribution.to_json(), "sealed_base64": sealed_base64})

    def veto(self, veto: SignedMessage[Veto]) -> Receipt:
        path = f"/v1/openings/{to_hex(veto.struct.opening_id)}/veto"
        return self._write(path, {"veto": veto.to_json()})

    def _write(self, path: str, body: dict[str, Any]) -> Receipt:
        return read_shape(Receipt, self._session.post(path, body), path)
