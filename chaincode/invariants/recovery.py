"""Rules about recovery: no key without its holder, or enough guardians, or the board, and the time to say no."""

from collections.abc import Iterator

from chaincode.events import Event, GuardiansNamed, KeyRotated, Recovered, RecoveryBegun, RecoveryVetoed
from chaincode.invariants.context import Context, said
from chaincode.model.ground import ANY_ROLE, OPERATOR
from chaincode.model.recoveries import BOARD_WAIT_SECONDS


def broken(context: Context, event: Event) -> Iterator[str]:
    """Yield what an event breaks."""
    match event:
        case GuardiansNamed():
            yield from _named(context, event)
        case RecoveryBegun():
            yield from _begun(context, event)
        case RecoveryVetoed():
            pending = context.state.recoveries.pending.get(event.account)
            if pending is None or pending.recovery_id != event.recovery_id or pending.is_final:
                yield "a recovery was vetoed that did not wait, or that every guardian approved"
        case Recovered():
            yield from _recovered(context, event)


def _named(context: Context, event: GuardiansNamed) -> Iterator[str]:
    yield from said(context.may_not(event.account, ANY_ROLE))
    if not 2 <= event.threshold <= len(set(event.guardians)) == len(event.guardians):
        yield "fewer than two guardians, or more than all, give an account a new key"
    if event.account in event.guardians:
        yield "an account is its own guardian"
    if event.sequence <= context.state.recoveries.guardians_sequences.get(event.account, 0):
        yield "an earlier choice of guardians was taken after a later one"
    earlier = context.state.recoveries.circles.get(event.account, [])
    if event.since < context.now + (earlier[-1].wait_seconds if earlier else 0):
        yield "new guardians took over before the earlier ones could act"


def _begun(context: Context, event: RecoveryBegun) -> Iterator[str]:
    if event.sequence <= context.state.recoveries.recovery_sequences.get(event.account, 0):
        yield "an earlier recovery began after a later one"
    circle = context.state.recoveries.circle(event.account, context.now)
    if circle is None:
        if event.approvals * 2 <= context.state.members.board_size or event.approvals == 0:
            yield "a recovery began without a majority of the board"
        if event.ready_at < context.now + BOARD_WAIT_SECONDS or event.is_final:
            yield "a recovery left its account no time to veto"
    else:
        if event.approvals < circle.threshold:
            yield "a recovery began without enough guardians"
        if event.ready_at < context.now + circle.wait_seconds:
            yield "a recovery left its account less time than it had chosen"
        if event.is_final and event.approvals != len(circle.guardians):
            yield "a recovery cannot be vetoed although not every guardian approved"


def _recovered(context: Context, event: Recovered) -> Iterator[str]:
    """The operator's own key is the board's to replace, at once."""
    rotated = context.others_about(KeyRotated, "rotation_id", event.recovery_id)
    if not any(one.account == event.account for one in rotated):
        yield "a recovery replaced no key"
    pending = context.state.recoveries.pending.get(event.account)
    waited = pending is not None and pending.recovery_id == event.recovery_id
    if not waited and context.state.members.roles_of(event.account) & OPERATOR:
        if event.sequence <= context.state.recoveries.recovery_sequences.get(event.account, 0):
            yield "an earlier recovery of the operator's key came after a later one"
        return
    if pending is None or not waited or context.now < pending.ready_at:
        yield "a key was replaced that did not wait for it, or not long enough"
