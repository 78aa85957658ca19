"""Promotions as partners filed them, and what the operator decided."""

from collections.abc import Sequence

from bank_api.store.database import Database
from bank_api.store.tables import PromotionRow


class Promotions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, promotion_id: str) -> PromotionRow | None:
        return self._database.get(PromotionRow, promotion_id=promotion_id)

    def every(self, **where: str) -> Sequence[PromotionRow]:
        """All, or a partner's, or those with a decision; in the order in which they were filed."""
        found = self._database.all(PromotionRow, **where)
        return sorted(found, key=lambda row: (row.filed_at, row.promotion_id))

    def save(self, row: PromotionRow) -> None:
        self._database.save(row)
