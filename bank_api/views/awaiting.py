"""What awaits each role, and what was done with what is theirs: derived from the index and the books each time.

Nothing here is remembered. An item's id and its time are the same at every look, as long as what it tells of is.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bank_api.bank import Bank
from bank_api.index.agreement import agreement
from bank_api.index.rows import position_of
from bank_api.index.tallies import Tally
from bank_api.protocol.kinds import DrawStanding, InboxKind, OpeningStanding, PromotionStanding, RegistrationState
from bank_api.protocol.rights import DAYS
from bank_api.views import draws as draw_views
from bank_api.views import escrows as escrow_views
from bank_api.views import promotions as promotion_views
from bank_api.views.erasure import erased_at
from bank_api.views.kept import class_message, deletion_due, request_message, survey_from
from bank_api.views.named import asked, coupon_title
from bank_api.views.requests import board_majority, request_states
from chaincode.bindings import IN_FORCE, ConsentState, LegalClass, RequestState
from chaincode.events import (
    ApprovalRevoked,
    ConsentByRule,
    ConsentUsed,
    Contributed,
    Delegated,
    DeletionAttested,
    Disclosed,
    EscrowCreated,
    EscrowOpened,
    EscrowReplaced,
    GiftGiven,
    GiftsOrdered,
    OpeningRequested,
    Recovered,
    RecoveryBegun,
    RecoveryVetoed,
    RequestDecided,
    RequestFiled,
    ShareAcknowledged,
    SurveyPublished,
)
from chaincode.ids import EMPTY_ID, to_hex

DAY_SECONDS = 86_400
ENDING_SECONDS = 7 * DAY_SECONDS
"""How long before its end a consent or a coupon is told of."""
DELETION_SECONDS = DAYS * DAY_SECONDS
"""How long before it a partner is told that a release must be deleted."""
BUDGET_PERCENT = 10
"""A survey whose budget has less than this left is told of."""


REASON_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that awaits somebody, or was done; `name`, `count` and `title` go into its sentence."""

    kind: InboxKind
    subject: str
    time: int
    due_at: int | None = None
    name: str | None = None
    count: int | None = None
    title: str | None = None

    @property
    def item_id(self) -> str:
        return f"{self.kind}:{self.subject}"


def of_holder(bank: Bank, account: str) -> Iterator[Item]:
    """Whatever somebody has here, of whichever role, and of none."""
    now = bank.ledger_time()
    yield from _recoveries(bank, account, now)
    yield from _openings(bank, account, now)
    yield from _refusals(bank, account)
    for given in bank.index.events_of(account, Delegated):
        if given.account == account and given.evidence_hash != EMPTY_ID and now <= given.until:
            since = position_of(given).timestamp
            yield Item(InboxKind.GUARDIAN_APPOINTED, given.delegate, since, given.since, given.delegate)
    for row in bank.rights.requests(account):
        if row.answered_at is not None:
            yield Item(InboxKind.RIGHT_ANSWERED, row.request_id, row.answered_at, name=row.kind)


def of_member(bank: Bank, account: str) -> Iterator[Item]:
    now = bank.ledger_time()
    consents = bank.index.consents_of(account)
    decided = {one.request_id for one in consents if one.state not in (ConsentState.REQUESTED, ConsentState.SUPERSEDED)}
    answered = {row.survey_id for row in bank.index.answers_of(account)}
    states = request_states(bank)
    for row in bank.catalog.requests():
        if states.get(row.request_id) != RequestState.APPROVED or row.request_id in decided:
            continue
        message = request_message(row)
        if row.survey_id in answered and now <= message.valid_until:
            since = _time(bank.index.events_about(row.request_id, RequestDecided))
            yield Item(InboxKind.REQUEST_TO_DECIDE, row.request_id, since, message.valid_until, message.recipient)
    for consent in consents:
        if consent.state not in IN_FORCE:
            continue
        recipient = asked(bank, consent.request_id).recipient
        if states.get(consent.request_id) == RequestState.REVOKED:
            since = _time(bank.index.events_about(consent.request_id, ApprovalRevoked))
            yield Item(InboxKind.CONSENT_RESTS, consent.consent_id, since, name=recipient)
        elif now <= consent.valid_until < now + ENDING_SECONDS:
            since = max(consent.time, consent.valid_until - ENDING_SECONDS)
            yield Item(InboxKind.CONSENT_ENDING, consent.consent_id, since, consent.valid_until, recipient)
    yield from _terms(bank, account)
    yield from _releases(bank, account)
    yield from _ruled(bank, account)
    for class_id, count in bank.index.tallies(Tally.COUPONS, account).items():
        title = coupon_title(bank, class_id)
        until = class_message(bank, class_id).redeem_until if title else 0
        if count and now <= until < now + ENDING_SECONDS:
            yield Item(InboxKind.COUPON_ENDING, class_id, until - ENDING_SECONDS, until, title, count)


