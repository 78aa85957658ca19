"""What everybody may see of prize draws: the words kept here, joined with what the ledger has."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from bank_api.bank import Bank
from bank_api.index.ledger_index import LedgerIndex
from bank_api.index.tallies import Tally
from bank_api.protocol.kinds import DrawStanding
from bank_api.store.tables import DrawRow
from chaincode.bindings.draw import part_number
from chaincode.events import DrawerBound, Drawn, DrawOpened, DrawWon, Event, PartsShown
from chaincode.ids import to_hex


def draws(bank: Bank) -> list[dict[str, Any]]:
    words, names = bank.catalog.draws(), bank.directory.names()
    opened = [(event, words.get(to_hex(event.draw_id))) for event in bank.index.events(DrawOpened)]
    return [_draw(bank, event, row, names) for event, row in opened if row is not None]


def _draw(bank: Bank, event: DrawOpened, row: DrawRow, names: dict[str, str]) -> dict[str, Any]:
    history, keys = bank.index.events_about(row.draw_id), bank.catalog.drawers(row.draw_id)
    bound = {one.drawer for one in history if isinstance(one, DrawerBound)}
    shown = {part for one in history if isinstance(one, PartsShown) for part in one.parts}
    pairs = list(combinations(range(len(event.drawers)), 2))
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
        "refunds_from": event.refunds_from,
        "state": _standing(event, history, bank.ledger_time()),
        "drawers": [
            {
                "account": account,
                "name": names.get(account, account),
                "encryption_key": keys.get(account, ""),
                "is_bound": account in bound,
            }
            for account in event.drawers
        ],
        "parts_missing": [(event.drawers[a], event.drawers[b]) for a, b in pairs if part_number(a, b) not in shown],
        "refunded": bank.index.tally(Tally.REFUNDED, row.draw_id),
        "winners": _winners(bank, event) if any(isinstance(one, Drawn) for one in history) else [],
    }


def _winners(bank: Bank, event: DrawOpened) -> list[str]:
    won = bank.index.once_a_block(_won).get(event.draw_id, [])
    return [to_hex(one.entry_id) for one in sorted(won, key=lambda one: one.place)]


def _won(index: LedgerIndex) -> dict[bytes, list[DrawWon]]:
    """What was won, by draw."""
    found: dict[bytes, list[DrawWon]] = {}
    for event in index.events(DrawWon):
        found.setdefault(event.draw_id, []).append(event)
    return found


def _standing(event: DrawOpened, history: Sequence[Event], now: int) -> DrawStanding:
    """What `history`, all events about the draw, and the time make of it."""
    if any(isinstance(one, Drawn) for one in history):
        return DrawStanding.DRAWN
    if now > event.refunds_from:
        return DrawStanding.OVERDUE
    if now > event.closes_at:
        return DrawStanding.CLOSED
    if sum(isinstance(one, DrawerBound) for one in history) < len(event.drawers):
        return DrawStanding.FORMING
    return DrawStanding.UPCOMING if now < event.opens_at else DrawStanding.OPEN
