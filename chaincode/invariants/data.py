"""Rules about data: answers, requests, consents, releases."""

from collections.abc import Iterator

from chaincode.events import (
    Acknowledged,
    Answered,
    ApprovalRevoked,
    BudgetAdded,
    ConsentByRule,
    ConsentChanged,
    ConsentHeld,
    ConsentUsed,
    Corrected,
    DeletionAttested,
    Disclosed,
    Event,
    PartnerRewarded,
    ReleaseOpened,
    RequestClosed,
    RequestConsumed,
    RequestDecided,
    RequestFiled,
    RuleEnded,
    RuleSet,
    SurveyPublished,
)
from chaincode.ids import EMPTY_ID
from chaincode.invariants.context import Context, said
from chaincode.model.consents import (
    EXPIRED,
    HOLD_SEALED,
    IN_FORCE,
    RECORDED,
    REFUSED,
    RENEWED,
    REQUESTED,
    SUPERSEDED,
    WITHDRAWN,
)
from chaincode.model.ground import BOARD, MEMBER, PARTNER
from chaincode.model.releases import DISCLOSED
from chaincode.model.requests import APPROVED, FILED
from chaincode.model.rules import Wish
from chaincode.sentence import Sentence


def broken(context: Context, event: Event) -> Iterator[str]:
    """Yield what an event breaks."""
    match event:
        case SurveyPublished():
            if event.survey_id in context.state.surveys.surveys:
                yield "a survey was published twice"
        case BudgetAdded():
            surveys = context.state.surveys
            if event.top_up_id in surveys.top_ups or event.survey_id not in surveys.surveys or not event.coins:
                yield "a budget was added to twice by one id, or by nothing, or no survey has it"
        case Answered():
            yield from _answered(context, event)
        case Corrected():
            yield from _corrected(context, event)
        case PartnerRewarded():
            if event.coins != context.state.surveys.acceptance_reward(event.survey_id, event.member):
                yield "a member was paid for a partner otherwise than promised"
        case RequestFiled() | RequestDecided() | ApprovalRevoked() | RequestConsumed() | RequestClosed():
            yield from _request(context, event)
        case ConsentChanged() if event.state == REQUESTED:
            yield from _asked(context, event)
        case ConsentChanged():
            yield from _recorded(context, event) if event.state in RECORDED else _ended(context, event)
        case ConsentByRule():
            yield from _by_rule(context, event)
        case RuleSet() | RuleEnded():
            yield from _rule(context, event)
        case DeletionAttested():
            if context.state.releases.releases[event.release_id].partner != event.partner:
                yield "a deletion was attested by another partner"
            due = context.state.releases.deletion_due(event.release_id)
            if (event.due_at, event.late) != (due, context.now > due):
                yield "a deletion is not in time as its event says"
        case ConsentUsed():
            yield from _used(context, event)
        case ConsentHeld():
            hold = context.state.consents.holds[event.release_id]
            yield from said(_not_live(context, event.consent_id, hold.request_id, hold.items))
            yield from said(_gone(context, event.consent_id))
            member = context.state.consents.consents[event.consent_id].terms.member
            yield from said(_unaccepted(context, member, hold.closes_by))
        case ReleaseOpened():
            if event.release_id in context.state.releases.releases:
                yield "a release id was used twice"
        case Disclosed():
            yield from _disclosed(context, event)
        case Acknowledged():
            release = context.state.releases.releases[event.release_id]
            if release.state != DISCLOSED or release.partner != event.partner:
                yield "a release was acknowledged that the partner did not get"


def _answered(context: Context, event: Answered) -> Iterator[str]:
    survey = context.state.surveys.surveys[event.survey_id]
    yield from said(context.may_not(event.member, MEMBER))
    yield from said(_unaccepted(context, event.member, context.now))
    yield from said(survey.window_refusal(context.now))
    if (event.survey_id, event.member) in context.state.surveys.answer_of:
        yield "a member answered a survey twice"
    if not survey.has_items(event.items) or event.coins != survey.reward(event.items):
        yield "an answer's reward is not the survey's rule"
    if event.coins > survey.budget_left:
        yield "a survey spent more than its budget"


