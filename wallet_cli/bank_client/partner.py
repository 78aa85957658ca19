"""Calls of a partner, its shops, and the board that decides on its requests."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bank_api.protocol.quota import IssueBody, QuotaBody
from bank_api.protocol.seat import SeatBody
from bank_api.protocol.shapes.coupons import RedemptionOffered, ShopRedemption
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.protocol.shapes.releases import Expectation, ReleasePayload, ReleaseView
from bank_api.protocol.shapes.requests import RequestView
from bank_api.protocol.shapes.statements import Statement
from bank_api.protocol.shapes.summaries import PartnerSummary
from wallet_cli.bank_client.connection import read_shape
from wallet_cli.bank_client.session import BankSession
from wallet_cli.errors import BankUnreachableError

if TYPE_CHECKING:
    from chaincode.typed_data import Redemption, Signed


class PartnerFace:
    """Requests, releases and coupons of one company."""

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def requests(self) -> list[RequestView]:
        return self._session.read_all(RequestView, "/v1/requests", "requests")

    def request(self, request_id: str) -> RequestView:
        """One of them, with what the series of its sensitive answers began with."""
        return self._session.read(RequestView, f"/v1/requests/{request_id}")

    def releases(self) -> list[ReleaseView]:
        return self._session.read_all(ReleaseView, "/v1/releases", "releases")

    def payload(self, release_id: str) -> ReleasePayload:
        return self._session.read(ReleasePayload, f"/v1/releases/{release_id}/payload")

    def sealed(self, release_id: str, part: Path) -> bytes:
        """The sealed payload's bytes; `part` keeps what has come, so that a broken line costs nothing twice."""
        return self._session.fetch(f"/v1/releases/{release_id}/sealed", part)

    def statement(self, since: int, until: int) -> Statement:
        """From one moment to another, unix seconds."""
        return self._session.read(Statement, f"/v1/partner/statement?since={since}&until={until}")

    def expectation(self, request_id: str, epsilon: float | None = None, crossed: Sequence[str] = ()) -> Expectation:
        """What a release for a request of mine would be like now; each of `crossed` names two questions, as in a,b."""
        asked = ([("epsilon", str(epsilon))] if epsilon is not None else []) + [("crossed", pair) for pair in crossed]
        query = f"?{urlencode(asked)}" if asked else ""
        return self._session.read(Expectation, f"/v1/requests/{request_id}/expectation{query}")

    def summary(self) -> PartnerSummary:
        return self._session.read(PartnerSummary, "/v1/partner/summary")


NONE_YET = "none"
"""No redemption has this id: all are told after it."""


class ShopFace:
    """The till: offers a redemption and sees which were redeemed, never by whom."""

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def offer_redemption(self, redemption: "Signed[Redemption]") -> RedemptionOffered:
        body = {"redemption": redemption.to_json()}
        return read_shape(RedemptionOffered, self._session.post("/v1/redemptions", body), "/v1/redemptions")

    def cancel(self, redemption_id: str) -> RedemptionOffered:
        """Take an offer back that nobody has signed."""
        path = f"/v1/redemptions/{redemption_id}/cancellation"
        return read_shape(RedemptionOffered, self._session.post(path, {}), path)

    def redemptions(self) -> list[ShopRedemption]:
        return self._session.read_all(ShopRedemption, "/v1/shop/redemptions", "redemptions")

    def watch(self, ready: Callable[[], None]) -> Iterator[ShopRedemption]:
        """Each redemption from now on as it comes, without end; `ready` is called once "now" is settled."""
        used = sorted((one.block_number, one.redemption_id) for one in self.redemptions() if one.block_number)
        path, last = "/v1/shop/redemptions/stream", used[-1][1] if used else NONE_YET
        ready()
        while True:
            with suppress(BankUnreachableError):  # a bank that restarts drops the line
                for event_id, document in self._session.connection.listen(path, self._session.login().token, last):
                    last = event_id
                    yield read_shape(ShopRedemption, document, path)
            self.redemptions()  # patient, and logs in again where the token has ended


class BoardFace:
    """The data ethics board: every request, and a signed decision on each."""

    def __init__(self, session: BankSession) -> None:
        self._session = session

    def requests(self) -> list[RequestView]:
        return self._session.read_all(RequestView, "/v1/requests", "requests")

    def request(self, request_id: str) -> RequestView:
        """One of them, with what the series of its sensitive answers began with."""
        return self._session.read(RequestView, f"/v1/requests/{request_id}")

    def releases(self) -> list[ReleaseView]:
        return self._session.read_all(ReleaseView, "/v1/releases", "releases")

    def seat(self, body: SeatBody) -> Receipt:
        """With the approvals of a majority, in the name of whoever is logged in."""
        return read_shape(Receipt, self._session.post("/v1/seats", body.model_dump(mode="json")), "/v1/seats")

    def set_quota(self, body: QuotaBody) -> Receipt:
        """With the approvals of a majority, in the name of whoever is logged in."""
        return read_shape(Receipt, self._session.post("/v1/quotas", body.model_dump(mode="json")), "/v1/quotas")

    def approve_issue(self, body: IssueBody) -> Receipt:
        """As `set_quota`."""
        return read_shape(Receipt, self._session.post("/v1/issues", body.model_dump(mode="json")), "/v1/issues")
