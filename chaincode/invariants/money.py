"""Rules about coins: none without a recorded reason, none twice, and what is locked is there."""

from collections.abc import Iterator

from chaincode.events import (
    Answered,
    Approval,
    Bound,
    BoundSpent,
    Burnt,
    ConsentUsed,
    CouponIssued,
    DrawEntered,
    Drawn,
    EntryRefunded,
    Event,
    Granted,
    Issued,
    MinterSet,
    MintersSealed,
    Moved,
    PartnerRewarded,
    PermitUsed,
    RequestClosed,
    RequestFiled,
    Transfer,
)
from chaincode.ids import NOBODY
from chaincode.invariants.context import Context, said
from chaincode.model import State
from chaincode.model.consents import HOLD_SEALED
from chaincode.model.ground import ANY_ROLE, PARTNER
from chaincode.model.requests import per_person
from chaincode.sentence import Sentence


def broken(context: Context, event: Event) -> Iterator[str]:
    """Yield what an event breaks."""
    match event:
        case Transfer():
            yield from _transfer(context, event)
        case Granted():
            yield from _granted(context, event)
        case Burnt():
            yield from _burnt(context, event)
        case Moved():
            yield from _moved(context, event)
        case Bound():
            before = context.before()
            is_given = isinstance(before, Moved) and (before.receiver, before.amount) == (event.account, event.amount)
            if not is_given or event.policy_id not in context.state.coins.policies:
                yield "coins were bound that were not given under a policy"
        case BoundSpent():
            yield from _bound_spent(context, event)
        case PermitUsed():
            yield from _permit_used(context, event)
        case MinterSet() | MintersSealed():
            if context.state.coins.is_sealed:
                yield "who may make coins was changed after it was sealed"


def _permit_used(context: Context, event: PermitUsed) -> Iterator[str]:
    """The holder's alone, each once, and followed by what it allows."""
    yield from said(context.may_not(event.owner, ANY_ROLE))
    if event.nonce != context.state.coins.permit_nonces.get(event.owner, 0):
        yield "a permit was taken twice, or out of its turn"
    after = context.after()
    if not (isinstance(after, Approval) and after.owner == event.owner):
        yield "a permit was used up and allowed nothing"


def broken_at_the_end(state: State) -> Iterator[str]:
    """Yield what is wrong with the whole."""
    coins = state.coins
    if sum(coins.balances.values()) != coins.granted - coins.burnt:
        yield Sentence(
            "balances add up to {found}, granted - burnt is {expected}",
            found=sum(coins.balances.values()),
            expected=coins.supply,
        )
    for account in {holder for holder, _ in coins.bound}:
        if coins.free(account) < 0:
            yield Sentence("{account} gave away coins that are bound", account=account)
    yield from (
        Sentence("{account} has less than nothing", account=account)
        for account, held in coins.balances.items()
        if held < 0
    )
    locked = sum(request.locked for request in state.requests.requests.values())
    unsettled = sum(
        record.terms.coins
        for record in state.consents.consents.values()
        if record.hold is not None and state.consents.holds[record.hold].state == HOLD_SEALED
    )
    held = sum(coins.balance(lock) for lock in coins.minter_rights)
    pot = state.draws.pot()
    if held != locked + unsettled + pot:
        yield Sentence(
            "the bank's contracts hold {held} coins: {locked} locked, {owed} owed, {pot} in draws",
            held=held,
            locked=locked,
            owed=unsettled,
            pot=pot,
        )


def _transfer(context: Context, event: Transfer) -> Iterator[str]:
    after = context.after()
    if event.sender == NOBODY:
        if not isinstance(after, Granted) or (after.account, after.amount) != (event.receiver, event.value):
            yield "coins came into being without a recorded reason"
    elif context.state.coins.balance(event.sender) < event.value and not _is_prepaid(context, event):
        yield "coins were spent that were not there"
    if event.receiver == NOBODY and (
        not isinstance(after, Burnt) or (after.account, after.amount) != (event.sender, event.value)
    ):
        yield "coins vanished without a recorded reason"