def of_partner(bank: Bank, account: str) -> Iterator[Item]:
    now = bank.ledger_time()
    for row in bank.catalog.requests(account):
        told = bank.index.events_about(row.request_id, RequestDecided)
        if told:
            state = "approved" if told[-1].approved else "refused"
            yield Item(InboxKind.REQUEST_DECIDED, row.request_id, _time(told), name=state)
        revoked = bank.index.events_about(row.request_id, ApprovalRevoked)
        if revoked:
            why = bank.catalog.revocation(row.request_id)
            reason = _shortened(why.note) if why else None
            yield Item(InboxKind.APPROVAL_REVOKED, row.request_id, _time(revoked), name=reason)
        since = bank.index.newest_consent_time(row.request_id, ConsentState.WITHDRAWN)
        if since is not None:
            gone, purpose = bank.index.consent_counts(row.request_id)[row.request_id], request_message(row).purpose
            count = gone[ConsentState.WITHDRAWN]
            yield Item(InboxKind.CONSENT_WITHDRAWN, row.request_id, since, name=purpose, count=count)
    mine = [event for event in bank.index.events_of(account, Disclosed) if event.partner == account]
    undeleted = list(_undeleted(bank, mine))
    left = bank.index.dismissed_in_releases() if undeleted else {}
    for event, due in undeleted:
        if now >= due - DELETION_SECONDS:
            yield Item(InboxKind.DELETION_DUE, to_hex(event.release_id), due - DELETION_SECONDS, due, count=event.rows)
        yield from _erased_in(bank, event, due, left.get(to_hex(event.release_id), ()))
    yield from _promotions(bank, account)


def of_board(bank: Bank, _account: str) -> Iterator[Item]:
    states, needed = request_states(bank), board_majority(bank)
    for row in bank.catalog.requests():
        if states.get(row.request_id) == RequestState.FILED:
            since = _time(bank.index.events_about(row.request_id, RequestFiled))
            message = request_message(row)
            yield Item(
                InboxKind.APPROVAL_PENDING, row.request_id, since, message.valid_until, message.recipient, needed
            )
    yield from _overdue(bank, bank.ledger_time())


def of_operator(bank: Bank, _account: str) -> Iterator[Item]:
    """The work list: what must be answered, filled up, or followed up."""
    now = bank.ledger_time()
    for right in bank.rights.requests():
        if right.outcome is None:
            yield Item(InboxKind.RIGHT_ASKED, right.request_id, right.asked_at, right.due_at, right.kind)
    for one in bank.registrations.every(state=RegistrationState.WAITING):
        yield Item(InboxKind.REGISTRATION_ASKED, one.account, one.asked_at, name=one.name)
    for waiting in promotion_views.waiting(bank):
        name = waiting["partner_name"]
        yield Item(InboxKind.PROMOTION_ASKED, waiting["promotion_id"], waiting["filed_at"], waiting["until"], name)
    for event in bank.index.events(SurveyPublished):
        row, survey_id = bank.catalog.survey(to_hex(event.survey_id)), to_hex(event.survey_id)
        left = bank.index.tally(Tally.BUDGET, survey_id)
        if row is None:
            continue
        survey = survey_from(row.document)
        if now <= survey.closes_at and left * 100 < survey.budget_coins * BUDGET_PERCENT:
            yield Item(InboxKind.BUDGET_NEARLY_USED, survey_id, position_of(event).timestamp, None, survey.title, left)
    given = Counter(one.order_id for one in bank.index.events(GiftGiven))
    for order in bank.index.events(GiftsOrdered):
        title, left = coupon_title(bank, to_hex(order.class_id)), order.persons - given[order.order_id]
        if title and left and now <= class_message(bank, to_hex(order.class_id)).closes_at:
            since = position_of(order).timestamp
            yield Item(InboxKind.GIFTS_ORDERED, to_hex(order.order_id), since, name=title, count=left)
    yield from _over(bank, now)
    yield from _overdue(bank, now)


