"""What somebody asks of the bank concerning themselves."""

from bank_api.protocol.erasure import ErasureBody
from bank_api.protocol.preference import PreferenceBody
from bank_api.protocol.rights import RightAnswerBody, RightBody
from bank_api.protocol.shapes.erasure import Erased, ErasurePlan
from bank_api.protocol.shapes.preferences import PreferenceView
from bank_api.protocol.shapes.rights import RightView
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession


class RightsFace:
    def __init__(self, session: BankSession) -> None:
        self._session = session

    def erasure_plan(self) -> ErasurePlan:
        return self._session.read(ErasurePlan, "/v1/me/erasure")

    def erase(self, body: ErasureBody) -> Erased:
        """Nobody can undo it; the same again goes on where something died."""
        path = "/v1/me/erasure"
        return read_shape(Erased, self._session.post(path, body.model_dump(mode="json")), path)

    def ask(self, body: RightBody) -> RightView:
        return read_shape(RightView, self._session.post("/v1/me/rights", body.model_dump()), "/v1/me/rights")

    def mine(self) -> list[RightView]:
        return self._session.read_all(RightView, "/v1/me/rights", "requests")

    def preferences(self) -> list[PreferenceView]:
        """Of every company, in the order of their names."""
        return self._session.read_all(PreferenceView, "/v1/me/preferences", "preferences")

    def prefer(self, partner: str, body: PreferenceBody) -> PreferenceView:
        path = f"/v1/me/preferences/{partner}"
        return read_shape(PreferenceView, self._session.call("PUT", path, body.model_dump(mode="json")), path)

    def to_answer(self, answered: bool = False) -> list[RightView]:
        """Operator."""
        path = "/v1/operator/rights?answered=true" if answered else "/v1/operator/rights"
        return self._session.read_all(RightView, path, "requests")

    def answer(self, request_id: str, body: RightAnswerBody) -> RightView:
        """Operator, by an order."""
        path = f"/v1/operator/rights/{request_id}/answer"
        return read_shape(RightView, self._session.order(path, body.model_dump()), path)
