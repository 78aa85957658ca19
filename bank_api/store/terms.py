"""Every version of the terms of membership, by its hash."""

from collections.abc import Sequence

from bank_api.store.database import Database
from bank_api.store.tables import TermsRow


class TermsTexts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, terms_hash: str) -> TermsRow | None:
        return self._database.get(TermsRow, terms_hash=terms_hash)

    def all(self) -> Sequence[TermsRow]:
        return self._database.all(TermsRow)

    def save(self, row: TermsRow) -> None:
        self._database.save(row)
