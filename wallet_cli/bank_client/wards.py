"""Delegations: who may act for me, for whom I may, what was done in my name; and the board's guardians."""

from bank_api.protocol.appointment import AppointmentBody
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.shapes.wards import Delegations
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession


class WardsFace:
    def __init__(self, session: BankSession) -> None:
        self._session = session

    def delegations(self) -> Delegations:
        return self._session.read(Delegations, "/v1/me/delegations")

    def appoint(self, body: AppointmentBody) -> Receipt:
        """Operator, with the approvals of a majority of the board."""
        path = "/v1/operator/appointments"
        return read_shape(Receipt, self._session.order(path, body.model_dump(mode="json")), path)
