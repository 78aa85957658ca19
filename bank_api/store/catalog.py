"""Documents that the ledger knows only by hash: surveys, requests, releases, coupon classes, redemption offers."""

from collections.abc import Sequence

from sqlalchemy import select

from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.moment import Moment
from bank_api.store.tables import (
    CouponClassRow,
    DrawerRow,
    DrawRow,
    RedemptionRow,
    ReleaseHistoryRow,
    ReleaseRow,
    RequestRow,
    SurveyRow,
)

_HISTORY = statements.columns(ReleaseHistoryRow)
_WITH_HISTORY = select(_HISTORY["survey_id"]).order_by(_HISTORY["survey_id"])

Kept = SurveyRow | RequestRow | ReleaseRow | ReleaseHistoryRow | CouponClassRow | RedemptionRow | DrawRow | DrawerRow


class Catalog:
    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, *rows: Kept) -> None:
        """Add, or overwrite the rows of the same ids: all of them, or none."""
        self._database.save(*rows)

    def survey(self, survey_id: str) -> SurveyRow | None:
        return self._database.get(SurveyRow, survey_id=survey_id)

    def surveys(self) -> Sequence[SurveyRow]:
        return self._database.all(SurveyRow)

    def request(self, request_id: str) -> RequestRow | None:
        return self._database.get(RequestRow, request_id=request_id)

    def requests(self, partner: str | None = None) -> Sequence[RequestRow]:
        return self._database.all(RequestRow, **({} if partner is None else {"partner": partner}))

    def release(self, release_id: str, payload_root: str | None = None) -> ReleaseRow | None:
        """The making with this root, or the last one made."""
        root = {} if payload_root is None else {"payload_root": payload_root}
        makings = self._database.all(ReleaseRow, release_id=release_id, **root)
        return max(makings, key=lambda row: row.making, default=None)

    def release_history(self, survey_id: str) -> ReleaseHistoryRow | None:
        return self._database.get(ReleaseHistoryRow, survey_id=survey_id)

    def surveys_with_history(self) -> list[str]:
        """Ids of surveys over which a release of sensitive answers was made."""
        with self._database.reading() as moment:
            return moment.scalars(_WITH_HISTORY)

    def drop_release(self, release_id: str, payload_root: str) -> None:
        def work(moment: Moment) -> None:
            statements.drop(moment, ReleaseRow, [{"release_id": release_id, "payload_root": payload_root}])

        self._database.write(work)

    def coupon_class(self, class_id: str) -> CouponClassRow | None:
        return self._database.get(CouponClassRow, class_id=class_id)

    def coupon_classes(self) -> Sequence[CouponClassRow]:
        return self._database.all(CouponClassRow)

    def redemption(self, redemption_id: str) -> RedemptionRow | None:
        return self._database.get(RedemptionRow, redemption_id=redemption_id)

    def redemptions_of(self, shop: str) -> Sequence[RedemptionRow]:
        return self._database.all(RedemptionRow, shop=shop)

    def draw(self, draw_id: str) -> DrawRow | None:
        return self._database.get(DrawRow, draw_id=draw_id)

    def draws(self) -> dict[str, DrawRow]:
        """Every draw's words, by its id."""
        return {row.draw_id: row for row in self._database.all(DrawRow)}

    def drawers(self, draw_id: str) -> dict[str, str]:
        """The keys of a draw's drawers, by account."""
        return {row.account: row.encryption_key for row in self._database.all(DrawerRow, draw_id=draw_id)}
