"""Documents that the ledger knows only by hash: surveys, requests, releases, coupon classes, redemption offers."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from bank_api.store.database import Database
from bank_api.store.tables import (
    CouponClassRow,
    DrawRow,
    RedemptionRow,
    ReleaseHistoryRow,
    ReleaseRow,
    RequestRow,
    SurveyRow,
)

Kept = SurveyRow | RequestRow | ReleaseRow | ReleaseHistoryRow | CouponClassRow | RedemptionRow | DrawRow


class Catalog:
    def __init__(self, database: Database) -> None:
        self._database = database

    def save(
        self, *rows: SurveyRow | RequestRow | ReleaseRow | CouponClassRow | RedemptionRow | DrawRow | ReleaseHistoryRow
    ) -> None:
        """Add, or overwrite the rows of the same ids: all of them, or none."""

        def work(session: Session) -> None:
            for row in rows:
                session.merge(row)

        self._database.write(work)

    def survey(self, survey_id: str) -> SurveyRow | None:
        with self._database.session() as session:
            return session.get(SurveyRow, survey_id)

    def surveys(self) -> Sequence[SurveyRow]:
        with self._database.session() as session:
            return session.exec(select(SurveyRow)).all()

    def request(self, request_id: str) -> RequestRow | None:
        with self._database.session() as session:
            return session.get(RequestRow, request_id)

    def requests(self, partner: str | None = None) -> Sequence[RequestRow]:
        query = select(RequestRow) if partner is None else select(RequestRow).where(RequestRow.partner == partner)
        with self._database.session() as session:
            return session.exec(query).all()

    def release(self, release_id: str, payload_root: str | None = None) -> ReleaseRow | None:
        """The making with this root, or the last one made."""
        query = select(ReleaseRow).where(ReleaseRow.release_id == release_id)
        if payload_root is not None:
            query = query.where(ReleaseRow.payload_root == payload_root)
        with self._database.session() as session:
            return session.exec(query.order_by(col(ReleaseRow.making).desc())).first()

    def release_history(self, survey_id: str) -> ReleaseHistoryRow | None:
        with self._database.session() as session:
            return session.get(ReleaseHistoryRow, survey_id)

    def surveys_with_history(self) -> list[str]:
        """Ids of surveys over which a release of sensitive answers was made."""
        with self._database.session() as session:
            return list(session.exec(select(ReleaseHistoryRow.survey_id).order_by(ReleaseHistoryRow.survey_id)))

    def drop_release(self, release_id: str, payload_root: str) -> None:
        def work(session: Session) -> None:
            row = session.get(ReleaseRow, (release_id, payload_root))
            if row is not None:
                session.delete(row)

        self._database.write(work)

    def coupon_class(self, class_id: str) -> CouponClassRow | None:
        with self._database.session() as session:
            return session.get(CouponClassRow, class_id)

    def coupon_classes(self) -> Sequence[CouponClassRow]:
        with self._database.session() as session:
            return session.exec(select(CouponClassRow)).all()

    def redemption(self, redemption_id: str) -> RedemptionRow | None:
        with self._database.session() as session:
            return session.get(RedemptionRow, redemption_id)

    def redemptions_of(self, shop: str) -> Sequence[RedemptionRow]:
        with self._database.session() as session:
            return session.exec(select(RedemptionRow).where(RedemptionRow.shop == shop)).all()

    def draw(self, draw_id: str) -> DrawRow | None:
        with self._database.session() as session:
            return session.get(DrawRow, draw_id)

    def draws(self) -> dict[str, DrawRow]:
        """Every draw's words, by its id."""
        with self._database.session() as session:
            return {row.draw_id: row for row in session.exec(select(DrawRow)).all()}
