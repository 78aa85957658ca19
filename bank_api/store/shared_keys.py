"""Keys that members of the board hold in shares, and the openings that they are asked to contribute to."""

from collections.abc import Sequence

from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.moment import Moment
from bank_api.store.tables import (
    AnswersOpeningRow,
    KeyConfirmedRow,
    KeyDealRow,
    OpeningOrderRow,
    OpeningPartRow,
    OwedForgettingRow,
    SharedKeyRow,
)


class SharedKeys:
    def __init__(self, database: Database) -> None:
        self._database = database

    def standing(self) -> SharedKeyRow | None:
        """The epoch that answers are wrapped under now."""
        rows = [row for row in self._database.all(SharedKeyRow) if row.stands_at is not None]
        return max(rows, key=lambda row: (row.stands_at, row.epoch), default=None)

    def ceremony(self) -> SharedKeyRow | None:
        """The one under way: at most one is."""
        return next((row for row in self._database.all(SharedKeyRow) if row.stands_at is None), None)

    def epoch(self, key_id: str, epoch: int) -> SharedKeyRow | None:
        return self._database.get(SharedKeyRow, key_id=key_id, epoch=epoch)

    def begin(self, row: SharedKeyRow, replaced: SharedKeyRow | None) -> None:
        """In the place of a ceremony that was not ended, in one transaction."""

        def work(moment: Moment) -> None:
            if replaced is not None:
                key = {"key_id": replaced.key_id, "epoch": replaced.epoch}
                for table in (SharedKeyRow, KeyDealRow, KeyConfirmedRow):
                    statements.drop(moment, table, [key])
            statements.add(moment, SharedKeyRow, [row.model_dump()])

        self._database.write(work)

    def save(
        self,
        *rows: SharedKeyRow | KeyDealRow | KeyConfirmedRow | AnswersOpeningRow | OpeningPartRow | OpeningOrderRow,
    ) -> None:
        self._database.save(*rows)

    def deals(self, key_id: str, epoch: int) -> Sequence[KeyDealRow]:
        return self._database.all(KeyDealRow, key_id=key_id, epoch=epoch)

    def confirmed(self, key_id: str, epoch: int) -> Sequence[KeyConfirmedRow]:
        return self._database.all(KeyConfirmedRow, key_id=key_id, epoch=epoch)

    def drop_deals(self, key_id: str, epoch: int) -> None:
        """Of an epoch that another has followed: nobody's older share can be had from the bank any more."""
        key = {"key_id": key_id, "epoch": epoch}
        self._database.write(lambda moment: statements.drop(moment, KeyDealRow, [key]))

    def opening(self, opening_id: str) -> AnswersOpeningRow | None:
        return self._database.get(AnswersOpeningRow, opening_id=opening_id)

    def openings(self) -> Sequence[AnswersOpeningRow]:
        return sorted(self._database.all(AnswersOpeningRow), key=lambda row: (row.asked_at, row.opening_id))

    def parts(self, opening_id: str) -> Sequence[OpeningPartRow]:
        return sorted(self._database.all(OpeningPartRow, opening_id=opening_id), key=lambda row: row.position)

    def order(self, opening_id: str) -> OpeningOrderRow | None:
        return self._database.get(OpeningOrderRow, opening_id=opening_id)

    def drop_part(self, opening_id: str, account: str) -> None:
        key = {"opening_id": opening_id, "account": account}
        self._database.write(lambda moment: statements.drop(moment, OpeningPartRow, [key]))

    def drop_opening(self, opening_id: str) -> None:
        """It, its parts, and how it was ordered."""

        def work(moment: Moment) -> None:
            for table in (OpeningPartRow, OpeningOrderRow, AnswersOpeningRow):
                statements.drop(moment, table, [{"opening_id": opening_id}])

        self._database.write(work)

    def owe_forgetting(self, survey_id: str, account: str, now: int) -> None:
        self._database.save(OwedForgettingRow(survey_id=survey_id, account=account, owed_since=now))

    def owed_forgettings(self, survey_id: str) -> list[str]:
        return sorted(row.account for row in self._database.all(OwedForgettingRow, survey_id=survey_id))

    def settle_forgettings(self, survey_id: str, accounts: Sequence[str]) -> None:
        keys = [{"survey_id": survey_id, "account": account} for account in accounts]
        if keys:
            self._database.write(lambda moment: statements.drop(moment, OwedForgettingRow, keys))