def _overdue(bank: Bank, now: int) -> Iterator[Item]:
    """Deletions that no partner declared in time."""
    for disclosed, due in _undeleted(bank, bank.index.events(Disclosed)):
        if now > due:
            recipient = asked(bank, to_hex(disclosed.request_id)).recipient
            yield Item(InboxKind.DELETION_OVERDUE, to_hex(disclosed.release_id), due, due, recipient, disclosed.rows)


def _over(bank: Bank, now: int) -> Iterator[Item]:
    """What has ended by itself and is to be noted: requests that still lock coins, consents, draws without a result."""
    states = request_states(bank)
    for row in bank.catalog.requests():
        ends = request_message(row).valid_until
        locked = bank.index.tally(Tally.LOCKED, row.request_id)
        if states.get(row.request_id) in (RequestState.FILED, RequestState.APPROVED) and locked and now > ends:
            recipient = request_message(row).recipient
            yield Item(InboxKind.REQUEST_OVER, row.request_id, ends, name=recipient, count=locked)
    ended, first = bank.index.ended_consents_count(now)
    if first is not None:
        yield Item(InboxKind.CONSENTS_OVER, first.consent_id, first.valid_until, count=ended)
    for draw in draw_views.draws(bank):
        if draw["state"] == DrawStanding.OVERDUE:
            yield Item(InboxKind.DRAW_OVERDUE, draw["draw_id"], draw["refunds_from"], name=draw["title"])


OF_ROLE: dict[str, Callable[[Bank, str], Iterator[Item]]] = {
    "member": of_member,
    "partner": of_partner,
    "board": of_board,
    "operator": of_operator,
}


def _terms(bank: Bank, account: str) -> Iterator[Item]:
    """New terms to accept; they stay until they are accepted, too late as well."""
    stands, known = agreement(bank.index), bank.index.account(account)
    present, number = stands.present, len(stands.terms)
    if known is not None and present is not None and stands.accepted(known) < number:
        since = position_of(present).timestamp
        yield Item(InboxKind.TERMS_CHANGED, to_hex(present.terms_hash), since, present.accept_by, count=number)


def _releases(bank: Bank, account: str) -> Iterator[Item]:
    used = bank.index.events_of(account, ConsentUsed)
    disclosed = bank.index.events_about_each((to_hex(use.release_id) for use in used), Disclosed)
    for release_id, [event, *_] in disclosed.items():
        recipient = asked(bank, to_hex(event.request_id)).recipient
        of_figures = event.legal_class == LegalClass.STATISTICAL
        kind = InboxKind.STATISTICS_MADE if of_figures else InboxKind.RELEASE_MADE
        yield Item(kind, release_id, position_of(event).timestamp, None, recipient, event.rows)


def _ruled(bank: Bank, account: str) -> Iterator[Item]:
    """Consents that the bank gave under standing rules: each is told."""
    for event in bank.index.events_of(account, ConsentByRule):
        consent = bank.index.consent(to_hex(event.consent_id))
        recipient = asked(bank, consent.request_id).recipient if consent else None
        yield Item(InboxKind.RULED_CONSENT, to_hex(event.consent_id), position_of(event).timestamp, None, recipient)


def _promotions(bank: Bank, account: str) -> Iterator[Item]:
    """What the operator decided, as long as it stands; why, where it said no."""
    for one in promotion_views.of_partner(bank, account)["promotions"]:
        title = one["words"][0]["title"]
        if one["state"] == PromotionStanding.APPROVED:
            yield Item(InboxKind.PROMOTION_APPROVED, one["promotion_id"], one["decided_at"], name=title)
        elif one["state"] == PromotionStanding.REFUSED:
            why = _shortened(one["reason"] or "")
            yield Item(InboxKind.PROMOTION_REFUSED, one["promotion_id"], one["decided_at"], name=why, title=title)


