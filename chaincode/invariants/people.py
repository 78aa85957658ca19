"""Rules about people: who belongs, in which role, with which key."""

from collections.abc import Iterator

from chaincode.events import (
    Delegated,
    Dismissed,
    EncryptionKeySet,
    Enrolled,
    Event,
    Joined,
    KeyRotated,
    Recovered,
    Reinstated,
    Seated,
    Suspended,
    TermsAccepted,
    TermsSet,
)
from chaincode.ids import NOBODY
from chaincode.invariants.context import Context, said
from chaincode.model.ground import ANY_ROLE, APPOINTED, BOARD, EXCLUSIVE, MEMBER, OPERATOR, PARTNER, SHOP
from chaincode.model.membership.delegation import APPOINTMENT_WAIT_SECONDS


def broken(context: Context, event: Event) -> Iterator[str]:
    """Yield what an event breaks."""
    match event:
        case TermsSet():
            if event.accept_by < context.now or event.terms_hash == context.state.members.terms_hash:
                yield "terms were set that stood already, or that nobody had time to accept"
        case TermsAccepted():
            yield from _accepted(context, event)
        case Joined():
            yield from _joined(context, event)
        case Enrolled():
            yield from _enrolled(context, event)
            yield from _seated(context, event)
        case Dismissed():
            yield from _seated(context, event)
            if not context.state.members.roles_of(event.account) & event.role:
                yield "an account lost a role it did not have"
        case Delegated():
            if event.since > context.now and event.since < context.now + APPOINTMENT_WAIT_SECONDS:
                yield "a guardian was appointed who may act before the account could object"
            if event.account == event.delegate or not context.state.members.roles_of(event.delegate):
                yield "an account was delegated to itself or to a stranger"
            last = context.state.members.sequences.get((event.account, event.delegate), 0)
            if event.scope and event.sequence <= last:
                yield "an earlier word about a delegate was taken after a later one"
        case Seated():
            if event.role not in (BOARD, OPERATOR):
                yield "the board gave or took a role that is not its own"
            if event.sequence <= context.state.members.seat_sequences.get(event.account, 0):
                yield "an earlier word of the board about a seat was taken after a later one"
        case EncryptionKeySet():
            yield from said(context.may_not(event.account, ANY_ROLE))
            if event.sequence <= context.state.members.key_sequences.get(event.account, 0):
                yield "an earlier encryption key was taken after a later one"
        case Suspended():
            if context.state.members.accounts[event.account].is_suspended:
                yield "an account was suspended twice"
        case Reinstated():
            if not context.state.members.accounts[event.account].is_suspended:
                yield "an account was reinstated that was not suspended"
        case KeyRotated():
            yield from _rotated(context, event)
            if context.state.members.accounts[event.account].key != event.old_key:
                yield "a key was replaced that was not the account's"
            if not context.state.members.is_fresh(event.new_key):
                yield "a key came back"


def _seated(context: Context, event: Enrolled | Dismissed) -> Iterator[str]:
    """Once there is a board, who sits on it and who operates is its own to say."""
    if not event.role & (OPERATOR | BOARD) or context.state.members.board_size == 0:
        return
    seated = isinstance(event, Enrolled)
    words = ((one.account, one.role, one.seated) for one in context.others(Seated))
    if (event.account, event.role, seated) not in words:
        yield "the operator changed the board or the operators past the board"


def _rotated(context: Context, event: KeyRotated) -> Iterator[str]:
    """By the holder itself, or by a recovery that the same transaction records."""
    after = context.after()
    if not (isinstance(after, Recovered) and after.recovery_id == event.rotation_id):
        yield from said(context.may_not(event.account, ANY_ROLE))


def _joined(context: Context, event: Joined) -> Iterator[str]:
    members = context.state.members
    if members.roles_of(event.account) & MEMBER:
        yield "a member joined twice"
    if event.account not in members.accounts and not members.is_fresh(event.account):
        yield "an account is another account's key"
    if event.terms_hash != members.terms_hash:
        yield "a member joined under other terms than those set"


def _accepted(context: Context, event: TermsAccepted) -> Iterator[str]:
    members = context.state.members
    yield from said(context.may_not(event.account, MEMBER))
    if event.terms_hash != members.terms_hash:
        yield "a member accepted other terms than those set"
    if members.accounts[event.account].terms_number == members.terms_number:
        yield "a member accepted the same terms twice"


def _enrolled(context: Context, event: Enrolled) -> Iterator[str]:
    if event.role & APPOINTED != event.role or event.role.bit_count() != 1:
        yield "an account was given a role that is none"
    if event.role & EXCLUSIVE and context.state.members.roles_of(event.account) & EXCLUSIVE & ~event.role:
        yield "an account was given roles that exclude each other"
    if event.role == SHOP and not context.state.members.roles_of(event.parent) & PARTNER:
        yield "a shop belongs to no partner"
    if event.role != SHOP and event.parent != NOBODY:
        yield "an account that is no shop belongs to somebody"
