"""Escrowed documents, the sealed shares of their custodians, openings and contributions."""

from collections.abc import Sequence

from sqlmodel import Session, col, or_, select

from bank_api.store.database import Database
from bank_api.store.tables import ContributionRow, EscrowRow, OpeningRow, ShareRow


class Escrows:
    def __init__(self, database: Database) -> None:
        self._database = database

    def save_escrow(self, escrow: EscrowRow, shares: Sequence[ShareRow]) -> None:

        def work(session: Session) -> None:
            session.merge(escrow)
            for share in shares:
                session.merge(share)

        self._database.write(work)

    def escrow(self, escrow_id: str) -> EscrowRow | None:
        with self._database.session() as session:
            return session.get(EscrowRow, escrow_id)

    def escrows_of(self, account: str) -> Sequence[EscrowRow]:
        """Escrows that this account owns or holds a share of."""
        held = select(ShareRow.escrow_id).where(ShareRow.custodian == account)
        with self._database.session() as session:
            return session.exec(
                select(EscrowRow).where(or_(EscrowRow.owner == account, col(EscrowRow.escrow_id).in_(held)))
            ).all()

    def share(self, escrow_id: str, custodian: str) -> ShareRow | None:
        with self._database.session() as session:
            return session.get(ShareRow, (escrow_id, custodian))

    def save_opening(self, opening: OpeningRow) -> None:

        def work(session: Session) -> None:
            session.merge(opening)

        self._database.write(work)

    def opening(self, opening_id: str) -> OpeningRow | None:
        with self._database.session() as session:
            return session.get(OpeningRow, opening_id)

    def openings_of(self, escrow_id: str) -> Sequence[OpeningRow]:
        with self._database.session() as session:
            return session.exec(select(OpeningRow).where(OpeningRow.escrow_id == escrow_id)).all()

    def save_contribution(self, contribution: ContributionRow) -> None:

        def work(session: Session) -> None:
            session.merge(contribution)

        self._database.write(work)

    def drop_contribution(self, contribution: ContributionRow) -> None:
        """Forget a contribution that the ledger refused."""
        key = (contribution.opening_id, contribution.custodian, contribution.content_hash)

        def work(session: Session) -> None:
            row = session.get(ContributionRow, key)
            if row is not None:
                session.delete(row)

        self._database.write(work)

    def contributions(self, opening_id: str) -> Sequence[ContributionRow]:
        with self._database.session() as session:
            return session.exec(select(ContributionRow).where(ContributionRow.opening_id == opening_id)).all()
