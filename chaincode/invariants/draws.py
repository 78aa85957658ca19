"""Rules about prize draws: the winners are those that the secret and the nonces pick, and nobody else."""

from collections.abc import Iterator

from eth_hash.auto import keccak

from chaincode.events import DrawEntered, DrawOpened, DrawWon, EntryRefunded, Event, NonceShown, SecretShown
from chaincode.invariants.context import Context, said
from chaincode.model.draws import ENTERED, REFUNDED
from chaincode.model.ground import MEMBER


def broken(context: Context, event: Event) -> Iterator[str]:
    """Yield what an event breaks."""
    book = context.state.draws
    match event:
        case DrawOpened():
            if event.draw_id in book.draws:
                yield "a draw was overwritten"
        case DrawEntered():
            yield from _entered(context, event)
        case NonceShown():
            entry = book.entries[event.entry_id]
            if keccak(event.entry_id + event.nonce) != entry.terms.nonce_hash or entry.state != ENTERED:
                yield "a nonce was counted that is not the entry's"
        case SecretShown():
            yield from _drawn(context, event)
        case DrawWon():
            yield from _won(context, event)
        case EntryRefunded():
            if book.draws[event.draw_id].is_drawn or book.entries[event.entry_id].state == REFUNDED:
                yield "an entry was refunded of a draw that took place, or twice"


def _entered(context: Context, event: DrawEntered) -> Iterator[str]:
    yield from said(context.may_not(event.member, MEMBER))
    record = context.state.draws.draws[event.draw_id]
    if event.entry_id in context.state.draws.entries:
        yield "an entry was overwritten"
    if not record.terms.opens_at <= context.now <= record.terms.closes_at:
        yield "a member entered a draw that was not open"
    if event.coins != record.terms.price or len(record.entries) >= record.terms.entries_maximum:
        yield "an entry has another price, or is one too many"


def _drawn(context: Context, event: SecretShown) -> Iterator[str]:
    book = context.state.draws
    if keccak(event.draw_id + event.secret) != book.draws[event.draw_id].terms.commitment:
        yield "a draw used another secret than it was committed to"
    if event.seed != book.seed(event.draw_id, event.secret):
        yield "a draw's seed is not made of its secret and nonces"
    wins = [(one.entry_id, one.place) for one in context.others(DrawWon) if one.draw_id == event.draw_id]
    right = [(one, place) for place, one in enumerate(book.winners(event.draw_id, event.seed))]
    if wins != right:
        yield "a draw has other winners than its seed picks"


def _won(context: Context, event: DrawWon) -> Iterator[str]:
    if not any(one.draw_id == event.draw_id for one in context.others(SecretShown)):
        yield "somebody won without a draw"
    if context.state.draws.entries[event.entry_id].terms.member != event.member:
        yield "somebody won with another's entry"
