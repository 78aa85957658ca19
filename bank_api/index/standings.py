"""What stands by the ledger's events: accounts, sums, answers, decisions, consents, as the contracts have them."""

from typing import Any

from sqlalchemy import bindparam, func, literal_column, or_, select, tuple_
from sqlmodel import SQLModel

from bank_api.index import accounts, tallies
from bank_api.index.accounts import RecordedAccount
from bank_api.index.copy import Copy
from bank_api.index.decisions import RecordedDecision
from bank_api.index.rows import RecordedAnswer, RecordedConsent, standing
from bank_api.index.tallies import Place, Tally
from bank_api.store import statements
from bank_api.store.tables import (
    IndexedAccountRow,
    IndexedAnswerRow,
    IndexedConsentRow,
    IndexedDecisionRow,
    IndexedRevocationRow,
    LedgerEventRow,
)
from chaincode.bindings import IN_FORCE, ConsentState, Role

BEFORE_ALL = (-1, -1)
"""As a place in the chain: where whoever never accepted terms is taken to have done so."""


class Standings(Copy):
    """Questions to the copy in SQL; states are answered as the contracts' own enums."""

    # ---- accounts ----

    def account(self, account: str) -> RecordedAccount | None:
        return next(iter(self._accounts(account=account)), None)

    def account_by_key(self, key: str) -> RecordedAccount | None:
        """The account whose key this is now; None for a key that was rotated away, or nobody's."""
        return next(iter(self._accounts(key=key)), None)

    def active_with(self, role: Role) -> set[str]:
        """Accounts that have a role and may use it now."""
        return {one.account for one in self.accounts_with(role) if one.active}

    def accounts_with(self, role: Role) -> list[RecordedAccount]:
        """Accounts that have a role, suspended ones too."""
        with self._database.reading() as moment:
            found = moment.execute(_WITH_ROLE if role & Role.MEMBER else _IN_OFFICE, {"role": int(role)})
            return list(map(accounts.recorded, found))

    def active_count(self, role: Role) -> int:
        """How many accounts have a role and may use it now."""
        with self._database.reading() as moment:
            count: int = moment.execute(_ACTIVE_COUNT, {"role": int(role)}).scalar()
            return count

    def members_agreed(self, since: tuple[int, int]) -> int:
        """How many members accepted terms last at a place in the chain (block, place in its logs) or behind it."""
        with self._database.reading() as moment:
            where = {"block": since[0], "log_index": since[1]}
            count: int = moment.execute(_AGREED_COUNT, where).scalar()
            return count

    def members_behind(
        self, place: tuple[int, int], limit: int, start: tuple[int, int, str] = (*BEFORE_ALL, "")
    ) -> list[RecordedAccount]:
        """Members who accepted terms last before a place in the chain, those who did so first first; a page of them,
        from the one behind a block, a place in its logs, and an account on."""
        where: dict[str, Any] = {"block": place[0], "log_index": place[1], "limit": limit}
        where |= {"from_block": start[0], "from_log_index": start[1], "from_account": start[2]}
        with self._database.reading() as moment:
            found = moment.execute(_BEHIND, where)
            return list(map(accounts.recorded, found))

    def _accounts(self, **where: str) -> list[RecordedAccount]:
        with self._database.reading() as moment:
            found = moment.execute(statements.rows_where(IndexedAccountRow, tuple(where)), where)
            return list(map(accounts.recorded, found))

    # ---- sums ----

    def tally(self, which: Tally, subject: str = "", account: str = "") -> int:
        """A sum as the contract has it; 0 of what nobody has heard of."""
        with self._database.reading() as moment:
            return tallies.tally(moment, Place(which, subject, account))

    def tallies(self, which: Tally, account: str = "") -> dict[str, int]:
        """All sums of a kind that are an account's (or nobody's in particular), by subject."""
        with self._database.reading() as moment:
            return tallies.tallies(moment, which, account)

    # ---- answers ----

    def answer(self, answer_id: str) -> RecordedAnswer | None:
        return next(iter(self._answers(answer_id=answer_id)), None)

    def answers(self, survey_id: str, before_block: int | None = None) -> dict[str, RecordedAnswer]:
        """The answers to a survey that stand, or stood before a block, by member."""
        given = self._answers(survey_id=survey_id)
        return {one.member: one for one in standing(given, before_block)}

    def answers_of(self, member: str) -> list[RecordedAnswer]:
        """All of them, those too that others took the place of."""
        return self._answers(member=member)

    def _answers(self, **where: str) -> list[RecordedAnswer]:
        with self._database.reading() as moment:
            rows = moment.execute(statements.rows_where(IndexedAnswerRow, tuple(where)), where)
            return [RecordedAnswer(**row._mapping) for row in rows]

    # ---- decisions ----

    def decisions(self) -> dict[str, RecordedDecision]:
        """Who signed what the board decided, by request."""
        return self._decisions(IndexedDecisionRow)

    def revocations(self) -> dict[str, RecordedDecision]:
        """Who signed that an approval is taken back, by request."""
        return self._decisions(IndexedRevocationRow)

    def _decisions(self, kind: type[SQLModel]) -> dict[str, RecordedDecision]:
        with self._database.reading() as moment:
            rows = moment.execute(statements.rows_where(kind), {})
            return {row.request_id: RecordedDecision(**row._mapping) for row in rows}

    # ---- consents ----

    def consent(self, consent_id: str) -> RecordedConsent | None:
        return next(iter(self._consents(consent_id=consent_id)), None)

    def consents_of(self, member: str) -> list[RecordedConsent]:
        return self._consents(member=member)

    def consents_for(self, request_id: str, *states: ConsentState) -> list[RecordedConsent]:
        """Consents to a request that stand in one of the states, ascending by id."""
        found = [one for state in states for one in self._consents(request_id=request_id, state=int(state))]
        return sorted(found, key=lambda one: one.consent_id)

    def ended_consents(self, now: int) -> list[RecordedConsent]:
        """Consents that stand and whose time is over, the first ended first: nobody has noted it on the ledger yet."""
        with self._database.reading() as moment:
            rows = moment.execute(_ENDED, {"now": now})
            return list(map(_consent, rows))

    def ended_consents_count(self, now: int) -> tuple[int, RecordedConsent | None]:
        """How many those are, and the one that ended first."""
        with self._database.reading() as moment:
            count = moment.execute(_ENDED_COUNT, {"now": now}).scalar()
            row = moment.execute(_ENDED_FIRST, {"now": now}).first() if count else None
        return count, None if row is None else _consent(row)

    def consent_counts(self, request_id: str | None = None) -> dict[str, dict[ConsentState, int]]:
        """How many consents are in each state, by request; of one request, or of all."""
        found: dict[str, dict[ConsentState, int]] = {}
        with self._database.reading() as moment:
            counted = tallies.tallies_of(moment, Tally.CONSENTS, request_id)
        for place, count in counted.items():
            if count:
                found.setdefault(place.subject, {})[ConsentState(int(place.account))] = count
        return found

    def newest_consent_time(self, request_id: str, state: ConsentState) -> int | None:
        """When the last of the consents to a request that stand in a state came to it; None of none."""
        with self._database.reading() as moment:
            found: int | None = moment.execute(_NEWEST, {"request_id": request_id, "state": int(state)}).scalar()
            return found

    def dismissed_in_releases(self) -> dict[str, list[str]]:
        """Accounts that were dismissed, by the releases that used their consent: looked up from who is dismissed, in
        one question for all releases. It takes as long as there are events of those."""
        found: dict[str, list[str]] = {}
        with self._database.reading() as moment:
            for release_id, account in moment.execute(_DISMISSED_IN):
                found.setdefault(release_id, []).append(account)
        return found

    def _consents(self, **where: Any) -> list[RecordedConsent]:
        with self._database.reading() as moment:
            rows = moment.execute(statements.rows_where(IndexedConsentRow, tuple(where)), where)
            return list(map(_consent, rows))


