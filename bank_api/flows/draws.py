"""Prize draws: the operator opens one, committed to a secret that it shows when all have entered; members enter."""

from starlette.concurrency import run_in_threadpool as in_thread

from bank_api.bank import Bank
from bank_api.errors import IdAlreadyUsedError, InvalidInputError, NotFoundError
from bank_api.flows.flow import Sent, Submit
from bank_api.protocol.acts import Parts
from bank_api.protocol.documents.draw import Draw
from bank_api.protocol.messages.said import said
from bank_api.protocol.shapes.receipts import Receipt
from bank_api.receipts import receipt
from bank_api.store.tables import DrawRow
from chaincode.bindings import DrawTerms
from chaincode.ids import id_from_hex, text_hash, to_hex
from chaincode.typed_data import Entry


def open_draw(bank: Bank, draw: Draw) -> Receipt:
    """Keep the draw's words here and put its hashes, price and times on the ledger."""
    if not draw.opens_at < draw.closes_at < draw.nonces_until < draw.reveal_until:
        raise InvalidInputError("closes_at", said("rule-draw-times"))
    known = bank.catalog.draw(draw.draw_id)
    if known is not None and (known.title, known.prize) != (draw.title, draw.prize):
        raise IdAlreadyUsedError
    if known is None:
        bank.catalog.save(DrawRow(draw_id=draw.draw_id, title=draw.title, prize=draw.prize))
    terms = DrawTerms(
        draw_id=id_from_hex(draw.draw_id),
        title_hash=text_hash(draw.title),
        prize_hash=text_hash(draw.prize),
        commitment=id_from_hex(draw.commitment, "commitment"),
        price=draw.price_coins,
        prizes=draw.prizes,
        entries_maximum=draw.entries_maximum,
        opens_at=draw.opens_at,
        closes_at=draw.closes_at,
        nonces_until=draw.nonces_until,
        reveal_until=draw.reveal_until,
    )
    return receipt(bank.contracts.draw.open_draw(bank.transactor, terms))


async def enter(bank: Bank, sent: Sent[Entry, Parts], submit: Submit) -> Receipt:
    """A member's entry; the contract knows the title by its hash, here its words are named."""
    draw_id = to_hex(sent.words.draw_id)
    row = await in_thread(bank.catalog.draw, draw_id)
    if row is None:
        raise NotFoundError("draw", draw_id)
    if sent.words.title != row.title:
        raise InvalidInputError("entry.message.title", said("rule-title", title=row.title))
    return receipt(await submit(sent.signed))
