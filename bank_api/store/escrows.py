"""Escrowed documents, the sealed shares of their custodians, openings and contributions."""

from collections.abc import Sequence

from sqlmodel import Session, col, or_, select

from bank_api.store.database import Database
from bank_api.store.tables import ContributionRow, EscrowRow, OpeningRow, ShareRow


class Escrows:
    def __init__(self, database: Database) -> None:
        self._database = database

    def save_escrow(self, escrow: EscrowRow, shares: Sequence[ShareRow]) -> None:
        self._database.merge(escrow, *shares)

    def escrow(self, escrow_id: str) -> EscrowRow | None:
        return self._database.get(EscrowRow, escrow_id)

    def escrows_of(self, account: str) -> Sequence[EscrowRow]:
        """Escrows that this account owns or holds a share of."""
        held = select(ShareRow.escrow_id).where(ShareRow.custodian == account)
        mine = or_(EscrowRow.owner == account, col(EscrowRow.escrow_id).in_(held))
        return self._database.all(select(EscrowRow).where(mine))

    def share(self, escrow_id: str, custodian: str) -> ShareRow | None:
        return self._database.get(ShareRow, (escrow_id, custodian))

    def save_opening(self, opening: OpeningRow) -> None:
        self._database.merge(opening)

    def opening(self, opening_id: str) -> OpeningRow | None:
        return self._database.get(OpeningRow, opening_id)

    def openings_of(self, escrow_id: str) -> Sequence[OpeningRow]:
        return self._database.all(select(OpeningRow).where(OpeningRow.escrow_id == escrow_id))

    def save_contribution(self, contribution: ContributionRow) -> None:
        self._database.merge(contribution)

    def drop_contribution(self, contribution: ContributionRow) -> None:
        """Forget a contribution that the ledger refused."""
        key = (contribution.opening_id, contribution.custodian, contribution.content_hash)

        def work(session: Session) -> None:
            row = session.get(ContributionRow, key)
            if row is not None:
                session.delete(row)

        self._database.write(work)

    def contributions(self, opening_id: str) -> Sequence[ContributionRow]:
        return self._database.all(select(ContributionRow).where(ContributionRow.opening_id == opening_id))
