"""A member's calls: join, answer, consent, coins, coupons, export."""

from bank_api.protocol.shapes.coupons import Coupon, RedemptionView
from bank_api.protocol.shapes.member import Me, Passbook, StoredDocument
from bank_api.protocol.shapes.places import PlaceChoice, PlaceMoved, PlaceView
from bank_api.protocol.shapes.releases import PrivacyBudget, ReleaseView, StatisticsView
from bank_api.protocol.shapes.requests import ConsentView, OpenRequest
from bank_api.protocol.shapes.rows import RowPreview
from bank_api.protocol.shapes.surveys import StoredAnswer
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession


class MemberFace:
    """Joining needs an invitation and no login; everything else logs in when first called."""

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def me(self) -> Me:
        return self._session.read(Me, "/v1/me")

    def answers(self) -> list[StoredAnswer]:
        return self._session.read_all(StoredAnswer, "/v1/me/answers", "answers")

    def documents(self) -> list[StoredDocument]:
        return self._session.read_all(StoredDocument, "/v1/me/documents", "documents")

    def place(self) -> PlaceView:
        """Where my documents rest."""
        return self._session.read(PlaceView, "/v1/me/place")

    def move_to(self, choice: PlaceChoice) -> PlaceMoved:
        path = "/v1/me/place"
        return read_shape(PlaceMoved, self._session.call("PUT", path, choice.model_dump()), path)

    def stay(self) -> PlaceView:
        """Give up a move that was not ended."""
        path = "/v1/me/place/move"
        return read_shape(PlaceView, self._session.call("DELETE", path), path)

    def requests(self, language: str = "ja") -> list[OpenRequest]:
        """Approved requests that ask this member for consent, each with its notice in `ja` or `en`."""
        return self._session.read_all(OpenRequest, f"/v1/me/requests?language={language}", "requests")

    def consents(self) -> list[ConsentView]:
        return self._session.read_all(ConsentView, "/v1/me/consents", "consents")

    def passbook(self) -> Passbook:
        return self._session.read(Passbook, "/v1/me/passbook")

    def coupons(self) -> list[Coupon]:
        return self._session.read_all(Coupon, "/v1/me/coupons", "coupons")

    def redemption(self, redemption_id: str) -> RedemptionView:
        return self._session.read(RedemptionView, f"/v1/redemptions/{redemption_id}")

    def releases(self) -> list[ReleaseView]:
        """Releases my consents went into."""
        return self._session.read_all(ReleaseView, "/v1/me/releases", "releases")

    def preview(self, request_id: str) -> RowPreview:
        """My row as the partner would see it."""
        return self._session.read(RowPreview, f"/v1/me/requests/{request_id}/preview")

    def statistics(self, release_id: str) -> StatisticsView:
        """The figures of a release that my answer went into."""
        return self._session.read(StatisticsView, f"/v1/me/releases/{release_id}/statistics")

    def budget(self, partner: str | None = None) -> PrivacyBudget:
        """What statistics may still tell of me, to one partner or to all."""
        return self._session.read(PrivacyBudget, "/v1/me/budget" + ("" if partner is None else f"?partner={partner}"))
