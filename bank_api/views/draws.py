"""What everybody may see of prize draws: the words kept here, joined with what the ledger has."""

from itertools import combinations
from typing import Any

from bank_api.bank import Bank
from bank_api.protocol.kinds import DrawStanding
from bank_api.store.tables import DrawRow
from chaincode.bindings import DrawRecord, DrawState
from chaincode.bindings.draw import part_number
from chaincode.events import DrawOpened, DrawWon
from chaincode.ids import to_hex


def draws(bank: Bank) -> list[dict[str, Any]]:
    words, names = bank.catalog.draws(), bank.directory.names()
    opened = [(event, words.get(to_hex(event.draw_id))) for event in bank.index.events(DrawOpened)]
    return [_draw(bank, event, row, names) for event, row in opened if row is not None]


def _draw(bank: Bank, event: DrawOpened, row: DrawRow, names: dict[str, str]) -> dict[str, Any]:
    record, drawers = bank.contracts.draw.draw_of(event.draw_id), bank.contracts.draw.drawers_of(event.draw_id)
    keys = bank.catalog.drawers(row.draw_id)
    pairs = list(combinations(range(len(event.drawers)), 2))
    return {
        "draw_id": row.draw_id,
        "title": row.title,
        "prize": row.prize,
        "price_coins": event.price,
        "prizes": event.prizes,
        "entries": record.entries if record else 0,
        "entries_maximum": event.entries_maximum,
        "opens_at": event.opens_at,
        "closes_at": event.closes_at,
        "refunds_from": event.refunds_from,
        "state": _standing(event, record, bank.ledger_time()),
        "drawers": [
            {
                "account": account,
                "name": names.get(account, account),
                "encryption_key": keys.get(account, ""),
                "is_bound": place in drawers.bound,
            }
            for place, account in enumerate(event.drawers)
        ],
        "parts_missing": [
            (event.drawers[a], event.drawers[b]) for a, b in pairs if part_number(a, b) not in drawers.shown
        ],
        "refunded": record.refunded if record else 0,
        "winners": _winners(bank, event, record),
    }


def _winners(bank: Bank, event: DrawOpened, record: DrawRecord | None) -> list[str]:
    if record is None or record.state != DrawState.DRAWN:
        return []
    won = [one for one in bank.index.events(DrawWon) if one.draw_id == event.draw_id]
    return [to_hex(one.entry_id) for one in sorted(won, key=lambda one: one.place)]


def _standing(event: DrawOpened, record: DrawRecord | None, now: int) -> DrawStanding:
    if record is not None and record.state == DrawState.DRAWN:
        return DrawStanding.DRAWN
    if now > event.refunds_from:
        return DrawStanding.OVERDUE
    if now > event.closes_at:
        return DrawStanding.CLOSED
    if record is None or record.state == DrawState.FORMING:
        return DrawStanding.FORMING
    return DrawStanding.UPCOMING if now < event.opens_at else DrawStanding.OPEN
