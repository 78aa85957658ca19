"""A member's calls: join, answer, consent, coins, coupons, export."""

from bank_api.protocol.shapes.coupons import Coupon, RedemptionView
from bank_api.protocol.shapes.member import Me, Passbook, StoredDocument
from bank_api.protocol.shapes.releases import ReleaseView
from bank_api.protocol.shapes.requests import ConsentView, OpenRequest
from bank_api.protocol.shapes.surveys import StoredAnswer
from wallet_cli.bank_client.connection import read_shape, read_shapes
from wallet_cli.bank_client.session import BankSession


class MemberFace:
    """Joining needs an invitation and no login; everything else logs in when first called."""

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def me(self) -> Me:
        return read_shape(Me, self._session.get("/v1/me"), "/v1/me")

    def answers(self) -> list[StoredAnswer]:
        return read_shapes(StoredAnswer, self._session.get("/v1/me/answers"), "answers", "/v1/me/answers")

    def documents(self) -> list[StoredDocument]:
        path = "/v1/me/documents"
        return read_shapes(StoredDocument, self._session.get(path), "documents", path)

    def requests(self, language: str = "ja") -> list[OpenRequest]:
        """Approved requests that ask this member for consent, each with its notice in `ja` or `en`."""
        path = f"/v1/me/requests?language={language}"
        return read_shapes(OpenRequest, self._session.get(path), "requests", path)

    def consents(self) -> list[ConsentView]:
        path = "/v1/me/consents"
        return read_shapes(ConsentView, self._session.get(path), "consents", path)

    def passbook(self) -> Passbook:
        return read_shape(Passbook, self._session.get("/v1/me/passbook"), "/v1/me/passbook")

    def coupons(self) -> list[Coupon]:
        return read_shapes(Coupon, self._session.get("/v1/me/coupons"), "coupons", "/v1/me/coupons")

    def redemption(self, redemption_id: str) -> RedemptionView:
        path = f"/v1/redemptions/{redemption_id}"
        return read_shape(RedemptionView, self._session.get(path), path)

    def releases(self) -> list[ReleaseView]:
        """Releases my consents went into."""
        path = "/v1/me/releases"
        return read_shapes(ReleaseView, self._session.get(path), "releases", path)
