"""Who is who: people, organizations, invitations, login challenges and sessions."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, literal, or_, select, update

from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.moment import Moment
from bank_api.store.tables import ErasureRow, InvitationRow, PersonRow, SecretRow, SessionRow, UsedChallengeRow

_INVITATION, _PERSON = statements.table_of(InvitationRow), statements.table_of(PersonRow)
_SESSION = statements.table_of(SessionRow)
_CHALLENGE = statements.table_of(UsedChallengeRow)
_OF_CODE = _INVITATION.c.code_digest == bindparam("code")
_FREE_OR_OURS = or_(_INVITATION.c.account.is_(None), _INVITATION.c.account == bindparam("whose"))
_RESERVE = update(_INVITATION).where(_OF_CODE, _FREE_OR_OURS).values(account=bindparam("whose"))
_LET_GO = update(_INVITATION).where(_OF_CODE, _INVITATION.c.account == bindparam("whose")).values(account=None)
_ROTATE = (
    update(_PERSON)
    .where(_PERSON.c.account == bindparam("whose"))
    .values(key=bindparam("new_key"), encryption_key=bindparam("new_encryption_key"))
)
_SET_ENCRYPTION_KEY = (
    update(_PERSON)
    .where(_PERSON.c.account == bindparam("whose"))
    .values(encryption_key=bindparam("new_encryption_key"))
)
_FORGET = delete(_CHALLENGE).where(_CHALLENGE.c.expires_at < bindparam("now"))
_FORGET_ENDED = delete(_SESSION).where(_SESSION.c.expires_at < bindparam("now"))
_OFFICE = or_(_PERSON.c.roles < "member", _PERSON.c.roles > "member")
"""Whoever is more than a member; said so that the index over roles finds the few among the many."""
_WITH_ROLE = select(_PERSON).where(_PERSON.c.roles.contains(bindparam("role")))
_IN_OFFICE = _WITH_ROLE.where(_OFFICE)
_FORGET_SESSIONS = delete(_SESSION).where(_SESSION.c.key == bindparam("old_key"))
_FORGET_INVITATION = delete(_INVITATION).where(_INVITATION.c.account == bindparam("whose"))
_FORGET_PERSON = delete(_PERSON).where(_PERSON.c.account == bindparam("whose"))
_NAMES = select(_PERSON.c.account, _PERSON.c.name).where(_OFFICE)

REMEMBERED_SECONDS = 60
"""How long a challenge that was answered is known past its time: whoever asked the clock a little earlier than another
who logged in meanwhile is not let in twice."""


class Directory:
    def __init__(self, database: Database) -> None:
        self._database = database

    def person(self, account: str) -> PersonRow | None:
        return self._database.get(PersonRow, account=account)

    def accounts(self) -> list[str]:
        """Everybody's."""
        return sorted(row.account for row in self._database.all(PersonRow))

    def people_with_role(self, role: str) -> Sequence[PersonRow]:
        with self._database.reading() as moment:
            rows = moment.execute(_WITH_ROLE if role == "member" else _IN_OFFICE, {"role": role})
        people = [statements.row(PersonRow, row) for row in rows]
        return [one for one in people if one.has_role(role)]

    def people(
        self, sought: str, role: str | None, most: int, behind: PersonRow | None = None
    ) -> tuple[int, Sequence[PersonRow]]:
        """How many there are whose name, address or account holds `sought`, and the newest `most` of them: those that
        stand behind somebody, where that is said."""
        columns = (_PERSON.c.name, _PERSON.c.email, _PERSON.c.account)
        found = or_(*(column.icontains(sought, autoescape=True) for column in columns))
        if role is not None:
            found = and_(found, (literal(",") + _PERSON.c.roles + ",").contains(f",{role},"))
        newest = (_PERSON.c.enrolled_at.desc(), _PERSON.c.account)
        with self._database.reading() as moment:
            count = moment.execute(select(func.count()).select_from(_PERSON).where(found)).scalar()
            if behind is not None:
                is_later = and_(_PERSON.c.enrolled_at == behind.enrolled_at, _PERSON.c.account > behind.account)
                found = and_(found, or_(_PERSON.c.enrolled_at < behind.enrolled_at, is_later))
            rows = moment.execute(select(_PERSON).where(found).order_by(*newest).limit(most))
        return count, [statements.row(PersonRow, row) for row in rows]

    def names(self) -> dict[str, str]:
        """Names of organizations by account; members are left out on purpose."""
        with self._database.reading() as moment:
            return {row.account: row.name for row in moment.execute(_NAMES)}

    def shops_of(self, partner: str) -> Sequence[PersonRow]:
        return self._database.all(PersonRow, parent=partner)

    def save_person(self, person: PersonRow) -> None:
        """Add, or overwrite the row of the same account."""
        self._database.save(person)

    async def enter(self, values: Mapping[str, Any]) -> None:
        """Add, or overwrite the row of the same account: these are all of its columns."""

        def work(moment: Moment) -> None:
            statements.save(moment, PersonRow, [values])

        await self._database.written(work)

    def rotate_key(self, account: str, key: str, encryption_key: str) -> None:
        values = {"whose": account, "new_key": key, "new_encryption_key": encryption_key}

        def work(moment: Moment) -> None:
            moment.execute(_ROTATE, values)

        self._database.write(work)

    def set_encryption_key(self, account: str, encryption_key: str) -> None:

        def work(moment: Moment) -> None:
            moment.execute(_SET_ENCRYPTION_KEY, {"whose": account, "new_encryption_key": encryption_key})

        self._database.write(work)

    def add_invitations(self, invitations: Sequence[InvitationRow]) -> int:
        """How many were new. A code that is known already stays as it is."""
        rows = {row.code_digest: row.model_dump() for row in invitations}

        def work(moment: Moment) -> int:
            known: set[str] = set()
            digests = list(rows)
            for start in range(0, len(digests), 500):
                part = _INVITATION.c.code_digest.in_(digests[start : start + 500])
                known.update(moment.scalars(select(_INVITATION.c.code_digest).where(part)))
            fresh = [row for digest, row in rows.items() if digest not in known]
            statements.add(moment, InvitationRow, fresh)
            return len(fresh)

        return self._database.write(work)

    def invitation(self, code_digest: str) -> InvitationRow | None:
        return self._database.get(InvitationRow, code_digest=code_digest)

    async def reserve_invitation(self, code_digest: str, account: str) -> bool:
        """Bind an invitation to the first account that comes with it; False if another came first."""
        values = {"code": code_digest, "whose": account}

        def work(moment: Moment) -> bool:
            return moment.execute(_RESERVE, values).rowcount == 1

        return await self._database.written(work)

    def free_invitation(self, code_digest: str, account: str) -> None:
        """Let go of an invitation whose joining was refused."""
        values = {"code": code_digest, "whose": account}

        def work(moment: Moment) -> None:
            moment.execute(_LET_GO, values)

        self._database.write(work)

    def end_invitation(self, code_digest: str) -> None:

        def work(moment: Moment) -> None:
            statements.drop(moment, InvitationRow, [{"code_digest": code_digest}])

        self._database.write(work)

    async def open_session(self, message_digest: str, expires_at: int, row: SessionRow, now: int) -> bool:
        """Open a session for an answered challenge; False if it was before. Both are forgotten past their time."""
        key, values = {"message_digest": message_digest}, row.model_dump()

        def work(moment: Moment) -> bool:
            moment.tell(_FORGET_ENDED, [{"now": now}])
            moment.tell(_FORGET, [{"now": now - REMEMBERED_SECONDS}])
            if moment.execute(statements.rows_where(UsedChallengeRow, tuple(key)), key).first() is not None:
                return False
            statements.add(moment, UsedChallengeRow, [key | {"expires_at": expires_at}])
            statements.add(moment, SessionRow, [values])
            return True

        return await self._database.written(work)

    def secret(self, name: str) -> bytes:
        """A random value of 32 bytes, made once and shared by all processes."""
        key = {"name": name}

        def work(moment: Moment) -> bytes:
            row = moment.execute(statements.rows_where(SecretRow, tuple(key)), key).first()
            if row is not None:
                return bytes(row.value)
            fresh = secrets.token_bytes(32)
            statements.add(moment, SecretRow, [key | {"value": fresh}])
            return fresh

        return self._database.write(work)

    def session(self, token_digest: str) -> SessionRow | None:
        return self._database.get(SessionRow, token_digest=token_digest)

    def erasure(self, account: str) -> ErasureRow | None:
        return self._database.get(ErasureRow, account=account)

    def save_erasure(self, row: ErasureRow) -> None:
        self._database.save(row)

    def forget_person(self, account: str, key: str) -> None:
        """Name, e-mail address, invitation, and sessions of the key. Who is not here is no matter."""

        def work(moment: Moment) -> None:
            moment.execute(_FORGET_SESSIONS, {"old_key": key})
            for statement in (_FORGET_INVITATION, _FORGET_PERSON):
                moment.execute(statement, {"whose": account})

        self._database.write(work)

    def drop_sessions(self, key: str) -> None:
        """All that a key has opened."""

        def work(moment: Moment) -> None:
            moment.execute(_FORGET_SESSIONS, {"old_key": key})

        self._database.write(work)

    def drop_session(self, token_digest: str) -> None:

        def work(moment: Moment) -> None:
            statements.drop(moment, SessionRow, [{"token_digest": token_digest}])

        self._database.write(work)
