"""The release key in shares: what the operator begins, and what keepers deal, confirm and contribute."""

from collections.abc import Sequence

from bank_api.protocol.shapes.shared_key import (
    AccountOpened,
    OpeningList,
    OpeningSummaries,
    OpeningSummary,
    ReleaseKeyView,
)
from bank_api.protocol.shared_key import ConfirmationBody, DealBody, PartBody
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession


class SharedKeyFace:
    def __init__(self, session: BankSession) -> None:
        self._session = session

    def state(self) -> ReleaseKeyView:
        return self._session.read(ReleaseKeyView, "/v1/release-key")

    def begin(self, key_id: str, threshold: int, dealers: Sequence[str]) -> ReleaseKeyView:
        """As the operator, in its signed order."""
        path = "/v1/release-key/ceremonies"
        body = {"key_id": key_id, "threshold": threshold, "dealers": list(dealers)}
        return read_shape(ReleaseKeyView, self._session.order(path, body), path)

    def deal(self, key_id: str, epoch: int, body: DealBody) -> ReleaseKeyView:
        path = f"/v1/release-key/ceremonies/{key_id}/{epoch}/deal"
        return read_shape(ReleaseKeyView, self._session.call("PUT", path, body.model_dump(mode="json")), path)

    def confirm(self, key_id: str, epoch: int, body: ConfirmationBody) -> ReleaseKeyView:
        path = f"/v1/release-key/ceremonies/{key_id}/{epoch}/confirmation"
        return read_shape(ReleaseKeyView, self._session.call("PUT", path, body.model_dump(mode="json")), path)

    def openings(self) -> list[OpeningSummary]:
        return self._session.read_all(OpeningSummary, "/v1/answers-openings", "openings")

    def opening(self, opening_id: str) -> OpeningList:
        return self._session.read(OpeningList, f"/v1/answers-openings/{opening_id}")

    def contribute(self, opening_id: str, body: PartBody) -> OpeningSummaries:
        path = f"/v1/answers-openings/{opening_id}/part"
        return read_shape(OpeningSummaries, self._session.call("PUT", path, body.model_dump(mode="json")), path)

    def open_account(self, opening_id: str, account: str) -> AccountOpened:
        """As the operator, in its signed order."""
        path = "/v1/answers-openings"
        return read_shape(
            AccountOpened, self._session.order(path, {"opening_id": opening_id, "account": account}), path
        )
