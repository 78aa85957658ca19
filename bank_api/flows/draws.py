"""Prize draws: the operator opens one, drawers are bound, members enter, parts are shown or coins go back."""

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.errors import IdAlreadyUsedError, InvalidInputError, NotFoundError
from bank_api.flows.flow import Sent, Submit
from bank_api.index.rows import position_of
from bank_api.protocol.acts import Parts
from bank_api.protocol.documents.draw import Draw
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.draws import Refunds
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt, receipt_of_before
from bank_api.store.tables import DrawerRow, DrawRow
from chaincode.bindings import DrawTerms
from chaincode.events import DrawEntered, PartsShown
from chaincode.ids import id_from_hex, parse_address, text_hash, to_hex
from chaincode.typed_data import DrawBinding, Entry


def open_draw(bank: Bank, draw: Draw) -> Receipt:
    """Keep the draw's words and its drawers' keys here, put its hashes, price, times and drawers on the ledger."""
    if not draw.opens_at < draw.closes_at < draw.refunds_from:
        raise InvalidInputError("closes_at", said("rule-draw-times"))
    drawers = _drawers(bank, draw)
    known = bank.catalog.draw(draw.draw_id)
    if known is not None and (known.title, known.prize) != (draw.title, draw.prize):
        raise IdAlreadyUsedError
    if known is None:
        keys = [DrawerRow(draw_id=draw.draw_id, account=one, encryption_key=key) for one, key in drawers.items()]
        bank.catalog.save(DrawRow(draw_id=draw.draw_id, title=draw.title, prize=draw.prize), *keys)
    terms = DrawTerms(
        draw_id=id_from_hex(draw.draw_id),
        title_hash=text_hash(draw.title),
        prize_hash=text_hash(draw.prize),
        price=draw.price_coins,
        prizes=draw.prizes,
        entries_maximum=draw.entries_maximum,
        opens_at=draw.opens_at,
        closes_at=draw.closes_at,
        refunds_from=draw.refunds_from,
        drawers=tuple(drawers),
    )
    return receipt(bank.contracts.draw.open_draw(bank.transactor, terms))


async def bind(bank: Bank, sent: Sent[DrawBinding, Parts], submit: Submit) -> Receipt:
    """A drawer's word; the contract knows the title by its hash, here its words are named."""
    await _check_title(bank, sent.words, "draw_binding")
    return receipt(await submit(sent.signed))


async def enter(bank: Bank, sent: Sent[Entry, Parts], submit: Submit) -> Receipt:
    """A member's entry; the contract knows the title by its hash, here its words are named."""
    await _check_title(bank, sent.words, "entry")
    return receipt(await submit(sent.signed))


def show_parts(bank: Bank, draw_id: str, secrets: Mapping[int, bytes]) -> Receipt:
    """Carry parts of a draw's secret to the ledger; each proves itself, so it does not matter who brings it.

    The contract takes none once it has drawn: whoever brings the last ones again is told when they came.
    """
    item, shown = _known(bank, draw_id), dict[int, bytes]()
    for event in bank.index.events_about(draw_id, PartsShown):
        shown |= zip(event.parts, event.secrets, strict=True)
        if secrets.items() <= shown.items():
            place = position_of(event)
            return receipt_of_before(draw_id, place.block_number, place.transaction_hash)
    return receipt(bank.contracts.draw.show_parts(bank.transactor, item, secrets))


def refund(bank: Bank, draw_id: str) -> Refunds:
    """Bring the coins of a draw's entries back, all that did not come back yet. Raises LedgerRefusedError."""
    item = _known(bank, draw_id)
    entries = [event.entry_id for event in bank.index.events(DrawEntered) if event.draw_id == item]
    outcomes = bank.contracts.draw.refund(bank.transactor, item, entries)
    before = sum(outcome.repeated for outcome in outcomes)
    return Refunds(refunded=len(outcomes) - before, refunded_before=before)


def _known(bank: Bank, draw_id: str) -> bytes:
    if bank.catalog.draw(draw_id) is None:
        raise NotFoundError("draw", draw_id)
    return id_from_hex(draw_id)


async def _check_title(bank: Bank, words: DrawBinding | Entry, field: str) -> None:
    draw_id = to_hex(words.draw_id)
    row = await in_thread(bank.catalog.draw, draw_id)
    if row is None:
        raise NotFoundError("draw", draw_id)
    if words.title != row.title:
        raise InvalidInputError(f"{field}.message.title", said("rule-title", title=row.title))


def _drawers(bank: Bank, draw: Draw) -> dict[str, str]:
    """The drawers' keys by account, in the contract's order. Raises InvalidInputError."""
    keys: dict[str, str] = {}
    for place, text in enumerate(draw.drawers):
        account = parse_address(text, f"drawers[{place}]")
        person = bank.directory.person(account)
        if person is None or not person.has_role("board") or not person.encryption_key:
            raise InvalidInputError(f"drawers[{place}]", said("rule-drawer"))
        keys[account] = person.encryption_key
    return {account: keys[account] for account in sorted(keys, key=lambda one: int(one, 16))}