def _recoveries(bank: Bank, account: str, now: int) -> Iterator[Item]:
    ended = {event.recovery_id for event in bank.index.events_of(account, Recovered)}
    ended |= {event.recovery_id for event in bank.index.events_of(account, RecoveryVetoed)}
    begun, known = bank.index.events_of(account, RecoveryBegun), bank.index.account(account)
    for event in begun:
        waits_still = event is begun[-1] and known is not None and known.is_resting
        if event.recovery_id not in ended and (waits_still or now <= event.ready_at):
            since = position_of(event).timestamp
            kind = InboxKind.RECOVERY_CERTAIN if event.is_final else InboxKind.RECOVERY_ASKED
            yield Item(kind, to_hex(event.recovery_id), since, event.ready_at, event.new_key)


def _openings(bank: Bank, account: str, now: int) -> Iterator[Item]:
    """Openings of one's own escrows, to veto; shares to keep and openings to contribute to."""
    for row in bank.escrows.titles_of(account):
        history = bank.index.events_about(row.escrow_id)
        created = [event for event in history if isinstance(event, EscrowCreated)]
        if not created:
            continue
        if any(isinstance(event, EscrowReplaced) for event in history):
            continue
        kept = {event.custodian for event in history if isinstance(event, ShareAcknowledged)}
        is_keeper = row.owner != account and account in created[0].custodians
        if is_keeper and account not in kept:
            yield Item(InboxKind.SHARE_TO_KEEP, row.escrow_id, _time(created), name=row.title)
        for opening in bank.escrows.openings_of(row.escrow_id):
            told = bank.index.events_about(opening.opening_id)
            asked_for = [event for event in told if isinstance(event, OpeningRequested)]
            if not asked_for:
                continue
            state = escrow_views.state_of(told, asked_for[0].not_before, now)
            if row.owner == account and state is OpeningStanding.WAITING:
                kind, due = InboxKind.OPENING_ASKED, asked_for[0].not_before
                yield Item(kind, opening.opening_id, _time(asked_for), due, row.title)
            gave = any(isinstance(event, Contributed) and event.custodian == account for event in told)
            said_no = bank.escrows.refusal(opening.opening_id, account) is not None
            if is_keeper and state is OpeningStanding.OPEN and not gave and not said_no:
                yield Item(InboxKind.CONTRIBUTION_ASKED, opening.opening_id, asked_for[0].not_before, name=row.title)


def _refusals(bank: Bank, account: str) -> Iterator[Item]:
    """Custodians who will not contribute to an opening that I asked for; one item, since the last of them."""
    by_opening: dict[str, int] = {}
    for one in bank.escrows.refusals_to(account):
        by_opening[one.opening_id] = max(by_opening.get(one.opening_id, 0), one.refused_at)
    for opening_id, since in by_opening.items():
        told = bank.index.events_about(opening_id)
        row = bank.escrows.opening(opening_id)
        if row is None or any(isinstance(event, EscrowOpened) for event in told):
            continue
        standing = escrow_views.refusals(bank, account, row, told)
        if standing:
            yield Item(InboxKind.CONTRIBUTION_REFUSED, opening_id, since, count=len(standing))


def _undeleted(bank: Bank, disclosed: Iterable[Disclosed]) -> Iterator[tuple[Disclosed, int]]:
    """Releases whose deletion was not attested, and until when it must be."""
    for event in disclosed:
        due = deletion_due(bank, event)
        if due is not None and not bank.index.has(to_hex(event.release_id), DeletionAttested):
            yield event, due


def _erased_in(bank: Bank, event: Disclosed, due: int, left: Iterable[str]) -> Iterator[Item]:
    """People in a release who have had everything erased since; one item, since the last of them."""
    release_id = to_hex(event.release_id)
    moments = [at for at in (erased_at(bank, account) for account in left) if at is not None]
    if moments:
        yield Item(InboxKind.PERSON_ERASED, release_id, max(moments), due, count=len(moments))


def _shortened(text: str) -> str:
    """What fits into the line of an inbox or the subject of a letter."""
    return text if len(text) <= REASON_CHARACTERS else f"{text[:REASON_CHARACTERS]}…"


Dated = RequestDecided | ApprovalRevoked | RequestFiled | EscrowCreated | OpeningRequested


def _time(events: Sequence[Dated]) -> int:
    return position_of(events[-1]).timestamp