def _corrected(context: Context, event: Corrected) -> Iterator[str]:
    book = context.state.surveys
    yield from said(context.may_not(event.member, MEMBER))
    if event.survey_id not in book.surveys or not book.surveys[event.survey_id].has_items(event.items):
        yield "a correction answers items its survey does not have"
    if book.answer_of.get((event.survey_id, event.member)) != event.replaces:
        yield "a correction took the place of an answer that did not stand"
    if event.correction_id in book.answers or event.correction_id in book.corrections:
        yield "a correction took the id of another answer"


Requests = RequestFiled | RequestDecided | ApprovalRevoked | RequestConsumed | RequestClosed


def _request(context: Context, event: Requests) -> Iterator[str]:
    requests = context.state.requests.requests
    match event:
        case RequestFiled():
            yield from said(context.may_not(event.partner, PARTNER))
            if event.request_id in requests or event.number != len(requests) + 1:
                yield "a request was filed twice"
            if not context.state.surveys.surveys[event.survey_id].has_items(event.items):
                yield "a request asks for items its survey does not have"
            if event.k_minimum < 2:
                yield "a request lets a single person stand out"
            if event.l_minimum < 2 or not 1 <= event.t_percent <= 100:
                yield "a request lets a class agree in a sensitive answer"
        case RequestDecided():
            yield from said(context.may_not(event.board, BOARD))
            if requests[event.request_id].state != FILED:
                yield "a request was decided twice"
        case ApprovalRevoked():
            yield from said(context.may_not(event.board, BOARD))
            if requests[event.request_id].state != APPROVED:
                yield "an approval was taken back that did not stand"
            if not context.others_about(RequestClosed, "request_id", event.request_id):
                yield "an approval was taken back and the request's coins kept"
        case RequestConsumed():
            record = requests[event.request_id]
            if record.persons_used + event.persons > record.terms.persons_maximum:
                yield "a request was used for more persons than it asked for"
            if event.coins > record.locked:
                yield "a request paid more than it had locked"
        case RequestClosed():
            if event.unlocked != requests[event.request_id].locked:
                yield "a request ended and kept coins, or gave back more than it had"


def _recorded(context: Context, event: ConsentChanged) -> Iterator[str]:
    yield from said(context.may_not(event.member, MEMBER))
    if event.state != REFUSED:
        yield from said(_unaccepted(context, event.member, context.now))
    book = context.state.consents
    request = context.state.requests.requests[event.request_id]
    if not book.is_free(event.consent_id, event.request_id, event.member):
        yield "a consent was overwritten"
    if request.state != APPROVED:
        yield "a member was asked before the board approved"
    if event.items == 0 or event.items & ~request.terms.items:
        yield "a consent names items nobody asked for"
    if event.coins != request.reward(event.items):
        yield "a consent promises another reward than the request"
    in_time = event.valid_from <= event.valid_until >= context.now
    if not in_time or event.valid_until > request.terms.valid_until:
        yield "a consent's time is empty or outlasts its request"
    by_rule = bool(context.others_about(ConsentByRule, "consent_id", event.consent_id))
    last = book.sequences.get((event.request_id, event.member), 0)
    if (event.sequence != 0) if by_rule else (event.sequence <= last):
        yield "a consent was taken after a later word of the same member"
    earlier = book.consents.get(book.latest.get((event.request_id, event.member), EMPTY_ID))
    if earlier is not None and earlier.state in RECORDED:
        yield "a consent was given while an earlier one still stood"
    if event.state == RENEWED and (earlier is None or earlier.state != SUPERSEDED):
        yield "a consent was renewed that did not stand"


def _asked(context: Context, event: ConsentChanged) -> Iterator[str]:
    request = context.state.requests.requests[event.request_id]
    if event.consent_id in context.state.consents.consents:
        yield "a consent was overwritten by a question"
    if request.state != APPROVED or event.items == 0 or event.items & ~request.terms.items:
        yield "a member was asked what the board did not approve"


def _by_rule(context: Context, event: ConsentByRule) -> Iterator[str]:
    given = context.others_about(ConsentChanged, "consent_id", event.consent_id)
    recorded = [one for one in given if one.state in RECORDED]
    rule = context.state.rules.rules[event.rule_id]
    if not recorded or recorded[0].member != event.member or rule.member != event.member:
        yield "a rule was used for somebody else's consent"
        return
    consent, terms = recorded[0], context.state.requests.requests[recorded[0].request_id].terms
    wish = Wish(consent.member, consent.items, consent.coins, consent.uses_maximum, consent.valid_until)
    refusal = context.state.rules.refusal(event.rule_id, terms, wish, context.now)
    if refusal:
        yield Sentence("the bank consented beyond a member's rule ({reason})", reason=refusal.reason)


