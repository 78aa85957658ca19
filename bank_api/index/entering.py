"""What some blocks say, entered into the index's tables, within one transaction."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import NoResultFound

from bank_api.index import accounts, tallies
from bank_api.index.reading import Reading
from bank_api.index.rows import RecordedConsent
from bank_api.index.tallies import Place, Tally
from bank_api.index.undoing import Before
from bank_api.store import statements
from bank_api.store.moment import Moment
from bank_api.store.tables import (
    CursorRow,
    IndexedAnswerRow,
    IndexedBlockRow,
    IndexedConsentRow,
    IndexedDecisionRow,
    IndexedRevocationRow,
    LedgerEventRow,
)

CURSOR = "events, accounts, tallies, counts, rules, corrections, blocks, decisions"
"""Names what is read: a copy that an earlier program made lacks some of it."""

_CURSOR, _BLOCK = statements.table_of(CursorRow), statements.table_of(IndexedBlockRow)
_STANDING = (
    select(_CURSOR.c.block_number, _BLOCK.c.hash)
    .select_from(_CURSOR.outerjoin(_BLOCK, _BLOCK.c.number == _CURSOR.c.block_number))
    .where(_CURSOR.c.name == bindparam("name"))
)
_CONSENT = statements.table_of(IndexedConsentRow)
_FIND_CONSENT = statements.rows_where(IndexedConsentRow, ("consent_id",))
_FIND_CURSOR = statements.rows_where(CursorRow, ("name",))
_USE = (
    update(_CONSENT).where(_CONSENT.c.consent_id == bindparam("used")).values(uses=_CONSENT.c.uses + bindparam("more"))
)


def next_block(moment: Moment) -> int:
    """The first block not read yet."""
    cursor = moment.execute(_FIND_CURSOR, {"name": CURSOR}).first()
    return 0 if cursor is None else int(cursor.block_number) + 1


def read_through(moment: Moment) -> tuple[int, str]:
    """The first block not read yet, and the hash of the one before: two histories of one length differ in it."""
    found = moment.execute(_STANDING, {"name": CURSOR}).first()
    return (0, "") if found is None else (int(found.block_number) + 1, found.hash or "")


def enter(moment: Moment, reading: Reading) -> Before:
    """Enter a reading: 1. accounts and sums, 2. consents, 3. their uses, 4. events, answers, decisions, 5. how far.

    What all this changed, as it was before.
    """
    before = Before()
    accounts.apply(moment, reading.accounts, before)  # 1.
    tallies.apply(moment, reading.sums, before)
    _enter_consents(moment, reading.consents, before)  # 2.
    users = _use(moment, reading, before)  # 3.
    events = [row._asdict() for row in reading.events]
    for row in events:
        row["account"] = users.get((row["block_number"], row["log_index"]), row["account"])
    statements.save(moment, LedgerEventRow, events)  # 4.
    statements.save(moment, IndexedAnswerRow, [row._asdict() for row in reading.answers])
    statements.save(moment, IndexedDecisionRow, [row._asdict() for row in reading.decisions])
    statements.save(moment, IndexedRevocationRow, [row._asdict() for row in reading.revocations])
    statements.save(moment, CursorRow, [{"name": CURSOR, "block_number": reading.through_block}])  # 5.
    return before


def _enter_consents(moment: Moment, consents: Sequence[RecordedConsent], before: Before) -> None:
    """A consent that changed keeps its uses, and is counted in its new state."""
    rows, moved = [], Counter[Place]()
    for fresh, known in zip(consents, _known(moment, [one.consent_id for one in consents], before), strict=True):
        rows.append(fresh._asdict() | {"state": int(fresh.state), "uses": 0 if known is None else known.uses})
        moved[_counted(fresh)] += 1
        if known is not None:
            moved[_counted(known)] -= 1
    statements.save(moment, IndexedConsentRow, rows)
    tallies.apply(moment, {place: count for place, count in moved.items() if count}, before)


def _known(moment: Moment, consents: Sequence[str], before: Before) -> list[Any | None]:
    asked = [{"consent_id": consent_id} for consent_id in consents]
    found = [one.first() for one in moment.execute_each(_FIND_CONSENT, asked)]
    for consent_id, one in zip(consents, found, strict=True):
        before.keep("consent", [consent_id], one)
    return found


def _counted(consent: Any) -> Place:
    return Place(Tally.CONSENTS, consent.request_id, str(int(consent.state)))


def _use(moment: Moment, reading: Reading, before: Before) -> dict[tuple[int, int], str]:
    """Count the uses of consents; whose consent it was, by where the use stands. Raises NoResultFound."""
    counts: dict[str, int] = {}
    for consent_id in reading.uses.values():
        counts[consent_id] = counts.get(consent_id, 0) + 1
    members = {}
    for one, known in zip(counts, _known(moment, list(counts), before), strict=True):
        if known is None:
            raise NoResultFound(f"a use of the consent {one}, which was never given")
        members[one] = known.member
    if counts:
        moment.tell(_USE, [{"used": one, "more": count} for one, count in counts.items()])
    return {place: members[consent_id] for place, consent_id in reading.uses.items()}
