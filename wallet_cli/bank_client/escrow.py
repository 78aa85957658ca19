"""Document escrow: the owner's and the custodians' calls."""

from bank_api.protocol.shapes.escrows import Custodian, EscrowView, OpeningView, SealedShare
from wallet_cli.bank_client.connection import read_shape, read_shapes
from wallet_cli.bank_client.session import BankSession


class EscrowFace:
    """Calls of owners and custodians."""

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def custodians(self) -> list[Custodian]:
        return read_shapes(Custodian, self._session.get("/v1/custodians"), "custodians", "/v1/custodians")

    def escrows(self) -> list[EscrowView]:
        """Escrows where I am owner or custodian."""
        return read_shapes(EscrowView, self._session.get("/v1/escrows"), "escrows", "/v1/escrows")

    def share(self, escrow_id: str) -> SealedShare:
        path = f"/v1/escrows/{escrow_id}/share"
        return read_shape(SealedShare, self._session.get(path), path)

    def opening(self, opening_id: str) -> OpeningView:
        path = f"/v1/openings/{opening_id}"
        return read_shape(OpeningView, self._session.get(path), path)
