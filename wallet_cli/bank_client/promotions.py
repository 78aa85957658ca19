"""Promotions: what a partner files and withdraws, and what the operator decides."""

from bank_api.protocol.promotion import PromotionBody
from bank_api.protocol.shapes.promotions import PromotionState
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession


class PromotionsFace:
    def __init__(self, session: BankSession) -> None:
        self._session = session

    def file(self, body: PromotionBody) -> PromotionState:
        """Partner."""
        path = "/v1/promotions"
        return read_shape(PromotionState, self._session.post(path, body.model_dump()), path)

    def mine(self) -> list[PromotionState]:
        """Partner."""
        return self._session.read_all(PromotionState, "/v1/partner/promotions", "promotions")

    def withdraw(self, promotion_id: str) -> PromotionState:
        """Partner."""
        path = f"/v1/promotions/{promotion_id}/withdrawal"
        return read_shape(PromotionState, self._session.post(path, {}), path)

    def every(self) -> list[PromotionState]:
        """Operator."""
        return self._session.read_all(PromotionState, "/v1/operator/promotions", "promotions")

    def approve(self, promotion_id: str) -> PromotionState:
        """Operator, by an order."""
        path = f"/v1/operator/promotions/{promotion_id}/approval"
        return read_shape(PromotionState, self._session.order(path, {}), path)

    def refuse(self, promotion_id: str, reason: str) -> PromotionState:
        """Operator, by an order."""
        path = f"/v1/operator/promotions/{promotion_id}/refusal"
        return read_shape(PromotionState, self._session.order(path, {"reason": reason}), path)