_ACCOUNT = statements.columns(IndexedAccountRow)
_HAS_ROLE = _ACCOUNT["roles"].op("&")(bindparam("role")) != 0
_WITH_ROLE = select(statements.table_of(IndexedAccountRow)).where(_HAS_ROLE)
_IN_OFFICE = _WITH_ROLE.where(or_(_ACCOUNT["roles"] < int(Role.MEMBER), _ACCOUNT["roles"] > int(Role.MEMBER)))
"""Said so that the index over roles finds the few who are more than members."""
_ACTIVE_COUNT = select(func.count()).where(_HAS_ROLE, ~_ACCOUNT["is_suspended"], ~_ACCOUNT["is_resting"])
_AGREED_AT = tuple_(_ACCOUNT["agreed_block"], _ACCOUNT["agreed_log_index"])
_IS_MEMBER = _ACCOUNT["roles"].op("&")(int(Role.MEMBER)) != 0
_PLACE = tuple_(bindparam("block"), bindparam("log_index"))
_AGREED_COUNT = select(func.count()).where(_IS_MEMBER, _AGREED_AT >= _PLACE)
_BEHIND = (
    select(statements.table_of(IndexedAccountRow))
    .where(
        _IS_MEMBER,
        _AGREED_AT < _PLACE,
        tuple_(_ACCOUNT["agreed_block"], _ACCOUNT["agreed_log_index"], _ACCOUNT["account"])
        > tuple_(bindparam("from_block"), bindparam("from_log_index"), bindparam("from_account")),
    )
    .order_by(_ACCOUNT["agreed_block"], _ACCOUNT["agreed_log_index"], _ACCOUNT["account"])
    .limit(bindparam("limit"))
)


def _consent(row: Any) -> RecordedConsent:
    return RecordedConsent(**(dict(row._mapping) | {"state": ConsentState(row.state)}))


_STANDING = statements.table_of(IndexedConsentRow)
_IS_ENDED = (
    _STANDING.c.state.in_([literal_column(str(int(one))) for one in IN_FORCE]),
    _STANDING.c.valid_until < bindparam("now"),
)
_ENDED = select(_STANDING).where(*_IS_ENDED).order_by(_STANDING.c.valid_until, _STANDING.c.consent_id)
_ENDED_FIRST = _ENDED.limit(1)
_ENDED_COUNT = select(func.count()).select_from(_STANDING).where(*_IS_ENDED)
_NEWEST = select(func.max(_STANDING.c.time)).where(
    _STANDING.c.request_id == bindparam("request_id"), _STANDING.c.state == bindparam("state")
)


def _not_sought(column: Any) -> Any:
    """The same value, by which no index is looked through."""
    return column.op("||")(literal_column("''"))


_GONE, _USED = (statements.table_of(LedgerEventRow).alias(name) for name in ("gone", "used"))
_DISMISSED_IN = (
    select(_USED.c.subject, _USED.c.account)
    .select_from(_GONE.join(_USED, _USED.c.account == _GONE.c.account))
    .where(
        _GONE.c.name == literal_column("'Dismissed'"),
        _not_sought(_USED.c.name) == literal_column("'ConsentUsed'"),
    )
    .distinct()
    .order_by(_USED.c.subject, _USED.c.account)
)
