"""Rules about people: who belongs, in which role, with which key."""

from collections.abc import Iterator

from chaincode.events import Delegated, Dismissed, Enrolled, Event, Joined, KeyRotated, Reinstated, Suspended
from chaincode.ids import NOBODY
from chaincode.invariants.context import Context
from chaincode.model.ground import APPOINTED, MEMBER, PARTNER, SHOP


def broken(context: Context, event: Event) -> Iterator[str]:
    """Yield what an event breaks."""
    match event:
        case Joined():
            yield from _joined(context, event)
        case Enrolled():
            yield from _enrolled(context, event)
        case Dismissed():
            if not context.state.members.roles_of(event.account) & event.role:
                yield "an account lost a role it did not have"
        case Delegated():
            if event.account == event.delegate or not context.state.members.roles_of(event.delegate):
                yield "an account was delegated to itself or to a stranger"
        case Suspended():
            if context.state.members.accounts[event.account].is_suspended:
                yield "an account was suspended twice"
        case Reinstated():
            if not context.state.members.accounts[event.account].is_suspended:
                yield "an account was reinstated that was not suspended"
        case KeyRotated():
            if context.state.members.accounts[event.account].key != event.old_key:
                yield "a key was replaced that was not the account's"
            if not context.state.members.is_fresh(event.new_key):
                yield "a key came back"


def _joined(context: Context, event: Joined) -> Iterator[str]:
    members = context.state.members
    if members.roles_of(event.account) & MEMBER:
        yield "a member joined twice"
    if event.account not in members.accounts and not members.is_fresh(event.account):
        yield "an account is another account's key"
    if event.terms_hash != members.terms_hash:
        yield "a member joined under other terms than those set"


def _enrolled(context: Context, event: Enrolled) -> Iterator[str]:
    if event.role & APPOINTED != event.role or event.role.bit_count() != 1:
        yield "an account was given a role that is none"
    if event.role == SHOP and not context.state.members.roles_of(event.parent) & PARTNER:
        yield "a shop belongs to no partner"
    if event.role != SHOP and event.parent != NOBODY:
        yield "an account that is no shop belongs to somebody"
