"""What everybody may see of prize draws: the words kept here, joined with what the ledger has."""

from typing import Any

from bank_api.bank import Bank
from bank_api.index.tallies import Tally
from bank_api.protocol.kinds import DrawStanding
from bank_api.store.tables import DrawRow
from chaincode.events import DrawOpened, SecretShown
from chaincode.ids import to_hex


def draws(bank: Bank) -> list[dict[str, Any]]:
    words = bank.catalog.draws()
    opened = [(event, words.get(to_hex(event.draw_id))) for event in bank.index.events(DrawOpened)]
    return [_draw(bank, event, row) for event, row in opened if row is not None]


def _draw(bank: Bank, event: DrawOpened, row: DrawRow) -> dict[str, Any]:
    drawn = bank.index.has(row.draw_id, SecretShown)
    return {
        "draw_id": row.draw_id,
        "title": row.title,
        "prize": row.prize,
        "price_coins": event.price,
        "prizes": event.prizes,
        "entries": bank.index.tally(Tally.ENTRIES, row.draw_id),
        "entries_maximum": event.entries_maximum,
        "opens_at": event.opens_at,
        "closes_at": event.closes_at,
        "state": _standing(event, drawn, bank.ledger_time()),
    }


def _standing(event: DrawOpened, drawn: bool, now: int) -> DrawStanding:
    if drawn:
        return DrawStanding.DRAWN
    if now < event.opens_at:
        return DrawStanding.UPCOMING
    return DrawStanding.OPEN if now <= event.closes_at else DrawStanding.CLOSED
