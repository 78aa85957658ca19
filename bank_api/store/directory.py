"""Who is who: people, organizations, invitations, login challenges and sessions."""

import secrets
from collections.abc import Sequence

from sqlmodel import Session, col, delete, or_, select, update

from bank_api.store.database import Database
from bank_api.store.tables import InvitationRow, PersonRow, SecretRow, SessionRow, UsedChallengeRow


class Directory:
    def __init__(self, database: Database) -> None:
        self._database = database

    def person(self, account: str) -> PersonRow | None:
        return self._database.get(PersonRow, account)

    def people_with_role(self, role: str) -> Sequence[PersonRow]:
        rows = self._database.all(select(PersonRow).where(col(PersonRow.roles).contains(role)))
        return [row for row in rows if role in row.roles.split(",")]

    def names(self) -> dict[str, str]:
        """Names of organizations by account; members are left out on purpose."""
        rows = self._database.all(select(PersonRow).where(PersonRow.roles != "member"))
        return {row.account: row.name for row in rows}

    def shops_of(self, partner: str) -> Sequence[PersonRow]:
        return self._database.all(select(PersonRow).where(PersonRow.parent == partner))

    def save_person(self, person: PersonRow) -> None:
        """Add, or overwrite the row of the same account."""
        self._database.merge(person)

    def rotate_key(self, account: str, key: str, encryption_key: str) -> None:

        def work(session: Session) -> None:
            person = session.get_one(PersonRow, account)
            person.key, person.encryption_key = key, encryption_key
            session.add(person)

        self._database.write(work)

    def set_encryption_key(self, account: str, encryption_key: str) -> None:

        def work(session: Session) -> None:
            person = session.get_one(PersonRow, account)
            person.encryption_key = encryption_key
            session.add(person)

        self._database.write(work)

    def add_invitations(self, invitations: Sequence[InvitationRow]) -> int:
        """How many were new. A code that is known already stays as it is."""

        def work(session: Session) -> int:
            digests = [row.code_digest for row in invitations]
            known = set()
            for start in range(0, len(digests), 500):
                part = digests[start : start + 500]
                known |= set(
                    session.exec(
                        select(InvitationRow.code_digest).where(col(InvitationRow.code_digest).in_(part))
                    ).all()
                )
            fresh = {row.code_digest: row for row in invitations if row.code_digest not in known}
            session.add_all(fresh.values())
            return len(fresh)

        return self._database.write(work)

    def invitation(self, code_digest: str) -> InvitationRow | None:
        return self._database.get(InvitationRow, code_digest)

    def reserve_invitation(self, code_digest: str, account: str) -> bool:
        """Bind an invitation to the first account that comes with it; False if another came first."""
        free = or_(col(InvitationRow.account).is_(None), InvitationRow.account == account)

        def work(session: Session) -> bool:
            result = session.exec(
                update(InvitationRow).where(col(InvitationRow.code_digest) == code_digest, free).values(account=account)
            )
            return result.rowcount == 1

        return self._database.write(work)

    def free_invitation(self, code_digest: str, account: str) -> None:
        """Let go of an invitation whose joining was refused."""
        mine = (col(InvitationRow.code_digest) == code_digest, col(InvitationRow.account) == account)

        def work(session: Session) -> None:
            session.exec(update(InvitationRow).where(*mine).values(account=None))

        self._database.write(work)

    def use_challenge(self, message_digest: str, expires_at: int, now: int) -> bool:
        """Note that a challenge was answered; False if it was before. Those past their time are forgotten."""

        def work(session: Session) -> bool:
            session.exec(delete(UsedChallengeRow).where(col(UsedChallengeRow.expires_at) < now))
            if session.get(UsedChallengeRow, message_digest) is not None:
                return False
            session.add(UsedChallengeRow(message_digest=message_digest, expires_at=expires_at))
            return True

        return self._database.write(work)

    def secret(self, name: str) -> bytes:
        """A random value of 32 bytes, made once and shared by all processes."""

        def work(session: Session) -> bytes:
            row = session.get(SecretRow, name)
            if row is None:
                row = SecretRow(name=name, value=secrets.token_bytes(32))
                session.add(row)
            return row.value

        return self._database.write(work)

    def add_session(self, row: SessionRow) -> None:
        self._database.merge(row)

    def session(self, token_digest: str) -> SessionRow | None:
        return self._database.get(SessionRow, token_digest)

    def drop_session(self, token_digest: str) -> None:

        def work(session: Session) -> None:
            session.exec(delete(SessionRow).where(col(SessionRow.token_digest) == token_digest))

        self._database.write(work)