def _is_prepaid(context: Context, event: Transfer) -> bool:
    """Payments of one release are charged together, so only their sum must be there: the end looks at that."""
    return isinstance(context.after(), Moved) and bool(context.others(ConsentUsed))


def _granted(context: Context, event: Granted) -> Iterator[str]:
    if context.before() != Transfer(NOBODY, event.account, event.amount):
        yield "a grant moved no coins"
    answers = context.others_about(Answered, "answer_id", event.reason)
    is_acceptance = bool(context.others_about(PartnerRewarded, "consent_id", event.reason))
    kind = Answered if answers else PartnerRewarded if is_acceptance else Granted
    if (kind, event.reason) in context.grant_reasons:
        yield "coins were granted twice for one reason"
    context.grant_reasons.add((kind, event.reason))
    if answers:
        if (answers[0].member, answers[0].coins) != (event.account, event.amount):
            yield "an answer was paid to somebody else or with another sum"
    elif not is_acceptance and not context.state.members.roles_of(event.account) & PARTNER:
        yield "coins were granted that are neither an answer's reward nor sold to a partner"
    elif not is_acceptance and not any(
        (one.account, one.coins) == (event.account, event.amount)
        for one in context.others_about(Issued, "issue_id", event.reason)
    ):
        yield "coins were sold past the quota"


def _burnt(context: Context, event: Burnt) -> Iterator[str]:
    if context.before() != Transfer(event.account, NOBODY, event.amount):
        yield "a burning moved no coins"
    drawn = context.others_about(Drawn, "draw_id", event.reason)
    if drawn and context.state.draws.held(drawn[0].draw_id) == event.amount:
        return
    bought = context.others_about(CouponIssued, "purchase_id", event.reason)
    if not any((one.member, one.coins) == (event.account, event.amount) for one in bought):
        yield "coins were burnt for no purchase"


def _bound_spent(context: Context, event: BoundSpent) -> Iterator[str]:
    if context.state.coins.bound.get((event.account, event.policy_id), 0) < event.amount:
        yield "bound coins were spent that were not there"
    issuers = context.state.coins.policies[event.policy_id]
    bought = [one for one in context.others_about(CouponIssued, "member", event.account) if one.coins]
    classes = (context.state.coupons.classes.get(one.class_id) for one in bought)
    if not any(known is not None and known.terms.issuer in issuers for known in classes):
        yield "bound coins were spent with an issuer their policy does not name"


def _moved(context: Context, event: Moved) -> Iterator[str]:
    if context.before() != Transfer(event.sender, event.receiver, event.amount):
        yield "a move moved no coins"
    locks = context.state.coins.minter_rights
    if event.receiver in locks and not _is_locking(context, event):
        yield "coins were locked for no request"
    if event.sender in locks and not _is_unlocking(context, event):
        yield "locked coins went out for neither a release, a refund nor a request's end"


def _is_locking(context: Context, event: Moved) -> bool:
    entered = context.others_about(DrawEntered, "entry_id", event.reason)
    if entered:
        return (entered[0].member, entered[0].coins) == (event.sender, event.amount)
    return any(
        (filed.partner, _total(filed)) == (event.sender, event.amount)
        for filed in context.others_about(RequestFiled, "request_id", event.reason)
    )


def _is_unlocking(context: Context, event: Moved) -> bool:
    request = context.state.requests.requests.get(event.reason)
    for closed in context.others_about(RequestClosed, "request_id", event.reason):
        if (request and request.terms.partner, closed.unlocked) == (event.receiver, event.amount):
            return True
    for refunded in context.others_about(EntryRefunded, "entry_id", event.reason):
        if (refunded.member, refunded.coins) == (event.receiver, event.amount):
            return True
    consent = context.state.consents.consents.get(event.reason)
    used = context.others_about(ConsentUsed, "consent_id", event.reason)
    return consent is not None and any(
        (consent.terms.member, one.coins) == (event.receiver, event.amount) for one in used
    )


def _total(filed: RequestFiled) -> int:
    return per_person(filed.coins_base, filed.coins_per_item, filed.items) * filed.persons_maximum