def _ended(context: Context, event: ConsentChanged) -> Iterator[str]:
    record = context.state.consents.consents[event.consent_id]
    if record.state not in RECORDED:
        yield "a consent that had ended changed its state"
    if event.state == WITHDRAWN and record.state not in IN_FORCE:
        yield "a consent was withdrawn that was not in force"
    if event.state == EXPIRED and (record.state == REFUSED or context.now <= record.terms.valid_until):
        yield "a consent expired before its time"


def _rule(context: Context, event: RuleSet | RuleEnded) -> Iterator[str]:
    rules = context.state.rules
    known = rules.rules.get(event.rule_id)
    if isinstance(event, RuleEnded):
        if event.rule_id in rules.ended or (known is not None and known.member != event.member):
            yield "a rule was ended twice, or by another member"
        return
    yield from said(context.may_not(event.member, MEMBER))
    if known is not None:
        yield "a rule was set twice"
    if event.sequence <= rules.sequences.get(event.member, 0):
        yield "an earlier rule was taken after a member's later word"


def _used(context: Context, event: ConsentUsed) -> Iterator[str]:
    record = context.state.consents.consents[event.consent_id]
    if event.coins != record.terms.coins:
        yield "a consent was paid with another sum than promised"
    hold = context.state.consents.holds.get(event.release_id)
    if hold is not None:
        if hold.state != HOLD_SEALED or record.hold != event.release_id:
            yield "a consent was settled that is not in the release"
        return
    released = context.others_about(Disclosed, "release_id", event.release_id)
    if not released:
        yield "a consent was used for no release"
        return
    yield from said(_not_live(context, event.consent_id, released[0].request_id, released[0].items))
    yield from said(_gone(context, event.consent_id))
    yield from said(_unaccepted(context, record.terms.member, context.now))


def _unaccepted(context: Context, member: str, until: int) -> str | None:
    """By the numbers of the terms: the present ones, or, in time, any that nobody was too late for."""
    members = context.state.members
    number = members.accounts[member].terms_number
    in_time = until <= members.accept_by and number >= members.terms_floor
    if number == members.terms_number or in_time:
        return None
    return "something new was done with what is of a member who has not accepted the bank's terms"


def _gone(context: Context, consent_id: bytes) -> str | None:
    member = context.state.consents.consents[consent_id].terms.member
    is_active = context.state.members.is_active(member, MEMBER)
    return None if is_active else "a release took in somebody who was suspended or had left"


def _not_live(context: Context, consent_id: bytes, request_id: bytes, items: int) -> str | None:
    refusal = context.state.consents.live_refusal(consent_id, request_id, items, context.now)
    return Sentence("a release took a consent that was not live ({reason})", reason=refusal.reason) if refusal else None


def _disclosed(context: Context, event: Disclosed) -> Iterator[str]:
    request = context.state.requests.requests[event.request_id]
    terms = request.terms
    if request.state != APPROVED or context.now > terms.valid_until:
        yield "data went out for a request that was not approved or no longer valid"
    if event.items == 0 or event.items & ~terms.items:
        yield "items went out that the request does not name"
    if (event.partner, event.legal_class) != (terms.partner, terms.legal_class):
        yield "data went out to another partner or in another legal class"
    if event.k < terms.k_minimum or event.rows < event.k:
        yield "a release is below its k"
    hold = context.state.consents.holds.get(event.release_id)
    used = context.others_about(ConsentUsed, "release_id", event.release_id)
    consents = len(used) if hold is None else len(hold.consents)
    if event.rows + event.suppressed != consents:
        yield "a release has other rows than consents"
    release = context.state.releases.releases.get(event.release_id)
    if release is not None and (hold is None or release.state == DISCLOSED):
        yield "a release was made twice"
    if release is not None and release.departures != context.state.members.departures:
        yield "a release was closed although somebody left while it was gathered"
    paid = context.others_about(RequestConsumed, "request_id", event.request_id)
    if not any(one.persons == consents for one in paid):
        yield "a release did not use up its request"
