"""Document escrow: the owner's and the custodians' calls."""

from bank_api.protocol.shapes.escrows import Custodian, EscrowView, OpeningView, SealedShare
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession


class EscrowFace:
    """Calls of owners and custodians."""

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def custodians(self) -> list[Custodian]:
        return self._session.read_all(Custodian, "/v1/custodians", "custodians")

    def escrows(self) -> list[EscrowView]:
        """Escrows where I am owner or custodian."""
        return self._session.read_all(EscrowView, "/v1/escrows", "escrows")

    def share(self, escrow_id: str) -> SealedShare:
        return self._session.read(SealedShare, f"/v1/escrows/{escrow_id}/share")

    def refuse(self, opening_id: str, reason: str) -> OpeningView:
        """As a custodian: no contribution of mine, and why."""
        path = f"/v1/openings/{opening_id}/refusal"
        return read_shape(OpeningView, self._session.post(path, {"reason": reason}), path)

    def opening(self, opening_id: str) -> OpeningView:
        return self._session.read(OpeningView, f"/v1/openings/{opening_id}")
