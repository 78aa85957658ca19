"""What a login brings to a prize draw besides what it signs: parts of the secret, and the coins back."""

from collections.abc import Mapping

from bank_api.protocol.shapes.draws import Refunds
from bank_api.protocol.shapes.receipts import Receipt
from chaincode.ids import to_hex
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession


class DrawsFace:
    def __init__(self, session: BankSession) -> None:
        self._session = session

    def show_parts(self, draw_id: str, secrets: Mapping[int, bytes]) -> Receipt:
        path = f"/v1/draws/{draw_id}/parts"
        rows = [{"part": part, "secret": to_hex(secret)} for part, secret in secrets.items()]
        return read_shape(Receipt, self._session.post(path, {"parts": rows}), path)

    def refund(self, draw_id: str) -> Refunds:
        path = f"/v1/draws/{draw_id}/refunds"
        return read_shape(Refunds, self._session.post(path, {}), path)
