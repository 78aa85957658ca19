"""Lost keys over the bank: guardians or the operator carry a recovery, anybody completes it."""

from bank_api.protocol.recovery import RecoveryBody
from bank_api.protocol.shapes.receipts import KeyReceipt
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession


class RecoveryFace:
    """What a recovery needs of the bank; its veto is an act like others (`client.send`)."""

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def begin(self, body: RecoveryBody) -> KeyReceipt:
        """With the approvals of enough guardians, in the name of whoever is logged in."""
        path = "/v1/recoveries"
        return read_shape(KeyReceipt, self._session.post(path, body.model_dump(mode="json")), path)

    def propose(self, body: RecoveryBody) -> KeyReceipt:
        """Operator, with the approvals of a majority of the board."""
        path = "/v1/operator/recoveries"
        return read_shape(KeyReceipt, self._session.order(path, body.model_dump(mode="json")), path)

    def complete(self, recovery_id: str, body: RecoveryBody) -> KeyReceipt:
        """Once the waiting time is over. Needs no login: the new key has none yet."""
        path = f"/v1/recoveries/{recovery_id}/completion"
        document = self._session.connection.call("POST", path, body=body.model_dump(mode="json"))
        return read_shape(KeyReceipt, document, path)
