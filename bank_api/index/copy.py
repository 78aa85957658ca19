"""The copy of the ledger's events in SQL, which questions are put to and which is kept up."""

from bank_api.store.database import Database


class Copy:
    def __init__(self, database: Database) -> None:
        self._database = database
