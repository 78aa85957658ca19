"""An index of ledger events in SQL: a copy for quick reading, never the truth. `clear` and read the chain again."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func
from sqlmodel import Session, col, delete, or_, select

from bank_api.store.database import Database
from bank_api.tables import CursorRow, IndexedAnswerRow, IndexedConsentRow, LedgerEventRow

CURSOR = "events"


class LedgerIndex:
    def __init__(self, database: Database) -> None:
        self._database = database

    def next_block(self) -> int:
        """The first block not read yet."""
        with self._database.session() as session:
            cursor = session.get(CursorRow, CURSOR)
            return 0 if cursor is None else cursor.block_number + 1

    def add(
        self,
        events: Sequence[LedgerEventRow],
        answers: Sequence[IndexedAnswerRow],
        consents: Sequence[IndexedConsentRow],
        uses: Mapping[tuple[int, int], str],
        through_block: int,
    ) -> None:
        """Add what the blocks up to `through_block` say, in one transaction.

        `uses` names the consent that each use (by block number and log index) is of; the use becomes its member's.
        """

        def work(session: Session) -> None:
            for consent in consents:
                known = session.get(IndexedConsentRow, consent.consent_id)
                if known is not None:
                    consent.uses = known.uses
                session.merge(consent)
            session.flush()
            for row in (*events, *answers):
                used = uses.get((row.block_number, row.log_index)) if isinstance(row, LedgerEventRow) else None
                if used is not None and isinstance(row, LedgerEventRow):
                    consent = session.get_one(IndexedConsentRow, used)
                    consent.uses += 1
                    row.account = consent.member
                session.merge(row)
            session.merge(CursorRow(name=CURSOR, block_number=through_block))

        self._database.write(work)

    def clear(self) -> None:

        def work(session: Session) -> None:
            for table in (CursorRow, LedgerEventRow, IndexedAnswerRow, IndexedConsentRow):
                session.exec(delete(table))

        self._database.write(work)

    def events_of(self, account: str) -> Sequence[LedgerEventRow]:
        query = (
            select(LedgerEventRow)
            .where(or_(LedgerEventRow.account == account, LedgerEventRow.counterparty == account))
            .order_by(col(LedgerEventRow.block_number), col(LedgerEventRow.log_index))
        )
        with self._database.session() as session:
            return session.exec(query).all()

    def events_about(self, subject: str, *names: str) -> Sequence[LedgerEventRow]:
        query = select(LedgerEventRow).where(LedgerEventRow.subject == subject)
        if names:
            query = query.where(col(LedgerEventRow.name).in_(names))
        query = query.order_by(col(LedgerEventRow.block_number), col(LedgerEventRow.log_index))
        with self._database.session() as session:
            return session.exec(query).all()

    def events_in(self, transaction_hash: str, name: str, account: str | None = None) -> Sequence[LedgerEventRow]:
        """Events of one transaction: all of a name, or one account's."""
        query = select(LedgerEventRow).where(
            LedgerEventRow.transaction_hash == transaction_hash, LedgerEventRow.name == name
        )
        if account is not None:
            query = query.where(LedgerEventRow.account == account)
        with self._database.session() as session:
            return session.exec(query).all()

    def events_named(self, *names: str) -> Sequence[LedgerEventRow]:
        query = (
            select(LedgerEventRow)
            .where(col(LedgerEventRow.name).in_(names))
            .order_by(col(LedgerEventRow.block_number), col(LedgerEventRow.log_index))
        )
        with self._database.session() as session:
            return session.exec(query).all()

    def answer(self, answer_id: str) -> IndexedAnswerRow | None:
        with self._database.session() as session:
            return session.get(IndexedAnswerRow, answer_id)

    def answers(self, survey_id: str) -> dict[str, IndexedAnswerRow]:
        """Answers to a survey, by member."""
        with self._database.session() as session:
            rows = session.exec(select(IndexedAnswerRow).where(IndexedAnswerRow.survey_id == survey_id)).all()
        return {row.member: row for row in rows}

    def answers_of(self, member: str) -> Sequence[IndexedAnswerRow]:
        with self._database.session() as session:
            return session.exec(select(IndexedAnswerRow).where(IndexedAnswerRow.member == member)).all()

    def consent(self, consent_id: str) -> IndexedConsentRow | None:
        with self._database.session() as session:
            return session.get(IndexedConsentRow, consent_id)

    def consents_of(self, member: str) -> Sequence[IndexedConsentRow]:
        with self._database.session() as session:
            return session.exec(select(IndexedConsentRow).where(IndexedConsentRow.member == member)).all()

    def consents_for(self, request_id: str, state: int) -> Sequence[IndexedConsentRow]:
        query = (
            select(IndexedConsentRow)
            .where(IndexedConsentRow.request_id == request_id, IndexedConsentRow.state == state)
            .order_by(col(IndexedConsentRow.consent_id))
        )
        with self._database.session() as session:
            return session.exec(query).all()

    def consent_counts(self, request_id: str | None = None) -> dict[int, int]:
        """How many consents are in each state."""
        query = select(IndexedConsentRow.state, func.count()).group_by(col(IndexedConsentRow.state))
        if request_id is not None:
            query = query.where(IndexedConsentRow.request_id == request_id)
        with self._database.session() as session:
            return dict(session.exec(query).all())

    def event_counts(self) -> dict[str, int]:
        query = select(LedgerEventRow.name, func.count()).group_by(col(LedgerEventRow.name))
        with self._database.session() as session:
            return dict(session.exec(query).all())
