"""Rules about prize draws: the winners are those that the parts and the entries pick, and nobody else."""

from collections.abc import Iterator

from eth_hash.auto import keccak

from chaincode.events import DrawEntered, DrawerBound, Drawn, DrawOpened, DrawWon, EntryRefunded, Event, PartsShown
from chaincode.ids import EMPTY_ID
from chaincode.invariants.context import Context, said
from chaincode.model.draws import part_number
from chaincode.model.ground import BOARD, MEMBER


def broken(context: Context, event: Event) -> Iterator[str]:
    """Yield what an event breaks."""
    book = context.state.draws
    match event:
        case DrawOpened():
            yield from _opened(context, event)
        case DrawerBound():
            yield from _bound(context, event)
        case DrawEntered():
            yield from _entered(context, event)
        case PartsShown():
            yield from _shown(context, event)
        case Drawn():
            yield from _drawn(context, event)
        case DrawWon():
            yield from _won(context, event)
        case EntryRefunded():
            if book.draws[event.draw_id].is_drawn or book.entries[event.entry_id].is_refunded:
                yield "an entry was refunded of a draw that took place, or twice"
            if context.now <= book.draws[event.draw_id].terms.refunds_from:
                yield "an entry was refunded while its draw was still to be expected"


def _opened(context: Context, event: DrawOpened) -> Iterator[str]:
    if event.draw_id in context.state.draws.draws:
        yield "a draw was overwritten"
    if len(set(event.drawers)) != len(event.drawers) or len(event.drawers) < 3:
        yield "a draw's secret is with fewer than three"
    if not all(context.state.members.roles_of(drawer) & BOARD for drawer in event.drawers):
        yield "a draw's secret is with somebody who is not of the board"


def _bound(context: Context, event: DrawerBound) -> Iterator[str]:
    book, record = context.state.draws, context.state.draws.draws[event.draw_id]
    yield from said(context.may_not(event.drawer, BOARD))
    if event.drawer not in record.terms.drawers or event.drawer in record.bound or record.entries:
        yield "somebody was bound who is no drawer, or is bound already, or after members had entered"
        return
    place = record.terms.drawers.index(event.drawer)
    for other, commitment in enumerate(event.commitments):
        known = book.commitments.get((event.draw_id, part_number(place, other)), commitment)
        if known != commitment or (commitment == EMPTY_ID) != (other == place):
            yield "a drawer is bound to another part than the drawer who shares it"


def _entered(context: Context, event: DrawEntered) -> Iterator[str]:
    yield from said(context.may_not(event.member, MEMBER))
    record = context.state.draws.draws[event.draw_id]
    if event.entry_id in context.state.draws.entries:
        yield "an entry was overwritten"
    if not record.terms.opens_at <= context.now <= record.terms.closes_at:
        yield "a member entered a draw that was not open"
    if len(record.bound) != len(record.terms.drawers):
        yield "a member entered a draw whose result was not settled"
    if event.coins != record.terms.price or len(record.entries) >= record.terms.entries_maximum:
        yield "an entry has another price, or is one too many"


def _shown(context: Context, event: PartsShown) -> Iterator[str]:
    book, record = context.state.draws, context.state.draws.draws[event.draw_id]
    if context.now <= record.terms.closes_at or len(record.bound) != len(record.terms.drawers):
        yield "a part of a secret was taken while members could still enter"
    for part, secret in zip(event.parts, event.secrets, strict=True):
        if book.commitments.get((event.draw_id, part)) != keccak(event.draw_id + secret):
            yield "a part was shown that nobody was bound to"
        if (event.draw_id, part) in book.shown:
            yield "a part was shown twice"


def _drawn(context: Context, event: Drawn) -> Iterator[str]:
    book = context.state.draws
    if book.draws[event.draw_id].is_drawn or not book.is_complete(event.draw_id):
        yield "a draw took place twice, or before every part was shown"
    if event.seed != book.seed(event.draw_id):
        yield "a draw's seed is not made of its parts and entries"
    wins = [(one.entry_id, one.place) for one in context.others_about(DrawWon, "draw_id", event.draw_id)]
    right = [(one, place) for place, one in enumerate(book.winners(event.draw_id, event.seed))]
    if wins != right:
        yield "a draw has other winners than its seed picks"


def _won(context: Context, event: DrawWon) -> Iterator[str]:
    if not context.others_about(Drawn, "draw_id", event.draw_id):
        yield "somebody won without a draw"
    if context.state.draws.entries[event.entry_id].terms.member != event.member:
        yield "somebody won with another's entry"
