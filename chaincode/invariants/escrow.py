"""Rules about escrows: active only when every custodian has its share, opened only by enough of them, in time."""

from collections.abc import Iterator

from chaincode.events import (
    Contributed,
    EscrowActivated,
    EscrowCreated,
    EscrowOpened,
    EscrowReplaced,
    Event,
    OpeningRequested,
    OpeningVetoed,
    ShareAcknowledged,
)
from chaincode.ids import EMPTY_ID, NOBODY
from chaincode.invariants.context import Context, said
from chaincode.model.escrows import OPENED, VETOED
from chaincode.model.ground import ANY_ROLE


def broken(context: Context, event: Event) -> Iterator[str]:
    """Yield what an event breaks."""
    book = context.state.escrows
    match event:
        case EscrowCreated():
            yield from _created(context, event)
        case ShareAcknowledged():
            yield from said(context.may_not(event.custodian, ANY_ROLE))
            if event.custodian not in book.escrows[event.escrow_id].terms.custodians:
                yield "a share was acknowledged by somebody who has none"
            if book.escrows[event.escrow_id].successor is not None:
                yield "a share was acknowledged of an escrow that another took the place of"
        case EscrowActivated():
            record = book.escrows[event.escrow_id]
            if record.acknowledged != set(record.terms.custodians):
                yield "an escrow became active before every custodian had its share"
        case EscrowReplaced():
            yield from _replaced(context, event)
        case OpeningRequested():
            yield from _requested(context, event)
        case OpeningVetoed():
            opening = book.openings[event.opening_id]
            if event.owner != book.escrows[opening.terms.escrow_id].terms.owner:
                yield "an opening was vetoed by somebody else than the owner"
            if opening.state == OPENED:
                yield "an opening was vetoed after it was open"
        case Contributed():
            yield from _contributed(context, event)
        case EscrowOpened():
            yield from _opened(context, event)


def _created(context: Context, event: EscrowCreated) -> Iterator[str]:
    yield from said(context.may_not(event.owner, ANY_ROLE))
    if event.escrow_id in context.state.escrows.escrows:
        yield "an escrow was overwritten"
    if not 2 <= event.threshold <= len(set(event.custodians)) == len(event.custodians):
        yield "an escrow opens with fewer than two or more than all custodians"
    if event.heir != NOBODY and event.heir not in context.state.members.accounts:
        yield "an escrow names an heir who is nobody"
    replaced = context.state.escrows.escrows.get(event.replaces)
    if event.replaces != EMPTY_ID and (replaced is None or replaced.terms.owner != event.owner):
        yield "an escrow would take the place of one that is not its owner's"
    if replaced is not None and replaced.successor is not None:
        yield "an escrow would take the place of one that has gone already"


def _replaced(context: Context, event: EscrowReplaced) -> Iterator[str]:
    escrows = context.state.escrows.escrows
    successor = escrows[event.successor]
    if successor.terms.replaces != event.escrow_id or not successor.is_active:
        yield "an escrow was replaced by one that is not active or was not meant to"
    if escrows[event.escrow_id].successor is not None:
        yield "an escrow was replaced twice"


def _requested(context: Context, event: OpeningRequested) -> Iterator[str]:
    record = context.state.escrows.escrows[event.escrow_id]
    yield from said(context.may_not(event.requester, ANY_ROLE))
    if event.opening_id in context.state.escrows.openings:
        yield "an opening was overwritten"
    if event.requester not in (record.terms.owner, record.terms.heir, *record.terms.custodians):
        yield "an opening was requested by a stranger"
    if not record.is_active or record.successor is not None:
        yield "an opening was requested of an escrow that is not active"
    if event.not_before != context.now + record.terms.opening_delay_seconds:
        yield "an opening has another delay than its escrow"


def _contributed(context: Context, event: Contributed) -> Iterator[str]:
    opening = context.state.escrows.openings[event.opening_id]
    yield from said(context.may_not(event.custodian, ANY_ROLE))
    if event.custodian not in context.state.escrows.escrows[opening.terms.escrow_id].terms.custodians:
        yield "somebody contributed who is no custodian"
    if event.custodian in dict(opening.contributions):
        yield "a custodian contributed twice"
    if opening.state == VETOED or context.now < opening.terms.not_before:
        yield "a custodian contributed after a veto or before the delay was over"
    if context.state.escrows.escrows[opening.terms.escrow_id].successor is not None:
        yield "a custodian contributed to an escrow that another took the place of"


def _opened(context: Context, event: EscrowOpened) -> Iterator[str]:
    opening = context.state.escrows.openings[event.opening_id]
    threshold = context.state.escrows.escrows[event.escrow_id].terms.threshold
    if len(opening.contributions) < threshold:
        yield "an escrow was opened without enough custodians"
    if opening.state == VETOED:
        yield "an escrow was opened against the owner's veto"
