"""Calls of a partner, its shops, and the board that decides on its requests."""

from typing import Any

from bank_api.protocol.shapes import (
    Receipt,
    RedemptionOffered,
    ReleasePayload,
    ReleaseView,
    RequestView,
    ShopRedemption,
)
from bank_api.protocol.signed import SignedMessage
from chaincode.ids import to_hex
from chaincode.typed_data import Acknowledgement, CouponClass, DataRequest, Decision, Redemption
from wallet_cli.bank_client.connection import read_shape, read_shapes
from wallet_cli.bank_client.session import BankSession


class PartnerFace:
    """Requests, releases and coupons of one company."""

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def file_request(self, request: SignedMessage[DataRequest], items: list[str], description: str) -> Receipt:
        """`items` are the question keys that the signed mask stands for."""
        body = {"request": request.to_json(), "items": items, "description": description}
        return read_shape(Receipt, self._session.post("/v1/requests", body), "/v1/requests")

    def requests(self) -> list[RequestView]:
        return read_shapes(RequestView, self._session.get("/v1/requests"), "requests", "/v1/requests")

    def releases(self) -> list[ReleaseView]:
        return read_shapes(ReleaseView, self._session.get("/v1/releases"), "releases", "/v1/releases")

    def payload(self, release_id: str) -> ReleasePayload:
        path = f"/v1/releases/{release_id}/payload"
        return read_shape(ReleasePayload, self._session.get(path), path)

    def acknowledge(self, acknowledgement: SignedMessage[Acknowledgement]) -> Receipt:
        path = f"/v1/releases/{to_hex(acknowledgement.struct.release_id)}/acknowledgement"
        body = {"acknowledgement": acknowledgement.to_json()}
        return read_shape(Receipt, self._session.post(path, body), path)

    def publish_coupon(self, coupon_class: SignedMessage[CouponClass], description: str) -> Receipt:
        body = {"coupon_class": coupon_class.to_json(), "description": description}
        return read_shape(Receipt, self._session.post("/v1/coupon-classes", body), "/v1/coupon-classes")

    def summary(self) -> dict[str, Any]:
        return self._session.get("/v1/partner/summary")


class ShopFace:
    """The till: offers a redemption and sees which were redeemed, never by whom."""

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def offer_redemption(self, redemption: SignedMessage[Redemption]) -> RedemptionOffered:
        body = {"redemption": redemption.to_json()}
        return read_shape(RedemptionOffered, self._session.post("/v1/redemptions", body), "/v1/redemptions")

    def redemptions(self) -> list[ShopRedemption]:
        path = "/v1/shop/redemptions"
        return read_shapes(ShopRedemption, self._session.get(path), "redemptions", path)


class BoardFace:
    """The data ethics board: every request, and a signed decision on each."""

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def requests(self) -> list[RequestView]:
        return read_shapes(RequestView, self._session.get("/v1/requests"), "requests", "/v1/requests")

    def decide(self, decision: SignedMessage[Decision], note: str) -> Receipt:
        path = f"/v1/requests/{to_hex(decision.struct.request_id)}/decision"
        body = {"decision": decision.to_json(), "note": note}
        return read_shape(Receipt, self._session.post(path, body), path)
