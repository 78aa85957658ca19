"""Escrowed documents, the sealed shares of their custodians, openings and contributions."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, or_, select

from bank_api.store import statements
from bank_api.store.database import Database
from bank_api.store.moment import Moment
from bank_api.store.tables import (
    ContributionRow,
    EscrowRow,
    HeirRow,
    LedgerEventRow,
    OpeningRefusalRow,
    OpeningRow,
    ShareRow,
)

_ESCROW, _SHARE, _HEIR = (statements.table_of(one) for one in (EscrowRow, ShareRow, HeirRow))
_HELD = select(_SHARE.c.escrow_id).where(_SHARE.c.custodian == bindparam("account"))
_INHERITED = select(_HEIR.c.escrow_id).where(_HEIR.c.heir == bindparam("account"))
_MINE = (_ESCROW.c.owner == bindparam("account"), _ESCROW.c.escrow_id.in_(_HELD), _ESCROW.c.escrow_id.in_(_INHERITED))
_EVENT = statements.table_of(LedgerEventRow)
_CREATED = (_EVENT.c.subject == _ESCROW.c.escrow_id) & (_EVENT.c.name == "EscrowCreated")
_IDS = (
    select(_ESCROW.c.escrow_id)
    .join(_EVENT, _CREATED)
    .where(or_(*_MINE))
    .order_by(_EVENT.c.block_number, _EVENT.c.log_index)
)
_TITLES = select(_ESCROW.c.escrow_id, _ESCROW.c.owner, _ESCROW.c.title).where(or_(*_MINE))

_OPENING, _CONTRIBUTION = statements.table_of(OpeningRow), statements.table_of(ContributionRow)
_REFUSAL = statements.table_of(OpeningRefusalRow)
_OWNED = select(_ESCROW.c.escrow_id).where(_ESCROW.c.owner == bindparam("account"))
_COUNT = select(func.count()).select_from(_ESCROW).where(_ESCROW.c.owner == bindparam("account"))
_OPENED = select(_OPENING.c.opening_id).where(_OPENING.c.escrow_id.in_(_OWNED))
_FORGET_BESIDE = (
    delete(_CONTRIBUTION).where(_CONTRIBUTION.c.opening_id.in_(_OPENED)),
    delete(_REFUSAL).where(_REFUSAL.c.opening_id.in_(_OPENED)),
    delete(_OPENING).where(_OPENING.c.escrow_id.in_(_OWNED)),
    delete(_SHARE).where(_SHARE.c.escrow_id.in_(_OWNED)),
    delete(_HEIR).where(_HEIR.c.escrow_id.in_(_OWNED)),
)
_FORGET_ESCROWS = delete(_ESCROW).where(_ESCROW.c.owner == bindparam("account"))


class Title(NamedTuple):
    escrow_id: str
    owner: str
    title: str


class Escrows:
    def __init__(self, database: Database) -> None:
        self._database = database

    def save_escrow(self, escrow: EscrowRow, shares: Sequence[ShareRow], heirs: Sequence[HeirRow] = ()) -> None:
        self._database.save(escrow, *shares, *heirs)

    def escrow(self, escrow_id: str) -> EscrowRow | None:
        return self._database.get(EscrowRow, escrow_id=escrow_id)

    def ids_of(self, account: str) -> Sequence[str]:
        """Escrows on the ledger that this account owns, holds a share of, or may inherit; in the ledger's order."""
        with self._database.reading() as moment:
            return [row.escrow_id for row in moment.execute(_IDS, {"account": account})]

    def titles_of(self, account: str) -> Sequence[Title]:
        """Of such escrows, created or not yet, what an inbox tells at each look; documents have a megabyte each."""
        with self._database.reading() as moment:
            return [Title(*row) for row in moment.execute(_TITLES, {"account": account})]

    def owned_count(self, account: str) -> int:
        with self._database.reading() as moment:
            return int(moment.execute(_COUNT, {"account": account}).scalar())

    def heir(self, escrow_id: str) -> str | None:
        row = self._database.get(HeirRow, escrow_id=escrow_id)
        return None if row is None else row.heir

    def forget_owner(self, account: str) -> int:
        """All that belongs to an owner's escrows is gone, refusals too; how many escrows there were."""

        def work(moment: Moment) -> int:
            for statement in _FORGET_BESIDE:
                moment.execute(statement, {"account": account})
            return moment.execute(_FORGET_ESCROWS, {"account": account}).rowcount

        return self._database.write(work)

    def share(self, escrow_id: str, custodian: str) -> ShareRow | None:
        return self._database.get(ShareRow, escrow_id=escrow_id, custodian=custodian)

    def save_opening(self, opening: OpeningRow) -> None:
        self._database.save(opening)

    def opening(self, opening_id: str) -> OpeningRow | None:
        return self._database.get(OpeningRow, opening_id=opening_id)

    def openings_of(self, escrow_id: str) -> Sequence[OpeningRow]:
        return self._database.all(OpeningRow, escrow_id=escrow_id)

    def save_contribution(self, contribution: ContributionRow) -> None:
        self._database.save(contribution)

    def drop_contribution(self, contribution: ContributionRow) -> None:
        """Forget a contribution that the ledger refused."""
        key = contribution.model_dump(include={"opening_id", "custodian", "content_hash"})

        def work(moment: Moment) -> None:
            statements.drop(moment, ContributionRow, [key])

        self._database.write(work)

    def contributions(self, opening_id: str) -> Sequence[ContributionRow]:
        return self._database.all(ContributionRow, opening_id=opening_id)

    def save_refusal(self, refusal: OpeningRefusalRow) -> None:
        """A custodian's later word takes the place of an earlier one."""
        self._database.save(refusal)

    def refusal(self, opening_id: str, custodian: str) -> OpeningRefusalRow | None:
        return self._database.get(OpeningRefusalRow, opening_id=opening_id, custodian=custodian)

    def refusals(self, opening_id: str) -> Sequence[OpeningRefusalRow]:
        return self._database.all(OpeningRefusalRow, opening_id=opening_id)

    def refusals_to(self, requester: str) -> Sequence[OpeningRefusalRow]:
        return self._database.all(OpeningRefusalRow, requester=requester)
